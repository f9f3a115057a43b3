"""What pages have found missing, kept in memory for a moment and queued in one batch."""

from collections.abc import Iterable

from vermilion.storage.db import Database
from vermilion.translation.queue import SEEN, ask
from vermilion.translation.schema import Passage, Wanted
from vermilion.work.batching import Batching

MOST = 5_000
"""Texts kept while the database is away; a page that is read again asks for its own anew."""


class Asking(Batching):
    """Missing renderings on their way into the queue. Losing some is accepted: pages ask again."""

    def __init__(self, database: Database, every: float = 0.2) -> None:
        super().__init__(database, every)
        self._waiting: dict[tuple[bytes, str], tuple[Wanted, int]] = {}

    def add(self, passages: Iterable[Passage], level: int = SEEN) -> None:
        """Note what these passages lack; `level`: how urgently."""
        for passage in passages:
            wanted = passage.wanted
            if wanted is not None and len(self._waiting) < MOST:
                key = wanted.text_hash, wanted.lang
                before = self._waiting.get(key)
                self._waiting[key] = wanted, max(level, before[1] if before else level)

    async def flush(self) -> None:
        """Queue what has been noted so far."""
        waiting, self._waiting = self._waiting, {}
        for level in sorted({level for _, level in waiting.values()}, reverse=True):
            wanted = [one for one, urgency in waiting.values() if urgency == level]
            await ask(self._database.session(), wanted, level)
