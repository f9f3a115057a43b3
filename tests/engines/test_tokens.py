import pytest

from vermilion.engines.tokens import flat, is_signs, pieces, tokens


def test_width_case_accents_and_what_nobody_sees_do_not_count() -> None:
    for written in ("Café", "ＣＡＦÉ", "cafe\u0301", "ca\u200bfé", "CAFE"):
        assert tokens(written, "") == ["cafe"]
    assert tokens("Straße", "") == tokens("STRASSE", "")
    assert tokens("ｶﾞｲﾄﾞ", "ja") == tokens("ガイド", "ja")


def test_runs_of_signs_become_signs_and_pairs_and_words_keep_beside_them() -> None:
    assert tokens("里斯本3天", "zh") == ["里", "斯", "本", "里斯", "斯本", "3", "天"]
    assert tokens("서울 맛집", "ko") == ["서", "울", "서울", "맛", "집", "맛집"]
    assert tokens("东", "zh") == ["东"]
    assert is_signs("东京")
    assert not is_signs("tokyo")


def test_a_word_has_its_stem_beside_it_in_its_own_language() -> None:
    assert tokens("travelling", "en") == ["travelling", "~travel"]
    assert tokens("travel", "en") == ["travel"]
    assert tokens("viajes", "es") == ["viajes", "~viaj"]
    assert tokens("travelling", "xx") == ["travelling"]


def test_thai_marks_stay_with_their_letters() -> None:
    assert tokens("ที่พัก", "th")[:3] == ["ที่", "พั", "ก"]


def test_a_phrase_is_found_whatever_parts_its_words() -> None:
    assert flat("hello world") in flat("Oh, HELLO – world!")
    assert flat("hello world") not in flat("othello world")
    assert flat("三日游") in flat("里斯本三日游攻略")


def test_pieces_stand_where_the_text_has_them() -> None:
    text = "Três dias em 里斯本!"
    assert [text[piece.start : piece.end] for piece in pieces(text, "pt")] == [
        "Três",
        "dias",
        "em",
        "里",
        "斯",
        "本",
    ]
    assert pieces(text, "pt")[-1].tokens == ("本", "斯本")


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "!!!", "🐱🐱", "\u0301", "_", "'"])
def test_what_holds_no_word_has_no_tokens(text: str) -> None:
    assert tokens(text, "en") == []
