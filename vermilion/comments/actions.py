"""What people do in threads."""

from collections.abc import Sequence

from vermilion.accounts.rules import signed_in
from vermilion.comments.reads import comment_under, find_comment, get_comment
from vermilion.comments.receiving import received
from vermilion.comments.rules import may_delete, may_pin
from vermilion.comments.schema import (
    Comment,
    CommentCard,
    CommentDeleted,
    CommentHeld,
    CommentVersion,
    CommentWritten,
    NewComment,
)
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.text import clean, content_hash, is_blank
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import attach
from vermilion.notes.actions import UNDO_LASTS, log_comments, put_like, store_versions
from vermilion.notes.reads import get_note
from vermilion.notes.schema import CountsRolledUp, Liked
from vermilion.notes.writing import alts
from vermilion.storage.db import Db
from vermilion.work.events import emit

MOST_PINNED = 3


async def say(db: Db, viewer: Viewer, language: Language, note_id: Id, new: NewComment) -> CommentCard:
    """Comment on a note or answer a comment; raises NotFound note_gone or comment_gone, Invalid("empty_comment")."""
    signed_in(viewer)
    body = clean(new.body, "body")
    if is_blank(body) and not new.pictures:
        raise Invalid("empty_comment", field="body")
    lang = new.lang or language.detect(body, reads=viewer.reads)
    described = alts(viewer, language, new.pictures, lang)
    versions = versions_of(new.versions, lang)
    async with db.transaction():
        note = await get_note(db, viewer, note_id)
        if note.state != "public":
            raise Conflict("note_waits")
        parent, comment_id = await _parent(db, viewer, note_id, new.reply_to), new_id()
        parent_id = parent.id if parent else None
        state, held_for = await received(db, viewer, note, body, [text for _, _, text in versions], now())
        await db.run(
            """WITH counted AS (INSERT INTO comment_count (note_id, comment_id, is_first) VALUES ($1, $2, $3::bigint IS NULL))
               INSERT INTO comment (note_id, id, parent_id, reply_to_id, author_id, state, body, body_lang, body_hash,
                   created_at, held_for) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
            note_id,
            comment_id,
            parent_id,
            new.reply_to,
            viewer.account_id,
            state,
            body,
            lang,
            content_hash(body),
            now(),
            held_for,
        )
        await attach(
            db,
            viewer,
            note_id,
            comment_id,
            [(new.pictures[i].id, i, alt, alt_lang) for i, (alt, alt_lang) in enumerate(described)],
        )
        await store_versions(db, note_id, comment_id, versions)
        if state == "public":
            await log_comments(db, viewer, note_id, parent_id, int(parent is None or parent.is_counted), 1)
            await emit(
                db, CommentWritten(note_id=note_id, comment_id=comment_id, author_id=viewer.account_id)
            )
        elif held_for and state == "held":
            await emit(db, CommentHeld(note_id=note_id, comment_id=comment_id))
        return await comment_under(db, viewer, note, comment_id)


async def delete(db: Db, viewer: Viewer, note_id: Id, comment_id: Id) -> None:
    """Take a comment out of the thread; its author and the note's author may. Twice is once."""
    async with db.transaction():
        comment = await _mine(db, viewer, note_id, comment_id)
        changed = await db.run(
            """UPDATE comment SET deleted_at = $3, deleted_by = $4, is_pinned = false
               WHERE note_id = $1 AND id = $2 AND deleted_at IS NULL""",
            note_id,
            comment_id,
            now(),
            viewer.account_id,
        )
        if changed:
            await _count(db, viewer, comment, -1)
            await emit(db, CommentDeleted(note_id=note_id, comment_id=comment_id))


async def restore(db: Db, viewer: Viewer, note_id: Id, comment_id: Id) -> CommentCard:
    """Undo a deletion; raises Conflict("undo_too_late") after ten minutes."""
    async with db.transaction():
        comment = await _mine(db, viewer, note_id, comment_id)
        if comment.deleted_at and now() - comment.deleted_at > UNDO_LASTS:
            raise Conflict("undo_too_late")
        if comment.deleted_at and comment.deleted_by != viewer.account_id:
            raise Forbidden("not_your_comment")
        changed = await db.run(
            """UPDATE comment SET deleted_at = NULL, deleted_by = NULL
               WHERE note_id = $1 AND id = $2 AND deleted_at IS NOT NULL""",
            note_id,
            comment_id,
        )
        if changed:
            await _count(db, viewer, comment, 1)
        return await get_comment(db, viewer, note_id, comment_id)


async def like(db: Db, viewer: Viewer, note_id: Id, comment_id: Id, on: bool) -> Liked:
    """Like a comment, or take it back; the count in the answer has it already."""
    signed_in(viewer)
    card = await get_comment(db, viewer, note_id, comment_id)
    await put_like(db, viewer, note_id, comment_id, card.author.id, on)
    count = await db.value(
        """SELECT (SELECT like_count FROM comment_count WHERE note_id = $1 AND comment_id = $2)
                  + coalesce((SELECT sum(delta) FROM count_log
                              WHERE note_id = $1 AND subject_id = $2 AND field = 'like'), 0)""",
        note_id,
        comment_id,
    )
    return Liked(is_on=on, count=max(0, int(count)))


async def pin(db: Db, viewer: Viewer, note_id: Id, comment_id: Id, on: bool) -> None:
    """Put a comment first, or no longer; the note's author may, three at most."""
    signed_in(viewer)
    async with db.transaction():
        await db.value(
            "SELECT id FROM note WHERE id = $1 FOR UPDATE", note_id
        )  # two at once must not pin a fourth
        comment, note_author = await find_comment(db, viewer, note_id, comment_id)
        if not may_pin(comment, viewer, note_author):
            raise Forbidden("not_your_note")
        if comment.deleted_at or comment.state != "public":
            raise NotFound("comment_gone")
        standing = await db.value(
            "SELECT count(*) FROM comment WHERE note_id = $1 AND is_pinned AND id <> $2", note_id, comment_id
        )
        if on and standing >= MOST_PINNED:
            raise Conflict("too_many_pinned", most=MOST_PINNED)
        await db.run(
            "UPDATE comment SET is_pinned = $3 WHERE note_id = $1 AND id = $2", note_id, comment_id, on
        )


async def ask_in(db: Db, viewer: Viewer, note_id: int, comment_id: int, lang: str | None) -> None:
    """Ask to be corrected in a language under a comment of one's own, or (None) no longer. Twice is once.

    Raises NotFound("comment_gone"), Forbidden("not_your_comment").
    """
    signed_in(viewer)
    async with db.transaction():
        comment = await get_comment(db, viewer, note_id, comment_id)
        if not comment.is_mine:
            raise Forbidden("not_your_comment")
        if lang is None:
            await db.run("DELETE FROM correct_me WHERE note_id = $1 AND comment_id = $2", note_id, comment_id)
        else:
            await db.run(
                """INSERT INTO correct_me (note_id, comment_id, account_id, lang, created_at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (note_id, comment_id) DO NOTHING""",
                note_id,
                comment_id,
                viewer.account_id,
                lang,
                now(),
            )


async def add_counts(db: Db, event: CountsRolledUp) -> None:
    """Add rolled-up likes and replies to the counts of comments."""
    if event.comments:
        await db.run_many(
            """UPDATE comment_count SET like_count = like_count + $3, reply_count = reply_count + $4
               WHERE note_id = $1 AND comment_id = $2""",
            [[found.note_id, found.comment_id, found.likes, found.replies] for found in event.comments],
        )


async def _parent(db: Db, viewer: Viewer, note_id: Id, reply_to: Id | None) -> Comment | None:
    """The comment of the first level under which an answer will stand."""
    if reply_to is None:
        return None
    comment, _ = await find_comment(db, viewer, note_id, reply_to)
    parent = await _standing(db, viewer, note_id, comment.parent_id) if comment.parent_id else None
    answered = await _standing(db, viewer, note_id, reply_to)
    return parent or answered


async def _standing(db: Db, viewer: Viewer, note_id: Id, comment_id: Id) -> Comment:
    """A comment that can be answered; it cannot be deleted before this transaction ends."""
    await db.value("SELECT id FROM comment WHERE note_id = $1 AND id = $2 FOR SHARE", note_id, comment_id)
    comment, _ = await find_comment(db, viewer, note_id, comment_id)
    if comment.deleted_at or comment.state != "public":
        raise NotFound("comment_gone", field="reply_to")
    return comment


async def _mine(db: Db, viewer: Viewer, note_id: Id, comment_id: Id) -> Comment:
    signed_in(viewer)
    # The one answered first, then the comment, as `say` does: what is counted below does not change meanwhile.
    await db.rows(
        """SELECT id FROM comment WHERE note_id = $1 AND id IN ($2, (SELECT parent_id FROM comment WHERE note_id = $1 AND id = $2))
           ORDER BY id FOR UPDATE""",
        note_id,
        comment_id,
    )
    comment, note_author = await find_comment(db, viewer, note_id, comment_id)
    if not may_delete(comment, viewer, note_author):
        raise Forbidden("not_your_comment")
    return comment


def versions_of(sent: Sequence[CommentVersion], lang: str) -> list[tuple[str, str, str]]:
    """The author's own words in other languages as they are stored; raises Invalid version_of_itself, version_twice."""
    made = {version.lang: clean(version.body, "versions") for version in sent}
    if lang in made:
        raise Invalid("version_of_itself", field="versions", lang=lang)
    if len(made) != len(sent):
        raise Invalid("version_twice", field="versions")
    return [("comment", language, text) for language, text in made.items() if text]


async def count_again(db: Db, viewer: Viewer, comment: Comment, state: str) -> None:
    """Log that a comment that stands is held by now, or stands after it was held."""
    sign = 1 if state == "public" else -1
    if comment.is_counted:
        weight = await _weight(db, comment)
        await log_comments(db, viewer, comment.note_id, comment.parent_id, sign * weight, sign)


async def _count(db: Db, viewer: Viewer, comment: Comment, sign: int) -> None:
    """Log that a comment has left (-1) or come back (1); a reply counts for its parent whatever became of that."""
    if comment.state == "public" and comment.is_counted:
        weight = await _weight(db, comment)
        await log_comments(db, viewer, comment.note_id, comment.parent_id, sign * weight, sign)


async def _weight(db: Db, comment: Comment) -> int:
    """How many comments a reader sees more or fewer with this one: itself and its replies, 0 under one that does not stand."""
    if comment.parent_id is not None:
        return int(
            await db.value(
                """SELECT count(*) FROM comment WHERE note_id = $1 AND id = $2 AND deleted_at IS NULL AND state = 'public'
                       AND is_counted""",
                comment.note_id,
                comment.parent_id,
            )
        )
    return 1 + int(
        await db.value(
            """SELECT count(*) FROM comment WHERE note_id = $1 AND parent_id = $2 AND deleted_at IS NULL
                   AND state = 'public' AND is_counted""",
            comment.note_id,
            comment.id,
        )
    )
