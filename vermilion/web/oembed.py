"""oEmbed (oembed.com): how other sites show a note, and the page for their frame. No cookie counts: all see what guests see."""

import re
from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter
from markupsafe import Markup

from vermilion.kernel.errors import Invalid, NotFound, Problem, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_note_page
from vermilion.notes.schema import NotePage
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, TheDb, TheParts, interface_for, languages_accepted
from vermilion.web.heads import (
    MOST_TITLE,
    SITE,
    embed_path,
    in_one_line,
    is_for_others,
    note_path,
    person_path,
    shown_picture,
)
from vermilion.web.packing import Packed
from vermilion.web.render import page
from vermilion.web.robots import Rules, rules_of

WIDTH, HEIGHT, LEAST_WIDTH = 480, 640, 220
"""Of a frame in pixels: as wide and high as it is made where nothing else is asked for."""
HEIGHT_OF_WORDS = 300
LASTS = 600
"""Seconds."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
"""Of the page for a frame: any site may show it, it runs nothing and sends nothing."""
BEHIND_THE_DOOR = ("/following", "/saved", "/inbox", "/settings", "/publish", "/drafts", "/learn")
Format = Annotated[str, QueryParameter(name="format", max_length=20, required=False)]
Size = Annotated[str, QueryParameter(max_length=20, required=False)]
_NOTE = re.compile(r"/n/(\d{1,19})(?:/share)?/?")
_ANYBODY = {"cross-origin-resource-policy": "cross-origin"}
_VARY = "accept-language"


@get("/oembed", include_in_schema=False)
async def oembed(
    request: AnyRequest,
    db: TheDb,
    parts: TheParts,
    url: str = "",
    format_: Format = "json",
    maxwidth: Size = "",
    maxheight: Size = "",
) -> Response[bytes]:
    """How to show the note at an address of ours.

    404 where there is none for everybody (also where there is one for some: nobody learns that), 401 for pages behind the door,
    501 for another format than JSON and XML.
    """
    if format_ not in ("json", "xml"):
        raise Problem("oembed_format")
    width, height = _most(maxwidth, "maxwidth"), _most(maxheight, "maxheight")
    origin = parts.settings.origin
    note = await note_for_others(db, _reader(request), _note_id(url, origin))
    body = _described(note, origin, width, height)
    headers = {**_ANYBODY, "cache-control": f"public, max-age={LASTS}", "vary": _VARY}
    headers |= rules_of(parts.settings, note.wishes).headers
    if format_ == "json":
        return Packed(msgspec.json.encode(body), media_type="application/json", headers=headers)
    return Packed(_as_xml(body), media_type="text/xml", headers=headers)


@get("/n/{note_id:str}/embed", include_in_schema=False)
async def embedded(request: AnyRequest, db: TheDb, parts: TheParts, note_id: FromPath[Id]) -> Response[bytes]:
    """A note in a frame of another site; where it is gone the frame says so."""
    viewer, origin = _reader(request), parts.settings.origin
    locale = interface_for(viewer.reads, None, request.headers.get("accept-language", ""))
    note: NotePage | None = None
    with suppress(NotFound):
        note = await note_for_others(db, viewer, note_id)
    may_train = rules_of(parts.settings, *([note.wishes] if note else [])).may_train
    headers = {
        "content-security-policy": POLICY, "cross-origin-resource-policy": "cross-origin",
        "cache-control": f"public, max-age={LASTS}", "vary": _VARY,
        **Rules(may_list=False, may_train=may_train).headers,
    }  # fmt: skip
    body = page("embed.html", locale, note=note, origin=origin, url=origin + note_path(note_id), site=SITE)
    return Packed(body.encode(), status_code=200 if note else 404, media_type="text/html", headers=headers)


def frame_of(
    origin: str, note: NotePage, width: int | None = None, height: int | None = None
) -> tuple[Markup, int, int]:
    """The element another site puts into its page, and how large it is at the most."""
    wide = max(1, min(WIDTH, width or WIDTH))
    high = max(1, min(_height(note, wide), height or HEIGHT))
    frame = Markup(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0" '
        'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>'
    ).format(origin + embed_path(note.id), wide, high, _title(note))
    return frame, wide, high


def _height(note: NotePage, width: int) -> int:
    if not note.pictures:
        return HEIGHT_OF_WORDS
    picture = note.cover
    return min(HEIGHT, round(width * min(picture.height / max(1, picture.width), 1.0)) + 180)


def _described(note: NotePage, origin: str, width: int | None, height: int | None) -> dict[str, Any]:
    frame, wide, high = frame_of(origin, note, width, height)
    found: dict[str, Any] = {
        "version": "1.0", "type": "rich", "title": _title(note), "author_name": note.author.display_name,
        "author_url": origin + person_path(note.author.handle), "provider_name": SITE, "provider_url": origin + "/",
        "cache_age": LASTS, "html": str(frame), "width": wide, "height": high,
    }  # fmt: skip
    if note.cover.picture is not None:
        shown = shown_picture(origin, note.cover.picture)
        if shown.width <= (width or shown.width) and shown.height <= (height or shown.height):
            found |= {
                "thumbnail_url": shown.url, "thumbnail_width": shown.width, "thumbnail_height": shown.height,
            }  # fmt: skip
    return found


def _title(note: NotePage) -> str:
    return in_one_line(note.title.text or note.body.text or f"@{note.author.handle}", MOST_TITLE)


def _as_xml(body: dict[str, Any]) -> bytes:
    form = Markup("<{0}>{1}</{0}>\n")
    inner = Markup("").join(form.format(name, str(value)) for name, value in body.items())
    return (
        Markup('<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n{}</oembed>\n')
        .format(inner)
        .encode()
    )


async def note_for_others(db: Db, viewer: Viewer, note_id: Id) -> NotePage:
    """A note that other sites may show; raises NotFound."""
    note = await get_note_page(db, viewer, note_id)
    if not is_for_others(note):
        raise NotFound("note_gone")
    return note


def _note_id(url: str, origin: str) -> Id:
    """The note an address of ours leads to; raises NotFound, Unauthorized, Invalid."""
    if not url:
        raise Invalid("missing", field="url")
    try:
        asked = urlsplit(url)
    except ValueError as error:
        raise NotFound("not_found") from error
    if f"{asked.scheme}://{asked.netloc}".lower() != origin.lower():
        raise NotFound("not_found")
    if asked.path.startswith(BEHIND_THE_DOOR):
        raise Unauthorized("sign_in_first")
    found = _NOTE.fullmatch(asked.path)
    if found is None or not 0 < int(found[1]) < 2**63:
        raise NotFound("not_found")
    return Id(int(found[1]))


def _most(value: str, field: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) < 9):
        raise Invalid("wrong_form", field=field)
    return int(value)


def _reader(request: AnyRequest) -> Viewer:
    """A guest who reads what their browser says; nothing else of them counts."""
    reads = languages_accepted(request.headers.get("accept-language", ""))
    return Viewer(reads=tuple(reads[:12]) or ("en",))


HANDLERS = [oembed, embedded]
