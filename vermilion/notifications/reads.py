"""Notices, as their owner sees them."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from vermilion.accounts.reads import people
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountCard, Person
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, Page, from_cursor, to_cursor
from vermilion.kernel.quiet import quiet_until
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.drafts import titles
from vermilion.notes.reads import Offer, cards
from vermilion.notes.schema import NoteCard
from vermilion.notifications.schema import Kind, NoticeCard
from vermilion.storage.db import Db
from vermilion.translation.reads import passages
from vermilion.translation.schema import Passage, Words

ACTORS = 3
"""People named in one notice."""
EXCERPT = 120


class _Notice(Record, kw_only=True, frozen=True):
    id: Id
    kind: Kind
    note_id: Id
    subject_id: Id
    comment_id: Id
    part: str
    updated_at: datetime
    read_at: datetime | None
    actor_ids: tuple[Id, ...]
    actor_count: int


class _Words(Record, kw_only=True, frozen=True):
    id: Id
    author_id: Id
    note_id: Id
    body: str
    body_lang: str
    version: str | None


_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


async def notices(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[NoticeCard]:
    """What has happened around the viewer, the newest first, gathered; five statements, one more where a search found something."""
    moment, last = from_cursor(cursor, tuple[Moment, Key]) if cursor else (_END, 2**63 - 1)
    rows = await db.all(
        _Notice,
        """SELECT n.id, n.kind, n.note_id, n.subject_id, n.comment_id, n.part, n.updated_at, n.read_at,
               ARRAY(SELECT a.actor_id FROM notice_actor a WHERE a.account_id = $1 AND a.notice_id = n.id
                     ORDER BY a.created_at DESC LIMIT $5) AS actor_ids,
               n.actor_count
           FROM notice n WHERE n.account_id = $1 AND (n.updated_at, n.id) < ($2, $3)
           ORDER BY n.updated_at DESC, n.id DESC LIMIT $4""",
        signed_in(viewer),
        moment,
        last,
        PAGE_SIZE + 1,
        ACTORS,
    )
    page = rows[:PAGE_SIZE]
    end = page[-1] if len(rows) > PAGE_SIZE else None
    return Page(
        items=await _shown(db, viewer, page),
        next=to_cursor(end.updated_at.isoformat(), int(end.id)) if end else None,
    )


async def count_unread(db: Db, viewer: Viewer) -> int:
    """How many notices are unread, as a badge tells it: 0 for a guest, and in the viewer's quiet hours."""
    if viewer.is_guest or quiet_until(viewer.quiet, now()):
        return 0
    return int(
        await db.value(
            "SELECT count(*) FROM (SELECT 1 FROM notice WHERE account_id = $1 AND read_at IS NULL LIMIT 100) unread",
            viewer.account_id,
        )
    )


async def _shown(db: Db, viewer: Viewer, page: list[_Notice]) -> list[NoticeCard]:
    note_ids = [notice.note_id for notice in page if notice.note_id]
    rows = await db.rows(
        "SELECT id, author_id, audience = 'everyone' AND state = 'public' FROM note WHERE id = ANY($1)",
        note_ids,
    )
    authors = {row[0]: Id(row[1]) for row in rows}
    public = {row[0] for row in rows if row[2]}
    words = {
        row.id: row
        for row in await db.all(
            _Words,
            """SELECT c.id, c.note_id, c.author_id, c.body, c.body_lang, v.text AS version FROM comment c
           LEFT JOIN version v ON v.note_id = c.note_id AND v.subject_id = c.id AND v.part = 'comment' AND v.lang = $3
           WHERE c.note_id = ANY($1) AND c.id = ANY($2) AND c.deleted_at IS NULL AND c.state = 'public'""",
            note_ids,
            [notice.comment_id for notice in page if notice.comment_id],
            viewer.reads[0],
        )
    }
    everybody = [actor for notice in page for actor in notice.actor_ids]
    everybody += [*authors.values(), *(row.author_id for row in words.values())]
    found = await people(db, viewer, everybody)
    offers = [
        Offer(note_id=note_id, author_id=authors[note_id])
        for note_id in dict.fromkeys(note_ids)
        if authors.get(note_id) in found
    ]
    notes = {card.id: card for card in await cards(db, viewer, offers, found=found)}
    searches = await _searches(db, viewer, [one.subject_id for one in page if one.kind == "found"])
    drafts = await titles(db, viewer, [one.subject_id for one in page if one.kind == "not_published"])
    spoken = await _spoken(db, viewer, [row for row in words.values() if _is_near(row, found)], public)
    shown = []
    for notice in page:
        actors = tuple(
            found[actor].card for actor in notice.actor_ids if actor in found and not found[actor].is_apart
        )
        if not actors or (notice.note_id and notice.note_id not in notes):
            continue
        if notice.kind == "found" and notice.subject_id not in searches:
            continue
        note, said = notes.get(notice.note_id), spoken.get(notice.comment_id)
        named = searches if notice.kind == "found" else drafts
        shown.append(_card(notice, actors, note, said, named.get(notice.subject_id)))
    return shown


def _card(
    notice: _Notice,
    actors: tuple[AccountCard, ...],
    note: NoteCard | None,
    said: Passage | None,
    name: str | None,
) -> NoticeCard:
    return NoticeCard(
        id=notice.id,
        kind=notice.kind,
        actors=actors,
        actor_count=notice.actor_count,
        note_id=notice.note_id or None,
        comment_id=notice.comment_id or None,
        at=f"{notice.part}.{int(notice.note_id)}.{int(notice.subject_id)}" if notice.part else "",
        title=note.title.text if note else "",
        title_lang=note.title.lang if note else "und",
        title_kind=note.title.kind if note else "original",
        search_id=notice.subject_id if notice.kind == "found" else None,
        draft_id=notice.subject_id if notice.kind == "not_published" and name is not None else None,
        excerpt=said.text[:EXCERPT] if said else name or "",
        excerpt_lang=said.lang if said else "und",
        said=said,
        is_read=notice.read_at is not None,
        updated_at=notice.updated_at,
    )


async def _searches(db: Db, viewer: Viewer, search_ids: Sequence[int]) -> dict[Id, str]:
    """What the viewer's saved searches are called."""
    if not search_ids:
        return {}
    rows = await db.rows(
        "SELECT id, name FROM search_saved WHERE account_id = $1 AND id = ANY($2) AND dropped_at IS NULL",
        viewer.account_id,
        list(search_ids),
    )
    return {Id(row[0]): row[1] for row in rows}


def _is_near(row: _Words, found: Mapping[Id, Person]) -> bool:
    """Whether its author is in sight: one of several gathered in a notice may be so no longer."""
    return row.author_id in found and not found[row.author_id].is_apart


async def _spoken(
    db: Db, viewer: Viewer, rows: Sequence[_Words], public: Container[int]
) -> dict[Id, Passage]:
    """Comments as the viewer reads them, by their ids."""
    texts = [
        Words(
            text=row.body, lang=row.body_lang, subject_id=row.id, part="comment", is_public=row.note_id in public,
            version=row.version,
        )
        for row in rows
    ]  # fmt: skip
    return dict(zip([row.id for row in rows], await passages(db, viewer, texts), strict=True))
