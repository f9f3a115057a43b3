"""What a request asks of search: understood, in other languages too, with the filters that are meant."""

import asyncio
import re
from typing import Literal, cast, get_args

from msgspec import structs

from vermilion.feed.seen import opened
from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer
from vermilion.places.reads import Near
from vermilion.search.answering import MOST_NOTES
from vermilion.search.cues import wish_of
from vermilion.search.emptying import emptied_by
from vermilion.search.narrowing import coarse, find_spot
from vermilion.search.query import Query, cut, lang_of, understand
from vermilion.search.reads import add_snippets, find_answer, find_notes
from vermilion.search.schema import Answer, Filters, Found, Sort, Spot, Within
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.reading import ask_for, manner_of, of_cards

Seen = Literal["yes", "no"]
_DEGREES = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,12})?\s*,\s*[-+]?\d{1,3}(?:\.\d{1,12})?", re.ASCII)


MOST_WAITED = 8
"""Hits of a page whose texts are translated unasked; of the others they are when somebody taps."""


class Asked(Record, kw_only=True, frozen=True):
    """A question and how its answers are narrowed."""

    query: Query
    filters: Filters
    near: str = ""
    """Where, as its address says it: degrees to a kilometre, or the name of a place."""


def asked_of(viewer: Viewer, query: Query, filters: Filters, near: str = "") -> Asked:
    """A question and its filters; in:saved in the question is the filter of that name."""
    if query.is_saved and not viewer.is_guest:
        filters = structs.replace(filters, is_saved=True)
    return Asked(query=query, filters=filters, near=near_as(filters, near))


async def filters_of(  # noqa: PLR0913 - each is a parameter of the address
    db: Db,
    viewer: Viewer,
    *,
    sort: str | None = None,
    within: str | None = None,
    seen: str | None = None,
    who: str | None = None,
    lang: str | None = None,
    near: str | None = None,
    where: str | None = None,
    only: str | None = None,
) -> Filters:
    """The filters that are meant; what is none is left out, and what needs an account is for guests as well.

    `near` is "latitude,longitude" or the name of a place that notes of others say the degrees of.
    """
    return Filters(
        sort=cast(Sort, sort) if sort in get_args(Sort) else "best",
        within=cast(Within, within) if within in get_args(Within) else None,
        seen=cast(Seen, seen) if seen in get_args(Seen) and not viewer.is_guest else None,
        is_followed=who == "followed" and not viewer.is_guest,
        langs=(known,) if lang and (known := lang_of(lang)) else (),
        is_saved=where == "saved" and not viewer.is_guest,
        near=await spot_of(db, viewer, near) if near else None,
        is_film=only == "films",
    )


def check_langs(typed: str, lang: str | None = None) -> None:
    """Raises Invalid("language_unknown") where a question (`typed`) or its filter names a language that is not known here."""
    if lang and not lang_of(lang):
        raise Invalid("language_unknown", field="lang")
    if cut(typed).strange_langs:
        raise Invalid("language_unknown", field="q")


async def spot_of(db: Db, viewer: Viewer, near: str) -> Spot | None:
    """Where "latitude,longitude" or a place is, to about a kilometre; None where nobody knows."""
    if _DEGREES.fullmatch(near.strip()):
        latitude, longitude = near.split(",")
        return coarse(float(latitude), float(longitude))
    return await find_spot(db, viewer, near.replace("\0", "")[:80])


def near_of(near: str | None) -> Near | None:
    """Where "latitude,longitude" is, for what is near; None where nothing is said. Raises Invalid("out_of_range")."""
    if not near:
        return None
    spot = coarse(*map(float, near.split(","))) if _DEGREES.fullmatch(near.strip()) else None
    if spot is None:
        raise Invalid("out_of_range", field="near")
    return Near(latitude=spot.latitude, longitude=spot.longitude)


def near_as(filters: Filters, near: str) -> str:
    """Where, as addresses may say it: degrees that were sent more exactly are rounded."""
    if _DEGREES.fullmatch(near.strip()):
        return f"{filters.near.latitude},{filters.near.longitude}" if filters.near else ""
    return near.strip()[:80]


async def emptied_filters(db: Db, viewer: Viewer, asked: Asked) -> list[str]:
    """Which filters leave nothing of what the viewer may see."""
    opened_ids: set[Id] = await opened(db, viewer) if asked.filters.seen else set()
    return await emptied_by(db, viewer, asked.query, asked.filters, opened_ids)


async def ask(viewer: Viewer, parts: State, typed: str) -> Query:
    """What was typed, understood, with its words in other languages."""
    found = cut(typed)
    lang = parts.language.detect(found.plain, reads=viewer.reads) if found.plain else viewer.reads[0]
    query = understand(found, lang, viewer.reads)
    lore = await parts.lore()
    meaning, expanded = await asyncio.gather(
        parts.meanings.of(query), parts.expander.expand(query, lore.topics)
    )
    return structs.replace(expanded, meaning=meaning)


def is_ahead(request: AnyRequest) -> bool:
    """Whether a browser fetches a page that nobody has asked for yet."""
    return "prefetch" in request.headers.get("sec-purpose", "")


def note_down(request: AnyRequest, viewer: Viewer, parts: State, asked: Asked, found: Found | None) -> None:
    """Remember what was asked, as its asker wants it; a page fetched ahead was not asked for."""
    if is_ahead(request):
        return
    hits = found.items if found is not None else []
    parts.questions.add(
        viewer,
        asked.query,
        [
            Offer(note_id=hit.note.id, author_id=hit.note.author.id)
            for hit in hits
            if hit.note.audience == "everyone" and hit.note.state == "public"
        ],
        is_answered=bool(hits)
        and found is not None
        and found.instead is None
        and not found.is_weak
        and not asked.filters.is_saved,
    )


async def answer(
    db: Db, viewer: Viewer, parts: State, asked: Asked, cursor: str | None
) -> tuple[Asked, Found]:
    """The notes that answer; where there are none, those for what was probably meant, with that question."""
    opened_ids: set[Id] = await opened(db, viewer) if asked.filters.seen else set()
    found = await find_notes(db, viewer, asked.query, asked.filters, cursor, opened=opened_ids)
    if (found.items and not (found.is_weak or found.is_by_meaning)) or cursor is not None:
        return asked, found
    meant = await parts.spelling.mend(db, asked.query)
    if meant is None:
        return asked, found
    better = structs.replace(asked, query=await ask(viewer, parts, meant))
    instead = await find_notes(db, viewer, better.query, better.filters, opened=opened_ids)
    return (
        (better, structs.replace(instead, instead=meant))
        if instead.items and not (instead.is_weak or instead.is_by_meaning)
        else (asked, found)
    )


async def with_snippets(db: Db, viewer: Viewer, parts: State, asked: Asked, found: Found) -> Found:
    """The hits with the passages that were asked for; what this reader lacks of them is asked for, nothing waits."""
    hits, bodies = await add_snippets(db, viewer, asked.query, found.items)
    if viewer.shown != "original":
        manner = await manner_of(viewer, parts)
        ask_for(parts, manner, [*of_cards(hit.note for hit in hits), *bodies[:MOST_WAITED]])
    return structs.replace(found, items=hits)


async def answers(db: Db, viewer: Viewer, parts: State, typed: str) -> tuple[Query, Answer]:
    """The sentences that answer a question, and what was looked for in them; renderings they lack are asked for."""
    wish = wish_of(cut(typed).plain or typed)
    query = await ask(viewer, parts, _with_operators(typed, wish.rest))
    found = await find_notes(db, viewer, query, Filters(), size=MOST_NOTES)
    answer = Answer(kind=wish.kind)
    instead = None
    if (not found.items or found.is_weak) and (instead := await parts.spelling.mend(db, query)):
        query = await ask(viewer, parts, instead)
        found = await find_notes(db, viewer, query, Filters(), size=MOST_NOTES)
    if found.items and not found.is_weak:
        answer, bodies = await find_answer(db, viewer, query, wish.kind, found.items)
        if viewer.shown != "original":
            titles = [quote.title for quote in answer.quotes]
            ask_for(parts, await manner_of(viewer, parts), [*titles, *bodies])
    return query, structs.replace(answer, instead=instead if answer.quotes else None)


def _with_operators(typed: str, rest: str) -> str:
    """The telling words of a question, with whose notes and which topics and languages are meant."""
    found = cut(typed)
    return " ".join(
        [
            rest,
            *(f'"{phrase}"' for phrase in found.phrases),
            *(f"#{tag}" for tag in found.tags),
            *(f"@{handle}" for handle in found.people),
            *(f"lang:{lang}" for lang in found.langs),
            *(["in:saved"] if found.is_saved else []),
            *(f"-{word}" for word in found.without),
        ]
    )
