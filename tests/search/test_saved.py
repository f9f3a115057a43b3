"""Searches that tell when there is something new."""

import html
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as accounts
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.moderation.actions import label
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote
from vermilion.search.watching import forget_news, watch
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.work.jobs import Job

API = "/api/v1"
People = Callable[..., Awaitable[Person]]


async def save(client: httpx.AsyncClient, person: Person, question: str, **fields: object) -> dict[str, Any]:
    answer = await client.post(
        f"{API}/me/saved-searches", json={"question": question, **fields}, headers=person.bearer
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def new(client: httpx.AsyncClient, person: Person) -> dict[str, int]:
    answer = await client.get(f"{API}/me/saved-searches", headers=person.bearer)
    return {one["name"]: one["new_count"] for one in answer.json()}


async def told(client: httpx.AsyncClient, person: Person) -> list[tuple[str, str, int]]:
    answer = await client.get(f"{API}/notices", headers=person.bearer)
    return [
        (one["excerpt"], one["title"], one["actor_count"])
        for one in answer.json()["items"]
        if one["kind"] == "found"
    ]


async def write(db: Db, author: Person, title: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


@pytest.fixture
def look(job: Job, later: Later) -> Callable[[], Awaitable[None]]:
    """What the worker does: match, tell, make notices."""

    async def run() -> None:
        await watch(job)
        await later()

    return run


Look = Callable[[], Awaitable[None]]


async def test_what_leaves_people_out_is_not_saved(client: httpx.AsyncClient, ines: Person) -> None:
    for question in ("cat -from:mei", "cat -lang:zh"):
        answer = await client.post(
            "/api/v1/me/saved-searches", json={"question": question}, headers=ines.bearer
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "not_left_out")


async def test_a_new_note_is_counted_and_told_once(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, look: Look
) -> None:
    await write(db, mei, "Harbour of old")
    await look()
    saved = await save(client, ines, "harbour lights", name="Lights")
    await save(client, ines, "harbour lights", name="Twice")
    await write(db, mei, "Harbour lights at night")
    await write(db, mei, "A harbour")
    await write(db, ines, "My own harbour lights")
    await look()
    assert await new(client, ines) == {"Lights": 1}
    assert await told(client, ines) == [("Lights", "Harbour lights at night", 1)]
    assert (await client.get(f"{API}/notices/unread", headers=ines.bearer)).json()["count"] == 1
    await look()
    await write(db, mei, "More harbour lights")
    await look()
    assert await new(client, ines) == {"Lights": 2}
    assert await told(client, ines) == [("Lights", "Harbour lights at night", 1)]
    await db.run("UPDATE search_saved SET told_at = $1", now() - timedelta(hours=7))
    await look()
    assert await told(client, ines) == [("Lights", "More harbour lights", 1)]
    headers = {**ines.cookie, "accept-language": "en"}
    inbox = html.unescape((await client.get("/inbox", headers=headers)).text)
    assert "new for a search you saved" in inbox
    assert f"/search/saved/{saved['id']}" in inbox
    answer = await client.get(f"/search/saved/{saved['id']}", headers=headers)
    assert answer.headers["location"] == "/search?q=harbour+lights&sort=newest"
    assert await new(client, ines) == {"Lights": 0}


async def test_a_search_in_english_is_told_of_a_chinese_note(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, look: Look
) -> None:
    await save(client, ines, "lisbon")
    await write(db, mei, "里斯本三日游", lang="zh")
    await look()
    assert await new(client, ines) == {"lisbon": 1}


@pytest.mark.parametrize(
    ("question", "fields", "title", "expected"),
    [
        ('"harbour lights"', {}, "Harbour lights", 1),
        ('"harbour lights"', {}, "Lights of a harbour", 0),
        ("harbour -lights", {}, "Harbour lights", 0),
        ("harbour -lights", {}, "Harbour by day", 1),
        ("#travel", {}, "On the road #travel", 1),
        ("@mei", {}, "Whatever she says", 1),
        ("@ines", {}, "Whatever she says", 0),
        ("@nobody_at_all", {}, "Whatever she says", 0),
        ("harbour", {"lang": "pt"}, "Harbour", 0),
        ("harbour lang:en", {}, "Harbour", 1),
        ("harbour", {"who": "followed"}, "Harbour", 0),
        ("里斯本", {}, "里斯本的早上", 1),
    ],
)
async def test_what_answers_a_saved_search(  # noqa: PLR0913, PLR0917 - fixtures and a case
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, look: Look, question: str,
    fields: dict[str, str], title: str, expected: int,
) -> None:  # fmt: skip
    await save(client, ines, question, name="It", **fields)
    await write(db, mei, title, body=title if "#" in title else "")
    await look()
    assert await new(client, ines) == {"It": expected}
    assert len(await told(client, ines)) == expected


async def test_nobody_is_told_of_what_they_may_not_see(
    client: httpx.AsyncClient, state: State, db: Db, people: People, mei: Person, look: Look
) -> None:
    ines = await people("ines", region="PT")
    follower, blocked, muting = await people("nour"), await people("tomas"), await people("rolf")
    crowd = (ines, follower, blocked, muting)
    for person in crowd:
        await save(client, person, "harbour")
    await accounts.follow(db, follower.viewer, mei.id)
    await accounts.block(db, mei.viewer, blocked.id)
    await accounts.mute(db, muting.viewer, mei.id)
    await write(db, mei, "Harbour for followers", audience="followers")
    await look()
    assert [await new(client, person) for person in crowd] == [{"harbour": n} for n in (0, 1, 0, 0)]
    assert [len(await told(client, person)) for person in crowd] == [0, 1, 0, 0]
    note_id = await write(db, mei, "Harbour held back")
    await label(db, note_id, note_id, "withheld", region="PT", reason="test")
    await look()
    assert await new(client, ines) == {"harbour": 0}
    assert await told(client, ines) == []
    gone = await write(db, mei, "Harbour gone")
    await notes.delete(db, mei.viewer, gone)
    hidden = await write(db, mei, "Harbour for me alone now")
    await notes.edit(db, mei.viewer, state.language, hidden, EditNote(title="Harbour", audience="me"))
    await look()
    assert await new(client, ines) == {"harbour": 0}
    await write(db, mei, "Harbour for all")
    await look()
    assert [await new(client, person) for person in (ines, blocked)] == [{"harbour": 1}, {"harbour": 0}]
    await accounts.block(db, ines.viewer, mei.id)
    assert await new(client, ines) == {"harbour": 0}
    assert await told(client, ines) == []


async def test_the_list_is_kept_by_hand(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person, look: Look
) -> None:
    headers = {**ines.cookie, "accept-language": "en"}
    page = await client.get("/search", params={"q": "harbour", "lang": "en"}, headers=headers)
    assert "Tell me of what is new" in page.text
    answer = await client.post("/search/saved", data={"q": "harbour", "lang": "en"}, headers=headers)
    assert answer.headers["location"] == "/search?q=harbour&lang=en"
    assert (
        "you will be told of what is new"
        in (await client.get("/search?q=harbour&lang=en", headers=headers)).text
    )
    assert "Tell me of what is new" in (await client.get("/search?q=harbour", headers=headers)).text
    (saved,) = (await client.get(f"{API}/me/saved-searches", headers=ines.bearer)).json()
    at = f"/search/saved/{saved['id']}"
    assert (await client.post(f"{at}/rename", data={"name": "  Ports "}, headers=headers)).status_code == 303
    refused = await client.post(f"{at}/rename", data={"name": " "}, headers=headers)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    await write(db, mei, "A harbour")
    await look()
    assert await new(client, ines) == {"Ports": 1}
    for path in ("rename", "delete", "restore"):
        assert (await client.post(f"{at}/{path}", data={"name": "x"}, headers=mei.cookie)).status_code == 404
    assert (await client.get(at, headers=mei.cookie)).status_code == 404
    answer = await client.post(f"{at}/delete", headers=headers)
    assert await new(client, ines) == {}
    assert await told(client, ines) == []
    page_text = html.unescape((await client.get(answer.headers["location"], headers=headers)).text)
    assert f"{at}/restore" in page_text
    assert (await client.post(f"{at}/restore", headers=headers)).status_code == 303
    assert await new(client, ines) == {"Ports": 1}
    await client.delete(f"{API}/me/saved-searches/{saved['id']}", headers=ines.bearer)
    await db.run("UPDATE search_saved SET dropped_at = $1", now() - timedelta(minutes=11))
    await forget_news(job)
    assert await db.value("SELECT count(*) FROM search_saved") == 0
    assert await db.value("SELECT count(*) FROM search_news") == 0


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", "nothing_asked"), ("   ", "nothing_asked"), ("-a -b", "nothing_asked"), ("***", "nothing_asked"),
        ('"', "nothing_asked"), ("lang:en", "nothing_asked"), ("one two three four five six seven eight nine", "question_long"),
        ("tea lang:xx", "language_unknown"), ("tea -lang:klingon", "language_unknown"),
        ("\u200b", "nothing_asked"), ("x" * 2001, "too_long"), ("a\0b", "text_nul"),
    ],
)  # fmt: skip
async def test_what_cannot_be_saved_is_told_why(
    client: httpx.AsyncClient, ines: Person, question: str, code: str
) -> None:
    answer = await client.post(f"{API}/me/saved-searches", json={"question": question}, headers=ines.bearer)
    assert answer.status_code == 400
    assert code in {answer.json()["code"], *(one.get("code", "") for one in answer.json().get("errors", ()))}
    page = await client.post(
        "/search/saved", data={"q": question}, headers={**ines.cookie, "accept": "text/html"}
    )
    assert page.status_code in {303, 400}


@pytest.mark.parametrize(
    "question", ["x" * 2000, "里" * 500, "' | !() <-> :*", "a' OR 1=1 --", "a & !b", "\\", "ＡＢＣ"]
)
async def test_odd_questions_are_saved_and_matched(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, look: Look, question: str
) -> None:
    answer = await client.post(f"{API}/me/saved-searches", json={"question": question}, headers=ines.bearer)
    assert answer.status_code in {201, 400}
    await write(db, mei, question[:90], body=question)
    await look()
    if answer.status_code == 201:
        assert sum((await new(client, ines)).values()) == 1


async def test_fifty_searches_are_enough(client: httpx.AsyncClient, ines: Person, db: Db) -> None:
    for number in range(50):
        await save(client, ines, f"harbour {number}")
    answer = await client.post(f"{API}/me/saved-searches", json={"question": "one more"}, headers=ines.bearer)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("You can save at most 50 searches.")
    page = await client.post(
        "/search/saved", data={"q": "one more"}, headers={**ines.cookie, "accept": "text/html"}
    )
    assert page.status_code == 409
    assert "You can save at most 50 searches." in page.text
    await db.run("DELETE FROM account WHERE id = $1", ines.id)
    assert await db.value("SELECT count(*) FROM search_saved") == 0


async def test_saving_twice_with_one_key_has_one_effect(client: httpx.AsyncClient, ines: Person) -> None:
    headers = {**ines.bearer, "idempotency-key": "k1"}
    body = {"question": "harbour"}
    first = await client.post(f"{API}/me/saved-searches", json=body, headers=headers)
    await client.delete(f"{API}/me/saved-searches/{first.json()['id']}", headers=ines.bearer)
    again = await client.post(f"{API}/me/saved-searches", json=body, headers=headers)
    assert again.json() == first.json()
    assert await new(client, ines) == {}


async def test_guests_are_led_to_the_door(client: httpx.AsyncClient) -> None:
    for path in ("/search/saved", "/search/saved/1"):
        assert (await client.get(path)).headers["location"].startswith("/sign-in")
    for path in (f"{API}/me/saved-searches", f"{API}/me/searches", f"{API}/me/searches/settings"):
        assert (await client.get(path)).status_code == 401


async def test_what_one_saved_oneself_is_nothing_to_be_told_of(
    client: httpx.AsyncClient, ines: Person
) -> None:
    question = {"question": "harbour in:saved"}
    answer = await client.post(f"{API}/me/saved-searches", json=question, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (400, "saved_only")
    form = {"q": "harbour in:saved"}
    page = await client.post("/search/saved", data=form, headers={**ines.cookie, "accept": "text/html"})
    assert "leave in:saved out" in page.text
    assert await new(client, ines) == {}
    await save(client, ines, "harbour")
    assert list(await new(client, ines)) == ["harbour"]
