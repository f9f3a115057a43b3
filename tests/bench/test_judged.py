"""The judged questions are what they say they are, and the bench counts them rightly."""

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from bench.judged import LANGS, POSTS, SNIPPETS, Answered, Question, by_pair, ndcg, questions, read_posts
from bench.judged_answers import answer_questions
from vermilion.sample import world


@pytest.fixture(scope="module")
def asked() -> dict[str, list[Question]]:
    return dict(questions())


def test_there_are_a_hundred_and_fifty_in_nine_languages(asked: dict[str, list[Question]]) -> None:
    assert tuple(asked) == LANGS
    assert {lang: len(some) for lang, some in asked.items() if len(some) not in {16, 17}} == {}
    assert sum(map(len, asked.values())) == 150
    for lang, some in asked.items():
        assert len({one.text.casefold() for one in some}) == len(some), lang
        assert {one.about for one in some} == {"travel", "food", "essays", "everyday"}, lang
        assert [one for one in some if not one.grades], f"{lang}: one that nothing answers"


def test_they_are_typed_as_people_type(asked: dict[str, list[Question]]) -> None:
    written = Counter(one.written for some in asked.values() for one in some)
    assert set(written) == {"plain", "typo", "mixed", "pinyin", "romaji", "tag"}
    assert sum(len(one.text) <= 60 for some in asked.values() for one in some) == 150


def test_judgements_name_notes_that_everybody_sees(asked: dict[str, list[Question]]) -> None:
    public = {note.slug for note in world.notes() if note.audience == "everyone"}
    named = {slug for some in asked.values() for one in some for slug in one.notes}
    assert named - public == set()
    assert len(named) > 80


def test_judgements_name_posts_by_a_file_and_a_line_whose_text_is_taken(
    asked: dict[str, list[Question]],
) -> None:
    names = {name for some in asked.values() for one in some for name in one.texts}
    for name in names:
        file, number = name.split(":")
        assert file == SNIPPETS or int(number) % 3 in POSTS[file], name
    assert len(names) > 30


def test_most_answers_stand_in_another_language_than_the_question(asked: dict[str, list[Question]]) -> None:
    langs = {note.slug: note.lang for note in world.notes()}
    every = [(lang, one) for lang, some in asked.items() for one in some if one.notes]
    other = [one for lang, one in every if any(langs[slug] != lang for slug in one.notes)]
    assert len(other) > 0.8 * len(every)


def test_the_best_order_counts_as_one_and_the_tenth_is_the_last_that_counts() -> None:
    grades = {"a": 3, "b": 1}
    assert ndcg(["a", "b", "x"], grades) == 1
    assert math.isclose(ndcg(["b", "a"], grades), (1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3)))
    assert 0 < ndcg([*"xxxxxxxxx", "a"], grades) < 0.3
    assert ndcg([*"xxxxxxxxxx", "a"], grades) == 0


def test_a_pair_of_languages_counts_only_notes_of_its_own() -> None:
    question = Question(text="cats", about="everyday", notes={"a": 3, "b": 2})
    answered = Answered(lang="en", question=question, found=("x", "b", "a"))
    assert by_pair([answered], {"a": "zh", "b": "en", "x": "zh"}) == {
        ("en", "zh"): [1 / math.log2(3)],
        ("en", "en"): [1.0],
    }


def test_each_post_stands_there_once_in_one_of_three_languages(tmp_path: Path) -> None:
    for file in (*POSTS, SNIPPETS):
        lines = [
            json.dumps({"source": f"{file} 中 {n}", "translation": f"{file} other {n}"}) for n in range(1, 7)
        ]
        (tmp_path / f"{file}.jsonl").write_text("\n".join(lines), "utf-8")
    found = read_posts(tmp_path)
    assert Counter(lang for lang, _ in found.values()) == {"zh": 2 + 6, "es": 2, "ja": 2}
    assert found["zh_es_fun_posts:3"] == ("zh", "zh_es_fun_posts 中 3")
    assert found["zh_es_fun_posts:4"] == ("es", "zh_es_fun_posts other 4")
    assert found["zh_ja_fun_posts:5"] == ("ja", "zh_ja_fun_posts other 5")


def test_questions_to_be_answered_name_sentences_that_stand_in_notes_everybody_sees() -> None:
    asked = answer_questions()
    public = {note.slug: note for note in world.notes() if note.audience == "everyone"}
    assert len(asked) >= 40
    assert sum(not one.answers for one in asked) >= 15
    assert len({one.lang for one in asked if one.answers}) >= 9
    assert len({one.text for one in asked}) == len(asked)
    missing = [
        (slug, words)
        for one in asked
        for slug, sentences in one.answers.items()
        for words in sentences
        if slug not in public or words not in f"{public[slug].title}\n{public[slug].body}"
    ]
    assert missing == []
