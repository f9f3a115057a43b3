from collections.abc import AsyncIterator

import pytest

from tests.work.deeds import TABLE, WIRING, Rung, settings
from vermilion.kernel.ids import new_id
from vermilion.storage.db import Database
from vermilion.work.dead import dead_letters, tend, try_again
from vermilion.work.events import emit


@pytest.fixture
async def database(cloned_dsn: str) -> AsyncIterator[Database]:
    database = Database(cloned_dsn, wiring=WIRING, max_size=2)
    db = database.session()
    await db.run(TABLE)
    async with db.transaction():
        await emit(db, Rung(bell_id=new_id(), word="fails"))
        await emit(db, Rung(bell_id=new_id(), word="well"))
    await db.run(
        "UPDATE pgqueuer SET status = 'failed', attempts = 6 WHERE id = (SELECT min(id) FROM pgqueuer)"
    )
    yield database
    await database.close()


async def test_held_jobs_are_listed_and_the_others_are_not(database: Database) -> None:
    held = await dead_letters(database.session())
    assert [(one.name, one.attempts) for one in held] == [("Rung:tests.work.deeds.trace_later", 6)]


async def test_a_held_job_is_queued_anew(database: Database) -> None:
    db = database.session()
    await try_again(db, [one.id for one in await dead_letters(db)])
    assert await dead_letters(db) == []
    assert await db.value("SELECT count(*) FROM pgqueuer WHERE status = 'queued'") == 2


async def test_the_command_says_what_is_held_and_retries_it(database: Database) -> None:
    said: list[str] = []
    await tend(settings(database.dsn), said.append, [])
    assert said[0] == "1 waiting or under way, 1 held"
    assert "trace_later" in said[1]
    await tend(settings(database.dsn), said.append, ["all"])
    assert said[2:] == ["1 queued anew", "2 waiting or under way, 0 held"]
