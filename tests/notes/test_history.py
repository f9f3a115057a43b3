"""What stood before in notes and comments: kept, shown by the one rule, gone with what it belongs to."""

from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later, upload
from vermilion.accounts import actions as accounts
from vermilion.kernel.ids import Id
from vermilion.notes import actions, editions
from vermilion.notes.jobs import purge_deleted, roll_up
from vermilion.notes.schema import Note
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job


@pytest.fixture
async def harbour(db: Db, ines: Person) -> Note:
    return await factories.note(db, ines, "The harbour", body="Boats at six #lisbon", lang="en")


async def put(client: httpx.AsyncClient, ines: Person, note_id: Id, **note: Any) -> httpx.Response:  # noqa: ANN401 - fields of a note
    sent = {"title": "The harbour", "body": "Boats at six #lisbon", "lang": "en", **note}
    return await client.put(f"/api/v1/notes/{note_id}", json=sent, headers=ines.bearer)


async def history(client: httpx.AsyncClient, of: str, **headers: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/{of}/history", headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def told(changes: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(change["kind"], change["text"]) for change in changes]


async def test_each_edit_keeps_what_stood_before(
    client: httpx.AsyncClient, ines: Person, harbour: Note
) -> None:
    await put(client, ines, harbour.id, body="Boats at seven #lisbon #food")
    await put(
        client,
        ines,
        harbour.id,
        title="The old harbour",
        body="Boats at seven #lisbon #food",
        place_name="Cais",
    )
    now, second, first = await history(client, f"notes/{harbour.id}")
    assert (first["title"], first["body"], first["tags"], first["is_first"]) == (
        "The harbour", "Boats at six #lisbon", ["lisbon"], True,
    )  # fmt: skip
    assert told(second["body_changes"]) == [
        ("same", "Boats at "), ("gone", "six"), ("new", "seven"), ("same", " #lisbon"), ("new", " #food"),
    ]  # fmt: skip
    assert told(now["title_changes"]) == [("same", "The "), ("new", "old "), ("same", "harbour")]
    assert (now["until"], now["place_before"], second["until"]) == (None, "", now["since"])
    page = (await client.get(f"/n/{harbour.id}/history")).text
    assert "<del>six</del><ins>seven</ins>" in page
    assert f'href="/n/{harbour.id}/history"' in (await client.get(f"/n/{harbour.id}")).text


async def test_pictures_that_came_went_and_moved_are_told(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person
) -> None:
    one, two, three = [str(await upload(db, blobs, ines)) for _ in range(3)]
    sent = {"title": "Boats", "pictures": [{"id": one, "alt": "A boat"}, {"id": two}]}
    note = (await client.post("/api/v1/notes", json=sent, headers=ines.bearer)).json()["id"]
    async with db.transaction():
        await actions.release(db, await editions.get_note(db, ines.viewer, Id(int(note))))
    for pictures in ([two, one], [two, three]):
        wanted = [{"id": key, "alt": "A boat" if key == one else ""} for key in pictures]
        answer = await client.put(
            f"/api/v1/notes/{note}", json={**sent, "pictures": wanted}, headers=ines.bearer
        )
        assert answer.status_code == 200, answer.text
    now, second, first = await history(client, f"notes/{note}")
    assert [picture["id"] for picture in first["pictures"]] == [one, two]
    assert (second["are_reordered"], second["pictures_in"], second["pictures_out"]) == (True, [], [])
    assert [picture["id"] for picture in now["pictures_in"]] == [three]
    assert [picture["alt"] for picture in now["pictures_out"]] == ["A boat"]
    page = (await client.get(f"/n/{note}/history")).text
    assert '<del dir="auto">A boat</del>' in page


async def test_an_edit_of_who_may_see_it_alone_is_no_version(
    client: httpx.AsyncClient, ines: Person, harbour: Note
) -> None:
    answer = await put(client, ines, harbour.id, audience="followers")
    assert answer.json()["edited_at"] is None
    assert len(await history(client, f"notes/{harbour.id}", **ines.bearer)) == 1


async def test_history_is_for_those_who_could_have_seen_it(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, ines, "Only for me", body="A secret", audience="me", lang="en")
    await put(client, ines, note.id, title="For all", body="No secret", audience="everyone")
    await put(client, ines, note.id, title="For all", body="Nothing", audience="everyone")
    shown = await history(client, f"notes/{note.id}", **mei.bearer)
    assert [one["body"] for one in shown] == ["Nothing", "No secret"]
    assert shown[1]["is_first"]
    assert len(await history(client, f"notes/{note.id}", **ines.bearer)) == 3
    page = (await client.get(f"/n/{note.id}/history", headers=mei.cookie)).text
    assert "A secret" not in page
    # Hidden from everybody, its history is too.
    await put(client, ines, note.id, title="For all", body="Nothing", audience="me")
    for path in (f"/api/v1/notes/{note.id}/history", f"/n/{note.id}/history"):
        assert (await client.get(path, headers=mei.cookie)).status_code == 404
    await put(client, ines, note.id, title="For all", body="Nothing", audience="everyone")
    assert len(await history(client, f"notes/{note.id}", **mei.bearer)) == 2
    await accounts.block(db, ines.viewer, mei.id)
    answer = await client.get(f"/api/v1/notes/{note.id}/history", headers=mei.bearer)
    assert (answer.status_code, answer.json()["code"]) == (404, "note_gone")


async def test_what_was_held_is_not_shown_afterwards(
    client: httpx.AsyncClient, ines: Person, harbour: Note, later: Later
) -> None:
    links = " ".join(f"https://spam.example/{n}" for n in range(12))
    await put(client, ines, harbour.id, body=links)
    # Edited again before anybody has looked at it, and after it was held.
    await put(client, ines, harbour.id, body="Sorry")
    await later()
    await put(client, ines, harbour.id, body=links)
    await later()
    assert (await client.get(f"/n/{harbour.id}")).status_code == 404
    await put(client, ines, harbour.id, body="Sorry again")
    await later()
    shown = await history(client, f"notes/{harbour.id}")
    assert [one["body"] for one in shown] == ["Sorry again", "Sorry", "Boats at six #lisbon"]


async def test_history_goes_with_its_note(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, harbour: Note
) -> None:
    await put(client, ines, harbour.id, body="Boats")
    assert await db.value("SELECT count(*) FROM edition") == 1
    await client.delete(f"/api/v1/notes/{harbour.id}", headers=ines.bearer)
    assert (await client.get(f"/n/{harbour.id}/history", headers=ines.cookie)).status_code == 404
    await client.post(f"/api/v1/notes/{harbour.id}/restore", headers=ines.bearer)
    assert len(await history(client, f"notes/{harbour.id}")) == 2
    await client.delete(f"/api/v1/notes/{harbour.id}", headers=ines.bearer)
    await db.run("UPDATE note SET deleted_at = deleted_at - interval '1 hour'")
    await purge_deleted(job)
    assert await db.value("SELECT count(*) FROM edition") == 0


async def test_a_long_history_comes_in_pages_and_ends_somewhere(
    client: httpx.AsyncClient, db: Db, ines: Person, harbour: Note
) -> None:
    for number in range(12):
        await put(client, ines, harbour.id, body=f"Boats at {number}")
    first = (await client.get(f"/api/v1/notes/{harbour.id}/history")).json()
    after = {"cursor": first["next"]}
    second = (await client.get(f"/api/v1/notes/{harbour.id}/history", params=after)).json()
    bodies = [one["body"] for one in first["items"] + second["items"]]
    assert bodies == [*(f"Boats at {number}" for number in range(11, -1, -1)), "Boats at six #lisbon"]
    assert [one["is_first"] for one in first["items"] + second["items"]] == [False] * 12 + [True]
    assert second["next"] is None
    assert "Earlier versions" in (await client.get(f"/n/{harbour.id}/history")).text
    await db.run(
        """INSERT INTO edition SELECT note_id, subject_id, id - n, audience, title, body, lang, tags, place_name, pictures,
               stood_until FROM (SELECT * FROM edition ORDER BY id LIMIT 1) e, generate_series(1, 188) n"""
    )
    answer = await put(client, ines, harbour.id, body="Once more")
    assert (answer.status_code, answer.json()["code"], answer.json()["most"]) == (409, "too_many_edits", 200)


@pytest.fixture
async def said(db: Db, mei: Person, harbour: Note) -> Id:
    return (await factories.comment(db, mei, harbour.id, "Which stall?", lang="en")).id


async def change(
    client: httpx.AsyncClient,
    person: Person,
    note_id: Id,
    comment_id: Id,
    body: str,
    **more: Any,  # noqa: ANN401 - fields
) -> httpx.Response:
    address = f"/api/v1/notes/{note_id}/comments/{comment_id}"
    return await client.put(address, json={"body": body, **more}, headers=person.bearer)


async def test_a_comment_is_edited_and_its_history_is_open(
    client: httpx.AsyncClient, ines: Person, mei: Person, harbour: Note, said: Id
) -> None:
    answer = await change(client, mei, harbour.id, said, "Which stall, please?", lang="en")
    assert answer.status_code == 200
    assert answer.json()["edited_at"] is not None
    now, first = await history(client, f"notes/{harbour.id}/comments/{said}")
    assert (first["body"], now["body"]) == ("Which stall?", "Which stall, please?")
    assert ("new", ", please") in told(now["body_changes"])
    thread = (await client.get(f"/n/{harbour.id}")).text
    assert f'href="/n/{harbour.id}/comments/{said}/history"' in thread
    page = (await client.get(f"/n/{harbour.id}/comments/{said}/history")).text
    assert "<ins>, please</ins>" in page
    other = await change(client, ines, harbour.id, said, "Mine now")
    assert (other.status_code, other.json()["code"]) == (403, "not_your_comment")
    guest = await client.put(f"/api/v1/notes/{harbour.id}/comments/{said}", json={"body": "x"})
    assert guest.status_code == 401
    empty = await change(client, mei, harbour.id, said, "  ")
    assert (empty.status_code, empty.json()["code"]) == (400, "empty_comment")


async def test_a_comment_that_is_held_by_its_new_words_is_counted_down(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person, harbour: Note, said: Id
) -> None:
    await roll_up(job)
    links = " ".join(f"https://spam.example/{n}" for n in range(12))
    await change(client, mei, harbour.id, said, links)
    await roll_up(job)
    assert await db.value("SELECT comment_count FROM note_count WHERE note_id = $1", harbour.id) == 0
    assert (await client.get(f"/api/v1/notes/{harbour.id}/comments/{said}/history")).status_code == 404
    await change(client, mei, harbour.id, said, "Sorry")
    await roll_up(job)
    assert await db.value("SELECT comment_count FROM note_count WHERE note_id = $1", harbour.id) == 1
    shown = await history(client, f"notes/{harbour.id}/comments/{said}", **ines.bearer)
    assert [one["body"] for one in shown] == ["Sorry", "Which stall?"]


async def test_a_comment_is_edited_by_a_form_and_its_history_goes_with_it(
    client: httpx.AsyncClient, mei: Person, ines: Person, harbour: Note, said: Id
) -> None:
    address = f"/n/{harbour.id}/comments/{said}"
    form = (await client.get(f"{address}/edit", headers=mei.cookie)).text
    assert ">Which stall?<" in form or "哪" in form
    sent = {"body": "Which stall was it?", "lang": "en", "version": "pt", "body-pt": "Qual banca era?"}
    answer = await client.post(f"{address}/edit", data=sent, headers=mei.cookie)
    assert answer.headers["location"] == f"/n/{harbour.id}#c{said}"
    assert "Qual banca era?" in (await client.get(f"{address}/edit", headers=mei.cookie)).text
    long = await client.post(f"{address}/edit", data={"body": "x" * 1001}, headers=mei.cookie)
    assert long.status_code == 400
    assert "x" * 1001 in long.text
    assert (await client.get(f"{address}/edit", headers=ines.cookie)).status_code == 403
    assert (await client.get(f"{address}/edit")).status_code == 303
    await client.delete(f"/api/v1/notes/{harbour.id}/comments/{said}", headers=mei.bearer)
    assert (await client.get(f"{address}/history")).status_code == 404
