"""Setting webhooks up, and queueing what happens for them."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountClosed, AccountsErased
from vermilion.engines.outward import is_open
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.schema import NoteHidden, NoteReleased
from vermilion.notifications.actions import Told
from vermilion.storage.db import Db
from vermilion.webhooks.reads import get_webhook, webhooks
from vermilion.webhooks.schema import EditWebhook, HookKind, NewlyMade, Webhook

MOST = 5
GATHERING = timedelta(seconds=20)
"""How long likes wait for others to the same note or comment."""
OF_NOTICES: dict[str, HookKind] = {
    "commented": "note.commented",
    "liked": "note.liked",
    "replied": "comment.replied",
    "mentioned": "account.mentioned",
    "followed": "account.followed",
    "follow_requested": "account.follow_requested",
    "follow_accepted": "account.follow_accepted",
}
"""What is told in notices goes to webhooks too: the same rules have chosen who may hear of it."""


class _Happened(Record, kw_only=True, frozen=True):
    account_id: Id
    kind: str
    actor_id: int = 0
    note_id: int = 0
    comment_id: int = 0
    subject_id: int = 0
    why: str = ""


async def add_webhook(db: Db, viewer: Viewer, new: EditWebhook) -> NewlyMade:
    """Have one's own events sent somewhere; raises Conflict("too_many_webhooks"), Invalid("webhook_address")."""
    me, address = signed_in(viewer), _checked(new.address)
    async with db.transaction():
        if len(await webhooks(db, viewer)) >= MOST:
            raise Conflict("too_many_webhooks", most=MOST)
        webhook_id, secret = new_id(), _new_secret()
        await db.run(
            "INSERT INTO webhook (account_id, id, address, kinds, created_at) VALUES ($1, $2, $3, $4, $5)",
            me,
            webhook_id,
            address,
            sorted(set(new.kinds)),
            now(),
        )
        await db.run(
            "INSERT INTO webhook_secret (account_id, webhook_id, secret) VALUES ($1, $2, $3)",
            me,
            webhook_id,
            secret,
        )
        return NewlyMade(webhook=await get_webhook(db, viewer, webhook_id), secret=secret)


async def edit_webhook(db: Db, viewer: Viewer, webhook_id: Id, edit: EditWebhook) -> Webhook:
    """Change where it leads and what is sent; one that was switched off is on again."""
    me, address = signed_in(viewer), _checked(edit.address)
    async with db.transaction():
        await get_webhook(db, viewer, webhook_id)
        await db.run(
            """UPDATE webhook SET address = $3, kinds = $4, failing_since = NULL, disabled_at = NULL
               WHERE account_id = $1 AND id = $2""",
            me,
            webhook_id,
            address,
            sorted(set(edit.kinds)),
        )
        return await get_webhook(db, viewer, webhook_id)


async def drop_webhook(db: Db, viewer: Viewer, webhook_id: Id) -> None:
    """Send nothing there any more; one that is gone already is no error."""
    me = signed_in(viewer)
    async with db.transaction():
        await db.run("DELETE FROM webhook WHERE account_id = $1 AND id = $2", me, webhook_id)
        await db.run("DELETE FROM webhook_delivery WHERE account_id = $1 AND webhook_id = $2", me, webhook_id)


async def try_webhook(db: Db, viewer: Viewer, webhook_id: Id) -> None:
    """Send a delivery of the kind `webhook.test`, to see whether it arrives."""
    webhook = await get_webhook(db, viewer, webhook_id)
    async with db.transaction():
        await _queue(db, [(webhook, _Happened(account_id=viewer.account_id, kind="webhook.test"))])


async def send_again(db: Db, viewer: Viewer, webhook_id: Id, delivery_id: Id) -> None:
    """Try a delivery anew, at once; raises NotFound("delivery_gone")."""
    await get_webhook(db, viewer, webhook_id)
    changed = await db.run(
        """UPDATE webhook_delivery SET state = 'waiting', attempts = 1, due_at = $4
           WHERE account_id = $1 AND webhook_id = $2 AND id = $3""",
        viewer.account_id,
        webhook_id,
        delivery_id,
        now(),
    )
    if not changed:
        raise NotFound("delivery_gone")


async def queue_told(db: Db, event: Told) -> None:
    """Queue what people are told in notices."""
    await _happened(
        db,
        [
            _Happened(
                account_id=one.account_id,
                kind=OF_NOTICES[one.kind],
                actor_id=one.actor_id,
                note_id=one.note_id,
                comment_id=one.comment_id,
                subject_id=one.subject_id,
            )
            for one in event.tidings
            if one.kind in OF_NOTICES
        ],
    )


async def queue_released(db: Db, event: NoteReleased) -> None:
    """Queue that somebody's note is shown."""
    one = _Happened(
        account_id=event.author_id, kind="note.released", note_id=event.note_id, subject_id=event.note_id
    )
    await _happened(db, [one])


async def queue_hidden(db: Db, event: NoteHidden) -> None:
    """Queue that somebody's note is not shown any more, and why."""
    one = _Happened(
        account_id=event.author_id,
        kind="note.hidden",
        note_id=event.note_id,
        subject_id=event.note_id,
        why=event.why,
    )
    await _happened(db, [one])


async def stand_still(db: Db, event: AccountClosed) -> None:
    """Nothing is sent for an account that is closed."""
    await db.run("DELETE FROM webhook_delivery WHERE account_id = $1", event.account_id)


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """Take these people out of what is on its way to others, and theirs with it."""
    await db.run(
        "DELETE FROM webhook_delivery WHERE account_id = ANY($1) OR actor_id = ANY($1)",
        list(event.account_ids),
    )


async def _happened(db: Db, happened: Sequence[_Happened]) -> None:
    """Queue a delivery for each webhook that wants to hear of it."""
    rows = await db.rows(
        """SELECT account_id, id, address, kinds, created_at FROM webhook
           WHERE account_id = ANY($1) AND disabled_at IS NULL""",
        list({one.account_id for one in happened}),
    )
    if rows:
        hooks = [
            (row[0], Webhook(address=row[2], kinds=tuple(row[3]), id=Id(row[1]), created_at=row[4], failing_since=None, disabled_at=None))
            for row in rows
        ]  # fmt: skip
        wanted = [
            (hook, one)
            for one in happened
            for account_id, hook in hooks
            if account_id == one.account_id and one.kind in hook.kinds
        ]
        await _queue(db, wanted)


async def _queue(db: Db, wanted: Sequence[tuple[Webhook, _Happened]]) -> None:
    gathered: dict[tuple[Id, str, int], tuple[Webhook, _Happened, int]] = {}
    for at, (hook, one) in enumerate(wanted):
        key = (hook.id, one.kind, one.subject_id if one.kind == "note.liked" else -at)
        before = gathered.get(key)
        gathered[key] = (hook, one, before[2] + 1 if before else 1)
    moment = now()
    await db.run_many(
        """INSERT INTO webhook_delivery (id, account_id, webhook_id, kind, actor_id, note_id, comment_id, subject_id, amount, why,
               created_at, due_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           ON CONFLICT (webhook_id, subject_id) WHERE kind = 'note.liked' AND state = 'waiting' AND attempts = 0
           DO UPDATE SET amount = webhook_delivery.amount + excluded.amount, actor_id = excluded.actor_id""",
        [
            (new_id(), one.account_id, hook.id, one.kind, one.actor_id, one.note_id, one.comment_id, one.subject_id,
             amount, one.why, moment, _due(one.kind, moment))
            for hook, one, amount in gathered.values()
        ],
    )  # fmt: skip


def _due(kind: str, moment: datetime) -> datetime:
    return moment + GATHERING if kind == "note.liked" else moment


def _checked(address: str) -> str:
    """An address something can be sent to; raises Invalid. Where a name leads is looked at each time, see engines.outward.

    Addresses of this machine are taken, for operators may allow them.
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        will_do = (
            parts.scheme in ("https", "http")
            and bool(parts.hostname)
            and _may_lead(parts.scheme, parts.hostname or "")
            and parts.port != 0
            and "@" not in parts.netloc
        )
    except ValueError:
        will_do = False
    if not (will_do and address.isascii() and address.isprintable() and " " not in address):
        raise Invalid("webhook_address", field="address")
    return address


def _may_lead(scheme: str, host: str) -> bool:
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
        return is_here or (scheme == "https" and is_open(host))
    except ValueError:
        return scheme == "https"  # a name


def _new_secret() -> str:
    """As Standard Webhooks writes one."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
