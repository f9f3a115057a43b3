"""A thread of 50 comments for readers of another language: cold, warm, for a second reader; a day of 5,000 people."""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.harness import cpu_seconds, database
from bench.report import report
from bench.translate_day import day, share
from tests import factories
from vermilion.comments import actions as comments
from vermilion.comments.reads import get_note_and_thread
from vermilion.comments.schema import NewComment
from vermilion.engines.language import Language
from vermilion.engines.models import default_translator, is_whole, path_of
from vermilion.engines.translate import Ask, free_cores
from vermilion.engines.translate_llama import Llama
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.sample.world import Comment, notes
from vermilion.settings import Settings
from vermilion.storage.db import Database, Db
from vermilion.storage.migrate import migrate
from vermilion.translation import queue, state
from vermilion.translation.glossary import Glossary
from vermilion.translation.schema import Done, Passage
from vermilion.translation.translating import Translating
from vermilion.wiring import WIRING

GOALS = {
    "warm_statements": "= 1",
    "warm_extra_ms": "<= 1",
    "second_asks": "= 0",
    "engine_busy": ">= 0.95",
}
COMMENTS, PEOPLE = 50, 5_000
QUICK_SECONDS, LONGEST_SECONDS = 14.0, 1_800.0
LEAST_STEPS = 16
ENGLISH = Viewer(reads=("en",))
CHINESE = Viewer(reads=("zh",))


class Watched:
    """The embedded engine, with a record of how many asks were under way when."""

    def __init__(self, llama: Llama) -> None:
        self.llama = llama
        self.name, self.outside, self.slots = llama.name, llama.outside, llama.slots
        self.steps: list[tuple[float, int]] = []

    def called(self, source: str, target: str) -> str:
        return self.llama.called(source, target)

    def serves(self, source: str, target: str) -> bool:
        return self.llama.serves(source, target)

    def makes_for(self, source: str, target: str) -> list["Watched"]:
        return [self] if self.serves(source, target) else []

    async def start(self) -> None:
        await self.llama.start()

    async def close(self) -> None:
        await self.llama.close()

    async def translate(self, ask: Ask) -> str:
        self.steps.append((time.monotonic(), 1))
        try:
            return await self.llama.translate(ask)
        finally:
            self.steps.append((time.monotonic(), -1))

    def busy(self, began: float, ended: float) -> float:
        """The share of its slots at work between two moments."""
        at_work, before, total = 0, began, 0.0
        for moment, step in sorted(self.steps):
            upto = min(max(moment, began), ended)
            total += min(at_work, self.slots) * (upto - before)
            before, at_work = upto, at_work + step
        total += min(at_work, self.slots) * (ended - before)
        return total / (self.slots * (ended - began))


def main(args: argparse.Namespace) -> None:
    """With `--quick` the cold thread is left after some seconds, and its rest is taken as translated."""
    models, model = Settings.read().models, default_translator()
    if models is None or not is_whole(model, models):
        raise SystemExit(f"bench translate needs {model.name}: vermilion models pull")
    folder = Path(tempfile.mkdtemp(prefix="vermilion-translate-"))
    folder.chmod(0o711)
    with database(folder) as dsn:
        figures = asyncio.run(_measure(dsn, path_of(model, models), quick=args.quick))
    rate = figures["lines_per_cpu_s"] * free_cores()
    waits, firsts, busy = day(PEOPLE, rate)
    figures |= {
        "readable_p95_s": share(waits, 0.95),
        "readable_first_p95_s": share(firsts, 0.95),
        "readable_at_once": sum(wait == 0 for wait in waits) / len(waits),
        "day_busy": busy,
    }
    limits = {"engine_busy": 1.0}
    print(
        f"\nthe day: {PEOPLE:,} people write {PEOPLE // 10} notes and four comments under each in six languages, most in "
        f"the evening;\n{len(waits):,} readings in another language; one engine at {rate:.2f} lines a second works ahead."
    )
    report("translate", figures, limits, quick=args.quick, goals=GOALS)


async def _measure(dsn: str, model: Path, *, quick: bool) -> dict[str, float]:
    await migrate(dsn)
    room, language = Database(dsn, wiring=WIRING), Language()
    db = room.session()
    note = await _thread(db, language)
    engine = Watched(Llama(model))
    await engine.start()
    try:
        passages = await _missing(db, note)
        figures = await _cold(room, engine, language, passages, QUICK_SECONDS if quick else LONGEST_SECONDS)
        await queue.deliver(db, [_stood_in(one) for one in await _missing(db, note)])
        figures |= await _warm(db, note, 40 if quick else 400)
        asks = len(engine.steps)
        await queue.ask(
            db, [wanted for one in await _missing(db, note) if (wanted := one.wanted)], queue.SEEN
        )
        figures["second_asks"] = float(
            len(engine.steps) - asks + await db.value("SELECT count(*) FROM translation_queue")
        )
        return figures
    finally:
        await engine.close()
        await room.close()


async def _thread(db: Db, language: Language) -> Id:
    """A note with the first 50 Chinese comments of the sample world."""
    mei = await factories.person(db, "mei", reads=("zh",))
    note = await factories.note(db, mei, "城墙上的风", body="今天绕着老城墙走了一圈，风很大。")
    found: list[Comment] = []
    for one in notes():
        for said in one.comment:
            found += [each for each in (said, *said.reply) if each.lang == "zh" and each.text]
    for said in found[:COMMENTS]:
        await comments.say(db, mei.viewer, language, note.id, NewComment(body=said.text, lang="zh"))
    return note.id


async def _missing(db: Db, note: Id) -> list[Passage]:
    page, thread = await get_note_and_thread(db, ENGLISH, note)
    texts = [page.title, page.body, *(said.body for said in thread.items)]
    return [text for text in texts if text.wanted is not None]


async def _cold(
    room: Database, engine: Watched, language: Language, passages: list[Passage], most: float
) -> dict[str, float]:
    """The product's own loop over the embedded engine, until the queue is empty or the time is over."""
    db, stop = room.session(), asyncio.Event()
    await state.tell(db, "bench", "ready")
    await engine.translate(
        Ask(text="你好", source="zh", target="en")
    )  # reads the prompt, as the day's first text does
    assert engine.llama.pid is not None
    loop = Translating(room, engine, language, Glossary.read(), "bench")
    before = cpu_seconds(engine.llama.pid), time.process_time()
    began = ended = time.monotonic()
    await queue.ask(db, [wanted for one in passages if (wanted := one.wanted)], queue.SEEN)
    running = asyncio.create_task(loop.run(stop))
    while time.monotonic() - began < most or len(engine.steps) < LEAST_STEPS:
        await asyncio.sleep(0.02)
        if await db.value("SELECT count(*) FROM translation_queue WHERE claimed_at IS NULL"):
            ended = time.monotonic()
        elif not await db.value("SELECT count(*) FROM translation_queue"):
            break
    cpu = cpu_seconds(engine.llama.pid) - before[0] + time.process_time() - before[1]
    wall = time.monotonic() - began
    stop.set()
    await running
    lines = int(await db.value("SELECT count(*) FROM rendering"))
    first = next((moment for moment, step in engine.steps if step == 1 and moment > began), began)
    return {
        "lines": float(lines),
        "asks": len(engine.steps) / 2,
        "lines_per_s": lines / wall,
        "lines_per_cpu_s": lines / cpu,
        "poor": float(await db.value("SELECT count(*) FROM rendering WHERE text = ''")),
        "engine_busy": engine.busy(first, max(ended, first + 0.001)),
        "first_ask_ms": (first - began) * 1000,
    }


def _stood_in(one: Passage) -> Done:
    wanted = one.wanted
    assert wanted is not None
    return Done(
        text_hash=wanted.text_hash,
        lang="en",
        source_lang="zh",
        text=f"As good as {one.original}",
        engine="bench",
    )


async def _warm(db: Db, note: Id, rounds: int) -> dict[str, float]:
    """The whole thread for one who reads its language beside one who does not, in turn."""
    sent: list[str] = []
    observer = lambda sql, _seconds: sent.append(sql)  # noqa: E731 - it is taken away again
    db.database.observers.append(observer)
    counts = []
    for viewer in (CHINESE, ENGLISH):
        sent.clear()
        await get_note_and_thread(db, viewer, note)
        counts.append(len(sent))
    db.database.observers.remove(observer)
    plain, foreign = [], []
    for _ in range(rounds):
        for viewer, seconds in ((CHINESE, plain), (ENGLISH, foreign)):
            seconds.append(await _seconds(lambda viewer=viewer: get_note_and_thread(db, viewer, note)))
    return {
        "warm_statements": float(counts[1] - counts[0]),
        "warm_extra_ms": (statistics.median(foreign) - statistics.median(plain)) * 1000,
        "plain_ms": statistics.median(plain) * 1000,
    }


async def _seconds(ask: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await ask()
    return time.perf_counter() - started
