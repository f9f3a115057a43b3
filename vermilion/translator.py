"""The translator process: gets its model, keeps its engines, tells how it is, and translates what waits."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import structlog

from vermilion.engines.dictionary import Dictionary
from vermilion.engines.language import Language
from vermilion.engines.models import ModelError, default_translator, path_of
from vermilion.engines.models_pull import pull
from vermilion.engines.translate import EngineError, stand_back
from vermilion.kernel.errors import Problem
from vermilion.settings import Settings
from vermilion.storage.db import Database
from vermilion.storage.slow import Slow
from vermilion.translation import queue, state
from vermilion.translation.glossary import Glossary
from vermilion.translation.routes import Routes, build
from vermilion.translation.table import Table, read
from vermilion.translation.translating import Translating

NICENESS = 5
"""Pages go first; the embedded engine adds as much for itself."""
BEAT_S, PULLING_BEAT_S = 10.0, 2.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0

log = structlog.get_logger(__name__)


class _Stopped(Exception):
    """The process was told to stop while it pulled."""


async def translate(settings: Settings) -> None:
    """Translate until SIGTERM or SIGINT; what is under way is given back. Raises BadTableError."""
    table = read(settings.translators)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stand_back(NICENESS)
    await Translator(settings, table).run(stop)


class Translator:
    """One translator process: several, on one machine or many, share the queue."""

    def __init__(self, settings: Settings, table: Table) -> None:
        self._settings = settings
        self._has_embedded = any(entry.kind == "embedded" for entry in table.make)
        self._routes: Routes = build(
            table, path_of(default_translator(), settings.models or Path("/nonexistent"))
        )
        self._database = Database(settings.database_url or "", max_size=4)
        Slow.here().watch(self._database)
        self._host = f"{socket.gethostname()}/"
        self._name = f"{self._host}{os.getpid()}"
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop
        self._ready = asyncio.Event()
        self._state, self._progress, self._why = "starting", 0.0, ""
        self._changed = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Get ready, translate, and leave nothing behind."""
        self._stop, self._loop = stop, asyncio.get_running_loop()
        telling = asyncio.create_task(self._keep_telling())
        equipping = asyncio.create_task(self._keep_equipped())
        try:
            await _first(self._ready.wait(), stop.wait())
            if not stop.is_set():
                await self._translate()
        finally:
            stop.set()
            await equipping
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            with contextlib.suppress(Problem):
                await state.forget(self._database.session(), self._name)
            await self._routes.close()
            await self._database.close()

    async def _translate(self) -> None:
        with contextlib.suppress(Problem):
            await queue.forget_poor(
                self._database.session(),
                lambda source, target: [make.called(source, target) for make in self._routes.makes],
            )
        language, glossary = await asyncio.to_thread(
            lambda: (Language(), Glossary.read(self._extra_glossary()))
        )
        dictionary = Dictionary(self._settings.data / "dictionary")
        await Translating(
            self._database, self._routes, language, glossary, self._name, dictionary=dictionary
        ).run(self._stop)

    def _extra_glossary(self) -> Path | None:
        """The operator's own terms, where there are any."""
        folder = self._settings.data / "glossary"
        return folder if folder.is_dir() else None

    # Engines

    async def _keep_equipped(self) -> None:
        """Pull the model where it is missing and start the makes; again and again as long as one is not ready."""
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            # Once all is well, only makes that were left out are tried again.
            pause = LONGEST_PAUSE_S if await self._equip() else min(LONGEST_PAUSE_S, pause * 2)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _equip(self) -> bool:
        """Whether every make that can be had is ready."""
        why = ""
        if self._has_embedded and self._settings.models is not None:
            try:
                await self._have_model(self._settings.models)
            except ModelError as error:
                why = str(error)
                log.warning("model_missing", why=why)
        if self._stop.is_set():
            return False
        try:
            await self._routes.start()
        except EngineError as error:
            self._tell("failed", why or str(error))
            return False
        self._tell("ready", why)
        self._ready.set()
        return not why

    async def _have_model(self, folder: Path) -> None:
        model = default_translator()
        try:
            await asyncio.to_thread(pull, model, folder, self._pulled)
        except _Stopped:
            return

    def _pulled(self, done: int, total: int) -> None:
        """Called in the pulling thread."""
        if self._stop.is_set():
            raise _Stopped
        self._progress = done / total
        if not self._ready.is_set() and self._state != "pulling":
            self._loop.call_soon_threadsafe(self._tell, "pulling")

    # How it is

    def _tell(self, word: str, why: str = "") -> None:
        if word != self._state or why != self._why:
            log.info("translator", state=word, why=why)
        self._state, self._why = word, why
        self._changed.set()

    async def _keep_telling(self) -> None:
        """Say every few seconds how this process is, and free what dead ones hold."""
        is_first = True
        while True:
            self._changed.clear()
            try:
                await self._beat(is_first=is_first)
                is_first = False
            except Problem as error:
                log.warning("translator_untold", why=error.code)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._changed.wait(), PULLING_BEAT_S if self._state == "pulling" else BEAT_S
                )

    async def _beat(self, *, is_first: bool) -> None:
        db = self._database.session()
        for name in await state.names(db, self._host):
            is_us = name == self._name  # at first: a predecessor with our number, as in a container
            if (is_us and is_first) or not (is_us or _is_alive(int(name.removeprefix(self._host)))):
                await state.forget(db, name)
        if is_first:
            await queue.free_claims(db)
        await state.tell(
            db, self._name, self._state, progress=self._progress, hosts=self._routes.outside, why=self._why
        )
        if not is_first:
            await queue.free_claims(db)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
