"""Notices, as their owner sees them."""

from datetime import datetime

from vermilion.accounts.reads import people
from vermilion.accounts.rules import signed_in
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards
from vermilion.notifications.schema import Kind, NoticeCard
from vermilion.storage.db import Db

ACTORS = 3
"""People named in one notice."""


class _Notice(Record, kw_only=True, frozen=True):
    id: Id
    kind: Kind
    note_id: Id
    comment_id: Id
    updated_at: datetime
    read_at: datetime | None
    actor_ids: tuple[Id, ...]
    actor_count: int


class _Words(Record, kw_only=True, frozen=True):
    id: Id
    author_id: Id
    body: str
    body_lang: str


_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


async def notices(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[NoticeCard]:
    """What has happened around the viewer, the newest first, gathered; five statements."""
    moment, last = from_cursor(cursor, tuple[Moment, Key]) if cursor else (_END, 2**63 - 1)
    rows = await db.all(
        _Notice,
        """SELECT n.id, n.kind, n.note_id, n.comment_id, n.updated_at, n.read_at,
               ARRAY(SELECT a.actor_id FROM notice_actor a WHERE a.account_id = $1 AND a.notice_id = n.id
                     ORDER BY a.created_at DESC LIMIT $5) AS actor_ids,
               (SELECT count(*) FROM notice_actor a WHERE a.account_id = $1 AND a.notice_id = n.id) AS actor_count
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
    """How many notices are unread; 0 for a guest."""
    if viewer.is_guest:
        return 0
    return int(
        await db.value(
            "SELECT count(*) FROM (SELECT 1 FROM notice WHERE account_id = $1 AND read_at IS NULL LIMIT 100) unread",
            viewer.account_id,
        )
    )


async def _shown(db: Db, viewer: Viewer, page: list[_Notice]) -> list[NoticeCard]:
    note_ids = [notice.note_id for notice in page if notice.note_id]
    authors = {
        row[0]: Id(row[1])
        for row in await db.rows("SELECT id, author_id FROM note WHERE id = ANY($1)", note_ids)
    }
    words = {
        row.id: row
        for row in await db.all(
            _Words,
            """SELECT id, author_id, left(body, 120) AS body, body_lang FROM comment
           WHERE note_id = ANY($1) AND id = ANY($2) AND deleted_at IS NULL AND state = 'public'""",
            note_ids,
            [notice.comment_id for notice in page if notice.comment_id],
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
    shown = []
    for notice in page:
        actors = tuple(
            found[actor].card for actor in notice.actor_ids if actor in found and not found[actor].is_apart
        )
        if not actors or (notice.note_id and notice.note_id not in notes):
            continue
        title, said = notes.get(notice.note_id), words.get(notice.comment_id)
        if said is not None and (said.author_id not in found or found[said.author_id].is_apart):
            said = None  # one of several gathered here, out of sight by now
        shown.append(
            NoticeCard(
                id=notice.id,
                kind=notice.kind,
                actors=actors,
                actor_count=notice.actor_count,
                note_id=notice.note_id or None,
                comment_id=notice.comment_id or None,
                title=title.title.text if title else "",
                title_lang=title.title.lang if title else "und",
                excerpt=said.body if said else "",
                excerpt_lang=said.body_lang if said else "und",
                is_read=notice.read_at is not None,
                updated_at=notice.updated_at,
            )
        )
    return shown
