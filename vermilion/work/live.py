"""Publish and subscribe: what a NOTIFY says reaches whoever listens in this process, over one connection of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import structlog

from vermilion.kernel.errors import Unavailable
from vermilion.storage.db import Database

MOST_WAITING = 1_000
"""Messages kept for a listener who does not take them; it is told less rather than holding up the others."""


class Live:
    """The listeners of one process. A message is a comma-separated list of keys; each goes to those who wait for it."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._listeners: dict[str, set[asyncio.Queue[str]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    @property
    def listeners(self) -> int:
        """How many keys somebody waits for."""
        return len(self._listeners)

    @asynccontextmanager
    async def subscribe(self, keys: Iterable[str]) -> AsyncIterator[asyncio.Queue[str]]:
        """A queue on which those of `keys` arrive that are published from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        wanted = set(keys)
        for key in wanted:
            self._listeners.setdefault(key, set()).add(queue)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._listening.wait(), 2)
            yield queue
        finally:
            for key in wanted:
                self._listeners[key].discard(queue)
                if not self._listeners[key]:
                    del self._listeners[key]

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def publish(self, message: str) -> None:
        """Hand a message to those in this process who wait for one of its keys."""
        for key in message.split(","):
            for queue in self._listeners.get(key, ()):
                with contextlib.suppress(asyncio.QueueFull):
                    queue.put_nowait(key)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (Unavailable, OSError) as error:
                structlog.get_logger().warning("live_waits", why=type(error).__name__)
            self._listening.clear()
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        connection = await self._database.dedicated()
        gone = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _connection: gone.set())
            await connection.add_listener(
                self._channel, lambda _connection, _pid, _channel, message: self.publish(str(message))
            )
            self._listening.set()
            await gone.wait()
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=2)
