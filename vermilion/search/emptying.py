"""Which filter leaves nothing: told where a question finds nothing with its filters."""

from collections.abc import Callable, Collection

from msgspec.structs import replace

from vermilion.accounts.reads import ids_of
from vermilion.kernel.clock import now
from vermilion.kernel.ids import new_id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.search.narrowing import narrowed
from vermilion.search.query import Query
from vermilion.search.reads import WITHIN, candidates_of, followed_by, words_of
from vermilion.search.schema import Candidate, Filters
from vermilion.storage.db import Db

NAMES = ("within", "seen", "is_followed", "langs", "is_saved", "near")
"""What narrows; how answers are sorted leaves none out."""

Holds = Callable[[Candidate], bool]


async def emptied_by(
    db: Db, viewer: Viewer, query: Query, filters: Filters, opened: Collection[int]
) -> list[str]:
    """The filters of which each alone, left away, would leave something the viewer may see; nothing of anything else."""
    active = [name for name in NAMES if getattr(filters, name)]
    query = replace(query, is_saved=False)
    if len(active) == 0 or query.is_empty:
        return []
    authors = await ids_of(db, viewer, query.people) if query.people else None
    moment = now()
    words = await words_of(db, query)
    candidates, _ = await candidates_of(
        db, viewer, query, Filters(is_film=filters.is_film), words, authors, moment
    )
    seen = await visible(
        db, viewer, [Offer(note_id=one.note_id, author_id=one.author_id) for one in candidates]
    )
    candidates = [one for one in candidates if one.note_id in seen]
    holds = await _holds(db, viewer, filters, opened)
    return [
        name
        for name in active
        if any(all(holds[other](one) for other in active if other != name) for one in candidates)
    ]


async def _holds(db: Db, viewer: Viewer, filters: Filters, opened: Collection[int]) -> dict[str, Holds]:
    """Each filter as a question about one note."""
    query = Query(text="", plain="", lang="")
    saved = (await narrowed(db, viewer, query, Filters(is_saved=True), ())).only or frozenset()
    near = (await narrowed(db, viewer, query, Filters(near=filters.near), ())).only or frozenset()
    followed = frozenset(await followed_by(db, viewer)) if filters.is_followed else frozenset()
    since = now() - WITHIN[filters.within] if filters.within else None
    least = new_id(int(since.timestamp() * 1000)) if since else 0
    return {
        "within": lambda one: one.note_id > least,
        "seen": lambda one: (one.note_id in opened) == (filters.seen == "yes"),
        "is_followed": lambda one: one.author_id in followed,
        "langs": lambda one: one.lang in filters.langs,
        "is_saved": lambda one: one.note_id in saved,
        "near": lambda one: one.note_id in near,
    }
