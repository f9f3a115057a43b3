"""Notes like a note, and notes with the same or a similar picture."""

from litestar import get, post
from litestar.params import FromPath, RawBody

from vermilion.kernel.ids import Id
from vermilion.search.alike import notes_alike
from vermilion.search.lookalikes import find_lookalikes, lookalikes
from vermilion.search.schema import Alike, Lookalikes
from vermilion.web.api.deeds import known
from vermilion.web.context import TheDb, TheParts, TheViewer
from vermilion.web.limits import UPLOADS
from vermilion.web.security import PICTURE_BODY


@get("/notes/{note_id:str}/alike", tags=["search"])
async def list_alike(note_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> Alike:
    """The notes most like one, in whatever language, each with what it shares with it; at most 24."""
    topics = (await parts.lore()).topics
    return await notes_alike(db, viewer, note_id, topics, lambda query: parts.expander.expand(query, topics))


@get("/notes/{note_id:str}/pictures/{picture_id:str}/alike", tags=["search"])
async def list_lookalikes(
    note_id: FromPath[Id], picture_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Lookalikes:
    """Other notes with the same picture as one of this note, and with similar ones."""
    return await lookalikes(db, viewer, note_id, picture_id)


@post(
    "/search/picture",
    status_code=200,
    opt={"limit": UPLOADS},
    request_max_body_size=PICTURE_BODY,
    tags=["search"],
)
async def ask_picture(body: RawBody, db: TheDb, viewer: TheViewer, parts: TheParts) -> Lookalikes:
    """Notes with a picture like the one sent; the body is the file itself, of which nothing is kept."""
    return await find_lookalikes(db, known(viewer), await parts.images.look(body))


HANDLERS = [list_alike, list_lookalikes, ask_picture]
