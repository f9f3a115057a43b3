"""Leaving: an account that is closed is hidden at once, and after a time of grace nothing of it is left."""

from collections.abc import Sequence
from datetime import datetime

from vermilion.accounts.counting import hold
from vermilion.accounts.entry import GRACE, SignedIn, sign_in
from vermilion.accounts.passwords import Passwords
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountClosed, AccountReopened, AccountsErased
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.work.events import emit
from vermilion.work.jobs import Job

ERASED_AT_ONCE = 20
"""Accounts in one transaction."""


async def close(db: Db, viewer: Viewer, passwords: Passwords, password: str) -> datetime:
    """Hide the viewer's account and all they wrote, and end their sessions and tokens; gives when it will be gone.

    Raises Unauthorized("not_your_password").
    """
    me = signed_in(viewer)
    stored = await db.value(
        "SELECT secret FROM credential WHERE account_id = $1 AND kind = 'password'", viewer.account_id
    )
    if not await passwords.verify(stored, password):
        raise Unauthorized("not_your_password", field="password")
    moment = now()
    async with db.transaction():
        changed = await db.run(
            "UPDATE account SET state = 'closed', closed_at = $2 WHERE id = $1 AND state = 'active'",
            me,
            moment,
        )
        await db.run("DELETE FROM session WHERE account_id = $1", me)
        await db.run("DELETE FROM token WHERE account_id = $1", me)
        await db.run("DELETE FROM consent WHERE account_id = $1", me)
        await db.run(  # what they develop stands still: see applications.find_application
            "DELETE FROM token WHERE application_id IN (SELECT id FROM application WHERE account_id = $1)", me
        )
        if changed:
            await emit(db, AccountClosed(account_id=me))
    return moment + GRACE


async def reopen(db: Db, passwords: Passwords, handle: str, password: str, agent: str = "") -> SignedIn:
    """Take an account back that was closed, and sign in; one that was not is signed into as ever."""
    return await sign_in(db, passwords, handle, password, agent, reopens=_reopened)


async def _reopened(db: Db, account_id: Id) -> None:
    if await db.run(
        "UPDATE account SET state = 'active', closed_at = NULL WHERE id = $1 AND state = 'closed'", account_id
    ):
        await emit(db, AccountReopened(account_id=account_id))


async def erase_closed(job: Job) -> int:
    """Remove accounts whose time of grace is over, with everything of theirs; gives how many.

    Each domain forgets its own in the same transaction (`AccountsErased`): no moment shows half of somebody.
    """
    db = job.db
    async with db.transaction():
        rows = await db.rows(
            """SELECT id, avatar_key FROM account WHERE closed_at < $1 AND state = 'closed'
               ORDER BY closed_at LIMIT $2 FOR UPDATE SKIP LOCKED""",
            now() - GRACE,
            ERASED_AT_ONCE,
        )
        if not rows:
            return 0
        ids = [Id(row[0]) for row in rows]
        await emit(db, AccountsErased(account_ids=tuple(ids)))
        await _part_from_others(db, ids)
        for table in ("application", "handle", "idempotency"):
            await db.run(f"DELETE FROM {table} WHERE account_id = ANY($1)", ids)
        await db.run("DELETE FROM account WHERE id = ANY($1)", ids)
    await job.blobs.delete([f"avatar/{row[1]}/{name}.webp" for row in rows if row[1] for name in ("s", "m")])
    return len(rows)


async def _part_from_others(db: Db, ids: Sequence[Id]) -> None:
    """End their follows, blocks and mutes on the other side, and count the follows down that are still counted there."""
    followers = await db.rows("SELECT follower_id, account_id FROM follow_in WHERE account_id = ANY($1)", ids)
    followed = await db.rows("SELECT followee_id, account_id FROM follow_out WHERE account_id = ANY($1)", ids)
    await hold(db, *ids, *(row[0] for row in (*followers, *followed)))
    left = await db.rows(
        """DELETE FROM follow_out WHERE (account_id, followee_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))
           RETURNING account_id, 0, (is_counted AND state = 'accepted')::integer""",
        [row[0] for row in followers],
        [row[1] for row in followers],
    )
    left += await db.rows(
        """DELETE FROM follow_in WHERE (account_id, follower_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))
           RETURNING account_id, (is_counted AND state = 'accepted')::integer, 0""",
        [row[0] for row in followed],
        [row[1] for row in followed],
    )
    await db.run(
        """UPDATE account_count c SET follower_count = c.follower_count - w.followers,
               following_count = c.following_count - w.following
           FROM (SELECT id, sum(followers) AS followers, sum(following) AS following
                 FROM unnest($1::bigint[], $2::integer[], $3::integer[]) AS every (id, followers, following)
                 GROUP BY id) w
           WHERE c.account_id = w.id""",
        [row[0] for row in left],
        [row[1] for row in left],
        [row[2] for row in left],
    )
    blocked = await db.rows(
        """SELECT account_id, blocked_id FROM block WHERE account_id = ANY($1)
           UNION ALL SELECT blocker_id, account_id FROM block_in WHERE account_id = ANY($1)""",
        ids,
    )
    both = [row[0] for row in blocked], [row[1] for row in blocked]
    await db.run(
        "DELETE FROM block_in WHERE (blocker_id, account_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
        *both,
    )
    await db.run(
        "DELETE FROM block WHERE (account_id, blocked_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
        *both,
    )
    await db.run("DELETE FROM mute WHERE muted_id = ANY($1)", ids)
