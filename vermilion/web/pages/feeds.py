"""Lists of notes: Explore, Following, channels, topics, what one saved."""

from functools import lru_cache
from html import escape
from typing import Annotated, Any, cast
from urllib.parse import quote, urlencode

from litestar import get, post
from litestar.datastructures import Cookie
from litestar.params import QueryParameter
from markupsafe import Markup

from vermilion.feed import reads
from vermilion.feed.channels import CHANNELS
from vermilion.feed.schema import SeenBatch
from vermilion.kernel.errors import NotFound
from vermilion.kernel.pages import Page
from vermilion.kernel.record import Record
from vermilion.kernel.text import fold_tag
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.notes.saved import Choice
from vermilion.notes.saved import saved as saved_notes
from vermilion.notes.schema import NoteCard
from vermilion.storage.db import Db
from vermilion.web.cards import cards_html
from vermilion.web.context import READ_COOKIE, AnyRequest, State
from vermilion.web.heads import head_of_list, head_of_site, topic_path
from vermilion.web.pages.answers import Html, fragment, go, to_door, whole
from vermilion.web.pages.trying import people_to_try
from vermilion.web.reading import Manner, ask_for, manner_of, of_cards, pulling
from vermilion.web.render import preloads, safe
from vermilion.web.share_cards import face_of_topic
from vermilion.web.wording import Wording, wording

YEAR = 365 * 24 * 3600
Cursor = Annotated[str | None, QueryParameter(name="cursor", max_length=500, required=False)]


def _(message: str) -> str:
    return message


ROOM = _("One room for everybody: notes from everywhere, each read in your own language.")
"""What the front page says of itself to other sites."""

CHANNEL_NAMES = {
    "travel": _("Travel"),
    "food": _("Food"),
    "cats": _("Cat tax"),
    "home": _("Home"),
    "essays": _("Essays"),
    "language": _("Language"),
    "outfit": _("Outfit"),
    "days": _("Days"),
}


@lru_cache(maxsize=1024)
def channel_names(words: Wording, interests: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Channels in the order of their chips, the viewer's interests first, named in the interface's language."""
    ordered = sorted(CHANNELS, key=lambda key: key not in interests)
    return tuple((key, words.gettext(CHANNEL_NAMES.get(key, key))) for key in ordered)


SAVED_KINDS = {"": _("Everything"), "film": _("Films"), "picture": _("Pictures"), "text": _("Words alone")}


class Nothing(Record, kw_only=True, frozen=True):
    """What a list says when it holds nothing."""

    title: str
    text: str
    href: str
    label: str


def empty(title: str, text: str, href: str = "", label: str = "") -> Nothing:
    """What a list says when it holds nothing."""
    return Nothing(title=title, text=text, href=href, label=label)


def after(path: str, page: Page[NoteCard]) -> str:
    """Address of the next notes; empty when there are none."""
    return f"{path}{'&' if '?' in path else '?'}cursor={page.next}" if page.next else ""


async def cards_manner(viewer: Viewer, parts: State, found: Page[NoteCard]) -> Manner:
    """How the viewer reads these cards; what they lack is asked for, unless their originals are wanted."""
    manner = await manner_of(viewer, parts)
    if viewer.shown != "original":
        ask_for(parts, manner, of_cards(found.items))
    return manner


def wants_cards(request: AnyRequest) -> bool:
    return request.headers.get("x-fragment") == "cards"


async def listed(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    path: str,
    found: Page[NoteCard],
    head: str = "",
    **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:
    """A page of notes, or its cards alone for the script that appends them. `head`: what it says to other sites."""
    onward = after(path, found)
    manner = await cards_manner(viewer, parts, found)
    if wants_cards(request):
        return more_cards(locale, viewer, cards_html(locale, found.items, manner, later=True), onward)
    slots = {
        "cards": cards_html(locale, found.items, manner),
        "next": escape(onward).encode(),
        "preloads": preloads(found.items).encode(),
        "head": head.encode(),
    }
    return await whole(
        db,
        viewer,
        locale,
        "feed.html",
        slots=slots,
        pulling=await pulling(parts),
        shown=viewer.shown,
        **context,
    )


def more_cards(locale: str, viewer: Viewer, cards: bytes, onward: str) -> Html:
    """The next cards of a list, for the script that appends them."""
    return fragment(locale, "parts/cards.html", viewer, cards=safe(cards), next=onward)


@get("/", include_in_schema=False)
async def explore(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    cursor: Cursor = None,
    lang: str | None = None,
) -> Html:
    """The front page: recent and well-liked notes, for everybody."""
    if lang in LANGS:
        # Not `secure`: it says nothing about anybody, and must also hold on a plain http address.
        return go("/", [Cookie(key=READ_COOKIE, value=lang, max_age=YEAR, path="/", samesite="lax")])
    words = wording(locale)
    found = await reads.explore(db, viewer, cursor)
    return await listed(
        request, db, viewer, locale, parts, "/", found,
        head_of_site(parts.settings.origin, viewer, words.gettext("Explore"), words.gettext(ROOM)),
        here="explore", surface="explore", heading=words.gettext("Explore"), channels=channel_names(words, viewer.interests),
        try_people=await people_to_try(request, db, parts) if viewer.is_guest and cursor is None else (),
        empty=empty(
            words.gettext("The room is still empty"), words.gettext("Somebody has to begin. Why not you?"),
            "/publish", words.gettext("Publish a note"),
        ),
    )  # fmt: skip


@get("/following", include_in_schema=False)
async def following(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, cursor: Cursor = None
) -> Html:
    """Notes by the people one follows, the newest first."""
    if viewer.is_guest:
        return to_door(request)
    words = wording(locale)
    return await listed(
        request, db, viewer, locale, parts, "/following", await reads.following(db, viewer, cursor),
        here="following", surface="following", heading=words.gettext("Following"), headed=True,
        empty=empty(
            words.gettext("You follow nobody yet"), words.gettext("What the people you follow publish arrives here."),
            "/", words.gettext("Look around"),
        ),
    )  # fmt: skip


@get("/channel/{key:str}", include_in_schema=False)
async def channel(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, key: str, cursor: Cursor = None
) -> Html:
    """Notes of one channel."""
    if key not in CHANNELS:
        raise NotFound("not_found")
    words = wording(locale)
    return await listed(
        request, db, viewer, locale, parts, f"/channel/{key}", await reads.channel(db, viewer, key, cursor),
        here="channel", channel=key, surface="topic", heading=words.gettext(CHANNEL_NAMES.get(key, key)),
        channels=channel_names(words, viewer.interests), empty=_nothing_here(words),
    )  # fmt: skip


@get("/topic/{tag:str}", include_in_schema=False)
async def topic(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, tag: str, cursor: Cursor = None
) -> Html:
    """Notes that carry a #tag."""
    words, topics = wording(locale), (await parts.lore()).topics
    tag = tag.replace("\0", "")
    name = topics.for_reader(tag, viewer.reads) or tag
    names = {fold_tag(other): (lang, other) for lang, other in topics.names(tag).items()}
    path = f"/topic/{quote(fold_tag(tag), safe='')}"
    found = await reads.topic(db, viewer, tag, cursor, topics.same(tag))
    return await listed(
        request, db, viewer, locale, parts, path, found,
        _head(parts.settings.origin, viewer, tag, name, found.items),
        here="topic", surface="topic", topic=name, share=path, also=tuple(pair for key, pair in names.items() if key != fold_tag(name)),
        heading=f"#{name}", empty=_nothing_here(words),
    )  # fmt: skip


def _head(origin: str, viewer: Viewer, tag: str, name: str, cards: list[NoteCard]) -> Markup:
    card = face_of_topic(tag, name, viewer.reads[0], cards).shown(origin)
    return head_of_list(origin, viewer, topic_path(tag), f"#{name}", cards, card)


def _nothing_here(words: Wording) -> Nothing:
    return empty(
        words.gettext("No notes here yet"), words.gettext("Be the first: put the tag into a note of yours."),
        "/publish", words.gettext("Publish a note"),
    )  # fmt: skip


@get("/saved", include_in_schema=False)
async def saved(  # noqa: PLR0913, PLR0917 - one for each part of the address
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, cursor: Cursor = None,
    q: str = "", kind: str = "", lang: str = "", sort: str = "",
) -> Html:  # fmt: skip
    """Notes one saved, the last first, all or some; asked for something, those that answer."""
    if viewer.is_guest:
        return to_door(request)
    if q.strip():
        return go("/search?" + urlencode({"q": q[:200], "in": "saved"}))
    words = wording(locale)
    choice = Choice(
        kind=cast(Any, kind) if kind in SAVED_KINDS else "", lang=lang if lang in LANGS else "",
        sort="oldest" if sort == "oldest" else "newest",
    )  # fmt: skip
    given = {"kind": choice.kind, "lang": choice.lang, "sort": sort if choice.sort == "oldest" else ""}
    path = "/saved?" + urlencode({name: value for name, value in given.items() if value})
    return await listed(
        request, db, viewer, locale, parts, path.rstrip("?"), await saved_notes(db, viewer, cursor, choice),
        here="saved", surface="saved", heading=words.gettext("Saved"), headed=True, choice=choice,
        kinds=tuple((key, words.gettext(name)) for key, name in SAVED_KINDS.items()),
        empty=_nothing_saved(words, choice, is_first=cursor is None),
    )  # fmt: skip


def _nothing_saved(words: Wording, choice: Choice, *, is_first: bool) -> Nothing:
    if choice.is_narrow or not is_first:
        return empty(
            words.gettext("Nothing saved fits"), words.gettext("Try another kind or another language."),
            "/saved", words.gettext("All saved notes"),
        )  # fmt: skip
    return empty(
        words.gettext("Nothing saved yet"), words.gettext("The star under a note keeps it here for you alone."),
        "/", words.gettext("Look around"),
    )  # fmt: skip


@post("/seen", include_in_schema=False, status_code=204)
async def seen(data: SeenBatch, viewer: Viewer, parts: State) -> None:
    """What was on screen."""
    parts.seen.add(viewer, data)


HANDLERS = [explore, following, channel, topic, saved, seen]
