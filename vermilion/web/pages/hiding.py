"""What one does not want to be offered: notes, topics, people; and words one does not want to read."""

from typing import Any, cast, get_args

from litestar import get, post

from vermilion.accounts import hiding
from vermilion.accounts.hiding import MANNERS, FilterPlace, NewFilter
from vermilion.accounts.reads import muted
from vermilion.kernel.errors import NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.text import fold_tag
from vermilion.kernel.viewer import Viewer
from vermilion.notes.hiding import hidden_notes, hide
from vermilion.notes.reads import get_note_page
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, undoable, whole
from vermilion.web.pages.feeds import Cursor
from vermilion.web.pages.forms import read_form
from vermilion.web.received import from_fields
from vermilion.web.wording import wording


def _(message: str) -> str:
    return message


MANNER_NAMES = {
    "fold": _("Folded, with the word"),
    "gone": _("Not shown at all"),
    "hold": _("Waits for me"),
    "hide": _("Hidden"),
}


@get("/n/{note_id:str}/more", include_in_schema=False)
async def show_more(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """What can be done with a note of a list: as a page, or as the list of deeds alone."""
    if viewer.is_guest:
        return to_door(request)
    note = await get_note_page(db, viewer, note_id)
    if wants_fragment(request):
        return fragment(locale, "parts/note_more.html", viewer, note=note, is_sheet=True)
    return await whole(db, viewer, locale, "note_more.html", here="note", note=note)


@post("/n/{note_id:str}/hide", include_in_schema=False)
async def hide_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """Be offered a note no more; what follows offers to undo it."""
    if viewer.is_guest:
        return to_door(request)
    await hide(db, viewer, note_id)
    parts.sessions.forget(viewer.account_id)
    words = wording(locale)
    undo = {
        "action": f"/n/{note_id}/unhide",
        "sentence": words.gettext("Note hidden"),
        "gone": f"#n{note_id}",
    }
    return undoable(request, viewer, locale, undo, "/hidden#notes")


@post("/n/{note_id:str}/unhide", include_in_schema=False)
async def unhide_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """Be offered a note again."""
    if viewer.is_guest:
        return to_door(request)
    await hiding.show_note(db, viewer, note_id)
    return _shown(request, viewer, locale, parts, "notes")


@post("/topic/{tag:str}/{deed:str}", include_in_schema=False)
async def hide_topic(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, tag: str, deed: str
) -> Html:
    """Be offered a topic no more, or again."""
    if deed not in {"hide", "unhide"}:
        raise NotFound("not_found")
    if viewer.is_guest:
        return to_door(request)
    if deed == "unhide":
        await hiding.show_topic(db, viewer, tag)
        return _shown(request, viewer, locale, parts, "topics")
    await hiding.hide_topic(db, viewer, tag, (await parts.lore()).topics.same(tag))
    parts.sessions.forget(viewer.account_id)
    undo = {
        "action": f"/topic/{fold_tag(tag)}/unhide",
        "sentence": wording(locale).gettext("Topic hidden"),
        "reloads": True,
    }
    return undoable(request, viewer, locale, undo, "/hidden#topics")


def _shown(request: AnyRequest, viewer: Viewer, locale: str, parts: State, section: str) -> Html:
    parts.sessions.forget(viewer.account_id)
    if wants_fragment(request):
        return fragment(locale, "parts/nothing.html", viewer)
    return go(f"/hidden#{section}")


@get("/hidden", include_in_schema=False)
async def show_hidden(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, cursor: Cursor = None
) -> Html:
    """All one hides, to be taken back."""
    if viewer.is_guest:
        return to_door(request)
    found = await hidden_notes(db, viewer, cursor)
    people = await muted(db, viewer)
    return await whole(
        db, viewer, locale, "hidden.html",
        here="settings", topics=await hiding.hidden_topics(db, viewer), people=people.items, more_people=people.next,
        notes=found.items, next=f"/hidden?cursor={found.next}#notes" if found.next else "", most=hiding.MOST_NOTES,
        cursor=cursor,
    )  # fmt: skip


@get("/filters", include_in_schema=False)
async def show_filters(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """The words one filters."""
    if viewer.is_guest:
        return to_door(request)
    return await _filters(db, viewer, locale)


async def _filters(db: Db, viewer: Viewer, locale: str, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    words = wording(locale)
    names = {key: words.gettext(name) for key, name in MANNER_NAMES.items()}
    found = await hiding.filters_of(db, viewer)
    parts = [
        {
            "place": place,
            "words": [one for one in found if one.place == place],
            "manners": [(key, names[key]) for key in manners],
            "names": names,
        }
        for place, manners in MANNERS.items()
    ]
    return await whole(db, viewer, locale, "filters.html", here="settings", parts=parts, **context)


@post("/filters", include_in_schema=False)
async def add_filter(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Filter a word."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    sent = {
        "place": form.text("place"),
        "word": form.text("word").strip(),
        "is_whole": not form.is_on("part"),
        "manner": form.text("manner"),
    }
    try:
        await hiding.add_filter(db, viewer, from_fields(sent, NewFilter))
    except Problem as problem:
        typed = {"word": form.text("word"), "manner": form.text("manner"), "part": form.is_on("part")}
        return await _filters(
            db, viewer, locale, typed=typed, wrong=form.text("place"), **said(request, problem)
        )
    parts.sessions.forget(viewer.account_id)
    return go(f"/filters#{sent['place']}")


@post("/filters/drop", include_in_schema=False)
async def drop_filter(request: AnyRequest, db: Db, viewer: Viewer, parts: State) -> Html:
    """Filter a word no longer."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    place = form.text("place")
    if place not in get_args(FilterPlace):
        raise NotFound("not_found")
    await hiding.drop_filter(db, viewer, cast(FilterPlace, place), form.text("word"))
    parts.sessions.forget(viewer.account_id)
    return go(f"/filters#{place}")


HANDLERS = [
    show_more, hide_note, unhide_note, hide_topic, show_hidden, show_filters, add_filter, drop_filter,
]  # fmt: skip
