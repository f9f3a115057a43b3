"""Films on their way into a note, by the tus protocol (1.0.0): core, creation, termination, expiration, checksum."""

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from litestar import Response, delete, get, patch, post, put, route
from litestar.exceptions import InternalServerException
from litestar.params import FromPath

from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.media import film_uploads
from vermilion.media.actions import discard
from vermilion.media.film_uploads import PART_BYTES, Desk
from vermilion.media.schema import Film, FilmProgress
from vermilion.web.api.deeds import IdempotencyKey, known
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.idempotency import Answer, check_key, fingerprint, once, to_response
from vermilion.web.limits import FILM_PARTS, UPLOADS

VERSION = "1.0.0"
OFFSET_BODY = "application/offset+octet-stream"
_DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


class NewCover(Record, kw_only=True, frozen=True):
    """What a film's cover shows: the frame at `at_ms`, or a picture that was sent."""

    at_ms: int | None = None
    picture: Id | None = None


def desk_of(parts: State) -> Desk:
    """What films are taken in with."""
    return Desk(blobs=parts.blobs, images=parts.images, works=parts.films, table=parts.film_table)


@route("/films", http_method=["OPTIONS"], include_in_schema=False, opt={"open": True})
async def film_options(parts: TheParts) -> Response[None]:
    """What of the protocol is spoken here."""
    said = {
        "tus-resumable": VERSION, "tus-version": VERSION, "tus-max-size": str(parts.film_table.most_bytes),
        "tus-extension": "creation,termination,expiration,checksum", "tus-checksum-algorithm": ",".join(_DIGESTS),
    }  # fmt: skip
    return Response(None, status_code=204, headers=said)


@post("/films", opt={"limit": UPLOADS}, tags=["uploads"], status_code=201)
async def begin_film(
    request: AnyRequest, db: TheDb, viewer: TheViewer, parts: TheParts, key: IdempotencyKey = None
) -> Response[FilmProgress]:
    """Begin to send a film by the tus protocol: `Upload-Length` says how many bytes; `Location` is where they go."""
    known(viewer)
    _check_version(request)
    length = _number(request, "upload-length")
    checked = None if key is None else check_key(key)

    async def deed() -> Answer:
        film = await film_uploads.begin(db, viewer, parts.film_table, length)
        shown = await film_uploads.progress(db, viewer, film.id)
        return Answer(value=shown, status=201, location=f"/api/v1/films/{film.id}")

    answer = to_response(await once(db, viewer, checked, fingerprint(request, str(length).encode()), deed))
    answer.headers["tus-resumable"] = VERSION
    return answer


@get("/films/{film_id:str}", tags=["uploads"])
async def get_film(film_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Response[FilmProgress]:
    """How far a film of your own is: what has been received, what is being made of it. HEAD tells the offset by tus."""
    film = await film_uploads.get_own(db, viewer, film_id)
    return Response(
        await film_uploads.progress(db, viewer, film_id),
        headers={**_headers(film), "cache-control": "no-store"},
    )


@patch(
    "/films/{film_id:str}",
    opt={"limit": FILM_PARTS},
    request_max_body_size=None,
    tags=["uploads"],
    status_code=204,
)
async def send_film(
    request: AnyRequest, film_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> Response[None]:
    """Send the next bytes of a film, from `Upload-Offset`. With the last ones it is looked at; what is none is refused."""
    _check_version(request)
    if request.headers.get("content-type", "") != OFFSET_BODY:
        raise Invalid("unsupported_media_type")
    film = await film_uploads.get_own(db, viewer, film_id)
    at = _number(request, "upload-offset")
    if film.state == "uploading":
        pieces = await _checked(request) if "upload-checksum" in request.headers else _arriving(request)
        await film_uploads.receive(db, parts.blobs, film, at, pieces)
    film = await film_uploads.finish(db, viewer, desk_of(parts), film_id)
    return Response(None, status_code=204, headers=_headers(film))


@delete("/films/{film_id:str}", tags=["uploads"])
async def discard_film(
    request: AnyRequest, film_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> Response[None]:
    """Throw a film away that stands in no note."""
    _check_version(request)
    await discard(db, viewer, parts.blobs, film_id)
    return Response(None, status_code=204, headers={"tus-resumable": VERSION})


@put("/films/{film_id:str}/cover", opt={"limit": UPLOADS}, tags=["uploads"])
async def choose_cover(
    data: NewCover, film_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> FilmProgress:
    """Let another frame, or a picture you have sent, be the cover of a film that stands in no note yet."""
    await film_uploads.choose_cover(db, viewer, desk_of(parts), film_id, data.at_ms, data.picture)
    return await film_uploads.progress(db, viewer, film_id)


def _headers(film: Film) -> dict[str, str]:
    return {
        "tus-resumable": VERSION,
        "upload-offset": str(film.received),
        "upload-length": str(film.length),
        "upload-expires": format_datetime(film.expires_at.astimezone(UTC), usegmt=True),
    }


def _check_version(request: AnyRequest) -> None:
    """Whoever names the protocol's version names ours."""
    if request.headers.get("tus-resumable", VERSION) != VERSION:
        raise Invalid("tus_version")


def _number(request: AnyRequest, name: str) -> int:
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Invalid("tus_header", header=name)
    return int(value)


async def _arriving(request: AnyRequest) -> AsyncIterator[bytes]:
    """What comes, until it ends or the line breaks: what has arrived by then is kept."""
    try:
        async for piece in request.stream():
            yield piece
    except InternalServerException:
        return


async def _checked(request: AnyRequest) -> AsyncIterator[bytes]:
    """A part that is only taken when its checksum fits; held in memory, so of bounded size."""
    name, _, sent = request.headers["upload-checksum"].partition(" ")
    whole = bytearray()
    async for piece in request.stream():
        whole += piece
        if len(whole) > 2 * PART_BYTES:
            raise Invalid("too_large")
    try:
        wanted = base64.b64decode(sent, validate=True)
    except binascii.Error as error:
        raise Invalid("tus_header", header="upload-checksum") from error
    if name not in _DIGESTS:
        raise Invalid("tus_header", header="upload-checksum")
    if _DIGESTS[name](whole).digest() != wanted:
        raise Invalid("film_checksum")

    async def once() -> AsyncIterator[Any]:
        yield bytes(whole)

    return once()


HANDLERS = [begin_film, get_film, send_film, discard_film, choose_cover]
