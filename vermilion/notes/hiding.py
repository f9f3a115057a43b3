"""Notes somebody does not want to be offered again."""

from datetime import datetime

from vermilion.accounts.hiding import put_note
from vermilion.accounts.rules import signed_in
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, Page, from_cursor, to_cursor
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards, get_note
from vermilion.notes.schema import NoteCard
from vermilion.storage.db import Db

_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


class _Hidden(Offer, kw_only=True, frozen=True):
    created_at: datetime


async def hide(db: Db, viewer: Viewer, note_id: Id) -> None:
    """Leave a note out of what the viewer is offered; raises NotFound("note_gone"). Twice is once."""
    signed_in(viewer)
    note = await get_note(db, viewer, note_id)
    await put_note(db, viewer, note.id, note.author_id)


async def hidden_notes(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[NoteCard]:
    """The notes the viewer hides, as far as they may see them, the last first."""
    moment, last = from_cursor(cursor, tuple[Moment, Key]) if cursor else (_END, 2**63 - 1)
    places = await db.all(
        _Hidden,
        """SELECT note_id, author_id, created_at FROM hidden_note WHERE account_id = $1 AND (created_at, note_id) < ($2, $3)
           ORDER BY created_at DESC, note_id DESC LIMIT $4""",
        signed_in(viewer),
        moment,
        last,
        PAGE_SIZE + 1,
    )
    end = places[PAGE_SIZE - 1] if len(places) > PAGE_SIZE else None
    return Page(
        items=await cards(db, viewer, places[:PAGE_SIZE]),
        next=to_cursor(end.created_at.isoformat(), int(end.note_id)) if end else None,
    )
