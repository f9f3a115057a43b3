"""Atom 1.0 feeds (RFC 4287, pages of them as RFC 5005 has it): how one is written, and how it is sent."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple

from litestar import Response
from markupsafe import Markup

from vermilion.web.context import AnyRequest
from vermilion.web.packing import Packed

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NEVER = datetime(2024, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated."""
LASTS = 120
"""Seconds that anybody may keep a feed without asking again."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_FEED = Markup("""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{here}</id>
<title type="text">{title}</title>
<updated>{updated}</updated>
{links}<generator>Vermilion</generator>
{entries}</feed>
""")

_ENTRY = Markup("""<entry xml:lang="{lang}">
<id>{address}</id>
<title type="text">{title}</title>
<published>{published}</published>
<updated>{updated}</updated>
<author><name>{name}</name><uri>{profile}</uri></author>
<link rel="alternate" type="text/html" href="{address}"/>
{more}</entry>
""")

_LINK = Markup('<link rel="{}" type="{}" href="{}"/>\n')
_CATEGORY = Markup('<category term="{}"/>\n')
_SUMMARY = Markup('<summary type="text" xml:lang="{}">{}</summary>\n')
_CONTENT = Markup('<content type="html" xml:lang="{}">{}</content>\n')


class Words(NamedTuple):
    """A text and its language."""

    lang: str
    text: str


class Enclosure(NamedTuple):
    """A file that goes with an entry, by its whole address."""

    kind: str
    url: str


class Item(NamedTuple):
    """One entry; a note's address is its id for good. Addresses are whole; `content` is HTML."""

    address: str
    title: Words
    name: str
    profile: str
    published: datetime
    updated: datetime
    enclosures: Sequence[Enclosure] = ()
    tags: Sequence[str] = ()
    summary: Words | None = None
    content: Words | None = None


class Feed(NamedTuple):
    """What is sent: its own address, the page that shows the same, and where its older entries are."""

    here: str
    page: str
    title: str
    items: Sequence[Item]
    older: str = ""

    @property
    def updated(self) -> datetime:
        """When something in it last changed."""
        return max((item.updated for item in self.items), default=NEVER)


def as_atom(feed: Feed) -> bytes:
    """The feed as it is sent."""
    links = [("self", "application/atom+xml", feed.here), ("alternate", "text/html", feed.page)]
    links += [("next", "application/atom+xml", feed.older)] if feed.older else []
    filled = _FEED.format(
        here=feed.here,
        title=_clean(feed.title),
        updated=_time(feed.updated),
        links=_all(_LINK.format(*link) for link in links),
        entries=_all(map(_entry, feed.items)),
    )
    return filled.encode()


def sent(request: AnyRequest, feed: Feed, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The answer; 304 while it is the same as what the reader has, told by If-None-Match or else by If-Modified-Since.

    That moment must be the very one that was sent: where the newest entry is gone the feed's is an older one.
    """
    body = as_atom(feed)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    moment = format_datetime(feed.updated.astimezone(UTC).replace(microsecond=0), usegmt=True)
    told = {
        "etag": tag, "last-modified": moment, "cache-control": f"public, max-age={LASTS}", **(headers or {}),
    }  # fmt: skip
    known = request.headers.get("if-none-match")
    if tag in known if known is not None else request.headers.get("if-modified-since") == moment:
        return Response(b"", status_code=304, headers=told)
    return Packed(body, media_type=MEDIA_TYPE, headers=told)


def _entry(item: Item) -> Markup:
    summary, content = item.summary, item.content
    more = [_LINK.format("enclosure", one.kind, one.url) for one in item.enclosures]
    more += [_CATEGORY.format(_clean(tag)) for tag in item.tags]
    more += [_SUMMARY.format(summary.lang, _clean(summary.text))] if summary else []
    more += [_CONTENT.format(content.lang, _clean(content.text))] if content else []
    return _ENTRY.format(
        lang=item.title.lang,
        address=item.address,
        title=_clean(item.title.text),
        published=_time(item.published),
        updated=_time(item.updated),
        name=_clean(item.name),
        profile=item.profile,
        more=_all(more),
    )


def _all(pieces: Iterable[Markup]) -> Markup:
    return Markup("").join(pieces)


def _clean(text: str) -> str:
    """A text without what XML 1.0 cannot hold, and no markup whatever it was."""
    return _NO_XML.sub("", str(text))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
