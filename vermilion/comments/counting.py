"""How many comments stand under notes and comments, and what of an account's still do once it is closed or taken back."""

from collections.abc import Sequence

from vermilion.accounts.counting import AT_ONCE_MOST, Key, in_steps
from vermilion.accounts.schema import AccountClosed, AccountReopened
from vermilion.kernel.ids import Id
from vermilion.notes.leaving import Gone, log_gone
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

Standing = dict[Key, tuple[int, int]]

# Of the comments of the first level that these are or stand under: how many readers see with them, and how many answer them.
_STANDING = """WITH family AS (
        SELECT DISTINCT note_id, coalesce(parent_id, id) AS id FROM comment
        WHERE note_id = ANY($1) AND (note_id, id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])))
    SELECT f.note_id, f.id,
           CASE WHEN p.state = 'public' AND p.deleted_at IS NULL AND p.is_counted THEN 1 + count(r.id) ELSE 0 END, count(r.id)
    FROM family f JOIN comment p ON p.note_id = f.note_id AND p.id = f.id
    LEFT JOIN comment r ON r.note_id = f.note_id AND r.parent_id = f.id AND r.deleted_at IS NULL AND r.state = 'public'
        AND r.is_counted
    GROUP BY f.note_id, f.id, p.state, p.deleted_at, p.is_counted"""


async def standing(db: Db, note_ids: Sequence[int], ids: Sequence[int]) -> Standing:
    """What stands of the families of these comments (pairs of note and comment): with the first one, and below it."""
    rows = await db.rows(_STANDING, list(note_ids), list(ids))
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


async def log_difference(db: Db, before: Standing, after: Standing) -> None:
    """Append by how much counts have changed between two looks at the same families."""
    await log_gone(
        db,
        [
            Gone(
                note_id,
                family,
                family,
                shown - after[note_id, family][0],
                replies - after[note_id, family][1],
            )
            for (note_id, family), (shown, replies) in before.items()
        ],
    )


async def hold_families(db: Db, note_ids: Sequence[int], ids: Sequence[int]) -> None:
    """Lock comments with the ones they answer, those first, as `actions.say` does: what is counted does not change meanwhile."""
    await db.rows(
        """WITH these AS (SELECT note_id, id, parent_id FROM comment
                WHERE note_id = ANY($1) AND (note_id, id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])))
           SELECT c.id FROM comment c WHERE c.note_id = ANY($1) AND (c.note_id, c.id) IN
               (SELECT note_id, id FROM these UNION SELECT note_id, parent_id FROM these WHERE parent_id IS NOT NULL)
           ORDER BY c.id FOR UPDATE""",
        list(note_ids),
        list(ids),
    )


async def count_account(job: Job, event: AccountClosed | AccountReopened) -> None:
    """Count what the account said, or no longer: with it go the answers to it."""
    await in_steps(job.db, event.account_id, _count_said)


async def _count_said(db: Db, account_id: Id, is_counted: bool, after: Key) -> Sequence[Key]:
    rows = await db.rows(
        """SELECT note_id, id FROM comment WHERE author_id = $1 AND (note_id, id) > ($2, $3)
           ORDER BY note_id, id LIMIT $4""",
        account_id,
        *after,
        AT_ONCE_MOST,
    )
    notes, ids = [row[0] for row in rows], [row[1] for row in rows]
    await hold_families(db, notes, ids)
    before = await standing(db, notes, ids)
    await db.run(
        """UPDATE comment SET is_counted = $3 WHERE note_id = ANY($1) AND is_counted <> $3
               AND (note_id, id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))""",
        notes,
        ids,
        is_counted,
    )
    await log_difference(db, before, await standing(db, notes, ids))
    return list(zip(notes, ids, strict=True))
