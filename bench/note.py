"""What a note's page costs with 50 comments, half of them with versions, and with 20,000."""

import argparse
import asyncio

import asyncpg

from bench.harness import Request, cpu_seconds, drive, postgres_cpu, served
from bench.report import report
from bench.world import FULL, SMALL, Scale, account_id, session_of, token_of, world
from vermilion.accounts.entry import viewer_of_secret
from vermilion.comments.reads import get_note_and_thread
from vermilion.storage.db import Database
from vermilion.wiring import WIRING

GOALS = {
    "html_per_cpu_s": ">= 1000",
    "statements": "<= 3",
    "long_html_per_cpu_s": ">= 1000",
    "long_statements": "<= 3",
}

_THREAD = """
INSERT INTO comment (note_id, id, parent_id, reply_to_id, author_id, state, body, body_lang, body_hash, created_at)
    SELECT $1, $2::bigint + n, CASE WHEN n % 4 = 3 THEN $2::bigint + n - 3 END, CASE WHEN n % 4 = 3 THEN $2::bigint + n - 3 END,
           $3::bigint + n % $4::bigint, 'public', 'A comment somebody has written here, number ' || n,
           CASE WHEN n % 2 = 0 THEN 'zh' ELSE 'en' END, '\\x00', now()
    FROM generate_series(0, $5::bigint - 1) AS s (n) ON CONFLICT DO NOTHING"""
_COUNTS = """
INSERT INTO comment_count (note_id, comment_id, is_first, like_count)
    SELECT note_id, id, parent_id IS NULL, id % 50 FROM comment WHERE note_id = $1 ON CONFLICT DO NOTHING"""
_VERSIONS = """
INSERT INTO version (note_id, subject_id, part, lang, text, hash)
    SELECT note_id, id, 'comment', 'en', 'The same in English, number ' || id, '\\x00'
    FROM comment WHERE note_id = $1 AND body_lang = 'zh' ON CONFLICT DO NOTHING"""


def main(args: argparse.Namespace) -> None:
    """Measure on the full world, or with `--quick` on the small one."""
    scale, count = (SMALL, 400) if args.quick else (FULL, 2000)
    figures: dict[str, float] = {}
    with world(scale) as (dsn, folder):
        short, long = asyncio.run(_threads(dsn, scale))
        figures["statements"] = asyncio.run(_statements(dsn, scale, short))
        figures["long_statements"] = asyncio.run(_statements(dsn, scale, long))
        with served(dsn, folder) as (port, pid):
            for name, note in (("", short), ("long_", long)):
                for kind, path, who in (
                    ("html", f"/n/{note}", session_of),
                    ("json", f"/api/v1/notes/{note}/comments", token_of),
                ):
                    requests = [
                        Request(path=path, headers=(who(account_id(scale, at % 300)),)) for at in range(count)
                    ]
                    asyncio.run(drive(port, requests[:200], 8))
                    web, rows = cpu_seconds(pid), postgres_cpu(folder)
                    answer = asyncio.run(drive(port, requests, 16))
                    if answer.failed:
                        raise RuntimeError(f"{answer.failed} of {count} requests failed")
                    figures[f"{name}{kind}_per_cpu_s"] = count / (cpu_seconds(pid) - web)
                    figures[f"{name}{kind}_db_ms"] = (postgres_cpu(folder) - rows) * 1000 / count
    report("note", figures, {}, quick=args.quick, goals=GOALS)


async def _threads(dsn: str, scale: Scale) -> tuple[int, int]:
    connection = await asyncpg.connect(dsn)
    try:
        notes = [
            row[0]
            for row in await connection.fetch(
                "SELECT id FROM note WHERE title LIKE 'Note %' ORDER BY id DESC OFFSET 100 LIMIT 2"
            )
        ]
        for note, comments in zip(notes, (50, 20_000), strict=True):
            await connection.execute(_THREAD, note, note + 1000, 1_000_000, scale.accounts, comments)
            await connection.execute(_COUNTS, note)
            await connection.execute(_VERSIONS, note)
        await connection.execute("ANALYZE comment, comment_count, version")
        return notes[0], notes[1]
    finally:
        await connection.close()


async def _statements(dsn: str, scale: Scale, note: int) -> float:
    database = Database(dsn, wiring=WIRING)
    db = database.session()
    viewer = await viewer_of_secret(db, f"s.{account_id(scale, 3)}.bench")
    if viewer is None:
        raise RuntimeError("the world has no such session")
    sent: list[str] = []
    database.observers.append(lambda sql, _seconds: sent.append(sql))
    await get_note_and_thread(db, viewer, note)
    await database.close()
    return float(len(sent))
