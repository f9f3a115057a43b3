"""What people do with notes: publish, edit, delete, like, save."""

from collections.abc import Sequence
from datetime import timedelta

from vermilion.accounts.actions import count_note
from vermilion.accounts.rules import signed_in
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.text import content_hash
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import attach, rearrange
from vermilion.notes.editions import keep_before
from vermilion.notes.places import forget_places, placed, replace_place, store_places
from vermilion.notes.reads import get_note, get_note_page, get_own_note
from vermilion.notes.schema import (
    EditNote,
    Liked,
    NewNote,
    Note,
    NoteEdited,
    NoteHidden,
    NotePage,
    NoteReleased,
    NoteRestored,
    NoteWritten,
)
from vermilion.notes.texts import own_words
from vermilion.notes.writing import Draft, prepare
from vermilion.storage.db import Db
from vermilion.translation.actions import forget
from vermilion.work.events import emit

UNDO_LASTS = timedelta(minutes=10)


async def publish(db: Db, viewer: Viewer, language: Language, new: NewNote) -> NotePage:
    """Store a note, pending until it was screened; all of it or nothing."""
    signed_in(viewer)
    note_id = new_id()
    draft = prepare(viewer, language, new, note_id)
    async with db.transaction():
        await store(db, viewer, note_id, new, await placed(db, viewer, draft))
        return await get_note_page(db, viewer, note_id)


async def store(db: Db, viewer: Viewer, note_id: Id, new: NewNote, draft: Draft) -> None:
    """Write a prepared note with its pictures and versions, and say so."""
    me = viewer.account_id
    await db.run(
        """WITH counted AS (INSERT INTO note_count (note_id) VALUES ($1))
           INSERT INTO note (id, author_id, state, audience, made_with_ai, created_at, title, title_lang, title_hash,
               body, body_lang, body_hash, tags, place_name, latitude, longitude, place_id, motif, picture_count)
           VALUES ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)""",
        note_id,
        me,
        new.audience,
        new.made_with_ai,
        now(),
        *draft.columns(),
    )
    await db.run("INSERT INTO author_note (account_id, note_id) VALUES ($1, $2)", me, note_id)
    await attach(
        db,
        viewer,
        note_id,
        note_id,
        [(new.pictures[i].id, i, alt, lang) for i, (alt, lang) in enumerate(draft.alts)],
    )
    await store_versions(db, note_id, note_id, draft.versions)
    await emit(db, NoteWritten(note_id=note_id, author_id=me))


async def edit(db: Db, viewer: Viewer, language: Language, note_id: Id, new: EditNote) -> NotePage:
    """Replace a note's texts, pictures and settings; what it was called by others stays."""
    async with db.transaction():
        note = await _taken(db, viewer, note_id)
        if note.deleted_at:
            raise NotFound("note_gone")
        draft = await placed(db, viewer, prepare(viewer, language, new, note_id))
        before = await own_words(db, [note])
        is_changed = await keep_before(db, note, new, draft)
        await db.run(
            """UPDATE note SET audience = $2, made_with_ai = $3, edited_at = $4, title = $5, title_lang = $6,
                   title_hash = $7, body = $8, body_lang = $9, body_hash = $10, tags = $11, place_name = $12,
                   latitude = $13, longitude = $14, place_id = $15, motif = $16, picture_count = $17 WHERE id = $1""",
            note_id,
            new.audience,
            new.made_with_ai,
            now() if is_changed else note.edited_at,
            *draft.columns(),
        )
        await rearrange(
            db,
            viewer,
            note_id,
            note_id,
            [(new.pictures[i].id, i, alt, lang) for i, (alt, lang) in enumerate(draft.alts)],
        )
        await replace_versions(db, note_id, note_id, draft.versions)
        after = await own_words(db, [await get_own_note(db, viewer, note_id)])
        kept = {words.place for words in after}
        is_narrower = note.audience == "everyone" != new.audience
        await forget(db, [words for words in before if is_narrower or words.place not in kept])
        if note.state == "public":
            await _forget_topics(db, note)
            await _store_topics(db, note_id, note.author_id, draft.tags)
            await replace_place(db, note, draft.place_id)
            await count_note(db, note.author_id, (new.audience == "everyone") - (note.audience == "everyone"))
        await emit(db, NoteEdited(note_id=note_id, author_id=note.author_id))
        return await get_note_page(db, viewer, note_id)


async def delete(db: Db, viewer: Viewer, note_id: Id) -> None:
    """Hide a note at once; for ten minutes `restore` brings it back. Twice is once."""
    async with db.transaction():
        note = await _taken(db, viewer, note_id)
        if await db.run(
            "UPDATE note SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL", note_id, now()
        ):
            await _withdraw(db, note)
            await emit(db, NoteHidden(note_id=note_id, author_id=note.author_id, why="deleted"))


async def restore(db: Db, viewer: Viewer, note_id: Id) -> NotePage:
    """Undo a deletion; raises Conflict("undo_too_late") after ten minutes."""
    async with db.transaction():
        note = await _taken(db, viewer, note_id)
        if note.deleted_at and now() - note.deleted_at > UNDO_LASTS:
            raise Conflict("undo_too_late")
        if await db.run(
            "UPDATE note SET deleted_at = NULL WHERE id = $1 AND deleted_at IS NOT NULL", note_id
        ):
            if note.state == "public":
                await _show(db, note)
            await emit(db, NoteRestored(note_id=note_id, author_id=note.author_id))
        return await get_note_page(db, viewer, note_id)


async def release(db: Db, note: Note) -> None:
    """Let a pending or held note be seen by its audience; twice is once."""
    async with db.transaction():
        changed = await db.run(
            """UPDATE note SET state = 'public', state_reason = NULL, released_at = $2
               WHERE id = $1 AND state IN ('pending', 'held')""",
            note.id,
            now(),
        )
        if changed and not note.deleted_at:
            await _show(db, note)
            await emit(db, NoteReleased(note_id=note.id, author_id=note.author_id))


async def hold(db: Db, note: Note, reason: str) -> None:
    """Keep a note from everybody but its author, who is told the reason (a code)."""
    async with db.transaction():
        changed = await db.run(
            "UPDATE note SET state = 'held', state_reason = $2 WHERE id = $1 AND state IN ('pending', 'public')",
            note.id,
            reason,
        )
        if changed and not note.deleted_at:
            await _withdraw(db, note)
            await emit(db, NoteHidden(note_id=note.id, author_id=note.author_id, why="held"))


async def like(db: Db, viewer: Viewer, note_id: Id, on: bool) -> Liked:
    """Like a note, or take it back; the count in the answer has it already. All that changes does so in one statement."""
    signed_in(viewer)
    note = await get_note(db, viewer, note_id)
    count = await db.value(
        f"""{_changed_like(on)}
            SELECT (SELECT like_count FROM note_count WHERE note_id = $1) + coalesce((SELECT sum(delta) FROM logged), 0)
                   + coalesce((SELECT sum(delta) FROM count_log
                               WHERE note_id = $1 AND subject_id = $2 AND field = 'like'), 0)""",
        *_like_of(viewer, note_id, note_id, note.author_id, on),
    )
    return Liked(is_on=on, count=max(0, int(count)))


async def put_like(db: Db, viewer: Viewer, note_id: Id, subject_id: Id, owner_id: Id, on: bool) -> None:
    """Append a like of a comment, or its end; nothing when it stands so already."""
    await db.run(
        f"{_changed_like(on)} SELECT count(*) FROM logged",
        *_like_of(viewer, note_id, subject_id, owner_id, on),
    )


def _changed_like(on: bool) -> str:
    """The beginning of a statement that changes a like and, if it did not stand so already, logs it."""
    change = (
        """INSERT INTO note_like (note_id, subject_id, account_id, created_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING is_counted"""
        if on
        else "DELETE FROM note_like WHERE note_id = $1 AND subject_id = $2 AND account_id = $3 RETURNING is_counted"
    )
    return f"""WITH changed AS ({change}),
        logged AS (INSERT INTO count_log (note_id, subject_id, field, delta, owner_id, actor_id, created_at)
                   SELECT $1, $2, 'like', $6, $5, $3, $4 FROM changed WHERE is_counted RETURNING delta)"""


def _like_of(viewer: Viewer, note_id: Id, subject_id: Id, owner_id: Id, on: bool) -> tuple[object, ...]:
    return note_id, subject_id, viewer.account_id, now(), owner_id, 1 if on else -1


async def save(db: Db, viewer: Viewer, note_id: Id, on: bool) -> Liked:
    """Keep a note among one's saved ones, or no longer; of one that can no longer be seen the count is 0."""
    me, moment = signed_in(viewer), now()
    async with db.transaction():
        if on:
            note = await get_note(db, viewer, note_id)
            changed = await db.run(
                """INSERT INTO save (account_id, note_id, author_id, created_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT DO NOTHING""",
                me,
                note_id,
                note.author_id,
                moment,
            )
        else:
            changed = await db.value(
                "DELETE FROM save WHERE account_id = $1 AND note_id = $2 RETURNING is_counted", me, note_id
            )
        if changed:
            await db.run(
                """INSERT INTO count_log (note_id, subject_id, field, delta, owner_id, actor_id, created_at)
                   VALUES ($1, $1, 'save', $2, 0, $3, $4)""",
                note_id,
                1 if on else -1,
                me,
                moment,
            )
        is_seen = on or await _may_see(db, viewer, note_id)
        return Liked(is_on=on, count=await _count_saves(db, note_id) if is_seen else 0)


async def _may_see(db: Db, viewer: Viewer, note_id: Id) -> bool:
    try:
        await get_note(db, viewer, note_id)
    except NotFound:
        return False
    return True


async def _count_saves(db: Db, note_id: Id) -> int:
    """What the count will be once the log is added up."""
    found = await db.value(
        """SELECT (SELECT save_count FROM note_count WHERE note_id = $1)
                  + coalesce((SELECT sum(delta) FROM count_log
                              WHERE note_id = $1 AND subject_id = $1 AND field = 'save'), 0)""",
        note_id,
    )
    return max(0, int(found or 0))


async def store_versions(
    db: Db, note_id: Id, subject_id: Id, versions: Sequence[tuple[str, str, str]]
) -> None:
    """Keep the author's own words (part, language, text) for a note or a comment under it."""
    if versions:
        await db.run_many(
            "INSERT INTO version (note_id, subject_id, part, lang, text, hash) VALUES ($1, $2, $3, $4, $5, $6)",
            [[note_id, subject_id, part, lang, text, content_hash(text)] for part, lang, text in versions],
        )


async def replace_versions(
    db: Db, note_id: Id, subject_id: Id, versions: Sequence[tuple[str, str, str]]
) -> None:
    """Let these be the author's own words in other languages, and no others."""
    await db.run("DELETE FROM version WHERE note_id = $1 AND subject_id = $2", note_id, subject_id)
    await store_versions(db, note_id, subject_id, versions)


async def forget_subjects(db: Db, note_ids: list[int], subject_ids: list[int]) -> None:
    """Delete the likes, versions and former words of subjects (pairs of note and comment) that are gone for good."""
    for table in ("note_like", "version", "edition"):
        await db.run(
            f"DELETE FROM {table} WHERE (note_id, subject_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
            note_ids,
            subject_ids,
        )


async def log_comments(
    db: Db, viewer: Viewer, note_id: Id, parent_id: Id | None, comments: int, replies: int
) -> None:
    """Append by how much a note's comments and the replies to one of them (None: to none) have changed."""
    await db.run(
        """INSERT INTO count_log (note_id, subject_id, field, delta, owner_id, actor_id, created_at)
           SELECT $1, subject, field, delta, 0, $3, $6
           FROM (VALUES ($1::bigint, 'comment', $4::integer), ($2::bigint, 'reply', $5::integer))
               AS entry (subject, field, delta)
           WHERE subject IS NOT NULL AND delta <> 0""",
        note_id,
        parent_id,
        viewer.account_id,
        comments,
        replies,
        now(),
    )


async def _taken(db: Db, viewer: Viewer, note_id: Id) -> Note:
    """The viewer's own note, locked: nobody else changes it before this transaction ends."""
    signed_in(viewer)
    await db.value("SELECT id FROM note WHERE id = $1 FOR NO KEY UPDATE", note_id)
    return await get_own_note(db, viewer, note_id)


async def _show(db: Db, note: Note) -> None:
    await _store_topics(db, note.id, note.author_id, note.tags)
    await store_places(db, [(note.place_id, note.id, note.author_id)])
    await count_note(db, note.author_id, int(note.audience == "everyone"))


async def _withdraw(db: Db, note: Note) -> None:
    if note.state == "public":
        await _forget_topics(db, note)
        await forget_places(db, [note])
        await count_note(db, note.author_id, -int(note.audience == "everyone"))


async def _store_topics(db: Db, note_id: Id, author_id: Id, tags: tuple[str, ...]) -> None:
    if tags:
        await db.run_many(
            "INSERT INTO topic_note (tag, note_id, author_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [[tag, note_id, author_id] for tag in tags],
        )


async def _forget_topics(db: Db, note: Note) -> None:
    if note.tags:
        await db.run("DELETE FROM topic_note WHERE tag = ANY($1) AND note_id = $2", list(note.tags), note.id)
