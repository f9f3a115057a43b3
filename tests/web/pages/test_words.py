"""Every sentence of the interface, in every language of the interface."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from babel.messages.pofile import read_po

from tests.web.pages.messages import LOCALES, extract
from vermilion.web.wording import INTERFACES, PLURAL_FORMS, wording

PLACE = re.compile(r"\{(\w+)\}")
TRANSLATED = sorted(set(INTERFACES.values()) - {"en"})


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_sentence_is_translated(locale: str) -> None:
    with (LOCALES / locale / "LC_MESSAGES" / "vermilion.po").open("rb") as file:
        catalogue = read_po(file, locale=locale)
    for message in extract():
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        found = catalogue.get(key)
        assert found is not None, f"run tests/web/pages/messages.py: {key}"
        words = [found.string] if isinstance(found.string, str) else list(found.string or ())
        assert words, key
        assert all(words), key
        known = set(PLACE.findall(" ".join([message.id] if isinstance(message.id, str) else message.id)))
        assert set(PLACE.findall(" ".join(words))) <= known, key


@pytest.mark.parametrize("locale", TRANSLATED)
def test_plurals_follow_the_catalogue(locale: str) -> None:
    with (LOCALES / locale / "LC_MESSAGES" / "vermilion.po").open("rb") as file:
        catalogue = read_po(file, locale=locale)
    assert {PLURAL_FORMS[locale](number) for number in range(200)} <= set(range(catalogue.num_plurals))


def test_arabic_counts_in_six_forms() -> None:
    words = wording("ar")
    said = {number: words.ngettext("{n} comment", "{n} comments", number) for number in (1, 2, 3, 11, 100)}
    assert len(set(said.values())) == 5


def test_counts_are_short_in_every_language() -> None:
    assert wording("en").compact(12_345) == "12.3K"
    assert wording("zh").compact(12_345) == "1.2万"


@pytest.mark.parametrize("lang", sorted(INTERFACES))
@pytest.mark.parametrize("passed", [timedelta(minutes=5), timedelta(hours=3), timedelta(days=3)])
def test_how_long_ago_is_said_in_words(lang: str, passed: timedelta) -> None:
    said = wording(lang).ago(datetime.now(UTC) - passed)
    assert not said.strip("\u200e\u200f").startswith(("-", "\u2212"))
    assert re.search(r"\d", said)
    assert len(said) <= 14, said
