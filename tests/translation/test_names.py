"""Names that an engine left in Chinese are spelt; other words are not, for that would hide a fault."""

import pytest

from tests.translation.makes import By, Told
from vermilion.engines.language import Language
from vermilion.translation.glossary import Glossary
from vermilion.translation.names import spelt
from vermilion.translation.pipeline import render


@pytest.mark.parametrize(
    ("words", "answer", "target", "said"),
    [
        ("我在泉州吃饭", "I ate in 泉州.", "en", "I ate in Quanzhou."),
        ("我在泉州吃饭", "I ate in泉州today", "en", "I ate in Quanzhou today"),
        ("我在泉州吃饭", "Я ел в 泉州", "ru", "Я ел в 泉州"),
        ("今天好累", "So tired 今天", "en", "So tired 今天"),
        ("我在柳州吃饭", "I ate in 泉州.", "en", "I ate in 泉州."),
        ("我在泉州吃饭", "I ate", "en", "I ate"),
    ],
)
def test_names_and_nothing_else(words: str, answer: str, target: str, said: str) -> None:
    assert spelt(words, answer, target) == said


async def test_a_name_left_standing_is_no_fault_any_more_and_a_word_still_is() -> None:
    for answer, is_good in (("I had a meal in 泉州 today", True), ("I 吃饭 in Quanzhou today", False)):
        make = Told(lambda _, said=answer: said)  # type: ignore[misc]
        done = await render(By(make), Language(), Glossary({}), "我今天在泉州吃饭", "zh", "en")
        assert done.is_good is is_good
