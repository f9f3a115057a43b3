"""What the parts of a feed page cost alone: the bare framework on the bare server, the statements, the template."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar, MediaType, Response, get

from bench.harness import Request, cpu_seconds, drive, served
from bench.world import Scale, account_id
from vermilion.accounts.entry import viewer_of_secret
from vermilion.feed import reads
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Database, Db
from vermilion.web.cards import cards_html
from vermilion.web.pages.answers import Seat
from vermilion.web.render import framed
from vermilion.wiring import WIRING

PAGE = b"<p>plain</p>" * 2000


class Floor(Record, kw_only=True, frozen=True):
    """Milliseconds of CPU a page cannot go below, and what the framework answers a CPU-second by itself."""

    cost_ms: float
    plain_per_cpu_s: float


def plain_app() -> Litestar:
    """The bare framework: one page of a feed's size, always the same."""

    @get("/healthz", sync_to_thread=False)
    def plain() -> Response[bytes]:
        return Response(PAGE, media_type=MediaType.HTML)

    return Litestar([plain], openapi_config=None, logging_config=None)


def measure_floor(dsn: str, folder: Path, scale: Scale) -> Floor:
    """Measure each part alone, in this run."""
    with served(dsn, folder, target="bench.floor:plain_app") as (port, pid):
        requests = [Request(path="/healthz")] * 6000
        asyncio.run(drive(port, requests[:500], 8))
        before = cpu_seconds(pid)
        asyncio.run(drive(port, requests, 16))
        plain = len(requests) / (cpu_seconds(pid) - before)
    parts = asyncio.run(_parts(dsn, scale))
    return Floor(cost_ms=1000 / plain + sum(parts.values()), plain_per_cpu_s=plain)


async def _parts(dsn: str, scale: Scale) -> dict[str, float]:
    database = Database(dsn, wiring=WIRING)
    db = database.session()
    viewers = [await _viewer(db, account_id(scale, number)) for number in range(50)]
    found = await reads.explore(db, viewers[0])
    slots = {"cards": cards_html("en", found.items), "next": b"/?cursor=x", "my_handle": b"somebody"}
    facts = {
        "viewer": Seat(is_guest=False, reads=("en",)),
        "here": "explore",
        "surface": "explore",
        "unread": 0,
    }
    statements: list[tuple[str, tuple[object, ...]]] = []
    kept = _recording(database, statements)
    await reads.explore(db, viewers[0])
    await viewer_of_secret(db, f"s.{viewers[0].account_id}.bench")
    database.connection = kept  # type: ignore[method-assign, assignment]

    async def rows() -> None:
        for sql, args in statements:
            await db.rows(sql, *args)

    async def rendered() -> None:
        framed("feed.html", "en", slots, **facts)

    parts = {"rows": await _cost(rows, 200), "rendering": await _cost(rendered, 200)}
    await database.close()
    return parts


def _recording(database: Database, statements: list[tuple[str, tuple[object, ...]]]) -> Callable[..., object]:
    """Note every fetch of the next reads with its arguments, so that it can be sent again by itself."""
    kept = database.connection
    fetch_names = ("fetch", "fetchrow", "fetchval")

    class Recorder:
        def __init__(self, connection: object) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            real = getattr(self._connection, name)
            if name not in fetch_names:
                return real

            async def noted(sql: str, *args: object) -> object:
                statements.append((sql, args))
                return await real(sql, *args)

            return noted

    def connection() -> object:
        @asynccontextmanager
        async def opened() -> AsyncIterator[object]:
            async with kept() as real:
                yield Recorder(real)

        return opened()

    database.connection = connection  # type: ignore[method-assign, assignment]
    return kept


async def _viewer(db: Db, account: int) -> Viewer:
    viewer = await viewer_of_secret(db, f"s.{account}.bench")
    if viewer is None:
        raise RuntimeError("the world has no such session")
    return viewer


async def _cost(work: Callable[[], Awaitable[None]], times: int) -> float:
    """Milliseconds of this process's CPU one call takes."""
    for _ in range(times // 4):
        await work()
    started = time.process_time()
    for _ in range(times):
        await work()
    return (time.process_time() - started) * 1000 / times
