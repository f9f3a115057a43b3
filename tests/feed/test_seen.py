import asyncio
from typing import Literal

import pytest

from tests.factories import Person
from vermilion.feed import seen
from vermilion.feed.schema import Seen, SeenBatch
from vermilion.feed.seen import SeenBuffer
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST
from vermilion.storage.db import Database, Db


def batch(count: int) -> SeenBatch:
    kinds: tuple[Literal["impression", "opening"], ...] = ("impression", "opening")
    return SeenBatch(
        events=tuple(
            Seen(kind=kinds[at % 2], note_id=Id(at + 1), surface="explore", position=at)
            for at in range(count)
        )
    )


async def counts(db: Db) -> tuple[int, int]:
    return await db.value("SELECT count(*) FROM impression"), await db.value("SELECT count(*) FROM opening")


async def test_what_was_seen_is_written_in_one_batch(db: Db, database: Database, ines: Person) -> None:
    buffer = SeenBuffer(database)
    assert buffer.add(ines.viewer, batch(5)) == 5
    assert buffer.add(GUEST, batch(2)) == 2
    assert await counts(db) == (0, 0)
    await buffer.flush()
    assert await counts(db) == (4, 3)
    await buffer.flush()
    assert await counts(db) == (4, 3)


async def test_it_is_written_by_itself_and_the_rest_when_it_is_closed(
    db: Db, database: Database, ines: Person
) -> None:
    buffer = SeenBuffer(database, every=0.01)
    await buffer.start()
    buffer.add(ines.viewer, batch(2))
    for _ in range(200):
        await asyncio.sleep(0.01)
        if await counts(db) == (1, 1):
            break
    buffer.add(ines.viewer, batch(1))
    await buffer.close()
    assert await counts(db) == (2, 1)


async def test_a_database_that_is_away_is_waited_for_and_memory_is_bounded(
    database: Database, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Database("postgresql://127.0.0.1:1/nobody")
    buffer = SeenBuffer(away)
    monkeypatch.setattr(seen, "MOST", 10)
    assert [buffer.add(ines.viewer, batch(6)) for _ in range(3)] == [6, 4, 0]
    with pytest.raises(Unavailable, match="database_away"):
        await buffer.flush()
    assert buffer.add(ines.viewer, batch(1)) == 0
    buffer._database = database  # noqa: SLF001 - it is back
    await buffer.flush()
    assert sum(await counts(database.session())) == 10
