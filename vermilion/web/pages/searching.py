"""The search page: notes, people, topics and places, and what is offered while somebody types."""

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from litestar import get
from litestar.params import QueryParameter

from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, get_note
from vermilion.notes.schema import NoteCard
from vermilion.search import suggestions
from vermilion.search.asked import WINDOW
from vermilion.search.history import keeps_history, past_searches
from vermilion.search.hot import hot
from vermilion.search.reads import find_passage
from vermilion.search.saved import find_saved, saved_searches
from vermilion.search.schema import Suggestion
from vermilion.search.towns import find_towns
from vermilion.storage.db import Db
from vermilion.web.asked import (
    Asked,
    answer,
    ask,
    asked_of,
    emptied_filters,
    filters_of,
    note_down,
    with_snippets,
)
from vermilion.web.atom_feeds import feed_address
from vermilion.web.cards import cards_html, said_face
from vermilion.web.context import AnyRequest, State
from vermilion.web.pages.answers import Html, fragment, whole
from vermilion.web.pages.feeds import Cursor, more_cards, wants_cards
from vermilion.web.pages.filtering import address, asks_by_filters, nothing, sheet
from vermilion.web.pages.people import regions
from vermilion.web.pages.searches import undo_of
from vermilion.web.reading import manner_of, pulling
from vermilion.web.render import fill, preloads, safe
from vermilion.web.wording import wording


def _(message: str) -> str:
    return message


TABS = {
    "notes": _("Notes"),
    "films": _("Films"),
    "people": _("People"),
    "topics": _("Topics"),
    "places": _("Places"),
}
AMONG_NOTES = ("notes", "films")
"""Tabs that list notes."""
SAVED_SHOWN = 6

Typed = Annotated[str, QueryParameter(name="q", required=False)]
Word = Annotated[str | None, QueryParameter(required=False, max_length=40)]


@get("/search", include_in_schema=False)
async def search(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    q: Typed = "",
    cursor: Cursor = None,
) -> Html:
    """Whatever was typed has an answer here."""
    words, asked = wording(locale), await _asked(request, db, viewer, parts, q)
    filters, tab = asked.filters, _tab_of(request)
    context: dict[str, Any] = {
        "here": "search",
        "surface": "search",
        **_typed(request, asked),
        "heading": words.gettext("Search"),
        "tab": tab,
        "tabs": [(key, words.gettext(name), address(asked, key)) for key, name in TABS.items()],
        "pulling": await pulling(parts),
    }
    if not asked.query.text and not asks_by_filters(filters):
        start = await _start(request, db, viewer, locale)
        return await whole(
            db, viewer, locale, "search.html", sheet=sheet(words, asked, viewer), **context, **start
        )
    if tab not in AMONG_NOTES:
        note_down(request, viewer, parts, asked, None)
        listed = await _listed(db, viewer, parts, asked, str(tab))
        return await whole(
            db, viewer, locale, "search.html", sheet=sheet(words, asked, viewer), **context, **listed,
            **nothing(words, asked, [], []),
        )  # fmt: skip
    typed, (asked, found) = asked, await answer(db, viewer, parts, asked, cursor)
    if cursor is None and asked.query.text:
        note_down(request, viewer, parts, typed, found)
    emptied = [] if found.items or cursor else await emptied_filters(db, viewer, asked)
    found = await with_snippets(db, viewer, parts, asked, found)
    page = Page(items=[hit.note for hit in found.items], next=found.next)
    came_from = _came_from(page)
    choices = sheet(words, asked, viewer, came_from)
    manner = await manner_of(viewer, parts)
    snippets = [hit.snippet for hit in found.items]
    onward = address(asked, cursor=found.next) if found.next else ""
    later = wants_cards(request)
    cards = cards_html(locale, page.items, manner, later=later, asked=asked.query, snippets=snippets)
    if later:
        return more_cards(locale, viewer, cards, onward)
    return await whole(
        db, viewer, locale, "search.html", cards=safe(cards), next=onward, preloads=preloads(page.items),
        saving=_saving(viewer, typed), feed=_feed_of(typed),
        saved_already=await find_saved(db, viewer, typed.query.text, filters) is not None,
        answers=_answers_of(asked) if page.items and cursor is None and not found.is_weak else "",
        instead=found.instead, is_weak=found.is_weak, sheet=choices, **context,
        came_from=[
            (words.language_name(lang), address(asked, lang=lang)) for lang in came_from if len(came_from) > 1
        ],
        **nothing(words, asked, emptied, choices.on),
    )  # fmt: skip


async def _asked(request: AnyRequest, db: Db, viewer: Viewer, parts: State, q: str) -> Asked:
    """The question of an address, and its filters."""
    given = request.query_params
    near = given.get("near") or ""
    filters = await filters_of(
        db, viewer, sort=given.get("sort"), within=given.get("within"), seen=given.get("seen"),
        who=given.get("who"), lang=given.get("lang"), near=near, where=given.get("in"),
        only=_tab_of(request),
    )  # fmt: skip
    return asked_of(viewer, await ask(viewer, parts, q), filters, near)


def _typed(request: AnyRequest, asked: Asked) -> dict[str, Any]:
    """The question as it was typed, and what of it was not understood."""
    query, lang = asked.query, request.query_params.get("lang") or ""
    strange = [*query.strange_langs, *([lang[:16]] if lang and not asked.filters.langs else [])]
    return {"typed": query.text, "was_cut": query.was_cut, "strange_langs": strange}


def _tab_of(request: AnyRequest) -> str:
    tab = request.query_params.get("tab")
    return tab if tab in TABS else "notes"


async def _start(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> dict[str, Any]:
    """What the page shows before anything is asked: one's own questions, and what many ask."""
    words, lang, region = wording(locale), viewer.reads[0], viewer.region or ""
    near = await hot(db, viewer, lang, region) if region else []
    everywhere = await hot(db, viewer, lang)
    lists = [
        (dict(regions(locale)).get(region, region), near),
        (words.language_name(lang), [one for one in everywhere if one not in near]),
    ]
    start: dict[str, Any] = {
        "is_start": True,
        "hot": [
            (fill(words.gettext("Often searched for: {where}"), where=where), found)
            for where, found in lists
            if found
        ],
        "days": WINDOW,
    }
    if not viewer.is_guest:
        start |= {
            "past": await past_searches(db, viewer),
            "keeps_history": await keeps_history(db, viewer),
            "searches": (await saved_searches(db, viewer))[:SAVED_SHOWN],
            "undo": undo_of(words, request.query_params.get("erased", "")),
        }
    return start


async def _listed(db: Db, viewer: Viewer, parts: State, asked: Asked, tab: str) -> dict[str, Any]:
    """What the tabs beside notes list."""
    typed = asked.query.text
    if tab == "people":
        return {"people": await suggestions.find_people(db, viewer, typed)}
    if tab == "places":
        towns, places = await find_towns(db, viewer, typed)
        return {"towns": towns, "places": places}
    lore = await parts.lore()
    same = lore.topics.same("".join(asked.query.plain.split()) or typed.lstrip("#＃"))
    tags = await suggestions.find_topics(db, viewer, typed, same)
    return {"topics": [(tag, lore.topics.for_reader(tag, viewer.reads) or "") for tag in tags]}


def _answers_of(asked: Asked) -> str:
    """The address of what these notes answer, of those one saved where only these are asked."""
    if not asked.query.words or asked.filters.is_film:
        return ""
    saved = " in:saved" if asked.filters.is_saved and not asked.query.is_saved else ""
    return "/search/answers?" + urlencode({"q": asked.query.text + saved})


def _saving(viewer: Viewer, asked: Asked) -> dict[str, str]:
    """What the form that saves a search carries; nothing where there is no such form."""
    query, filters = asked.query, asked.filters
    is_left_out = query.without_people or query.without_langs
    if (
        viewer.is_guest
        or query.is_empty
        or is_left_out
        or query.strange_langs
        or filters.is_saved
        or filters.near
        or filters.is_film
    ):
        return {}
    lang = filters.langs[0] if filters.langs else ""
    return {"q": asked.query.text, "who": "followed" if filters.is_followed else "", "lang": lang}


def _feed_of(asked: Asked) -> str:
    """The address of the feed of a question; none where it asks for what feeds know nothing of."""
    filters = asked.filters
    if asked.query.is_empty or filters.is_saved or filters.near or filters.is_film:
        return ""
    return feed_address(asked.query, filters)


def _came_from(page: Page[NoteCard]) -> list[str]:
    """In which languages the notes shown were written."""
    return list(
        dict.fromkeys(card.title.original_lang for card in page.items if card.title.original_lang in LANGS)
    )


@get("/search/snippet", include_in_schema=False)
async def snippet(
    db: Db, viewer: Viewer, locale: str, parts: State, note: str, q: Typed = "", at: int | None = None
) -> Html:
    """The passage of one note once more, now that it is translated; `at`: the sentence that begins there."""
    found = await get_note(db, viewer, Id.parse(note) if note.isdecimal() else 0)
    query = await ask(viewer, parts, q)
    offer = Offer(note_id=found.id, author_id=found.author_id)
    said = await find_passage(db, viewer, query, offer, at)
    if said is None:
        raise NotFound("note_gone")
    face = said_face(said, found.id, await manner_of(viewer, parts), query, locale, at)
    return fragment(locale, "parts/snippet.html", viewer, said=face._asdict())


@get("/search/suggestions", include_in_schema=False)
async def suggest(db: Db, viewer: Viewer, locale: str, q: Typed = "") -> Html:
    """What somebody may mean, for the list below the field."""
    offered = [(one, _target(one)) for one in await suggestions.suggest(db, viewer, q)]
    return fragment(locale, "parts/suggestions.html", viewer, offered=offered, typed=q.strip()[:80])


def _target(one: Suggestion) -> str:
    match one.kind:
        case "recent" | "asked":
            return "/search?" + urlencode({"q": one.target})
        case "tag":
            return f"/topic/{quote(one.target, safe='')}"
        case "person":
            return f"/@{quote(one.target)}"
        case "title":
            return f"/n/{one.target}"
    return "/search?" + urlencode({"q": f'"{one.target}"'})


HANDLERS = [search, snippet, suggest]
