"""What stood before in notes and comments: kept with each edit, shown to whoever could have seen it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from vermilion.accounts.reads import people
from vermilion.kernel.changes import changes
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.pages import Key, Page, from_cursor, to_cursor
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.moderation.rules import screen
from vermilion.notes.edition_schema import Edition, EditionCard, OldPicture
from vermilion.notes.reads import get_note
from vermilion.notes.rules import is_visible
from vermilion.notes.schema import EditNote, Note
from vermilion.notes.writing import Draft
from vermilion.storage.db import Db
from vermilion.work.events import encode_hook

MOST_EDITIONS = 200
PAGE = 10
NEWEST = 2**63 - 1


async def keep_before(db: Db, note: Note, new: EditNote, draft: Draft) -> bool:
    """Keep how a note stands that is about to become another, inside its transaction; whether readers see a change.

    What nobody else has seen is not kept: a note that waits or is held, or words that would be. Raises
    Conflict("too_many_edits").
    """
    standing = edition_of(note, await pictures_of(db, note.id, note.id))
    wanted = tuple(
        OldPicture(id=picture.id, alt=alt) for picture, (alt, _) in zip(new.pictures, draft.alts, strict=True)
    )
    before = (standing.title, standing.body, standing.place_name, standing.pictures)
    if before == (draft.title, draft.body, draft.place_name, wanted):
        return False
    if note.state == "public":
        joined_at = await db.value("SELECT created_at FROM account WHERE id = $1", note.author_id)
        if not screen(f"{note.title}\n{note.body}", joined_at, note.created_at):
            await keep_edition(db, standing)
    return True


def edition_of(note: Note, pictures: tuple[OldPicture, ...]) -> Edition:
    """How a note stands now."""
    return Edition(
        note_id=note.id,
        subject_id=note.id,
        id=new_id(),
        audience=note.audience,
        title=note.title,
        body=note.body,
        lang=note.body_lang if note.body else note.title_lang,
        tags=note.tags,
        place_name=note.place_name,
        pictures=pictures,
        stood_until=now(),
    )


async def keep_edition(db: Db, edition: Edition) -> None:
    """Keep what stood; raises Conflict("too_many_edits")."""
    count = await db.value(
        "SELECT count(*) FROM edition WHERE note_id = $1 AND subject_id = $2",
        edition.note_id,
        edition.subject_id,
    )
    if count >= MOST_EDITIONS:
        raise Conflict("too_many_edits", most=MOST_EDITIONS)
    names = Edition.__struct_fields__
    stored = msgspec.json.encode(edition.pictures, enc_hook=encode_hook).decode()
    await db.run(
        f"INSERT INTO edition ({columns(Edition)}) VALUES ({', '.join(f'${at + 1}' for at in range(len(names)))})",
        *(stored if name == "pictures" else getattr(edition, name) for name in names),
    )


async def pictures_of(db: Db, note_id: Id, subject_id: Id) -> tuple[OldPicture, ...]:
    """The pictures of a note or comment, in their order."""
    rows = await db.rows(
        "SELECT id, alt FROM media WHERE note_id = $1 AND subject_id = $2 ORDER BY position",
        note_id,
        subject_id,
    )
    return tuple(OldPicture(id=Id(row[0]), alt=row[1]) for row in rows)


async def history(db: Db, viewer: Viewer, note_id: Id, cursor: str | None = None) -> Page[EditionCard]:
    """The versions of a note, the newest first; raises NotFound("note_gone").

    A version is for those who could have seen it: for whom the note was then, by the rule that holds for it now.
    """
    note = await get_note(db, viewer, note_id)
    author = (await people(db, viewer, [note.author_id])).get(note.author_id)
    rows = await editions(db, viewer, note_id, note_id, cursor)
    seen = [
        row
        for row in rows
        if is_visible(replace(note, audience=row.audience), viewer, author, note.withheld_in)
    ]
    standing = None if cursor else edition_of(note, await pictures_of(db, note_id, note_id))
    return await told(standing, seen, rows, note.released_at or note.created_at)


async def editions(db: Db, viewer: Viewer, note_id: Id, subject_id: Id, cursor: str | None) -> list[Edition]:
    """What stood before in a note or comment the viewer is known to see, the newest first, two more than a page."""
    last = from_cursor(cursor, tuple[Key])[0] if cursor else NEWEST
    return await db.all(
        Edition,
        f"""SELECT {columns(Edition)} FROM edition WHERE note_id = $1 AND subject_id = $2 AND id <= $3
            AND $4::bigint IS NOT NULL ORDER BY id DESC LIMIT {PAGE + 1}""",
        note_id,
        subject_id,
        last,
        viewer.account_id,
    )


async def told(
    standing: Edition | None, seen: Sequence[Edition], rows: Sequence[Edition], created_at: datetime
) -> Page[EditionCard]:
    """A page of versions with what changed in each. standing: how it stands now, where the page begins with it."""
    more = len(rows) > PAGE
    shown = [*([standing] if standing else []), *seen]
    end = rows[PAGE] if more else None
    pairs = [
        (one, shown[at + 1] if at + 1 < len(shown) else None, one is standing)
        for at, one in enumerate(shown)
        if end is None or one.id != end.id
    ]
    items = await asyncio.to_thread(
        lambda: [_card(one, before, created_at, is_now=is_now) for one, before, is_now in pairs]
    )
    return Page(items=items, next=to_cursor(int(end.id)) if end else None)


def _card(one: Edition, before: Edition | None, created_at: datetime, *, is_now: bool) -> EditionCard:
    old = before.pictures if before else one.pictures
    ids, old_ids = [picture.id for picture in one.pictures], [picture.id for picture in old]
    return EditionCard(
        title=one.title,
        body=one.body,
        lang=one.lang,
        tags=one.tags,
        place_name=one.place_name,
        pictures=one.pictures,
        since=before.stood_until if before else created_at,
        until=None if is_now else one.stood_until,
        is_first=before is None,
        title_changes=changes(before.title, one.title) if before else (),
        body_changes=changes(before.body, one.body) if before else (),
        pictures_in=tuple(picture for picture in one.pictures if picture.id not in old_ids),
        pictures_out=tuple(picture for picture in old if picture.id not in ids),
        are_reordered=[key for key in ids if key in old_ids] != [key for key in old_ids if key in ids],
        are_described=any(
            mine.alt != theirs.alt for mine in one.pictures for theirs in old if mine.id == theirs.id
        ),
        place_before=(before.place_name or "") if before and before.place_name != one.place_name else None,
    )
