"""Films on their way into a note, by the tus protocol (1.0.0): core, creation, termination, expiration, checksum."""

from litestar import Response, delete, get, patch, post, put, route
from litestar.params import FromPath

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.media import film_uploads
from vermilion.media.actions import discard
from vermilion.media.film_uploads import Desk
from vermilion.media.schema import Film, FilmProgress
from vermilion.notes.films import choose_cover as choose
from vermilion.web.api import tus
from vermilion.web.api.deeds import IdempotencyKey, known
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.idempotency import Answer, check_key, fingerprint, once, to_response
from vermilion.web.limits import FILM_PARTS, UPLOADS


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
    return Response(None, status_code=204, headers=tus.options(parts.film_table.most_bytes))


@post("/films", opt={"limit": UPLOADS}, tags=["uploads"], status_code=201)
async def begin_film(
    request: AnyRequest, db: TheDb, viewer: TheViewer, parts: TheParts, key: IdempotencyKey = None
) -> Response[FilmProgress]:
    """Begin to send a film by the tus protocol: `Upload-Length` says how many bytes; `Location` is where they go."""
    known(viewer)
    tus.check_version(request)
    length = tus.number(request, "upload-length")
    checked = None if key is None else check_key(key)

    async def deed() -> Answer:
        film = await film_uploads.begin(db, viewer, parts.film_table, length)
        shown = await film_uploads.progress(db, viewer, film.id)
        return Answer(value=shown, status=201, location=f"/api/v1/films/{film.id}")

    answer = to_response(await once(db, viewer, checked, fingerprint(request, str(length).encode()), deed))
    answer.headers["tus-resumable"] = tus.VERSION
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
    tus.check_version(request)
    tus.check_body(request)
    film = await film_uploads.get_own(db, viewer, film_id)
    at = tus.number(request, "upload-offset")
    if film.state == "uploading":
        await film_uploads.receive(db, parts.blobs, film, at, await tus.pieces_of(request))
    film = await film_uploads.finish(db, viewer, desk_of(parts), film_id)
    return Response(None, status_code=204, headers=_headers(film))


@delete("/films/{film_id:str}", tags=["uploads"])
async def discard_film(
    request: AnyRequest, film_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> Response[None]:
    """Throw a film away that stands in no note."""
    tus.check_version(request)
    await discard(db, viewer, parts.blobs, film_id)
    return Response(None, status_code=204, headers={"tus-resumable": tus.VERSION})


@put("/films/{film_id:str}/cover", opt={"limit": UPLOADS}, tags=["uploads"])
async def choose_cover(
    data: NewCover, film_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts
) -> FilmProgress:
    """Let another frame, or a picture you have sent, be the cover of a film of yours, in its note or before it stands in one."""
    await choose(db, viewer, desk_of(parts), film_id, data.at_ms, data.picture)
    return await film_uploads.progress(db, viewer, film_id)


def _headers(film: Film) -> dict[str, str]:
    return tus.headers(film.received, film.length, film.expires_at)


HANDLERS = [begin_film, get_film, send_film, discard_film, choose_cover]
