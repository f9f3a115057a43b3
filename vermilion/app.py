"""Builds the ASGI application: settings, the parts of the process, routes, lifespan."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar
from litestar.types import ControllerRouterHandler

from vermilion import logs
from vermilion.accounts.passwords import Passwords
from vermilion.engines.embed import Outside, build
from vermilion.engines.film import FilmWorks
from vermilion.engines.images import Images
from vermilion.engines.language import Language
from vermilion.feed.seen import SeenBuffer
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id
from vermilion.media.film_table import read_table
from vermilion.search.meaning import Meanings
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database
from vermilion.storage.postgres import Postgres
from vermilion.translation.asking import Asking
from vermilion.translation.queue import CHANNEL
from vermilion.translation.table import BadTableError
from vermilion.translation.table import read as read_translators
from vermilion.web import developers, files, films, health, oauth
from vermilion.web.api import routes
from vermilion.web.context import DEPENDENCIES, State
from vermilion.web.cors import answer_preflight, is_preflight
from vermilion.web.limits import Limits
from vermilion.web.metrics import Metrics
from vermilion.web.packing import Answer, id_text
from vermilion.web.pages.routes import HANDLERS as PAGES
from vermilion.web.problems import on_exception
from vermilion.web.received import TYPE_DECODERS, Received
from vermilion.web.security import JSON_BODY, add_headers, admit
from vermilion.wiring import WIRING
from vermilion.work.live import Live

log = structlog.get_logger(__name__)

COLLECTED = (20_000, 10, 10)
"""After how many new objects the garbage collector looks, see `gc.set_threshold`."""


class Room(Litestar):
    """The application; it answers HEAD as it answers GET, without the body, and what scripts of other sites may ask."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as the server hands them over
        if scope["type"] == "http" and is_preflight(scope):
            await answer_preflight(scope, send)
            return
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await super().__call__(scope, receive, send)
            return

        async def without_body(message: Any) -> None:  # noqa: ANN401 - as above
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        as_get: Any = {**scope, "method": "GET"}
        await super().__call__(as_get, receive, without_body)


def create_app(settings: Settings | None = None, *, state: State | None = None) -> Litestar:
    """The application; `settings` None: those of the environment. Tests hand in a `state` of ready-made parts."""
    if state is None:
        settings = settings or Settings.read()
        logs.set_up(settings.log)
        state = build_state(settings)
        # All that was loaded stays, and a page makes hundreds of values and no circles: looking for those took an eighth of its time.
        gc.freeze()
        gc.set_threshold(*COLLECTED)
    state.metrics.watch(state.database)
    state.slow.watch(state.database)
    handlers: list[ControllerRouterHandler] = [
        *routes.HANDLERS,
        *PAGES,
        *developers.HANDLERS,
        *oauth.HANDLERS,
        *files.HANDLERS,
        *films.HANDLERS,
        *health.HANDLERS,
    ]
    app = Room(
        handlers,
        dependencies=DEPENDENCIES,
        exception_handlers={Exception: on_exception},
        middleware=[state.metrics.measure],
        before_request=admit,
        before_send=[add_headers],
        lifespan=[lambda _app: _running(state)],
        request_class=Received,
        request_max_body_size=JSON_BODY,
        type_decoders=list(TYPE_DECODERS),
        response_class=Answer,
        type_encoders={Id: id_text},
        openapi_config=None,
        logging_config=None,
    )
    app.state.vermilion = state
    return app


def build_state(settings: Settings) -> State:
    """The parts of a process; nothing is opened or started yet. Limits are off with VERMILION_LIMITS=off."""
    database = Database(settings.database_url or "", wiring=WIRING, shares_for=0.5)
    return State(
        settings=settings,
        database=database,
        blobs=Blobs(settings.blobs),
        images=Images(),
        film_table=(table := read_table(settings.films)),
        films=FilmWorks(max_ms=table.max_ms),
        language=Language(),
        passwords=Passwords(),
        seen=SeenBuffer(database),
        limits=Limits(1.0 if settings.limits else 0.0),
        metrics=Metrics(),
        asking=Asking(database),
        live=Live(database, CHANNEL),
        meanings=Meanings(build(_embeddings(settings), settings.models)),
    )


def _embeddings(settings: Settings) -> Outside | None:
    try:
        return read_translators(settings.translators).embeddings
    except BadTableError:
        return None  # the translator itself says what is wrong with it


@asynccontextmanager
async def _running(state: State) -> AsyncIterator[None]:
    """Open what is there; a database that is not there yet is asked again by each request."""
    server = None
    if not state.database.dsn:
        server = Postgres(state.settings.data / "postgres")
        state.database.dsn = await asyncio.to_thread(server.start)
    try:
        await state.database.open()
    except Unavailable:
        log.warning("database_away")
    await state.images.start()
    await state.seen.start()
    await state.questions.start()
    await state.asking.start()
    try:
        yield
    finally:
        await state.live.close()
        await state.asking.close()
        await state.questions.close()
        await state.meanings.close()
        await state.seen.close()
        await state.images.close()
        await state.cards.close()
        state.films.close()
        state.passwords.close()
        await state.database.close()
        if server is not None:
            await asyncio.to_thread(server.stop)
