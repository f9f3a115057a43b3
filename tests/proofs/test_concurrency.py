"""Many at once over HTTP, with a worker beside: counts are exact, notices gathered, twins have one effect."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests import factories
from tests.databases import new_database
from tests.factories import Person
from tests.proofs import live
from vermilion.notes.schema import Note
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING

API = "/api/v1"
CROWD = 20
AT_ONCE = 200


@pytest.fixture(scope="module")
async def room(server_dsn: str, template: str) -> AsyncIterator[Database]:
    async with new_database(server_dsn, f"{template}_crowd", template) as dsn:
        database = Database(dsn, wiring=WIRING)
        yield database
        await database.close()


@pytest.fixture(scope="module")
async def client(
    room: Database, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    place: Path = tmp_path_factory.mktemp("room")
    limits = httpx.Limits(max_connections=AT_ONCE)
    with live.web(room.dsn, place) as (origin, _), live.worker(room.dsn, place):
        async with httpx.AsyncClient(base_url=origin, timeout=120, limits=limits) as client:
            yield client


@pytest.fixture(scope="module")
async def author(room: Database) -> Person:
    return await factories.person(room.session(), "author")


@pytest.fixture(scope="module")
async def crowd(room: Database) -> list[Person]:
    return [await factories.person(room.session(), f"person{number}") for number in range(CROWD)]


async def settled(db: Db) -> bool:
    """Whether every log row has been added up and every job done."""
    return not await db.value("SELECT (SELECT count(*) FROM count_log) + (SELECT count(*) FROM pgqueuer)")


async def test_two_hundred_likes_and_comments_at_once_are_counted_exactly(
    room: Database, client: httpx.AsyncClient, author: Person, crowd: list[Person]
) -> None:
    db = room.session()
    notes = [await factories.note(db, author, f"Note {number}") for number in range(2)]
    deeds = []
    for number in range(AT_ONCE):
        person, note = crowd[number % CROWD], notes[number // 100]
        if number % 100 < 40:  # everybody likes each note twice at once, which is one like
            deeds.append(client.put(f"{API}/notes/{int(note.id)}/like", headers=person.bearer))
        else:
            body = {"body": f"comment {number}", "lang": "en"}
            deeds.append(
                client.post(f"{API}/notes/{int(note.id)}/comments", json=body, headers=person.bearer)
            )
    answers = await asyncio.gather(*deeds)
    assert {answer.status_code for answer in answers} == {200, 201}
    await live.until(lambda: settled(db))
    for note in notes:
        await _is_counted(client, db, author, note, likes=CROWD, comments=60)
    # Half of them no longer like it, all at once; some take a like back that they never gave.
    taken = [
        client.delete(f"{API}/notes/{int(notes[0].id)}/like", headers=one.bearer) for one in crowd[::2] * 3
    ]
    strangers = [client.delete(f"{API}/notes/{int(notes[0].id)}/like", headers=author.bearer)]
    assert {answer.status_code for answer in await asyncio.gather(*taken, *strangers)} == {200}
    await live.until(lambda: settled(db))
    await _is_counted(client, db, author, notes[0], likes=CROWD // 2, comments=60)
    # The check sees a count that is off by one.
    await db.run("UPDATE note_count SET like_count = like_count + 1 WHERE note_id = $1", notes[0].id)
    with pytest.raises(AssertionError):
        await _is_counted(client, db, author, notes[0], likes=CROWD // 2, comments=60)


async def _is_counted(
    client: httpx.AsyncClient, db: Db, author: Person, note: Note, *, likes: int, comments: int
) -> None:
    shown = (await client.get(f"{API}/notes/{int(note.id)}")).json()
    stored = await db.value("SELECT count(*) FROM note_like WHERE note_id = $1 AND subject_id = $1", note.id)
    assert (shown["like_count"], shown["comment_count"], stored) == (likes, comments, likes)
    notices = (await client.get(f"{API}/notices", headers=author.bearer)).json()["items"]
    told = [(one["kind"], one["actor_count"]) for one in notices if one["note_id"] == str(int(note.id))]
    assert sorted(told) == [("commented", CROWD), ("liked", CROWD)]


async def test_replies_and_likes_of_comments_at_once_are_counted_exactly(
    room: Database, client: httpx.AsyncClient, author: Person, crowd: list[Person]
) -> None:
    db = room.session()
    note = await factories.note(db, author, "A thread")
    first = await factories.comment(db, author, note.id, "the first")
    path = f"{API}/notes/{int(note.id)}/comments"
    deeds = [client.put(f"{path}/{int(first.id)}/like", headers=one.bearer) for one in crowd * 2]
    reply = {"body": "a reply", "lang": "en", "reply_to": str(int(first.id))}
    deeds += [client.post(path, json=reply, headers=one.bearer) for one in crowd * 3]
    answers = await asyncio.gather(*deeds)
    assert {answer.status_code for answer in answers} == {200, 201}
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    gone = await asyncio.gather(
        *(client.delete(f"{path}/{one}", headers=author.bearer) for one in made[:10] * 2)
    )
    assert {answer.status_code for answer in gone} == {204}
    await live.until(lambda: settled(db))
    shown = (await client.get(path)).json()["items"][0]
    assert (shown["like_count"], shown["reply_count"]) == (CROWD, 3 * CROWD - 10)
    assert (await client.get(f"{API}/notes/{int(note.id)}")).json()["comment_count"] == 3 * CROWD - 9


async def test_follows_and_ends_of_follows_at_once_are_counted_exactly(
    room: Database, client: httpx.AsyncClient, author: Person, crowd: list[Person]
) -> None:
    db = room.session()
    pairs = [(one, other) for one in crowd[:8] for other in crowd[:8] if one is not other]
    for method in ("PUT", "DELETE"):
        deeds = [
            client.request(method, f"{API}/accounts/{int(other.id)}/follow", headers=one.bearer)
            for one, other in pairs * 2
        ]
        assert {answer.status_code for answer in await asyncio.gather(*deeds)} == {200}
        rows = await db.rows(
            """SELECT (SELECT count(*) FROM follow_in f WHERE f.account_id = c.account_id), follower_count,
                   (SELECT count(*) FROM follow_out f WHERE f.account_id = c.account_id), following_count
               FROM account_count c WHERE c.account_id = ANY($1)""",
            [one.id for one in crowd[:8]],
        )
        wanted = 7 if method == "PUT" else 0
        assert {tuple(row) for row in rows} == {(wanted,) * 4}
    await live.until(lambda: settled(db))
    assert author.id not in {one.id for one in crowd}


async def test_whatever_two_people_do_to_each_other_at_once_is_counted_exactly(
    room: Database, client: httpx.AsyncClient, crowd: list[Person]
) -> None:
    db = room.session()
    some = crowd[:6]
    for deeds in (("follow",), ("block", "follow"), ("follow", "mute", "block")):
        for method in ("PUT", "DELETE"):
            sent = [
                client.request(method, f"{API}/accounts/{int(other.id)}/{deed}", headers=one.bearer)
                for one in some
                for other in some
                for deed in deeds
                if one is not other
            ]
            assert {one.status_code for one in await asyncio.gather(*sent)} <= {200, 403, 404, 503}
    ends = [
        client.delete(f"{API}/accounts/{int(other.id)}/block", headers=one.bearer)
        for one in some
        for other in some
    ]
    assert {one.status_code for one in await asyncio.gather(*ends)} == {200}
    rows = await db.rows(
        """SELECT (SELECT count(*) FROM follow_in f WHERE f.account_id = c.account_id) - follower_count,
               (SELECT count(*) FROM follow_out f WHERE f.account_id = c.account_id) - following_count
           FROM account_count c WHERE c.account_id = ANY($1)""",
        [one.id for one in some],
    )
    assert {tuple(row) for row in rows} == {(0, 0)}


async def test_a_form_sent_three_times_at_once_has_one_effect(
    room: Database, client: httpx.AsyncClient, author: Person
) -> None:
    db = room.session()
    page = (await client.get("/publish", headers=author.cookie)).text
    key = re.search(r'name="form_key" value="([0-9a-f]+)"', page)
    assert key is not None
    form = {"title": "Three times", "audience": "everyone", "form_key": key[1]}
    answers = await asyncio.gather(
        *(client.post("/publish", data=form, headers=author.cookie) for _ in range(3))
    )
    assert {(one.status_code, one.headers.get("location")) for one in answers} == {
        (303, answers[0].headers["location"])
    }
    note_id = int(answers[0].headers["location"].removeprefix("/n/"))
    assert await db.value("SELECT count(*) FROM note WHERE title = 'Three times'") == 1

    async def public() -> bool:
        return (await client.get(f"{API}/notes/{note_id}")).status_code == 200

    await live.until(public)
    said = {"body": "three times", "form_key": "k" * 32}
    comments = [client.post(f"/n/{note_id}/comments", data=said, headers=author.cookie) for _ in range(3)]
    assert len({one.headers["location"] for one in await asyncio.gather(*comments)}) == 1
    keyed = {**author.bearer, "idempotency-key": "thrice"}
    twins = [
        client.post(f"{API}/notes/{note_id}/comments", json={"body": "thrice"}, headers=keyed)
        for _ in range(3)
    ]
    assert {one.status_code for one in await asyncio.gather(*twins)} == {201}
    assert len({one.content for one in await asyncio.gather(*twins_again(client, note_id, keyed))}) == 1
    assert await db.value("SELECT count(*) FROM comment WHERE note_id = $1", note_id) == 2


def twins_again(client: httpx.AsyncClient, note_id: int, keyed: dict[str, str]) -> list[object]:
    """The same once more, later."""
    return [
        client.post(f"{API}/notes/{note_id}/comments", json={"body": "thrice"}, headers=keyed)
        for _ in range(2)
    ]


async def test_a_picture_sent_three_times_at_once_is_one_upload(
    room: Database, client: httpx.AsyncClient, author: Person
) -> None:
    headers = {**author.bearer, "idempotency-key": "picture"}
    sent = factories.picture()
    answers = await asyncio.gather(
        *(client.post(f"{API}/uploads", content=sent, headers=headers) for _ in range(3))
    )
    assert {(one.status_code, one.content) for one in answers} == {(201, answers[0].content)}
    assert await room.session().value("SELECT count(*) FROM upload WHERE account_id = $1", author.id) == 1


async def test_a_handle_is_taken_once_by_twenty_at_once(room: Database, client: httpx.AsyncClient) -> None:
    new = {"display_name": "One", "password": factories.PASSWORD}
    names = ["lisbon", "Lisbon", "LISBON", "lіsbon"] * 5
    answers = await asyncio.gather(
        *(client.post(f"{API}/accounts", json={**new, "handle": one}) for one in names)
    )
    assert sorted({one.status_code for one in answers} - {400, 503}) == [201, 409]
    assert sum(one.status_code == 201 for one in answers) == 1
    assert await room.session().value("SELECT count(*) FROM account WHERE display_name = 'One'") == 1
