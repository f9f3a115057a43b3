"""The newest answers to a question, as a feed reader wants them: with when each was published and last changed."""

from datetime import datetime

from msgspec import structs

from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.search.query import Query
from vermilion.search.reads import add_snippets, find_notes
from vermilion.search.schema import Filters, Hit
from vermilion.storage.db import Db


class Entry(Record, kw_only=True, frozen=True):
    """An answer and its times."""

    hit: Hit
    published: datetime
    updated: datetime


async def latest(db: Db, viewer: Viewer, query: Query, filters: Filters) -> list[Entry]:
    """The newest notes that answer, as this viewer may see them, twenty at most."""
    found = await find_notes(db, viewer, query, structs.replace(filters, sort="newest"))
    hits, _ = await add_snippets(db, viewer, query, found.items)
    rows = await db.rows(
        """SELECT id, coalesce(released_at, created_at), coalesce(edited_at, released_at, created_at)
           FROM note WHERE id = ANY($1)""",
        [hit.note.id for hit in hits],
    )
    times = {row[0]: (row[1], row[2]) for row in rows}
    return [
        Entry(hit=hit, published=times[hit.note.id][0], updated=max(times[hit.note.id]))
        for hit in hits
        if hit.note.id in times
    ]
