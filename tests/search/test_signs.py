"""The notes whose vectors are compared: picked by their signs, held in the process, never trusted with who may see what."""

from collections.abc import Iterator

import pytest

from tests import factories
from tests.factories import Person
from tests.search.test_meaning import Flat, ask, learn, titles
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes import actions as notes
from vermilion.search import signs
from vermilion.search.narrowing import Narrow
from vermilion.search.query import Meaning
from vermilion.search.signs import Bounds, Signs
from vermilion.search.terms import numpy
from vermilion.search.vectors import told
from vermilion.storage.db import Db
from vermilion.web.context import State

SIZE = 500
"""Not a multiple of 64: signs are filled up."""


@pytest.fixture
def vectors() -> list[list[float]]:
    made: list[list[float]] = numpy().random.default_rng(1).normal(size=(3_000, SIZE)).tolist()
    return made


def held(vectors: list[list[float]]) -> Signs:
    np = numpy()
    count = len(vectors)
    return Signs(
        notes=np.arange(count),
        authors=np.arange(count) % 10,
        langs=np.array(["en", "zh"] * (count // 2)),
        is_for_all=np.arange(count) % 5 > 0,
        bits=signs._pieces(np.packbits(np.array(vectors).reshape(count, -1 if count else 512) > 0, axis=1)),  # noqa: SLF001
        read_at=now(),
    )


def closest(held: Signs, vector: list[float], viewer: Viewer, **bounds: object) -> list[int]:
    found = signs._closest(held, viewer, Meaning(model="", vector=told(vector)), Bounds(**bounds), 120)  # noqa: SLF001
    return [note for _, note in sorted(found)]


def test_the_nearest_are_among_those_picked(vectors: list[list[float]]) -> None:
    np, there, right = numpy(), held(vectors), 0
    every, noise = np.array(vectors), np.random.default_rng(2).normal(scale=0.8, size=(20, SIZE))
    for at, other in zip(range(0, 3_000, 150), noise, strict=True):
        asked = every[at] + other
        found = closest(there, asked.tolist(), Viewer(account_id=Id(5), handle="x"), followed=(0, 5))
        assert found[0] == at
        assert len(found) == len(set(found)) == 120
        near = np.argsort(-(every @ asked))
        right += len({int(one) for one in near[:10]} & set(found))
    assert right >= 160


def test_the_bounds_hold(vectors: list[list[float]]) -> None:
    there, asked = held(vectors), vectors[25]
    assert all(note % 5 for note in closest(there, asked, GUEST))
    assert closest(there, asked, Viewer(account_id=Id(5), handle="x"))[0] == 25
    for bounds, fits in (
        ({"authors": [3]}, lambda note: note % 10 == 3),
        ({"least": 2_900}, lambda note: note > 2_900),
        ({"langs": ["zh"]}, lambda note: note % 2 == 1),
        ({"narrow": Narrow(only=frozenset({7, 8, 9}))}, lambda note: note in {7, 8, 9}),
        ({"narrow": Narrow(never=frozenset(range(2_000)))}, lambda note: note >= 2_000),
    ):
        found = closest(there, asked, GUEST, **bounds)
        assert found
        assert all(map(fits, found))


def test_signs_of_another_length_are_not_compared(vectors: list[list[float]]) -> None:
    assert closest(held(vectors), vectors[0] * 2, GUEST) == []
    assert closest(held([]), vectors[0], GUEST) == []


@pytest.fixture
def kept_long(db: Db, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All signs are held for the whole test, new ones read each time."""
    monkeypatch.setattr(db.database, "shares_for", 60.0)
    monkeypatch.setattr(signs, "HELD_NEW", 0)
    yield
    db.database.held.clear()


@pytest.mark.usefixtures("kept_long")
async def test_what_is_written_later_is_found_and_what_is_hidden_later_is_not(
    db: Db, state: State, ines: Person
) -> None:
    early = await factories.note(db, ines, "Meu cachorro", lang="pt")
    await learn(db, state, Flat())
    assert titles(await ask(db, GUEST, Flat(), "zzyzx")) == ["Meu cachorro"]
    await factories.note(db, ines, "Três dias em Lisboa", lang="pt")
    await learn(db, state, Flat())
    assert sorted(titles(await ask(db, GUEST, Flat(), "zzyzx"))) == ["Meu cachorro", "Três dias em Lisboa"]
    await notes.delete(db, ines.viewer, early.id)
    assert titles(await ask(db, GUEST, Flat(), "zzyzx")) == ["Três dias em Lisboa"]
