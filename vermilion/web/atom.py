"""A search as an Atom 1.0 feed (RFC 4287), the same for everybody: what guests may see."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from litestar import Response, get
from markupsafe import Markup

from vermilion.kernel.errors import Invalid
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import GUEST
from vermilion.search.latest import Entry, latest
from vermilion.search.query import Query
from vermilion.search.schema import Filters
from vermilion.web.asked import ask
from vermilion.web.context import AnyRequest, TheDb, TheParts

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NEVER = datetime(2024, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_FEED = Markup("""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{here}</id>
<title type="text">{title}</title>
<updated>{updated}</updated>
<link rel="self" type="application/atom+xml" href="{here}"/>
<link rel="alternate" type="text/html" href="{page}"/>
<generator>Vermilion</generator>
{entries}</feed>
""")

_ENTRY = Markup("""<entry xml:lang="{lang}">
<id>{address}</id>
<title type="text">{title}</title>
<published>{published}</published>
<updated>{updated}</updated>
<author><name>{name}</name><uri>{profile}</uri></author>
<link rel="alternate" type="text/html" href="{address}"/>
{picture}{summary}</entry>
""")


@get("/search.atom", include_in_schema=False)
async def feed(
    request: AnyRequest, db: TheDb, parts: TheParts, q: str = "", lang: str | None = None
) -> Response[bytes]:
    """The newest answers to a question; asked again with If-None-Match, 304 while they are the same."""
    query = await ask(GUEST, parts, q)
    if query.is_empty:
        raise Invalid("nothing_asked", field="q")
    filters = Filters(langs=(lang,) if lang in LANGS else ())
    body = as_atom(parts.settings.origin, query, filters, await latest(db, GUEST, query, filters))
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "public, max-age=120"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def feed_address(query: Query, filters: Filters) -> str:
    """Where the feed of a question is."""
    given = {"q": query.text, "lang": filters.langs[0] if filters.langs else ""}
    return "/search.atom?" + urlencode({name: value for name, value in given.items() if value})


def as_atom(origin: str, query: Query, filters: Filters, entries: Sequence[Entry]) -> bytes:
    """The feed; a note's address is its id for good, the feed's own address that of the feed."""
    address = feed_address(query, filters)
    filled = _FEED.format(
        here=origin + address,
        page=origin + address.replace("/search.atom?", "/search?", 1),
        title=_clean(f"{query.text} · Vermilion"),
        updated=_time(max((entry.updated for entry in entries), default=NEVER)),
        entries=Markup("").join(_entry(origin, entry) for entry in entries),
    )
    return filled.encode()


def _entry(origin: str, entry: Entry) -> Markup:
    note, snippet = entry.hit.note, entry.hit.snippet
    lang = note.title.original_lang
    sources = note.cover.picture.sources if note.cover.picture else ()
    picture = next((source for source in reversed(sources) if source.format == "webp"), None)
    return _ENTRY.format(
        lang=lang,
        address=f"{origin}/n/{int(note.id)}",
        title=_clean(note.title.original),
        published=_time(entry.published),
        updated=_time(entry.updated),
        name=_clean(note.author.display_name),
        profile=f"{origin}/@{quote(note.author.handle)}",
        picture=Markup('<link rel="enclosure" type="image/{}" href="{}"/>\n').format(
            picture.format, origin + picture.url
        )
        if picture
        else "",
        summary=Markup('<summary type="text" xml:lang="{}">{}</summary>\n').format(
            snippet.original_lang, _clean(snippet.original)
        )
        if snippet
        else "",
    )


def _clean(text: str) -> str:
    """A text without what XML 1.0 cannot hold."""
    return _NO_XML.sub("", text)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


HANDLERS = [feed]
