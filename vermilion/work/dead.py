"""Dead letters: jobs that failed too often and wait for an operator."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.logs import hushed
from vermilion.settings import Settings
from vermilion.storage.db import Database, Db
from vermilion.work.events import job_queue
from vermilion.work.jobs import Job

Say = Callable[[str], None]

LOG_LASTS = timedelta(days=7)


class JobKind(Record, kw_only=True, frozen=True):
    """Jobs of one name; `oldest_s`: for how long the first of those that are not held has waited."""

    name: str
    waiting: int
    under_way: int
    held: int
    oldest_s: float


class DeadLetter(Record, kw_only=True, frozen=True):
    """One held job: what it was to do, how often it was tried, and what went wrong last (kind and first words)."""

    id: Id
    name: str
    attempts: int
    created: datetime
    why: str


class Changed(Record, kw_only=True, frozen=True):
    """How many held jobs were queued anew, or dropped."""

    count: int


async def job_kinds(db: Db) -> list[JobKind]:
    """What is in the queue, by name; what waits longest first."""
    return await db.all(
        JobKind,
        """SELECT entrypoint AS name, count(*) FILTER (WHERE status = 'queued') AS waiting,
                  count(*) FILTER (WHERE status = 'picked') AS under_way, count(*) FILTER (WHERE status = 'failed') AS held,
                  coalesce(extract(epoch FROM $1 - min(created) FILTER (WHERE status <> 'failed')), 0)::float8 AS oldest_s
           FROM pgqueuer GROUP BY entrypoint ORDER BY oldest_s DESC, name""",
        now(),
    )


async def dead_letters(db: Db, most: int = 100) -> list[DeadLetter]:
    """The held jobs, the newest first; what went wrong is told without what may be a secret."""
    found = await db.all(
        DeadLetter,
        """SELECT q.id, q.entrypoint AS name, q.attempts, q.created,
                  coalesce((SELECT left(concat_ws(': ', l.traceback ->> 'exception_type', l.traceback ->> 'exception_message'), 200)
                            FROM pgqueuer_log l WHERE l.job_id = q.id AND l.traceback IS NOT NULL
                            ORDER BY l.id DESC LIMIT 1), '') AS why
           FROM pgqueuer q WHERE q.status = 'failed' ORDER BY q.id DESC LIMIT $1""",
        most,
    )
    return [msgspec.structs.replace(one, why=hushed(one.why)) for one in found]


async def try_again(db: Db, ids: Sequence[int] | None) -> Changed:
    """Queue held jobs anew, every one where `ids` is None; one that is not held is left alone."""
    async with db.transaction():
        held = await _held(db, ids)
        if db.connection is not None and held:
            queries, driver = job_queue()
            await replace(queries, driver=driver(db.connection)).requeue_jobs(held)
    return Changed(count=len(held))


async def drop(db: Db, ids: Sequence[int]) -> Changed:
    """Take held jobs out of the queue for good; one that is not held is left alone."""
    async with db.transaction():
        held = await _held(db, ids)
        await db.run("DELETE FROM pgqueuer WHERE id = ANY($1) AND status = 'failed'", held)
    return Changed(count=len(held))


async def _held(db: Db, ids: Sequence[int] | None) -> list[int]:
    rows = await db.rows(
        """SELECT id FROM pgqueuer WHERE status = 'failed' AND ($1::bigint[] IS NULL OR id = ANY($1))
           ORDER BY id FOR UPDATE SKIP LOCKED""",
        None if ids is None else [int(one) for one in ids],
    )
    return [int(row[0]) for row in rows]


async def trim_log(job: Job) -> None:
    """Forget what the queue's log says of jobs older than a week, unless they are held."""
    await job.db.run(
        """DELETE FROM pgqueuer_log WHERE id IN (
               SELECT l.id FROM pgqueuer_log l WHERE l.created < $1
               AND NOT EXISTS (SELECT 1 FROM pgqueuer q WHERE q.id = l.job_id) LIMIT 20000)""",
        now() - LOG_LASTS,
    )


async def tend(settings: Settings, say: Say, retry: list[str]) -> None:
    """The command `vermilion jobs`: say what waits and what is held; `retry` names ids to queue anew, or "all"."""
    database = Database(settings.database_url or "", max_size=1)
    db = database.session()
    try:
        held = await dead_letters(db)
        if retry:
            done = await try_again(
                db, None if "all" in retry else [int(one) for one in retry if one.isdigit()]
            )
            say(f"{done.count} queued anew")
            held = await dead_letters(db)
        waiting = await db.value("SELECT count(*) FROM pgqueuer WHERE status IN ('queued', 'picked')")
        say(f"{waiting} waiting or under way, {len(held)} held")
        for one in held:
            say(
                f"{one.id}  {one.created:%Y-%m-%d %H:%M}  {one.name}  tried {one.attempts + 1} times  {one.why}"
            )
    finally:
        await database.close()
