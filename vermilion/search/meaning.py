"""What a question means, as a vector; a search never waits long for it, and goes without where it is not to be had."""

import asyncio
import time
from collections import OrderedDict

from vermilion.engines.embed import Embedder
from vermilion.engines.translate import EngineError
from vermilion.search.query import Meaning, Query
from vermilion.search.vectors import told

PATIENCE = 0.15
"""Seconds that a question waits."""
PAUSE = 10.0
"""So many seconds an engine that failed is left alone."""
MOST_AT_ONCE = 4
MOST_KEPT = 2_000


class Meanings:
    """One process's questions and what they mean; None: nothing is set up to tell."""

    def __init__(self, embedder: Embedder | None) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, Meaning] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Meaning | None]] = {}
        self._left_alone_until = 0.0

    @property
    def outside(self) -> str | None:
        """The host that questions and notes go to, should it be another machine."""
        return self._embedder.outside if self._embedder else None

    async def close(self) -> None:
        """End the engine."""
        for task in self._under_way.values():
            task.cancel()
        if self._embedder is not None:
            await self._embedder.close()

    async def of(self, query: Query, patience: float = PATIENCE) -> Meaning | None:
        """What is asked for; None where that takes too long or cannot be told. Raises nothing."""
        text = query.plain
        if found := self._kept.get(text):
            self._kept.move_to_end(text)
            return found
        if self._embedder is None or not query.words:
            return None
        task = self._under_way.get(text)
        if task is None:
            if len(self._under_way) >= MOST_AT_ONCE or time.monotonic() < self._left_alone_until:
                return None
            task = self._under_way[text] = asyncio.create_task(self._ask(self._embedder, text))
            task.add_done_callback(lambda _done: self._under_way.pop(text, None))
        # It goes on where it takes longer: the next page, or whoever asks the same, has it.
        done, _ = await asyncio.wait([task], timeout=patience)
        return task.result() if done else None

    async def _ask(self, embedder: Embedder, text: str) -> Meaning | None:
        try:
            await embedder.start()
            (vector,) = await embedder.vectors([text])
        except EngineError:
            self._left_alone_until = time.monotonic() + PAUSE
            return None
        self._kept[text] = found = Meaning(model=embedder.name, vector=told(vector))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found
