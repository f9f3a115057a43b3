"""Drafts: kept, changed on two devices, published, deleted; their pictures live as long as they do."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.factories import Person
from tests.scene import upload
from tests.statements import statements
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.media.film_jobs import drop_old_films
from vermilion.media.jobs import drop_old_uploads
from vermilion.notes import drafts
from vermilion.notes.draft_schema import NoteDraftCard
from vermilion.notes.schema import NewNote, NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

LATER = timedelta(days=3)


@pytest.fixture
async def picture(db: Db, blobs: Blobs, ines: Person) -> Id:
    return await upload(db, blobs, ines)


async def kept(client: httpx.AsyncClient, ines: Person, **note: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a note
    answer = await client.post("/api/v1/me/drafts", json={"note": note}, headers=ines.bearer)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put(
    client: httpx.AsyncClient,
    ines: Person,
    draft: str,
    version: int,
    **note: Any,  # noqa: ANN401 - fields of a note
) -> dict[str, Any]:
    sent = {"version": version, "note": note}
    answer = await client.put(f"/api/v1/me/drafts/{draft}", json=sent, headers=ines.bearer)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(client: httpx.AsyncClient, ines: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/me/drafts", headers=ines.bearer)).json()
    return found


async def test_a_draft_is_kept_changed_and_gone_on_with(
    client: httpx.AsyncClient, ines: Person, mei: Person, picture: Id
) -> None:
    first = await kept(client, ines, title="Harbour", pictures=[{"id": str(picture), "alt": "Boats"}])
    second = await put(client, ines, first["id"], 1, title="The harbour", body="At six")
    assert (second["id"], second["version"], second["parted_from"]) == (first["id"], 2, None)
    found = (await client.get(f"/api/v1/me/drafts/{first['id']}", headers=ines.bearer)).json()
    assert (found["note"]["title"], found["note"]["body"]) == ("The harbour", "At six")
    assert [draft["id"] for draft in await listed(client, ines)] == [first["id"]]
    assert await listed(client, mei) == []
    for method, path, body in [
        ("GET", "", None), ("PUT", "", {"version": 2, "note": {"title": "x"}}), ("POST", "/restore", None),
        ("POST", "/publish", {"version": 2, "note": {"title": "x"}}),
    ]:  # fmt: skip
        address = f"/api/v1/me/drafts/{first['id']}{path}"
        answer = await client.request(method, address, json=body, headers=mei.bearer)
        assert (answer.status_code, answer.json()["code"]) == (404, "draft_gone")


async def test_nothing_at_all_is_no_draft(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.post("/api/v1/me/drafts", json={"note": {"title": " "}}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (400, "empty_note")
    await kept(client, ines, title=".")


async def test_what_was_written_from_an_older_version_is_kept_by_itself(
    client: httpx.AsyncClient, ines: Person, picture: Id
) -> None:
    pictures = [{"id": str(picture), "alt": "Boats"}]
    draft = await kept(client, ines, title="Harbour", pictures=pictures)
    await put(client, ines, draft["id"], 1, title="Harbour, from the phone", pictures=pictures)
    late = await put(client, ines, draft["id"], 1, title="Harbour, from the desk", pictures=pictures)
    assert late["id"] != draft["id"]
    assert (late["parted_from"], late["version"]) == (draft["id"], 1)
    both = {one["note"]["title"]: one for one in await listed(client, ines)}
    assert set(both) == {"Harbour, from the phone", "Harbour, from the desk"}
    # Each has its picture, so that one can be published and the other still has it.
    assert all(len(one["pictures"]) == 1 and one["gone_count"] == 0 for one in both.values())
    copy = late["pictures"][0]["id"]
    assert copy != str(picture)
    assert (await client.get(f"/u/{copy}", headers=ines.cookie)).status_code == 200
    # Sent again, as after a broken line, it is there once.
    again = await put(client, ines, draft["id"], 1, title="Harbour, from the desk", pictures=pictures)
    assert again["id"] == late["id"]
    assert len(await listed(client, ines)) == 2


async def test_the_same_words_from_an_older_version_part_nothing(
    client: httpx.AsyncClient, ines: Person
) -> None:
    draft = await kept(client, ines, title="Harbour")
    await put(client, ines, draft["id"], 1, title="The harbour")
    again = await put(client, ines, draft["id"], 1, title="The harbour")
    assert (again["id"], again["version"]) == (draft["id"], 2)
    assert len(await listed(client, ines)) == 1


async def test_a_draft_is_published_and_is_no_more(
    client: httpx.AsyncClient, ines: Person, picture: Id
) -> None:
    pictures = [{"id": str(picture), "alt": "Boats"}]
    draft = await kept(client, ines, title="Harbour", pictures=pictures)
    sent = {"version": 1, "note": {"title": "The harbour", "pictures": pictures}}
    address = f"/api/v1/me/drafts/{draft['id']}/publish"
    answer = await client.post(address, json=sent, headers={**ines.bearer, "idempotency-key": "once"})
    assert answer.status_code == 201
    assert len(answer.json()["pictures"]) == 1
    assert await listed(client, ines) == []
    again = await client.post(address, json=sent, headers={**ines.bearer, "idempotency-key": "once"})
    assert again.json()["id"] == answer.json()["id"]
    other = await client.post(address, json=sent, headers=ines.bearer)
    assert (other.status_code, other.json()["code"]) == (404, "draft_gone")


async def test_an_older_version_is_not_published_over_a_newer_one(
    client: httpx.AsyncClient, ines: Person
) -> None:
    draft = await kept(client, ines, title="Harbour")
    await put(client, ines, draft["id"], 1, title="Harbour, from the phone")
    address = f"/api/v1/me/drafts/{draft['id']}/publish"
    late = {"version": 1, "note": {"title": "Harbour, from the desk"}}
    answer = await client.post(address, json=late, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_changed")
    newer = {"version": 2, "note": {"title": "Harbour, from the phone"}}
    assert (await client.post(address, json=newer, headers=ines.bearer)).status_code == 201


async def test_a_hundred_drafts_are_enough(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    first = await kept(client, ines, title="0")
    await db.run(
        """INSERT INTO note_draft (account_id, id, version, note, created_at, changed_at)
           SELECT account_id, id + n, 1, note, created_at, changed_at FROM note_draft, generate_series(1, 99) n
           WHERE account_id = $1""",
        ines.id,
    )
    answer = await client.post("/api/v1/me/drafts", json={"note": {"title": "x"}}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"], answer.json()["most"]) == (409, "too_many_drafts", 100)
    assert "100 drafts" in answer.json()["detail"]
    # What comes too late for another is kept all the same.
    await put(client, ines, first["id"], 1, title="1")
    assert (await put(client, ines, first["id"], 1, title="2"))["parted_from"] == first["id"]
    with statements(db, at_most=2):
        assert len(await drafts.drafts(db, ines.viewer)) == 101


async def test_pictures_of_a_draft_are_no_abandoned_uploads(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, job: Job, ines: Person, picture: Id
) -> None:
    other = await upload(db, blobs, ines)
    draft = await kept(client, ines, title="Harbour", pictures=[{"id": str(picture)}])
    await db.run("UPDATE upload SET created_at = created_at - $1::interval", LATER)
    await drop_old_uploads(job)
    assert await db.value("SELECT count(*) FROM upload WHERE id = $1", other) == 0
    assert await db.value("SELECT count(*) FROM upload WHERE id = $1", picture) == 1
    # Taken out of the draft, it lasts as long as any.
    await put(client, ines, draft["id"], 1, title="Harbour")
    await drop_old_uploads(job)
    assert await db.value("SELECT count(*) FROM upload WHERE id = $1", picture) == 1
    await db.run("UPDATE upload SET created_at = created_at - $1::interval", LATER)
    await drop_old_uploads(job)
    assert await db.value("SELECT count(*) FROM upload WHERE id = $1", picture) == 0


async def film_of(db: Db, owner: Person) -> Id:
    """A film that was sent and looked at, without its files."""
    film_id, moment = new_id(), now()
    await db.run(
        """INSERT INTO film (account_id, id, note_id, key, state, length, received, duration_ms, width, height, cover_ms,
               thumbs, created_at, expires_at)
           VALUES ($1, $2, 0, $3, 'ready', 10, 10, 20000, 1080, 1920, 0, '{}', $4, $4)""",
        owner.id, film_id, f"f{int(film_id)}", moment,
    )  # fmt: skip
    await db.run(
        """INSERT INTO upload (account_id, id, kind, key, width, height, thumbhash, mean_color, renditions, created_at)
           VALUES ($1, $2, 'film', $3, 720, 720, 'hash', '#336699', '[]', $4)""",
        owner.id, film_id, f"c{int(film_id)}", moment,
    )  # fmt: skip
    return film_id


async def test_forms_and_the_list_of_drafts_know_a_film(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    film = await film_of(db, ines)
    note = {"title": "Harbour", "pictures": [{"id": str(film)}]}
    draft = await kept(client, ines, **note)
    assert draft["pictures"][0]["kind"] == "film"
    row = (await client.get("/drafts", headers=ines.cookie)).text.split('class="draft"')[1]
    assert "· Film<" in row
    shot = f'data-film-shot="{film}"'
    assert shot in (await client.get(f"/publish?draft={draft['id']}", headers=ines.cookie)).text
    sent = {"version": 1, "note": note}
    published = await client.post(f"/api/v1/me/drafts/{draft['id']}/publish", json=sent, headers=ines.bearer)
    address = f"/n/{published.json()['id']}/edit"
    assert shot in (await client.get(address, headers=ines.cookie)).text


async def test_a_film_of_a_draft_is_no_abandoned_upload(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person
) -> None:
    film, other = await film_of(db, ines), await film_of(db, ines)
    draft = await kept(client, ines, title="Waves", pictures=[{"id": str(film)}])
    await db.run("UPDATE film SET expires_at = $1", now() - timedelta(minutes=1))
    await drop_old_films(job)
    left = await db.rows("SELECT id FROM film WHERE account_id = $1", ines.id)
    assert ([row[0] for row in left], other in [row[0] for row in left]) == ([film], False)
    sent = {"version": 1, "note": {"title": "Waves", "pictures": [{"id": str(film)}]}}
    answer = await client.post(f"/api/v1/me/drafts/{draft['id']}/publish", json=sent, headers=ines.bearer)
    assert answer.json()["pictures"][0]["kind"] == "film"
    assert await db.value("SELECT draft_id FROM film WHERE id = $1", film) == 0


async def test_ten_films_can_stand_in_drafts(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    for _ in range(10):
        await kept(client, ines, title="Waves", pictures=[{"id": str(await film_of(db, ines))}])
    note = {"title": "Waves", "pictures": [{"id": str(await film_of(db, ines))}]}
    answer = await client.post("/api/v1/me/drafts", json={"note": note}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_draft_films")


async def test_a_picture_that_is_gone_is_counted(
    client: httpx.AsyncClient, db: Db, mei: Person, picture: Id
) -> None:
    draft = await kept(client, mei, title="Harbour", pictures=[{"id": str(picture)}])
    assert (draft["pictures"], draft["gone_count"]) == ([], 1), "it is somebody else's"
    assert await db.value("SELECT draft_id FROM upload WHERE id = $1", picture) == 0
    page = await client.get(f"/publish?draft={draft['id']}", headers=mei.cookie)
    assert (
        "1 picture of this draft is no longer there." in page.text.replace("&nbsp;", " ")
        or "张图片" in page.text
    )


async def test_a_draft_is_deleted_and_had_back_for_ten_minutes(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, picture: Id
) -> None:
    draft = await kept(client, ines, title="Harbour", pictures=[{"id": str(picture)}])
    address = f"/api/v1/me/drafts/{draft['id']}"
    assert (await client.delete(address, headers=ines.bearer)).status_code == 204
    assert (await client.delete(address, headers=ines.bearer)).status_code == 204
    assert await listed(client, ines) == []
    back = await client.post(f"{address}/restore", headers=ines.bearer)
    assert len(back.json()["pictures"]) == 1
    await client.delete(address, headers=ines.bearer)
    await db.run("UPDATE note_draft SET deleted_at = deleted_at - interval '11 minutes'")
    late = await client.post(f"{address}/restore", headers=ines.bearer)
    assert (late.status_code, late.json()["code"]) == (409, "undo_too_late")
    await drafts.purge_drafts(job)
    assert await db.value("SELECT count(*) FROM note_draft") == 1, "there is time to press the button"
    await db.run("UPDATE note_draft SET deleted_at = deleted_at - interval '11 minutes'")
    assert await drafts.purge_drafts(job) == 1
    assert await db.value("SELECT count(*) FROM upload WHERE id = $1", picture) == 0


async def test_words_of_every_script_come_back_as_they_were(db: Db, ines: Person) -> None:
    note = NewNote(
        title="港口 ⚓ مرفأ",
        body='"quoted" \\ back\nslash \u200f',
        latitude=38.7,
        longitude=-9.1,
        place_name="Cais",
    )
    made: NoteDraftCard = await drafts.keep_new(db, ines.viewer, note)
    assert (await drafts.get_draft(db, ines.viewer, made.id)).note == note
    picture = NewNote(pictures=(NewPicture(id=Id(2**62 + 1)),))
    made = await drafts.keep_new(db, ines.viewer, picture)
    assert (await drafts.get_draft(db, ines.viewer, made.id)).note == picture
