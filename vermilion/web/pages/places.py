"""The page of a place, and the towns that are offered while somebody types where they were."""

from typing import Annotated
from urllib.parse import urlencode

from litestar import get
from litestar.params import QueryParameter

from vermilion.feed import places as feed
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.places.reads import find_named, offer_towns
from vermilion.storage.db import Db
from vermilion.web.asked import near_of
from vermilion.web.context import AnyRequest, State
from vermilion.web.pages.answers import Html, fragment, go, whole
from vermilion.web.pages.feeds import Cursor, empty, listed
from vermilion.web.wording import wording


@get("/place/{place_id:str}", include_in_schema=False)
async def show_place(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    place_id: Id,
    sort: str = "newest",
    cursor: Cursor = None,
) -> Html:
    """The notes written in a town."""
    words, best = wording(locale), sort == "best"
    town, found = await feed.place(db, viewer, place_id, "best" if best else "newest", cursor)
    return await listed(
        request, db, viewer, locale, parts, f"/place/{place_id}" + ("?sort=best" if best else ""), found,
        here="place", surface="place", place=town, is_best=best, heading=town.name,
        empty=empty(
            words.gettext("No notes from here yet"), words.gettext("Be the first: name the place in a note of yours."),
            "/publish", words.gettext("Publish a note"),
        ),
    )  # fmt: skip


@get("/place", include_in_schema=False)
async def find_place(db: Db, viewer: Viewer, name: str = "") -> Html:
    """The page of the place that is called so, or what search finds."""
    text = name.replace("\0", "").strip()[:100]
    town = await find_named(db, viewer, text)
    return go(
        f"/place/{town.id}" if town else "/search?" + urlencode({"q": text and f'"{text}"', "tab": "places"})
    )


@get("/places/suggestions", include_in_schema=False)
async def suggest_places(
    db: Db,
    viewer: Viewer,
    locale: str,
    q: Annotated[str, QueryParameter(required=False, max_length=200)] = "",
    near: str | None = None,
) -> Html:
    """The towns one of whose names begins so, for the list below the field."""
    offered = await offer_towns(db, viewer, q, near_of(near))
    return fragment(locale, "parts/places_offered.html", viewer, offered=offered)


@get("/about/places", include_in_schema=False)
async def show_source(db: Db, viewer: Viewer, locale: str) -> Html:
    """Where the towns come from."""
    return await whole(db, viewer, locale, "places.html", here="about")


HANDLERS = [show_place, find_place, suggest_places, show_source]
