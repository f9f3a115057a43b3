"""Films one after another, and how they are watched."""

from litestar import get, post
from litestar.params import FromPath, JSONBody

from vermilion.feed import reads as feed
from vermilion.feed import watching
from vermilion.feed.schema import WatchedBatch, WatchFigures
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.notes.schema import NoteCard
from vermilion.web.api.deeds import Cursor, known
from vermilion.web.context import TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_cards


@get("/watch", tags=["films"])
async def watch(db: TheDb, viewer: TheViewer, parts: TheParts, cursor: Cursor = None) -> Page[NoteCard]:
    """Films, recent and well-liked ones first; each with the reason it stands there. What plays is `cover.picture.film`."""
    page = await feed.watch(db, viewer, cursor)
    ask_for(parts, await manner_of(viewer, parts), of_cards(page.items))
    return page


@post("/watched", opt={"scope": "read"}, status_code=204, tags=["films"])
async def report_watched(data: JSONBody[WatchedBatch], db: TheDb, viewer: TheViewer) -> None:
    """Tell how far films were watched. What a viewing reports later replaces what it reported before; sent twice it counts once."""
    await watching.report(db, viewer, data)


@get("/notes/{note_id:str}/watches", tags=["films"])
async def get_watches(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> WatchFigures:
    """How often a film of one's own was watched, and how much of it on average; of nobody who."""
    return await watching.figures(db, known(viewer), note_id)


HANDLERS = [watch, report_watched, get_watches]
