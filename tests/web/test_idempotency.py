"""The same deed sent twice has one effect, also when both run at once."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests import factories
from tests.conftest import MakeState, client_of
from tests.factories import PASSWORD, Person, picture
from vermilion.app import create_app
from vermilion.kernel.errors import Conflict
from vermilion.storage.db import Database
from vermilion.web import idempotency
from vermilion.web.idempotency import Answer, once
from vermilion.wiring import WIRING

NOTE = {"title": "Once", "body": "and no more"}


def keyed(person: Person, key: str = "k-1") -> dict[str, str]:
    return {**person.bearer, "idempotency-key": key}


async def test_the_same_key_gives_the_same_answer(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    first = await client.post("/api/v1/notes", json=NOTE, headers=keyed(ines))
    second = await client.post("/api/v1/notes", json=NOTE, headers=keyed(ines))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert await database.session().value("SELECT count(*) FROM note WHERE author_id = $1", ines.id) == 1


async def test_without_a_key_each_request_counts(client: httpx.AsyncClient, ines: Person) -> None:
    first = await client.post("/api/v1/notes", json=NOTE, headers=ines.bearer)
    second = await client.post("/api/v1/notes", json=NOTE, headers=ines.bearer)
    assert first.json()["id"] != second.json()["id"]


async def test_the_same_key_with_other_content_is_refused(client: httpx.AsyncClient, ines: Person) -> None:
    await client.post("/api/v1/notes", json=NOTE, headers=keyed(ines))
    other = await client.post("/api/v1/notes", json={"title": "Other"}, headers=keyed(ines))
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


async def test_a_key_belongs_to_its_account(client: httpx.AsyncClient, ines: Person, mei: Person) -> None:
    first = await client.post("/api/v1/notes", json=NOTE, headers=keyed(ines))
    second = await client.post("/api/v1/notes", json=NOTE, headers=keyed(mei))
    assert second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


async def test_a_deed_that_failed_may_be_tried_again(client: httpx.AsyncClient, ines: Person) -> None:
    refused = await client.post("/api/v1/notes", json={"title": " "}, headers=keyed(ines))
    assert refused.status_code == 400
    assert (await client.post("/api/v1/notes", json=NOTE, headers=keyed(ines))).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "a b", "\x7f", "ключ".encode()])
async def test_a_strange_key_is_refused(client: httpx.AsyncClient, ines: Person, key: str | bytes) -> None:
    raw = key if isinstance(key, bytes) else key.encode()
    headers = [(b"authorization", f"Bearer {ines.token}".encode()), (b"idempotency-key", raw)]
    answer = await client.post("/api/v1/notes", json=NOTE, headers=headers)
    assert answer.status_code == 400


async def test_a_token_is_shown_once(client: httpx.AsyncClient, database: Database) -> None:
    joining = {"handle": "ines", "display_name": "Ines", "password": PASSWORD}
    assert (await client.post("/api/v1/accounts", json=joining)).status_code == 201
    asking = {"handle": "ines", "password": PASSWORD, "application": "x", "scopes": ["read"]}
    first = await client.post("/api/v1/tokens", json=asking, headers={"idempotency-key": "k"})
    second = await client.post("/api/v1/tokens", json=asking, headers={"idempotency-key": "k"})
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "already_answered")
    rows = await database.session().rows("SELECT body, request_hash FROM idempotency")
    assert [row["body"] for row in rows] == [b""]


async def test_an_upload_sent_twice_is_one_upload(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    body = picture()
    headers = {**keyed(ines), "content-type": "image/png"}
    first = await client.post("/api/v1/uploads", content=body, headers=headers)
    second = await client.post("/api/v1/uploads", content=body, headers=headers)
    assert (first.status_code, first.content) == (201, second.content)
    assert await database.session().value("SELECT count(*) FROM upload WHERE account_id = $1", ines.id) == 1


@pytest.fixture
async def room(cloned_dsn: str) -> AsyncIterator[Database]:
    database = Database(cloned_dsn, wiring=WIRING)
    await database.open()
    yield database
    await database.close()


async def test_twins_have_one_effect(room: Database, make_state: MakeState) -> None:
    ines = await factories.person(room.session(), "ines")
    async with client_of(create_app(state=make_state(room))) as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/notes", json=NOTE, headers=keyed(ines)) for _ in range(8))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await room.session().value("SELECT count(*) FROM note") == 1


async def test_twins_of_other_content_conflict(room: Database, make_state: MakeState) -> None:
    ines = await factories.person(room.session(), "ines")
    async with client_of(create_app(state=make_state(room))) as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/notes", json={"title": f"{n}"}, headers=keyed(ines)) for n in range(6))
        )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert await room.session().value("SELECT count(*) FROM note") == 1


async def test_the_second_waits_for_the_first(room: Database) -> None:
    ines = await factories.person(room.session(), "ines")
    done: list[str] = []
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> Answer:
        under_way.set()
        await go_on.wait()
        done.append("slow")
        return Answer(value="first", status=201)

    async def quick() -> Answer:
        done.append("quick")
        return Answer(value="second", status=201)

    first = asyncio.create_task(once(room.session(), ines.viewer, "k", b"same", slow))
    await under_way.wait()
    second = asyncio.create_task(once(room.session(), ines.viewer, "k", b"same", quick))
    await asyncio.sleep(0.1)
    assert not second.done()
    go_on.set()
    assert (await first).body == (await second).body == b'"first"'
    assert done == ["slow"]


async def test_the_check_finds_a_store_that_forgets(room: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: without the claim on the row, twins have two effects."""
    ines = await factories.person(room.session(), "ines")
    done: list[int] = []

    async def deed() -> Answer:
        done.append(1)
        return Answer(value="x")

    async def forgets(*_args: object) -> None:
        return None

    monkeypatch.setattr(idempotency, "_claim", forgets)
    for _ in range(2):
        await once(room.session(), ines.viewer, "k", b"same", deed)
    assert len(done) == 2
    monkeypatch.undo()
    await once(room.session(), ines.viewer, "k", b"same", deed)
    with pytest.raises(Conflict):
        await once(room.session(), ines.viewer, "k", b"other", deed)
    assert len(done) == 3
