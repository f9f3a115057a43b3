"""Records of pictures and films."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from vermilion.engines.images_wire import Turn
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.translation.schema import Passage
from vermilion.work.events import Event

Fraction = Annotated[float, Meta(ge=0, le=1)]


class Rendition(Record, kw_only=True, frozen=True):
    """One stored size of a picture: name s, m or l; format webp or avif."""

    name: str
    format: str
    width: int
    height: int
    bytes: int


class Upload(Record, kw_only=True, frozen=True):
    """A stored picture that stands in no note yet."""

    account_id: Id
    id: Id
    kind: str
    key: str
    width: int
    height: int
    thumbhash: bytes
    mean_color: str
    renditions: tuple[Rendition, ...]
    created_at: datetime
    look: bytes = b""
    """What it looks like, 32 bytes; empty where there is nothing to tell it by."""
    draft_id: Id = Id(0)
    """The draft it stands in, 0: in none."""
    source_key: str = ""
    """Where the original and the sizes of the whole lie; empty: there are none."""
    turn: Turn = 0
    crop: tuple[float, ...] = ()
    """Left, top, width, height of what is kept of the turned picture, in fractions; nothing: all of it."""


class Crop(Record, kw_only=True, frozen=True):
    """What is kept of a picture, in fractions of its sides once it is turned."""

    left: Fraction
    top: Fraction
    width: Fraction
    height: Fraction


class PictureEdit(Record, kw_only=True, frozen=True):
    """What is done to a picture: turned by so many degrees clockwise, then cut; crop None: nothing is cut off."""

    turn: Turn = 0
    crop: Crop | None = None


class UploadCard(Record, kw_only=True, frozen=True):
    """An upload as its owner sees it; `preview` is an address only they can open."""

    id: Id
    kind: Literal["picture", "film"]
    width: int
    height: int
    preview: str
    whole: str = ""
    """The whole picture, where something is cut off; its owner alone can open it."""
    edit: PictureEdit = PictureEdit()


class Arriving(Record, kw_only=True, frozen=True):
    """A picture on its way in. sha256: of the whole file, as it was said in the beginning, or nothing."""

    account_id: Id
    id: Id
    key: str
    length: int
    received: int
    sha256: bytes
    is_done: bool
    expires_at: datetime


class ArrivingPart(Record, kw_only=True, frozen=True):
    """A piece of what was sent: where it begins in the whole, its bytes, and the name of its blob."""

    account_id: Id
    arriving_id: Id
    at: int
    bytes: int
    name: str


class PictureProgress(Record, kw_only=True, frozen=True):
    """How far a picture of one's own is. card: once it has arrived, what stands in a note then."""

    id: Id
    length: int
    received: int
    card: UploadCard | None = None


class Media(Record, kw_only=True, frozen=True):
    """A stored picture of a note or comment."""

    note_id: Id
    id: Id
    subject_id: Id
    position: int
    kind: str
    key: str
    width: int
    height: int
    thumbhash: bytes
    mean_color: str
    avif_sizes: str
    alt: str
    alt_lang: str
    alt_hash: bytes
    film_key: str = ""
    film_width: int = 0
    film_height: int = 0
    duration_ms: int = 0
    has_sound: bool = False
    is_playable: bool = False
    has_preview: bool = False


FilmState = Literal["uploading", "preparing", "playable", "ready", "failed"]


class Film(Record, kw_only=True, frozen=True):
    """A stored film. thumbs: count, columns, width, height and milliseconds between those of the sheet for scrubbing."""

    account_id: Id
    id: Id
    note_id: Id
    key: str
    state: FilmState
    reason: str | None
    length: int
    received: int
    progress: int
    step: str
    duration_ms: int
    width: int
    height: int
    has_sound: bool
    has_preview: bool
    gain_db: float | None
    cover_ms: int
    thumbs: tuple[int, ...]
    created_at: datetime
    expires_at: datetime
    draft_id: Id = Id(0)
    """The draft it stands in, 0: in none."""


class FilmPart(Record, kw_only=True, frozen=True):
    """A piece of what was sent: where it begins in the whole, its bytes, and the name of its blob."""

    account_id: Id
    film_id: Id
    at: int
    bytes: int
    name: str


class FilmSize(Record, kw_only=True, frozen=True):
    """A size a film was made in: one file, `init` bytes and then its segments (lengths in bytes, durations in ms)."""

    account_id: Id
    film_id: Id
    name: str
    codecs: str
    width: int
    height: int
    rate: float
    peak: int
    bytes: int
    init: int
    lengths: tuple[int, ...]
    durations: tuple[int, ...]


class FilmProgress(Record, kw_only=True, frozen=True):
    """How far a film of one's own is. step: the size being made, or `extras`; progress: of it, in hundredths.

    reason: why it failed, a code. cover_ms -1: its cover is a picture. preview: its cover, for its owner.
    """

    id: Id
    state: FilmState
    reason: str | None
    length: int
    received: int
    step: str
    progress: int
    sizes: tuple[str, ...]
    duration_ms: int
    width: int
    height: int
    has_sound: bool
    cover_ms: int
    preview: str | None


class Line(Record, kw_only=True, frozen=True):
    """A stored line of text in a picture. quad: four corners in fractions of its sides; height: of its letters."""

    note_id: Id
    media_id: Id
    position: int
    text: str
    lang: str
    hash: bytes
    quad: tuple[float, ...]
    height: float
    ink: str
    ground: str
    confidence: float

    @property
    def of(self) -> tuple[Id, Id]:
        """The picture it stands in: note and picture."""
        return self.note_id, self.media_id


class UploadText(Record, kw_only=True, frozen=True):
    """What is written in an upload, a line each; is_read False: it is still being read."""

    is_read: bool
    text: str


class Source(Record, kw_only=True, frozen=True):
    """One file a browser may choose."""

    url: str
    width: int
    format: Literal["webp", "avif"]


class PictureText(Record, kw_only=True, frozen=True):
    """A line in a picture, for one reader, and where it stands.

    quad: x and y of its four corners, clockwise from where it begins, in fractions of the picture's width and height.
    The same as a box turned about its middle: left, top, width, height in such fractions, angle in degrees.
    ink, ground: the colours of its letters and of what is behind them, "#rrggbb".
    """

    words: Passage
    quad: tuple[float, ...]
    left: float
    top: float
    width: float
    height: float
    angle: float
    ink: str
    ground: str


class FilmCard(Record, kw_only=True, frozen=True):
    """A film as pages play it; the picture it hangs on is its cover.

    playlist: the HLS master playlist; file: the whole of it as one MP4 in the smallest size; thumbs: WebVTT for scrubbing;
    preview: six silent seconds as MP4. is_playable False: only its author sees it, and it is still being prepared.
    """

    width: int
    height: int
    duration_ms: int
    has_sound: bool
    is_playable: bool
    playlist: str
    file: str
    thumbs: str
    preview: str | None


class Picture(Record, kw_only=True, frozen=True):
    """A picture as pages show it. `thumbhash` is base64; `mean_color` "#rrggbb"."""

    id: Id
    kind: Literal["picture", "film"]
    width: int
    height: int
    thumbhash: str
    mean_color: str
    alt: str
    alt_lang: str
    sources: tuple[Source, ...]
    texts: tuple[PictureText, ...] = ()
    """What is written in it, in reading order."""
    description: Passage | None = None
    """How `alt` came about, where it was written in another language than the reader's."""
    film: FilmCard | None = None
    """The film it is the cover of."""


SIZES = {"s": 360, "m": 720, "l": 1440}
"""Widths in pixels; l is also at most 1,920 high."""


def address(note_id: int, key: str, name: str, format_: str) -> str:
    """Where a size of a note's picture is served; never changes."""
    return f"/m/{note_id}/{key}/{name}.{format_}"


def film_address(note_id: int, key: str, file: str) -> str:
    """Where a file of a note's film is served.

    master.m3u8, {size}.m3u8, {size}/init.mp4, {size}/{segment}.m4s, {size}.mp4, film.mp4, thumbs.vtt, thumbs.webp, preview.mp4.
    """
    return f"/f/{note_id}/{key}/{file}"


def film_blob(key: str, file: str) -> str:
    """Where a file of a film stands in the blob store: {size}.mp4, thumbs.webp, preview.mp4, part-{name}."""
    return f"{key[:2]}/{key}/{file}"


def original_key(key: str) -> str:
    """Where a picture lies as it was sent, until it stands in a note. It is never shown."""
    return blob_key(key, "original", "bin")


def blob_key(key: str, name: str, format_: str) -> str:
    """Where a size stands in the blob store."""
    return f"{key[:2]}/{key}/{name}.{format_}"


class PicturesDropped(Event, kw_only=True, frozen=True):
    """Pictures stand in no note any more; `keys` name their blobs."""

    keys: tuple[str, ...]


class PictureRead(Event, kw_only=True, frozen=True):
    """Text was found in a picture of a note or of a comment under it."""

    note_id: Id
    subject_id: Id
    media_id: Id


class CoverChosen(Event, kw_only=True, frozen=True):
    """A film that stands in a note shows another cover."""

    note_id: Id
    media_id: Id


class FilmPlayable(Event, kw_only=True, frozen=True):
    """The first size of a film that stands in a note is made."""

    account_id: Id
    film_id: Id
    note_id: Id


class FilmFailed(Event, kw_only=True, frozen=True):
    """A film that stands in a note cannot be prepared after all."""

    account_id: Id
    film_id: Id
    note_id: Id
    reason: str
