from uuid import UUID, uuid4

import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.feed import jobs, reads, watching
from vermilion.feed.schema import Watched, WatchedBatch, WatchFigures
from vermilion.kernel.errors import Forbidden, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes import actions as notes
from vermilion.storage.db import Db
from vermilion.work.jobs import Job


def told(note_id: Id, seconds: float, share: float, key: str | None = None) -> WatchedBatch:
    made = uuid4() if key is None else UUID(key)
    return WatchedBatch(watches=(Watched(note_id=note_id, key=made, seconds=seconds, share=share),))


async def ids(db: Db, viewer: Viewer) -> list[Id]:
    return [card.id for card in (await reads.watch(db, viewer)).items]


async def test_films_are_offered_one_after_another_and_nothing_else(
    db: Db, ines: Person, mei: Person
) -> None:
    await factories.note(db, ines, "No film")
    first = await factories.film(db, ines, "First")
    second = await factories.film(db, mei, "Second")
    for_few = await factories.film(db, mei, "For a few", audience="followers")
    with statements(db, at_most=4):
        page = await reads.watch(db, GUEST)
    assert [card.id for card in page.items] == [second.id, first.id]
    film = page.items[0].cover.picture and page.items[0].cover.picture.film
    assert film
    assert film.duration_ms == 20_000
    assert film.playlist.startswith(f"/f/{second.id}/")
    assert for_few.id not in await ids(db, mei.viewer)
    await notes.delete(db, mei.viewer, second.id)
    assert await ids(db, GUEST) == [first.id]


async def test_a_viewing_counts_once_however_often_it_is_told(
    db: Db, job: Job, ines: Person, mei: Person
) -> None:
    film = await factories.film(db, ines)
    key = str(uuid4())
    for seconds, share in ((5, 0.25), (15, 0.75), (15, 0.75), (10, 0.5)):
        await watching.report(db, mei.viewer, told(film.id, seconds, share, key))
    assert await watching.add_watches(job) == 4
    await watching.report(db, mei.viewer, told(film.id, 20, 1, key))
    await watching.report(db, GUEST, told(film.id, 10, 0.5))
    assert await watching.add_watches(job) == 2
    assert await watching.add_watches(job) == 0
    found = await watching.figures(db, ines.viewer, film.id)
    assert found == WatchFigures(watches=2, mean_share=0.75, seconds=30)
    [card] = (await reads.watch(db, GUEST)).items
    assert card.reason
    assert card.reason.terms["watched"] > 0


async def test_what_one_has_watched_comes_last(db: Db, job: Job, ines: Person, mei: Person) -> None:
    first = await factories.film(db, ines, "First")
    second = await factories.film(db, await factories.person(db, "nour"), "Second")
    await watching.report(db, mei.viewer, told(second.id, 20, 1))
    await watching.add_watches(job)
    assert await ids(db, mei.viewer) == [first.id, second.id]
    assert await ids(db, GUEST) == [second.id, first.id]


async def test_what_cannot_be_is_not_believed(db: Db, job: Job, ines: Person, mei: Person) -> None:
    film = await factories.film(db, ines)
    note = await factories.note(db, ines)
    for_few = await factories.film(db, ines, audience="me")
    await watching.report(db, mei.viewer, told(film.id, 1, 1))  # a second is no watch
    await watching.report(db, mei.viewer, told(film.id, 4, 1))  # nobody sees twenty seconds in four
    await watching.report(db, ines.viewer, told(film.id, 20, 1))  # one's own
    for other in (note.id, for_few.id, Id(7)):
        await watching.report(db, mei.viewer, told(other, 20, 1))
    assert await watching.add_watches(job) == 2
    assert await watching.figures(db, ines.viewer, film.id) == WatchFigures(
        watches=1, mean_share=0.25, seconds=4
    )
    assert (await watching.figures(db, ines.viewer, for_few.id)).watches == 0


async def test_only_the_author_learns_how_often(db: Db, ines: Person, mei: Person) -> None:
    film = await factories.film(db, ines)
    assert (await watching.figures(db, ines.viewer, film.id)).watches == 0
    with pytest.raises(Forbidden):
        await watching.figures(db, mei.viewer, film.id)
    for_few = await factories.film(db, ines, audience="me")
    with pytest.raises(NotFound):
        await watching.figures(db, mei.viewer, for_few.id)


async def test_what_was_watched_goes_with_its_note(db: Db, job: Job, ines: Person, mei: Person) -> None:
    film = await factories.film(db, ines)
    await watching.report(db, mei.viewer, told(film.id, 20, 1))
    await db.run("DELETE FROM note WHERE id = $1", film.id)
    assert await watching.add_watches(job) == 1
    assert await db.value("SELECT count(*) FROM viewing") == 0
    await jobs.trim_pools(job)
