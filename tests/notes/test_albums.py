"""Albums over HTTP: who sees them, what is in them, their order, their limits; and that a long one is no slower."""

import re

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.accounts import actions as accounts
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.pages import to_cursor
from vermilion.notes import actions as notes
from vermilion.notes import album_actions, albums
from vermilion.notes.album_table import NewAlbum
from vermilion.notes.jobs import purge_deleted
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job


async def opened(client: httpx.AsyncClient, owner: Person, name: str = "Boats", **fields: object) -> str:
    """A new album's id."""
    answer = await client.post("/api/v1/me/albums", json={"name": name, **fields}, headers=owner.bearer)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def titles(
    client: httpx.AsyncClient, owner: Person, album: str, viewer: Person | None = None
) -> list[str]:
    """The titles in an album as somebody sees it."""
    headers = viewer.bearer if viewer else {}
    page = await client.get(f"/api/v1/accounts/{owner.id}/albums/{album}/notes", headers=headers)
    assert page.status_code == 200, page.text
    return [card["title"]["text"] for card in page.json()["items"]]


async def filled(client: httpx.AsyncClient, db: Db, owner: Person, *names: str) -> tuple[str, list[Id]]:
    """An album with a note of each name."""
    album = await opened(client, owner)
    made = [await factories.note(db, owner, name) for name in names]
    for note in made:
        answer = await client.put(f"/api/v1/me/albums/{album}/notes/{note.id}", headers=owner.bearer)
        assert answer.status_code == 204
    return album, [note.id for note in made]


async def test_an_album_shows_each_viewer_the_notes_they_may_see_and_counts_no_others(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    album, _ = await filled(client, db, mei, "A red boat")
    for audience in ("followers", "me"):
        secret = await factories.note(db, mei, f"For {audience}", audience=audience)
        await client.put(f"/api/v1/me/albums/{album}/notes/{secret.id}", headers=mei.bearer)
    path = f"/api/v1/accounts/{mei.id}/albums/{album}"
    for viewer, seen in ((mei, 3), (ines, 1), (None, 1)):
        headers = viewer.bearer if viewer else {}
        found = (await client.get(path, headers=headers)).json()
        assert (found["note_count"], found["is_longer"]) == (seen, False)
        assert len(await titles(client, mei, album, viewer)) == seen
    await accounts.follow(db, ines.viewer, mei.id)
    assert await titles(client, mei, album, ines) == ["A red boat", "For followers"]
    page = (await client.get(f"/@{mei.viewer.handle}/albums/{album}")).text
    assert "A red boat" in page
    assert "For followers" not in page
    assert "1 note<" in page
    await accounts.block(db, mei.viewer, ines.id)
    assert (await client.get(path, headers=ines.bearer)).json()["code"] == "account_gone"


async def test_a_private_album_is_its_owners_alone(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, mei, "A red boat")
    album = await opened(client, mei, "Gifts", is_public=False)
    await client.put(f"/api/v1/me/albums/{album}/notes/{note.id}", headers=mei.bearer)
    path = f"/api/v1/accounts/{mei.id}/albums/{album}"
    assert (await client.get(path, headers=mei.bearer)).status_code == 200
    for headers in (ines.bearer, {}):
        assert (await client.get(path, headers=headers)).json()["code"] == "album_gone"
        assert (await client.get(f"{path}/notes", headers=headers)).json()["code"] == "album_gone"
        assert (await client.get(f"/api/v1/accounts/{mei.id}/albums", headers=headers)).json()["items"] == []
    assert "Gifts" in (await client.get(f"/@{mei.viewer.handle}", headers=mei.cookie)).text
    assert "Gifts" not in (await client.get(f"/@{mei.viewer.handle}", headers=ines.cookie)).text
    answer = await client.patch(f"/api/v1/me/albums/{album}", json={"is_public": True}, headers=mei.bearer)
    assert answer.json()["is_public"]
    assert "Gifts" in (await client.get(f"/@{mei.viewer.handle}", headers=ines.cookie)).text
    taken = await client.patch(f"/api/v1/me/albums/{album}", json={"name": "Mine"}, headers=ines.bearer)
    assert taken.json()["code"] == "album_gone"


async def test_the_cover_is_the_note_chosen_and_the_first_visible_one_where_that_cannot_be_seen(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    album, (first, second) = await filled(client, db, mei, "One", "Two")
    hidden = await factories.note(db, mei, "Hidden", audience="me")
    await client.put(f"/api/v1/me/albums/{album}/notes/{hidden.id}", headers=mei.bearer)

    async def cover(viewer: Person) -> str:
        found = await client.get(f"/api/v1/accounts/{mei.id}/albums", headers=viewer.bearer)
        return str(found.json()["items"][0]["cover"]["drawn"])

    ones, twos = [f"{int(note_id) % 499}.svg" for note_id in (first, second)]
    assert (await cover(mei)).endswith(ones)
    await client.patch(f"/api/v1/me/albums/{album}", json={"cover_id": str(second)}, headers=mei.bearer)
    assert (await cover(ines)).endswith(twos)
    await client.patch(f"/api/v1/me/albums/{album}", json={"cover_id": str(hidden.id)}, headers=mei.bearer)
    assert (await cover(ines)).endswith(ones)
    stranger = await factories.note(db, mei, "Not in it")
    refused = await client.patch(
        f"/api/v1/me/albums/{album}", json={"cover_id": str(stranger.id)}, headers=mei.bearer
    )
    assert refused.json()["code"] == "note_gone"


@pytest.mark.parametrize("gap", [1 << 32, 2])
async def test_notes_are_put_before_and_after_each_other(
    client: httpx.AsyncClient, db: Db, mei: Person, monkeypatch: pytest.MonkeyPatch, gap: int
) -> None:
    monkeypatch.setattr(album_actions, "GAP", gap)  # with 2 there is soon no room between two
    album, (one, two, three, four) = await filled(client, db, mei, "1", "2", "3", "4")

    async def place(note_id: Id, **where: object) -> None:
        path = f"/api/v1/me/albums/{album}/notes/{note_id}/place"
        answer = await client.put(path, json=where, headers=mei.bearer)
        assert answer.status_code == 204, answer.text

    steps = [
        (four, {"before": str(one)}, "4123"), (three, {"before": str(one)}, "4312"), (two, {"before": str(one)}, "4321"),
        (one, {"after": str(four)}, "4132"), (two, {"after": str(four)}, "4213"), (four, {}, "2134"),
        (four, {"after": str(three)}, "2134"), (three, {"before": str(three)}, "2134"), (one, {"before": str(two)}, "1234"),
        (four, {"at": 1}, "4123"), (four, {"at": 3}, "1243"), (one, {"at": 4}, "2431"), (two, {"at": 2}, "4231"),
        (three, {"at": 900}, "4213"), (four, {"at": 1}, "4213"), (three, {"at": 4}, "4213"), (four, {"at": 2}, "2413"),
    ]  # fmt: skip
    for note_id, where, order in steps:
        await place(note_id, **where)
        assert "".join(await titles(client, mei, album)) == order
    assert await db.value("SELECT note_count FROM album WHERE id = $1", int(album)) == 4
    for form, order in (({"at": "1"}, "3241"), ({}, "2413"), ({"at": " 2 "}, "2341"), ({"at": "x"}, "2413")):
        path = f"/albums/{album}/notes/{three}/place"
        answer = await client.post(path, data={**form, "next": "/inbox"}, headers=mei.cookie)
        assert answer.headers["location"] == f"/inbox#a{three}"
        assert "".join(await titles(client, mei, album)) == order


async def test_a_note_goes_into_albums_by_a_form_and_out_of_the_others(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    note = await factories.note(db, ines, "A red boat")
    first, second = await opened(client, mei, "Boats"), await opened(client, mei, "Red")
    path = f"/n/{note.id}/albums"

    async def chosen() -> list[str]:
        found = (await client.get(f"/api/v1/notes/{note.id}/albums", headers=mei.bearer)).json()
        return [one["name"] for one in found if one["is_in"]]

    await client.post(path, data={"album": [first, second]}, headers=mei.cookie)
    assert await chosen() == ["Red", "Boats"]
    await client.post(path, data={"album": [second], "name": "Sea", "private": "1"}, headers=mei.cookie)
    assert await chosen() == ["Sea", "Red"]
    page = (await client.get(path, headers=mei.cookie)).text
    assert re.search(rf'value="{second}" checked', page)
    assert not re.search(rf'value="{first}" checked', page)
    long = await client.post(path, data={"album": [first], "name": "x" * 81}, headers=mei.cookie)
    assert long.status_code == 400
    assert "x" * 81 in long.text
    assert await chosen() == ["Sea", "Red"]
    theirs = await opened(client, ines, "Theirs")
    refused = await client.put(f"/api/v1/me/albums/{theirs}/notes/{note.id}", headers=mei.bearer)
    assert refused.json()["code"] == "album_gone"
    unseen = await factories.note(db, ines, "Unseen", audience="me")
    refused = await client.put(f"/api/v1/me/albums/{first}/notes/{unseen.id}", headers=mei.bearer)
    assert refused.json()["code"] == "note_gone"


async def test_an_album_is_deleted_and_had_back_and_then_it_is_too_late(
    client: httpx.AsyncClient, db: Db, mei: Person, blobs: Blobs
) -> None:
    album, _ = await filled(client, db, mei, "1")
    gone = await client.post(f"/albums/{album}/delete", headers=mei.cookie)
    page = (await client.get(gone.headers["location"], headers=mei.cookie)).text
    assert f"{album}&#x2f;restore" in page
    assert (await client.get(f"/@{mei.viewer.handle}/albums/{album}")).status_code == 404
    await client.post(f"/albums/{album}/restore", headers=mei.cookie)
    assert await titles(client, mei, album) == ["1"]
    await client.delete(f"/api/v1/me/albums/{album}", headers=mei.bearer)
    await db.run("UPDATE album SET deleted_at = deleted_at - interval '11 minutes'")
    late = await client.post(f"/api/v1/me/albums/{album}/restore", headers=mei.bearer)
    assert late.json()["code"] == "album_gone"
    await album_actions.purge_albums(Job(db=db, blobs=blobs))
    assert await db.value("SELECT count(*) FROM album_note") == 0


async def test_a_note_that_is_purged_leaves_every_album(
    client: httpx.AsyncClient, db: Db, mei: Person, blobs: Blobs
) -> None:
    album, (one, _) = await filled(client, db, mei, "1", "2")
    await notes.delete(db, mei.viewer, one)
    assert await titles(client, mei, album) == ["2"]
    await db.run("UPDATE note SET deleted_at = deleted_at - interval '1 hour' WHERE id = $1", one)
    assert await purge_deleted(Job(db=db, blobs=blobs)) == 1
    assert await db.value("SELECT note_count FROM album WHERE id = $1", int(album)) == 1
    assert await db.value("SELECT count(*) FROM album_note") == 1


async def test_limits_are_told(
    client: httpx.AsyncClient, db: Db, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_actions, "MOST_ALBUMS", 1)
    monkeypatch.setattr(album_actions, "MOST_NOTES", 1)
    album, _ = await filled(client, db, mei, "1")
    more = await client.post("/api/v1/me/albums", json={"name": "More"}, headers=mei.bearer)
    assert (more.status_code, more.json()["code"], more.json()["most"]) == (409, "too_many_albums", 1)
    note = await factories.note(db, mei, "2")
    full = await client.put(f"/api/v1/me/albums/{album}/notes/{note.id}", headers=mei.bearer)
    assert (full.json()["code"], full.json()["most"]) == ("album_full", 1)
    blank = await client.post("/albums", data={"name": " \u200b "}, headers=mei.cookie)
    assert (blank.status_code, 'data-keep="album"' in blank.text) == (400, True)


async def test_fifty_thousand_notes_page_as_a_few_do(db: Db, mei: Person) -> None:
    """Each page reads as many rows as it shows, wherever it begins, in as many statements."""
    long = await album_actions.open_album(db, mei.viewer, NewAlbum(name="Long"))
    await db.run(
        """INSERT INTO album_note (account_id, album_id, note_id, author_id, place, created_at)
           SELECT $1, $2, $3::bigint + n, $1, $4::bigint + n * $5::bigint, $6 FROM generate_series(1, 50000) n""",
        mei.id, long.id, int(new_id()), album_actions.FIRST, album_actions.GAP, now(),
    )  # fmt: skip
    await db.run("ANALYZE album_note")
    last = await album_notes_of(db, mei, long.id, at=49_000)
    with statements(db, at_most=6):
        page = await albums.album_notes(db, mei.viewer, mei.id, long.id, last)
    assert page.next is not None
    plan = await db.rows(
        f"EXPLAIN (ANALYZE, FORMAT TEXT) {albums.PLACES}",
        mei.id, long.id, album_actions.FIRST + 49_000 * album_actions.GAP, 0, 21,
    )  # fmt: skip
    text = "\n".join(row[0] for row in plan)
    assert "album_note_order" in text
    assert "Rows Removed" not in text
    with statements(db, at_most=8):
        await albums.get_album(db, mei.viewer, mei.id, long.id)


async def album_notes_of(db: Db, owner: Person, album_id: Id, at: int) -> str:
    """The cursor behind so many notes."""
    spot = await db.rows(
        "SELECT place, note_id FROM album_note WHERE account_id = $1 AND album_id = $2 ORDER BY place OFFSET $3 LIMIT 1",
        owner.id,
        album_id,
        at,
    )
    return to_cursor(spot[0][0], spot[0][1])
