"""Series: named, ordered, shown on the notes that are parts of them; what one may not see is not there."""

from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.accounts import actions as accounts
from vermilion.comments.reads import get_note_and_thread
from vermilion.kernel.ids import Id
from vermilion.notes import series_actions
from vermilion.notes.jobs import purge_deleted
from vermilion.notes.schema import Note
from vermilion.notes.series import find_place
from vermilion.storage.db import Db
from vermilion.work.jobs import Job


@pytest.fixture
async def notes(db: Db, ines: Person) -> list[Note]:
    return [await factories.note(db, ines, f"Day {number}", lang="en") for number in (1, 2, 3)]


async def begun(client: httpx.AsyncClient, ines: Person, title: str = "A winter in Lisbon") -> str:
    answer = await client.post("/api/v1/me/series", json={"title": title}, headers=ines.bearer)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def put(client: httpx.AsyncClient, ines: Person, note: Note, series: str | None) -> httpx.Response:
    return await client.put(
        f"/api/v1/notes/{note.id}/series", json={"series_id": series}, headers=ines.bearer
    )


@pytest.fixture
async def winter(client: httpx.AsyncClient, ines: Person, notes: list[Note]) -> str:
    series = await begun(client, ines)
    for note in notes:
        assert (await put(client, ines, note, series)).status_code == 204
    return series


async def parts(client: httpx.AsyncClient, owner: Person, series: str, **headers: str) -> list[str]:
    answer = await client.get(f"/api/v1/accounts/{owner.id}/series/{series}", headers=headers)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    assert page["part_count"] == len(page["parts"])
    return [card["title"]["text"] for card in page["parts"]]


async def test_a_note_tells_which_part_it_is_and_what_stands_beside_it(
    client: httpx.AsyncClient, ines: Person, notes: list[Note], winter: str
) -> None:
    place = (await client.get(f"/api/v1/notes/{notes[1].id}/series")).json()
    assert (place["part"], place["part_count"], place["previous"], place["next"]) == (
        2, 3, str(int(notes[0].id)), str(int(notes[2].id)),
    )  # fmt: skip
    page = (await client.get(f"/n/{notes[1].id}")).text
    assert "Part 2 of 3" in page
    assert f'rel="prev" href="/n/{notes[0].id}"' in page
    assert f'rel="next" href="/n/{notes[2].id}"' in page
    assert 'rel="next"' not in (await client.get(f"/n/{notes[2].id}")).text
    listed = (await client.get("/@ines/series")).text
    assert "A winter in Lisbon" in listed
    assert "3 parts" in listed
    assert await parts(client, ines, winter) == ["Day 1", "Day 2", "Day 3"]


async def test_parts_are_put_into_order(
    client: httpx.AsyncClient, ines: Person, mei: Person, notes: list[Note], winter: str
) -> None:
    one, two, three = [str(int(note.id)) for note in notes]
    address = f"/api/v1/me/series/{winter}"
    answer = await client.patch(address, json={"note_ids": [three, one, two]}, headers=ines.bearer)
    assert answer.status_code == 200
    assert await parts(client, ines, winter) == ["Day 3", "Day 1", "Day 2"]
    for wrong in ([three, one], [three, one, one], [three, one, two, "77"]):
        answer = await client.patch(address, json={"note_ids": wrong}, headers=ines.bearer)
        assert (answer.status_code, answer.json()["code"]) == (409, "series_changed")
    # As the page does: before another one, after another one.
    base = f"/series/{winter}/parts"
    await client.post(f"{base}/{two}/place", data={"before": three}, headers=ines.cookie)
    assert await parts(client, ines, winter) == ["Day 2", "Day 3", "Day 1"]
    await client.post(f"{base}/{two}/place", data={"after": three}, headers=ines.cookie)
    assert await parts(client, ines, winter) == ["Day 3", "Day 2", "Day 1"]
    for data in ({}, {"before": "77"}):
        answer = await client.post(f"{base}/{two}/place", data=data, headers=ines.cookie)
        assert answer.status_code == 404
    for method, path, body in [("PATCH", address, {"title": "Mine"}), ("DELETE", address, None)]:
        await client.request(method, path, json=body, headers=mei.bearer)
    assert (await client.post(f"{base}/{two}/out", headers=mei.cookie)).status_code == 403
    assert await parts(client, ines, winter) == ["Day 3", "Day 2", "Day 1"]


async def test_a_part_one_may_not_see_is_not_there_and_not_counted(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, notes: list[Note], winter: str
) -> None:
    await client.put(
        f"/api/v1/notes/{notes[1].id}", json={"title": "Day 2", "audience": "me"}, headers=ines.bearer
    )
    assert await parts(client, ines, winter, **mei.bearer) == ["Day 1", "Day 3"]
    assert await parts(client, ines, winter, **ines.bearer) == ["Day 1", "Day 2", "Day 3"]
    place = (await client.get(f"/api/v1/notes/{notes[2].id}/series", headers=mei.bearer)).json()
    assert (place["part"], place["part_count"], place["previous"]) == (2, 2, str(int(notes[0].id)))
    listed = (await client.get(f"/api/v1/accounts/{ines.id}/series", headers=mei.bearer)).json()
    assert [one["part_count"] for one in listed] == [2]
    for note in (notes[0], notes[2]):
        await client.put(
            f"/api/v1/notes/{note.id}", json={"title": "x", "audience": "me"}, headers=ines.bearer
        )
    address = f"/api/v1/accounts/{ines.id}/series"
    assert (await client.get(address, headers=mei.bearer)).json() == []
    gone = await client.get(f"{address}/{winter}", headers=mei.bearer)
    assert (gone.status_code, gone.json()["code"]) == (404, "series_gone")
    assert len((await client.get(address, headers=ines.bearer)).json()) == 1
    await accounts.block(db, ines.viewer, mei.id)
    assert (await client.get(f"/@ines/series/{winter}", headers=mei.cookie)).status_code == 404


async def test_a_note_is_part_of_one_series(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, notes: list[Note], winter: str
) -> None:
    spring = await begun(client, ines, "A spring in Lisbon")
    await put(client, ines, notes[0], spring)
    assert await parts(client, ines, winter) == ["Day 2", "Day 3"]
    assert await parts(client, ines, spring) == ["Day 1"]
    await put(client, ines, notes[0], None)
    assert (await client.get(f"/api/v1/notes/{notes[0].id}/series")).status_code == 404
    strange = await factories.note(db, mei, "Tea")
    answer = await put(client, ines, strange, winter)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_note")
    answer = await put(client, mei, strange, winter)
    assert (answer.status_code, answer.json()["code"]) == (404, "series_gone")


async def test_a_note_is_taken_out_of_the_series_it_is_asked_of_alone(
    client: httpx.AsyncClient, ines: Person, notes: list[Note], winter: str
) -> None:
    summer = await begun(client, ines, "A summer")
    await put(client, ines, notes[1], summer)
    for series, left in ((winter, ["Day 2"]), (summer, [])):
        answer = await client.post(f"/series/{series}/parts/{notes[1].id}/out", headers=ines.cookie)
        assert answer.status_code == 303
        assert await parts(client, ines, summer, **ines.bearer) == left
    assert await parts(client, ines, winter) == ["Day 1", "Day 3"]


async def test_a_series_is_chosen_and_begun_from_a_note(
    client: httpx.AsyncClient, ines: Person, mei: Person, notes: list[Note]
) -> None:
    address = f"/n/{notes[0].id}/series"
    answer = await client.post(address, data={"series": "", "title": "A new one"}, headers=ines.cookie)
    assert answer.headers["location"] == f"/n/{notes[0].id}"
    form = (await client.get(f"/n/{notes[1].id}/series", headers=ines.cookie)).text
    assert "A new one" in form
    long = await client.post(address, data={"title": "x" * 101}, headers=ines.cookie)
    assert (long.status_code, "x" * 101 in long.text) == (400, True)
    blank = await client.post(address, data={"title": "\u200b"}, headers=ines.cookie)
    assert blank.status_code == 400
    assert (await client.get(address, headers=mei.cookie)).status_code == 403
    assert (await client.get(address)).status_code == 303


async def test_a_series_is_deleted_and_had_back_and_its_notes_stay(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, notes: list[Note], winter: str
) -> None:
    answer = await client.post(f"/series/{winter}/delete", headers=ines.cookie)
    assert "Series deleted" in (await client.get(answer.headers["location"], headers=ines.cookie)).text
    assert "Part 1 of 3" not in (await client.get(f"/n/{notes[0].id}")).text
    await put(client, ines, notes[2], None)
    await client.post(f"/series/{winter}/restore", headers=ines.cookie)
    assert await parts(client, ines, winter) == ["Day 1", "Day 2"]
    await client.delete(f"/api/v1/me/series/{winter}", headers=ines.bearer)
    await db.run("UPDATE series SET deleted_at = deleted_at - interval '11 minutes'")
    late = await client.post(f"/api/v1/me/series/{winter}/restore", headers=ines.bearer)
    assert late.status_code == 404
    assert await series_actions.purge_series(job) == 1
    assert await db.value("SELECT count(*) FROM note WHERE series_id IS NOT NULL") == 0


async def test_a_note_that_goes_for_good_leaves_its_series(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, notes: list[Note], winter: str
) -> None:
    await client.delete(f"/api/v1/notes/{notes[1].id}", headers=ines.bearer)
    assert await parts(client, ines, winter) == ["Day 1", "Day 3"]
    await db.run("UPDATE note SET deleted_at = deleted_at - interval '1 hour'")
    await purge_deleted(job)
    assert await db.value("SELECT cardinality(note_ids) FROM series") == 2


async def test_there_are_limits(
    client: httpx.AsyncClient, db: Db, ines: Person, notes: list[Note], winter: str
) -> None:
    await db.run("UPDATE series SET note_ids = ARRAY(SELECT n::bigint FROM generate_series(1, 100) n)")
    await put(client, ines, notes[0], None)
    await db.run("UPDATE series SET note_ids = ARRAY(SELECT n::bigint FROM generate_series(1, 100) n)")
    answer = await put(client, ines, notes[0], winter)
    assert (answer.status_code, answer.json()["code"], answer.json()["most"]) == (409, "series_full", 100)
    await db.run(
        """INSERT INTO series (account_id, id, title, lang, created_at)
           SELECT account_id, id + n, title, lang, created_at FROM series, generate_series(1, 49) n"""
    )
    answer = await client.post("/api/v1/me/series", json={"title": "One more"}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_series")
    with statements(db, at_most=4):
        assert (
            await client.get(f"/api/v1/accounts/{ines.id}/series", headers=ines.bearer)
        ).status_code == 200


async def test_a_note_of_no_series_costs_no_statement_more(
    db: Db, ines: Person, notes: list[Note], winter: str
) -> None:
    alone = await factories.note(db, ines, "Alone", lang="en")
    with statements(db, at_most=3):
        note, _ = await get_note_and_thread(db, ines.viewer, alone.id)
        await find_place(db, ines.viewer, note.author.id, note.id, note.series_id)
    with statements(db, at_most=6):
        note, _ = await get_note_and_thread(db, ines.viewer, notes[0].id)
        place = await find_place(db, ines.viewer, note.author.id, note.id, note.series_id)
    assert place is not None
    assert (place.id, place.part_count) == (Id(int(winter)), 3)
