"""Finding notes: candidates, rank, rules, cards; a bounded number of statements, however common the words are."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from vermilion.accounts.reads import ids_of, people
from vermilion.engines.tokens import flat
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, from_cursor, to_cursor
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards
from vermilion.notes.schema import NoteCard
from vermilion.notes.texts import texts
from vermilion.search import asking
from vermilion.search.answering import answer_of
from vermilion.search.candidates import (
    HAVING,
    HAVING_NARROWED,
    LATEST,
    MOST_CANDIDATES,
    MOST_LATEST,
    look_closer,
    read,
)
from vermilion.search.marking import marks
from vermilion.search.narrowing import EVERYWHERE, Narrow, narrowed
from vermilion.search.near import MOST_NEAR, NEAR_BESIDE, find_near, nearest
from vermilion.search.placing import Ranked, Words, first, is_by_meaning, rank
from vermilion.search.query import Query
from vermilion.search.ranking import Bounds as Tiers
from vermilion.search.ranking import inverse_frequency
from vermilion.search.schema import Answer, AnswerKind, Candidate, Filters, Found, Hit, Snippet
from vermilion.search.signs import Bounds
from vermilion.search.snippets import quote_of, snippet_of
from vermilion.storage.db import Db
from vermilion.translation.schema import Passage

LOOKED_AT = 60
"""Notes that are looked at closer: those that stand first by all that is known before."""
ROOM = 400
"""Where few notes have every word, the rarest words are asked for that so many notes have together."""
MOST_FOLLOWED = 2_000
MOST_TRIES = 4
"""How often more notes are fetched where the viewer may not see those of the page."""
WITHIN = {"day": timedelta(days=1), "week": timedelta(days=7), "half-year": timedelta(days=183)}

Score = Annotated[float, Meta(ge=-1e12, le=1e12)]


async def find_notes(
    db: Db,
    viewer: Viewer,
    query: Query,
    filters: Filters,
    cursor: str | None = None,
    *,
    opened: Collection[int] = (),
    size: int = PAGE_SIZE,
) -> Found:
    """The notes that answer a question best, as this viewer may see them; raises Invalid("bad_cursor").

    `opened` are those the viewer has opened before, where the filters ask for that.
    """
    moment, key, last = from_cursor(cursor, tuple[Moment, Score, Key]) if cursor else (now(), 1e12, 2**63 - 1)
    narrow = await narrowed(db, viewer, query, filters, opened)
    if narrow.only == frozenset() or (query.is_empty and narrow.only is None):
        return Found(items=[])
    authors = await ids_of(db, viewer, query.people) if query.people else None
    if authors == []:
        return Found(items=[])
    words = await words_of(db, query)
    candidates, is_cut = await candidates_of(db, viewer, query, filters, words, authors, moment, narrow)
    ranked = [
        one
        for one in rank(query, words, candidates, filters, moment)
        if (one.key, one.candidate.note_id) < (key, last)
    ]
    strong = [one for one in ranked if not one.is_weak]
    found = await _page(db, viewer, query, strong, moment, is_cut, size)
    found = replace(found, is_by_meaning=bool(strong) and all(map(is_by_meaning, strong)))
    if found.items or cursor or len(strong) == len(ranked):
        return found
    # Nothing that the viewer may see answers: a page of what shares small words is all that there is.
    weak = await _page(db, viewer, query, [one for one in ranked if one.is_weak], moment, is_cut, size)
    return replace(weak, next=None, is_weak=bool(weak.items))


async def add_snippets(
    db: Db, viewer: Viewer, query: Query, hits: Sequence[Hit]
) -> tuple[list[Hit], list[Passage]]:
    """The hits with the passages of their notes, and the whole texts those are of; four statements for the page."""
    if not hits:
        return [], []
    offers = [Offer(note_id=hit.note.id, author_id=hit.note.author.id) for hit in hits]
    found = {text.id: text.body for text in await texts(db, viewer, offers)}
    worth = await worth_of(db, query)
    shown = [
        replace(hit, snippet=snippet_of(query, worth, found[hit.note.id])) if hit.note.id in found else hit
        for hit in hits
    ]
    return shown, list(found.values())


async def find_answer(
    db: Db, viewer: Viewer, query: Query, kind: AnswerKind, hits: Sequence[Hit]
) -> tuple[Answer, list[Passage]]:
    """What these notes answer, and the whole texts that are quoted; four statements, and no more notes than were asked for."""
    offers = [Offer(note_id=hit.note.id, author_id=hit.note.author.id) for hit in hits]
    notes = await texts(db, viewer, offers)
    worth = await worth_of(db, query)
    # Cutting and comparing takes some hundredths of a second, in which others are served.
    answer = await asyncio.to_thread(answer_of, query, kind, worth, notes, now())
    quoted = {quote.note_id for quote in answer.quotes}
    return answer, [note.body for note in notes if note.id in quoted]


async def find_passage(
    db: Db, viewer: Viewer, query: Query, offer: Offer, start: int | None = None
) -> Snippet | None:
    """The best passage of one note, or the sentence that begins at `start`; None where there is none to be seen."""
    found = await texts(db, viewer, [offer])
    if not found:
        return None
    body = found[0].body
    return (
        snippet_of(query, await worth_of(db, query), body) if start is None else quote_of(query, body, start)
    )


async def worth_of(db: Db, query: Query) -> dict[str, float]:
    """How much each word of a question tells: the rarer it is, the more."""
    words = await words_of(db, query)
    return {word: inverse_frequency(words.notes, having) for word, having in words.having.items()}


async def words_of(db: Db, query: Query) -> Words:
    """What is known of the words that are asked for."""
    asked = list({word for group in query.groups for one in group.alternatives for word in one.words})
    size = await db.shared(("search_size", ""), partial(db.rows, _SIZE))
    rows = await db.rows("SELECT term, note_count FROM search_term WHERE term = ANY($1)", asked)
    notes, length, langs, best_from, good_from = size[0] if size else (0, 0.0, {}, -1e9, -1e9)
    # Words of the last second are not added up yet: they are taken for rare, so that they are asked for at all.
    having = {**dict.fromkeys(asked, 1), **{row[0]: row[1] for row in rows}}
    return Words(
        notes=max(notes, 1), mean=length / max(notes, 1), having=having, langs=langs,
        tiers=Tiers(best_from=best_from, good_from=good_from),
    )  # fmt: skip


_SIZE = "SELECT note_count, length, langs, best_from, good_from FROM search_size WHERE bucket = 0"


async def candidates_of(
    db: Db,
    viewer: Viewer,
    query: Query,
    filters: Filters,
    words: Words,
    authors: Sequence[int] | None,
    moment: datetime,
    narrow: Narrow = EVERYWHERE,
) -> tuple[list[Candidate], bool]:
    """Notes that have the words, and whether there are more than were looked at."""
    query = replace(query, marks=(asking.FILM,)) if filters.is_film else query
    since = WITHIN.get(filters.within or "")
    least = new_id(int((moment - since).timestamp() * 1000)) if since else None
    langs = list(query.langs or filters.langs) or None
    followed = await followed_by(db, viewer)
    if filters.is_followed:
        authors = followed if authors is None else [one for one in authors if one in set(followed)]
    if not (query.groups or query.tags or query.phrases):
        latest, is_cut = await _by(db, query, authors, least, langs, narrow)
        latest = await _wanted(db, viewer, query, latest)
        return await look_closer(db, None, latest, [one.note_id for one in latest]), is_cut
    bounds = Bounds(followed=followed, authors=authors, least=least, langs=langs, narrow=narrow)
    found, is_cut = await _having(db, viewer, query, words, bounds)
    if filters.sort != "best" or not query.groups:
        some = await _fitting(db, query, await _wanted(db, viewer, query, list(found.values())))
        return await look_closer(db, None, some, [one.note_id for one in some]), is_cut
    alike, others = await find_near(
        db, viewer, query, found.keys(), bounds, NEAR_BESIDE if is_cut else MOST_NEAR
    )
    both = await _fitting(db, query, await _wanted(db, viewer, query, [*found.values(), *others]))
    some = first(query, words, both, alike, moment, LOOKED_AT)
    closer = await look_closer(db, query.meaning, both, [one.note_id for one in some])
    return nearest(closer, found.keys()), is_cut


async def _having(
    db: Db, viewer: Viewer, query: Query, words: Words, bounds: Bounds
) -> tuple[dict[Id, Candidate], bool]:
    """Notes that have every word, and where these are few such as have any of the rarest; whether there are more."""
    found: dict[Id, Candidate] = {}
    every = asking.narrow(query, words.having, words.notes)
    some = asking.wide(query, words.having, ROOM) if query.groups else None
    who = (viewer.account_id, list(bounds.followed))
    only = bounds.narrow.only
    narrowed = () if bounds.is_everywhere else (
        bounds.least, bounds.langs, None if bounds.authors is None else list(bounds.authors),
        None if only is None else list(only), list(bounds.narrow.never),
    )  # fmt: skip
    for text in dict.fromkeys(one for one in (every, some) if one):
        rows = await read(db, HAVING_NARROWED if narrowed else HAVING, text, *who, *narrowed)
        found |= {row.note_id: row for row in rows}
        if len(rows) >= MOST_CANDIDATES:
            return found, True
    return found, False


async def _wanted(db: Db, viewer: Viewer, query: Query, candidates: list[Candidate]) -> list[Candidate]:
    """Those that are of nobody and in no language that the question leaves out."""
    people = await ids_of(db, viewer, query.without_people) if query.without_people else []
    if not people and not query.without_langs:
        return candidates
    return [one for one in candidates if one.author_id not in people and one.lang not in query.without_langs]


async def _by(
    db: Db,
    query: Query,
    authors: Sequence[int] | None,
    least: int | None,
    langs: list[str] | None,
    narrow: Narrow,
) -> tuple[list[Candidate], bool]:
    """The latest notes of some people, or of those that the filters leave."""
    if authors is None:
        ids = sorted((narrow.only or frozenset()) - narrow.never, reverse=True)
    else:
        rows = await db.rows(
            """SELECT note_id FROM author_note WHERE account_id = ANY($1) AND ($3::bigint[] IS NULL OR note_id = ANY($3))
               AND note_id <> ALL($4::bigint[]) ORDER BY note_id DESC LIMIT $2""",
            list(authors)[:MOST_FOLLOWED],
            MOST_LATEST,
            None if narrow.only is None else list(narrow.only),
            list(narrow.never),
        )
        ids = [row[0] for row in rows]
    found = await read(db, LATEST, ids[:MOST_LATEST], least, langs, asking.every(query))
    return found, len(ids) >= MOST_LATEST


async def followed_by(db: Db, viewer: Viewer) -> list[int]:
    """Whom the viewer follows, as far as search looks."""
    if viewer.is_guest:
        return []
    rows = await db.rows(
        "SELECT followee_id FROM follow_out WHERE account_id = $1 AND state = 'accepted' LIMIT $2",
        viewer.account_id,
        MOST_FOLLOWED,
    )
    return [row[0] for row in rows]


async def _fitting(db: Db, query: Query, candidates: list[Candidate]) -> list[Candidate]:
    """Those that have the phrases asked for word by word; only what everybody may read of them is looked at here."""
    if not query.phrases or not candidates:
        return candidates
    texts = await texts_of(db, [one.note_id for one in candidates])
    return [one for one in candidates if has_phrases(texts.get(one.note_id, ""), query.phrases)]


async def texts_of(db: Db, note_ids: Sequence[int]) -> dict[Id, str]:
    """What everybody who may see these notes reads in them; not to be shown, for nobody was asked who looks."""
    rows = await db.rows(
        """SELECT n.id, concat_ws(E'\\n', n.title, n.body, n.place_name,
                  (SELECT string_agg(v.text, E'\\n') FROM version v WHERE v.note_id = n.id AND v.subject_id = n.id))
           FROM note n WHERE n.id = ANY($1)""",
        list(note_ids),
    )
    return {Id(row[0]): row[1] for row in rows}


def has_phrases(text: str, phrases: Sequence[str]) -> bool:
    """Whether every phrase stands in a text, whatever parts its words."""
    said = flat(text)
    return all(flat(phrase) in said for phrase in phrases)


async def _page(
    db: Db, viewer: Viewer, query: Query, ranked: Sequence[Ranked], moment: datetime, is_cut: bool, size: int
) -> Found:
    """The first of the ranked notes that the viewer may see; who is muted is left out, unless asked for by name."""
    hits: list[Hit] = []
    at = 0
    for _ in range(MOST_TRIES):
        some = ranked[at : at + size + 4]
        found = await people(db, viewer, [one.candidate.author_id for one in some])
        offers = [_offer(one) for one in some if one.candidate.author_id in found]
        shown = {
            card.id: card
            for card in await cards(
                db, viewer, offers, found=found, hidden=False, is_named=bool(query.people)
            )
        }
        for one in some:
            at += 1
            if card := shown.get(one.candidate.note_id):
                hits.append(_hit(query, card))
            if len(hits) == size:
                break
        if len(hits) == size or at >= len(ranked):
            break
    more = at < len(ranked) and at > 0
    end = ranked[at - 1] if more else None
    return Found(
        items=hits,
        next=to_cursor(moment.isoformat(), end.key, int(end.candidate.note_id)) if end else None,
        is_truncated=is_cut,
    )


def _hit(query: Query, card: NoteCard) -> Hit:
    title = card.title
    return Hit(
        note=card,
        marks=marks(query, title.text, title.lang),
        original_marks=marks(query, title.original, title.original_lang),
    )


def _offer(one: Ranked) -> Offer:
    return Offer(note_id=one.candidate.note_id, author_id=one.candidate.author_id, reason=one.reason)
