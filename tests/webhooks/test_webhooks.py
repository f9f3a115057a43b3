"""One's own events, signed and sent: to the right place, to nobody else's harm, and nothing that is not for their owner."""

import asyncio
import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import msgspec
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as accounts
from vermilion.engines import outward
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid
from vermilion.notes import actions as notes
from vermilion.notes.jobs import roll_up
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.webhooks import actions, reads
from vermilion.webhooks.jobs import PATIENCE, WAITS, deliver, trim_deliveries
from vermilion.webhooks.schema import KINDS, EditWebhook, NewlyMade
from vermilion.work.jobs import Job

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Receiver:
    """A server of somebody's; `answer` is what it says to everything, None: nothing, ever."""

    def __init__(self) -> None:
        self.answer: bytes | None = OK
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.came = asyncio.Event()
        self.sent = 0
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
            self.got.append((headers, await reader.readexactly(int(headers["content-length"]))))
            self.came.set()
            if self.answer is None:
                await reader.read()
            else:
                for start in range(0, len(self.answer), 65536):
                    writer.write(self.answer[start : start + 65536])
                    await writer.drain()
                    self.sent = start
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    found = Receiver()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
def job(db: Db, blobs: Blobs) -> Job:
    return Job(db=db, blobs=blobs, webhooks="loopback")


async def hook(db: Db, person: Person, address: str, *kinds: str) -> NewlyMade:
    return await actions.add_webhook(db, person.viewer, EditWebhook(address=address, kinds=kinds or KINDS))  # type: ignore[arg-type]


def said(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    found = [msgspec.json.decode(body) for _, body in receiver.got]
    return [(one["type"], one["data"]) for one in found]


async def test_a_comment_is_told_at_once_signed_and_in_ids_alone(
    db: Db, job: Job, ines: Person, mei: Person, later: Later, receiver: Receiver
) -> None:
    made = await hook(db, ines, receiver.address, "note.commented")
    note = await factories.note(db, ines)
    comment = await factories.comment(db, mei, note.id, "Which stall was that?")
    await later()
    assert await deliver(job) == 1
    ((headers, body),) = receiver.got
    assert said(receiver) == [
        ("note.commented", {"actor_id": str(int(mei.id)), "note_id": str(int(note.id)),
                            "comment_id": str(int(comment.id)), "account_id": str(int(ines.id))})
    ]  # fmt: skip
    assert b"stall" not in body
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    # As https://www.standardwebhooks.com has it.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.digest(b64decode(made.secret.removeprefix("whsec_")), signed, sha256)
    assert headers["webhook-signature"] == f"v1,{b64encode(mac).decode()}"
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 30
    (delivery,) = await reads.deliveries(db, ines.viewer, made.webhook.id)
    assert (delivery.state, delivery.answer, delivery.attempts) == ("arrived", "204", 1)
    assert await deliver(job) == 0
    again = actions.send_again(db, ines.viewer, made.webhook.id, delivery.id)
    await again
    assert await deliver(job) == 1
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert receiver.got[0][1] == body


async def test_each_event_goes_to_those_who_want_it(
    db: Db, job: Job, ines: Person, mei: Person, later: Later, receiver: Receiver
) -> None:
    await hook(db, ines, receiver.address)
    await hook(db, mei, receiver.address, "account.follow_accepted")
    note = await factories.note(db, ines)
    await accounts.follow(db, mei.viewer, ines.id)
    await factories.note(db, mei, "Hello", body="@ines come and see")
    mine = await factories.comment(db, ines, note.id)
    await factories.comment(db, mei, note.id, reply_to=mine.id)
    await later()
    await notes.delete(db, ines.viewer, note.id)
    await deliver(job)
    found = said(receiver)
    assert sorted(kind for kind, _ in found) == ["account.followed", "account.mentioned", "note.hidden"]
    assert {data["account_id"] for _, data in found} == {str(int(ines.id))}
    assert [data["why"] for kind, data in found if kind == "note.hidden"] == ["deleted"]


async def test_likes_are_gathered(
    db: Db, job: Job, ines: Person, mei: Person, people: Callable[..., Awaitable[Person]], later: Later, receiver: Receiver
) -> None:  # fmt: skip
    await hook(db, ines, receiver.address, "note.liked")
    note = await factories.note(db, ines)
    for person in (mei, await people("nour")):
        await notes.like(db, person.viewer, note.id, on=True)
        await roll_up(job)
        await later()
    assert await deliver(job) == 0
    await db.run("UPDATE webhook_delivery SET due_at = $1", now())
    assert await deliver(job) == 1
    assert [(kind, data["amount"]) for kind, data in said(receiver)] == [("note.liked", 2)]


async def test_nothing_goes_out_that_its_owner_may_not_see(
    db: Db, job: Job, ines: Person, mei: Person, people: Callable[..., Awaitable[Person]], later: Later, receiver: Receiver
) -> None:  # fmt: skip
    nour = await people("nour")
    await hook(db, ines, receiver.address)
    await accounts.mute(db, ines.viewer, nour.id)
    note = await factories.note(db, mei, "Hello", body="@ines")
    other = await factories.note(db, nour, "Hello", body="@ines")
    await factories.note(db, mei, "For me", body="@ines", audience="me")
    await later()
    rows = await db.rows("SELECT note_id FROM webhook_delivery")
    assert [row[0] for row in rows] == [note.id], f"not the private one, not {other.id} of somebody muted"
    await accounts.block(db, mei.viewer, ines.id)
    await deliver(job)
    assert receiver.got == [], "they have parted before it was sent"
    assert await db.value("SELECT count(*) FROM webhook_delivery") == 0


async def test_what_fails_is_tried_again_later_and_later_and_given_up(
    db: Db, job: Job, ines: Person, receiver: Receiver
) -> None:
    made = await hook(db, ines, receiver.address)
    receiver.answer = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    waits = []
    for attempt in range(1, len(WAITS) + 2):
        assert await deliver(job) == 1
        (delivery,) = await reads.deliveries(db, ines.viewer, made.webhook.id)
        assert (delivery.attempts, delivery.answer) == (attempt, "500")
        waits.append(delivery.due_at - now())
        assert await deliver(job) == 0
        await db.run("UPDATE webhook_delivery SET due_at = $1", now())
    assert delivery.state == "failed"
    assert all(0.7 * wait < found < 1.3 * wait for wait, found in zip(WAITS, waits, strict=False))
    assert (await reads.get_webhook(db, ines.viewer, made.webhook.id)).failing_since is not None
    receiver.answer = OK
    await actions.send_again(db, ines.viewer, made.webhook.id, delivery.id)
    assert await deliver(job) == 1
    assert (await reads.get_webhook(db, ines.viewer, made.webhook.id)).failing_since is None


async def test_one_that_fails_for_days_is_switched_off_and_can_be_switched_on(
    db: Db, job: Job, ines: Person, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    made = await hook(db, ines, receiver.address)
    receiver.answer = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    await db.run("UPDATE webhook SET failing_since = $1", now() - PATIENCE - timedelta(minutes=1))
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    await deliver(job)
    assert (await reads.get_webhook(db, ines.viewer, made.webhook.id)).disabled_at is not None
    page = await client.get(f"/settings/webhooks/{made.webhook.id}", headers=ines.cookie)
    assert "nothing has arrived for five days" in page.text
    inbox = (await client.get("/inbox", headers=ines.cookie)).text
    assert "A webhook of yours was switched off" in inbox
    assert 'href="/settings/webhooks"' in inbox
    receiver.answer = OK
    await factories.note(db, ines)
    assert await deliver(job) == 0
    await actions.edit_webhook(
        db, ines.viewer, made.webhook.id, EditWebhook(address=receiver.address, kinds=KINDS)
    )
    await db.run("DELETE FROM webhook_delivery")  # what did not arrive before may be due again by now
    await factories.note(db, ines)
    assert await deliver(job) == 1


async def test_one_that_hangs_holds_up_nobody(
    db: Db, job: Job, ines: Person, mei: Person, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "SECONDS", 1.0)
    async with receiving() as hanging:
        hanging.answer = None
        slow = await hook(db, ines, hanging.address, "note.released")
        await hook(db, mei, receiver.address, "note.released")
        for _ in range(3):
            await factories.note(db, ines)
        await factories.note(db, mei)
        sending = asyncio.create_task(deliver(job))
        await receiver.came.wait()
        assert len(hanging.got) <= 1, "one at a time to each"
        assert not sending.done()
        await sending
    found = await reads.deliveries(db, ines.viewer, slow.webhook.id)
    assert {(one.state, one.answer) for one in found} == {("waiting", "slow")}


@pytest.mark.parametrize(("answer", "word"), [
    (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "redirect"),
    (b"HTTP/1.1 307 There\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n", "redirect"),
    (b"\x00\xff rubbish \r\n\r\n", "rubbish"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", "rubbish"),
    (b"", "rubbish"),
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404"),
])  # fmt: skip
async def test_a_strange_answer_is_a_failure_and_no_more(
    db: Db, job: Job, ines: Person, receiver: Receiver, answer: bytes, word: str
) -> None:
    made = await hook(db, ines, receiver.address)
    receiver.answer = answer
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    await deliver(job)
    (delivery,) = await reads.deliveries(db, ines.viewer, made.webhook.id)
    assert (delivery.state, delivery.answer) == ("waiting", word)
    assert len(receiver.got) == 1


async def test_of_ten_megabytes_only_a_little_is_read(
    db: Db, job: Job, ines: Person, receiver: Receiver
) -> None:
    made = await hook(db, ines, receiver.address)
    receiver.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 10_000_000
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    await deliver(job)
    (delivery,) = await reads.deliveries(db, ines.viewer, made.webhook.id)
    assert (delivery.state, delivery.answer) == ("arrived", "200")
    assert receiver.sent < 9_000_000


async def test_nothing_goes_to_this_machine_or_its_network_unless_it_is_said(
    db: Db, job: Job, ines: Person, receiver: Receiver
) -> None:
    """The same delivery arrives with the setting and is refused without it."""
    made = await hook(db, ines, receiver.address)
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    await deliver(msgspec.structs.replace(job, webhooks="off"))
    assert (await reads.deliveries(db, ines.viewer, made.webhook.id))[0].attempts == 0
    await deliver(msgspec.structs.replace(job, webhooks="on"))
    assert (await reads.deliveries(db, ines.viewer, made.webhook.id))[0].answer == "private"
    assert receiver.got == []
    await db.run("UPDATE webhook_delivery SET due_at = $1", now())
    await deliver(job)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "address",
    ["http://example.com/hook", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://[fd00::1]/x", "ftp://a.example"],
)  # fmt: skip
async def test_an_address_that_can_lead_nowhere_is_refused_when_it_is_named(
    db: Db, ines: Person, address: str
) -> None:
    with pytest.raises(Invalid, match="webhook_address"):
        await hook(db, ines, address)


@pytest.mark.parametrize(
    "lead", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "fd00::1"]
)
async def test_a_name_that_leads_inside_is_refused_when_it_is_sent(
    db: Db, job: Job, ines: Person, monkeypatch: pytest.MonkeyPatch, lead: str
) -> None:
    asked: list[str] = []

    async def look_up(_loop: object, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", ("93.184.215.14", port)), (0, 0, 0, "", (lead, port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    made = await hook(db, ines, "https://rebinding.example/hook")
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    await deliver(msgspec.structs.replace(job, webhooks="on"))
    assert (await reads.deliveries(db, ines.viewer, made.webhook.id))[0].answer == "private"
    assert asked == ["rebinding.example"]


async def test_it_all_goes_with_its_account(
    db: Db, job: Job, ines: Person, mei: Person, later: Later, receiver: Receiver
) -> None:
    made = await hook(db, ines, receiver.address)
    await factories.comment(db, mei, (await factories.note(db, ines)).id)
    await later()
    assert await db.value("SELECT count(*) FROM webhook_delivery WHERE actor_id = $1", mei.id) == 1
    await db.run("UPDATE account SET state = 'closed' WHERE id = $1", mei.id)
    await deliver(job)
    assert [kind for kind, _ in said(receiver)] == ["note.released"]
    await actions.drop_webhook(db, ines.viewer, made.webhook.id)
    for table in ("webhook", "webhook_secret", "webhook_delivery"):
        assert await db.value(f"SELECT count(*) FROM {table}") == 0


async def test_deliveries_are_forgotten_after_a_week(
    db: Db, job: Job, ines: Person, receiver: Receiver
) -> None:
    made = await hook(db, ines, receiver.address)
    await actions.try_webhook(db, ines.viewer, made.webhook.id)
    await deliver(job)
    await trim_deliveries(job)
    assert len(await reads.deliveries(db, ines.viewer, made.webhook.id)) == 1
    await db.run("UPDATE webhook_delivery SET created_at = $1", now() - timedelta(days=8))
    await trim_deliveries(job)
    assert await reads.deliveries(db, ines.viewer, made.webhook.id) == []
