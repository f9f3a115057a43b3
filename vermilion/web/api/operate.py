"""Running the room: for accounts with the role of an operator, and nobody else."""

from litestar import Response, get, post
from litestar.params import FromPath

from vermilion.kernel.ids import Id
from vermilion.web.api.deeds import IdempotencyKey, do_once
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.operating import Overview, operator, overview
from vermilion.web.scopes import PERSON
from vermilion.work.dead import Changed, DeadLetter, dead_letters, drop, try_again

_LETTER = "/operate/dead-letters/{job_id:str}"
OWN = {"scope": PERSON}
"""No token, whatever it may, runs the room."""


@get("/operate", tags=["operate"], opt=OWN)
async def get_operation(db: TheDb, viewer: TheViewer, parts: TheParts) -> Overview:
    """How the room is: queue, storage, slow statements, versions, translators."""
    return await overview(db, viewer, parts)


@get("/operate/dead-letters", tags=["operate"], opt=OWN)
async def list_dead_letters(db: TheDb, viewer: TheViewer) -> list[DeadLetter]:
    """Jobs that failed too often and wait for an operator, the newest hundred."""
    operator(viewer)
    return await dead_letters(db)


@post("/operate/dead-letters/retry", status_code=200, tags=["operate"], opt=OWN)
async def retry_dead_letters(
    request: AnyRequest, db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[Changed]:
    """Queue every held job anew."""
    return await do_once(request, db, operator(viewer), key, lambda: try_again(db, None), status=200)


@post(f"{_LETTER}/retry", status_code=200, tags=["operate"], opt=OWN)
async def retry_dead_letter(
    request: AnyRequest, job_id: FromPath[Id], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[Changed]:
    """Queue a held job anew; one that is not held any more is left alone (`count` 0)."""
    return await do_once(request, db, operator(viewer), key, lambda: try_again(db, [job_id]), status=200)


@post(f"{_LETTER}/drop", status_code=200, tags=["operate"], opt=OWN)
async def drop_dead_letter(
    request: AnyRequest, job_id: FromPath[Id], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[Changed]:
    """Take a held job out of the queue for good; one that is not held any more is left alone (`count` 0)."""
    return await do_once(request, db, operator(viewer), key, lambda: drop(db, [job_id]), status=200)


HANDLERS = [get_operation, list_dead_letters, retry_dead_letters, retry_dead_letter, drop_dead_letter]
