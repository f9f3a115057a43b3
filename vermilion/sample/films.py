"""The films of the sample world: drawn, made in their first size, and left to the worker for the others as any upload is."""

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import NamedTuple

from PIL import Image

from vermilion.captions.schema import Cue
from vermilion.engines.film import FilmWorks
from vermilion.engines.film_wire import SizeMade
from vermilion.engines.images import Images
from vermilion.engines.images_wire import Prepared
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.media.film_table import FilmTable, Size, read_table
from vermilion.media.films import size_row
from vermilion.media.schema import FilmSize, blob_key, film_blob
from vermilion.sample.drawing import draw, still
from vermilion.sample.world import Film, notes, photograph_file
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs

AT_ONCE = 2
PART = "part-0-drawn"
NONE = ("", 0, 0, 0, False)

INSERTS = {
    "film": """INSERT INTO film (account_id, id, note_id, key, state, length, received, duration_ms, width, height, has_sound,
        gain_db, cover_ms, created_at, expires_at)
        VALUES ($1, $2, $3, $4, 'playable', $5, $5, $6, $7, $8, true, $9, $10, $11, $11)""",
    "film_part": "INSERT INTO film_part (account_id, film_id, at, bytes, name) VALUES ($1, $2, 0, $3, $4)",
    "film_size": f"""INSERT INTO film_size ({columns(FilmSize)})
        VALUES ({", ".join(f"${at + 1}" for at in range(len(FilmSize.__struct_fields__)))})""",
    "film_queue": "INSERT INTO film_queue (film_id, account_id) VALUES ($1, $2)",
    "caption": """INSERT INTO caption (note_id, media_id, lang, origin, is_spoken, cues, updated_at)
        VALUES ($1, $2, $3, 'author', $4, $5, $6)""",
}


class Made(NamedTuple):
    """A film that was drawn, with its cover and its first size."""

    key: str
    length: int
    cover_key: str
    cover: Prepared
    size: Size
    made: SizeMade


class _Held:
    """A film in memory, as confined children read it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length = len(data)

    async def read(self, at: int, count: int) -> bytes:
        return self.data[at : at + count]


async def make(settings: Settings, blobs: Blobs) -> dict[str, Made]:
    """Every film whose photographs are there, by the slug of its note; its files are stored."""
    wanted = {note.slug: note.film for note in notes() if note.film is not None and _is_there(note.film)}
    if not wanted:
        return {}
    table, images = read_table(settings.films), Images()
    works = FilmWorks(at_once=AT_ONCE, max_ms=table.max_ms)
    # A fresh process for each: what draws holds the interpreter, and this one has threads.
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        await images.start()
        try:
            done = await asyncio.gather(
                *(_make(film, blobs, images, works, table, pool) for film in wanted.values())
            )
        finally:
            await images.close()
            works.close()
    return dict(zip(wanted, done, strict=True))


def _is_there(film: Film) -> bool:
    return all(photograph_file(shot.photo) for shot in film.shots)


def _drawn(film: Film) -> tuple[bytes, bytes]:
    return draw(film, _open), still(film, _open)


def _open(name: str) -> Image.Image:
    file = photograph_file(name)
    assert file is not None
    return Image.open(file).convert("RGB")


async def _make(
    film: Film, blobs: Blobs, images: Images, works: FilmWorks, table: FilmTable, pool: ProcessPoolExecutor
) -> Made:  # fmt: skip
    data, cover = await asyncio.get_running_loop().run_in_executor(pool, _drawn, film)
    key, cover_key, size, whole = (
        secrets.token_urlsafe(16),
        secrets.token_urlsafe(16),
        table.size[0],
        bytearray(),
    )

    async def sink(piece: bytes) -> None:
        whole.extend(piece)

    async def tell(_: int) -> None:
        return

    prepared, made = await asyncio.gather(
        images.prepare(cover),
        works.make(
            _Held(data), size.order(), duration_ms=round(film.seconds * 1000), threads=1, gain_db=None, sink=sink, tell=tell
        ),
    )  # fmt: skip
    await store_picture(blobs, cover_key, prepared)
    await blobs.put(film_blob(key, PART), data, "application/octet-stream")
    await blobs.put(film_blob(key, f"{size.name}.mp4"), bytes(whole), "video/mp4")
    return Made(key, len(data), cover_key, prepared, size, made)


async def store_picture(blobs: Blobs, key: str, picture: Prepared) -> None:
    """Store a picture's sizes under a key."""
    await blobs.put_all(
        {
            blob_key(key, size.name, size.format): (size.data, f"image/{size.format}")
            for size in picture.renditions
        }
    )


def shown_of(film: Film, made: Made) -> tuple[object, ...]:
    """What the media of its note says of it: key, width, height, duration, and that it can be heard and played."""
    return made.key, film.width, film.height, sum(made.made.durations), True


def rows_of(
    film: Film, made: Made, lang: str, author: Id, note_id: Id, media_id: Id, made_at: datetime
) -> Iterator[tuple[str, tuple[object, ...]]]:  # fmt: skip
    """Table and row, of all that is stored of a film."""
    yield (
        "film",
        (
            author, media_id, note_id, made.key, made.length, sum(made.made.durations), film.width, film.height,
            made.made.gain_db, round(film.cover * 1000), made_at,
        ),
    )  # fmt: skip
    yield "film_part", (author, media_id, made.length, PART)
    size = size_row(author, media_id, made.size.name, made.made)
    yield "film_size", tuple(getattr(size, name) for name in FilmSize.__struct_fields__)
    yield "film_queue", (media_id, author)
    for track in dict.fromkeys(name for line in film.lines for name in line.text):
        cues = tuple(
            Cue(start_ms=round(line.start * 1000), end_ms=round(line.end * 1000), text=line.text[track])
            for line in film.lines
        )
        yield "caption", (note_id, media_id, track, track == lang, cues, made_at)
