"""A made-up room to search in: short notes in eight languages, their words as frequent as words are, with vectors."""

import asyncio
import bisect
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from bench.harness import database, postgres_cpu
from vermilion.accounts.entry import add_account
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record
from vermilion.search.actions import index_notes
from vermilion.search.jobs import BEST_MOST, GOOD_MOST, count_words, sweep
from vermilion.search.ranking import standing
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.storage.migrate import migrate
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

LANGS = ("en", "zh", "es", "pt", "de", "ru", "ja", "ko")
WORDS, SIGNS = 20_000, 3_000
BATCH = 500
ROUND = 25_000
"""Notes after which it is written down how far the room is. After the first of them tiers are drawn as they are when it is full."""
LANES = 2
"""Batches under way at once: the database writes one while the words of the other are made."""
TRIES = 10
DAYS = 730
MODEL = "made-up"
SIZE, POOL = 512, 2_000
"""Numbers of a vector, and how many pieces of noise all of them are cut from."""
AUTHOR = "someone"


class Tongue(Record, kw_only=True, frozen=True):
    """Made-up words of one language, the common ones first, and how to put them together."""

    lang: str
    words: tuple[str, ...]
    between: str

    def word(self, chance: random.Random) -> str:
        """A word, the n-th one about 1/n times as often as the first."""
        return self.words[bisect.bisect_left(_SHARES, chance.random() * _SHARES[-1])]

    def said(self, chance: random.Random, count: int) -> str:
        return self.between.join(self.word(chance) for _ in range(count))


_SHARES = list(itertools.accumulate(1 / (rank + 3) for rank in range(WORDS)))


def tongues() -> list[Tongue]:
    """The same ones every time."""
    chance = random.Random(4)
    return [_tongue(lang, chance) for lang in LANGS]


def _tongue(lang: str, chance: random.Random) -> Tongue:
    if lang in ("zh", "ja"):
        signs = [chr(0x4E00 + chance.randrange(SIGNS)) for _ in range(2 * WORDS)]
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


class Built(Record, kw_only=True, frozen=True):
    """What building the room took: seconds of this process, of the database and by the clock; the bytes of the index."""

    notes: int
    cpu_s: float = 0.0
    database_cpu_s: float = 0.0
    wall_s: float = 0.0


class Room(Record, kw_only=True, frozen=True):
    """A database with so many notes, where it lies, and what building them took."""

    dsn: str
    folder: Path
    built: Built


@contextmanager
def room(folder: Path, runner: asyncio.Runner, count: int) -> Iterator[Room]:
    """A room in a folder: the one that is kept there, or what there is of it, finished."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    with database(folder) as dsn:
        runner.run(migrate(dsn))
        yield Room(dsn=dsn, folder=folder, built=runner.run(_built(dsn, folder, count)))


async def _built(dsn: str, folder: Path, count: int) -> Built:
    kept = folder / "built.json"
    built = Built(**json.loads(kept.read_text())) if kept.exists() else Built(notes=0)
    base = Database(dsn, wiring=WIRING)
    try:
        db = base.session()
        if not built.notes:
            await add_account(db, new_id(), AUTHOR, "Someone", ("en",))
            await _make_noise(db)
        while built.notes < count:
            # A round at a time, so that one that is broken off goes on where it stood.
            built = await _round(base, folder, built, count)
            kept.write_text(json.dumps({name: getattr(built, name) for name in built.__struct_fields__}))
        return built
    finally:
        await base.close()


async def _round(base: Database, folder: Path, built: Built, count: int) -> Built:
    clock, cpu, rows = time.perf_counter(), time.process_time(), postgres_cpu(folder)
    db, until = base.session(), min(count, built.notes + ROUND)
    there = int(await db.value("SELECT count(*) FROM note"))
    batches = iter(range(there, until, BATCH))
    async with asyncio.TaskGroup() as lanes:
        for lane in range(LANES):
            lanes.create_task(_lane(base.session(), batches, random.Random(there + lane), until))
    if not built.notes:
        await _draw_tiers(db, count)
    if until == count:
        await _settle(db)
    return Built(
        notes=until,
        cpu_s=built.cpu_s + time.process_time() - cpu,
        database_cpu_s=built.database_cpu_s + postgres_cpu(folder) - rows,
        wall_s=built.wall_s + time.perf_counter() - clock,
    )


async def _lane(db: Db, batches: Iterator[int], chance: random.Random, until: int) -> None:
    """Publish notes and index them as releases do, as long as there are batches."""
    author = await db.value("SELECT id FROM account WHERE handle = $1", AUTHOR)
    said, job = tongues(), Job(db=db, blobs=Blobs("memory:///"))
    for at in batches:
        notes = [_note(author, said, chance) for _ in range(min(BATCH, until - at))]
        await _publish(db, notes)
        while await count_words(job):
            pass


async def _publish(db: Db, notes: list[list[object]]) -> None:
    """One batch in one transaction; sent again where a busy machine was too slow for the database's patience."""
    ids = [cast(int, row[0]) for row in notes]
    for attempt in range(TRIES):
        try:
            async with db.transaction():
                await db.run_many(_INSERT, notes)
                await index_notes(db, ids)
                await db.run(_VECTORS, MODEL, ids, SIZE)
        except Unavailable:
            if attempt == TRIES - 1:
                raise
        else:
            return


async def _draw_tiers(db: Db, count: int) -> None:
    """Tiers as they are among `count` notes, or each would be moved as often as the room grows."""
    rows = await db.rows(
        "SELECT n.released_at, c.like_count FROM note n JOIN note_count c ON c.note_id = n.id"
    )
    ordered = sorted((standing(row[0], row[1], 0, 0) for row in rows), reverse=True)
    best, good = (
        ordered[int(most / count * len(ordered))] if most < count else -1e9 for most in (BEST_MOST, GOOD_MOST)
    )
    await db.run("UPDATE search_size SET best_from = $1, good_from = $2 WHERE bucket = 0", best, good)


async def _settle(db: Db) -> None:
    """What worker and database do in time: every note in its tier, the indexes merged, entries of earlier tiers taken out."""
    job = Job(db=db, blobs=Blobs("memory:///"))
    await sweep(job)
    while await db.value("SELECT swept_to FROM search_size"):
        await sweep(job)
    await db.run("VACUUM (ANALYZE)")


_INSERT = """WITH counted AS (INSERT INTO note_count (note_id, like_count) VALUES ($1, $7))
    INSERT INTO note (id, author_id, state, audience, title, title_lang, title_hash, body, body_lang,
        body_hash, motif, created_at, released_at)
    VALUES ($1, $2, 'public', 'everyone', $3, $5, '', $4, $5, '', 'hills', $6, $6)"""


def _note(author: Id, said: Sequence[Tongue], chance: random.Random) -> list[object]:
    tongue = chance.choice(said)
    title = tongue.said(chance, 6)[:100]
    body = tongue.said(chance, chance.randint(10, 60))
    moment: datetime = now() - timedelta(days=DAYS * chance.random() ** 2)
    likes = min(100_000, int(chance.paretovariate(0.9)) - 1)
    return [int(new_id(int(moment.timestamp() * 1000))), author, title, body, tongue.lang, moment, likes]


# Vectors without a direction in common, each another one: so many numbers of a piece of noise twice as long.
_VECTORS = """WITH told AS (UPDATE search_meaning SET model = $1 WHERE note_id = ANY($2))
    INSERT INTO search_vector (note_id, part, model, vector)
    SELECT n.note_id, 0, $1, l2_normalize(subvector(p.vector, 1 + (n.note_id / 7 % $3)::integer, $3::integer))
    FROM unnest($2::bigint[]) AS n (note_id) JOIN bench_noise p ON p.at = n.note_id % (SELECT count(*) FROM bench_noise)"""


async def _make_noise(db: Db) -> None:
    await db.run("CREATE TABLE bench_noise (at bigint PRIMARY KEY, vector halfvec NOT NULL)")
    chance = random.Random(6)
    rows = [(at, f"[{','.join(f'{chance.gauss(0, 1):.3f}' for _ in range(2 * SIZE))}]") for at in range(POOL)]
    await db.run_many("INSERT INTO bench_noise (at, vector) VALUES ($1, $2::text::halfvec)", rows)
