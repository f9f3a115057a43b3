"""Changing what one has said: the words alone, and what stood before stays to be read."""

from vermilion.accounts.reads import get_own
from vermilion.accounts.rules import signed_in
from vermilion.comments.actions import count_again, versions_of
from vermilion.comments.reads import comment_under, find_comment
from vermilion.comments.receiving import received
from vermilion.comments.schema import (
    Comment,
    CommentCard,
    CommentEdited,
    CommentHeld,
    CommentSource,
    CommentVersion,
    CommentWritten,
    EditComment,
)
from vermilion.comments.texts import own_words
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Forbidden, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.pages import Page
from vermilion.kernel.text import clean, content_hash, is_blank
from vermilion.kernel.viewer import Viewer
from vermilion.moderation.rules import screen
from vermilion.notes.actions import replace_versions
from vermilion.notes.edition_schema import Edition, EditionCard
from vermilion.notes.editions import editions, keep_edition, pictures_of, told
from vermilion.notes.reads import get_note
from vermilion.storage.db import Db
from vermilion.translation.actions import forget
from vermilion.work.events import emit


async def edit(
    db: Db, viewer: Viewer, language: Language, note_id: Id, comment_id: Id, new: EditComment
) -> CommentCard:
    """Put other words in place of what one said; raises NotFound, Forbidden("not_your_comment"), Invalid("empty_comment").

    Words that are held are seen by nobody else, and are held or let go by what they say now.
    """
    signed_in(viewer)
    body = clean(new.body, "body")
    lang = new.lang or language.detect(body, reads=viewer.reads)
    versions = versions_of(new.versions, lang)
    async with db.transaction():
        note = await get_note(db, viewer, note_id)
        comment = await _taken(db, viewer, note_id, comment_id)
        pictures = await pictures_of(db, note_id, comment_id)
        if is_blank(body) and not pictures:
            raise Invalid("empty_comment", field="body")
        joined_at = (await get_own(db, viewer)).created_at
        before = await own_words(db, [note_id], [comment_id])
        if (
            body != comment.body
            and comment.state == "public"
            and not screen(comment.body, joined_at, comment.created_at)
        ):
            await keep_edition(db, edition_of(comment))
        texts = [text for _, _, text in versions]
        state, held_for = await received(db, viewer, note, body, texts, comment.created_at, comment)
        await db.run(
            """UPDATE comment SET body = $3, body_lang = $4, body_hash = $5, state = $6, edited_at = $7,
                   is_pinned = is_pinned AND $6 = 'public', held_for = $8 WHERE note_id = $1 AND id = $2""",
            note_id,
            comment_id,
            body,
            lang,
            content_hash(body),
            state,
            now() if body != comment.body else comment.edited_at,
            held_for,
        )
        await replace_versions(db, note_id, comment_id, versions)
        kept = {words.place for words in await own_words(db, [note_id], [comment_id])}
        await forget(db, [words for words in before if words.place not in kept])
        if (state == "public") != (comment.state == "public"):
            await count_again(db, viewer, comment, state)
        if state == "held" != comment.state and held_for:
            await emit(db, CommentHeld(note_id=note_id, comment_id=comment_id))
        is_fresh = state == "public" != comment.state
        await emit(
            db,
            CommentWritten(note_id=note_id, comment_id=comment_id, author_id=comment.author_id)
            if is_fresh
            else CommentEdited(note_id=note_id, comment_id=comment_id),
        )
        return await comment_under(db, viewer, note, comment_id)


async def get_source(db: Db, viewer: Viewer, note_id: Id, comment_id: Id) -> CommentSource:
    """A comment of one's own as its edit form needs it; raises as `edit` does."""
    signed_in(viewer)
    comment = _own((await find_comment(db, viewer, note_id, comment_id))[0], viewer)
    rows = await db.rows(
        "SELECT lang, text FROM version WHERE note_id = $1 AND subject_id = $2 AND part = 'comment' ORDER BY lang",
        note_id,
        comment_id,
    )
    return CommentSource(
        id=comment.id,
        note_id=comment.note_id,
        body=comment.body,
        lang=comment.body_lang,
        versions=tuple(CommentVersion(lang=row[0], body=row[1]) for row in rows),
    )


async def history(
    db: Db, viewer: Viewer, note_id: Id, comment_id: Id, cursor: str | None = None
) -> Page[EditionCard]:
    """The versions of a comment the viewer may see, the newest first; raises NotFound."""
    note = await get_note(db, viewer, note_id)
    await comment_under(db, viewer, note, comment_id)
    comment, _ = await find_comment(db, viewer, note_id, comment_id)
    rows = await editions(db, viewer, note_id, comment_id, cursor)
    standing = None if cursor else edition_of(comment)
    return await told(standing, rows, rows, comment.created_at)


def edition_of(comment: Comment) -> Edition:
    """How a comment stands now; its pictures never change."""
    return Edition(
        note_id=comment.note_id,
        subject_id=comment.id,
        id=new_id(),
        audience="everyone",
        title="",
        body=comment.body,
        lang=comment.body_lang,
        tags=(),
        place_name=None,
        pictures=(),
        stood_until=now(),
    )


def _own(comment: Comment, viewer: Viewer) -> Comment:
    if comment.author_id != viewer.account_id:
        raise Forbidden("not_your_comment")
    if comment.deleted_at:
        raise NotFound("comment_gone")
    return comment


async def _taken(db: Db, viewer: Viewer, note_id: Id, comment_id: Id) -> Comment:
    """The viewer's own comment, locked with the one it answers, in the order of `actions`."""
    await db.rows(
        """SELECT id FROM comment WHERE note_id = $1 AND id IN ($2, (SELECT parent_id FROM comment WHERE note_id = $1 AND id = $2))
           ORDER BY id FOR UPDATE""",
        note_id,
        comment_id,
    )
    return _own((await find_comment(db, viewer, note_id, comment_id))[0], viewer)
