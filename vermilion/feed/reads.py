"""Feeds: candidates, rules, rank, cards; a bounded number of statements, none in a loop."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from vermilion.accounts.reads import people
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import FOLLOWS
from vermilion.feed.channels import CHANNELS
from vermilion.feed.ranking import varied
from vermilion.feed.schema import Candidate
from vermilion.feed.seen import watched
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record
from vermilion.kernel.text import fold_tag
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards
from vermilion.notes.schema import NoteCard, Reason
from vermilion.storage.db import Db

PULLED_FROM = 10_000
"""Authors with more followers are not pushed into timelines; their notes are pulled when one is read."""

Score = Annotated[float, Meta(ge=-1e12, le=1e12)]


# Pushed notes, and recent ones of followed authors who have too many followers to be pushed. Each part keeps to its shard.
_FOLLOWED = """WITH pushed AS MATERIALIZED (
        SELECT note_id, author_id FROM timeline WHERE account_id = $1 AND note_id < $2
        ORDER BY note_id DESC LIMIT $3),
    popular AS MATERIALIZED (SELECT author_id FROM popular_author WHERE bucket = 0),
    followed AS MATERIALIZED (
        SELECT followee_id FROM follow_out WHERE account_id = $1 AND state = 'accepted'
        AND followee_id IN (SELECT author_id FROM popular)),
    pulled AS MATERIALIZED (
        SELECT p.note_id, p.author_id FROM popular_note p
        WHERE p.bucket = 0 AND p.author_id IN (SELECT followee_id FROM followed) AND p.note_id < $2
        ORDER BY p.note_id DESC LIMIT $3)
    SELECT note_id, author_id FROM pushed UNION ALL SELECT note_id, author_id FROM pulled"""


class _Pooled(Record, kw_only=True, frozen=True):
    note_id: Id
    author_id: Id
    lang: str
    score: float
    recent: float
    liked: float
    repeat: float
    watched: float


class _Place(Record, kw_only=True, frozen=True):
    note_id: Id
    author_id: Id


async def explore(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[NoteCard]:
    """Recent and well-liked notes of everybody, varied by author and language.

    Which notes stand there and how their titles are translated is the same for all, and shared between readers; whether
    each may see them is asked anew.
    """
    return await _from_pool(db, viewer, cursor, "")


async def watch(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[NoteCard]:
    """Films, ranked as Explore ranks its notes; of each page those the viewer has watched already come last."""
    page = await _from_pool(db, viewer, cursor, "AND is_film")
    seen = await watched(db, viewer, [card.id for card in page.items])
    return Page(items=sorted(page.items, key=lambda card: card.id in seen), next=page.next)


async def _from_pool(db: Db, viewer: Viewer, cursor: str | None, only: str) -> Page[NoteCard]:
    score, last = from_cursor(cursor, tuple[Score, Key]) if cursor else (1e12, 2**63 - 1)
    ranked, onward = await db.shared(("explore", only, score, last), lambda: _ranked(db, score, last, only))
    return Page(items=await _shown(db, viewer, ranked, is_shared=True), next=onward)


async def _ranked(db: Db, score: float, last: int, only: str) -> tuple[list[Candidate], str | None]:
    pool = await db.all(
        _Pooled,
        f"""SELECT note_id, author_id, lang, score, recent, liked, repeat, watched FROM explore
           WHERE bucket = 0 {only} AND (score, note_id) < ($1, $2) ORDER BY score DESC, note_id DESC LIMIT $3""",
        score,
        last,
        PAGE_SIZE + 1,
    )
    page = pool[:PAGE_SIZE]
    candidates = [
        Candidate(
            note_id=found.note_id,
            author_id=found.author_id,
            source="recent" if found.liked < 1 else "liked",
            terms={"recent": found.recent, "liked": found.liked, "repeat": found.repeat}
            | ({"watched": found.watched} if found.watched else {}),
        )
        for found in page
    ]
    end = page[-1] if len(pool) > PAGE_SIZE else None
    return (
        [candidates[at] for at in varied(candidates, [found.lang for found in page])],
        to_cursor(end.score, int(end.note_id)) if end else None,
    )


async def following(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[NoteCard]:
    """Notes of those the viewer follows, the newest first: pushed ones, and pulled ones of the most followed."""
    me = signed_in(viewer)
    before = from_cursor(cursor, tuple[Key])[0] if cursor else 2**63 - 1
    found = await db.all(_Place, _FOLLOWED, me, before, PAGE_SIZE + 1)
    places = sorted(set(found), key=lambda place: place.note_id, reverse=True)
    page = places[:PAGE_SIZE]
    candidates = [
        Candidate(note_id=place.note_id, author_id=place.author_id, source="following", terms={})
        for place in page
    ]
    more = len(places) > PAGE_SIZE
    return Page(
        items=await _shown(db, viewer, candidates, followed=True),
        next=to_cursor(int(page[-1].note_id)) if more else None,
    )


async def topic(
    db: Db, viewer: Viewer, tag: str, cursor: str | None = None, same: Sequence[str] = ()
) -> Page[NoteCard]:
    """Notes under one #tag, or one of `same`, its folded names in other languages; the newest first."""
    return await _tagged(db, viewer, (fold_tag(tag.replace("\0", "")), *same), "topic", cursor)


async def channel(db: Db, viewer: Viewer, key: str, cursor: str | None = None) -> Page[NoteCard]:
    """Notes of a channel, the newest first; raises NotFound("not_found")."""
    if key not in CHANNELS:
        raise NotFound("not_found")
    return await _tagged(db, viewer, CHANNELS[key], "channel", cursor)


async def _tagged(
    db: Db, viewer: Viewer, tags: Sequence[str], source: str, cursor: str | None
) -> Page[NoteCard]:
    before = from_cursor(cursor, tuple[Key])[0] if cursor else 2**63 - 1
    places = await db.all(
        _Place,
        """SELECT DISTINCT note_id, author_id FROM topic_note WHERE tag = ANY($1) AND note_id < $2
           ORDER BY note_id DESC LIMIT $3""",
        list(tags),
        before,
        PAGE_SIZE + 1,
    )
    page = places[:PAGE_SIZE]
    candidates = [
        Candidate(note_id=place.note_id, author_id=place.author_id, source=source, terms={}) for place in page
    ]
    return Page(
        items=await _shown(db, viewer, candidates),
        next=to_cursor(int(page[-1].note_id)) if len(places) > PAGE_SIZE else None,
    )


async def _shown(
    db: Db,
    viewer: Viewer,
    candidates: Sequence[Candidate],
    *,
    followed: bool = False,
    is_shared: bool = False,
) -> list[NoteCard]:
    """The cards of candidates; `followed`: of those the viewer follows now, whatever a late job has pushed."""
    found = await people(db, viewer, [candidate.author_id for candidate in candidates])
    offers = [
        Offer(
            note_id=candidate.note_id,
            author_id=candidate.author_id,
            reason=Reason(source=candidate.source, terms=candidate.terms),
        )
        for candidate in candidates
        if candidate.author_id in found and (not followed or found[candidate.author_id].tie & FOLLOWS)
    ]
    return await cards(db, viewer, offers, found=found, hidden=False, is_shared=is_shared)
