"""Searching among many short notes: how long reads take inside the database, suggestions, building, size, growth.

VERMILION_BENCH_NOTES says among how many. With VERMILION_DATA the room is kept there: it is built once, the next run only
reads. What building took stands beside it, and is printed again.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from bench.harness import postgres_cpu
from bench.report import report
from bench.search_world import AUTHOR, MODEL, SIZE, WORDS, Built, Room, Tongue, room, tongues
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.viewer import GUEST
from vermilion.notes.actions import release
from vermilion.notes.schema import Note
from vermilion.search import reads, suggestions
from vermilion.search.actions import forget_notes
from vermilion.search.query import Meaning, cut, understand
from vermilion.search.schema import Filters
from vermilion.search.spelling import Spelling
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING

GOALS = {
    "p50_ms": "<= 2",
    "p99_ms": "<= 50",
    "suggest_p99_ms": "<= 10",
    "visible_at_commit": "= 1",
    "gone_at_commit": "= 1",
}
ASKED = 600
FULL, SMALL, QUICK = 100_000, 10_000, 4_000
"""Notes; growth is against the small room. A million (VERMILION_BENCH_NOTES) takes the better part of an hour to build."""


def main(args: argparse.Namespace) -> None:
    """A made-up room in eight languages with words as frequent as words are; `--quick`: a small one."""
    total = QUICK if args.quick else int(os.environ.get("VERMILION_BENCH_NOTES", FULL))
    kept = None if args.quick else os.environ.get("VERMILION_DATA")
    with tempfile.TemporaryDirectory(prefix="vms-") as folder, asyncio.Runner() as runner:
        with room(Path(folder) / "small", runner, min(SMALL, total // 4)) as small:
            before = runner.run(_measure(small))
        with room(
            Path(kept) / f"bench-search-{total}" if kept else Path(folder) / "large", runner, total
        ) as large:
            figures = runner.run(_measure(large))
    figures["growth"] = figures["p50_ms"] / before["p50_ms"]
    figures |= {f"small_{name}": before[name] for name in ("notes", "p50_ms", "p99_ms")}
    report("search", figures, {}, quick=args.quick, goals=GOALS)


async def _measure(there: Room) -> dict[str, float]:
    base, built = Database(there.dsn, wiring=WIRING, shares_for=0.5), there.built
    db, said = base.session(), tongues()
    try:
        await _ask(db, said, random.Random(8), count=ASKED // 6)
        cpu = postgres_cpu(there.folder)
        figures = await _ask(db, said, random.Random(5))
        figures["database_cpu_ms"] = (postgres_cpu(there.folder) - cpu) * 1000 / ASKED
        words = await _ask(db, said, random.Random(5), is_meant=False)
        figures |= {f"words_{name}": words[name] for name in ("p50_ms", "p99_ms")}
        figures["suggest_p99_ms"] = await _type(db, said, random.Random(9))
        size = await db.value(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE 'search%' AND relkind = 'r'"
        )
        figures["index_bytes"], figures["bytes_a_note"] = float(size), float(size) / built.notes
        figures |= {name: float(getattr(built, name)) for name in Built.__struct_fields__}
        figures["indexed_per_cpu_s"] = built.notes / (built.cpu_s + built.database_cpu_s)
        figures["visible_at_commit"], figures["gone_at_commit"] = await _at_commit(db)
        return figures
    finally:
        await base.close()


async def _ask(
    db: Db, said: Sequence[Tongue], chance: random.Random, *, is_meant: bool = True, count: int = ASKED
) -> dict[str, float]:
    """A log of questions: frequent words, rare ones, mistyped ones, several at once, and such as nobody wrote.

    With a vector each, as a search has that waited for the model, or without.
    """
    inside: list[float] = []
    whole: list[float] = []
    cut_off = 0
    for _ in range(count):
        tongue = chance.choice(said)
        query = understand(cut(_question(tongue, chance)), tongue.lang)
        vector = ",".join(f"{chance.gauss(0, SIZE**-0.5):.5f}" for _ in range(SIZE))
        if is_meant:
            query = replace(query, meaning=Meaning(model=MODEL, vector=f"[{vector}]"))
        started = time.perf_counter()
        with _timed(db) as seconds:
            found = await reads.find_notes(db, GUEST, query, Filters())
        whole.append(time.perf_counter() - started)
        inside.append(sum(seconds))
        cut_off += found.is_truncated
    return {
        "p50_ms": _part(inside, 0.5),
        "p99_ms": _part(inside, 0.99),
        "whole_p50_ms": _part(whole, 0.5),
        "whole_p99_ms": _part(whole, 0.99),
        "truncated": cut_off / count,
    }


async def _type(db: Db, said: Sequence[Tongue], chance: random.Random) -> float:
    """The beginnings of words, as they are typed."""
    typed: list[float] = []
    spelling = Spelling()
    for _ in range(ASKED):
        begun = chance.choice(said).word(chance)[: chance.randint(1, 3)]
        started = time.perf_counter()
        await suggestions.suggest(db, GUEST, spelling, begun)
        typed.append(time.perf_counter() - started)
    return _part(typed, 0.99)


def _question(tongue: Tongue, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return tongue.words[chance.randrange(30)]
    if kind < 0.5:
        return tongue.words[chance.randrange(WORDS // 2, WORDS)]
    if kind < 0.6:
        word = tongue.word(chance)
        return word[:-1] + "q" if tongue.between == " " and tongue.lang != "ko" else word + "鑫"
    if kind < 0.7:
        return "zzyzx"
    return tongue.said(chance, chance.randint(2, 5))


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


async def _at_commit(db: Db) -> tuple[float, float]:
    """Whether a note is found right after the commit of its release, and not after that of its hiding."""
    author, seen, gone = Id(await db.value("SELECT id FROM account WHERE handle = $1", AUTHOR)), 0, 0
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
        await db.run("DELETE FROM note WHERE id = $1", note_id)
    return seen / 20, gone / 20


_NOTE = f"SELECT {', '.join(Note.__struct_fields__)} FROM note WHERE id = $1"
