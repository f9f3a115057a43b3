"""One note to 10,000 followers, and one of an author with 200,000: how fast it is pushed and first seen."""

import argparse
import asyncio
import time
from collections.abc import Sequence

import asyncpg

from bench.harness import working
from bench.report import report
from bench.world import FULL, SMALL, Scale, account_id, world
from vermilion.accounts.entry import viewer_of_secret
from vermilion.engines.language import Language
from vermilion.feed import jobs, reads
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.actions import publish
from vermilion.notes.schema import NewNote, NoteReleased
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

GOALS = {"insert_ratio": ">= 0.8", "first_seen_ms": "<= 200", "popular_first_seen_ms": "<= 200"}


def main(args: argparse.Namespace) -> None:
    """The full world has authors with 10,000 and (counted so) 200,000 followers; `--quick` with 900."""
    scale, followers = (SMALL, 900) if args.quick else (FULL, 10_000)
    with world(scale) as (dsn, folder), working(dsn, folder):
        figures, limits = asyncio.run(_measure(dsn, scale, followers))
    report("fanout", figures, limits, quick=args.quick, goals=GOALS)


async def _measure(dsn: str, scale: Scale, followers: int) -> tuple[dict[str, float], dict[str, float]]:
    database = Database(dsn, wiring=WIRING)
    db = database.session()
    author, popular = (Id(account_id(scale, number)) for number in (5, 6))
    readers = [account_id(scale, 20 + number) for number in range(followers)]
    try:
        await db.run("DELETE FROM pgqueuer")  # what other benches of this world have left to be done
        for one, count in ((author, followers), (popular, 200_000)):
            await _follow(dsn, one, readers, count)
        job = Job(db=db, blobs=Blobs("memory:///"))
        pushed, bare = [], []
        for _ in range(3):
            note = new_id()
            started = time.perf_counter()
            await jobs.offer_to_followers(job, NoteReleased(note_id=note, author_id=author))
            pushed.append(followers / (time.perf_counter() - started))
            bare.append(await _bare(dsn, readers, author))
        figures = {
            "rows_per_s": max(pushed),
            "insert_ratio": max(pushed) / max(bare),
            "first_seen_ms": await _first_seen(db, author, readers[-1]),
            "popular_first_seen_ms": await _first_seen(db, popular, readers[-1]),
        }
        return figures, {"rows_per_s": max(bare)}
    finally:
        await database.close()


async def _follow(dsn: str, author: int, readers: Sequence[int], count: int) -> None:
    connection = await asyncpg.connect(dsn)
    for table, columns, args in (
        ("follow_in", "account_id, follower_id", "$1, r"),
        ("follow_out", "account_id, followee_id", "r, $1"),
    ):
        await connection.execute(
            f"INSERT INTO {table} ({columns}, state, created_at) SELECT {args}, 'accepted', now() FROM unnest($2::bigint[]) r"
            " ON CONFLICT DO NOTHING",
            author,
            readers,
        )
    await connection.execute(
        "UPDATE account_count SET follower_count = $2 WHERE account_id = $1", author, count
    )
    await connection.execute("UPDATE account SET seen_at = now() WHERE id = ANY($1)", readers)
    await connection.close()


async def _bare(dsn: str, readers: Sequence[int], author: int) -> float:
    """Rows a second of nothing but multi-row inserts of the same shape."""
    connection = await asyncpg.connect(dsn)
    note = new_id()
    started = time.perf_counter()
    for at in range(0, len(readers), jobs.BATCH):
        await connection.execute(
            "INSERT INTO timeline (account_id, note_id, author_id) SELECT r, $2, $3 FROM unnest($1::bigint[]) r",
            readers[at : at + jobs.BATCH],
            note,
            author,
        )
    seconds = time.perf_counter() - started
    await connection.close()
    return len(readers) / seconds


async def _first_seen(db: Db, author: Id, reader: int) -> float:
    """Milliseconds from the acknowledged publication to a follower's Following page that has it, by way of the worker."""
    viewer = await viewer_of_secret(db, f"s.{reader}.bench")
    if viewer is None:
        raise RuntimeError("the world has no such session")
    times = []
    for number in range(5):
        note = await publish(
            db, Viewer(account_id=author, handle="author"), Language(), NewNote(title=f"News {number}")
        )
        started = time.perf_counter()
        while note.id not in {card.id for card in (await reads.following(db, viewer)).items}:
            if time.perf_counter() - started > 30:
                raise RuntimeError("the note did not arrive")
            await asyncio.sleep(0.003)
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[len(times) // 2]
