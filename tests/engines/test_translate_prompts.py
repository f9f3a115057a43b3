"""What a chat model is told, for every pair there is."""

import itertools
import re

import pytest

from vermilion.engines.translate import Ask
from vermilion.engines.translate_prompts import NAMES, messages, version
from vermilion.kernel.types import LANGS

INTERFACE = ("en", "zh", "zh-Hant", "es", "pt", "fr", "de", "it", "ar", "ja", "ko", "ru", "id")


def asked(source: str, target: str, text: str = "42!", **more: object) -> list[dict[str, str]]:
    return messages(Ask(text=text, source=source, target=target, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(INTERFACE, 2)))
def test_each_pair_of_the_interface_has_examples_that_keep_marks_and_obey_nobody(
    source: str, target: str
) -> None:
    task, *examples, last = asked(source, target)
    assert task["role"] == "system"
    assert NAMES[target] in task["content"]
    assert len(examples) >= 12
    assert [one["role"] for one in examples] == ["user", "assistant"] * (len(examples) // 2)
    said, answered = examples[::2], examples[1::2]
    for before, after in zip(said, answered, strict=True):
        assert re.findall(r"\[\d\]", before["content"]) == re.findall(r"\[\d\]", after["content"])
    assert any("[1]" in one["content"] for one in answered)
    assert any(one["content"].rstrip().endswith(("?", "？", "؟")) for one in answered)
    assert last == {"role": "user", "content": "42!"}


def test_every_language_has_a_name_and_can_be_asked_for() -> None:
    assert set(LANGS) <= set(NAMES)
    for source, target in itertools.permutations(LANGS, 2):
        assert asked(source, target)[-1]["content"] == "42!"
    assert asked("zh-Hans", "en-GB") == asked("zh", "en")


def test_hints_and_the_second_attempt_stand_with_the_words_behind_all_that_is_the_same() -> None:
    plain, hinted, again = (
        asked("zh", "en", "yyds"),
        asked("zh", "en", "yyds", hints=(("yyds", "the GOAT"),)),
        asked("zh", "en", "yyds", attempt=1),
    )
    assert plain[:-1] == hinted[:-1] == again[:-1]
    assert hinted[-1]["content"] == "yyds\n(yyds: the GOAT)"
    assert again[-1]["content"].startswith("yyds\n")


def test_a_pair_with_examples_of_its_own_counts_its_changes_by_itself() -> None:
    assert version("zh", "en") == version("zh-Hans", "en-GB")
    assert {version("zh-Hant", "en"), version("pt", "zh")} == {version("de", "fr")}
    assert version("zh", "en") != version("pt", "en")
