"""#旅行 is #travel is #viaje."""

import pytest

from vermilion.translation.topics import Topics

TOPICS = Topics.read()


@pytest.mark.parametrize(
    ("tag", "lang", "name"),
    [
        ("旅行", "en", "travel"),
        ("TRAVEL", "zh", "旅行"),
        ("travel", "es-MX", TOPICS.in_language("travel", "es")),
        ("nobodyeverusedthistag", "en", None),
        ("travel", "xx", None),
        ("", "en", None),
    ],
)
def test_a_topic_in_another_language(tag: str, lang: str, name: str | None) -> None:
    assert TOPICS.in_language(tag, lang) == name


def test_every_name_of_a_topic_leads_to_the_same_ones() -> None:
    same = TOPICS.same("travel")
    assert {"travel", "旅行", "viaje"} <= set(same)
    assert same[0] == "travel"
    assert set(TOPICS.same("旅行")) == set(same)


def test_a_tag_of_no_topic_is_alone() -> None:
    assert TOPICS.same("NobodyEver") == ["nobodyever"]
