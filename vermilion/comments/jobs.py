"""Clearing away comments whose deletion can no longer be undone."""

from datetime import timedelta

from vermilion.kernel.clock import now
from vermilion.media.actions import drop_pictures
from vermilion.notes.actions import UNDO_LASTS, forget_subjects
from vermilion.work.jobs import Job

AT_ONCE_MOST = 500


async def purge_deleted_comments(job: Job) -> int:
    """Remove deleted comments with their replies, pictures, likes and versions; gives how many."""
    db = job.db
    async with db.transaction():
        rows = await db.rows(
            """WITH gone AS MATERIALIZED (
                   SELECT note_id, id FROM comment WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2 FOR UPDATE SKIP LOCKED)
               SELECT note_id, id FROM gone
               UNION SELECT c.note_id, c.id FROM comment c JOIN gone g ON g.note_id = c.note_id AND g.id = c.parent_id""",
            now() - UNDO_LASTS - timedelta(minutes=5),
            AT_ONCE_MOST,
        )
        if not rows:
            return 0
        notes, ids = [row[0] for row in rows], [row[1] for row in rows]
        await drop_pictures(db, notes, ids)
        await forget_subjects(db, notes, ids)
        for table, column in (("comment_count", "comment_id"), ("comment", "id")):
            await db.run(
                f"DELETE FROM {table} WHERE (note_id, {column}) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
                notes,
                ids,
            )
    return len(rows)
