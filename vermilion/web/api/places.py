"""Places: towns of the gazetteer, and the notes written there."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from vermilion.feed import places as feed
from vermilion.feed.places import Sort
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.notes.schema import NoteCard
from vermilion.places.reads import get_town, offer_towns
from vermilion.places.schema import Offered, TownCard
from vermilion.web.api.deeds import Cursor
from vermilion.web.asked import near_of
from vermilion.web.context import TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_cards

Typed = Annotated[
    str, QueryParameter(name="q", max_length=200, description="The beginning of any name of a town.")
]
Where = Annotated[
    str | None,
    QueryParameter(
        name="near",
        max_length=40,
        required=False,
        description='"latitude,longitude": nearer towns come first.',
    ),
]


@get("/places", tags=["places"])
async def list_places(db: TheDb, viewer: TheViewer, q: Typed, near: Where = None) -> list[Offered]:
    """Towns one of whose names begins so, in whatever language and writing; eight at most."""
    return await offer_towns(db, viewer, q, near_of(near))


@get("/places/{place_id:str}", tags=["places"])
async def get_place(place_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> TownCard:
    """A town, as the reader calls it."""
    return await get_town(db, viewer, place_id)


@get("/feeds/places/{place_id:str}", tags=["feeds"])
async def notes_of_place(
    place_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    sort: Annotated[Sort, QueryParameter(name="sort", required=False)] = "newest",
    cursor: Cursor = None,
) -> Page[NoteCard]:
    """The notes written in a town that the reader may see, the newest or the best first."""
    _, page = await feed.place(db, viewer, place_id, sort, cursor)
    ask_for(parts, await manner_of(viewer, parts), of_cards(page.items))
    return page


HANDLERS = [list_places, get_place, notes_of_place]
