"""What the tests of the domains stand on: a Db, the queue, pictures that were uploaded."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import Person
from vermilion.engines.dictionary import Dictionary
from vermilion.engines.film import FilmWorks, Readable, Sink, Tell
from vermilion.engines.film_wire import Extras, Probed, SizeMade, SizeOrder
from vermilion.engines.images import Images
from vermilion.engines.images_wire import Prepared, RenditionBytes
from vermilion.engines.ocr import FoundLine, Ocr
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id, new_id
from vermilion.media.schema import Rendition, blob_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.web.context import State
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job
from vermilion.work.runner import run_due


@pytest.fixture
def db(database: Database) -> Db:
    return database.session()


@pytest.fixture
def blobs(state: State) -> Blobs:
    return state.blobs


@pytest.fixture
def job(db: Db, blobs: Blobs) -> Job:
    return Job(db=db, blobs=blobs)


Later = Callable[[], Awaitable[int]]


@pytest.fixture
def later(database: Database, blobs: Blobs) -> Later:
    """Runs every job that is due, as the worker would: `await later()`."""

    async def run() -> int:
        return await run_due(database, blobs, WIRING)

    return run


@pytest.fixture(scope="session")
def dictionary_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the dictionary's index, which takes seconds to write, once for the run."""
    folder = tmp_path_factory.mktemp("dictionary")
    Dictionary(folder).open().close()
    return folder


async def upload(db: Db, blobs: Blobs, owner: Person) -> Id:
    """A picture of the owner's that stands in no note yet, with its files."""
    key, upload_id = secrets.token_urlsafe(16), new_id()
    made = [
        Rendition(name=name, format="webp", width=width, height=width, bytes=3)
        for name, width in (("s", 360), ("m", 720))
    ]
    for size in made:
        await blobs.put(blob_key(key, size.name, size.format), b"abc", "image/webp")
    await db.run(
        """INSERT INTO upload (account_id, id, kind, key, width, height, thumbhash, mean_color, renditions, created_at)
           VALUES ($1, $2, 'picture', $3, 720, 720, 'hash', '#336699', $4, $5)""",
        owner.id, upload_id, key, made, now(),
    )  # fmt: skip
    return upload_id


def line(text: str, top: float = 0.1, **fields: Any) -> FoundLine:  # noqa: ANN401 - fields of FoundLine
    """A level line of text across the middle of a picture."""
    shape: dict[str, Any] = {
        "confidence": 0.99,
        "quad": (0.2, top, 0.8, top, 0.8, top + 0.1, 0.2, top + 0.1),
        "height": 0.1,
        "ink": "#ffffff",
        "ground": "#c8102e",
    }
    return FoundLine(text=text, **{**shape, **fields})


class Signs(Ocr):
    """Reads the same lines in every picture, without a child; `fails` as often first."""

    def __init__(self, *lines: FoundLine, fails: int = 0) -> None:
        super().__init__()
        self.lines = list(lines)
        self.fails = fails
        self.read_count = 0

    async def read(self, picture: bytes) -> list[FoundLine]:
        assert picture
        self.read_count += 1
        if self.read_count <= self.fails:
            raise Unavailable("pictures_busy")
        return self.lines


class Cameras(FilmWorks):
    """Makes of any film one of four seconds, without a child."""

    async def probe(self, source: Readable) -> Probed:
        assert source.length
        return Probed(
            duration_ms=4000, width=320, height=240, rate=25, has_sound=True, still=b"still", still_ms=0
        )

    async def make(
        self, source: Readable, size: SizeOrder, *, sink: Sink, tell: Tell, **_: object
    ) -> SizeMade:
        assert await source.read(0, 1)
        await sink(b"[]")
        await tell(50)
        return SizeMade(
            codecs="avc1.64001f,mp4a.40.2", width=320, height=size.side, rate=25, init=1, lengths=(1,), durations=(4000,),
            gain_db=0.0,
        )  # fmt: skip

    async def extras(self, source: Readable, tell: Tell) -> Extras:
        assert await source.read(0, 1)
        await tell(50)
        return Extras(sheet=b"sheet", thumbs=(1, 1, 160, 120, 4000), preview=b"preview")

    async def still(self, source: Readable, at_ms: int) -> bytes:
        assert await source.read(0, 1)
        return b"still at %d" % at_ms


class Darkroom(Images):
    """Makes of anything the same picture, without a child."""

    async def prepare(self, data: bytes, *, avif: bool = False) -> Prepared:
        assert data
        size = RenditionBytes(name="s", format="avif" if avif else "webp", width=320, height=240, data=b"abc")
        return Prepared(width=320, height=240, thumbhash=b"12345", mean_color="#336699", renditions=(size,))
