"""The sitemap (sitemaps.org): an index and pages of at most 50,000 addresses, made from the database as it is sent."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream
from markupsafe import Markup

from vermilion.feed.channels import CHANNELS
from vermilion.kernel.errors import NotFound
from vermilion.notes.sitemap import Kind, ends, listed_notes, listed_people, pages
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, TheDb, TheParts
from vermilion.web.heads import note_path, person_path
from vermilion.web.limits import SITEMAPS
from vermilion.web.packing import encodings_accepted
from vermilion.web.robots import lists_unasked

MEDIA_TYPE = "application/xml; charset=utf-8"
LASTS = 3600
"""Seconds that anybody may keep a page."""
_OPTIONS = {"limit": SITEMAPS}
_KINDS: dict[str, Kind] = {"notes": "notes", "people": "people"}
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HEAD = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {_NAMESPACE}>\n'
_GZIP_WINDOW = 31
_LEVEL = 6
ROOM = ("/", "/watch", *(f"/channel/{key}" for key in CHANNELS), "/about/translation", "/about/photographs")
"""Pages that are there whatever is published."""


@get("/sitemap.xml", include_in_schema=False, opt=_OPTIONS)
async def index(request: AnyRequest, db: TheDb, parts: TheParts) -> Response[Any]:
    """Every page there is."""
    _check_open(parts)
    origin = parts.settings.origin
    entries = [_entry("sitemap", f"{origin}/sitemap/room.xml")]
    entries += [
        _entry("sitemap", f"{origin}/sitemap/{page.kind}/{int(page.first_id)}.xml", page.changed_at)
        for page in await pages(db)
    ]
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<sitemapindex {_NAMESPACE}>\n'
    return _sent(request, _once(head, *entries, "</sitemapindex>\n"))


@get("/sitemap/room.xml", include_in_schema=False, opt=_OPTIONS)
async def room(request: AnyRequest, parts: TheParts) -> Response[Any]:
    """The pages of the room itself."""
    _check_open(parts)
    return _sent(
        request, _once(_HEAD, *(_entry("url", parts.settings.origin + path) for path in ROOM), "</urlset>\n")
    )


@get("/sitemap/{kind:str}/{file:str}", include_in_schema=False, opt=_OPTIONS)
async def page(
    request: AnyRequest, kind: FromPath[str], file: FromPath[str], db: TheDb, parts: TheParts
) -> Response[Any]:
    """The notes or the people from one id to another."""
    _check_open(parts)
    number, _, form = file.partition(".")
    first = -1
    if form == "xml" and number.isascii() and len(number) < 20:
        with suppress(ValueError):
            first = int(number)
    end = await ends(db, _KINDS[kind], first) if kind in _KINDS and 0 <= first < 2**63 else None
    if end is None:
        raise NotFound("not_found")
    return _sent(request, _written(db, parts, _KINDS[kind], first, end))


async def _written(db: Db, parts: State, kind: Kind, first: int, end: int) -> AsyncIterator[str]:
    origin, unasked = parts.settings.origin, lists_unasked(parts.settings)
    yield _HEAD
    if kind == "notes":
        async for notes in listed_notes(db, first, end, unasked=unasked):
            yield "".join(_entry("url", origin + note_path(note.id), note.changed_at) for note in notes)
    else:
        async for handles in listed_people(db, first, end, unasked=unasked):
            yield "".join(_entry("url", origin + person_path(handle)) for handle in handles)
    yield "</urlset>\n"


def _check_open(parts: State) -> None:
    if parts.settings.robots == "closed":
        raise NotFound("not_found")


def _entry(name: str, address: str, changed: datetime | None = None) -> str:
    moment = changed and changed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    at = f"<lastmod>{moment}</lastmod>" if moment else ""
    return f"<{name}><loc>{Markup.escape(address)}</loc>{at}</{name}>\n"


async def _once(*pieces: str) -> AsyncIterator[str]:
    yield "".join(pieces)


def _sent(request: AnyRequest, pieces: AsyncIterator[str]) -> Response[Any]:
    """The document as it comes, in gzip for whoever accepts it."""
    headers = {"cache-control": f"public, max-age={LASTS}", "vary": "accept-encoding"}
    packs = "gzip" in encodings_accepted(request.headers.get("accept-encoding", ""))
    if packs:
        headers["content-encoding"] = "gzip"
    return Stream(_packed(pieces) if packs else _plain(pieces), media_type=MEDIA_TYPE, headers=headers)


async def _plain(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece.encode()


async def _packed(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP_WINDOW)
    async for piece in pieces:
        yield packer.compress(piece.encode())
        await asyncio.sleep(0)  # others have their turn between two pieces
    yield packer.flush()


HANDLERS = [index, room, page]
