"""Drafts that publish themselves: at their time, once, never before it; and what becomes of those that cannot."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later, upload
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import drafts, scheduling
from vermilion.notes.scheduling import publish_due
from vermilion.notes.schema import NewNote, NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

HOURS = timedelta(hours=3)


async def scheduled(db: Db, ines: Person, title: str = "At nine", **note: Any) -> Id:  # noqa: ANN401 - fields of a note
    draft = await drafts.keep_new(db, ines.viewer, NewNote(title=title, **note))
    await scheduling.schedule(db, ines.viewer, Language(), draft.id, now() + HOURS, "Europe/Lisbon")
    return draft.id


async def come(db: Db, draft_id: Id) -> None:
    """Its time has come: what was hours away was a moment ago."""
    await db.run("UPDATE note_draft SET due_at = $2 WHERE id = $1", draft_id, now() - timedelta(seconds=1))


async def titles(db: Db, ines: Person) -> list[str]:
    rows = await db.rows("SELECT title FROM note WHERE author_id = $1 ORDER BY id", ines.id)
    return [row[0] for row in rows]


async def test_a_draft_is_published_at_its_time_and_once(
    db: Db, job: Job, ines: Person, later: Later
) -> None:
    draft_id = await scheduled(db, ines, lang="en")
    assert await publish_due(job) == 0
    assert await titles(db, ines) == []
    await come(db, draft_id)
    assert await publish_due(job) == 1
    assert await publish_due(job) == 0
    assert await titles(db, ines) == ["At nine"]
    assert await drafts.drafts(db, ines.viewer) == []
    await later()
    assert await db.value("SELECT state FROM note WHERE author_id = $1", ines.id) == "public"


async def test_a_clock_that_jumps_publishes_once_and_never_early(
    db: Db, job: Job, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = await scheduled(db, ines)
    # Forward, and back before anybody looked: the clock of the process alone says so.
    monkeypatch.setattr(scheduling, "now", lambda: now() + timedelta(days=1))
    assert await publish_due(job) == 0
    monkeypatch.setattr(scheduling, "now", now)
    assert await publish_due(job) == 0
    # The time has come by the database's clock, and that of the process lags behind.
    await come(db, draft_id)
    monkeypatch.setattr(scheduling, "now", lambda: now() - timedelta(days=1))
    assert await publish_due(job) == 0
    # Both say so; then both jump back before the time, and forward over it again.
    monkeypatch.setattr(scheduling, "now", now)
    assert await publish_due(job) == 1
    for jump in (-1, 1):
        monkeypatch.setattr(scheduling, "now", lambda jump=jump: now() + jump * timedelta(days=2))
        assert await publish_due(job) == 0
    assert await titles(db, ines) == ["At nine"]


async def test_a_worker_killed_in_the_middle_and_two_at_once_publish_once(cloned_dsn: str) -> None:
    database = Database(cloned_dsn, max_size=6, wiring=WIRING)
    db = database.session()
    try:
        ines = await factories.person(db, "ines")
        job = Job(db=db, blobs=Blobs("memory:///"))
        draft_id = await scheduled(db, ines)
        await come(db, draft_id)
        # Killed when the note stands and the draft is gone, before either is committed.
        first = database.session()

        async def killed() -> None:
            async with first.transaction():
                draft = await scheduling._due(first, ines.id, draft_id)  # noqa: SLF001 - to stand in its middle
                assert draft is not None
                await drafts.take_out(first, ines.viewer, Language(), draft.id, draft.note)
                # Another worker finds it taken and leaves it.
                assert await publish_due(job) == 0
                raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await killed()
        assert await titles(db, ines) == []
        others = [Job(db=database.session(), blobs=job.blobs) for _ in range(4)]
        assert sum(await asyncio.gather(*(publish_due(other) for other in others))) == 1
        assert await titles(db, ines) == ["At nine"]
    finally:
        await database.close()


async def test_one_that_fails_by_our_own_fault_holds_up_no_other_and_is_told_of(
    db: Db, job: Job, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = await scheduled(db, ines, "Broken"), await scheduled(db, ines, "Whole")
    await come(db, other)
    await db.run("UPDATE note_draft SET due_at = $2 WHERE id = $1", broken, now() - timedelta(minutes=5))
    take_out = drafts.take_out

    async def failing(db: Db, viewer: Viewer, language: Language, draft_id: Id, note: NewNote) -> object:
        if draft_id == broken:
            await db.run("DELETE FROM note_draft WHERE id = $1", broken)
            raise ZeroDivisionError
        return await take_out(db, viewer, language, draft_id, note)

    monkeypatch.setattr(scheduling, "take_out", failing)
    assert await publish_due(job) == 1
    assert await titles(db, ines) == ["Whole"]
    (draft,) = await drafts.drafts(db, ines.viewer)
    assert (draft.id, draft.failed) == (broken, None)
    assert draft.due_at is not None
    # It is tried for ten minutes, and what it had changed is undone each time.
    await db.run("UPDATE note_draft SET due_at = $2 WHERE id = $1", broken, now() - timedelta(minutes=11))
    assert await publish_due(job) == 0
    (draft,) = await drafts.drafts(db, ines.viewer)
    assert (draft.id, draft.failed, draft.due_at) == (broken, "not_published", None)


@pytest.mark.parametrize("standing", ["closed", "suspended"])
async def test_an_account_that_is_not_open_publishes_nothing(
    db: Db, job: Job, ines: Person, standing: str
) -> None:
    draft_id = await scheduled(db, ines)
    await come(db, draft_id)
    await db.run("ALTER TABLE account DROP CONSTRAINT IF EXISTS account_state_check")
    await db.run("UPDATE account SET state = $2 WHERE id = $1", ines.id, standing)
    assert await publish_due(job) == 0
    assert await titles(db, ines) == []
    await db.run("UPDATE account SET state = 'active' WHERE id = $1", ines.id)
    assert await publish_due(job) == 0, "nothing is published at a time nobody chose"
    (draft,) = await drafts.drafts(db, ines.viewer)
    assert (draft.due_at, draft.failed) == (None, "author_away")


async def test_what_has_become_invalid_is_told_and_stays_a_draft(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, job: Job, ines: Person, later: Later
) -> None:
    picture = await upload(db, blobs, ines)
    draft_id = await scheduled(db, ines, "Boats", pictures=(NewPicture(id=picture),))
    await db.run("DELETE FROM upload WHERE id = $1", picture)
    await come(db, draft_id)
    assert await publish_due(job) == 0
    assert await titles(db, ines) == []
    await later()
    (notice,) = (await client.get("/api/v1/notices", headers=ines.bearer)).json()["items"]
    assert (notice["kind"], notice["excerpt"], notice["draft_id"]) == (
        "not_published", "Boats", str(int(draft_id)),
    )  # fmt: skip
    inbox = (await client.get("/inbox", headers=ines.cookie)).text
    assert "Your draft could not be published at its time" in inbox
    assert f"/publish?draft={int(draft_id)}" in inbox
    listed = (await client.get("/drafts", headers=ines.cookie)).text
    assert "One of the pictures is no longer here." in listed
    form = (await client.get(f"/publish?draft={int(draft_id)}", headers=ines.cookie)).text
    assert "One of the pictures is no longer here." in form
    assert 'value="Boats"' in form
    await drafts.delete(db, ines.viewer, draft_id)
    (notice,) = (await client.get("/api/v1/notices", headers=ines.bearer)).json()["items"]
    assert notice["draft_id"] is None
    assert "/drafts" in (await client.get("/inbox", headers=ines.cookie)).text


async def test_a_time_is_between_an_hour_and_sixty_days_away(client: httpx.AsyncClient, ines: Person) -> None:
    sent = {"note": {"title": "At nine"}}
    draft = (await client.post("/api/v1/me/drafts", json=sent, headers=ines.bearer)).json()["id"]
    address = f"/api/v1/me/drafts/{draft}/schedule"
    for away, status in [
        (timedelta(minutes=50), 400), (timedelta(minutes=61), 200), (timedelta(days=60), 200),
        (timedelta(days=60, hours=1), 400), (-timedelta(days=1), 400),
    ]:  # fmt: skip
        at = (now() + away).isoformat()
        answer = await client.put(address, json={"at": at, "zone": "Asia/Tokyo"}, headers=ines.bearer)
        assert answer.status_code == status, (away, answer.text)
        assert status == 200 or answer.json()["code"] == "schedule_range"
    for wrong in (
        {"at": "2030-01-01T08:00:00"},
        {"at": "soon"},
        {},
        {"at": now().isoformat(), "zone": "Mars/Base"},
    ):
        answer = await client.put(address, json=wrong, headers=ines.bearer)
        assert answer.status_code == 400, wrong
    moved = (await client.get(f"/api/v1/me/drafts/{draft}", headers=ines.bearer)).json()
    assert moved["zone"] == "Asia/Tokyo"
    off = await client.delete(address, headers=ines.bearer)
    assert (off.status_code, off.json()["due_at"]) == (200, None)


async def test_what_cannot_be_published_now_is_not_put_off(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person
) -> None:
    note = NewNote(title="Boats", body=" ".join(f"#tag{n}" for n in range(31)))
    draft = await drafts.keep_new(db, ines.viewer, note)
    at = (now() + HOURS).isoformat()
    address = f"/api/v1/me/drafts/{draft.id}/schedule"
    answer = await client.put(address, json={"at": at}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_tags")
    picture = await upload(db, blobs, ines)
    changed = NewNote(title="Boats", pictures=(NewPicture(id=picture),))
    await drafts.keep_changed(db, ines.viewer, blobs, draft.id, 1, changed)
    await db.run("DELETE FROM upload WHERE id = $1", picture)
    answer = await client.put(address, json={"at": at}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_gone")


async def test_a_form_puts_off_moves_and_calls_off(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    day = (now() + timedelta(days=3)).date()
    form = {"title": "At nine", "audience": "everyone", "due_at": f"{day}T09:00", "zone": "America/New_York"}
    answer = await client.post("/publish/later", data=form, headers=ines.cookie)
    assert answer.status_code == 303
    (draft,) = await drafts.drafts(db, ines.viewer)
    assert draft.due_at is not None
    assert draft.due_at.astimezone(UTC) > datetime.fromisoformat(f"{day}T12:59").replace(tzinfo=UTC)
    page = (await client.get(answer.headers["location"], headers=ines.cookie)).text
    assert "Goes out" in page
    assert "(New York)" in page
    opened = (await client.get(f"/publish?draft={draft.id}", headers=ines.cookie)).text
    assert f'value="{day}T09:00"' in opened
    assert 'value="America/New_York"' in opened.replace("&#x2f;", "/")
    moved = {**form, "draft": str(draft.id), "draft_version": "1", "due_at": f"{day}T21:00"}
    await client.post("/publish/later", data=moved, headers=ines.cookie)
    (draft,) = await drafts.drafts(db, ines.viewer)
    assert "9:00 PM" in (await client.get("/drafts", headers=ines.cookie)).text.replace("\u202f", " ")
    await client.post(f"/drafts/{draft.id}/call-off", headers=ines.cookie)
    (draft,) = await drafts.drafts(db, ines.viewer)
    assert draft.due_at is None


@pytest.mark.parametrize(("wrong", "told"), [
    ({"due_at": "2020-01-01T09:00"}, "Choose a time between one hour and 60 days from now."),
    ({"due_at": ""}, "This is missing."), ({"due_at": "tomorrow"}, "This does not have the form expected here."),
    ({"zone": "Mars/Base"}, "There is no such time zone."), ({"zone": "../etc/passwd"}, "There is no such time zone."),
    ({"due_at": "9999-12-31T23:59"}, "Choose a time"),
])  # fmt: skip
async def test_a_time_that_cannot_be_is_said_beside_it_and_the_words_are_kept(
    client: httpx.AsyncClient, ines: Person, wrong: dict[str, str], told: str
) -> None:
    form = {"title": "At nine", "due_at": "2020-01-01T09:00", "zone": "UTC", **wrong}
    answer = await client.post("/publish/later", data=form, headers=ines.cookie)
    assert answer.status_code == 400
    assert told in answer.text
    assert 'value="At nine"' in answer.text
    assert '<details class="more-fields" open>' in answer.text
    assert "At nine" in (await client.get("/drafts", headers=ines.cookie)).text
