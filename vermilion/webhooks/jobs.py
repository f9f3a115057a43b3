"""Sending what is due to webhooks: signed, several at once, one at a time to each, again and again for two days."""

import asyncio
import hmac
import random
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from vermilion import __version__
from vermilion.accounts.reads import people
from vermilion.engines.outward import OutwardError, post
from vermilion.kernel.clock import now
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_note
from vermilion.notifications.actions import Tidings, tell
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

AT_ONCE = 16
"""Deliveries under way in one process. They have a round of their own: one that hangs holds up no other work."""
LEASE = timedelta(seconds=60)
WAITS = tuple(map(timedelta, (0,) * 8, (10, 60, 300, 1800, 7200, 21600, 43200, 86400)))
"""Before each further attempt, give or take a fifth."""
PATIENCE = timedelta(days=5)
"""A webhook where nothing has arrived for so long is switched off."""
KEPT = timedelta(days=7)


class _Due(Record, kw_only=True, frozen=True):
    id: Id
    account_id: Id
    webhook_id: Id
    kind: str
    actor_id: int
    note_id: int
    comment_id: int
    amount: int
    why: str
    created_at: datetime
    attempts: int


async def deliver(job: Job) -> int:
    """Send what is due until nothing is; gives how much was tried."""
    if job.webhooks == "off":
        return 0
    tried, running = 0, dict[asyncio.Task[None], Id]()
    while job.stop is None or not job.stop.is_set():
        for due in await _claim(job.db, AT_ONCE - len(running), list(running.values())):
            running[asyncio.create_task(_send(job, due))] = due.webhook_id
            tried += 1
        if not running:
            break
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del running[task]
            task.result()
    if running:
        await asyncio.wait(running)
    return tried


async def trim_deliveries(job: Job) -> None:
    """Forget deliveries of more than a week ago."""
    await job.db.run(
        """DELETE FROM webhook_delivery WHERE id IN (
               SELECT id FROM webhook_delivery WHERE created_at < $1 AND state <> 'waiting' LIMIT 5000)""",
        now() - KEPT,
    )


async def _claim(db: Db, most: int, busy: list[Id]) -> list[_Due]:
    """What is due, the oldest of each webhook, held for LEASE."""
    moment = now()
    async with db.transaction():
        rows = await db.rows(
            """SELECT DISTINCT ON (webhook_id) id FROM webhook_delivery
               WHERE state = 'waiting' AND due_at <= $1 AND webhook_id <> ALL($2) ORDER BY webhook_id, id LIMIT $3""",
            moment,
            busy,
            most,
        )
        return await db.all(
            _Due,
            """WITH held AS (SELECT id FROM webhook_delivery WHERE id = ANY($1) AND state = 'waiting' AND due_at <= $2
                             FOR UPDATE SKIP LOCKED)
               UPDATE webhook_delivery d SET due_at = $3, attempts = d.attempts + 1 FROM held WHERE d.id = held.id
               RETURNING d.id, d.account_id, d.webhook_id, d.kind, d.actor_id, d.note_id, d.comment_id, d.amount, d.why,
                   d.created_at, d.attempts""",
            [row[0] for row in rows],
            moment,
            moment + LEASE,
        )


async def _send(job: Job, due: _Due) -> None:
    db = job.db.database.session()
    rows = await db.rows(
        """SELECT w.address, s.secret FROM webhook w JOIN webhook_secret s ON s.account_id = w.account_id AND s.webhook_id = w.id
           WHERE w.account_id = $1 AND w.id = $2 AND w.disabled_at IS NULL""",
        due.account_id,
        due.webhook_id,
    )
    if not rows or not await _may_hear(db, due):
        await db.run("DELETE FROM webhook_delivery WHERE id = $1", due.id)
        return
    address, secret = rows[0]
    body = _body(due)
    try:
        status = await post(address, _headers(due, secret, body), body, loopback=job.webhooks == "loopback")
    except OutwardError as error:
        await _failed(db, due, error.word)
    else:
        await _arrived(db, due, str(status))


async def _may_hear(db: Db, due: _Due) -> bool:
    """Whether what is told is still for its owner: they may have parted since, or the note is gone."""
    viewer = Viewer(account_id=due.account_id)
    found = await people(db, viewer, [Id(one) for one in (due.account_id, due.actor_id) if one])
    owner = found.get(due.account_id)
    if owner is None or owner.state != "active":
        return False
    if due.actor_id and ((actor := found.get(Id(due.actor_id))) is None or actor.is_apart):
        return False
    if due.note_id and due.kind != "note.hidden":
        try:
            await get_note(db, viewer, Id(due.note_id))
        except NotFound:
            return False
    return True


def _body(due: _Due) -> bytes:
    """What has happened, in ids alone: whoever wants the words asks for them with a token, and is shown what it may see."""
    ids = {"actor_id": due.actor_id, "note_id": due.note_id, "comment_id": due.comment_id}
    data: dict[str, object] = {name: str(int(value)) for name, value in ids.items() if value}
    if due.kind == "note.liked":
        data["amount"] = due.amount
    if due.why:
        data["why"] = due.why
    data["account_id"] = str(int(due.account_id))
    said = {"type": due.kind, "timestamp": due.created_at.isoformat(), "data": data}
    return msgspec.json.encode(said)


def _headers(due: _Due, secret: str, body: bytes) -> dict[str, str]:
    """As Standard Webhooks has them: HMAC-SHA256 over id, time and body."""
    name, stamp = f"msg_{int(due.id)}", str(int(now().timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{name}.{stamp}.".encode() + body, sha256)
    return {
        "content-type": "application/json",
        "user-agent": f"vermilion/{__version__}",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }


async def _arrived(db: Db, due: _Due, answer: str) -> None:
    await db.run("UPDATE webhook_delivery SET state = 'arrived', answer = $2 WHERE id = $1", due.id, answer)
    await db.run(
        "UPDATE webhook SET failing_since = NULL WHERE account_id = $1 AND id = $2 AND failing_since IS NOT NULL",
        due.account_id,
        due.webhook_id,
    )


async def _failed(db: Db, due: _Due, answer: str) -> None:
    moment = now()
    is_over = due.attempts > len(WAITS)
    wait = WAITS[min(due.attempts, len(WAITS)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - it spreads attempts
    await db.run(
        "UPDATE webhook_delivery SET state = $2, answer = $3, due_at = $4 WHERE id = $1",
        due.id,
        "failed" if is_over else "waiting",
        answer,
        moment + wait,
    )
    async with db.transaction():
        disabled_at = await db.value(
            """UPDATE webhook SET failing_since = coalesce(failing_since, $3),
                   disabled_at = CASE WHEN failing_since < $4 THEN $3 ELSE disabled_at END
               WHERE account_id = $1 AND id = $2 RETURNING disabled_at""",
            due.account_id,
            due.webhook_id,
            moment,
            moment - PATIENCE,
        )
        if disabled_at is not None:
            off = Tidings(
                account_id=due.account_id,
                kind="webhook_off",
                actor_id=due.account_id,
                subject_id=due.webhook_id,
            )
            await tell(db, [off])
