"""Files: pictures, avatars, drawn covers, what the front end was built into."""

import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromPath

from vermilion.comments import reads as comments
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.media import covers
from vermilion.media import reads as media
from vermilion.media.cutting import get_whole
from vermilion.web.context import TheDb, TheParts, TheViewer
from vermilion.web.packing import encodings_accepted
from vermilion.web.robots import rules_of

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "private, max-age=300"
ANYWHERE = {"cross-origin-resource-policy": "cross-origin"}
"""Of what everybody may see: other sites and feed readers may show it."""
_OPEN = {"open": True}
_MOST_SEED = 20
_PACKED = {"br": ".br", "gzip": ".gz"}


@get("/m/{note_id:str}/{key:str}/{file:str}", include_in_schema=False, opt={"limit": None})
async def picture(
    note_id: FromPath[Id],
    key: FromPath[str],
    file: FromPath[str],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
) -> Response[bytes]:
    """A size of a note's picture, such as `m.webp`, for those who may see the note."""
    name, _, form = file.partition(".")
    found = await comments.get_picture(db, viewer, parts.blobs, note_id, key, name, form)
    headers = rules_of(parts.settings, found.wishes).headers | (ANYWHERE if found.is_public else {})
    return _file(found.data, f"image/{form}", FOREVER if found.is_public else BRIEFLY, headers)


@get("/avatar/{key:str}/{file:str}", include_in_schema=False, opt=_OPEN)
async def avatar(key: FromPath[str], file: FromPath[str], parts: TheParts) -> Response[bytes]:
    """A person's picture: `s.webp` or `m.webp`."""
    size, _, form = file.partition(".")
    if form != "webp":
        raise NotFound("not_found")
    return _file(await media.get_avatar(parts.blobs, key, size), "image/webp", FOREVER, ANYWHERE)


@get("/u/{upload_id:str}", include_in_schema=False, opt={"limit": None})
async def upload(upload_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> Response[bytes]:
    """The preview of an upload, for its owner."""
    return _file(await media.get_upload(db, viewer, parts.blobs, upload_id), "image/webp", BRIEFLY)


@get("/u/{upload_id:str}/whole", include_in_schema=False, opt={"limit": None})
async def whole(upload_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> Response[bytes]:
    """An upload before something was cut off, for its owner."""
    return _file(await get_whole(db, viewer, parts.blobs, upload_id), "image/webp", BRIEFLY)


@get("/cover/{file:str}", include_in_schema=False, opt=_OPEN)
async def cover(file: FromPath[str]) -> Response[bytes]:
    """A drawn cover, `{motif}-{seed}.svg`."""
    stem, _, form = file.rpartition(".")
    motif, _, seed = stem.rpartition("-")
    if form != "svg" or not (seed.isascii() and seed.isdigit() and len(seed) <= _MOST_SEED):
        raise NotFound("not_found")
    return _file(_drawn(motif, int(seed)), "image/svg+xml", FOREVER, ANYWHERE)


@lru_cache(maxsize=512)
def _drawn(motif: str, seed: int) -> bytes:
    try:
        return covers.draw(motif, seed).encode()
    except (KeyError, ValueError) as error:
        raise NotFound("not_found") from error


class Built(NamedTuple):
    """A built file as it is, and packed where the build has done so."""

    plain: bytes
    packed: dict[str, bytes]
    kind: str


@get("/static/{path:path}", include_in_schema=False, opt=_OPEN)
async def static(path: FromPath[Path], request: Request[Any, Any, Any]) -> Response[bytes]:
    """A built file; its hashed name makes it safe to keep for ever."""
    found = built_files().get(path.as_posix().lstrip("/"))
    if found is None:
        raise NotFound("not_found")
    headers = {"vary": "accept-encoding"}
    accepted = encodings_accepted(request.headers.get("accept-encoding", ""))
    for coding, packed in found.packed.items():
        if coding in accepted:
            return _file(packed, found.kind, FOREVER, {**headers, "content-encoding": coding})
    return _file(found.plain, found.kind, FOREVER, headers)


@lru_cache(maxsize=1)
def built_files() -> dict[str, Built]:
    """Every built file by its name, the smallest packing first. The folder is closed: no path leads out."""
    files = sorted(STATIC.rglob("*")) if STATIC.is_dir() else []
    contents = {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in files if path.is_file()}
    found = {}
    for name, plain in contents.items():
        packed = {coding: contents[name + end] for coding, end in _PACKED.items() if name + end in contents}
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found[name] = Built(plain, packed, kind)
    return found


def _file(body: bytes, kind: str, cache: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(body, media_type=kind, headers={"cache-control": cache, **(headers or {})})


HANDLERS = [picture, avatar, upload, whole, cover, static]
