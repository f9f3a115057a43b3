"""What pages have found missing, kept in memory for a moment and queued in one batch."""

import asyncio
import contextlib
from collections.abc import Iterable

import structlog

from vermilion.kernel.errors import Unavailable
from vermilion.storage.db import Database
from vermilion.translation.queue import SEEN, ask
from vermilion.translation.schema import Passage, Wanted

MOST = 5_000
"""Texts kept while the database is away; a page that is read again asks for its own anew."""


class Asking:
    """Missing renderings on their way into the queue. Losing some is accepted: pages ask again."""

    def __init__(self, database: Database, every: float = 0.2) -> None:
        self._database = database
        self._every = every
        self._waiting: dict[tuple[bytes, str], tuple[Wanted, int]] = {}
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, passages: Iterable[Passage], level: int = SEEN) -> None:
        """Note what these passages lack; `level`: how urgently."""
        for passage in passages:
            wanted = passage.wanted
            if wanted is not None and len(self._waiting) < MOST:
                key = wanted.text_hash, wanted.lang
                before = self._waiting.get(key)
                self._waiting[key] = wanted, max(level, before[1] if before else level)
                self._some.set()

    async def start(self) -> None:
        """Begin to queue."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; what was noted last is queued when its page is read again."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def flush(self) -> None:
        """Queue what has been noted so far."""
        waiting, self._waiting = self._waiting, {}
        self._some.clear()
        for level in sorted({level for _, level in waiting.values()}, reverse=True):
            wanted = [one for one, urgency in waiting.values() if urgency == level]
            await ask(self._database.session(), wanted, level)

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            await asyncio.sleep(self._every)
            try:
                await self.flush()
            except Unavailable:
                structlog.get_logger().warning("translations_not_queued", why="database_away")
            except Exception as error:  # noqa: BLE001 - one bad batch must not end the queueing of all that follow
                structlog.get_logger().error("translations_not_queued", why=type(error).__name__)
