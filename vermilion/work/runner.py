"""The worker's loop: jobs with retries and a dead-letter list, and what happens every so many seconds."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from functools import cache, partial

import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.models import Job as QueuedJob
from prometheus_client import Counter, Histogram

from vermilion.engines.embed import Embedder
from vermilion.engines.film import FilmWorks
from vermilion.engines.ocr import Ocr
from vermilion.engines.speech import Speech
from vermilion.kernel.errors import Unavailable
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Connection, Database, decode_hook
from vermilion.storage.migrate import is_up_to_date
from vermilion.storage.slow import Slow
from vermilion.work.events import Event, Handler, Wiring
from vermilion.work.jobs import Job

Periodic = Sequence[tuple[float, Callable[[Job], Awaitable[object]]]]

AT_ONCE = 12
"""Jobs under way at once; each holds one connection at most."""
MOST_TRIES = 6
"""A job that failed so often is held for an operator."""


class Meters:
    """What Prometheus learns of a worker; one a process."""

    def __init__(self) -> None:
        self.done = Counter("vermilion_jobs", "Jobs run", ["name", "result"])
        self.seconds = Histogram("vermilion_job_seconds", "Seconds a job took", ["name"])


@cache
def _meters() -> Meters:
    return Meters()


async def run(
    settings: Settings,
    wiring: Wiring,
    periodic: Periodic,
    stop: asyncio.Event | None = None,
    embedder: Embedder | None = None,
) -> None:
    """Work until `stop` is set; what is under way is finished first. Waits for a database that is not there yet, or not migrated."""
    stop = stop or asyncio.Event()
    await _until_migrated(settings.database_url or "", stop)
    database = Database(settings.database_url or "", wiring=wiring, max_size=AT_ONCE + 2)
    Slow.here().watch(database)
    blobs, ocr, films = Blobs(settings.blobs), Ocr(), FilmWorks()
    speech = Speech(settings.models) if settings.models is not None else None
    parts = partial(
        Job,
        blobs=blobs,
        ocr=ocr,
        films=films,
        speech=speech,
        embedder=embedder,
        film_table=settings.films,
        stop=stop,
        least_asking=settings.least_asking,
        webhooks=settings.webhooks,
    )
    meters = _meters()
    ticking = [asyncio.create_task(_tick(database, parts, every, work, stop)) for every, work in periodic]
    try:
        while not stop.is_set():
            try:
                await _work(database, blobs, wiring, meters, stop)
            except Exception as error:  # noqa: BLE001 - queue and driver fail in many ways once a connection is cut
                structlog.get_logger().warning("worker_waits", why=type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 1)
    finally:
        stop.set()
        if speech is not None:
            await speech.close()  # what it was at is taken up again where it stood
        await asyncio.gather(*ticking, return_exceptions=True)
        films.close()
        await ocr.close()
        if embedder is not None:
            await embedder.close()
        await database.close()


async def _until_migrated(dsn: str, stop: asyncio.Event) -> None:
    """Wait where a worker is started while the schema is being brought up to date, or before."""
    is_told = False
    while not stop.is_set() and not await is_up_to_date(dsn):
        if not is_told:
            structlog.get_logger().warning("worker_waits", why="schema_not_up_to_date")
            is_told = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 0.5)


async def _work(
    database: Database, blobs: Blobs, wiring: Wiring, meters: Meters, stop: asyncio.Event
) -> None:
    connection = await database.dedicated()
    try:
        queue = PgQueuer.from_asyncpg_connection(connection)
        queue.shutdown = queue.qm.shutdown = stop
        for name, (handler, event) in wiring.handlers().items():
            queue.entrypoint(
                name,
                on_failure="hold",
                executor_factory=partial(
                    DatabaseRetryEntrypointExecutor,
                    max_attempts=MOST_TRIES,
                    initial_delay=timedelta(seconds=1),
                ),
            )(_runner(database, blobs, name, handler, event, meters))
        await _while_connected(
            connection,
            queue.qm.run(
                batch_size=AT_ONCE // 2,
                max_concurrent_tasks=AT_ONCE,
                dequeue_timeout=timedelta(seconds=5),
                shutdown_on_listener_failure=False,
            ),
        )
    finally:
        with contextlib.suppress(Exception):
            await connection.close(timeout=5)


async def _while_connected(connection: Connection, loop: Coroutine[None, None, None]) -> None:
    """Run the queue's loop until it ends or its connection does, on which the loop may wait for ever to flush."""
    gone = asyncio.Event()
    connection.add_termination_listener(lambda _connection: gone.set())
    running, watching = asyncio.create_task(loop), asyncio.create_task(gone.wait())
    try:
        await asyncio.wait({running, watching}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
            return
        raise Unavailable("database_away")
    finally:
        for task in (running, watching):
            task.cancel()
        await asyncio.wait({running, watching}, timeout=5)


def _runner(
    database: Database, blobs: Blobs, name: str, handler: Handler, event: type[Event], meters: Meters
) -> Callable[[QueuedJob], Awaitable[None]]:
    decoder = msgspec.json.Decoder(event, dec_hook=decode_hook)

    async def run_job(queued: QueuedJob) -> None:
        started = time.perf_counter()
        try:
            await handler(Job(db=database.session(), blobs=blobs), decoder.decode(queued.payload or b"{}"))
        except Exception as error:
            meters.done.labels(name, "failed").inc()
            structlog.get_logger().warning(
                "job_failed", job=name, attempt=queued.attempts, why=type(error).__name__
            )
            raise
        meters.done.labels(name, "done").inc()
        meters.seconds.labels(name).observe(time.perf_counter() - started)

    return run_job


async def _tick(
    database: Database,
    parts: Callable[..., Job],
    every: float,
    work: Callable[[Job], Awaitable[object]],
    stop: asyncio.Event,
) -> None:
    while not stop.is_set():
        try:
            await work(parts(db=database.session()))
        except Unavailable:
            await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001 - the next round must come whatever went wrong in this one
            structlog.get_logger().error("round_failed", work=work.__qualname__, why=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)


async def run_due(database: Database, blobs: Blobs, wiring: Wiring) -> int:
    """Run every job that is due now, once, in order; for commands and tests. Gives how many ran."""
    handlers, ran = wiring.handlers(), 0
    db = database.session()
    while True:
        async with db.transaction():
            rows = await db.rows(
                """DELETE FROM pgqueuer WHERE id = (SELECT id FROM pgqueuer WHERE status = 'queued'
                   ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING entrypoint, payload"""
            )
            if not rows:
                return ran
            handler, event = handlers[rows[0][0]]
            await handler(
                Job(db=db, blobs=blobs), msgspec.json.decode(rows[0][1], type=event, dec_hook=decode_hook)
            )
            ran += 1
