"""What is in another language, on the pages: shown at once, swapped in, marked, a tap from its original."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.accounts.actions import follow
from vermilion.kernel.text import place_hash
from vermilion.notes.schema import NewVersion, Note
from vermilion.storage.db import Db
from vermilion.translation import queue
from vermilion.translation.schema import IN_PART, Done
from vermilion.translation.state import tell
from vermilion.web.context import Brief, State
from vermilion.web.limits import Limits, Streams

WORDS = "今天去了海边，风很大。"
FRAGMENT = {"x-fragment": "1"}


class Silence:
    """A subscription on which nothing arrives."""

    def __init__(self, _keys: object) -> None:
        pass

    async def __aenter__(self) -> asyncio.Queue[str]:
        return asyncio.Queue()

    async def __aexit__(self, *_wrong: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _silence(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state.live, "subscribe", Silence)


@pytest.fixture
async def translator(state: State) -> None:
    await tell(state.database.session(), "here", "ready")


@pytest.fixture
async def note(db: Db, people: Callable[..., Awaitable[Person]]) -> Note:
    hao = await people("hao", reads=("zh",))
    found = await factories.note(db, hao, "海边的一天", body=WORDS)
    await factories.comment(db, hao, found.id, "风太大了，帽子都飞了。")
    return found


async def finish(db: Db, state: State, text: str = "The wind took my hat.") -> int:
    """Everything that waits is translated, each as `text`; gives how many."""
    await state.asking.flush()
    waiting = await queue.claim(db, 50)
    await queue.finish(
        db,
        [
            Done(
                text_hash=one.text_hash,
                lang=one.lang,
                source_lang=one.source_lang,
                text=text,
                engine="make/1",
            )
            for one in waiting
        ],
    )
    return len(waiting)


@pytest.mark.usefixtures("translator")
async def test_a_page_shows_the_original_and_asks(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert page.count("data-wait=") == 3
    assert "Being translated…" in page
    assert WORDS in page
    assert await finish(db, state) == 3
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert "data-wait=" not in page
    assert page.count("Translated from Chinese · by machine") == 2
    assert 'lang="en" dir="auto" aria-live="off">The wind took my hat.</output>' in page
    assert WORDS in page


async def test_without_a_translator_nothing_waits_and_nothing_is_queued(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert "data-wait" not in page
    assert "data-made" not in page
    assert await finish(db, state) == 0


@pytest.mark.usefixtures("translator")
async def test_a_warm_thread_costs_one_statement_more(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note, mei: Person
) -> None:
    await client.get(f"/n/{note.id}", headers=ines.cookie)
    await finish(db, state)
    counts = []
    for reader in (mei, ines):
        await client.get("/", headers=reader.cookie)
        with statements(db, at_most=6) as sent:
            await client.get(f"/n/{note.id}", headers=reader.cookie)
        counts.append(len(sent))
    assert counts[1] == counts[0] + 1


@pytest.mark.usefixtures("translator")
async def test_a_text_of_which_lines_stand_as_they_were_says_so(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    await client.get(f"/n/{note.id}", headers=ines.cookie)
    await finish(db, state)
    whole = "Translated from Chinese · by machine<"
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert whole in page
    await db.run("UPDATE rendering SET engine = engine || $1", IN_PART)
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert "by machine; some lines stand as they were written" in page
    assert whole not in page


@pytest.mark.usefixtures("translator")
async def test_cards_are_asked_for_and_marked(
    client: httpx.AsyncClient,
    db: Db,
    state: State,
    ines: Person,
    note: Note,  # noqa: ARG001 - it is on the first page
) -> None:
    page = (await client.get("/", headers=ines.cookie)).text
    assert 'data-wait="' in page
    assert "Written in Chinese, not translated yet" in page
    assert await finish(db, state, "A day by the sea") == 1
    page = (await client.get("/", headers=ines.cookie)).text
    assert ">A day by the sea</" in page
    assert "translated into English by machine" in page


async def test_the_author_s_own_version_is_marked_as_the_author_s(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(
        db, mei, "早安", body=WORDS, versions=(NewVersion(lang="en", title="Morning", body="Windy today."),)
    )
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert "Translated from Chinese · by its author" in page
    assert "by machine" not in page
    assert "中 · EN" in (await client.get("/", headers=ines.cookie)).text


@pytest.mark.usefixtures("translator")
async def test_what_could_not_be_translated_says_so(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    await client.get(f"/n/{note.id}", headers=ines.cookie)
    await finish(db, state, "")
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert "could not be translated well" in page
    assert "data-wait" not in page


@pytest.mark.usefixtures("translator")
async def test_on_tap_nothing_is_asked_for_by_itself(
    client: httpx.AsyncClient, db: Db, state: State, people: Callable[..., Awaitable[Person]], note: Note,
) -> None:  # fmt: skip
    tom = await people("tom", translate="tap")
    page = (await client.get(f"/n/{note.id}", headers=tom.cookie)).text
    assert 'data-translate="' in page
    assert "data-wait" not in page
    assert await finish(db, state) == 0
    at = f"title.{note.id}.{note.id} body.{note.id}.{note.id}"
    answer = await client.post("/translate", data={"at": at}, headers=tom.cookie)
    assert answer.status_code == 303
    assert [one.priority // 100 for one in await queue.claim(db, 9)] == [3, 3]
    shown = (await client.get(answer.headers["location"], headers=tom.cookie)).text
    assert "Being translated…" in shown


async def test_who_taps_in_haste_is_slowed(
    client: httpx.AsyncClient, state: State, ines: Person, note: Note
) -> None:
    state.limits = Limits(1.0, lambda: 0.0)
    place = f"body.{note.id}.{note.id}"
    answers = [await client.post("/translate", data={"at": place}, headers=ines.cookie) for _ in range(60)]
    assert {answer.status_code for answer in answers} == {303}
    tap = client.post(f"/api/v1/passages/{place}/translate", headers=ines.bearer)
    assert (await tap).status_code == 429


@pytest.mark.usefixtures("translator")
@pytest.mark.parametrize(
    ("chosen", "target"), [("tap", "en"), ("auto", "th")]
)  # th: not measured, so doubtful
async def test_who_taps_reads_originals_until_they_tap_and_what_is_stored_then_at_once(
    client: httpx.AsyncClient, db: Db, state: State, people: Callable[..., Awaitable[Person]], note: Note, chosen: str,
    target: str,
) -> None:  # fmt: skip
    """A card and a page keep to what the reader chose, also where somebody else has asked before: nothing changes
    under their eyes without a tap. The tap then waits for nobody: on the page both texts are there, on the card the
    words are sent at once; the queue hears nothing."""
    other = await people("other", reads=(target,))
    at = f"title.{note.id}.{note.id} body.{note.id}.{note.id}"
    await client.post("/translate", data={"at": at}, headers=other.cookie)
    assert await finish(db, state, "A day by the sea") == 2
    tom = await people("tom", reads=(target,), translate=chosen)
    card = (await client.get("/", headers=tom.cookie)).text
    assert ">海边的一天</" in card
    assert "A day by the sea" not in card
    key = re.search(r'data-translate="([^"]+)"', card)
    assert key
    page = (await client.get(f"/n/{note.id}", headers=tom.cookie)).text
    words = page.split('class="passage words"')[1].split('class="meta"')[0]
    assert words.startswith(' data-first="original"')
    assert ">A day by the sea</output>" in words
    assert "data-wait" not in words
    assert "data-translate" not in words
    asked = await client.post("/translate", data={"at": at.split(maxsplit=1)[0]}, headers=tom.cookie)
    assert await queue.claim(db, 9) == []
    assert 'class="passage words">' in (await client.get(asked.headers["location"], headers=tom.cookie)).text
    stream = await client.get("/live/renderings", params={"keys": key[1]}, headers=tom.cookie)
    assert "A day by the sea" in stream.text


@pytest.mark.usefixtures("translator")
async def test_tapping_is_for_those_who_may_see_the_words(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    secret = await factories.note(db, mei, "秘密", body=WORDS, audience="me")
    at = {"at": f"body.{secret.id}.{secret.id}"}
    assert (await client.post("/translate", data=at, headers=ines.cookie)).status_code == 404
    assert await queue.claim(db, 9) == []
    for wrong in ("", "body.7", "nothing.1.1", "body.x.1", "comment.0.4", " ".join(["body.1.1"] * 9)):
        assert (await client.post("/translate", data={"at": wrong}, headers=ines.cookie)).status_code in {
            400,
            404,
        }


@pytest.mark.parametrize(
    ("shown", "first"), [("original", 'data-first="original"'), ("both", 'data-first="both"')]
)
@pytest.mark.usefixtures("translator")
async def test_what_is_shown_first_is_the_reader_s_choice(
    client: httpx.AsyncClient, db: Db, state: State, people: Callable[..., Awaitable[Person]], note: Note,
    shown: str, first: str,
) -> None:  # fmt: skip
    tom = await people("tom", shown=shown)
    await client.get(f"/n/{note.id}", headers=tom.cookie)
    await finish(db, state)
    page = (await client.get(f"/n/{note.id}", headers=tom.cookie)).text
    assert page.count(first) == 2
    cards = (await client.get("/", headers=tom.cookie)).text
    assert ("海边的一天" in cards) is True


async def test_of_two_topics_that_are_called_the_same_the_second_keeps_its_name(
    client: httpx.AsyncClient, db: Db, mei: Person, people: Callable[..., Awaitable[Person]]
) -> None:
    note = await factories.note(db, mei, "Hi", body="#newhere #hello #NewHere")
    lan = await people("lan", reads=("zh",))
    page = (await client.get(f"/n/{note.id}", headers=lan.cookie)).text
    assert page.count(">#自我介绍</a>") == 2
    assert ">#hello</a>" in page


@pytest.mark.usefixtures("translator")
async def test_a_bio_is_translated_too(
    client: httpx.AsyncClient, db: Db, state: State, people: Callable[..., Awaitable[Person]], ines: Person,
) -> None:  # fmt: skip
    await people("lan", bio="喜欢猫和旧书店。", bio_lang="zh")
    assert "data-wait" in (await client.get("/@lan", headers=ines.cookie)).text
    await finish(db, state, "Likes cats and old bookshops.")
    assert "Likes cats and old bookshops." in (await client.get("/@lan", headers=ines.cookie)).text


def keys_of(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('data-wait="')[1:]]


async def events(client: httpx.AsyncClient, keys: list[str], person: Person) -> list[dict[str, str]]:
    answer = await client.get("/live/renderings", params={"keys": ",".join(keys)}, headers=person.cookie)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.endswith("event: done\ndata: \n\n")
    lines = [line for line in answer.text.splitlines() if line.startswith("data: [")]
    return [one for line in lines for one in json.loads(line.removeprefix("data: "))]


@pytest.mark.usefixtures("translator")
async def test_the_stream_sends_at_once_what_came_before_it(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    keys = keys_of((await client.get(f"/n/{note.id}", headers=ines.cookie)).text)
    await finish(db, state, "Hold on to your <hat> #旅行")
    found = await events(client, keys, ines)
    assert {one["key"] for one in found} == set(keys)
    assert found[0]["text"] == "Hold on to your <hat> #旅行"
    assert found[0]["html"].startswith("Hold on to your &lt;hat&gt; <a")
    assert 'title="#旅行">#travel</a>' in found[0]["html"]
    assert "by machine" in found[0]["made"]


@pytest.mark.usefixtures("translator")
async def test_who_guesses_words_that_are_not_public_does_not_learn_that_they_are_there(
    client: httpx.AsyncClient, db: Db, state: State, people: Callable[..., Awaitable[Person]], ines: Person
) -> None:
    hao, rui = await people("hao", reads=("zh",)), await people("rui")
    await follow(db, ines.viewer, hao.id)
    note = await factories.note(db, hao, "好", audience="followers")
    assert (await client.get(f"/n/{note.id}", headers=rui.cookie)).status_code == 404
    keys = keys_of((await client.get(f"/n/{note.id}", headers=ines.cookie)).text)
    await finish(db, state, "Good")
    assert [one["text"] for one in await events(client, keys, ines)] == ["Good"]
    assert [one["key"] for one in await events(client, keys, ines)] == keys
    guess = f"{place_hash('好', note.id, 'title').hex()}.en"
    assert keys[0].startswith(f"{guess}.")
    for key in (guess, f"{guess}.", f"{guess}.{'0' * 16}"):
        assert await events(client, [key], rui) == []
        made = await client.get("/api/v1/renderings", params={"keys": key}, headers=rui.bearer)
        assert made.json() == []


@pytest.mark.usefixtures("translator")
async def test_the_stream_raises_what_it_waits_for_and_ends(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("vermilion.web.pages.translating.LASTS", 0.1)
    monkeypatch.setattr("vermilion.web.pages.translating.SOON", 0.1)
    keys = keys_of((await client.get(f"/n/{note.id}", headers=ines.cookie)).text)
    await state.asking.flush()
    assert await events(client, keys, ines) == []
    assert [one.priority >= queue.WAITED for one in await queue.claim(db, 9)] == [True] * 3


async def test_keys_of_another_language_or_none_wait_for_nothing(
    client: httpx.AsyncClient, ines: Person
) -> None:
    assert await events(client, ["00" * 16 + ".pt", "nonsense", ""], ines) == []
    bad = await client.get("/live/renderings", params={"keys": "zz" * 16 + ".en"}, headers=ines.cookie)
    assert bad.status_code == 400


async def test_too_many_streams_of_one_visitor_are_refused(
    client: httpx.AsyncClient, state: State, ines: Person
) -> None:
    owner = f"account {ines.id}"
    with ExitStack() as stack:
        stack.enter_context(state.streams.held(owner))
        assert await events(client, [], ines) == []
        for _ in range(Streams.OF_ONE):
            stack.enter_context(state.streams.held(owner))
        answer = await client.get("/live/renderings", params={"keys": ""}, headers=ines.cookie)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")


@pytest.mark.usefixtures("translator")
async def test_one_page_shows_its_originals_without_a_script(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    await client.get(f"/n/{note.id}", headers=ines.cookie)
    await finish(db, state)
    page = (await client.get(f"/n/{note.id}", headers=ines.cookie)).text
    assert f'<noscript><a class="link" href="/n/{note.id}?shown=original#thread">' in page
    page = (await client.get(f"/n/{note.id}?shown=original", headers=ines.cookie)).text
    assert page.count('data-first="original"') == 2
    assert f'href="/n/{note.id}?shown=translation#thread"' in page
    assert "data-first" not in (await client.get(f"/n/{note.id}", headers=ines.cookie)).text


@pytest.mark.usefixtures("translator")
async def test_reading_through_the_api_asks_too(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, note: Note
) -> None:
    found = (await client.get(f"/api/v1/notes/{note.id}", headers=ines.bearer)).json()
    await client.get(f"/api/v1/notes/{note.id}/comments", headers=ines.bearer)
    keys = {"keys": f"{found['title']['key']},{found['body']['key']}"}
    assert (await client.get("/api/v1/renderings", params=keys, headers=ines.bearer)).json() == []
    assert await finish(db, state, "It is here.") == 3
    made = (await client.get("/api/v1/renderings", params=keys, headers=ines.bearer)).json()
    assert [one["text"] for one in made] == ["It is here."] * 2


async def test_the_public_page_says_who_translates_and_where_words_go(
    client: httpx.AsyncClient, db: Db, state: State
) -> None:
    page = (await client.get("/about/translation")).text
    assert "No translator is set up here" in page
    await tell(db, "outside", "ready", hosts=["words.example"])
    state.translator = Brief()
    page = (await client.get("/about/translation")).text
    assert "words.example" in page
    assert "no words leave this machine" not in page
    told = (await client.get("/api/v1/translation")).json()
    assert (told["state"], told["hosts"]) == ("ready", ["words.example"])


async def test_a_download_is_a_thin_line_that_goes(
    client: httpx.AsyncClient, db: Db, state: State, note: Note
) -> None:
    for address in ("/", f"/n/{note.id}"):
        await tell(db, "here", "pulling", progress=0.42)
        state.translator = Brief()
        assert '<progress class="pulling" max="100" value="42"' in (await client.get(address)).text
        assert (await client.get("/translator")).json() == {"percent": 42}
        await tell(db, "here", "ready")
        state.translator = Brief()
        assert "<progress" not in (await client.get(address)).text
        assert (await client.get("/translator")).json() == {"percent": None}
