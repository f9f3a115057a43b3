"""Search: notes in whatever language, people, topics, places, and what is offered while somebody types."""

from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter

from vermilion.accounts.schema import AccountCard
from vermilion.kernel.errors import Invalid
from vermilion.kernel.types import Lang
from vermilion.search import suggestions
from vermilion.search.schema import Answer, Found, Sort, Suggestion, Within
from vermilion.web.api.deeds import Cursor
from vermilion.web.asked import (
    answer,
    answers,
    ask,
    asked_of,
    check_langs,
    filters_of,
    note_down,
    with_snippets,
)
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer

Typed = Annotated[
    str,
    QueryParameter(
        name="q", max_length=2000,
        description='Words, "phrases", -without, #topic, @person, from:handle, lang:code, in:saved; the first 200 characters count.',
    ),
]  # fmt: skip

Near = Annotated[
    str | None,
    QueryParameter(
        required=False, max_length=80,
        description='"latitude,longitude" (two decimals count) or a place: notes that say in degrees where they are, within 25 km.',
    ),
]  # fmt: skip


@get("/search", tags=["search"])
async def search(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: AnyRequest,
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    q: Typed,
    cursor: Cursor = None,
    sort: Sort = "best",
    within: Within | None = None,
    seen: Literal["yes", "no"] | None = None,
    who: Literal["everybody", "followed"] = "everybody",
    lang: Lang | None = None,
    near: Near = None,
    where: Annotated[Literal["everywhere", "saved"], QueryParameter(name="in")] = "everywhere",
    only: Annotated[
        Literal["films"] | None, QueryParameter(required=False, description="notes that are films")
    ] = None,
) -> Found:
    """Notes that answer, the best first.

    Each with the reason it stands there, the passage that was asked for, and where that and its title have the words: in the
    reader's language where there is a translation, and as it was written.
    """
    check_langs(q, lang)
    filters = await filters_of(
        db,
        viewer,
        sort=sort,
        within=within,
        seen=seen,
        who=who,
        lang=lang,
        near=near,
        where=where,
        only=only,
    )
    if near and filters.near is None:
        raise Invalid("place_unknown", field="near")
    asked = asked_of(viewer, await ask(viewer, parts, q), filters)
    typed, (asked, found) = asked, await answer(db, viewer, parts, asked, cursor)
    if cursor is None:
        note_down(request, viewer, parts, typed, found)
    return await with_snippets(db, viewer, parts, asked, found)


@get("/search/answers", tags=["search"])
async def search_answers(db: TheDb, viewer: TheViewer, parts: TheParts, q: Typed) -> Answer:
    """The sentences of notes that answer a question best, three to six where so many do; none where nothing answers.

    Each as it was written and in the reader's language, with its note, author, place and date. They are chosen by ranking;
    nothing is written by a machine but translations. `disagreement` says what notes say otherwise than each other.
    """
    check_langs(q)
    return (await answers(db, viewer, parts, q))[1]


@get("/search/people", tags=["search"])
async def search_people(db: TheDb, viewer: TheViewer, q: Typed) -> list[AccountCard]:
    """People whose name or handle begins so."""
    return await suggestions.find_people(db, viewer, q)


@get("/search/topics", tags=["search"])
async def search_topics(db: TheDb, viewer: TheViewer, parts: TheParts, q: Typed) -> list[str]:
    """Topics that begin so, and the same in other languages."""
    lore = await parts.lore()
    return await suggestions.find_topics(db, viewer, q, lore.topics.same("".join(q.split()).lstrip("#＃")))


@get("/search/places", tags=["search"])
async def search_places(db: TheDb, viewer: TheViewer, q: Typed) -> list[str]:
    """Places of notes that begin so."""
    return await suggestions.find_places(db, viewer, q)


@get("/search/suggestions", tags=["search"])
async def suggest(db: TheDb, viewer: TheViewer, q: Typed) -> list[Suggestion]:
    """Topics, people, places and titles that begin so."""
    return await suggestions.suggest(db, viewer, q)


HANDLERS = [search, search_answers, search_people, search_topics, search_places, suggest]
