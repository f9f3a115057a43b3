"""Slang is found where it stands, and the operator's words come before ours."""

import itertools
from pathlib import Path

import pytest

from vermilion.translation.glossary import MOST_HINTS, Glossary, alternatives

OURS = Glossary.read()


def found(text: str, lang: str) -> list[str]:
    return [one.term for one in OURS.find(text, lang)]


def test_there_are_entries_enough_each_with_a_meaning_and_an_example() -> None:
    assert set(OURS.entries) == {"zh", "en", "es", "pt", "ja", "ko"}
    assert sum(map(len, OURS.entries.values())) >= 400
    senses = [sense for of_lang in OURS.entries.values() for entry in of_lang for sense in entry.sense]
    assert all(sense.meaning and sense.example for sense in senses)


def test_the_longest_term_wins_and_none_lies_in_another() -> None:
    marks = [
        (one.start, one.start + len(one.term)) for one in OURS.find("被种草了，yyds，YYDS，笑不活了", "zh")
    ]
    assert marks == sorted(marks)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(marks))
    assert "yyds" in found("这家店YYDS", "zh")


@pytest.mark.parametrize("text", ["xyydsx", "yyds2"])
def test_latin_terms_stand_for_themselves(text: str) -> None:
    assert "yyds" not in found(text, "zh")


def test_hints_say_it_in_the_target_language_else_in_english() -> None:
    (hint,) = Glossary.read().hints("这家店yyds", "zh", "en")
    entry = next(entry for entry in OURS.entries["zh"] if entry.term == "yyds")
    assert hint == ("yyds", alternatives(entry.sense[0].say["en"])[0])
    (foreign,) = OURS.hints("这家店yyds", "zh", "ar")
    assert foreign == ("yyds", entry.sense[0].meaning)


def test_ordinary_words_are_no_hints_and_hints_are_few() -> None:
    ordinary = next(entry for entry in OURS.entries["zh"] if entry.not_slang)
    assert OURS.hints(ordinary.term, "zh", "en") == ()
    terms = [entry.term for entry in OURS.entries["zh"] if not entry.not_slang][:40]
    assert len(OURS.hints("，".join(terms), "zh", "en")) == MOST_HINTS


def test_a_language_without_a_glossary_has_no_hints() -> None:
    assert OURS.hints("yyds", "fr", "en") == ()


def test_the_operators_words_come_before_ours(tmp_path: Path) -> None:
    (tmp_path / "zh.toml").write_text(
        '[[entry]]\nterm = "yyds"\n[[entry.sense]]\nmeaning = "house rule"\n[[entry]]\nterm = "新词儿"\n'
        '[[entry.sense]]\nmeaning = "a new word"\n',
        encoding="utf-8",
    )
    glossary = Glossary.read(tmp_path)
    assert glossary.hints("yyds", "zh", "en") == (("yyds", "house rule"),)
    assert glossary.hints("新词儿", "zh", "en") == (("新词儿", "a new word"),)
    assert len(glossary.entries["zh"]) == len(OURS.entries["zh"]) + 1
