"""Pictures on their way into a note, a comment or a profile."""

from litestar import Response, delete, post
from litestar.params import FromPath, RawBody

from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id
from vermilion.media import actions
from vermilion.media.schema import UploadCard, UploadText
from vermilion.media.texts import get_upload_text
from vermilion.web.api.deeds import IdempotencyKey, known
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


HANDLERS = [add_upload, discard_upload, read_upload]
