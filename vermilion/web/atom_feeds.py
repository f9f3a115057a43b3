"""What there is as a feed: a search, a person, a topic, an album. The same for everybody: what guests may see."""

from collections.abc import Iterator
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup, escape

from vermilion.accounts.reads import get_profile, people
from vermilion.feed import reads as feeds
from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.text import to_html
from vermilion.kernel.viewer import GUEST
from vermilion.notes import albums
from vermilion.notes.entries import NoteEntry, entries
from vermilion.notes.reads import Offer, notes_by
from vermilion.notes.schema import NoteCard
from vermilion.search.latest import Entry, latest
from vermilion.search.query import Query, lang_of
from vermilion.search.schema import Filters
from vermilion.storage.db import Db
from vermilion.web.asked import ask, check_langs
from vermilion.web.atom import Enclosure, Feed, Item, Words, sent
from vermilion.web.context import AnyRequest, State, TheDb, TheParts
from vermilion.web.heads import SITE, album_path, feed_of, note_path, person_path, shown_picture, topic_path
from vermilion.web.pages.feeds import Cursor
from vermilion.web.pages.people import handle_in
from vermilion.web.robots import rules_of

MOST_TITLE = 80
"""Of the beginning of a note that stands for the title it has not."""


@get("/search.atom", include_in_schema=False)
async def feed_of_search(
    request: AnyRequest, db: TheDb, parts: TheParts, q: str = "", lang: str | None = None
) -> Response[bytes]:
    """The newest answers to a question."""
    query = await ask(GUEST, parts, q)
    if query.is_empty:
        raise Invalid("nothing_asked", field="q")
    check_langs(q, lang)
    filters = Filters(langs=(lang_of(lang),) if lang else ())
    found, origin = await latest(db, GUEST, query, filters), parts.settings.origin
    address = feed_address(query, filters)
    feed = Feed(
        here=origin + address,
        page=origin + address.replace("/search.atom?", "/search?", 1),
        title=f"{query.text} · {SITE}",
        items=[_answer(origin, entry) for entry in found],
    )
    authors = await people(db, GUEST, [entry.hit.note.author.id for entry in found])
    rules = rules_of(parts.settings, *(one.wishes for one in authors.values()))
    return sent(request, feed, rules.headers)


@get("/{name:str}/feed.atom", include_in_schema=False)
async def feed_of_person(
    request: AnyRequest, db: TheDb, parts: TheParts, name: str, cursor: Cursor = None
) -> Response[bytes]:
    """The notes of a person, the newest first, a page at a time."""
    profile = await get_profile(db, GUEST, handle_in(name))
    found = await notes_by(db, GUEST, profile.id, cursor)
    title = f"{profile.display_name} · {SITE}"
    return await _of_cards(request, db, parts, person_path(profile.handle), title, found, cursor)


@get("/topic/{tag:str}/feed.atom", include_in_schema=False)
async def feed_of_topic(
    request: AnyRequest, db: TheDb, parts: TheParts, tag: str, cursor: Cursor = None
) -> Response[bytes]:
    """The notes under a #tag in all its languages, the newest first, a page at a time."""
    tag = tag.replace("\0", "")
    found = await feeds.topic(db, GUEST, tag, cursor, (await parts.lore()).topics.same(tag))
    return await _of_cards(request, db, parts, topic_path(tag), f"#{tag} · {SITE}", found, cursor)


@get("/{name:str}/albums/{album_id:str}/feed.atom", include_in_schema=False)
async def feed_of_album(
    request: AnyRequest, db: TheDb, parts: TheParts, name: str, album_id: FromPath[Id], cursor: Cursor = None
) -> Response[bytes]:
    """The notes of an album that everybody may see, in its order, a page at a time."""
    profile = await get_profile(db, GUEST, handle_in(name))
    album = await albums.get_album(db, GUEST, profile.id, album_id)
    found = await albums.album_notes(db, GUEST, profile.id, album_id, cursor)
    title = f"{album.name} · {profile.display_name} · {SITE}"
    return await _of_cards(request, db, parts, album_path(profile.handle, album_id), title, found, cursor)


def feed_address(query: Query, filters: Filters) -> str:
    """Where the feed of a question is."""
    given = {"q": query.text, "lang": filters.langs[0] if filters.langs else ""}
    return "/search.atom?" + urlencode({name: value for name, value in given.items() if value})


async def _of_cards(
    request: AnyRequest,
    db: Db,
    parts: State,
    path: str,
    title: str,
    found: Page[NoteCard],
    cursor: str | None,
) -> Response[bytes]:
    """The feed of a page that lists notes."""
    origin = parts.settings.origin
    offers = [Offer(note_id=card.id, author_id=card.author.id) for card in found.items]
    shown = await entries(db, GUEST, offers)
    feed = Feed(
        here=origin + feed_of(path, cursor),
        page=origin + path,
        title=title,
        items=[_item(origin, entry) for entry in shown],
        older=origin + feed_of(path, found.next) if found.next else "",
    )
    return sent(request, feed, rules_of(parts.settings, *(entry.wishes for entry in shown)).headers)


def _item(origin: str, entry: NoteEntry) -> Item:
    return Item(
        address=origin + note_path(entry.id),
        title=_title(entry),
        name=entry.author.display_name,
        profile=origin + person_path(entry.author.handle),
        published=entry.published,
        updated=entry.updated,
        enclosures=list(_enclosures(origin, entry)),
        tags=entry.tags,
        content=Words(entry.body_lang if entry.body else entry.title_lang, _content(origin, entry)),
    )


def _title(entry: NoteEntry) -> Words:
    if entry.title:
        return Words(entry.title_lang, entry.title)
    line = " ".join(entry.body.split())
    return Words(entry.body_lang, line if len(line) <= MOST_TITLE else line[: MOST_TITLE - 1] + "…")


def _content(origin: str, entry: NoteEntry) -> str:
    """The pictures of a note and its words as HTML; every address is a whole one."""
    pictures = Markup("").join(
        Markup('<p><a href="{}"><img src="{}" width="{}" height="{}" alt="{}"></a></p>').format(
            origin + note_path(entry.id), shown.url, shown.width, shown.height, shown.alt
        )
        for shown in (shown_picture(origin, picture) for picture in entry.pictures)
    )
    # Quotation marks of the text itself are escaped, so that only our own links begin in this way.
    words = to_html(entry.body).replace('href="/', f'href="{escape(origin)}/')
    return f"{pictures}<p>{words}</p>" if words else str(pictures)


def _enclosures(origin: str, entry: NoteEntry) -> Iterator[Enclosure]:
    """Films whole; of pictures the first, which readers show beside the title."""
    films = [picture.film for picture in entry.pictures if picture.film and picture.film.is_playable]
    yield from (Enclosure("video/mp4", origin + film.file) for film in films)
    if entry.pictures and not films:
        shown = shown_picture(origin, entry.pictures[0])
        yield Enclosure(shown.kind, shown.url)


def _answer(origin: str, entry: Entry) -> Item:
    note, snippet = entry.hit.note, entry.hit.snippet
    picture = note.cover.picture and shown_picture(origin, note.cover.picture)
    return Item(
        address=origin + note_path(note.id),
        title=Words(note.title.original_lang, note.title.original),
        name=note.author.display_name,
        profile=origin + person_path(note.author.handle),
        published=entry.published,
        updated=entry.updated,
        enclosures=[Enclosure(picture.kind, picture.url)] if picture else [],
        summary=Words(snippet.original_lang, snippet.original) if snippet else None,
    )


HANDLERS = [feed_of_search, feed_of_person, feed_of_topic, feed_of_album]
