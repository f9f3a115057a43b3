"""Dead letters: jobs that failed too often and wait for an operator."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vermilion.kernel.clock import now
from vermilion.kernel.record import Record
from vermilion.settings import Settings
from vermilion.storage.db import Database, Db
from vermilion.work.events import job_queue
from vermilion.work.jobs import Job

Say = Callable[[str], None]

LOG_LASTS = timedelta(days=7)


class DeadLetter(Record, kw_only=True, frozen=True):
    """One held job: what it was to do, how often it was tried, and what went wrong last (kind and first words)."""

    id: int
    name: str
    attempts: int
    created: datetime
    why: str


async def dead_letters(db: Db, most: int = 100) -> list[DeadLetter]:
    """The held jobs, the newest first."""
    return await db.all(
        DeadLetter,
        """SELECT q.id, q.entrypoint AS name, q.attempts, q.created,
                  coalesce((SELECT left(concat_ws(': ', l.traceback ->> 'exception_type', l.traceback ->> 'exception_message'), 200)
                            FROM pgqueuer_log l WHERE l.job_id = q.id AND l.traceback IS NOT NULL
                            ORDER BY l.id DESC LIMIT 1), '') AS why
           FROM pgqueuer q WHERE q.status = 'failed' ORDER BY q.id DESC LIMIT $1""",
        most,
    )


async def try_again(db: Db, ids: list[int]) -> None:
    """Queue held jobs anew; one that is not held is left alone."""
    async with db.transaction():
        if db.connection is not None:
            queries, driver = job_queue()
            await replace(queries, driver=driver(db.connection)).requeue_jobs(ids)


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
            ids = [one.id for one in held] if "all" in retry else [int(one) for one in retry if one.isdigit()]
            await try_again(db, ids)
            say(f"{len(ids)} queued anew")
            held = await dead_letters(db)
        waiting = await db.value("SELECT count(*) FROM pgqueuer WHERE status IN ('queued', 'picked')")
        say(f"{waiting} waiting or under way, {len(held)} held")
        for one in held:
            say(
                f"{one.id}  {one.created:%Y-%m-%d %H:%M}  {one.name}  tried {one.attempts + 1} times  {one.why}"
            )
    finally:
        await database.close()
