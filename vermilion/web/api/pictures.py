"""Pictures on their way into a note piece by piece, by the tus protocol (1.0.0)."""

from litestar import Response, delete, get, patch, post, route
from litestar.params import FromPath

from vermilion.engines.images_wire import MAX_BYTES
from vermilion.kernel.ids import Id
from vermilion.media import actions, arriving
from vermilion.media.schema import PictureProgress
from vermilion.web.api import tus
from vermilion.web.api.deeds import IdempotencyKey, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.idempotency import Answer, check_key, fingerprint, once, to_response
from vermilion.web.limits import FILM_PARTS, UPLOADS


@route("/pictures", http_method=["OPTIONS"], include_in_schema=False, opt={"open": True})
async def picture_options() -> Response[None]:
    """What of the protocol is spoken here."""
    return Response(None, status_code=204, headers=tus.options(MAX_BYTES))


@post("/pictures", opt={"limit": UPLOADS}, tags=["uploads"], status_code=201)
async def begin_picture(
    request: AnyRequest, db: TheDb, viewer: TheViewer, parts: TheParts, key: IdempotencyKey = None
) -> Response[PictureProgress]:
    """Begin to send a picture by the tus protocol: `Upload-Length` says how many bytes; `Location` is where they go.

    `Upload-Metadata: sha256 …` (Base64) may say the hash of the file: then only that file is taken.
    """
    known(viewer)
    tus.check_version(request)
    length, sha256 = tus.number(request, "upload-length"), tus.sha256_of(request)
    checked = None if key is None else check_key(key)

    async def deed() -> Answer:
        found = await arriving.begin(db, viewer, parts.blobs, length, sha256)
        shown = await arriving.progress(db, viewer, found.id)
        return Answer(value=shown, status=201, location=f"/api/v1/pictures/{found.id}")

    content = str(length).encode() + sha256
    answer = to_response(await once(db, viewer, checked, fingerprint(request, content), deed))
    answer.headers["tus-resumable"] = tus.VERSION
    return answer


@get("/pictures/{picture_id:str}", tags=["uploads"])
async def get_arriving(picture_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Response[PictureProgress]:
    """How far a picture of your own is, and once it has arrived, its card. HEAD tells the offset by tus."""
    found = await arriving.get_own(db, viewer, picture_id)
    headers = {**tus.headers(found.received, found.length, found.expires_at), "cache-control": "no-store"}
    return Response(await arriving.progress(db, viewer, picture_id), headers=headers)


@patch(
    "/pictures/{picture_id:str}",
    opt={"limit": FILM_PARTS},
    request_max_body_size=None,
    tags=["uploads"],
    status_code=204,
)
async def send_picture_part(
    request: AnyRequest, picture_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> Response[None]:
    """Send the next bytes of a picture, from `Upload-Offset`; `Upload-Metadata` may say again of which file they are.

    With the last ones it is looked at; what is no picture is refused. Another file than the one begun with is refused, and
    what has arrived stays.
    """
    tus.check_version(request)
    tus.check_body(request)
    found = await arriving.get_own(db, viewer, picture_id)
    arriving.check_same(found, tus.sha256_of(request))
    at = tus.number(request, "upload-offset")
    if not found.is_done and found.received < found.length:
        await arriving.receive(db, parts.blobs, found, at, await tus.pieces_of(request))
    found = await arriving.finish(db, viewer, parts.blobs, parts.images, picture_id)
    return Response(
        None, status_code=204, headers=tus.headers(found.received, found.length, found.expires_at)
    )


@delete("/pictures/{picture_id:str}", tags=["uploads"])
async def discard_arriving(
    request: AnyRequest, picture_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> Response[None]:
    """Throw a picture away, arrived or not, that stands in no note."""
    tus.check_version(request)
    await arriving.discard(db, viewer, parts.blobs, picture_id)
    await actions.discard(db, viewer, parts.blobs, picture_id)
    return Response(None, status_code=204, headers={"tus-resumable": tus.VERSION})


HANDLERS = [begin_picture, get_arriving, send_picture_part, discard_arriving]
