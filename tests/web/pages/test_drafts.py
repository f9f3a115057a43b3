"""Write in mine, send in theirs: over HTTP, with the test as the translator at the real queue."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from tests import factories
from tests.conftest import MakeState
from tests.factories import Person
from vermilion.comments.reads import get_note_and_thread
from vermilion.kernel.clock import now
from vermilion.kernel.text import content_hash
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_source
from vermilion.notes.schema import NewVersion, Note
from vermilion.storage.db import Database, Db
from vermilion.translation import drafts, queue
from vermilion.translation.jobs import drop_drafts
from vermilion.translation.quality import on_tap_only
from vermilion.translation.schema import Done, Queued
from vermilion.translation.state import tell
from vermilion.web.context import State
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

API = "/api/v1/drafts"
CHINESE = Viewer(reads=("zh",))
WORDS = {"Que almoço bom!": "午饭真好吃！", "O porto": "港口", "Um\n\nDois": "一\n\n二"}
"""What the translator of these tests knows; of all else it says that it could not be translated well."""

People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def state(cloned_dsn: str, make_state: MakeState) -> AsyncIterator[State]:
    """A process over a database of its own: what is told in a transaction that never ends reaches nobody."""
    database = Database(cloned_dsn, wiring=WIRING)
    state = make_state(database)
    yield state
    await state.live.close()
    await database.close()


@pytest.fixture
def db(state: State) -> Db:
    return state.database.session()


@pytest.fixture
async def rita(people: People) -> Person:
    return await people("rita", reads=("pt", "en"))


@pytest.fixture
async def lunch(db: Db, people: People) -> Note:
    """A note in Chinese."""
    boy = await people("haoran", reads=("zh",))
    return await factories.note(db, boy, "学校午饭", body="今天吃了面条", lang="zh")


async def translate(db: Db) -> list[Queued]:
    """Take what waits and finish it, as the translator does."""
    taken = await queue.claim(db, 20)
    await queue.finish(db, [
        Done(text_hash=one.text_hash, lang=one.lang, source_lang=one.source_lang, text=WORDS.get(one.text, ""), engine="test/1")
        for one in taken
    ])  # fmt: skip
    return taken


@asynccontextmanager
async def translating(db: Db) -> AsyncIterator[list[Queued]]:
    """A translator at work; gives what it has had so far."""
    had: list[Queued] = []

    async def work() -> None:
        while True:
            had.extend(await translate(db))
            await asyncio.sleep(0.02)

    await tell(db, "test", "ready")
    task = asyncio.create_task(work())
    try:
        yield had
    finally:
        task.cancel()


def fields(page: str, name: str) -> list[str]:
    """What stands in the text fields of that name."""
    areas = re.findall(rf'<textarea name="{name}"[^>]*>([^<]*)</textarea>', page)
    inputs = re.findall(rf'<input name="{name}"[^>]* value="([^"]*)"', page)
    return [html.unescape(found) for found in areas or inputs]


async def kept(db: Db) -> list[int]:
    """How many rows hold anything of a draft."""
    return [
        await db.value(f"SELECT count(*) FROM {table}")
        for table in ("translation_draft", "translation_queue", "rendering")
    ]


async def test_a_draft_comes_back_and_nothing_of_it_is_kept(
    client: httpx.AsyncClient, db: Db, rita: Person
) -> None:
    async with translating(db) as had:
        answer = await client.post(
            API, json={"text": "Que almoço bom!", "into": ["zh", "pt", "fr"]}, headers=rita.bearer
        )
    assert answer.status_code == 200
    assert answer.json() == {
        "lang": "pt",
        "drafts": [
            {"lang": "zh", "state": "ready", "text": "午饭真好吃！", "is_doubtful": on_tap_only("pt", "zh")},
            {"lang": "pt", "state": "same", "text": "", "is_doubtful": False},
            {"lang": "fr", "state": "ready", "text": "午饭真好吃！", "is_doubtful": on_tap_only("pt", "fr")},
        ],
    }
    assert {one.priority for one in had} == {drafts.WRITING}
    assert queue.priority_of(queue.WAITED, "title") < drafts.WRITING
    assert await kept(db) == [0, 0, 0]


async def test_what_takes_long_is_waited_for_and_may_be_asked_again(
    client: httpx.AsyncClient, db: Db, rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "PATIENCE_S", 0.05)
    await tell(db, "test", "starting")

    async def states(text: str) -> list[str]:
        answer = await client.post(API, json={"text": text, "into": ["zh"]}, headers=rita.bearer)
        return [one["state"] for one in answer.json()["drafts"]]

    assert await states("Que almoço bom!") == ["waiting"]
    assert await states("Que almoço bom!") == ["waiting"]
    assert [one.text for one in await translate(db)] == ["Que almoço bom!"]
    assert await states("Que almoço bom!") == ["ready"]
    assert await states("Uma coisa muito difícil de dizer") == ["waiting"]
    await translate(db)
    assert await states("Uma coisa muito difícil de dizer") == ["poor"]
    assert await states("🎉 12:30 …") == ["ready"]
    assert await kept(db) == [0, 0, 0]


async def test_who_writes_on_waits_for_the_last_words_alone(
    client: httpx.AsyncClient, db: Db, rita: Person, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "PATIENCE_S", 0.01)
    await tell(db, "test", "ready")
    for who, text, part in (
        (ines, "Que almoço", "comment"), (rita, "Que", "title"), (rita, "Que almoço", "comment"), (rita, "Que almoço bom!", "comment"),
    ):  # fmt: skip
        sent = {"text": text, "into": ["zh"], "lang": "pt", "part": part}
        await client.post(API, json=sent, headers=who.bearer)
    waiting = await db.rows("SELECT text FROM translation_queue ORDER BY text")
    assert [row[0] for row in waiting] == ["Que", "Que almoço", "Que almoço bom!"]
    await client.post(
        API, json={"text": "Que", "into": ["zh"], "lang": "es", "part": "title"}, headers=rita.bearer
    )
    assert await db.value("SELECT source_lang FROM translation_queue WHERE text = 'Que'") == "es"
    hashes = {row[0] for row in await db.rows("SELECT text_hash FROM translation_queue")}
    assert not hashes & {content_hash(row[0]) for row in waiting}, "no page looks there"


async def test_nobody_else_finds_a_draft(
    client: httpx.AsyncClient,
    db: Db,
    rita: Person,
    ines: Person,
    lunch: Note,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drafts, "PATIENCE_S", 0.01)
    await tell(db, "test", "ready")
    sent = {"text": "Que almoço bom!", "into": ["zh"], "lang": "pt"}
    await client.post(API, json=sent, headers=rita.bearer)
    await translate(db)
    other = await client.post(API, json=sent, headers=ines.bearer)
    assert other.json()["drafts"][0]["state"] == "waiting"
    elsewhere = await client.post(
        "/drafts", data={**sent, "part": "comment"}, headers={**rita.cookie, "x-fragment": "1"}
    )
    assert 'data-state="waiting"' in elsewhere.text, "another session is another writer"
    await factories.comment(db, ines, lunch.id, "Que almoço bom!", lang="pt")
    _, thread = await get_note_and_thread(db, CHINESE, lunch.id)
    assert [said.body.kind for said in thread.items] == ["missing"]
    assert (await client.post(API, json=sent, headers=rita.bearer)).json()["drafts"][0]["state"] == "ready"


async def test_public_words_keep_their_one_rendering(client: httpx.AsyncClient, db: Db, rita: Person) -> None:
    public = Done(
        text_hash=content_hash("Que almoço bom!"), lang="zh", source_lang="pt", text="好午饭", engine="test/1"
    )
    await queue.finish(db, [public])
    answer = await client.post(API, json={"text": " Que almoço bom! ", "into": ["zh"]}, headers=rita.bearer)
    assert [one["text"] for one in answer.json()["drafts"]] == ["好午饭"]
    assert await kept(db) == [0, 0, 1]


async def test_what_nobody_comes_back_for_goes_within_the_hour(
    client: httpx.AsyncClient, db: Db, state: State, rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "PATIENCE_S", 0.01)
    await tell(db, "test", "ready")
    for text in ("Que almoço bom!", "Outra coisa"):
        await client.post(API, json={"text": text, "into": ["zh"], "part": "body"}, headers=rita.bearer)
        await queue.finish(db, [
            Done(text_hash=one.text_hash, lang="zh", source_lang="pt", text="好", engine="t")
            for one in await queue.claim(db, 1) if text != "Outra coisa"
        ])  # fmt: skip
    job = Job(db=db, blobs=state.blobs)
    assert await drop_drafts(job) == 0
    assert await kept(db) == [2, 1, 1]
    await db.run("UPDATE translation_draft SET asked_at = $1", now() - timedelta(hours=1))
    assert await drop_drafts(job) == 2
    assert await kept(db) == [0, 0, 0]


async def test_without_script_a_draft_comes_with_the_form_and_nothing_is_lost(
    client: httpx.AsyncClient, db: Db, rita: Person, lunch: Note
) -> None:
    first = await factories.comment(db, rita, lunch.id, "Primeiro")
    sent = {
        "body": "Que almoço bom!", "reply_to": str(int(first.id)), "lang": "pt", "add": "zh", "version": "fr",
        "body-fr": "Quel déjeuner !",
    }  # fmt: skip
    async with translating(db):
        answer = await client.post(
            f"/n/{lunch.id}/comments/drafts", data=sent, files=[("file", ("a.png", factories.picture(), "image/png"))],
            headers=rita.cookie,
        )  # fmt: skip
    assert answer.status_code == 200
    assert fields(answer.text, "body") == ["Que almoço bom!"]
    assert fields(answer.text, "body-fr") == ["Quel déjeuner !"]
    assert fields(answer.text, "body-zh") == ["午饭真好吃！"]
    assert f'name="reply_to" value="{int(first.id)}"' in answer.text
    pictures = re.findall(r'name="picture" value="(\d+)"', answer.text)
    assert len(pictures) == 1
    assert re.search(r'<select name="lang".*<option value="pt" lang="pt" selected', answer.text)
    again = {**sent, "version": ["fr", "zh"], "body-zh": "好吃", "picture": pictures}
    less = await client.post(
        f"/n/{lunch.id}/comments/drafts", data={**again, "add": "", "without": "fr"}, headers=rita.cookie
    )
    assert fields(less.text, "body-fr") == []
    assert fields(less.text, "body-zh") == ["好吃"], "what was edited stays"
    del again["add"]
    done = await client.post(f"/n/{lunch.id}/comments", data=again, headers=rita.cookie)
    assert done.status_code == 303
    await reads_as_own(
        db,
        lunch,
        {
            "zh": ("version", "好吃"),
            "fr": ("version", "Quel déjeuner !"),
            "de": ("missing", "Que almoço bom!"),
        },
    )


async def reads_as_own(db: Db, note: Note, wanted: dict[str, tuple[str, str]]) -> None:
    """What readers of these languages get of the first reply under a note."""
    for lang, (kind, text) in wanted.items():
        _, thread = await get_note_and_thread(db, Viewer(reads=(lang,)), note.id)
        said = thread.items[0].replies[0].body
        assert (said.kind, said.text, said.original) == (kind, text, "Que almoço bom!")


async def test_a_note_is_written_in_several_languages_edited_and_read(
    client: httpx.AsyncClient, db: Db, rita: Person
) -> None:
    sent = {"title": "O porto", "body": "Um\n\nDois", "lang": "pt", "audience": "everyone"}
    async with translating(db):
        form = await client.post(
            "/publish/drafts", data={**sent, "add": "", "also": "zh"}, headers=rita.cookie
        )
    assert (fields(form.text, "title-zh"), fields(form.text, "body-zh")) == (["港口"], ["一\n\n二"])
    assert fields(form.text, "title") == ["O porto"]
    versions = {"version": ["zh", "en"], "title-zh": "海港", "body-zh": "一\n\n二", "title-en": "The port"}
    answer = await client.post("/publish", data={**sent, **versions}, headers=rita.cookie)
    assert answer.status_code == 303
    address = answer.headers["location"]
    note_id = int(address.rsplit("/", 1)[1])
    shown = (await client.get(f"{address}/edit", headers=rita.cookie)).text
    assert fields(shown, "title-zh") == ["海港"]
    assert fields(shown, "title-en") == ["The port"]
    source = await get_source(db, rita.viewer, note_id)
    assert set(source.versions) == {
        NewVersion(lang="zh", title="海港", body="一\n\n二"),
        NewVersion(lang="en", title="The port"),
    }
    gone = await client.post(
        f"{address}/edit/drafts", data={**sent, **versions, "without": "zh"}, headers=rita.cookie
    )
    assert fields(gone.text, "title-zh") == []
    await client.post(
        f"{address}/edit", data={**sent, "version": "en", "title-en": "The harbour"}, headers=rita.cookie
    )
    source = await get_source(db, rita.viewer, note_id)
    assert source.versions == (NewVersion(lang="en", title="The harbour"),)


async def test_a_preview_shows_what_others_will_read(
    client: httpx.AsyncClient, db: Db, rita: Person, lunch: Note
) -> None:
    headers = {**rita.cookie, "x-fragment": "1", "accept-language": "en"}
    await db.run("UPDATE account SET interface = 'en' WHERE id = $1", rita.id)
    sent = {"title": "O porto", "body": "Um\n\nDois", "lang": "pt", "version": "zh", "title-zh": "海港"}

    async def seen(**more: str) -> str:
        answer = await client.post("/preview", data={**sent, **more}, headers=headers)
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<br>|<[^>]+>", " ", answer.text))

    mine = await seen(**{"as": "zh"})
    assert "as somebody reads it in Chinese".lower() in mine.lower()
    assert "海港 Translated from Portuguese · by its author" in mine
    assert "Um Dois They get your words as they are" in mine
    assert "There is no translator here" in await seen(**{"as": "zh", "tap": "1"})
    async with translating(db):
        tapped = await seen(**{"as": "zh", "tap": "1"})
        assert "一 二 Translated from Portuguese · by machine" in tapped
        assert "could not be translated well" in await seen(**{"as": "zh", "tap": "1", "body": "Hum, sei lá"})
    assert "as you wrote them" in await seen(**{"as": "pt"})
    strange = await client.post("/preview", data={**sent, "as": "xx"}, headers=headers)
    assert strange.json()["code"] == "language_unknown"
    whole = await client.post(
        f"/n/{lunch.id}/comments/drafts", data={**sent, "as": "zh", "preview": "1"}, headers=rita.cookie
    )
    assert 'class="preview"' in whole.text
    assert fields(whole.text, "body") == ["Um\n\nDois"]
    page = await client.post(
        "/publish/drafts", data={**sent, "as": "zh", "preview": "1"}, headers=rita.cookie
    )
    assert 'class="preview"' in page.text
    assert fields(page.text, "title-zh") == ["海港"]


async def test_a_draft_of_a_pair_machines_get_wrong_says_so(
    client: httpx.AsyncClient, db: Db, rita: Person
) -> None:
    assert on_tap_only("pt", "th")
    assert not on_tap_only("en", "zh")
    headers = {**rita.cookie, "x-fragment": "1", "accept-language": "en"}
    await db.run("UPDATE account SET interface = 'en' WHERE id = $1", rita.id)
    for lang, into, is_doubtful in (("pt", "th", True), ("en", "zh", False)):
        sent = {"text": "Que almoço bom!", "into": into, "part": "comment", "lang": lang}
        async with translating(db):
            answer = await client.post("/drafts", data=sent, headers=headers)
        assert "Machine draft, edit it as you like." in answer.text
        assert ("Machines often get this pair" in answer.text) == is_doubtful


async def test_drafts_for_the_script_are_sentences_and_words(
    client: httpx.AsyncClient, db: Db, rita: Person
) -> None:
    async with translating(db):
        sent = {"text": "Que almoço bom!", "into": "zh", "part": "comment", "lang": ""}
        answer = await client.post("/drafts", data=sent, headers={**rita.cookie, "x-fragment": "1"})
    assert 'data-draft="zh" data-state="ready"' in answer.text
    assert "午饭真好吃！</textarea>" in answer.text
