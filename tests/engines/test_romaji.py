import pytest

from vermilion.engines.romaji import beginning_of, kana_of, reading_of


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("sushi", "すし"), ("susi", "スシ"), ("ramen", "ラーメン"), ("raamen", "ラーメン"), ("rāmen", "ラーメン"), ("ra-men", "ラーメン"),
        ("tokyo", "とうきょう"), ("toukyou", "とうきょう"), ("tōkyō", "トーキョー"), ("Tôkyô", "トーキョー"), ("osaka", "おおさか"),
        ("shimbun", "しんぶん"), ("sinbun", "しんぶん"), ("matcha", "まっちゃ"), ("mattya", "まっちゃ"), ("kon'ya", "こんや"),
        ("konbini", "コンビニ"), ("gyoza", "ぎょうざ"), ("zyunbi", "じゅんび"), ("huzi", "ふじ"), ("koohii", "コーヒー"),
        ("kohi", "コーヒー"), ("karee", "カレー"), ("kare", "カレー"), ("okonomiyaki", "おこのみやき"), ("ohayo", "おはよう"),
    ],
)  # fmt: skip
def test_latin_letters_are_read_as_kana_in_either_spelling(typed: str, kana: str) -> None:
    assert kana in kana_of(typed)
    assert len(kana_of(typed)) <= 49


@pytest.mark.parametrize("typed", ["", "the", "hello", "python", "ちゃ", "里", "a" * 99, "-", "'", "nn-"])
def test_what_is_no_japanese_has_no_kana(typed: str) -> None:
    assert kana_of(typed) in ([], ["ンンー", "んんー"])


def test_readings_are_the_same_however_they_are_typed() -> None:
    assert {reading_of("とうきょう"), *map(beginning_of, ("tokyo", "toukyou", "tōkyō", "Tôkyô"))} == {"tokyo"}
    assert reading_of("ラーメン") == beginning_of("raamen") == "ramen"
    assert reading_of("まっちゃ") == beginning_of("mattya") == "matcha"
    assert beginning_of("susi") == beginning_of("sushi") == reading_of("スシ") == "sushi"
    assert [beginning_of(typed) for typed in ("su", "sus", "tya", "xyz", "s")] == ["su", "sus", "cha", "", ""]
