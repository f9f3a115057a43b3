"""The sample world as it stands in its files: people, notes and threads."""

import tomllib
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from vermilion.kernel.record import Record


class Person(Record, kw_only=True, frozen=True):
    """Somebody of the sample world; the first of `reads` is their language."""

    handle: str
    name: str
    reads: tuple[str, ...]
    region: str
    bio: str
    interests: tuple[str, ...]


class Comment(Record, kw_only=True, frozen=True):
    """What somebody says; `hours` after the note."""

    by: str
    lang: str
    text: str
    hours: float
    likes: int = 0
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    reply: tuple["Comment", ...] = ()


class Place(Record, kw_only=True, frozen=True):
    """Where a note is about; coordinates in degrees."""

    name: str
    lat: float | None = None
    lon: float | None = None


class Shot(Record, kw_only=True, frozen=True):
    """A photograph shown for some seconds: from one part of it (middle across, middle down, how large) to another, in shares.

    `columns` and `rows`: where pictures stand in it, in pixels, that are shown one after another.
    """

    photo: str
    seconds: float
    since: tuple[float, float, float]
    until: tuple[float, float, float]
    title: str = ""
    columns: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    cells_a_second: float = 0


class Line(Record, kw_only=True, frozen=True):
    """A caption from one second to another, by language."""

    start: float
    end: float
    text: dict[str, str]


class Film(Record, kw_only=True, frozen=True):
    """A film drawn out of photographs when the world is loaded. `cover`: the second it shows; `beat`: of its tune, in seconds."""

    width: int
    height: int
    shots: tuple[Shot, ...]
    tune: str
    beat: float
    cover: float
    alt: str
    fade: float = 0.7
    lines: tuple[Line, ...] = ()

    @property
    def starts(self) -> list[float]:
        """When each shot begins; it is there while the one before it fades."""
        ends = accumulate(shot.seconds - self.fade for shot in self.shots[:-1])
        return [0.0, *ends]

    @property
    def seconds(self) -> float:
        return self.starts[-1] + self.shots[-1].seconds


class Note(Record, kw_only=True, frozen=True):
    """A note of the sample world; `days` is its age, `titles` and `bodies` are the author's own versions."""

    slug: str
    author: str
    lang: str
    title: Annotated[str, Meta(max_length=100)]
    body: Annotated[str, Meta(max_length=5000)]
    days: Annotated[float, Meta(gt=0, le=60)]
    place: Place | None = None
    cover: str | None = None
    photos: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    film: Film | None = None
    audience: str = "everyone"
    made_with_ai: bool = False
    likes: int = 0
    saves: int = 0
    titles: dict[str, str] = msgspec.field(default_factory=dict)
    bodies: dict[str, str] = msgspec.field(default_factory=dict)
    comment: tuple[Comment, ...] = ()


class Photograph(Record, kw_only=True, frozen=True):
    """A photograph with its credit; `shows` says what is on it."""

    package: str
    file: str
    title: str
    credit: str
    licence: str
    source: str
    shows: str
    width: int
    height: int


def people() -> list[Person]:
    """Everybody of the sample world."""
    return msgspec.convert(_load("world/people.toml")["person"], list[Person])


def notes() -> list[Note]:
    """Every note of the sample world, the oldest first."""
    folder = files("vermilion.sample") / "world" / "notes"
    found: list[Note] = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found += msgspec.convert(tomllib.loads(file.read_text("utf-8"))["note"], list[Note])
    return sorted(found, key=lambda note: (-note.days, note.slug))


def photographs() -> dict[str, Photograph]:
    """Every photograph of the sample world by name."""
    return msgspec.convert(_load("photographs.toml"), dict[str, Photograph])


def photograph_file(name: str) -> Path | None:
    """Where a photograph was put when the package was built, or None when it was not fetched."""
    folder = Path(str(files("vermilion.sample") / "photographs"))
    return next(
        (folder / f"{name}.{form}" for form in ("jpg", "png") if (folder / f"{name}.{form}").is_file()), None
    )


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((files("vermilion.sample") / name).read_text("utf-8"))
