"""The notes written in a town: the newest first, or the best."""

from typing import Annotated, Literal

from msgspec import Meta

from vermilion.accounts.reads import people
from vermilion.feed.schema import Candidate
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Page, from_cursor, to_cursor
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards
from vermilion.notes.schema import NoteCard, Reason
from vermilion.places.reads import get_town
from vermilion.places.schema import TownCard
from vermilion.search.ranking import standing
from vermilion.storage.db import Db

Sort = Literal["newest", "best"]
MOST_RANKED = 2_000
"""Of the notes of a town so many, the latest, are ranked."""
Standing = Annotated[float, Meta(ge=-1e9, le=1e9)]


async def place(
    db: Db, viewer: Viewer, town_id: Id, sort: Sort, cursor: str | None = None
) -> tuple[TownCard, Page[NoteCard]]:
    """A town and a page of the notes from there that the viewer may see; raises NotFound("place_gone")."""
    town = await get_town(db, viewer, town_id)
    found, onward = await (_newest if sort == "newest" else _best)(db, town_id, cursor)
    authors = await people(db, viewer, [one.author_id for one in found])
    offers = [
        Offer(note_id=one.note_id, author_id=one.author_id, reason=Reason(source=one.source, terms=one.terms))
        for one in found
        if one.author_id in authors
    ]
    return town, Page(items=await cards(db, viewer, offers, found=authors, hidden=False), next=onward)


async def _newest(db: Db, town_id: Id, cursor: str | None) -> tuple[list[Candidate], str | None]:
    before = from_cursor(cursor, tuple[Key])[0] if cursor else 2**63 - 1
    rows = await db.rows(
        """SELECT note_id, author_id FROM place_note WHERE place_id = $1 AND note_id < $2
           ORDER BY note_id DESC LIMIT $3""",
        town_id,
        before,
        PAGE_SIZE + 1,
    )
    found = [
        Candidate(note_id=Id(row[0]), author_id=Id(row[1]), source="place", terms={})
        for row in rows[:PAGE_SIZE]
    ]
    return found, to_cursor(int(found[-1].note_id)) if len(rows) > PAGE_SIZE else None


async def _best(db: Db, town_id: Id, cursor: str | None) -> tuple[list[Candidate], str | None]:
    """Well liked and recent, as search keeps its tiers: what stands above another stays there while both grow older."""
    least, last = from_cursor(cursor, tuple[Standing, Key]) if cursor else (1e9, 2**63 - 1)
    rows = await db.rows(
        "SELECT note_id, author_id FROM place_note WHERE place_id = $1 ORDER BY note_id DESC LIMIT $2",
        town_id,
        MOST_RANKED,
    )
    authors = {row[0]: row[1] for row in rows}
    counts = await db.rows(
        """SELECT n.id, coalesce(n.released_at, n.created_at), c.like_count, c.save_count, c.comment_count
           FROM note n JOIN note_count c ON c.note_id = n.id WHERE n.id = ANY($1)""",
        list(authors),
    )
    ranked = sorted(((round(standing(*row[1:]), 6), row[0]) for row in counts), reverse=True)
    after = [one for one in ranked if one < (least, last)]
    page = after[:PAGE_SIZE]
    found = [
        Candidate(note_id=Id(note_id), author_id=Id(authors[note_id]), source="place", terms={"best": score})
        for score, note_id in page
    ]
    return found, to_cursor(page[-1][0], int(page[-1][1])) if len(after) > PAGE_SIZE else None
