"""Searches that somebody saved: they tell when there is something new."""

from collections import Counter
from collections.abc import Sequence

from vermilion.accounts.reads import ids_of
from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import named
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.search import asking
from vermilion.search.query import Query
from vermilion.search.schema import (
    EditSavedSearch,
    Filters,
    SavedSearch,
    SavedSearchCard,
    SavedSearchDropped,
)
from vermilion.storage.db import Db
from vermilion.work.events import emit

MOST_SAVED = 50
NAME_LENGTH = 80


async def saved_searches(db: Db, viewer: Viewer) -> list[SavedSearchCard]:
    """The viewer's saved searches, the latest first, each with how many new notes they may see; four statements."""
    found = await db.all(
        SavedSearch,
        f"""SELECT {columns(SavedSearch)} FROM search_saved WHERE account_id = $1 AND dropped_at IS NULL
            ORDER BY created_at DESC, id DESC LIMIT {MOST_SAVED}""",
        signed_in(viewer),
    )
    new = await _new_counts(db, viewer, [one.id for one in found])
    return [_card(one, new[one.id]) for one in found]


def _card(one: SavedSearch, new: int) -> SavedSearchCard:
    return SavedSearchCard(
        id=one.id, name=one.name, question=one.question, is_followed=one.is_followed, lang=one.lang or None,
        new_count=new, created_at=one.created_at,
    )  # fmt: skip


async def _new_counts(db: Db, viewer: Viewer, search_ids: Sequence[int]) -> Counter[Id]:
    if not search_ids:
        return Counter()
    rows = await db.rows(
        "SELECT search_id, note_id, author_id FROM search_news WHERE account_id = $1 AND search_id = ANY($2)",
        viewer.account_id,
        list(search_ids),
    )
    seen = await visible(db, viewer, [Offer(note_id=Id(row[1]), author_id=Id(row[2])) for row in rows])
    return Counter(Id(row[0]) for row in rows if row[1] in seen)


async def get_saved(db: Db, viewer: Viewer, search_id: int) -> SavedSearch:
    """One of the viewer's saved searches; raises NotFound("search_gone")."""
    found = await db.maybe(
        SavedSearch,
        f"""SELECT {columns(SavedSearch)} FROM search_saved
            WHERE account_id = $1 AND id = $2 AND dropped_at IS NULL""",
        signed_in(viewer),
        search_id,
    )
    if found is None:
        raise NotFound("search_gone")
    return found


async def find_saved(db: Db, viewer: Viewer, question: str, filters: Filters) -> Id | None:
    """The saved search that asks just this, or None."""
    if viewer.is_guest:
        return None
    found = await db.value(
        """SELECT id FROM search_saved WHERE account_id = $1 AND question = $2 AND is_followed = $3 AND lang = $4
           AND dropped_at IS NULL""",
        viewer.account_id,
        question,
        filters.is_followed,
        filters.langs[0] if filters.langs else "",
    )
    return None if found is None else Id(found)


async def save_search(
    db: Db, viewer: Viewer, query: Query, filters: Filters, name: str = ""
) -> SavedSearchCard:
    """Save a search; one that is saved already stays as it is.

    Raises Invalid nothing_asked, saved_only, not_left_out, language_unknown, question_long, Conflict("too_many_searches").
    """
    account_id = signed_in(viewer)
    if query.strange_langs:
        raise Invalid("language_unknown", field="question")
    if query.is_empty:
        raise Invalid("nothing_asked", field="question")
    if query.is_saved or filters.is_saved:
        raise Invalid("saved_only", field="question")
    if query.without_people or query.without_langs:
        raise Invalid("not_left_out", field="question")
    words = asking.narrow(query, {}, 0)
    if words is None and query.words:
        raise Invalid("question_long", field="question", most=asking.MOST_UNITS)
    authors = await ids_of(db, viewer, query.people) if query.people else None
    async with db.transaction():
        known = await find_saved(db, viewer, query.text, filters)
        if known is None:
            await _check_room(db, viewer)
            known = new_id()
            await db.run(
                """INSERT INTO search_saved (account_id, id, name, question, is_followed, lang, words, anchors, phrases,
                       authors, langs, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                   ON CONFLICT DO NOTHING""",
                account_id, known, " ".join(name.split())[:NAME_LENGTH] or query.text[:NAME_LENGTH], query.text,
                filters.is_followed, filters.langs[0] if filters.langs else "", words or "", anchors(query, authors or ()),
                query.phrases, authors, query.langs or filters.langs, now(),
            )  # fmt: skip
            known = await find_saved(db, viewer, query.text, filters) or known
        return _card(await get_saved(db, viewer, known), 0)


async def _check_room(db: Db, viewer: Viewer) -> None:
    held = await db.value(
        "SELECT count(*) FROM search_saved WHERE account_id = $1 AND dropped_at IS NULL", viewer.account_id
    )
    if held >= MOST_SAVED:
        raise Conflict("too_many_searches", most=MOST_SAVED)


def anchors(query: Query, authors: Sequence[int]) -> list[str]:
    """Words of which every note that answers has at least one: those of one thing asked for, else a #tag, an @author."""
    if query.words:
        return sorted(
            {
                word
                for group in query.groups
                if 0 in group.units
                for one in group.alternatives
                for word in one.words
            }
        )
    if query.tags:
        return ["#" + query.tags[0]]
    return [f"@{int(author)}" for author in authors]


async def rename_search(db: Db, viewer: Viewer, search_id: int, edit: EditSavedSearch) -> SavedSearchCard:
    """Call a saved search something else; raises NotFound("search_gone"), Invalid("empty_name")."""
    name = named(edit.name, "name")
    async with db.transaction():
        await get_saved(db, viewer, search_id)
        await db.run(
            "UPDATE search_saved SET name = $3 WHERE account_id = $1 AND id = $2",
            signed_in(viewer), search_id, name,
        )  # fmt: skip
        new = await _new_counts(db, viewer, [search_id])
        return _card(await get_saved(db, viewer, search_id), new[Id(search_id)])


async def look_at(db: Db, viewer: Viewer, search_id: int) -> SavedSearch:
    """What is to be asked, looked at now: nothing of it is new any more. Raises NotFound("search_gone")."""
    async with db.transaction():
        found = await get_saved(db, viewer, search_id)
        await db.run(
            "DELETE FROM search_news WHERE account_id = $1 AND search_id = $2", signed_in(viewer), search_id
        )
        return found


async def drop_search(db: Db, viewer: Viewer, search_id: int) -> None:
    """Delete a saved search; it can be had back for some minutes. Raises NotFound("search_gone")."""
    async with db.transaction():
        found = await get_saved(db, viewer, search_id)
        await db.run(
            "UPDATE search_saved SET dropped_at = $3 WHERE account_id = $1 AND id = $2",
            signed_in(viewer), search_id, now(),
        )  # fmt: skip
        await emit(db, SavedSearchDropped(account_id=viewer.account_id, search_id=found.id))


async def restore_search(db: Db, viewer: Viewer, search_id: int) -> None:
    """Have a deleted search back, unless it was saved anew; raises Conflict("too_many_searches"), NotFound("search_gone")."""
    async with db.transaction():
        await _check_room(db, viewer)
        had = await db.run(
            """UPDATE search_saved s SET dropped_at = NULL
               WHERE s.account_id = $1 AND s.id = $2 AND s.dropped_at IS NOT NULL AND NOT EXISTS (
                   SELECT FROM search_saved o WHERE o.account_id = $1 AND o.question = s.question
                       AND o.is_followed = s.is_followed AND o.lang = s.lang AND o.dropped_at IS NULL)""",
            signed_in(viewer),
            search_id,
        )
        if not had:
            raise NotFound("search_gone")
