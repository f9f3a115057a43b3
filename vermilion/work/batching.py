"""What waits in memory for a moment and is written in one batch."""

import asyncio
import contextlib
from abc import ABC, abstractmethod

import structlog

from vermilion.kernel.errors import Unavailable
from vermilion.storage.db import Database


class Batching(ABC):
    """Things on their way to the database; losing what came in the last moment is accepted."""

    def __init__(self, database: Database, every: float) -> None:
        """`every`: seconds between two batches."""
        self._database = database
        self._every = every
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Write what is left and stop."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(Unavailable):
            await self.flush()

    @abstractmethod
    async def flush(self) -> None:
        """Write what has come in so far."""

    async def _run(self) -> None:
        batch = type(self).__name__
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.flush()
            except Unavailable:
                structlog.get_logger().warning("batch_not_written", batch=batch, why="database_away")
            except Exception as error:  # noqa: BLE001 - one bad batch must not end the writing of all that follow
                structlog.get_logger().error("batch_not_written", batch=batch, why=type(error).__name__)
