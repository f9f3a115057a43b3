"""What goes from notes when somebody leaves for good, and what is counted down there."""

from collections.abc import Sequence
from typing import NamedTuple

from vermilion.accounts.schema import AccountsErased
from vermilion.kernel.clock import now
from vermilion.notes.jobs import purge
from vermilion.storage.db import Db


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


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """At once with the end of accounts: their notes, likes and saved ones."""
    ids = list(event.account_ids)
    liked = await db.rows(
        "DELETE FROM note_like WHERE account_id = ANY($1) RETURNING note_id, subject_id", ids
    )
    saved = await db.rows("DELETE FROM save WHERE account_id = ANY($1) RETURNING note_id", ids)
    await _log(
        db, [(row[0], row[1], "like", -1) for row in liked] + [(row[0], row[0], "save", -1) for row in saved]
    )
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
