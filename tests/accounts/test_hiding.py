"""What somebody hides is offered to them nowhere and to everybody else as ever; words they do not want to read."""

from pathlib import Path

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.accounts import hiding
from vermilion.accounts.entry import viewer_of_token
from vermilion.feed import reads as feed
from vermilion.kernel.clock import now
from vermilion.kernel.filters import Filter, find_filter, folded
from vermilion.kernel.text import content_hash
from vermilion.notes.jobs import purge_deleted
from vermilion.search.expanding import Expander
from vermilion.search.jobs import count_words
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.work.jobs import Job

API = "/api/v1"


@pytest.fixture(autouse=True)
def _one_dictionary(state: State, dictionary_folder: Path) -> None:
    state.expander = Expander(dictionary_folder)


@pytest.fixture
async def bo(db: Db) -> Person:
    """Somebody who reads English."""
    return await factories.person(db, "bo_reads")


async def shown_titles(client: httpx.AsyncClient, path: str, viewer: Person) -> list[str]:
    answer = await client.get(f"{API}{path}", headers=viewer.bearer)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    items = body["items"] if isinstance(body, dict) else body
    cards = [item.get("note", item) for item in items]
    return [card["title"]["original"] if "title" in card else card["text"] for card in cards]


async def test_a_hidden_note_is_offered_nowhere_and_had_back(
    client: httpx.AsyncClient, db: Db, job: Job, bo: Person, ines: Person, mei: Person
) -> None:
    film = await factories.film(db, ines, "Heron films", body="A heron at the pond #heron", lang="en")
    note = await factories.note(db, ines, "Heron pond", body="A heron at the pond #heron", lang="en")
    other = await factories.note(db, mei, "Grey bird", body="The heron of the pond #heron", lang="en")
    while await count_words(job):
        pass
    await client.put(f"{API}/accounts/{ines.id}/follow", headers=bo.bearer)
    await db.run(
        "INSERT INTO timeline (account_id, note_id, author_id) VALUES ($1, $2, $3)", bo.id, note.id, ines.id
    )
    offered = {
        "/feeds/explore": note, "/feeds/following": note, "/feeds/topics/heron": note, "/search?q=heron": note,
        "/search/suggestions?q=Heron p": note, f"/notes/{other.id}/alike": note, "/watch": film,
    }  # fmt: skip
    for path, one in offered.items():
        assert one.title in await shown_titles(client, path, bo), path
    for one in (note, film):
        answer = await client.put(f"{API}/me/hidden/notes/{one.id}", headers=bo.bearer)
        assert answer.status_code == 204
    for path, one in offered.items():
        assert one.title not in await shown_titles(client, path, bo), path
        if path != "/feeds/following":
            assert one.title in await shown_titles(client, path, mei), path
    assert (await client.get(f"{API}/notes/{note.id}", headers=bo.bearer)).status_code == 200
    assert await shown_titles(client, "/me/hidden/notes", bo) == ["Heron films", "Heron pond"]
    await client.delete(f"{API}/me/hidden/notes/{note.id}", headers=bo.bearer)
    assert "Heron pond" in await shown_titles(client, "/feeds/explore", bo)
    unseen = await factories.note(db, ines, "Mine", audience="me")
    refused = await client.put(f"{API}/me/hidden/notes/{unseen.id}", headers=bo.bearer)
    assert refused.json()["code"] == "note_gone"


async def test_a_hidden_topic_and_a_muted_person_are_offered_nowhere(
    client: httpx.AsyncClient, db: Db, job: Job, bo: Person, ines: Person, mei: Person
) -> None:
    await factories.note(db, ines, "Heron pond", body="#Heron at the pond", lang="en")
    bird = await factories.note(db, mei, "Grey bird", body="The heron of the pond", lang="en")
    while await count_words(job):
        pass
    await client.put(f"{API}/me/hidden/topics/HERON", headers=bo.bearer)
    for path in (
        "/feeds/explore",
        "/search?q=heron",
        f"/notes/{bird.id}/alike",
        "/search/suggestions?q=Heron p",
    ):
        assert "Heron pond" not in await shown_titles(client, path, bo), path
    assert "Grey bird" in await shown_titles(client, "/feeds/explore", bo)
    topics = (await client.get(f"{API}/me/hidden/topics", headers=bo.bearer)).json()
    assert [one["tag"] for one in topics] == ["heron"]
    await client.delete(f"{API}/me/hidden/topics/heron", headers=bo.bearer)
    assert "Heron pond" in await shown_titles(client, "/feeds/explore", bo)
    await client.patch(f"{API}/me", json={"bio": "Birds"}, headers=mei.bearer)
    assert "Mei" in await shown_titles(client, "/search/suggestions?q=me", bo)
    await client.put(f"{API}/accounts/{mei.id}/mute", headers=bo.bearer)
    for path in (
        "/feeds/explore",
        "/search?q=bird",
        "/search/suggestions?q=Grey",
        "/search/suggestions?q=me",
    ):
        assert not {"Grey bird", "Mei"} & set(await shown_titles(client, path, bo)), path
    assert await shown_titles(client, "/search?q=@mei bird", bo) == ["Grey bird"]


async def test_hiding_asks_for_nothing_more_on_a_page(
    client: httpx.AsyncClient, db: Db, bo: Person, ines: Person
) -> None:
    notes = [await factories.note(db, ines, f"Note {n}") for n in range(3)]
    plain = await viewer_of_token(db, bo.token)
    assert plain is not None
    with statements(db, at_most=4) as before:
        await feed.explore(db, plain)
    await client.put(f"{API}/me/hidden/notes/{notes[0].id}", headers=bo.bearer)
    await client.put(f"{API}/me/hidden/topics/tea", headers=bo.bearer)
    word = {"place": "reading", "word": "Note 1", "manner": "gone"}
    assert (await client.put(f"{API}/me/filters", json=word, headers=bo.bearer)).status_code == 204
    viewer = await viewer_of_token(db, bo.token)
    assert viewer is not None
    with statements(db, at_most=len(before)):
        shown = (await feed.explore(db, viewer)).items
    assert [card.title.text for card in shown] == ["Note 2"]


async def test_notes_and_topics_are_hidden_by_forms_and_listed(
    client: httpx.AsyncClient, db: Db, bo: Person, ines: Person
) -> None:
    note = await factories.note(db, ines, "Heron pond", body="#heron")
    more = (await client.get(f"/n/{note.id}/more", headers=bo.cookie)).text
    for action in (f"/n/{note.id}/hide", "/topic/heron/hide", "/@ines/mute"):
        assert action in more.replace("&#x2f;", "/")
        answer = await client.post(action, data={"on": "1"}, headers=bo.cookie)
        assert answer.status_code == 303
    page = (await client.get("/hidden", headers=bo.cookie)).text.replace("&#x2f;", "/")
    for action in (f"/n/{note.id}/unhide", "/topic/heron/unhide", "/@ines/unmute"):
        assert f'action="{action}"' in page
        assert (await client.post(action, headers=bo.cookie)).status_code == 303
    page = (await client.get("/hidden", headers=bo.cookie)).text
    assert "unhide" not in page
    assert "unmute" not in page
    undo = await client.post(f"/n/{note.id}/hide", headers=bo.cookie | {"x-fragment": "1"})
    assert f'data-gone="#n{note.id}"' in undo.text


async def test_of_hidden_notes_the_oldest_give_way_and_the_purged_go(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, bo: Person, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hiding, "MOST_NOTES", 2)
    notes = [await factories.note(db, ines, str(n)) for n in range(3)]
    for note in notes:
        await client.put(f"{API}/me/hidden/notes/{note.id}", headers=bo.bearer)
    assert await shown_titles(client, "/me/hidden/notes", bo) == ["2", "1"]
    await client.delete(f"{API}/notes/{notes[2].id}", headers=ines.bearer)
    await db.run("UPDATE note SET deleted_at = deleted_at - interval '1 hour' WHERE id = $1", notes[2].id)
    await purge_deleted(Job(db=db, blobs=blobs))
    assert await db.value("SELECT count(*) FROM hidden_note") == 1


@pytest.mark.parametrize(
    ("word", "text", "whole", "part"),
    [
        ("cat", "A CAT sat.", True, True),
        ("cat", "concatenate", False, True),
        ("cat", "cats", False, True),
        ("ＣＡＴ", "a cat", True, True),
        ("STRASSE", "Straße 5", True, True),
        ("straße", "STRASSENBAHN", False, True),
        ("猫", "我家的猫咪", True, True),
        ("カフェ", "ｶﾌｪに行く", True, True),
        ("고양이", "고양이는 잔다", True, True),
        ("이는", "고양이는", False, True),
        ("แมว", "มีแมวสองตัว", True, True),
        ("red boat", "the  Red\nboat!", True, True),
        ("bad", "b\u200bad", True, True),
        ("c++", "I write C++ daily", True, True),
        ("الشاي", "شربت الشاي", True, True),
        ("é", "cafe\u0301", False, True),
        ("dog", "A cat sat.", False, False),
    ],
)  # fmt: skip
def test_a_word_is_met_as_a_whole_or_as_a_part_in_any_script(
    word: str, text: str, whole: bool, part: bool
) -> None:
    for is_whole, found in ((True, whole), (False, part)):
        one = Filter(word=folded(word), written=word, is_whole=is_whole, manner="fold")
        assert (find_filter([one], ["", text]) is one) == found


async def filtered(
    client: httpx.AsyncClient, viewer: Person, word: str, manner: str, **fields: object
) -> None:
    """The viewer filters one word, in what they read."""
    sent = {"place": "reading", "word": word, "manner": manner, **fields}
    answer = await client.put(f"{API}/me/filters", json=sent, headers=viewer.bearer)
    assert answer.status_code == 204, answer.text


async def test_notes_with_a_word_are_folded_or_gone_also_by_their_body(
    client: httpx.AsyncClient, db: Db, bo: Person, ines: Person
) -> None:
    await factories.note(db, ines, "A quiet title", body="the Spoiler is the butler", lang="en")
    await factories.note(db, ines, "Another", body="nothing", lang="en")
    await factories.note(db, bo, "My spoiler", lang="en")
    await filtered(client, bo, "spoiler", "fold")
    cards = (await client.get(f"{API}/feeds/explore", headers=bo.bearer)).json()["items"]
    assert {card["title"]["text"]: card["filtered"] for card in cards} == {
        "A quiet title": "spoiler", "Another": None, "My spoiler": None,
    }  # fmt: skip
    page = (await client.get("/", headers=bo.cookie)).text
    assert "Filtered: spoiler" in page
    assert "A quiet title" not in page
    await filtered(client, bo, "SPOILER", "gone")
    titles = await shown_titles(client, "/feeds/explore", bo)
    assert sorted(titles) == ["Another", "My spoiler"]
    assert len((await client.get(f"{API}/me/filters", headers=bo.bearer)).json()) == 1
    for word in ("Spoiler", "a/b c?#%", ".."):
        await filtered(client, bo, word, "gone")
        dropped = await client.delete(
            f"{API}/me/filters", params={"place": "reading", "word": word}, headers=bo.bearer
        )
        assert dropped.status_code == 204
    assert (await client.get(f"{API}/me/filters", headers=bo.bearer)).json() == []
    assert "A quiet title" in await shown_titles(client, "/feeds/explore", bo)


async def test_the_translation_one_reads_is_filtered_too(
    client: httpx.AsyncClient, db: Db, bo: Person, ines: Person
) -> None:
    note = await factories.note(db, ines, "Um barco", body="O mordomo foi", lang="pt")
    said = await factories.comment(db, ines, note.id, "Que pena", lang="pt")
    for text, made in (("O mordomo foi", "It was the butler"), ("Que pena", "What a pity")):
        await db.run(
            """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, created_at)
               VALUES ($1, 'en', 'pt', 'test/1', $2, $3)""",
            content_hash(text),
            made,
            now(),
        )
    await filtered(client, bo, "butler", "fold")
    await filtered(client, bo, "pity", "fold")
    cards = (await client.get(f"{API}/feeds/explore", headers=bo.bearer)).json()["items"]
    assert [card["filtered"] for card in cards] == ["butler"]
    thread = (await client.get(f"{API}/notes/{note.id}/comments", headers=bo.bearer)).json()["items"]
    assert [(one["id"], one["filtered"]) for one in thread] == [(str(said.id), "pity")]


async def test_comments_with_a_word_are_folded_or_gone_with_their_replies(
    client: httpx.AsyncClient, db: Db, bo: Person, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, ines, "A note")
    above = await factories.comment(db, mei, note.id, "bananas everywhere", lang="en")
    await factories.comment(db, ines, note.id, "indeed", reply_to=above.id, lang="en")
    await factories.comment(db, bo, note.id, "my bananas", lang="en")
    await filtered(client, bo, "bananas", "fold")
    page = (await client.get(f"/n/{note.id}", headers=bo.cookie)).text
    assert page.count("Filtered: bananas") == 1
    assert "bananas everywhere" in page  # folded, a tap away
    await filtered(client, bo, "bananas", "gone")
    page = (await client.get(f"/n/{note.id}", headers=bo.cookie)).text
    assert "bananas everywhere" not in page
    assert "indeed" not in page
    assert "my bananas" in page


async def test_words_are_limited_and_refused_with_a_sentence(
    client: httpx.AsyncClient, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hiding, "MOST_WORDS", 1)
    await filtered(client, bo, "one", "fold")
    form = {"place": "reading", "word": "two", "manner": "gone", "part": "1"}
    full = await client.post("/filters", data=form, headers=bo.cookie)
    assert full.status_code == 409
    assert "At most 1 word fits here." in full.text
    assert 'value="two"' in full.text
    for wrong, code in (
        ({"word": "\u200b"}, "empty_word"),
        ({"word": "x", "manner": "hold"}, "filter_manner"),
    ):
        sent = {"place": "reading", "manner": "fold", **wrong}
        answer = await client.put(f"{API}/me/filters", json=sent, headers=bo.bearer)
        assert answer.json()["code"] == code
    page = (await client.get("/filters", headers=bo.cookie)).text
    assert page.index("In what I read") < page.index("<bdi>one</bdi>")
    dropped = await client.post("/filters/drop", data={"place": "reading", "word": "one"}, headers=bo.cookie)
    assert dropped.status_code == 303
    assert "<bdi>one</bdi>" not in (await client.get("/filters", headers=bo.cookie)).text
