"""What happens to comments later: translating ahead, clearing away."""

from datetime import timedelta

from vermilion.accounts.schema import AccountsErased
from vermilion.comments.schema import CommentEdited, CommentsAllowed, CommentWritten
from vermilion.comments.texts import own_words
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import NOBODY
from vermilion.media.actions import drop_pictures
from vermilion.media.schema import PictureRead
from vermilion.notes.actions import UNDO_LASTS, forget_subjects
from vermilion.notes.leaving import Gone, log_gone
from vermilion.notes.schema import NotesPurged
from vermilion.storage.db import Db
from vermilion.translation.actions import forget
from vermilion.translation.queue import AHEAD, ask
from vermilion.translation.schema import Words
from vermilion.translation.state import languages_read
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
        if rows:
            await _purge(db, [row[0] for row in rows], [row[1] for row in rows])
    return len(rows)


async def _purge(db: Db, notes: list[int], ids: list[int]) -> None:
    await forget(db, await own_words(db, notes, ids))
    await drop_pictures(db, notes, ids)
    await forget_subjects(db, notes, ids)
    for table, column in (("comment_count", "comment_id"), ("comment", "id")):
        await db.run(
            f"DELETE FROM {table} WHERE (note_id, {column}) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
            notes,
            ids,
        )


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """At once with the end of accounts: what they said, with the answers to it, counted down where it stood."""
    rows = await db.rows(
        """WITH own AS MATERIALIZED (SELECT note_id, id FROM comment WHERE author_id = ANY($1)),
               gone AS MATERIALIZED (
                   SELECT note_id, id FROM own
                   UNION SELECT c.note_id, c.id FROM comment c JOIN own o ON o.note_id = c.note_id AND o.id = c.parent_id)
           SELECT c.note_id, c.id, c.parent_id,
                  (c.state = 'public' AND c.deleted_at IS NULL AND c.is_counted
                   AND (p.id IS NULL OR (p.deleted_at IS NULL AND p.state = 'public' AND p.is_counted)))::integer,
                  (c.state = 'public' AND c.deleted_at IS NULL AND c.is_counted AND c.parent_id IS NOT NULL)::integer
           FROM gone g JOIN comment c ON c.note_id = g.note_id AND c.id = g.id
           LEFT JOIN comment p ON p.note_id = c.note_id AND p.id = c.parent_id""",
        list(event.account_ids),
    )
    if rows:
        await log_gone(db, [Gone(*row) for row in rows])
        await _purge(db, [row[0] for row in rows], [row[1] for row in rows])


async def render_ahead(job: Job, event: CommentWritten) -> None:
    """Queue a public comment for the languages that have readers."""
    await _render(job, event.note_id, event.comment_id)


async def _render(job: Job, note_id: Id, comment_id: Id) -> None:
    words = await own_words(job.db, [note_id], [comment_id])
    rows = await job.db.rows(
        "SELECT lang FROM version WHERE note_id = $1 AND subject_id = $2", note_id, comment_id
    )
    written = {row[0] for row in rows}
    langs = [lang for lang in await languages_read(job.db) if lang not in written]
    await ask(job.db, [one.into(lang) for one in words if one.is_public for lang in langs], AHEAD)


async def render_edited(job: Job, event: CommentEdited) -> None:
    """Queue the new words of a comment likewise."""
    await _render(job, event.note_id, event.comment_id)


async def render_allowed(job: Job, event: CommentsAllowed) -> None:
    """Queue comments that waited for the note's author."""
    for comment_id in event.comment_ids:  # as many as are decided about at once
        written = CommentWritten(note_id=event.note_id, comment_id=comment_id, author_id=NOBODY)
        await render_ahead(job, written)


async def render_picture(job: Job, event: PictureRead) -> None:
    """Queue what is written in a public picture, of a note or of a comment under it, for the languages that have readers."""
    rows = await job.db.rows(
        """SELECT t.text, t.lang FROM picture_text t JOIN note n ON n.id = t.note_id
           LEFT JOIN comment c ON c.note_id = t.note_id AND c.id = $3
           WHERE t.note_id = $1 AND t.media_id = $2 AND n.audience = 'everyone' AND n.state = 'public'
             AND n.deleted_at IS NULL AND (n.id = $3 OR c.state = 'public' AND c.deleted_at IS NULL)""",
        event.note_id,
        event.media_id,
        event.subject_id,
    )
    words = [
        Words(text=row[0], lang=row[1], subject_id=event.media_id, part="picture", is_public=True)
        for row in rows
    ]
    langs = await languages_read(job.db)
    await ask(job.db, [one.into(lang) for one in words for lang in langs], AHEAD)


async def forget_renderings(db: Db, event: NotesPurged) -> None:
    """At once with the removal of notes: what was made of the comments under them."""
    rows = await db.rows("SELECT note_id, id FROM comment WHERE note_id = ANY($1)", list(event.note_ids))
    await forget(db, await own_words(db, [row[0] for row in rows], [row[1] for row in rows]))
