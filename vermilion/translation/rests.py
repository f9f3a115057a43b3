"""Engines that gave no answer rest for a while, then have to answer a trial before anybody's words go to them again."""

import time
from collections.abc import Callable
from math import inf

from vermilion.engines.translate import Ask, EngineError
from vermilion.kernel.types import LANGS
from vermilion.translation.pipeline import Routes

Makes = tuple[str, ...]
"""The names of the makes that serve a pair, best first: what is away for one such pair is away for all."""

FIRST_S, LONGEST_S = 0.5, 30.0


class Rests:
    """Which makes rest, and how long."""

    def __init__(self, routes: Routes, clock: Callable[[], float] = time.monotonic) -> None:
        self._routes = routes
        self._clock = clock
        self._pause: dict[Makes, float] = {}
        self._resting: dict[Makes, tuple[float, str, str]] = {}

    def makes(self, source: str, target: str) -> Makes:
        """The makes of a pair by their names."""
        return tuple(make.name for make in self._routes.makes_for(source, target))

    def failed(self, source: str, target: str) -> None:
        """No make of this pair answered: they rest, each time twice as long."""
        makes = self.makes(source, target)
        if makes in self._resting:
            return
        pause = self._pause[makes] = min(LONGEST_S, max(FIRST_S, 2 * self._pause.get(makes, 0.0)))
        self._resting[makes] = (self._clock() + pause, source, target)

    def answered(self, source: str, target: str) -> None:
        """They did: the next rest is a short one."""
        self._pause.pop(self.makes(source, target), None)

    def pairs(self) -> list[str]:
        """The pairs, such as "zh>en", whose makes rest."""
        if not self._resting:
            return []
        return [
            f"{source}>{target}"
            for source in LANGS
            for target in LANGS
            if source != target and self.makes(source, target) in self._resting
        ]

    def seconds(self) -> float:
        """How long until the first of them has rested; infinity where none does."""
        return max(0.0, min((until for until, _, _ in self._resting.values()), default=inf) - self._clock())

    async def try_rested(self) -> None:
        """Try those that have rested with a word of our own; whoever stays silent rests on."""
        for makes, (until, source, target) in list(self._resting.items()):
            if until > self._clock():
                continue
            self._resting[makes] = (inf, source, target)
            answers = await self._answers(source, target)
            del self._resting[makes]
            if not answers:
                self.failed(source, target)

    async def _answers(self, source: str, target: str) -> bool:
        for make in (makes := self._routes.makes_for(source, target)):
            try:
                await make.translate(Ask(text="Hello", source=source, target=target))
            except EngineError as error:
                if error.is_passing:
                    continue
            return True
        return not makes
