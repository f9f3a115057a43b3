"""More like a note, and notes with the same or a similar picture."""

from typing import Any

from litestar import get, post

from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_note_page
from vermilion.search.alike import notes_alike
from vermilion.search.lookalikes import find_lookalikes, lookalikes
from vermilion.search.schema import Lookalikes
from vermilion.storage.db import Db
from vermilion.web.cards import cards_html
from vermilion.web.context import AnyRequest, State
from vermilion.web.limits import UPLOADS
from vermilion.web.pages.answers import Html, said, to_door, whole
from vermilion.web.pages.feeds import cards_manner, empty
from vermilion.web.pages.forms import read_form
from vermilion.web.reading import pulling
from vermilion.web.render import preloads, safe
from vermilion.web.security import PICTURE_BODY
from vermilion.web.wording import Wording, wording

MOST_TERMS = 8


@get("/n/{note_id:str}/alike", include_in_schema=False)
async def show_alike(db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id) -> Html:
    """The notes most like one, and what they have in common with it."""
    note = await get_note_page(db, viewer, note_id)
    topics = (await parts.lore()).topics
    found = await notes_alike(db, viewer, note_id, topics, lambda query: parts.expander.expand(query, topics))
    page = Page(items=[hit.note for hit in found.items])
    manner = await cards_manner(viewer, parts, page)
    whys = {hit.note.id: hit.shared[0] for hit in found.items if hit.shared}
    words = wording(locale)
    return await whole(
        db, viewer, locale, "alike.html", here="search", surface="search", of=note, terms=found.terms[:MOST_TERMS],
        cards=safe(cards_html(locale, page.items, manner, whys=whys)), preloads=preloads(page.items),
        pulling=await pulling(parts),
        empty=empty(
            words.gettext("Nothing is like it yet"), words.gettext("No other note shares its words, topics or place."),
            f"/n/{note_id}", words.gettext("Back to the note"),
        ),
    )  # fmt: skip


@get("/n/{note_id:str}/pictures/{picture_id:str}/alike", include_in_schema=False)
async def show_lookalikes(
    db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id, picture_id: Id
) -> Html:
    """The notes with the same picture as one, and with similar ones."""
    note = await get_note_page(db, viewer, note_id)
    found = await lookalikes(db, viewer, note_id, picture_id)
    picture = next((one for one in note.pictures if one.id == picture_id), None)
    return await _shown(db, viewer, locale, parts, found, of=note, picture=picture)


@get("/search/picture", include_in_schema=False)
async def picture_question(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """The form that asks with a picture."""
    if viewer.is_guest:
        return to_door(request)
    return await whole(db, viewer, locale, "lookalikes.html", here="search", is_question=True)


@post(
    "/search/picture", include_in_schema=False, status_code=200, opt={"limit": UPLOADS},
    request_max_body_size=PICTURE_BODY,
)  # fmt: skip
async def ask_picture(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """The notes with a picture like the one that was sent, of which nothing is kept."""
    if viewer.is_guest:
        return to_door(request)
    try:
        files = await (await read_form(request)).files("file")
        if not files:
            raise Invalid("picture_not_readable", field="file")
        look = await parts.images.look(files[0])
    except Problem as problem:
        return await whole(
            db, viewer, locale, "lookalikes.html", here="search", is_question=True, **said(request, problem)
        )
    return await _shown(db, viewer, locale, parts, await find_lookalikes(db, viewer, look), is_question=True)


async def _shown(
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    found: Lookalikes,
    **context: Any,  # noqa: ANN401 - of the template
) -> Html:
    words = wording(locale)
    page = Page(items=[hit.note for hit in (*found.same, *found.similar)])
    manner = await cards_manner(viewer, parts, page)
    groups = [
        (title, safe(cards_html(locale, [hit.note for hit in hits], manner, later=late)))
        for title, hits, late in (
            (words.gettext("The same picture"), found.same, False),
            (words.gettext("Similar pictures"), found.similar, bool(found.same)),
        )
        if hits
    ]
    return await whole(
        db, viewer, locale, "lookalikes.html", here="search", surface="search", groups=groups,
        preloads=preloads(page.items), pulling=await pulling(parts), empty=_nothing(words, found), **context,
    )  # fmt: skip


def _nothing(words: Wording, found: Lookalikes) -> Any:  # noqa: ANN401 - what `empty` gives
    if found.is_plain:
        return empty(
            words.gettext("This picture looks like a thousand others"),
            words.gettext("There is too little in it to tell it from plain walls and empty pages."),
        )
    return empty(
        words.gettext("It stands in no other note"),
        words.gettext("Neither this picture nor one like it was found in notes you may see."),
    )


HANDLERS = [show_alike, show_lookalikes, picture_question, ask_picture]
