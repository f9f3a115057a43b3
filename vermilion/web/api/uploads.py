"""Pictures on their way into a note, a comment or a profile."""

from litestar import Response, delete, post, put
from litestar.params import FromPath, JSONBody, RawBody

from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id
from vermilion.media import actions, cutting
from vermilion.media.schema import PictureEdit, UploadCard, UploadText
from vermilion.media.texts import get_upload_text
from vermilion.notes.pictures import get_own_picture
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.idempotency import Answer, check_key, find_stored, fingerprint, once, to_response
from vermilion.web.limits import UPLOADS
from vermilion.web.security import PICTURE_BODY


@post("/uploads", opt={"limit": UPLOADS}, request_max_body_size=PICTURE_BODY, tags=["uploads"])
async def add_upload(
    request: AnyRequest,
    body: RawBody,
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[UploadCard]:
    """Send a picture; the body is the file itself. It waits a day to be published."""
    known(viewer)
    checked = None if key is None else check_key(key)
    request_hash = fingerprint(request, body)
    # Decoding takes long, so no transaction is held open meanwhile: of two twins the slower one keeps no row.
    if (held := await find_stored(db, viewer, checked, request_hash)) is not None:
        return to_response(held)
    made = await actions.decode(db, viewer, parts.blobs, parts.images, body)

    async def keep() -> Answer:
        return Answer(value=await actions.keep(db, made), status=201)

    try:
        stored = await once(db, viewer, checked, request_hash, keep)
    except Unavailable:
        await actions.drop(parts.blobs, made)
        raise
    if str(made.id).encode() not in stored.body:
        await actions.drop(parts.blobs, made)
    return to_response(stored)


@delete("/uploads/{upload_id:str}", tags=["uploads"])
async def discard_upload(upload_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Throw a picture away that stands in no note."""
    await actions.discard(db, viewer, parts.blobs, upload_id)


@post("/uploads/{upload_id:str}/text", status_code=200, opt={"limit": UPLOADS}, tags=["uploads"])
async def read_upload(upload_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> UploadText:
    """The text in a picture of one's own that stands in no note yet. While it is being read, ask again."""
    async with db.transaction():
        return await get_upload_text(db, viewer, upload_id)


@put("/uploads/{upload_id:str}/edit", opt={"limit": UPLOADS}, tags=["uploads"])
async def edit_upload(
    data: JSONBody[PictureEdit], upload_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> UploadCard:
    """Turn and cut a picture that stands in no note yet; done again, it begins from the whole."""
    return await cutting.edit_picture(db, known(viewer), parts.blobs, parts.images, upload_id, data)


@post("/notes/{note_id:str}/pictures/{picture_id:str}/upload", opt={"limit": UPLOADS}, tags=["uploads"])
async def take_up_picture(
    request: AnyRequest,
    note_id: FromPath[Id],
    picture_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[UploadCard]:
    """A picture of a note of your own as an upload, to be turned and cut; the note keeps its own until it is edited."""

    async def deed() -> UploadCard:
        found = await get_own_picture(db, viewer, note_id, picture_id)
        return await cutting.take_up(db, viewer, parts.blobs, parts.images, found)

    known(viewer)
    return await do_once(request, db, viewer, key, deed)


HANDLERS = [add_upload, discard_upload, read_upload, edit_upload, take_up_picture]
