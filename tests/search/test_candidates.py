"""Candidates: what is read of them, and which are looked at closer."""

from datetime import timedelta

import pytest

from tests import factories
from tests.factories import Person
from tests.search.test_meaning import Flat, learn
from tests.search.test_meaning import ask as ask_meaning
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote
from vermilion.search import near, reads, signs
from vermilion.search.query import cut, understand
from vermilion.search.ranking import Bounds, liked, standing
from vermilion.search.reads import find_notes
from vermilion.search.schema import BEST, GOOD, REST, Filters, Found
from vermilion.storage.db import Db
from vermilion.web.context import State


async def ask(db: Db, typed: str, **filters: object) -> Found:
    return await find_notes(db, GUEST, understand(cut(typed), "en"), Filters(**filters))


def titles(found: Found) -> list[str]:
    return [hit.note.title.original for hit in found.items]


async def write(db: Db, author: Person, title: str, likes: int = 0) -> Id:
    note_id = (await factories.note(db, author, title, lang="en")).id
    await db.run("UPDATE note_count SET like_count = $2 WHERE note_id = $1", note_id, likes)
    return note_id


async def test_what_is_not_looked_at_closer_is_found_after_what_is(
    db: Db, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "LOOKED_AT", 2)
    for number in range(5):
        await write(db, ines, f"Harbour {number}", likes=10**number)
    found = await ask(db, "harbour")
    looked_at = ["liked" in hit.note.reason.terms for hit in found.items if hit.note.reason]
    assert looked_at == [True, True, False, False, False]
    assert len(set(titles(found))) == 5


async def test_whoever_sorts_by_likes_has_all_of_them_counted(
    db: Db, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "LOOKED_AT", 1)
    for number, likes in enumerate((3, 200, 0, 50)):
        await write(db, ines, f"Harbour {number}", likes=likes)
    assert titles(await ask(db, "harbour", sort="liked")) == [
        "Harbour 1",
        "Harbour 3",
        "Harbour 0",
        "Harbour 2",
    ]


async def test_old_signs_do_not_find_a_note_that_was_changed_since(
    db: Db, state: State, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.database, "shares_for", 60.0)
    monkeypatch.setattr(signs, "HELD_NEW", 0)
    first = await write(db, ines, "Meu cachorro")
    second = await write(db, ines, "Três dias em Lisboa")
    await learn(db, state, Flat())
    assert len(titles(await ask_meaning(db, GUEST, Flat(), "zzyzx"))) == 2
    await notes.edit(db, ines.viewer, state.language, first, EditNote(title="Meu gato"))
    assert titles(await ask_meaning(db, GUEST, Flat(), "zzyzx")) == ["Três dias em Lisboa"]
    await notes.edit(db, ines.viewer, state.language, second, EditNote(title="Um dia em Lisboa"))
    assert titles(await ask_meaning(db, GUEST, Flat(), "zzyzx")) == []
    db.database.held.clear()


async def test_fewer_are_found_by_meaning_beside_many_that_have_the_words(
    db: Db, state: State, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "NEAR_BESIDE", 2)
    for title in ("Harbour lights", "Meu cachorro", "Meu gato"):
        await write(db, ines, title)
    await learn(db, state, Flat())
    assert len(titles(await ask_meaning(db, GUEST, Flat(), "harbour"))) == 3
    monkeypatch.setattr(reads, "MOST_CANDIDATES", 1)
    assert len(titles(await ask_meaning(db, GUEST, Flat(), "harbour"))) == 2
    assert near.MOST_NEAR > near.NEAR_BESIDE


@pytest.mark.parametrize("days", [0, 30, 400])
def test_a_tier_tells_how_well_its_notes_are_liked_at_the_least(days: int) -> None:
    moment = now() - timedelta(days=days)
    bounds = Bounds(best_from=standing(moment, 40, 0, 0), good_from=standing(moment, 5, 0, 0))
    assert bounds.least_liked(BEST, moment) == pytest.approx(liked(40, 0, 0))
    assert bounds.least_liked(GOOD, moment) == pytest.approx(liked(5, 0, 0))
    assert bounds.least_liked(REST, moment) == 0
    assert bounds.least_liked(BEST, now() + timedelta(days=4_000)) == 0


async def test_what_left_a_tier_is_soon_taken_out_of_its_index(db: Db) -> None:
    options = await db.value("SELECT reloptions FROM pg_class WHERE relname = 'search_note'")
    assert {"autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=5000"} <= set(options)
