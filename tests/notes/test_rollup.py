import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests import factories
from tests.factories import Person
from vermilion.comments import actions as comments
from vermilion.comments.schema import NewComment
from vermilion.engines.language import Language
from vermilion.kernel.viewer import GUEST
from vermilion.notes import actions
from vermilion.notes.jobs import roll_up
from vermilion.notes.reads import get_note_page
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def crowd(cloned_dsn: str) -> AsyncIterator[Database]:
    """A database that many connections write to at once."""
    database = Database(cloned_dsn, wiring=WIRING, max_size=12)
    yield database
    await database.close()


async def test_a_like_counts_before_and_after_the_roll_up_once(
    db: Db, job: Job, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, ines, lang="en")
    assert (await actions.like(db, mei.viewer, note.id, on=True)).count == 1
    assert (await get_note_page(db, mei.viewer, note.id)).like_count == 0
    assert await roll_up(job) == 1
    assert await roll_up(job) == 0
    assert (await get_note_page(db, mei.viewer, note.id)).like_count == 1
    assert (await actions.like(db, ines.viewer, note.id, on=True)).count == 2
    assert (await actions.like(db, mei.viewer, note.id, on=False)).count == 1
    await roll_up(job)
    assert (await get_note_page(db, mei.viewer, note.id)).like_count == 1


async def test_counts_are_exact_after_two_hundred_at_once_and_two_roll_ups_running(
    crowd: Database, language: Language
) -> None:
    db = crowd.session()
    ines = await factories.person(db, "ines")
    notes = [await factories.note(db, ines, f"Note {at}", lang="en") for at in range(3)]
    fans = [await factories.person(db, f"fan{at}") for at in range(40)]
    first = await factories.comment(crowd.session(), ines, notes[0].id, lang="en")
    done = asyncio.Event()
    took: list[int] = []

    async def rolling() -> None:
        job = Job(db=crowd.session(), blobs=Blobs("memory:///"))
        while not done.is_set():
            took.append(await roll_up(job))
            await asyncio.sleep(0.005)

    async def busy(at: int, fan: Person) -> None:
        note = notes[at % 3]
        await actions.like(crowd.session(), fan.viewer, note.id, on=True)
        await actions.save(crowd.session(), fan.viewer, note.id, on=True)
        await comments.like(crowd.session(), fan.viewer, notes[0].id, first.id, on=True)
        new = NewComment(body=f"Said {at}", lang="en", reply_to=first.id if at % 3 == 0 else None)
        said = await comments.say(crowd.session(), fan.viewer, language, note.id, new)
        if at % 4 == 0:
            await actions.like(crowd.session(), fan.viewer, note.id, on=False)
            await comments.like(crowd.session(), fan.viewer, notes[0].id, first.id, on=False)
            await comments.delete(crowd.session(), fan.viewer, note.id, said.id)
        if at % 5 == 0:
            await asyncio.gather(
                *(actions.like(crowd.session(), fan.viewer, note.id, on=True) for _ in range(3))
            )

    loops = [asyncio.create_task(rolling()) for _ in range(2)]
    await asyncio.gather(*(busy(at, fan) for at, fan in enumerate(fans)))
    done.set()
    await asyncio.gather(*loops)
    while await roll_up(Job(db=db, blobs=Blobs("memory:///"))):
        pass
    assert len([rows for rows in took if rows]) > 1
    liked = {at for at in range(40) if at % 4 or at % 5 == 0}
    said = {at for at in range(40) if at % 4}
    for place, note in enumerate(notes):
        page = await get_note_page(db, GUEST, note.id)
        here = {at for at in range(40) if at % 3 == place}
        assert page.like_count == len(liked & here)
        assert page.save_count == len(here)
        assert page.comment_count == len(said & here) + (place == 0)
    stored = await db.rows(
        "SELECT like_count, reply_count FROM comment_count WHERE comment_id = $1", first.id
    )
    assert tuple(stored[0]) == (30, len(said & set(range(0, 40, 3))))
    pool = await db.rows("SELECT e.liked, e.score - e.recent - e.repeat FROM explore e")
    assert all(abs(row[0] - row[1]) < 1e-9 for row in pool)


async def test_two_deletions_and_an_undo_at_once_leave_the_count_right(crowd: Database) -> None:
    db = crowd.session()
    ines = await factories.person(db, "ines")
    pages = [await factories.note(db, ines, f"Note {at}", lang="en") for at in range(4)]

    async def waver(at: int) -> None:
        for _ in range(3):
            await asyncio.gather(
                *(actions.delete(crowd.session(), ines.viewer, pages[at].id) for _ in range(2))
            )
            await asyncio.gather(
                *(actions.restore(crowd.session(), ines.viewer, pages[at].id) for _ in range(2))
            )

    await asyncio.gather(*(waver(at) for at in range(4)))
    assert await db.value("SELECT note_count FROM account_count") == 4
    assert await db.value("SELECT count(*) FROM explore") == 4
