import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from vermilion.feed.ranking import RECENT_SECONDS, liked, recent, repeat, varied
from vermilion.feed.schema import Candidate
from vermilion.kernel.ids import Id


def candidates(authors: list[int]) -> list[Candidate]:
    return [
        Candidate(note_id=Id(at + 1), author_id=Id(one), source="recent", terms={"recent": 1.0})
        for at, one in enumerate(authors)
    ]


def test_age_weighs_as_much_as_likes() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert recent(moment + timedelta(seconds=RECENT_SECONDS)) - recent(moment) == pytest.approx(1)
    assert liked(0, 0, 0) == 0
    assert liked(99, 0, 0) - liked(9, 0, 0) == pytest.approx(1)
    assert liked(1, 1, 1) > liked(1, 0, 0)
    assert liked(-5, -5, -5) == 0
    assert [repeat(at) for at in range(6)] == pytest.approx([0, -0.4, -0.8, -1.2, -1.2, -1.2])


def test_variation_loses_nothing_and_keeps_the_best_first() -> None:
    chance = random.Random(11)  # noqa: S311 - the same candidates each time
    for _ in range(100):
        authors = [chance.randrange(1, 5) for _ in range(chance.randrange(25))]
        langs = [chance.choice(("en", "zh")) for _ in authors]
        order = varied(candidates(authors), langs)
        assert sorted(order) == list(range(len(authors)))
        assert not order or order[0] == 0


def test_neighbours_differ_in_author_where_they_can() -> None:
    authors = [1, 1, 1, 2, 2, 3]
    order = varied(candidates(authors), ["en"] * 6)
    assert all(authors[one] != authors[other] for one, other in itertools.pairwise(order))
    assert varied(candidates([1, 1]), ["en", "en"]) == [0, 1]
    assert varied([], []) == []


def test_a_candidate_is_the_sum_of_its_terms() -> None:
    assert Candidate(note_id=Id(1), author_id=Id(1), source="x", terms={"a": 1.5, "b": -0.5}).score == 1.0
