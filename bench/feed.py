"""What a page of a feed costs: Explore and Following, signed in, as HTML and JSON, against what the parts cost alone."""

import argparse
import asyncio
import random
import time
from http import HTTPStatus
from pathlib import Path

import asyncpg

from bench.floor import measure_floor
from bench.harness import Request, cpu_seconds, drive, drive_answers, postgres_cpu, served
from bench.report import report
from bench.world import FULL, SMALL, Scale, account_id, session_of, token_of, world

GOALS = {
    "html_per_cpu_s": ">= 2500",
    "json_per_cpu_s": ">= 3000",
    "db_ms": "<= 0.3",
    "floor_ratio": ">= 0.6",
    "p99_ms": "<= 25",
    "growth": "<= 1.15",
}
COMPRESSED = ("Accept-Encoding", "br, gzip")
READERS = 2000
CARDS = 20
PAGES = {"html": ("/", "/following"), "json": ("/api/v1/feeds/explore", "/api/v1/feeds/following")}


def main(args: argparse.Namespace) -> None:
    """Measure on the full world and on a hundredth of it; `--quick` on the small one alone."""
    small = _measure(SMALL, 600 if args.quick else 1500)
    figures = small if args.quick else _measure(FULL, 4000)
    growth = figures["cost_ms"] / small["cost_ms"]
    limits = {
        "floor_cost_ms": figures.pop("floor_cost_ms"),
        "plain_per_cpu_s": figures.pop("plain_per_cpu_s"),
    }
    figures["growth"] = growth
    report("feed", figures, limits, quick=args.quick, goals=GOALS)


def _measure(scale: Scale, count: int) -> dict[str, float]:
    chance = random.Random(7)
    with world(scale) as (dsn, folder), served(dsn, folder) as (port, pid):
        asyncio.run(_befriend(dsn, scale))

        def requests(kind: str, number: int, *more: tuple[str, str]) -> list[Request]:
            made = []
            for at in range(number):
                reader = account_id(scale, chance.randrange(min(scale.accounts, READERS)))
                who = session_of(reader) if kind == "html" else token_of(reader)
                made.append(Request(path=PAGES[kind][at % 2], headers=(who, *more)))
            return made

        asyncio.run(drive(port, [*requests("html", 400), *requests("json", 400)], 8))
        _check(port, requests("html", 40))
        figures: dict[str, float] = {}
        for kind in ("html", "json"):
            per_cpu, db_ms = _cost(port, pid, folder, requests(kind, count))
            figures[f"{kind}_per_cpu_s"] = per_cpu
            figures["db_ms"] = max(figures.get("db_ms", 0.0), db_ms)
            figures[f"{kind}_compressed_per_cpu_s"] = _cost(
                port, pid, folder, requests(kind, count // 2, COMPRESSED)
            )[0]
        figures["cost_ms"] = 1000 / figures["html_per_cpu_s"] + figures["db_ms"]
        full = asyncio.run(drive(port, requests("html", count // 2), 16))
        paced = asyncio.run(
            drive(port, requests("html", count // 2), 16, rate=0.7 * count / 2 / full.elapsed)
        )
        figures["p50_ms"], figures["p99_ms"] = paced.percentile(0.5), paced.percentile(0.99)
        floor = measure_floor(dsn, folder, scale)
        figures["floor_ratio"] = floor.cost_ms * figures["html_per_cpu_s"] / 1000
        return {**figures, "floor_cost_ms": floor.cost_ms, "plain_per_cpu_s": floor.plain_per_cpu_s}


_FILL = """
CREATE TEMP TABLE pick AS SELECT row_number() OVER () - 1 AS n, id, author_id FROM
    (SELECT id, author_id FROM note WHERE title LIKE 'Note %' ORDER BY id DESC LIMIT 50000) recent;
INSERT INTO timeline (account_id, note_id, author_id)
    SELECT 1000000 + reader, pick.id, pick.author_id
    FROM generate_series(0, {readers} - 1) AS r (reader) CROSS JOIN generate_series(0, 39) AS k (place)
    JOIN pick ON pick.n = (reader * 7919::bigint + place * 331) % (SELECT count(*) FROM pick) ON CONFLICT DO NOTHING;
CREATE TEMP TABLE tie AS SELECT DISTINCT account_id, author_id FROM timeline
    WHERE account_id < 1000000 + {readers} AND account_id <> author_id;
INSERT INTO follow_out (account_id, followee_id, state, created_at)
    SELECT account_id, author_id, 'accepted', now() FROM tie ON CONFLICT DO NOTHING;
INSERT INTO follow_in (account_id, follower_id, state, created_at)
    SELECT author_id, account_id, 'accepted', now() FROM tie ON CONFLICT DO NOTHING;
ANALYZE timeline, follow_out, follow_in"""


async def _befriend(dsn: str, scale: Scale) -> None:
    """Give each reader a timeline of forty notes by people they follow: the world's own are too thin for a full page."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_FILL.format(readers=min(scale.accounts, READERS)), timeout=300)
    finally:
        await connection.close()


def _check(port: int, requests: list[Request]) -> None:
    """Every page is full, or the figures mean nothing."""
    for status, body in asyncio.run(drive_answers(port, requests, 8)):
        if status != HTTPStatus.OK or body.count(b'<li class="card') < CARDS - 3:
            raise RuntimeError(f"a page has {body.count(b'<li class=')} cards, status {status}")


def _cost(port: int, pid: int, folder: Path, requests: list[Request]) -> tuple[float, float]:
    """Requests a CPU-second of the web process, and milliseconds of PostgreSQL a request."""
    web, rows = cpu_seconds(pid), postgres_cpu(folder)
    answer = asyncio.run(drive(port, requests, 16))
    if answer.failed:
        raise RuntimeError(f"{answer.failed} of {len(requests)} requests failed")
    time.sleep(0.05)
    return len(requests) / (cpu_seconds(pid) - web), (postgres_cpu(folder) - rows) * 1000 / len(requests)
