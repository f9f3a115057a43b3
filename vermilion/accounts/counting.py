"""What an account that is closed no longer adds to the counts of others, and adds again once it is taken back."""

from collections.abc import Awaitable, Callable, Sequence

from vermilion.accounts.schema import AccountClosed, AccountReopened
from vermilion.kernel.ids import Id
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

AT_ONCE_MOST = 500
"""Rows in one transaction."""

Key = tuple[int, int]
Step = Callable[[Db, Id, bool, Key], Awaitable[Sequence[Key]]]
"""Counts the next rows of an account, or no longer, after a key; gives the keys it went through, in order."""


async def in_steps(db: Db, account_id: Id, step: Step) -> None:
    """Go through all rows of one kind, a bounded number in each transaction, as the account stands at that moment."""
    after: Key | None = (0, 0)
    while after is not None:
        async with db.transaction():
            state = await db.value("SELECT state FROM account WHERE id = $1 FOR SHARE", account_id)
            keys = await step(db, account_id, state == "active", after) if state else ()
            after = keys[-1] if keys else None


async def count_follows(job: Job, event: AccountClosed | AccountReopened) -> None:
    """Let those the account follows, and those who follow it, count it or no longer."""
    await in_steps(job.db, event.account_id, _count_followers)
    await in_steps(job.db, event.account_id, _count_followed)


async def _count_followers(db: Db, account_id: Id, is_counted: bool, after: Key) -> Sequence[Key]:
    return await _count_others(
        db, account_id, is_counted, after,
        "SELECT follower_id FROM follow_in WHERE account_id = $1 AND follower_id > $2 ORDER BY follower_id LIMIT $3",
        """UPDATE follow_out SET is_counted = $3 WHERE account_id = ANY($2) AND followee_id = $1 AND is_counted <> $3
           RETURNING account_id, state""",
        "UPDATE account_count SET following_count = following_count + $2 WHERE account_id = ANY($1)",
    )  # fmt: skip


async def _count_followed(db: Db, account_id: Id, is_counted: bool, after: Key) -> Sequence[Key]:
    return await _count_others(
        db, account_id, is_counted, after,
        "SELECT followee_id FROM follow_out WHERE account_id = $1 AND followee_id > $2 ORDER BY followee_id LIMIT $3",
        """UPDATE follow_in SET is_counted = $3 WHERE account_id = ANY($2) AND follower_id = $1 AND is_counted <> $3
           RETURNING account_id, state""",
        "UPDATE account_count SET follower_count = follower_count + $2 WHERE account_id = ANY($1)",
    )  # fmt: skip


async def _count_others(
    db: Db, account_id: Id, is_counted: bool, after: Key, find: str, change: str, count: str
) -> Sequence[Key]:
    others = [row[0] for row in await db.rows(find, account_id, after[0], AT_ONCE_MOST)]
    await hold(db, account_id, *others)
    changed = await db.rows(change, account_id, others, is_counted)
    accepted = [row[0] for row in changed if row[1] == "accepted"]
    await db.run(count, accepted, 1 if is_counted else -1)
    return [(other, 0) for other in others]


async def hold(db: Db, *account_ids: int) -> None:
    """Lock what people have to do with each other, always in the order of ids, before anything of it is changed.

    Only new follows go without: nobody can wait for a row that is not there yet.
    """
    await db.rows(
        "SELECT account_id FROM account_count WHERE account_id = ANY($1) ORDER BY account_id FOR NO KEY UPDATE",
        list(account_ids),
    )
