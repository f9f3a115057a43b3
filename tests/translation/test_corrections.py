"""Readers correct a translation: where it holds, who decides, what cannot be brought in with it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as people_actions
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote, Note
from vermilion.storage.db import Db
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done, Place, Words
from vermilion.web.context import State

API = "/api/v1"
WORDS = "今天去了海边，风很大，帽子都被吹跑了，真是难忘的一天。"
BETTER = "Went to the sea today; the wind took my hat."
People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def hao(people: People) -> Person:
    return await people("hao", reads=("zh",))


@pytest.fixture
async def note(db: Db, hao: Person) -> Note:
    found = await factories.note(db, hao, body=WORDS)
    words = Words(text=WORDS, lang="zh", subject_id=found.id, part="body", is_public=True)
    await finish(
        db, [Done(text_hash=words.hash, lang="en", source_lang="zh", text="Machine words.", engine="make/1")]
    )
    return found


def at(note: Note) -> str:
    return f"{API}/passages/{Place(part='body', note_id=note.id, subject_id=note.id)}"


@pytest.fixture
def send(client: httpx.AsyncClient) -> Callable[..., Awaitable[httpx.Response]]:
    async def sending(who: Person, path: str, method: str = "POST", **body: object) -> httpx.Response:
        return await client.request(method, path, json=body or None, headers=who.bearer)

    return sending


Send = Callable[..., Awaitable[httpx.Response]]


async def corrected(send: Send, who: Person, note: Note, text: str = BETTER) -> str:
    answer = await send(who, f"{at(note)}/corrections", text=text)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["corrections"][0]["id"])


async def shown(client: httpx.AsyncClient, note: Note, who: Person | None = None) -> dict[str, Any]:
    answer = await client.get(f"{API}/notes/{note.id}", headers=who.bearer if who else {})
    found: dict[str, Any] = answer.json()["body"]
    return found


async def test_a_correction_holds_for_that_passage_alone_and_is_credited(
    client: httpx.AsyncClient, db: Db, send: Send, ines: Person, hao: Person, note: Note
) -> None:
    twin = await factories.note(db, hao, body=WORDS)
    await corrected(send, ines, note)
    here, there = await shown(client, note), await shown(client, twin)
    assert (here["kind"], here["text"], here["by"]) == ("corrected", BETTER, "ines")
    assert (there["kind"], there["text"], there["by"]) == ("machine", "Machine words.", None)
    page = (await client.get(f"/n/{note.id}")).text
    assert 'corrected by <a href="/@ines">' in page


async def test_a_moderator_s_word_counts_for_equal_words_everywhere_until_it_is_reverted(
    client: httpx.AsyncClient, db: Db, send: Send, people: People, ines: Person, hao: Person, note: Note
) -> None:
    twin = await factories.note(db, hao, body=WORDS)
    private = await factories.note(db, hao, body=WORDS, audience="followers")
    await people_actions.follow(db, ines.viewer, hao.id)
    correction = await corrected(send, ines, note)
    assert (await send(ines, f"{at(note)}/corrections/{correction}/accept")).status_code == 403
    keeper = await people("keeper", role="moderator")
    assert (await send(keeper, f"{at(note)}/corrections/{correction}/accept")).status_code == 200
    assert (await shown(client, twin))["text"] == BETTER
    assert (await shown(client, private, ines))["kind"] == "missing"
    assert (await send(keeper, f"{at(note)}/corrections/{correction}/revert")).status_code == 200
    assert [(await shown(client, one))["text"] for one in (note, twin)] == ["Machine words."] * 2


async def test_an_author_s_word_settles_it_and_counts_elsewhere_only_for_what_somebody_else_wrote(
    client: httpx.AsyncClient, db: Db, send: Send, ines: Person, hao: Person, note: Note
) -> None:
    twin = await factories.note(db, hao, body=WORDS)
    await db.run("UPDATE account SET reads = '{en,pt}' WHERE id = $1", hao.id)
    own = await corrected(send, hao, note, "The author's own idea of it, in English.")
    assert (await shown(client, twin))["kind"] == "machine"
    refused = await send(ines, f"{at(note)}/corrections", text=BETTER)
    assert (refused.status_code, refused.json()["code"]) == (409, "correction_settled")
    await send(hao, f"{at(note)}/corrections/{own}/revert")
    other = await corrected(send, ines, note)
    await send(hao, f"{at(note)}/corrections/{other}/accept")
    assert (await shown(client, twin))["text"] == BETTER


async def test_readers_vote_a_bad_one_down(
    client: httpx.AsyncClient, send: Send, people: People, ines: Person, note: Note
) -> None:
    correction = await corrected(send, ines, note)
    vote = f"{at(note)}/corrections/{correction}/vote"
    assert (await send(ines, vote, "PUT", value=1)).json()["code"] == "own_correction"
    for number in range(3):
        assert (await shown(client, note))["kind"] == "corrected"
        voter = await people(f"voter{number}")
        for _ in range(2):  # twice is once
            answer = await send(voter, vote, "PUT", value=-1)
    assert answer.status_code == 404
    assert (await shown(client, note))["text"] == "Machine words."


async def test_reported_enough_it_is_hidden_until_somebody_has_looked(
    client: httpx.AsyncClient, send: Send, people: People, ines: Person, note: Note
) -> None:
    correction = await corrected(send, ines, note, "A slander about somebody we know.")
    for number in range(3):
        assert (await shown(client, note))["kind"] == "corrected"
        reporter = await people(f"reporter{number}")
        answer = await send(reporter, f"{at(note)}/corrections/{correction}/report", reason="slander")
        assert answer.status_code == 200
    assert (await shown(client, note))["kind"] == "machine"
    assert (await client.get(at(note), headers=reporter.bearer)).json()["corrections"] == []
    keeper = await people("keeper", role="moderator")
    held = (await client.get(at(note), headers=keeper.bearer)).json()["corrections"]
    assert [(one["state"], one["may_accept"]) for one in held] == [("held", True)]
    await send(keeper, f"{at(note)}/corrections/{correction}/accept")
    assert (await shown(client, note))["kind"] == "corrected"


@pytest.mark.parametrize(("text", "code"), [
    ("Went to the sea, see https://bad.example today", "correction_adds"),
    ("Went to the sea today with @somebody", "correction_adds"),
    ("Went to the sea today #buy #now", "correction_adds"),
    ("Hoje fui à praia e o vento levou o meu chapéu", "correction_language"),
    ("Sea. " * 200, "too_long"), (" \u200b ", "too_short"),
])  # fmt: skip
async def test_nothing_is_brought_in_with_a_correction(
    send: Send, ines: Person, note: Note, text: str, code: str
) -> None:
    answer = await send(ines, f"{at(note)}/corrections", text=text)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert (await send(ines, f"{at(note)}/corrections", text=BETTER)).status_code == 201
    again = await send(ines, f"{at(note)}/corrections", text=BETTER)
    assert again.json()["code"] == "correction_same"


async def test_who_is_blocked_corrects_nothing_and_their_words_are_not_shown(
    client: httpx.AsyncClient, db: Db, send: Send, people: People, ines: Person, hao: Person, note: Note
) -> None:
    await corrected(send, ines, note)
    nour = await people("nour")
    await people_actions.block(db, nour.viewer, ines.id)
    assert (await shown(client, note, nour))["kind"] == "machine"
    assert (await client.get(at(note), headers=nour.bearer)).json()["corrections"] == []
    await people_actions.block(db, hao.viewer, nour.id)
    assert (await send(nour, f"{at(note)}/corrections", text=BETTER)).status_code == 404


async def test_corrections_go_with_the_words(
    db: Db, send: Send, state: State, ines: Person, hao: Person, note: Note
) -> None:
    correction = await corrected(send, ines, note)
    voter = await factories.person(db, "voter")
    await send(voter, f"{at(note)}/corrections/{correction}/vote", "PUT", value=1)
    await notes.edit(db, hao.viewer, state.language, note.id, EditNote(title="x", body="别的话"))
    for table in ("rendering", "correction", "correction_vote"):
        assert await db.rows(f"SELECT FROM {table}") == []


async def test_on_the_page_without_script(
    client: httpx.AsyncClient, ines: Person, people: People, note: Note
) -> None:
    place = Place(part="body", note_id=note.id, subject_id=note.id)
    page = (await client.get(f"/correct?at={place}", headers=ines.cookie)).text
    assert "Machine words." in page
    assert WORDS in page
    sent = {"at": str(place), "text": BETTER}
    answer = await client.post("/correct", data=sent, headers=ines.cookie)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/n/{note.id}")
    refused = await client.post(
        "/correct", data={**sent, "text": "see @somebody"}, headers=(await people("nour")).cookie
    )
    assert (refused.status_code, "see @somebody" in refused.text) == (400, True)
    guest = await client.get(f"/correct?at={place}")
    assert guest.headers["location"].startswith("/sign-in")


async def test_who_reads_both_languages_corrects_and_the_author_finds_it(
    client: httpx.AsyncClient, send: Send, mei: Person, hao: Person, note: Note
) -> None:
    answer = await send(mei, f"{at(note)}/corrections", text=BETTER)
    assert answer.status_code == 201
    assert (await shown(client, note))["by"] == "mei"
    found = (await client.get(at(note), headers=hao.bearer)).json()["corrections"]
    assert [(one["text"], one["may_accept"], one["may_revert"]) for one in found] == [(BETTER, True, True)]


async def test_the_same_correction_sent_twice_is_one(
    client: httpx.AsyncClient, db: Db, ines: Person, note: Note
) -> None:
    headers = {**ines.bearer, "idempotency-key": "one"}
    for _ in range(2):
        answer = await client.post(f"{at(note)}/corrections", json={"text": BETTER}, headers=headers)
        assert answer.status_code == 201
    assert len(await db.rows("SELECT FROM correction")) == 1


async def test_who_wrote_the_words_hears_of_a_correction_and_is_led_to_it(
    client: httpx.AsyncClient, db: Db, send: Send, hao: Person, note: Note, people: People, later: Later
) -> None:
    ines, mei = await people("ines"), await people("mei", reads=("zh", "en"))

    async def told() -> list[tuple[str, int, str]]:
        cards = (await client.get(f"{API}/notices", headers=hao.bearer)).json()["items"]
        return [(card["kind"], card["actor_count"], card["at"]) for card in cards]

    await corrected(send, ines, note)
    await later()
    place = f"body.{note.id}.{note.id}"
    assert await told() == [("translation_corrected", 1, place)]
    await corrected(send, await people("nour"), note, "A day at the sea, and the wind took my hat away.")
    await later()
    assert await told() == [("translation_corrected", 2, place)]
    inbox = (await client.get("/inbox", headers=hao.cookie)).text
    assert f'href="/correct?at={place}"' in inbox
    assert "改进了你文字的翻译" in inbox
    # Of what one has corrected oneself nothing is told.
    own = await factories.note(db, mei, body=WORDS)
    await corrected(send, mei, own)
    await later()
    assert (await client.get(f"{API}/notices", headers=mei.bearer)).json()["items"] == []
