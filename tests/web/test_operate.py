import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.factories import Person, token
from vermilion.accounts.roles import grant
from vermilion.kernel.clock import now
from vermilion.storage import figures
from vermilion.storage.db import Database
from vermilion.storage.slow import Slow
from vermilion.web.context import State
from vermilion.webhooks.actions import add_webhook
from vermilion.webhooks.schema import KINDS, EditWebhook

API = "/api/v1/operate"
SECRETS = ("hunter2secret", "sk-live-0123456789abcdef0123456789abcdef", "AKIAsecretsecret", "s3cr3tv4lue")


@pytest.fixture
async def olga(people: Callable[..., Awaitable[Person]]) -> Person:
    return await people("olga", role="operator")


async def hold(database: Database, why: str = "no luck") -> str:
    """A job that failed too often; gives its id."""
    db = database.session()
    job = await db.value(
        """INSERT INTO pgqueuer (priority, entrypoint, status, attempts, created, updated, execute_after)
           VALUES (0, 'NoteReleased:feed.jobs.offer', 'failed', 6, $1, $1, $1) RETURNING id""",
        now() - timedelta(hours=2),
    )
    await db.run(
        """INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint, traceback)
           VALUES ($1, 'failed', 0, 'x', $2)""",
        job,
        {"exception_type": "OSError", "exception_message": why},
    )
    return str(job)


@pytest.mark.parametrize("path", [API, f"{API}/dead-letters"])
async def test_only_an_operator_sees_how_the_room_is(
    client: httpx.AsyncClient, people: Callable[..., Awaitable[Person]], olga: Person, path: str
) -> None:
    assert (await client.get(path)).status_code == 401
    for handle, role in (("ines", "person"), ("mo", "moderator")):
        other = await people(handle, role=role)
        assert (await client.get(path, headers=other.cookie)).status_code == 404
        assert (await client.get("/operate", headers=other.cookie)).status_code == 404
    assert (await client.get(path, headers=olga.cookie)).status_code == 200
    assert (await client.get("/operate", headers=olga.cookie)).status_code == 200
    assert (await client.get("/operate")).headers["location"].startswith("/sign-in")


async def test_no_token_will_do_whatever_it_may(
    client: httpx.AsyncClient, olga: Person, database: Database
) -> None:
    every = await token(database.session(), olga.viewer.account_id)
    answer = await client.get(API, headers={"authorization": f"Bearer {every}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "only_in_person")


async def test_nobody_else_changes_the_queue(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    job = await hold(database)
    for path in ("retry", f"{job}/retry", f"{job}/drop"):
        assert (await client.post(f"{API}/dead-letters/{path}", headers=ines.cookie)).status_code == 404
    form = await client.post("/operate/dead-letters", data={"id": job, "deed": "drop"}, headers=ines.cookie)
    assert form.status_code == 404
    assert (
        await database.session().value("SELECT status::text FROM pgqueuer WHERE id = $1", int(job))
        == "failed"
    )


async def test_a_held_job_is_shown_tried_again_once_and_dropped(
    client: httpx.AsyncClient, olga: Person, database: Database
) -> None:
    first, second = await hold(database), await hold(database)
    shown = (await client.get(API, headers=olga.cookie)).json()
    assert [one["id"] for one in shown["dead_letters"]] == [second, first]
    assert shown["dead_letters"][0]["why"] == "OSError: no luck"
    assert {one["name"]: one["held"] for one in shown["jobs"]} == {"NoteReleased:feed.jobs.offer": 2}
    headers = {**olga.cookie, "idempotency-key": "once"}
    for _ in range(2):
        answer = await client.post(f"{API}/dead-letters/{first}/retry", headers=headers)
        assert answer.json() == {"count": 1}
    assert (await client.post(f"{API}/dead-letters/{first}/retry", headers=olga.cookie)).json() == {
        "count": 0
    }
    assert (await client.post(f"{API}/dead-letters/{second}/drop", headers=olga.cookie)).json() == {
        "count": 1
    }
    shown = (await client.get(API, headers=olga.cookie)).json()
    assert shown["dead_letters"] == []
    assert [(one["waiting"], one["held"]) for one in shown["jobs"]] == [(1, 0)]
    assert shown["jobs"][0]["oldest_s"] >= 0


async def test_the_page_does_the_same_by_its_forms(
    client: httpx.AsyncClient, olga: Person, database: Database
) -> None:
    jobs = [await hold(database) for _ in range(3)]
    page = (await client.get("/operate", headers=olga.cookie)).text
    assert page.count('value="drop"') == 3
    form = {"id": jobs[0], "deed": "drop"}
    assert (await client.post("/operate/dead-letters", data=form, headers=olga.cookie)).status_code == 303
    await client.post("/operate/dead-letters", data={"deed": "retry-all"}, headers=olga.cookie)
    rows = await database.session().rows("SELECT status::text FROM pgqueuer")
    assert [row[0] for row in rows] == ["queued", "queued"]


async def test_no_secret_shows(
    client: httpx.AsyncClient, olga: Person, state: State, database: Database
) -> None:
    state.settings = msgspec.structs.replace(
        state.settings, database_url="postgresql://room:hunter2secret@db.example/room"
    )
    for said in (
        "could not connect to postgresql://room:hunter2secret@db.example/room",
        "401 for Authorization: Bearer sk-live-0123456789abcdef0123456789abcdef",
        "GET https://bucket.example/x?X-Amz-Credential=AKIAsecretsecret&X-Amz-Signature=s3cr3tv4lue",
        'api_key="s3cr3tv4lue" was refused',
    ):
        await hold(database, said)
    await database.session().run(
        "INSERT INTO translator (name, state, why, seen_at) VALUES ('host/1', 'failed', $1, $2)",
        "https://me:hunter2secret@models.example answered 401: token=s3cr3tv4lue",
        now(),
    )
    state.slow.observe("SELECT id FROM account WHERE handle = $1", 0.5)
    everything = (await client.get(API, headers=olga.cookie)).text
    everything += (await client.get("/operate", headers=olga.cookie)).text
    assert "db.example" in everything
    assert "models.example" in everything
    assert not [secret for secret in SECRETS if secret in everything]
    assert olga.secret not in everything


async def test_storage_versions_and_slow_statements_are_told(
    client: httpx.AsyncClient, olga: Person, state: State
) -> None:
    await state.blobs.put("avatar/x/s.webp", b"123", "image/webp")
    await state.blobs.put("ab/abc/m.webp", b"12345", "image/webp")
    state.slow.observe("SELECT pg_sleep($1)", 0.75)
    state.slow.observe("SELECT 1", 0.01)
    shown = (await client.get(API, headers=olga.cookie)).json()
    assert shown["blobs"] == {
        "kinds": [
            {"kind": "avatar", "count": 1, "bytes": 3},
            {"kind": "picture", "count": 1, "bytes": 5},
        ],
        "is_whole": True,
    }
    assert shown["server"]["bytes"] > 1_000_000
    assert any(table["name"] == "note" for table in shown["tables"])
    assert shown["versions"]["postgres"]
    assert [(one["text"], one["count"], one["longest_ms"]) for one in shown["slow"]] == [
        ("SELECT pg_sleep($1)", 1, 750.0)
    ]


async def test_deliveries_to_webhooks_and_room_on_the_disk_are_told(
    client: httpx.AsyncClient, olga: Person, ines: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Deliveries waiting" not in (await client.get("/operate", headers=olga.cookie)).text
    db, moment = database.session(), now()
    hooks = [
        await add_webhook(db, ines.viewer, EditWebhook(address=f"https://{name}.example/", kinds=KINDS))
        for name in ("well", "ill", "off")
    ]
    ill, off = hooks[1].webhook.id, hooks[2].webhook.id
    await db.run("UPDATE webhook SET failing_since = $2 WHERE id = ANY($1)", [ill, off], moment)
    await db.run("UPDATE webhook SET disabled_at = $2 WHERE id = $1", off, moment)
    for number, (state, age) in enumerate(
        (("waiting", 7200), ("waiting", 60), ("arrived", 90_000), ("failed", 1), ("failed", 2), ("failed", 3))
    ):
        await db.run(
            """INSERT INTO webhook_delivery (id, account_id, webhook_id, kind, actor_id, note_id, comment_id, subject_id,
                   created_at, due_at, state) VALUES ($1, $2, $3, 'account.followed', 0, 0, 0, $1, $4, $4, $5)""",
            number + 1, ines.id, ill, moment - timedelta(seconds=age), state,
        )  # fmt: skip
    found = (await client.get(API, headers=olga.cookie)).json()
    assert found["webhooks"].pop("oldest_s") == pytest.approx(7200, abs=60)
    assert found["webhooks"] == {"waiting": 2, "given_up": 3, "active": 2, "failing": 1, "switched_off": 1}
    assert 0 < found["disk"]["free"] < found["disk"]["bytes"]
    assert found["blobs_disk"] is None
    page = (await client.get("/operate", headers=olga.cookie)).text
    assert re.search(r"<dd>2 · the oldest for 2\W?h[a-z]*</dd>", page)
    assert "<dd>1 / 2</dd>" in page
    assert "Free on the disk of the data folder" in page
    warning = "Little room is left on the disk"
    assert (warning in page) == found["disk"]["is_low"]
    monkeypatch.setattr(figures, "LEAST_FREE", found["disk"]["bytes"])
    assert warning in (await client.get("/operate", headers=olga.cookie)).text


async def test_a_role_is_given_by_name_and_only_to_somebody(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    assert await grant(database.session(), "ines", "operator")
    assert (await client.get(API, headers=ines.cookie)).status_code == 200
    assert not await grant(database.session(), "nobody_here", "operator")


def test_slow_statements_of_other_processes_are_added(tmp_path: Path) -> None:
    here, there = Slow(tmp_path, 1), Slow(tmp_path, 2)
    there.observe("SELECT\n   1", 0.2)
    here.observe("SELECT\n   1", 0.3)
    (tmp_path / "slow-3.json").write_text("{half")
    (found,) = here.everybodys()
    assert (found.text, found.count, round(found.longest_ms), round(found.total_ms)) == (
        "SELECT 1",
        2,
        300,
        500,
    )
