"""Deeds that do nothing but leave a trace, for trying the queue out; importable by a worker in another process."""

import asyncio
import sys
from pathlib import Path

from vermilion.kernel.ids import Id
from vermilion.settings import Settings
from vermilion.storage.db import Db
from vermilion.work.events import Event, Wiring
from vermilion.work.jobs import Job
from vermilion.work.runner import run

TABLE = "CREATE TABLE trace (id bigint GENERATED ALWAYS AS IDENTITY, word text NOT NULL)"


class Rung(Event, kw_only=True, frozen=True):
    """A bell was rung; `word` says how the handlers behave."""

    bell_id: Id
    word: str


async def trace_now(db: Db, event: Rung) -> None:
    await db.run("INSERT INTO trace (word) VALUES ($1)", f"now {event.word} {event.bell_id}")


async def trace_later(job: Job, event: Rung) -> None:
    """Leave a trace; "fails" fails each time, "once" the first time, "hangs" hangs the first time."""
    tries = await job.db.value("SELECT count(*) FROM trace WHERE word = $1", f"tried {event.word}")
    await job.db.run("INSERT INTO trace (word) VALUES ($1)", f"tried {event.word}")
    if event.word == "fails" or (event.word == "once" and not tries):
        raise RuntimeError("planted")
    if event.word == "hangs" and not tries:
        await asyncio.Event().wait()
    async with job.db.transaction():
        await job.db.run("INSERT INTO trace (word) VALUES ($1)", f"done {event.word} {event.bell_id}")


WIRING = Wiring(at_once={Rung: [trace_now]}, later={Rung: [trace_later]})


def settings(dsn: str) -> Settings:
    folder = Path("no such folder")
    return Settings(
        data=folder, models=folder, database_url=dsn, blobs="memory:///", origin="http://localhost"
    )


if __name__ == "__main__":
    from tests.work import deeds

    asyncio.run(run(settings(sys.argv[1]), deeds.WIRING, ()))
