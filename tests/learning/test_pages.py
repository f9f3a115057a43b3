"""What learners see and send without script, and the fragments the script asks for."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.notes.schema import Note
from vermilion.storage.db import Db
from vermilion.translation import queue
from vermilion.translation.state import tell
from vermilion.web.context import State

People = Callable[..., Awaitable[Person]]
FRAGMENT = {"x-fragment": "1"}


@pytest.fixture
async def ines(people: People) -> Person:
    return await people("ines", learns="zh")


@pytest.fixture
async def note(db: Db, mei: Person) -> Note:
    return await factories.note(db, mei, "早上好", body="我明天去银行。", lang="zh")


async def page(client: httpx.AsyncClient, who: Person, path: str, **headers: str) -> str:
    answer = await client.get(path, headers={**who.cookie, **headers})
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


async def send(
    client: httpx.AsyncClient, who: Person, path: str, headers: dict[str, str] | None = None, **fields: str
) -> httpx.Response:
    return await client.post(path, data=fields, headers={**who.cookie, **(headers or {})})


def key_of(text: str) -> str:
    found = re.search(r'name="form_key" value="(\w+)"', text)
    assert found
    return found[1]


async def test_a_note_is_read_word_by_word_without_script(
    client: httpx.AsyncClient, ines: Person, note: Note
) -> None:
    text = await page(client, ines, f"/n/{note.id}/read")
    assert "<ruby>银行<rp>(</rp><rt>yínháng</rt><rp>)</rp></ruby>" in text
    link = re.search(r'href="(/learn/word\?w=%E9%93%B6[^"]*)"', text)
    assert link
    word = await page(client, ines, link[1].replace("&amp;", "&"))
    assert "bank" in word
    assert "我明天去<mark>银行</mark>。" in word
    assert (await client.get(f"/n/{note.id}/read")).status_code == 303


async def test_a_note_out_of_sight_is_not_read_word_by_word(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    hidden = await factories.note(db, mei, "秘密", lang="zh", audience="me")
    assert (await client.get(f"/n/{hidden.id}/read", headers=ines.cookie)).status_code == 404
    assert "mìmì" in await page(client, mei, f"/n/{hidden.id}/read")


async def test_the_review_goes_by_plain_forms(client: httpx.AsyncClient, ines: Person, note: Note) -> None:
    assert "Nothing to review" in await page(client, ines, "/learn")
    saved = await send(
        client,
        ines,
        "/learn/words",
        word="银行",
        lang="zh",
        deed="save",
        note=str(note.id),
        reading="yínháng",
    )
    assert saved.status_code == 303
    text = await page(client, ines, "/learn")
    assert "我明天去<mark>银行</mark>。" in text
    assert all(f'name="rating" value="{rating}"' in text for rating in (1, 2, 3, 4))
    word = re.search(r'name="word" value="(\d+)"', text)
    assert word
    for _ in range(2):  # sent twice it counts once
        answered = await send(client, ines, "/learn/answer", word=word[1], rating="4", form_key=key_of(text))
        assert (answered.status_code, answered.headers["location"]) == (303, "/learn")
    done = await page(client, ines, "/learn")
    assert "You answered 1 time today." in done
    assert "Next review in" in done
    assert (await send(client, ines, "/learn/undo")).status_code == 303
    assert "<mark>银行</mark>" in await page(client, ines, "/learn")


async def test_saved_words_can_be_looked_through_and_removed(
    client: httpx.AsyncClient, ines: Person, note: Note
) -> None:
    await send(client, ines, "/learn/words", word="银行", lang="zh", deed="save", note=str(note.id))
    fragment = await send(client, ines, "/learn/words", FRAGMENT, word="明天", lang="zh", deed="know")
    assert 'data-level="4"' in fragment.text
    text = await page(client, ines, "/learn/words?q=yin")
    assert "明天</b>" not in text
    text = await page(client, ines, "/learn/words?show=learning")
    number = re.search(r'<li id="w(\d+)">', text)
    assert number
    await send(client, ines, "/learn/words", word="银行", lang="zh", deed="drop", id=number[1])
    assert "银行</b>" not in await page(client, ines, "/learn/words")


async def test_a_language_is_chosen_in_the_settings_and_pages_know_it(
    client: httpx.AsyncClient, mei: Person, note: Note
) -> None:
    assert "data-learns" not in await page(client, mei, f"/n/{note.id}")
    assert "/settings#learning" in await page(client, mei, "/learn")
    chosen = await send(client, mei, "/settings/learning", learns="en")
    assert chosen.headers["location"] == "/settings?saved=1#learning"
    assert 'data-learns="en"' in await page(client, mei, f"/n/{note.id}")
    await send(client, mei, "/settings/learning", learns="tlh")
    assert "data-learns" not in await page(client, mei, f"/n/{note.id}")


async def test_the_way_to_the_review_is_on_ones_own_page_where_phones_have_no_more_room_below(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    assert 'class="quiet-button" href="/learn"' in await page(client, ines, "/@ines")
    assert 'class="quiet-button" href="/learn"' not in await page(client, mei, "/@ines")


async def test_a_meaning_that_is_missing_is_waited_for(
    client: httpx.AsyncClient, state: State, db: Db, people: People
) -> None:
    await tell(db, "test", "ready")
    tom = await people("tom", reads=("es",), learns="zh", translate="tap")
    text = await page(client, tom, "/learn/word?w=%E9%93%B6%E8%A1%8C")
    assert "data-wait" in text
    await state.asking.flush()
    (meaning,) = await queue.claim(db, 9)
    assert (meaning.text, meaning.lang, meaning.priority // 100) == ("bank", "es", 3)


async def test_a_day_that_cannot_be_keeps_what_was_typed(client: httpx.AsyncClient, ines: Person) -> None:
    refused = await send(client, ines, "/learn/settings", zone="Mars/Base", day_start="5", new_a_day="7")
    assert "There is no such time zone." in refused.text
    assert 'value="Mars&#x2f;Base"' in refused.text
    kept = await send(client, ines, "/learn/settings", zone="Asia/Tokyo", day_start="5", new_a_day="7")
    assert kept.status_code == 303
    assert 'value="Asia&#x2f;Tokyo"' in await page(client, ines, "/learn")


async def test_please_correct_me_is_asked_with_the_comment_and_answered_below_it(
    client: httpx.AsyncClient, ines: Person, mei: Person, note: Note
) -> None:
    assert 'name="correct_me"' in await page(client, ines, f"/n/{note.id}")
    assert 'name="correct_me"' not in await page(client, mei, f"/n/{note.id}")
    await send(client, ines, f"/n/{note.id}/comments", body="我昨天去了银行了。", correct_me="1")
    await send(
        client, ines, f"/n/{note.id}/comments", body="Not in Chinese at all, this one.", correct_me="1"
    )
    text = await page(client, mei, f"/n/{note.id}")
    assert text.count('class="helped"') == 1
    action = re.search(r'action="(/n/\d+/comments/\d+/corrections)"', text)
    assert action
    refused = await send(client, mei, action[1], text="我昨天去了银行了。")
    assert "problem" in refused.text
    assert (await send(client, mei, action[1], text="我昨天去了银行。")).status_code == 303
    text = await page(client, ines, f"/n/{note.id}")
    assert "我昨天去了银行<del>了</del>。" in text
    decide = re.search(r'action="(/n/\d+/corrections/\d+)".*?name="comment" value="(\d+)"', text)
    assert decide
    thanked = await send(client, ines, decide[1], FRAGMENT, comment=decide[2], deed="thank")
    assert "Thanked" in thanked.text
    guest = (await client.get(f"/n/{note.id}")).text
    assert "<del>了</del>" in guest
    assert not re.search(r'action="/n/\d+/(?:comments/\d+/)?corrections', guest)


async def test_what_is_said_with_markup_stays_text(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, mei, "早", body="<b>银行</b><script>alert(1)</script>", lang="zh")
    for path in (f"/n/{note.id}/read", f"/learn/word?w=银行&note={note.id}", "/learn/word?w=<script>x"):
        text = await page(client, ines, path)
        assert "<script>alert" not in text
        assert "<script>x" not in text


def test_the_dictionary_is_credited() -> None:
    templates = Path(__file__).parents[2] / "vermilion" / "web" / "templates"
    assert "CC BY-SA 4.0" in (templates / "parts" / "meanings.html").read_text()
    assert "cc-cedict.org" in (templates / "dictionary.html").read_text()
