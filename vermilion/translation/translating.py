"""The translator's loop: texts out of the queue, the most urgent first, as many under way as the engines like."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import msgspec
import structlog
from prometheus_client import Counter, Histogram

from vermilion.engines.dictionary import Dictionary
from vermilion.engines.language import Language
from vermilion.engines.translate import EngineError, Make
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.storage.db import Database, Db
from vermilion.translation import queue
from vermilion.translation.glossary import Glossary
from vermilion.translation.pipeline import NO_ENGINE, render
from vermilion.translation.rests import Rests
from vermilion.translation.schema import Done, Queued
from vermilion.work.live import Live

IDLE_S = 5.0
"""An idle translator looks into the queue so often, should it not be woken."""
ALONE_AFTER = 2
"""A text that was under way when an engine failed so often goes alone, so that no others fail with it."""
MOST_TRIES = 8
"""A text that failed so often, the last times alone, is left as it is."""
MORE = 1
"""Texts under way beyond the slots, so that no slot waits for the database."""
_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320)

log = structlog.get_logger(__name__)


class Engines(Protocol):
    """What the loop asks of the makes."""

    @property
    def slots(self) -> int: ...

    def makes_for(self, source: str, target: str) -> Sequence[Make]: ...


class Meters:
    """What Prometheus learns of translating; one a process."""

    def __init__(self) -> None:
        self.texts = Counter("vermilion_translated", "Texts by what became of them", ["result"])
        self.seconds = Histogram(
            "vermilion_translation_seconds", "Seconds a text was under way", buckets=_BUCKETS
        )
        self.waited = Histogram(
            "vermilion_translation_waited_seconds",
            "Seconds from asking to there",
            ["level"],
            buckets=_BUCKETS,
        )


@cache
def _meters() -> Meters:
    return Meters()


class Translating:
    """One translator at work on the queue. `name` is what its claims stand under."""

    def __init__(
        self,
        database: Database,
        engines: Engines,
        language: Language,
        glossary: Glossary,
        name: str,
        *,
        dictionary: Dictionary | None = None,
    ) -> None:
        self._database = database
        self._db = database.session()
        self._engines = engines
        self._language = language
        self._glossary = glossary
        self._dictionary = dictionary
        self._name = name
        self._rests = Rests(engines)
        self._under_way: dict[asyncio.Task[Done | None], Queued] = {}
        self._alone: list[Queued] = []
        self._done: list[Done] = []
        self._back: list[tuple[Queued, bool]] = []
        self._fewer = 0
        self._trial: asyncio.Task[None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Translate until `stop`; then give back what is under way. Goes on whenever the database comes back."""
        live = Live(self._database, queue.WAKE)
        stopped = asyncio.create_task(stop.wait())
        try:
            async with live.subscribe([queue.WORK]) as woken:
                while not stop.is_set():
                    try:
                        await self._turn(woken, stopped)
                    except Unavailable as error:
                        log.warning("translator_waits", why=error.code)
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(stop.wait(), 1)
        finally:
            stopped.cancel()
            await live.close()
            await self._leave()

    async def _turn(self, woken: asyncio.Queue[str], stopped: asyncio.Task[bool]) -> None:
        """Store what is done, take what there is room for, and wait until something happens."""
        await self._store()
        while not woken.empty():
            woken.get_nowait()
        has_room = await self._take()
        told = asyncio.create_task(woken.get())
        waiting: set[asyncio.Task[Any]] = {*self._under_way, stopped}
        if has_room:
            waiting.add(told)
        if self._rests.seconds() == 0 and self._trial is None:
            self._trial = asyncio.create_task(self._rests.try_rested())
        if self._trial is not None:
            waiting.add(self._trial)
        try:
            await asyncio.wait(
                waiting, timeout=min(IDLE_S, self._rests.seconds()), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            told.cancel()
        if self._trial is not None and self._trial.done():
            self._trial = None
        for task in [task for task in self._under_way if task.done()]:
            one = self._under_way.pop(task)
            if (done := task.result()) is not None:
                self._done.append(done)
                _note(one, done)

    @property
    def _room(self) -> int:
        """Texts under way at once: fewer where engines are too slow for so many."""
        return max(1, self._engines.slots + MORE - self._fewer)

    async def _take(self) -> bool:
        """Start what there is room for; gives whether there is room for what may be asked for next."""
        if not self._alone and not any(one.tries > ALONE_AFTER for one in self._under_way.values()):
            room = self._room - len(self._under_way)
            if room <= 0:
                return False
            claimed = await queue.claim(self._db, room, self._name, without=self._rests.pairs())
            self._alone = [one for one in claimed if one.tries > ALONE_AFTER]
            for one in claimed:
                if one.tries <= ALONE_AFTER:
                    self._start(one)
            if not self._alone:
                return len(claimed) < room
        if self._alone and not self._under_way:
            self._start(self._alone.pop(0))
        return False

    def _start(self, one: Queued) -> None:
        self._under_way[asyncio.create_task(self._render(one))] = one

    async def _render(self, one: Queued) -> Done | None:
        """The text as it is to be stored; None: it goes back into the queue."""
        began = time.perf_counter()
        pair = one.source_lang, one.lang
        try:
            made = await render(
                self._engines, self._language, self._glossary, one.text, *pair, dictionary=self._dictionary
            )
        except EngineError as error:
            self._rests.failed(*pair)
            if error.fault == "slow":
                self._fewer += self._room // 2
            return self._failed(one, error.fault, may_be_its_fault=error.fault in {"gone", "slow"})
        except Exception as error:  # noqa: BLE001 - one text that cannot be worked on must not end all others
            return self._failed(one, type(error).__name__, may_be_its_fault=True)
        if made.engine != NO_ENGINE:
            self._rests.answered(*pair)
            self._fewer = max(0, self._fewer - 1)
            _meters().seconds.observe(time.perf_counter() - began)
        if not made.is_good:
            log.info("text_poor", pair=">".join(pair), faults=made.faults, characters=len(one.text))
        return _done(one, made.text, made.engine)

    def _failed(self, one: Queued, why: str, *, may_be_its_fault: bool) -> Done | None:
        if may_be_its_fault and one.tries >= MOST_TRIES:
            log.warning(
                "text_given_up", pair=f"{one.source_lang}>{one.lang}", why=why, characters=len(one.text)
            )
            return _done(one, "", NO_ENGINE)
        log.info("text_given_back", pair=f"{one.source_lang}>{one.lang}", why=why, tries=one.tries)
        self._back.append((one, may_be_its_fault))
        return None

    async def _store(self) -> None:
        """Whatever is done, in one transaction; what could not be stored is kept for the next time."""
        if self._done:
            await _deliver(self._db, self._done)
            self._done = []
        for count in (False, True):
            if texts := [one for one, counts in self._back if counts is count]:
                await queue.give_back(self._db, texts, count=count)
                self._back = [(one, counts) for one, counts in self._back if counts is not count]
                _meters().texts.labels("back").inc(len(texts))

    async def _leave(self) -> None:
        """Stop what is under way and give it back, with what has not begun."""
        if self._trial is not None:
            self._trial.cancel()
        tasks, self._under_way = self._under_way, {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        finished = {
            task: task.result() for task in tasks if not task.cancelled() and task.exception() is None
        }
        self._done += [done for done in finished.values() if done is not None]
        left = [one for task, one in tasks.items() if task not in finished]
        self._back += [(one, False) for one in (*left, *self._alone)]
        self._alone = []
        try:
            await self._store()
        except Unavailable:
            log.warning("claims_lapse", texts=len(self._back), why="database_away")


def _done(one: Queued, text: str, engine: str) -> Done:
    return Done(text_hash=one.text_hash, lang=one.lang, source_lang=one.source_lang, text=text, engine=engine)


def _note(one: Queued, done: Done) -> None:
    level = "waited" if one.priority >= queue.WAITED else "seen" if one.priority >= queue.SEEN else "ahead"
    _meters().texts.labels("good" if done.text else "poor").inc()
    _meters().waited.labels(level).observe((now() - one.asked_at).total_seconds())


async def _deliver(db: Db, done: Sequence[Done]) -> None:
    """Store what is done; an answer the database cannot hold (NUL in it, half a character) counts as none."""
    try:
        await queue.deliver(db, done)
    except Invalid:
        if len(done) == 1:
            await queue.deliver(db, [msgspec.structs.replace(done[0], text="")])
            return
        for one in done:
            await _deliver(db, [one])
