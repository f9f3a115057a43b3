"""Preparing films: size by size, each a step that stands once it is made, so that a kill costs one step at the most."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import structlog

from vermilion.engines.film import FilmWorks, Tell
from vermilion.engines.film_wire import SizeMade
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, NotFound, Problem, Unavailable
from vermilion.kernel.ids import Id
from vermilion.media.film_source import FilmSource
from vermilion.media.film_table import FilmTable, Size, read_table
from vermilion.media.film_uploads import drop_films, source_of
from vermilion.media.films import find_film, parts_of, size_row, sizes_of
from vermilion.media.schema import Film, FilmFailed, FilmPlayable, FilmSize, film_blob
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.events import emit
from vermilion.work.jobs import Job

CLAIM_LASTS = timedelta(seconds=90)
MOST_TRIES = 5
TELL_SECONDS = 2.0
LEAST_SHARE = 5
"""A film of which less than one in so many milliseconds can be made is too damaged to be shown."""


class _GoneError(Exception):
    """The film was deleted meanwhile."""


class _Bench(NamedTuple):
    """What one film is prepared with."""

    db: Db
    blobs: Blobs
    works: FilmWorks
    table: FilmTable
    beside: Callable[[], int]


async def prepare_films(job: Job) -> int:
    """Prepare the films that wait, a few at once; gives how many were taken up. Ends early when the worker is to end."""
    if job.films is None:
        return 0
    table, count = read_table(job.film_table), 0
    running: set[asyncio.Task[None]] = set()
    bench = _Bench(job.db, job.blobs, job.films, table, lambda: len(running))
    try:
        while job.stop is None or not job.stop.is_set():
            while len(running) < table.at_once and (claimed := await _claim(job.db)) is not None:
                own = bench._replace(db=job.db.database.session())
                running.add(asyncio.create_task(_prepare(own, *claimed)))
                count += 1
            if not running:
                break
            _, running_now = await asyncio.wait(running, timeout=1, return_when=asyncio.FIRST_COMPLETED)
            running.intersection_update(running_now)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return count


async def drop_old_films(job: Job) -> int:
    """Forget films that stand in no note or draft and have not been touched for two days; gives how many."""
    rows = await job.db.rows(
        "SELECT account_id, id FROM film WHERE note_id = 0 AND draft_id = 0 AND expires_at < $1 LIMIT 100",
        now(),
    )
    for account_id, film_id in rows:
        await drop_films(job.db, job.blobs, account_id, [Id(film_id)])
    return len(rows)


async def _claim(db: Db) -> tuple[Id, Id] | None:
    rows = await db.rows(
        """UPDATE film_queue SET claimed_at = $1, tries = tries + 1 WHERE film_id = (
               SELECT film_id FROM film_queue WHERE claimed_at IS NULL OR claimed_at < $2
               ORDER BY tries, film_id LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING account_id, film_id, tries""",
        now(),
        now() - CLAIM_LASTS,
    )
    if not rows:
        return None
    account_id, film_id, tries = rows[0]
    if tries > MOST_TRIES:
        film = await find_film(db, Id(account_id), Id(film_id))
        if film is not None:
            await _end(db, film, "film_took_too_long")
        return None
    return Id(account_id), Id(film_id)


async def _prepare(bench: _Bench, account_id: Id, film_id: Id) -> None:
    log = structlog.get_logger()
    try:
        await _steps(bench, account_id, film_id)
    except _GoneError:
        await bench.db.run("DELETE FROM film_queue WHERE film_id = $1", film_id)
    except asyncio.CancelledError:
        with suppress(Problem):
            await asyncio.shield(_give_back(bench.db, film_id))
        raise
    except Unavailable as problem:
        # The claim lapses by itself: what is full or away now is tried again after a while, for as long as it takes.
        log.warning("film_waits", why=problem.code)
        with suppress(Problem):
            # What kills its own child again and again is given up.
            if problem.code != "films_busy":
                await bench.db.run("UPDATE film_queue SET tries = tries - 1 WHERE film_id = $1", film_id)
    except (Invalid, NotFound) as problem:
        log.info("film_not_made", why=problem.code)
        film = await find_film(bench.db, account_id, film_id)
        if film is not None:
            await _end(bench.db, film, problem.code)
            await _clear_parts(bench, film)
    except Exception as error:  # noqa: BLE001 - tried again when the claim lapses, a few times
        log.warning("film_failed", why=type(error).__name__)


async def _give_back(db: Db, film_id: Id) -> None:
    await db.run("UPDATE film_queue SET claimed_at = NULL, tries = tries - 1 WHERE film_id = $1", film_id)


async def _steps(bench: _Bench, account_id: Id, film_id: Id) -> None:
    """Every step that has not been made."""
    film = await find_film(bench.db, account_id, film_id)
    if film is None:
        raise _GoneError
    made = {one.name: one for one in await sizes_of(bench.db, account_id, film_id)}
    gain = film.gain_db
    for size in bench.table.wanted(film.width, film.height):
        if size.name not in made:
            made[size.name], gain = await _make_size(bench, film, size, gain, is_first=not made)
        if not film.thumbs:
            film = await _make_extras(bench, film, next(iter(made.values())))
    await bench.db.run(
        "UPDATE film SET state = 'ready', step = '', progress = 100 WHERE account_id = $1 AND id = $2",
        account_id,
        film_id,
    )
    await _clear_parts(bench, film)
    await bench.db.run("DELETE FROM film_queue WHERE film_id = $1", film_id)


async def _make_size(
    bench: _Bench, film: Film, size: Size, gain: float | None, *, is_first: bool
) -> tuple[FilmSize, float | None]:
    source = await source_of(bench.db, bench.blobs, film)
    key = film_blob(film.key, f"{size.name}.mp4")
    tell = _teller(bench.db, film, size.name)
    made = await _stored(bench, film, size, source, gain, tell)
    if is_first and sum(made.durations) * LEAST_SHARE < film.duration_ms:
        await bench.blobs.delete([key])
        raise Invalid("film_not_readable")
    one = size_row(film.account_id, film.id, size.name, made)
    try:
        await _enter(bench.db, film, one, made.gain_db, is_first=is_first)
    except _GoneError:
        await bench.blobs.delete([key])
        raise
    return one, made.gain_db


async def _stored(
    bench: _Bench,
    film: Film,
    size: Size,
    source: FilmSource,
    gain: float | None,
    tell: Tell,
) -> SizeMade:
    """Make a size and store it while it is made, piece by piece."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=4)
    key = film_blob(film.key, f"{size.name}.mp4")

    async def pieces() -> AsyncIterator[bytes]:
        while (piece := await queue.get()) is not None:
            yield piece

    writing = asyncio.ensure_future(bench.blobs.put_stream(key, pieces(), "video/mp4"))

    async def sink(data: bytes | None) -> None:
        putting = asyncio.ensure_future(queue.put(data))
        await asyncio.wait({putting, writing}, return_when=asyncio.FIRST_COMPLETED)
        if writing.done():
            putting.cancel()
            await writing

    try:
        made = await bench.works.make(
            source, size.order(), duration_ms=film.duration_ms, threads=bench.table.threads_of(bench.beside()),
            gain_db=gain, sink=sink, tell=tell,
        )  # fmt: skip
        await sink(None)
        await writing
    except BaseException:
        writing.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await writing
        raise
    return made


async def _enter(db: Db, film: Film, one: FilmSize, gain_db: float | None, *, is_first: bool) -> None:
    """Write down that a size is made; with the first the film can be watched, and its true length is known."""
    names = FilmSize.__struct_fields__
    async with db.transaction():
        note_id = await db.value(
            """UPDATE film SET state = CASE WHEN state = 'preparing' THEN 'playable' ELSE state END, gain_db = $3,
                   progress = 0, duration_ms = CASE WHEN $5 THEN $4 ELSE duration_ms END
               WHERE account_id = $1 AND id = $2 RETURNING note_id""",
            film.account_id,
            film.id,
            gain_db,
            sum(one.durations),
            is_first,
        )
        if note_id is None:
            raise _GoneError
        await db.run(
            f"""INSERT INTO film_size ({", ".join(names)}) VALUES ({", ".join(f"${at + 1}" for at in range(len(names)))})
                ON CONFLICT DO NOTHING""",
            *(list(value) if isinstance(value := getattr(one, name), tuple) else value for name in names),
        )
        await db.run("UPDATE film_queue SET tries = 1, claimed_at = $2 WHERE film_id = $1", film.id, now())
        if is_first and note_id:
            await db.run(
                "UPDATE media SET is_playable = true, duration_ms = $3 WHERE note_id = $1 AND id = $2",
                note_id,
                film.id,
                sum(one.durations),
            )
            await emit(db, FilmPlayable(account_id=film.account_id, film_id=film.id, note_id=Id(note_id)))


async def _make_extras(bench: _Bench, film: Film, size: FilmSize) -> Film:
    source = FilmSource.of_size(bench.blobs, film.key, size)
    made = await bench.works.extras(source, _teller(bench.db, film, "extras"))
    keys = [film_blob(film.key, "thumbs.webp"), film_blob(film.key, "preview.mp4")]
    await bench.blobs.put_all({keys[0]: (made.sheet, "image/webp"), keys[1]: (made.preview, "video/mp4")})
    async with bench.db.transaction():
        note_id = await bench.db.value(
            "UPDATE film SET thumbs = $3, has_preview = true WHERE account_id = $1 AND id = $2 RETURNING note_id",
            film.account_id,
            film.id,
            list(made.thumbs),
        )
        if note_id:
            await bench.db.run(
                "UPDATE media SET has_preview = true WHERE note_id = $1 AND id = $2", note_id, film.id
            )
    if note_id is None:
        await bench.blobs.delete(keys)
        raise _GoneError
    found = await find_film(bench.db, film.account_id, film.id)
    if found is None:
        raise _GoneError
    return found


def _teller(db: Db, film: Film, step: str) -> Tell:
    """Writes down how far a step is, at most every two seconds, which also keeps the claim."""
    last = 0.0

    async def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last < TELL_SECONDS:
            return
        last = time.monotonic()
        await db.run("UPDATE film_queue SET claimed_at = $2 WHERE film_id = $1", film.id, now())
        there = await db.run(
            "UPDATE film SET step = $3, progress = $4 WHERE account_id = $1 AND id = $2",
            film.account_id,
            film.id,
            step,
            done,
        )
        if not there:
            raise _GoneError

    return tell


async def _end(db: Db, film: Film, reason: str) -> None:
    """Nothing more is made of it: what stands stays, and where nothing does the author is told why."""
    async with db.transaction():
        await db.run("DELETE FROM film_queue WHERE film_id = $1", film.id)
        sizes = await sizes_of(db, film.account_id, film.id)
        note_id = await db.value(
            """UPDATE film SET state = $3, reason = $4, step = '' WHERE account_id = $1 AND id = $2 RETURNING note_id""",
            film.account_id,
            film.id,
            "ready" if sizes else "failed",
            reason,
        )
        if not sizes and note_id:
            await emit(
                db,
                FilmFailed(account_id=film.account_id, film_id=film.id, note_id=Id(note_id), reason=reason),
            )


async def _clear_parts(bench: _Bench, film: Film) -> None:
    """What was sent is no longer needed."""
    try:
        parts = await parts_of(bench.db, film.account_id, film.id)
    except NotFound:
        return
    await bench.blobs.delete([film_blob(film.key, part.name) for part in parts])
    await bench.db.run(
        "DELETE FROM film_part WHERE account_id = $1 AND film_id = $2", film.account_id, film.id
    )
