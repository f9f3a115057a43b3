"""What people ask: their own history, and what many ask."""

import html
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as accounts
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.moderation.actions import label
from vermilion.notes import actions as notes
from vermilion.notes.reads import Offer
from vermilion.notes.schema import EditNote
from vermilion.search.asked import Asked, count_questions
from vermilion.search.asked import write as write_down
from vermilion.search.query import cut, understand
from vermilion.search.questions import may_be_shared
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.work.jobs import Job

API = "/api/v1"
People = Callable[..., Awaitable[Person]]


async def ask(client: httpx.AsyncClient, state: State, person: Person | None, q: str, **params: str) -> None:
    headers = {**person.cookie, "accept": "text/html"} if person else {}
    answer = await client.get("/search", params={"q": q, **params}, headers=headers)
    assert answer.status_code == 200
    await state.questions.flush()


@pytest.fixture
async def crowd(people: People) -> list[Person]:
    """Six people in Portugal who read English."""
    return [await people(f"somebody{number}", region="PT") for number in range(6)]


async def hot(
    client: httpx.AsyncClient, viewer: Person | None = None, **params: str
) -> list[tuple[str, int]]:
    params = {"lang": "en", **params}
    answer = await client.get(f"{API}/search/hot", params=params, headers=viewer.bearer if viewer else {})
    assert answer.status_code == 200, answer.text
    return [(one["question"], one["people"]) for one in answer.json()]


async def offered(
    client: httpx.AsyncClient, typed: str, viewer: Person | None = None
) -> list[tuple[str, str]]:
    answer = await client.get(
        f"{API}/search/suggestions", params={"q": typed}, headers=viewer.bearer if viewer else {}
    )
    return [(one["kind"], one["text"]) for one in answer.json() if one["kind"] in {"recent", "asked"}]


async def past(client: httpx.AsyncClient, person: Person) -> list[str]:
    answer = await client.get(f"{API}/me/searches", headers=person.bearer)
    return [one["question"] for one in answer.json()]


async def write(db: Db, author: Person, title: str = "Harbour lights", **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def test_what_five_people_ask_is_hot_and_offered_with_an_honest_count(
    client: httpx.AsyncClient, state: State, db: Db, job: Job, ines: Person, crowd: list[Person]
) -> None:
    await write(db, ines)
    for person in crowd[:4]:
        await ask(client, state, person, "Harbour  LIGHTS")
        await ask(client, state, person, "harbour lights")
    await ask(client, state, None, "harbour lights")
    await count_questions(job)
    assert await hot(client) == []
    assert await offered(client, "harb") == []
    assert "Nothing has been searched for by enough people" in (await client.get("/search")).text
    await ask(client, state, crowd[4], "harbour lights")
    await count_questions(job)
    assert await hot(client) == [("harbour lights", 5)]
    assert await hot(client, region="PT") == [("harbour lights", 5)]
    assert await hot(client, region="DE") == []
    assert await hot(client, lang="pt") == []
    assert await offered(client, "Harb") == [("asked", "harbour lights")]
    page = (await client.get("/search", headers={"accept-language": "en"})).text
    assert "harbour lights" in page
    assert "5 people" in page


async def test_a_person_counts_once_a_week_also_over_the_turn_of_it(
    client: httpx.AsyncClient,
    db: Db,
    job: Job,
    ines: Person,
    crowd: list[Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer = Offer(note_id=await write(db, ines), author_id=ines.id)
    moment = now()
    for day in range(16):
        at = moment + timedelta(days=day)
        monkeypatch.setattr("vermilion.search.asked.now", lambda at=at: at)
        some = [*crowd[:4], *(crowd[4:5] if day % 6 == 0 else [])]
        await write_down(
            db,
            [
                Asked(
                    account_id=one.id, question="harbour lights", lang="en", region="PT", asked_at=at,
                    answers=(offer,), is_counted=True,
                )
                for one in some
            ],
        )  # fmt: skip
        await count_questions(job)
        assert await hot(client) == [("harbour lights", 5)], day
    monkeypatch.setattr("vermilion.search.asked.now", lambda: moment + timedelta(days=60))
    await count_questions(job)
    left = [
        await db.value(f"SELECT count(*) FROM {table}")
        for table in ("search_salt", "search_asked", "search_answer", "search_hot")
    ]
    assert left == [0, 0, 0, 0]


async def test_what_finds_nothing_the_viewer_may_see_is_shown_to_nobody(
    client: httpx.AsyncClient, state: State, db: Db, job: Job, ines: Person, crowd: list[Person]
) -> None:
    note_id = await write(db, ines)
    for person in crowd:
        await ask(client, state, person, "harbour")
    await count_questions(job)
    assert await hot(client) == [("harbour", 6)]
    await accounts.block(db, ines.viewer, crowd[0].id)
    assert await hot(client, crowd[0]) == []
    assert await offered(client, "ha", crowd[0]) == [("recent", "harbour")]
    assert await hot(client, crowd[1]) == [("harbour", 6)]
    await label(db, note_id, note_id, "withheld", region="PT", reason="test")
    assert await hot(client, crowd[1]) == []
    assert await hot(client) == [("harbour", 6)]
    await notes.edit(db, ines.viewer, state.language, note_id, EditNote(title="Something else"))
    assert await hot(client) == await offered(client, "ha") == []
    await count_questions(job)
    assert await hot(client) == []


async def test_notes_for_a_few_make_nothing_hot(
    client: httpx.AsyncClient, state: State, db: Db, job: Job, ines: Person, crowd: list[Person]
) -> None:
    await write(db, ines, "Quetzal secrets", audience="followers")
    for person in crowd:
        await accounts.follow(db, person.viewer, ines.id)
        await ask(client, state, person, "quetzal")
    await count_questions(job)
    assert await hot(client, crowd[0]) == await hot(client) == await offered(client, "quet") == []


@pytest.mark.parametrize(
    "typed",
    [
        "@ines harbour", "from:ines harbour", "harbour mei@example.org", "call 0176 555 12", "harbour 12345", "mei_chen",
        "+351 912-345", "www harbour", "https://harbour.example", "harbour -lights", "mei1999", '"a quoted thing"', "x" * 61,
        "lang:pt harbour", "１２３４５ harbour", "٠١٢٣٤ harbour", "-a", "\u200b",
    ],
)  # fmt: skip
def test_what_may_name_somebody_is_never_counted(typed: str) -> None:
    assert not may_be_shared(understand(cut(typed), "en"))


@pytest.mark.parametrize(
    "typed", ["lisbon 3 day", "里斯本", "#travel", "tokyo 2026", "iphone 15 camera", "café"]
)
def test_plain_questions_are_counted(typed: str) -> None:
    assert may_be_shared(understand(cut(typed), "en"))


async def test_what_is_asked_among_ones_saved_notes_is_never_hot(
    client: httpx.AsyncClient, state: State, db: Db, job: Job, ines: Person, crowd: list[Person]
) -> None:
    note_id = await write(db, ines)
    for person in crowd:
        await notes.save(db, person.viewer, note_id, True)
        await ask(client, state, person, "harbour in:saved")
        await ask(client, state, person, "lights", **{"in": "saved"})
    await count_questions(job)
    assert await hot(client) == await offered(client, "ha") == await offered(client, "li") == []
    assert "harbour in:saved" in await past(client, crowd[0])
    for person in crowd:
        await ask(client, state, person, "harbour")
    await count_questions(job)
    assert await hot(client) == [("harbour", 6)]


async def test_a_question_with_somebodys_handle_in_it_is_not_shown(
    client: httpx.AsyncClient, state: State, db: Db, job: Job, ines: Person, crowd: list[Person]
) -> None:
    await write(db, ines, "Ines at the harbour")
    for person in crowd:
        await ask(client, state, person, "ines harbour")
        await ask(client, state, person, "harbour")
    await count_questions(job)
    assert await hot(client) == [("harbour", 6)]


async def test_ones_own_history_is_erased_and_had_back(
    client: httpx.AsyncClient, state: State, ines: Person, mei: Person
) -> None:
    for q in ("harbour", "lisbon", "Harbour"):
        await ask(client, state, ines, q)
    await ask(client, state, ines, "harbour")
    await ask(client, state, ines, "mei", tab="people")
    assert await past(client, ines) == ["mei", "harbour", "Harbour", "lisbon"]
    assert await past(client, mei) == []
    assert await offered(client, "lis", ines) == [("recent", "lisbon")]
    found = (await client.get(f"{API}/me/searches", headers=ines.bearer)).json()
    headers = {**ines.cookie, "accept-language": "en"}
    assert "What you searched for" in (await client.get("/search", headers=headers)).text
    answer = await client.post("/search/history/erase", data={"id": found[0]["id"]}, headers=headers)
    assert await past(client, ines) == ["harbour", "Harbour", "lisbon"]
    page = html.unescape((await client.get(answer.headers["location"], headers=headers)).text)
    undo = re.search(r"/search/history/\d+/restore", page)
    assert undo is not None
    assert (await client.post(undo[0], headers=headers)).status_code == 303
    assert len(await past(client, ines)) == 4
    assert (await client.delete(f"{API}/me/searches/{found[1]['id']}", headers=mei.bearer)).status_code == 404
    assert (
        await client.delete(f"{API}/me/searches/{found[1]['id']}", headers=ines.bearer)
    ).status_code == 204
    assert (await client.delete(f"{API}/me/searches", headers=ines.bearer)).status_code == 204
    assert await past(client, ines) == await offered(client, "lis", ines) == []


async def test_fifty_questions_are_kept(
    client: httpx.AsyncClient, state: State, db: Db, ines: Person
) -> None:
    for number in range(55):
        await ask(client, state, ines, f"question {number}")
    kept = await past(client, ines)
    assert (len(kept), kept[0], kept[-1]) == (50, "question 54", "question 5")
    assert await db.value("SELECT count(*) FROM search_history") == 50
    await db.run("DELETE FROM account WHERE id = $1", ines.id)
    assert await db.value("SELECT count(*) FROM search_history") == 0


async def test_switched_off_nothing_is_kept_nor_counted(
    client: httpx.AsyncClient, state: State, db: Db, ines: Person
) -> None:
    await write(db, ines)
    await ask(client, state, ines, "harbour")
    path = f"{API}/me/searches/settings"
    assert (await client.get(path, headers=ines.bearer)).json()["keeps_history"] is True
    await client.put(path, json={"keeps_history": False}, headers=ines.bearer)
    await ask(client, state, ines, "lights")
    assert await past(client, ines) == ["harbour"]
    assert await db.value("SELECT count(*) FROM search_asked") == 1
    await client.post("/settings/searching", data={"erase": "1"}, headers=ines.cookie)
    assert await past(client, ines) == []
    assert await db.value("SELECT count(*) FROM search_history") == 0
    page = (await client.get("/search", headers={**ines.cookie, "accept-language": "en"})).text
    assert "What you search for is not kept." in page
    await client.post("/settings/searching", data={"keeps_history": "1"}, headers=ines.cookie)
    await ask(client, state, ines, "lights")
    assert await past(client, ines) == ["lights"]


async def test_who_asked_is_not_to_be_read_off(
    client: httpx.AsyncClient, state: State, db: Db, ines: Person
) -> None:
    await write(db, ines)
    await ask(client, state, ines, "harbour")
    await ask(client, state, ines, "lights")
    rows = await db.rows("SELECT early, late FROM search_asked")
    assert len({bytes(mark) for row in rows for mark in row}) == 4
    columns = await db.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'search_asked'"
    )
    assert {row[0] for row in columns} == {"day", "question", "lang", "region", "early", "late"}
