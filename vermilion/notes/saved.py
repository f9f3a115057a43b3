"""What somebody has saved, all of it or some: films, pictures or words alone, in one language, the newest or the oldest first."""

from datetime import datetime
from typing import Literal

from vermilion.accounts.rules import signed_in
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record
from vermilion.kernel.types import NoLang
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards
from vermilion.notes.schema import NoteCard
from vermilion.storage.db import Db

LOOKED_AT = 2_000
"""Saved notes that are looked through for one page of some of them."""

_BEGINNING = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


class Choice(Record, kw_only=True, frozen=True):
    """Which saved notes, and in which order they were saved."""

    kind: Literal["", "film", "picture", "text"] = ""
    lang: NoLang = ""
    sort: Literal["newest", "oldest"] = "newest"

    @property
    def is_narrow(self) -> bool:
        return bool(self.kind or self.lang)


EVERYTHING = Choice()


class _Place(Offer, kw_only=True, frozen=True):
    created_at: datetime


_PLACES = {
    "newest": """SELECT note_id, author_id, created_at FROM save WHERE account_id = $1 AND (created_at, note_id) < ($2, $3)
        ORDER BY created_at DESC, note_id DESC LIMIT $4""",
    "oldest": """SELECT note_id, author_id, created_at FROM save WHERE account_id = $1 AND (created_at, note_id) > ($2, $3)
        ORDER BY created_at, note_id LIMIT $4""",
}

_FITTING = """SELECT n.id FROM note n WHERE n.id = ANY($1)
    AND ($3 = '' OR CASE WHEN n.body = '' THEN n.title_lang ELSE n.body_lang END = $3)
    AND CASE $2 WHEN '' THEN true WHEN 'text' THEN n.picture_count = 0
        ELSE (n.picture_count > 0 AND EXISTS (SELECT 1 FROM media m WHERE m.note_id = n.id AND m.subject_id = n.id
                                              AND m.position = 0 AND m.kind = $2)) END"""


async def saved(
    db: Db, viewer: Viewer, cursor: str | None = None, choice: Choice = EVERYTHING
) -> Page[NoteCard]:
    """What the viewer has saved and may see, as they choose; of a choice that fits few, a page may hold fewer than there are."""
    start = (_END, 2**63 - 1) if choice.sort == "newest" else (_BEGINNING, 0)
    moment, last = from_cursor(cursor, tuple[Moment, Key]) if cursor else start
    most = LOOKED_AT if choice.is_narrow else PAGE_SIZE + 1
    places = await db.all(_Place, _PLACES[choice.sort], signed_in(viewer), moment, last, most)
    fitting = places
    if choice.is_narrow:
        rows = await db.rows(_FITTING, [place.note_id for place in places], choice.kind, choice.lang)
        wanted = {row[0] for row in rows}
        fitting = [place for place in places if place.note_id in wanted]
    page = fitting[:PAGE_SIZE]
    # Where all that was looked at is told, there may be more behind it.
    rest = places[-1] if choice.is_narrow and len(places) == most else None
    end = page[-1] if len(fitting) > PAGE_SIZE else rest
    return Page(
        items=await cards(db, viewer, page),
        next=to_cursor(end.created_at.isoformat(), int(end.note_id)) if end else None,
    )
