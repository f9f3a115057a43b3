"""Notes as feed readers want them: whole, in the words of their authors, with when each was published and last changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vermilion.accounts.reads import people
from vermilion.accounts.schema import AccountCard, Wishes
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.media.reads import PICTURES, to_picture
from vermilion.media.schema import Picture
from vermilion.notes.reads import Offer
from vermilion.notes.rules import VISIBLE, sight
from vermilion.storage.db import Db


class NoteEntry(Record, kw_only=True, frozen=True):
    """A note in a feed."""

    id: Id
    author: AccountCard
    wishes: Wishes
    title: str
    title_lang: str
    body: str
    body_lang: str
    tags: tuple[str, ...]
    pictures: tuple[Picture, ...]
    published: datetime
    updated: datetime


class _Row(Record, kw_only=True, frozen=True):
    id: Id
    author_id: Id
    title: str
    title_lang: str
    body: str
    body_lang: str
    tags: tuple[str, ...]
    pictures: list[dict[str, Any]] | None
    published: datetime
    updated: datetime


_ENTRIES = f"""SELECT n.id, n.author_id, n.title, n.title_lang, n.body, n.body_lang, n.tags,
        {PICTURES.format("n", "id")} AS pictures, coalesce(n.released_at, n.created_at) AS published,
        greatest(n.edited_at, n.released_at, n.created_at) AS updated
    FROM note n WHERE n.id = ANY($1) AND {VISIBLE}"""


async def entries(db: Db, viewer: Viewer, offers: Sequence[Offer]) -> list[NoteEntry]:
    """Those of the offers the viewer may see, in their order; two statements."""
    if not offers:
        return []
    found = await people(db, viewer, [offer.author_id for offer in offers])
    ids = [offer.note_id for offer in offers]
    rows = {row.id: row for row in await db.all(_Row, _ENTRIES, ids, *sight(viewer, found.values()))}
    return [
        NoteEntry(
            id=row.id,
            author=found[row.author_id].card,
            wishes=found[row.author_id].wishes,
            title=row.title,
            title_lang=row.title_lang,
            body=row.body,
            body_lang=row.body_lang,
            tags=row.tags,
            pictures=tuple(to_picture(row.id, one) for one in row.pictures or ()),
            published=row.published,
            updated=row.updated,
        )
        for note_id in ids
        if (row := rows.get(note_id)) is not None
    ]
