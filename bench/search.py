"""Searching among many short notes: how long reads take inside the database, suggestions, building, size, growth."""

import argparse
import asyncio
import bisect
import itertools
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.harness import database
from bench.report import report
from vermilion.accounts.entry import add_account
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import GUEST
from vermilion.notes.actions import release
from vermilion.notes.schema import Note
from vermilion.search import reads, suggestions
from vermilion.search.actions import forget_notes, index_notes
from vermilion.search.jobs import count_words, sweep
from vermilion.search.query import cut, understand
from vermilion.search.schema import Filters
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.storage.migrate import migrate
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

GOALS = {
    "p50_ms": "<= 2",
    "p99_ms": "<= 50",
    "suggest_p99_ms": "<= 10",
    "visible_at_commit": "= 1",
    "gone_at_commit": "= 1",
}
LANGS = ("en", "zh", "es", "pt", "de", "ru", "ja", "ko")
WORDS, SIGNS = 20_000, 3_000
BATCH = 500
ASKED = 600
FULL, QUICK = 100_000, 4_000
"""Notes. A million takes the better part of an hour to index on one core."""


class Tongue(Record, kw_only=True, frozen=True):
    """Made-up words of one language, the common ones first, and how to put them together."""

    lang: str
    words: tuple[str, ...]
    between: str


def main(args: argparse.Namespace) -> None:
    """A made-up room in eight languages with words as frequent as words are; `--quick`: a small one."""
    total = QUICK if args.quick else FULL
    with tempfile.TemporaryDirectory(prefix="vms-") as folder:
        Path(folder).chmod(0o711)
        with database(Path(folder)) as dsn:
            asyncio.run(migrate(dsn))
            figures = asyncio.run(_measure(dsn, total))
    report("search", figures, {}, quick=args.quick, goals=GOALS)


async def _measure(dsn: str, total: int) -> dict[str, float]:
    base = Database(dsn, wiring=WIRING)
    db, chance = base.session(), random.Random(4)
    try:
        tongues = [_tongue(lang, chance) for lang in LANGS]
        author = new_id()
        await add_account(db, author, "someone", "Someone", ("en",))
        early = await _fill(db, author, tongues, chance, total // 10)
        small = await _ask(db, tongues, random.Random(5))
        rest = await _fill(db, author, tongues, chance, total - total // 10)
        figures = await _ask(db, tongues, random.Random(5))
        figures["growth"] = figures["p50_ms"] / small["p50_ms"]
        figures["notes"] = float(total)
        figures["indexed_per_s"] = total / (early + rest)
        size = await db.value(
            "SELECT pg_total_relation_size('search_note') + pg_total_relation_size('search_term')"
        )
        figures["bytes_a_note"] = int(size) / total
        figures["visible_at_commit"], figures["gone_at_commit"] = await _at_commit(db, author)
        return figures
    finally:
        await base.close()


def _tongue(lang: str, chance: random.Random) -> Tongue:
    if lang in ("zh", "ja"):
        first = 0x4E00
        signs = [chr(first + chance.randrange(SIGNS)) for _ in range(2 * WORDS)]
        return Tongue(
            lang=lang, words=tuple(a + b for a, b in zip(signs[::2], signs[1::2], strict=True)), between=""
        )
    if lang == "ko":
        made = [
            "".join(chr(0xAC00 + chance.randrange(2_000)) for _ in range(chance.randint(2, 3)))
            for _ in range(WORDS)
        ]
        return Tongue(lang=lang, words=tuple(made), between=" ")
    letters = "оаеинтсрвлкмдпу" if lang == "ru" else "etaoinshrdlucm"
    made = ["".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(WORDS)]
    return Tongue(lang=lang, words=tuple(made), between=" ")


_SHARES = list(itertools.accumulate(1 / (rank + 3) for rank in range(WORDS)))


def _word(tongue: Tongue, chance: random.Random) -> str:
    """A word, the n-th one about 1/n times as often as the first."""
    return tongue.words[bisect.bisect_left(_SHARES, chance.random() * _SHARES[-1])]


async def _fill(db: Db, author: Id, tongues: Sequence[Tongue], chance: random.Random, count: int) -> float:
    """Publish so many notes, and index them as releases do; gives the seconds indexing took."""
    taken, moment = 0.0, now()
    for at in range(0, count, BATCH):
        rows = []
        for _ in range(min(BATCH, count - at)):
            tongue = chance.choice(tongues)
            title = tongue.between.join(_word(tongue, chance) for _ in range(6))[:100]
            body = tongue.between.join(_word(tongue, chance) for _ in range(chance.randint(10, 60)))
            rows.append([int(new_id()), author, title, body, tongue.lang, moment, chance.randrange(40)])
        await db.run_many(
            """WITH counted AS (INSERT INTO note_count (note_id, like_count) VALUES ($1, $7))
               INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang,
                   body_hash, motif, created_at, released_at)
               VALUES ($1, $2, 'public', 'everyone', $3, $5, '', $4, $5, '', 'hills', $6, $6)""",
            rows,
        )
        started = time.process_time()
        await index_notes(db, [row[0] for row in rows])
        taken += time.process_time() - started
        while await count_words(_job(db)):
            pass
    await sweep(_job(db))
    await db.run("ANALYZE")
    return max(taken, 1e-6)


def _job(db: Db) -> Job:
    return Job(db=db, blobs=Blobs("memory:///"))


async def _ask(db: Db, tongues: Sequence[Tongue], chance: random.Random) -> dict[str, float]:
    """A log of questions: frequent words, rare ones, mistyped ones, several at once, and such as nobody wrote."""
    inside: list[float] = []
    whole: list[float] = []
    typed: list[float] = []
    cut_off = 0
    for _ in range(ASKED):
        tongue = chance.choice(tongues)
        query = understand(cut(_question(tongue, chance)), tongue.lang)
        started = time.perf_counter()
        with _timed(db) as seconds:
            found = await reads.find_notes(db, GUEST, query, Filters())
        whole.append(time.perf_counter() - started)
        inside.append(sum(seconds))
        cut_off += found.is_truncated
        begun = _word(tongue, chance)[: chance.randint(1, 3)]
        started = time.perf_counter()
        await suggestions.suggest(db, GUEST, begun)
        typed.append(time.perf_counter() - started)
    return {
        "p50_ms": _part(inside, 0.5),
        "p99_ms": _part(inside, 0.99),
        "whole_p50_ms": _part(whole, 0.5),
        "whole_p99_ms": _part(whole, 0.99),
        "suggest_p99_ms": _part(typed, 0.99),
        "truncated": cut_off / ASKED,
    }


def _question(tongue: Tongue, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return tongue.words[chance.randrange(30)]
    if kind < 0.5:
        return tongue.words[chance.randrange(WORDS // 2, WORDS)]
    if kind < 0.6:
        word = _word(tongue, chance)
        return word[:-1] + "q" if tongue.between == " " and tongue.lang != "ko" else word + "鑫"
    if kind < 0.7:
        return "zzyzx"
    return tongue.between.join(_word(tongue, chance) for _ in range(chance.randint(2, 5)))


@contextmanager
def _timed(db: Db) -> Iterator[list[float]]:
    """The seconds of the statements that look notes up: what search itself asks of the database."""
    seconds: list[float] = []

    def observe(text: str, taken: float) -> None:
        if "search_" in text:
            seconds.append(taken)

    db.database.observers.append(observe)
    try:
        yield seconds
    finally:
        db.database.observers.remove(observe)


def _part(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


async def _at_commit(db: Db, author: Id) -> tuple[float, float]:
    """Whether a note is found right after the commit of its release, and not after that of its hiding."""
    seen = gone = 0
    for number in range(20):
        word, note_id = f"canary{number}", new_id()
        await db.run(
            """WITH counted AS (INSERT INTO note_count (note_id) VALUES ($1))
               INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang,
                   body_hash, motif, created_at) VALUES ($1, $2, 'pending', 'everyone', $3, 'en', '', '', 'en', '', 'hills', $4)""",
            note_id, author, word, now(),
        )  # fmt: skip
        await release(db, await db.one(Note, _NOTE, note_id))
        query = understand(cut(word), "en")
        seen += len((await reads.find_notes(db, GUEST, query, Filters())).items)
        await forget_notes(db, [note_id])
        gone += not (await reads.find_notes(db, GUEST, query, Filters())).items
    return seen / 20, gone / 20


_NOTE = f"SELECT {', '.join(Note.__struct_fields__)} FROM note WHERE id = $1"
