"""Drafts: kept while somebody writes, changed on any device, published or deleted."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from vermilion.accounts.reads import alone
from vermilion.accounts.rules import signed_in
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import is_blank
from vermilion.kernel.viewer import Viewer
from vermilion.media.keeping import copied, drop_kept, keep_for, kept_uploads
from vermilion.media.schema import PicturesDropped
from vermilion.notes import actions
from vermilion.notes.actions import UNDO_LASTS
from vermilion.notes.draft_schema import NoteDraft, NoteDraftCard
from vermilion.notes.schema import NewNote, NewPicture, NotePage
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.events import emit, encode_hook
from vermilion.work.jobs import Job

MOST_DRAFTS = 100
MOST_KEPT = 2 * MOST_DRAFTS
"""With those that parted from another, and those whose deletion can still be undone."""

_ONE = f"SELECT {columns(NoteDraft)} FROM note_draft WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL"


async def drafts(db: Db, viewer: Viewer) -> list[NoteDraftCard]:
    """The viewer's drafts, the last changed first; two statements."""
    found = await db.all(
        NoteDraft,
        f"""SELECT {columns(NoteDraft)} FROM note_draft WHERE account_id = $1 AND deleted_at IS NULL
            ORDER BY changed_at DESC, id DESC LIMIT {MOST_KEPT}""",
        signed_in(viewer),
    )
    return await _cards(db, viewer, found)


async def titles(db: Db, viewer: Viewer, draft_ids: Sequence[int]) -> dict[Id, str]:
    """What those of these drafts of the viewer's are called that are there."""
    if not draft_ids:
        return {}
    rows = await db.rows(
        """SELECT id, coalesce(nullif(note ->> 'title', ''), left(note ->> 'body', 80)) FROM note_draft
           WHERE account_id = $1 AND id = ANY($2) AND deleted_at IS NULL""",
        viewer.account_id,
        list(draft_ids),
    )
    return {Id(row[0]): row[1] or "" for row in rows}


async def count_drafts(db: Db, viewer: Viewer) -> int:
    """How many drafts the viewer has."""
    return int(
        await db.value(
            "SELECT count(*) FROM note_draft WHERE account_id = $1 AND deleted_at IS NULL", viewer.account_id
        )
    )


async def get_draft(db: Db, viewer: Viewer, draft_id: Id) -> NoteDraftCard:
    """A draft of the viewer's; raises NotFound("draft_gone")."""
    found = await db.maybe(NoteDraft, _ONE, signed_in(viewer), draft_id)
    if found is None:
        raise NotFound("draft_gone")
    return (await _cards(db, viewer, [found]))[0]


async def keep_new(db: Db, viewer: Viewer, note: NewNote) -> NoteDraftCard:
    """Keep what somebody has begun to write; raises Invalid("empty_note"), Conflict("too_many_drafts")."""
    signed_in(viewer)
    if is_blank(note.title + note.body) and not (note.pictures or note.versions):
        raise Invalid("empty_note")
    async with db.transaction():
        draft = await _insert(db, viewer, note, None)
    return (await _cards(db, viewer, [draft]))[0]


async def keep_changed(
    db: Db, viewer: Viewer, blobs: Blobs, draft_id: Id, version: int, note: NewNote
) -> NoteDraftCard:
    """Put a draft as it shall stand; raises NotFound("draft_gone").

    What was written from an older version leaves the draft alone: it is kept as a draft of its own, `parted_from` the
    other, with copies of its pictures; once, however often it is sent.
    """
    async with db.transaction():
        standing = await locked(db, viewer, draft_id)
        if standing.note == note:
            return (await _cards(db, viewer, [standing]))[0]
        if standing.version == version:
            draft = await _change(db, viewer, standing, note)
            return (await _cards(db, viewer, [draft]))[0]
        parted = await db.all(
            NoteDraft,
            f"""SELECT {columns(NoteDraft)} FROM note_draft
                WHERE account_id = $1 AND parted_from = $2 AND deleted_at IS NULL""",
            viewer.account_id,
            draft_id,
        )
    twin = next((one for one in parted if _is_same(one.note, note)), None)
    if twin is None:
        copies = await copied(db, viewer, blobs, [picture.id for picture in note.pictures])
        pictures = tuple(
            NewPicture(id=copies.get(picture.id, picture.id), alt=picture.alt) for picture in note.pictures
        )
        async with db.transaction():
            twin = await _insert(db, viewer, replace(note, pictures=pictures), draft_id)
    return (await _cards(db, viewer, [twin]))[0]


async def publish(
    db: Db, viewer: Viewer, language: Language, draft_id: Id, version: int, note: NewNote
) -> NotePage:
    """Publish what is written from this version of a draft, which is no more then.

    Raises NotFound("draft_gone"), Conflict("draft_changed") where it was changed elsewhere meanwhile.
    """
    async with db.transaction():
        standing = await locked(db, viewer, draft_id)
        if standing.version != version and standing.note != note:
            raise Conflict("draft_changed")
        return await take_out(db, viewer, language, draft_id, note)


async def take_out(db: Db, viewer: Viewer, language: Language, draft_id: Id, note: NewNote) -> NotePage:
    """Publish a note in place of its draft, inside a transaction."""
    published = await actions.publish(db, viewer, language, note)
    await keep_for(db, viewer, draft_id, ())
    await db.run("DELETE FROM note_draft WHERE account_id = $1 AND id = $2", viewer.account_id, draft_id)
    return published


async def delete(db: Db, viewer: Viewer, draft_id: Id) -> None:
    """Delete a draft; for ten minutes `restore` brings it back. Twice is once."""
    await db.run(
        "UPDATE note_draft SET deleted_at = $3, due_at = NULL WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        signed_in(viewer),
        draft_id,
        now(),
    )


async def restore(db: Db, viewer: Viewer, draft_id: Id) -> NoteDraftCard:
    """Undo a deletion; raises NotFound("draft_gone"), Conflict("undo_too_late") after ten minutes."""
    async with db.transaction():
        await db.run(
            """UPDATE note_draft SET deleted_at = NULL
               WHERE account_id = $1 AND id = $2 AND deleted_at > $3""",
            signed_in(viewer),
            draft_id,
            now() - UNDO_LASTS,
        )
        is_late = await db.value(
            "SELECT deleted_at IS NOT NULL FROM note_draft WHERE account_id = $1 AND id = $2",
            viewer.account_id,
            draft_id,
        )
        if is_late:
            raise Conflict("undo_too_late")
        return await get_draft(db, viewer, draft_id)


async def purge_drafts(job: Job) -> int:
    """Remove drafts whose deletion can no longer be undone, with their pictures and films; gives how many."""
    async with job.db.transaction():
        rows = await job.db.rows(
            """DELETE FROM note_draft WHERE (account_id, id) IN (
                   SELECT account_id, id FROM note_draft WHERE deleted_at < $1 LIMIT 200 FOR UPDATE SKIP LOCKED)
               RETURNING account_id, id""",
            now() - UNDO_LASTS - timedelta(minutes=5),
        )
        if rows:
            keys = await drop_kept(job.db, [(Id(row[0]), Id(row[1])) for row in rows])
            if keys:
                await emit(job.db, PicturesDropped(keys=tuple(keys)))
    return len(rows)


async def locked(db: Db, viewer: Viewer, draft_id: Id) -> NoteDraft:
    """The viewer's own draft, changed by nobody else before this transaction ends; raises NotFound("draft_gone")."""
    found = await db.maybe(NoteDraft, f"{_ONE} FOR UPDATE", signed_in(viewer), draft_id)
    if found is None:
        raise NotFound("draft_gone")
    return found


async def _insert(db: Db, viewer: Viewer, note: NewNote, parted_from: Id | None) -> NoteDraft:
    me, moment = viewer.account_id, now()
    await alone(db, me)
    standing, kept = (
        await db.rows(
            "SELECT count(*) FILTER (WHERE deleted_at IS NULL), count(*) FROM note_draft WHERE account_id = $1",
            me,
        )
    )[0]
    if kept >= MOST_KEPT or (parted_from is None and standing >= MOST_DRAFTS):
        raise Conflict("too_many_drafts", most=MOST_DRAFTS)
    draft = NoteDraft(
        account_id=me, id=new_id(), version=1, note=note, parted_from=parted_from, created_at=moment,
        changed_at=moment, deleted_at=None,
    )  # fmt: skip
    await db.run(
        """INSERT INTO note_draft (account_id, id, version, note, parted_from, created_at, changed_at)
           VALUES ($1, $2, 1, $3, $4, $5, $5)""",
        me,
        draft.id,
        _stored(note),
        parted_from,
        moment,
    )
    await keep_for(db, viewer, draft.id, [picture.id for picture in note.pictures])
    return draft


async def _change(db: Db, viewer: Viewer, standing: NoteDraft, note: NewNote) -> NoteDraft:
    draft = replace(standing, version=standing.version + 1, note=note, changed_at=now())
    await db.run(
        "UPDATE note_draft SET version = $3, note = $4, changed_at = $5 WHERE account_id = $1 AND id = $2",
        draft.account_id,
        draft.id,
        draft.version,
        _stored(note),
        draft.changed_at,
    )
    if note.pictures != standing.note.pictures:
        await keep_for(db, viewer, draft.id, [picture.id for picture in note.pictures])
    return draft


async def _cards(db: Db, viewer: Viewer, found: Sequence[NoteDraft]) -> list[NoteDraftCard]:
    wanted = [picture.id for draft in found for picture in draft.note.pictures]
    uploads = await kept_uploads(db, viewer, wanted) if wanted else {}
    made = []
    for draft in found:
        own = [
            uploads[picture.id].card
            for picture in draft.note.pictures
            if picture.id in uploads and uploads[picture.id].draft_id in (0, draft.id)
        ]
        made.append(
            NoteDraftCard(
                id=draft.id,
                version=draft.version,
                note=draft.note,
                pictures=tuple(own),
                gone_count=len(draft.note.pictures) - len(own),
                parted_from=draft.parted_from,
                created_at=draft.created_at,
                changed_at=draft.changed_at,
                due_at=draft.due_at,
                zone=draft.zone,
                failed=draft.failed,
            )
        )
    return made


def _stored(note: NewNote) -> str:
    return msgspec.json.encode(note, enc_hook=encode_hook).decode()


def _is_same(one: NewNote, other: NewNote) -> bool:
    """Whether the words are the same; pictures are copied with each parting."""
    return replace(one, pictures=()) == replace(other, pictures=()) and [
        picture.alt for picture in one.pictures
    ] == [picture.alt for picture in other.pictures]
