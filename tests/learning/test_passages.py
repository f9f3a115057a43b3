import pytest

from vermilion.kernel.ids import Id
from vermilion.learning.passages import Text, sentences


def found(text: str, form: str, lang: str = "en") -> list[str]:
    made = sentences(Text(note_id=Id(7), comment_id=None, text=text, lang=lang), form)
    assert all(one.text[one.start : one.end].casefold() == form.casefold() for one in made)
    return [one.text for one in made]


@pytest.mark.parametrize(
    ("text", "form", "sentence"),
    [
        ("What does 7 a.m. sound like here? Tell me.", "like", "What does 7 a.m. sound like here?"),
        ("It costs 3.50 now. Cash only.", "now", "It costs 3.50 now."),
        ("First line\nsecond line", "second", "second line"),
        ("Hi! She said “go.” Then left", "go", "She said “go.”"),
        ("See example.org for more. Bye", "more", "See example.org for more."),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, form: str, sentence: str) -> None:
    assert found(text, form) == [sentence]


def test_a_word_of_an_alphabet_stands_by_itself() -> None:
    assert found("Category: the Cat.", "cat") == ["Category: the Cat."]
    assert found("Category", "cat") == []


def test_a_sentence_comes_once_for_each_place_and_long_ones_are_cut() -> None:
    assert len(found("天天向上。今天", "天", "zh")) == 3
    long = found("很" * 200 + "银行" + "好" * 200, "银行", "zh")[0]
    assert len(long) < 90
    assert long.startswith("…")
    assert long.endswith("…")


@pytest.mark.parametrize("text", ["", "。。。", "." * 5000, "a." * 2500, " " * 5000])
def test_what_holds_no_sentence_gives_none(text: str) -> None:
    assert found(text, "银行", "zh") == []
