"""Whether a backup brings everything back: rows and SHA-256 of every table, every blob; how fast, and in how much memory."""

import argparse
import asyncio
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

from bench.report import report
from bench.world import SMALL, Scale, world
from tests.databases import create_database, drop_database, dsn_of
from vermilion.storage.archive import Manifest
from vermilion.storage.backup import PLAIN, quoted, tables
from vermilion.storage.backup_check import verify

MIDDLE = Scale(notes=200_000, accounts=20_000, follows=400_000)
GOALS = {
    "rows_differ": "= 0",
    "blobs_differ": "= 0",
    "cut_refused": "= 1",
    "altered_refused": "= 1",
    "full_refused": "= 1",
    "backup_mb": "<= 200",
    "restore_mb": "<= 200",
}
COPY = "restored"
WATCHED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Between us and the command: a child's peak counts from the size of whoever started it."""


def main(args: argparse.Namespace) -> None:
    """Back a world up, restore it into another database and folder, back that up, and compare the two."""
    place = Path(tempfile.mkdtemp(prefix="vermilion-restore-"))
    try:
        with world(SMALL if args.quick else MIDDLE) as (dsn, _):
            asyncio.run(create_database(dsn, COPY))
            _fill_blobs(place / "blobs", 300 if args.quick else 5_000)
            figures, rows_per_s = _drill(dsn, place)
            asyncio.run(drop_database(dsn, COPY))
        report("restore", figures, {"rows_per_s": rows_per_s}, quick=args.quick, goals=GOALS)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _drill(dsn: str, place: Path) -> tuple[dict[str, float], float]:
    other = dsn_of(dsn, COPY)
    first, second = place / "first.tar", place / "second.tar"
    backup_s, backup_mb, _ = _vermilion(dsn, place / "blobs", "backup", str(first))
    refused = {
        "cut_refused": _refused(other, place, first, "cut short", lambda data: data[: len(data) // 2]),
        "altered_refused": _refused(other, place, first, "damaged", _flipped),
    }
    restore_s, restore_mb, _ = _vermilion(other, place / "restored", "restore", str(first))
    _, _, said = _vermilion(other, place / "restored", "restore", str(first), fails=True)
    _vermilion(other, place / "restored", "backup", str(second))
    before, after = (verify(file, lambda _line: None).manifest for file in (first, second))
    rows = sum(table.rows for table in before.tables)
    figures = {
        "rows": float(rows),
        "tables": float(len(before.tables)),
        "blobs": float(before.blobs.count),
        "file_mb": first.stat().st_size / 1e6,
        "rows_differ": float(_differing(before, after)),
        "blobs_differ": float(len(_sums(place / "blobs") ^ _sums(place / "restored"))),
        **refused,
        "full_refused": float("is not empty" in said),
        "backup_s": backup_s,
        "restore_s": restore_s,
        "rows_per_s": rows / backup_s,
        "restored_per_s": rows / restore_s,
        "backup_mb": backup_mb,
        "restore_mb": restore_mb,
    }
    return figures, rows / asyncio.run(_bare_copy(dsn))


def _differing(before: Manifest, after: Manifest) -> int:
    """Tables whose rows or sums are not the same."""
    there = {table.name: table for table in after.tables}
    return sum(there.get(table.name) != table for table in before.tables) + (
        before.sequences != after.sequences
    )


def _refused(dsn: str, place: Path, whole: Path, word: str, change) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001 - bytes to bytes
    """Whether a spoilt copy is refused with that word, before anything is changed."""
    spoilt = place / "spoilt.tar"
    spoilt.write_bytes(change(whole.read_bytes()))
    _, _, said = _vermilion(dsn, place / "nowhere", "restore", str(spoilt), fails=True)
    spoilt.unlink()
    left = asyncio.run(_value(dsn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    return float(word in said and left == 0 and not list((place / "nowhere").glob("*")))


def _flipped(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[len(data) * 3 // 4] ^= 1
    return bytes(changed)


def _fill_blobs(folder: Path, count: int) -> None:
    """Pictures of 1 to 120 kB, and one film of 60 MB."""
    for number in range(count):
        key = hashlib.sha256(str(number).encode()).hexdigest()
        file = folder / key[:2] / key / "m.webp"
        file.parent.mkdir(parents=True)
        file.write_bytes(secrets.token_bytes(1_000 + number * 7919 % 120_000))
    (folder / "fi" / "film").mkdir(parents=True)
    (folder / "fi" / "film" / "720.mp4").write_bytes(secrets.token_bytes(60_000_000))


def _sums(folder: Path) -> set[tuple[str, str]]:
    return {
        (str(file.relative_to(folder)), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in folder.rglob("*")
        if file.is_file()
    }


def _vermilion(dsn: str, blobs: Path, *command: str, fails: bool = False) -> tuple[float, float, str]:
    """One command as an operator calls it: its seconds, its peak of memory in MB, what it said."""
    env = {**os.environ, "DATABASE_URL": dsn, "VERMILION_BLOBS": blobs.as_uri()}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, sys.executable, "-m", "vermilion", *command],
        env=env,
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = time.monotonic() - started
    said, _, peak = done.stdout.rpartition("peak ")
    if (done.returncode != 0) != fails:
        raise SystemExit(f"vermilion {' '.join(command)}: {said}")
    return took, int(peak) / 1024, said


async def _value(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def _bare_copy(dsn: str) -> float:
    """Seconds in which the server gives the same rows in the same order, to nobody."""
    connection = await asyncpg.connect(dsn, server_settings=PLAIN)

    async def nowhere(_data: bytes) -> None:
        pass

    try:
        started = time.monotonic()
        for table in await tables(connection):
            order = ", ".join(quoted(table.key))
            await connection.copy_from_query(
                f"SELECT * FROM {quoted([table.name])[0]} ORDER BY {order}", output=nowhere
            )
        return time.monotonic() - started
    finally:
        await connection.close()
