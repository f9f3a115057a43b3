"""What a hit shows of its note: the passage that was asked for, in both languages, with its words marked."""

import re

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as accounts
from vermilion.kernel.ids import Id
from vermilion.kernel.text import content_hash
from vermilion.kernel.viewer import GUEST
from vermilion.notes.schema import NewVersion
from vermilion.search.query import cut, understand
from vermilion.search.sentences import sentences
from vermilion.search.snippets import LENGTH, snippet_of
from vermilion.storage.db import Db
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done, Passage
from vermilion.translation.state import tell
from vermilion.web.context import State

API = "/api/v1"
LONG = (
    "We went out early. " * 20 + "\nThe ferry to the island costs 3 euro. Bring water.\n" + "Then home. " * 20
)
CHINESE = "下班就出发。\n周五的船票要三十块，要早一点去。\n岛上有一家小店。"
ENGLISH = "We left after work.\nThe boat on Friday is thirty yuan, so be early.\nThere is one shop."


def in_brackets(text: str, marks: list[list[int]]) -> str:
    for start, end in reversed(marks):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("先坐船。再走路！到了", ["先坐船。", "再走路！", "到了"]),
        ("3. Ingleton car park, £2.50 for St. John. Good.", ["3. Ingleton car park, £2.50 for St. John.", "Good."]),
        ("· eggs\n• milk\n#food #market\n🙂", ["eggs", "milk"]),
        ("هل هو مفتوح؟ نعم.", ["هل هو مفتوح؟", "نعم."]),
        ("", []),
        ("谁要一起走？ #上海 #周末", ["谁要一起走？"]),
        ("#a #b Bring water. #Lisbon is steep.", ["Bring water.", "#Lisbon is steep."]),
        ("Then home #night #tram", ["Then home"]),
    ],
)  # fmt: skip
def test_a_text_is_cut_into_its_sentences(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in sentences(text)] == found


def test_a_sentence_without_an_end_is_bounded() -> None:
    text = "岛" * 5_000
    parts = sentences(text)
    assert max(one.end - one.start for one in parts) <= 320
    assert "".join(text[one.start : one.end] for one in parts) == text


def test_the_passage_is_the_one_that_was_asked_for_and_not_the_beginning() -> None:
    query = understand(cut("ferry price island"), "en")
    worth = dict.fromkeys(["ferry", "island"], 3.0)
    snippet = snippet_of(query, worth, Passage(text=LONG, lang="en", original=LONG, original_lang="en"))
    assert snippet is not None
    assert snippet.text.startswith("… The ferry") or snippet.text.startswith("The ferry")
    assert "costs 3 euro. Bring water." in snippet.text
    assert len(snippet.text) < LENGTH * 1.5
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["ferry", "island"]
    assert snippet_of(query, worth, Passage(text="", lang="en", original="", original_lang="en")) is None


async def write(db: Db, author: Person, title: str, body: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", "body": body, **fields})).id


async def test_words_are_marked_in_the_authors_version_and_in_the_original(
    client: httpx.AsyncClient, db: Db, mei: Person
) -> None:
    await write(
        db, mei, "去岛上", CHINESE, lang="zh", versions=(NewVersion(lang="en", title="To the island", body=ENGLISH),)
    )  # fmt: skip
    answer = await client.get(f"{API}/search", params={"q": "friday boat"}, headers={"accept-language": "en"})
    snippet = answer.json()["items"][0]["snippet"]
    assert (snippet["kind"], snippet["lang"], snippet["original_lang"]) == ("version", "en", "zh")
    assert "The [boat] on [Friday] is" in in_brackets(snippet["text"], snippet["marks"])
    assert "[周五]" in in_brackets(snippet["original"], snippet["original_marks"])
    page = (await client.get("/search?q=friday+boat", headers={"accept-language": "en"})).text
    assert '<output class="shown" lang="en" dir="auto" aria-live="off">' in page
    assert "The <mark>boat</mark> on <mark>Friday</mark> is" in page
    assert "<mark>周五</mark>" in page
    assert page.count("Written in Chinese, shown in English in its author") > 2


async def test_a_rendering_is_asked_for_and_shown_once_it_is_there(
    client: httpx.AsyncClient, state: State, db: Db, mei: Person
) -> None:
    await tell(db, "of a test", "ready")
    note_id = await write(db, mei, "去岛上", CHINESE, lang="zh")
    page = (await client.get("/search?q=friday+boat", headers={"accept-language": "en"})).text
    again = re.search(r'data-wait="[^"]+" data-again="([^"]+)"', page)
    assert again is not None, "the passage waits"
    assert "<mark>周五</mark>" in page
    await state.asking.flush()
    asked = {row[0] for row in await db.rows("SELECT text FROM translation_queue")}
    assert asked == {"去岛上", CHINESE}, "the whole text is asked for, never a part of it"
    done = Done(text_hash=content_hash(CHINESE), lang="en", source_lang="zh", text=ENGLISH, engine="test/1")
    await finish(db, [done])
    address = again[1].replace("&amp;", "&")
    fragment = await client.get(address, headers={"accept-language": "en", "x-fragment": "1"})
    assert "The <mark>boat</mark> on <mark>Friday</mark> is" in fragment.text
    assert "translated into English by machine" in fragment.text
    await accounts.block(db, mei.viewer, (other := await factories.person(db, "other")).id)
    assert (await client.get(address, headers=other.cookie)).status_code == 404
    assert (await client.get(f"/search/snippet?q=x&note={int(note_id) + 1}")).status_code == 404
    assert (await client.get("/search/snippet?q=x&note=nonsense")).status_code == 404
    assert GUEST.shown == "translation"
