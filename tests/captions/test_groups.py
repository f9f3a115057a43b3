"""Cues are translated by what is said in one breath, and a translation keeps their times."""

from vermilion.captions.groups import grouped, passages_of, spread
from vermilion.captions.schema import Cue
from vermilion.kernel.ids import Id


def cues(*texts: str) -> list[Cue]:
    return [Cue(start_ms=at * 2000, end_ms=at * 2000 + 1900, text=text) for at, text in enumerate(texts)]


def test_a_group_ends_with_a_sentence_or_a_pause() -> None:
    said = cues("First we walk", "to the river.", "Then we", "eat rice")
    late = Cue(start_ms=20_000, end_ms=21_000, text="and sleep.")
    assert [len(group) for group in grouped([*said, late])] == [2, 2, 1]


def cue(start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text)


def test_who_speaks_beside_somebody_is_not_taken_for_them() -> None:
    said = [
        cue(0, 3000, "First we walk"),
        cue(1000, 2500, "No,"),
        cue(2600, 3500, "not I!"),
        cue(3500, 5000, "to the river."),
        cue(5000, 6000, "Then"),
        cue(5950, 7000, "we eat."),
    ]
    assert [[one.text for one in group] for group in grouped(said)] == [
        ["First we walk", "to the river."],
        ["No,", "not I!"],
        ["Then", "we eat."],
    ]


def test_words_of_a_group_are_joined_as_their_language_does() -> None:
    chinese = passages_of(cues("我们先走", "到河边。"), "zh", Id(5), is_public=True)
    assert [words.text for words in chinese] == ["我们先走到河边。"]
    english = passages_of(cues("we walk\nslowly", "home."), "en", Id(5), is_public=True)
    assert [words.text for words in english] == ["we walk slowly home."]


def test_a_translation_is_laid_over_the_same_times_and_loses_nothing() -> None:
    group = cues("First we walk to the river,", "then we eat rice with fish.")
    for text in (
        "Primero caminamos hasta el río, luego comemos arroz con pescado.",
        "我们先走到河边，然后吃米饭和鱼。",
        "أولاً نمشي إلى النهر، ثم نأكل الأرز مع السمك.",
    ):
        made = spread(text, group)
        assert [(cue.start_ms, cue.end_ms) for cue in made] == [(0, 1900), (2000, 3900)]
        assert "".join(cue.text.replace(" ", "") for cue in made) == text.replace(" ", "")
    assert spread("Primero caminamos hasta el río, luego comemos.", group)[0].text.endswith("río,")


def test_one_word_stays_as_long_as_all_that_it_stands_for() -> None:
    made = spread("Sí", cues("Yes, that", "is so."))
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in made] == [(0, 3900, "Sí")]
