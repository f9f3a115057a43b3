"""From a request to what a handler needs: who asks, in which languages, a Db, and the parts of the process."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast, get_args

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide

from vermilion.accounts.entry import SESSION_LASTS, viewer_of_secret, viewer_of_token
from vermilion.accounts.passwords import Passwords
from vermilion.accounts.schema import AccountCard
from vermilion.engines.cards import Cards
from vermilion.engines.film import FilmWorks
from vermilion.engines.images import Images
from vermilion.engines.language import Language
from vermilion.feed.seen import SeenBuffer
from vermilion.kernel.errors import Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.types import LANGS, Shown
from vermilion.kernel.viewer import Viewer
from vermilion.learning.lexicon import Lexicon
from vermilion.media.film_table import FilmTable
from vermilion.media.film_table import read_table as read_film_table
from vermilion.search.asked import QuestionBuffer
from vermilion.search.expanding import Expander
from vermilion.search.meaning import Meanings
from vermilion.search.spelling import Spelling
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs, Usage
from vermilion.storage.db import Database, Db
from vermilion.storage.slow import Slow
from vermilion.translation.asking import Asking
from vermilion.translation.lore import Lore
from vermilion.translation.schema import Backlog, Translator
from vermilion.translation.state import state as translator_state
from vermilion.translation.table import DEFAULT, BadTableError
from vermilion.translation.table import read as read_table
from vermilion.translation.topics import grown
from vermilion.translation.topics import read as read_topics
from vermilion.web.limits import Limits, Streams
from vermilion.web.metrics import Metrics
from vermilion.web.wording import INTERFACES
from vermilion.work.live import Live

READ_COOKIE, MANNER_COOKIE = "read", "manner"
SESSION_SECONDS = int(SESSION_LASTS.total_seconds())
_CACHE_SECONDS = 2.0
_CACHE_MOST = 20_000
_BRIEF_SECONDS = 10.0
_VIEWER_KEY = "vermilion_viewer"
T = TypeVar("T")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class SessionCache:
    """Viewers by their secret, for two seconds; a sign-out or a change in this process drops them at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[str, tuple[float, Viewer]] = {}

    def find(self, secret: str) -> Viewer | None:
        held = self._held.get(secret)
        return held[1] if held and held[0] > self._clock() else None

    def keep(self, secret: str, viewer: Viewer) -> None:
        now = self._clock()
        if len(self._held) >= _CACHE_MOST:
            self._held = {key: held for key, held in self._held.items() if held[0] > now}
        if len(self._held) < _CACHE_MOST:
            self._held[secret] = (now + _CACHE_SECONDS, viewer)

    def forget(self, account_id: Id) -> None:
        """Drop whatever is held of one account."""
        self._held = {key: held for key, held in self._held.items() if held[1].account_id != account_id}


class Brief(Generic[T]):
    """Something the same for everybody, asked for anew once it is ten seconds old, or as old as is said."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, seconds: float = _BRIEF_SECONDS
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._held: tuple[float, T] | None = None

    async def get(self, ask: Callable[[], Awaitable[T]]) -> T:
        if self._held is None or self._held[0] <= self._clock():
            self._held = (self._clock() + self._seconds, await ask())
        return self._held[1]


@dataclass(slots=True)
class State:
    """The parts one process shares between its requests; on `app.state.vermilion`."""

    settings: Settings
    database: Database
    blobs: Blobs
    images: Images
    language: Language
    passwords: Passwords
    seen: SeenBuffer
    limits: Limits
    metrics: Metrics
    asking: Asking
    live: Live
    cards: Cards = field(default_factory=Cards)
    films: FilmWorks = field(default_factory=FilmWorks)
    film_table: FilmTable = field(default_factory=read_film_table)
    sessions: SessionCache = field(default_factory=SessionCache)
    trials: Brief[dict[str, AccountCard]] = field(default_factory=Brief)
    translator: Brief[Translator] = field(default_factory=Brief)
    streams: Streams = field(default_factory=Streams)
    waiting: Brief[Backlog] = field(default_factory=Brief)
    slow: Slow = field(default_factory=Slow.here)
    usage: Brief[Usage] = field(default_factory=lambda: Brief(seconds=300))
    known: Brief[Lore] = field(default_factory=lambda: Brief(seconds=600))
    _lore: Lore | None = None
    lexicon: Lexicon = field(init=False)
    expander: Expander = field(init=False)
    questions: QuestionBuffer = field(init=False)
    spelling: Spelling = field(default_factory=Spelling)
    meanings: Meanings = field(default_factory=lambda: Meanings(None))

    def __post_init__(self) -> None:
        self.lexicon = Lexicon(self.settings.data / "dictionary")
        self.expander = Expander(self.settings.data / "dictionary")
        self.questions = QuestionBuffer(self.database)

    async def translation(self) -> Translator:
        """How the translator is; at most ten seconds old, so that a page may ask."""
        return await self.translator.get(lambda: translator_state(self.database.session()))

    async def lore(self) -> Lore:
        """What pages know about languages here."""
        return await self.known.get(self._read_lore)

    async def _read_lore(self) -> Lore:
        """Anew only where it has grown: cached cards and comments are kept by which one they were made with."""
        pairs = await grown(self.database.session())
        if self._lore is None or pairs != self._lore.grown:
            try:
                table = read_table(self.settings.translators)
            except BadTableError:
                table = DEFAULT  # the translator itself says what is wrong with it
            self._lore = Lore(read_topics(self.settings.data / "topics.toml"), pairs, table)
        return self._lore


AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]


def state_of(connection: AnyConnection) -> State:
    """The parts of the process this connection came to."""
    return cast(State, connection.app.state.vermilion)


def is_api(connection: AnyConnection) -> bool:
    return connection.scope["path"].startswith("/api/")


def wants_fragment(request: AnyConnection) -> bool:
    """Asked by the front end's script, which swaps in what it gets."""
    return "x-fragment" in request.headers


def wants_json(request: AnyConnection) -> bool:
    """Errors go out as problem+json: the API, our own script, and whoever accepts JSON but no HTML."""
    accepted = request.headers.get("accept", "")
    return is_api(request) or wants_fragment(request) or ("json" in accepted and "text/html" not in accepted)


# Who asks


def session_cookie_name(settings: Settings) -> str:
    return "session" if settings.insecure_cookies else "__Host-session"


def session_cookie(settings: Settings, secret: str) -> Cookie:
    """The cookie that signs a browser in; an empty secret takes it away."""
    return Cookie(
        key=session_cookie_name(settings),
        value=secret,
        max_age=SESSION_SECONDS if secret else 0,
        path="/",
        secure=not settings.insecure_cookies,
        httponly=True,
        samesite="lax",
    )


def has_session_cookie(connection: AnyConnection) -> bool:
    return session_cookie_name(state_of(connection).settings) in connection.cookies


TAKE_TOKENS = ("/api/", "/m/", "/f/", "/u/")
"""The API, and what its answers name: pictures, films, uploads."""


def bearer_of(connection: AnyConnection) -> str | None:
    """The bearer token of a request to the API or for a picture or a film; pages take none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    takes = connection.scope["path"].startswith(TAKE_TOKENS)
    return token.strip() if takes and scheme.lower() == "bearer" else None


async def find_viewer(connection: AnyConnection) -> Viewer:
    """Who asks: by bearer token (see TAKE_TOKENS), else by session cookie, else a guest. Found once a request."""
    scope = cast(dict[str, Any], connection.scope)
    if (known := scope.get(_VIEWER_KEY)) is None:
        known = scope[_VIEWER_KEY] = await _ask_viewer(connection)
    return cast(Viewer, known)


def ask_as_guest(connection: AnyConnection, viewer: Viewer) -> None:
    """Let what follows of this request see what everybody sees, as this viewer reads."""
    seen = Viewer(
        reads=viewer.reads, interface=viewer.interface, translate=viewer.translate, shown=viewer.shown, scopes=viewer.scopes
    )  # fmt: skip
    cast(dict[str, Any], connection.scope)[_VIEWER_KEY] = seen


def find_known_viewer(connection: AnyConnection) -> Viewer | None:
    """The viewer if this request has been asked for one already; asks no database."""
    return cast(Viewer | None, cast(dict[str, Any], connection.scope).get(_VIEWER_KEY))


async def _ask_viewer(connection: AnyConnection) -> Viewer:
    state = state_of(connection)
    token = bearer_of(connection)
    secret = connection.cookies.get(session_cookie_name(state.settings)) if token is None else token
    if not secret:
        if token is not None:
            raise Unauthorized("bad_token")
        return guest_of(connection)
    key = secret if token is None else f"bearer {secret}"
    viewer = state.sessions.find(key)
    if viewer is None:
        find = viewer_of_secret if token is None else viewer_of_token
        viewer = await find(state.database.session(), secret)
        if viewer is not None:
            state.sessions.keep(key, viewer)
    if viewer is not None:
        return viewer
    if token is not None:
        raise Unauthorized("bad_token")
    return guest_of(connection)


# In which languages


def guest_of(connection: AnyConnection) -> Viewer:
    """A guest, who reads as the cookies say: `manner` is how other languages are translated, shown, the interface."""
    manner = connection.cookies.get(MANNER_COOKIE, "").split(".")
    translate, shown, interface = manner if len(manner) == 3 else ("", "", "")
    return Viewer(
        reads=guest_reads(connection),
        translate="tap" if translate == "tap" else "auto",
        shown=cast(Shown, shown) if shown in get_args(Shown) else "translation",
        interface=interface if interface in INTERFACES else None,
    )


def guest_reads(connection: AnyConnection) -> tuple[str, ...]:
    """Languages a guest reads: the cookie `read`, then what the browser asks for, English where neither helps.

    Who has said how they read reads no others than those of the cookie.
    """
    cookie = connection.cookies.get(READ_COOKIE, "")
    chosen = [lang for lang in cookie.replace("-", ",").split(",") if lang in LANGS]
    if chosen and MANNER_COOKIE in connection.cookies:
        return tuple(dict.fromkeys(chosen))[:12]
    accepted = languages_accepted(connection.headers.get("accept-language", ""))
    return tuple(dict.fromkeys([*chosen, *accepted]))[:12] or ("en",)


def languages_accepted(header: str) -> list[str]:
    """Our content languages of an Accept-Language header, most wanted first."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate(header[:500].split(",")):
        tag, _, weight = part.strip().partition(";")
        lang = tag.split("-")[0].strip().lower()
        if lang in LANGS:
            try:
                quality = float(weight.strip().removeprefix("q=") or 1)
            except ValueError:
                quality = 0.0
            if quality > 0:
                wanted.append((-quality, position, lang))
    return list(dict.fromkeys(lang for _, _, lang in sorted(wanted)))


def interface_for(reads: tuple[str, ...], chosen: str | None = None, accepted: str = "") -> str:
    """The interface's language: the one chosen, else the first of `reads` we have, else English.

    Who reads Chinese and whose browser asks for traditional characters (Accept-Language `accepted`) gets those.
    """
    if chosen in INTERFACES:
        return chosen
    found = next((lang for lang in reads if lang in INTERFACES), "en")
    return "zh-Hant" if found == "zh" and _is_traditional(accepted) else found


def _is_traditional(accepted: str) -> bool:
    chinese = next(
        (tag for part in accepted[:500].lower().split(",") if (tag := part.strip()).startswith("zh")), ""
    )
    parts = set(chinese.partition(";")[0].split("-"))
    return "hant" in parts or ("hans" not in parts and bool(parts & {"tw", "hk", "mo"}))


def locale_of(connection: AnyConnection) -> str:
    """The interface's language for this request, also on error pages: it asks no database."""
    viewer = find_known_viewer(connection)
    viewer = viewer or guest_of(connection)
    return interface_for(viewer.reads, viewer.interface, connection.headers.get("accept-language", ""))


# What handlers are given


TheDb = NamedDependency[Db]
TheViewer = NamedDependency[Viewer]
TheLocale = NamedDependency[str]
TheParts = NamedDependency[State]
"""What a handler asks for: `db: TheDb, viewer: TheViewer, locale: TheLocale, parts: TheParts`."""


# Each asks for the one before it: Litestar finds single dependencies one by one, several at once in a task group.


def provide_parts(request: AnyRequest) -> State:
    return state_of(request)


def provide_db(parts: TheParts) -> Db:
    return parts.database.session()


async def provide_viewer(request: AnyRequest, db: TheDb) -> Viewer:  # noqa: ARG001 - for the order, see above
    return await find_viewer(request)


def provide_locale(request: AnyRequest, viewer: TheViewer) -> str:  # noqa: ARG001 - for the order, see above
    return locale_of(request)


DEPENDENCIES = {
    "parts": Provide(provide_parts, sync_to_thread=False),
    "db": Provide(provide_db, sync_to_thread=False),
    "viewer": Provide(provide_viewer),
    "locale": Provide(provide_locale, sync_to_thread=False),
}
