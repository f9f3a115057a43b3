"""Feeds, what was seen of them, notices, and the languages of the room."""

from datetime import datetime
from typing import Literal

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from vermilion.feed import reads as feed
from vermilion.feed.channels import CHANNELS
from vermilion.feed.schema import SeenBatch
from vermilion.kernel.clock import now
from vermilion.kernel.pages import Page
from vermilion.kernel.quiet import quiet_until
from vermilion.kernel.record import Record
from vermilion.kernel.types import LANGS, Count
from vermilion.kernel.viewer import Viewer
from vermilion.notes.schema import NoteCard
from vermilion.notifications import actions as notice_actions
from vermilion.notifications import reads as notices
from vermilion.notifications.schema import NoticeCard
from vermilion.translation.queue import backlog
from vermilion.translation.schema import Backlog
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_cards
from vermilion.web.wording import own_name

_NOTICES = {"scope": "notices"}


class Channel(Record, kw_only=True, frozen=True):
    """A feed of several topics that mean the same in several languages."""

    key: str
    tags: tuple[str, ...]


class RoomLanguage(Record, kw_only=True, frozen=True):
    """A language of the room and what it calls itself."""

    lang: str
    name: str


class TopicNames(Record, kw_only=True, frozen=True):
    """A topic: what the reader calls it, and its names by language."""

    tag: str
    name: str
    names: dict[str, str]


class TranslationState(Record, kw_only=True, frozen=True):
    """The translator: its state, the progress of its download (0 to 1), the outside hosts words go to, what waits."""

    state: Literal["none", "pulling", "starting", "ready", "failed"]
    progress: float
    hosts: tuple[str, ...]
    waiting: Backlog


class Unread(Record, kw_only=True, frozen=True):
    """How many notices are unread, as a badge tells it; in quiet hours 0, and when they end."""

    count: Count
    quiet_until: datetime | None = None


async def _asked(viewer: Viewer, parts: State, page: Page[NoteCard]) -> Page[NoteCard]:
    """The same cards; what is missing in them is being translated."""
    ask_for(parts, await manner_of(viewer, parts), of_cards(page.items))
    return page


@get("/feeds/explore", tags=["feeds"])
async def explore(db: TheDb, viewer: TheViewer, parts: TheParts, cursor: Cursor = None) -> Page[NoteCard]:
    """Recent and well-liked notes, varied by author and language; each with the reason it stands there."""
    return await _asked(viewer, parts, await feed.explore(db, viewer, cursor))


@get("/feeds/following", tags=["feeds"])
async def following(db: TheDb, viewer: TheViewer, parts: TheParts, cursor: Cursor = None) -> Page[NoteCard]:
    """Notes of the people one follows, the newest first."""
    return await _asked(viewer, parts, await feed.following(db, known(viewer), cursor))


@get("/feeds/topics/{tag:str}", tags=["feeds"])
async def topic(
    tag: FromPath[str], db: TheDb, viewer: TheViewer, parts: TheParts, cursor: Cursor = None
) -> Page[NoteCard]:
    """Notes with a #tag, or with the same topic's names in other languages; the newest first."""
    same = (await parts.lore()).topics.same(tag)
    return await _asked(viewer, parts, await feed.topic(db, viewer, tag, cursor, same))


@get("/topics/{tag:str}", tags=["feeds"])
async def get_topic(tag: FromPath[str], viewer: TheViewer, parts: TheParts) -> TopicNames:
    """What a topic is called in other languages."""
    topics = (await parts.lore()).topics
    return TopicNames(tag=tag, name=topics.for_reader(tag, viewer.reads) or tag, names=topics.names(tag))


@get("/translation", tags=["languages"])
async def get_translation(db: TheDb, parts: TheParts) -> TranslationState:
    """How the translator is, whether words leave this machine, and what waits."""
    translator = await parts.translation()
    waiting = await parts.waiting.get(lambda: backlog(db))
    return TranslationState(
        state=translator.state, progress=translator.progress, hosts=translator.hosts, waiting=waiting
    )


@get("/feeds/channels", opt={"scope": None}, tags=["feeds"])
async def list_channels() -> list[Channel]:
    """The channels there are."""
    return [Channel(key=key, tags=tags) for key, tags in CHANNELS.items()]


@get("/feeds/channels/{key:str}", tags=["feeds"])
async def channel(key: FromPath[str], db: TheDb, viewer: TheViewer, cursor: Cursor = None) -> Page[NoteCard]:
    """Notes of a channel's topics."""
    return await feed.channel(db, viewer, key, cursor)


@post("/events", opt={"scope": "read"}, status_code=204, tags=["feeds"])
async def report_seen(data: JSONBody[SeenBatch], viewer: TheViewer, parts: TheParts) -> None:
    """Tell which cards were on screen and which notes were opened."""
    parts.seen.add(viewer, data)


@get("/notices", opt=_NOTICES, tags=["notices"])
async def list_notices(db: TheDb, viewer: TheViewer, cursor: Cursor = None) -> Page[NoticeCard]:
    """What happened to one, gathered, the newest first."""
    return await notices.notices(db, known(viewer), cursor)


@get("/notices/unread", opt=_NOTICES, tags=["notices"])
async def count_unread(db: TheDb, viewer: TheViewer) -> Unread:
    """How many notices are unread."""
    count = await notices.count_unread(db, known(viewer))
    return Unread(count=count, quiet_until=quiet_until(viewer.quiet, now()))


@post("/notices/read", opt=_NOTICES, status_code=204, tags=["notices"])
async def mark_read(
    request: AnyRequest, db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[None]:
    """Mark every notice as read."""
    known(viewer)
    return await do_once(request, db, viewer, key, lambda: notice_actions.mark_read(db, viewer), status=204)


@get("/languages", opt={"open": True}, tags=["languages"])
async def list_languages() -> list[RoomLanguage]:
    """The languages notes can be read in."""
    return [RoomLanguage(lang=lang, name=own_name(lang)) for lang in LANGS]


HANDLERS = [
    explore, following, topic, list_channels, channel, report_seen, list_notices, count_unread, mark_read,
    list_languages, get_topic, get_translation,
]  # fmt: skip
