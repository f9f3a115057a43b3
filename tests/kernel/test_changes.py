"""What changed between two texts, word by word."""

import pytest

from vermilion.kernel.changes import MOST_PAIRS, changes


@pytest.mark.parametrize(("old", "new", "found"), [
    ("", "", []),
    ("a b", "a b", [("same", "a b")]),
    ("", "new", [("new", "new")]),
    ("Boats at six", "Boats at seven", [("same", "Boats at "), ("gone", "six"), ("new", "seven")]),
    ("港口很美", "港口真美丽", [("same", "港口"), ("gone", "很"), ("new", "真"), ("same", "美"), ("new", "丽")]),
    ("one two three", "two three four", [("gone", "one "), ("same", "two three"), ("new", " four")]),
    ("مرفأ قديم", "مرفأ جديد", [("same", "مرفأ "), ("gone", "قديم"), ("new", "جديد")]),
])  # fmt: skip
def test_words_that_came_and_went_are_found(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert [(change.kind, change.text) for change in changes(old, new)] == found


@pytest.mark.parametrize(("old", "new"), [
    ("a b " * 1250, "b a " * 1250), ("的" * 5000, "的" * 4000 + "了" * 1000), ("x", "x" * 5000),
    ("👩‍👩‍👧 ok\n\nline", "👩‍👩‍👧 ok\nline \u200f"),
])  # fmt: skip
def test_both_texts_can_be_had_back_whatever_they_are(old: str, new: str) -> None:
    made = changes(old, new)
    assert "".join(change.text for change in made if change.kind != "new") == old
    assert "".join(change.text for change in made if change.kind != "gone") == new


def test_one_word_over_and_over_is_told_apart_as_a_whole() -> None:
    times = int(MOST_PAIRS**0.5)
    made = changes("x a " * times + "y", "z a " * times + "w")
    assert [change.kind for change in made] == ["gone", "new"]
