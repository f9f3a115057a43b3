"""What somebody who leaves takes from the counts of notes, and what goes of notes when they are gone for good."""

from collections.abc import Sequence
from typing import NamedTuple

from vermilion.accounts.counting import AT_ONCE_MOST, Key, in_steps
from vermilion.accounts.schema import AccountClosed, AccountReopened, AccountsErased
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.notes.jobs import purge
from vermilion.storage.db import Db
from vermilion.work.jobs import Job


class Gone(NamedTuple):
    """A comment that goes for good, and by how much the counts of its note and of the one it answers fall."""

    note_id: int
    comment_id: int
    parent_id: int | None
    comments: int
    replies: int


async def log_gone(db: Db, gone: Sequence[Gone]) -> None:
    """Append that these comments are gone."""
    changes = [(one.note_id, one.note_id, "comment", -one.comments) for one in gone]
    changes += [(one.note_id, one.parent_id, "reply", -one.replies) for one in gone if one.parent_id]
    await _log(db, [change for change in changes if change[3]])


async def _log(db: Db, changes: Sequence[tuple[int, int, str, int]]) -> None:
    """Append changes of counts (note, subject, field, delta) that nobody did and nobody is told of."""
    if changes:
        await db.run_many(
            """INSERT INTO count_log (note_id, subject_id, field, delta, owner_id, actor_id, created_at)
               VALUES ($1, $2, $3, $4, 0, 0, $5)""",
            [[*change, now()] for change in changes],
        )


async def count_account(job: Job, event: AccountClosed | AccountReopened) -> None:
    """Count what the account likes and has saved, or no longer."""
    await in_steps(job.db, event.account_id, _count_likes)
    await in_steps(job.db, event.account_id, _count_saves)


async def _count_likes(db: Db, account_id: Id, is_counted: bool, after: Key) -> Sequence[Key]:
    rows = await db.rows(
        """SELECT note_id, subject_id FROM note_like WHERE account_id = $1 AND (note_id, subject_id) > ($2, $3)
           ORDER BY note_id, subject_id LIMIT $4""",
        account_id,
        *after,
        AT_ONCE_MOST,
    )
    keys = [(row[0], row[1]) for row in rows]
    changed = await db.rows(
        """UPDATE note_like SET is_counted = $4 WHERE account_id = $1 AND is_counted <> $4 AND note_id = ANY($2)
               AND (note_id, subject_id) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[]))
           RETURNING note_id, subject_id""",
        account_id,
        [key[0] for key in keys],
        [key[1] for key in keys],
        is_counted,
    )
    await _log(db, [(row[0], row[1], "like", 1 if is_counted else -1) for row in changed])
    return keys


async def _count_saves(db: Db, account_id: Id, is_counted: bool, after: Key) -> Sequence[Key]:
    rows = await db.rows(
        "SELECT note_id FROM save WHERE account_id = $1 AND note_id > $2 ORDER BY note_id LIMIT $3",
        account_id,
        after[0],
        AT_ONCE_MOST,
    )
    keys = [(row[0], 0) for row in rows]
    changed = await db.rows(
        """UPDATE save SET is_counted = $3 WHERE account_id = $1 AND note_id = ANY($2) AND is_counted <> $3
           RETURNING note_id""",
        account_id,
        [key[0] for key in keys],
        is_counted,
    )
    await _log(db, [(row[0], row[0], "save", 1 if is_counted else -1) for row in changed])
    return keys


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """At once with the end of accounts: their notes, likes and saved ones."""
    ids = list(event.account_ids)
    liked = await db.rows(
        "DELETE FROM note_like WHERE account_id = ANY($1) RETURNING note_id, subject_id, is_counted", ids
    )
    saved = await db.rows(
        "DELETE FROM save WHERE account_id = ANY($1) RETURNING note_id, note_id, is_counted", ids
    )
    await _log(db, [(row[0], row[1], "like", -1) for row in liked if row[2]])
    await _log(db, [(row[0], row[1], "save", -1) for row in saved if row[2]])
    await db.run("DELETE FROM count_log WHERE owner_id = ANY($1)", ids)
    rows = await db.rows("SELECT note_id FROM author_note WHERE account_id = ANY($1)", ids)
    notes = [row[0] for row in rows]
    await db.run(
        """DELETE FROM topic_note WHERE (tag, note_id) IN
               (SELECT unnest(n.tags), n.id FROM note n WHERE n.id = ANY($1))""",
        notes,
    )
    await db.run(
        """DELETE FROM place_note WHERE (place_id, note_id) IN
               (SELECT n.place_id, n.id FROM note n WHERE n.id = ANY($1) AND n.place_id IS NOT NULL)""",
        notes,
    )
    await db.run("DELETE FROM save WHERE author_id = ANY($1)", ids)
    await purge(db, notes)
