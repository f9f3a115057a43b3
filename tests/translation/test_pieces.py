"""A text falls into pieces of one language and bounded length, and nothing between them is lost."""

import pytest

from vermilion.engines.language import Language
from vermilion.translation.pieces import MOST_WEIGHT, Piece, cut, letters, smaller, weight

LANGUAGE = Language()


def asked(text: str, source: str, target: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.source) for piece in cut(text, source, target, LANGUAGE) if piece.source]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "好",
        "一\r\n二\r三\n\n\n四\t",
        "Hello Привет 你好 こんにちは 안녕하세요 مرحبا שלום नमस्ते สวัสดี Γειά",
        "今天#旅行 @mei 真好😭。It is very depressing. Qué más?",
        "a" * 5000,
        "哈" * 5000,
        "Wait. " * 800,
        "\u202eback\u202c \u200b\u2068open",
        "[1] ⟦2⟧ <b>x</b>",
    ],
)
@pytest.mark.parametrize("target", ["en", "zh", "ar"])
def test_pieces_joined_are_the_text_and_none_is_too_long(text: str, target: str) -> None:
    pieces = cut(text, "zh", target, LANGUAGE)
    assert "".join(piece.text for piece in pieces) == text
    assert all(weight(piece.text) <= MOST_WEIGHT + 8 for piece in pieces if piece.source)


@pytest.mark.parametrize(
    ("text", "source", "target", "found"),
    [
        ("今天好累", "zh", "en", [("今天好累", "zh")]),
        ("今天好累", "zh", "zh", []),
        ("It is very depressing. 高速上堵了四个小时。", "zh", "en", [(" 高速上堵了四个小时。", "zh")]),
        ("It is very depressing. 高速上堵了四个小时。", "zh", "pt", [
            ("It is very depressing.", "en"), (" 高速上堵了四个小时。", "zh"),
        ]),
        ("My 奶奶 makes the best 饺子", "en", "zh", [("My 奶奶 makes the best 饺子", "en")]),
        ("الجو جميل اليوم", "zh", "en", [("الجو جميل اليوم", "ar")]),
        ("I mean, la neta, it's not that deep, güey", "es", "en", [("I mean, la neta, it's not that deep, güey", "es")]),
        ("this whole line has been in English all along", "es", "en", []),
        ("#旅行 @mei 😭", "zh", "en", []),
    ],
)  # fmt: skip
def test_what_is_asked_in_which_language(
    text: str, source: str, target: str, found: list[tuple[str, str]]
) -> None:
    assert asked(text, source, target) == found


def test_a_language_nobody_knows_is_told_as_unknown() -> None:
    assert asked("הגעתי לתחנה והרכבת יצאה", "und", "en") == [("הגעתי לתחנה והרכבת יצאה", "und")]


def test_a_line_in_two_languages_is_not_taken_for_the_readers_own() -> None:
    assert asked("Guten Morgen world, 今天也要加油, vamos!", "und", "zh") != []


def test_a_piece_can_be_cut_around_its_masks() -> None:
    (piece,) = cut("和@mei去了#西湖 玩", "zh", "en", LANGUAGE)
    assert [(part.text, part.source) for part in smaller(piece)] == [
        ("和", "zh"), ("@mei", ""), ("去了", "zh"), ("#西湖", ""), (" 玩", "zh"),
    ]  # fmt: skip


def test_letters_and_weights_tell_writings_apart() -> None:
    assert letters("abc 你好 かな 안녕") == {"han": 2, "kana": 2, "hangul": 2, "latin": 3}
    assert weight("你好") == 3 * weight("ab")
    assert Piece(()).text == ""
