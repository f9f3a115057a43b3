"""Publishing, liking, commenting and following over HTTP, durable, against pgbench sending the same statements."""

import argparse
import asyncio
import itertools
import re
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec

from bench.harness import Request, cpu_seconds, drive, postgres_cpu, served
from bench.report import report
from bench.world import FULL, SMALL, Scale, account_id, token_of, world
from vermilion.accounts.actions import follow
from vermilion.accounts.entry import viewer_of_secret
from vermilion.comments.actions import say
from vermilion.comments.schema import NewComment
from vermilion.engines.language import Language
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.actions import like, publish
from vermilion.notes.schema import NewNote
from vermilion.storage.db import Database, Db
from vermilion.storage.postgres import program_folder
from vermilion.wiring import WIRING

GOALS = {
    "pgbench_ratio": ">= 0.8",
    "publish_per_cpu_s": ">= 400",
    "like_per_cpu_s": ">= 3500",
}
CLIENTS = 16
Statement = tuple[str, tuple[object, ...]]


def main(args: argparse.Namespace) -> None:
    """Each deed over HTTP by 16 connections, then its statements by pgbench with 16 clients."""
    scale, count = (SMALL, 300) if args.quick else (FULL, 2000)
    figures: dict[str, float] = {}
    limits: dict[str, float] = {}
    with world(scale) as (dsn, folder):
        notes, scripts = asyncio.run(_record(dsn, scale))
        with served(dsn, folder) as (port, pid):
            for deed in scripts:
                requests = _requests(deed, scale, notes, count)
                asyncio.run(drive(port, _requests(deed, scale, notes[::-1], 60), CLIENTS))
                web, rows = cpu_seconds(pid), postgres_cpu(folder)
                answer = asyncio.run(drive(port, requests, CLIENTS))
                if answer.failed:
                    raise RuntimeError(f"{answer.failed} of {count} {deed} requests failed")
                figures[f"{deed}_per_s"] = count / answer.elapsed
                figures[f"{deed}_per_cpu_s"] = count / (cpu_seconds(pid) - web)
                figures[f"{deed}_db_ms"] = (postgres_cpu(folder) - rows) * 1000 / count
        for deed, script in scripts.items():
            limits[f"{deed}_per_s"] = _pgbench(dsn, script, 3 if args.quick else 15)
    figures["pgbench_ratio"] = min(figures[f"{deed}_per_s"] / limits[f"{deed}_per_s"] for deed in scripts)
    report("write", figures, limits, quick=args.quick, goals=GOALS)


def _requests(deed: str, scale: Scale, notes: list[int], count: int) -> list[Request]:
    made = []
    for at in range(count):
        me = account_id(scale, 200 + at % 700)
        headers = (token_of(me), ("Content-Type", "application/json"), ("Idempotency-Key", str(uuid.uuid4())))
        note = notes[at % len(notes)]
        if deed == "publish":
            body = msgspec.json.encode(
                {"title": f"Number {at}", "body": "A few words and a #tag", "lang": "en"}
            )
            made.append(Request(path="/api/v1/notes", headers=headers, method="POST", body=body))
        elif deed == "like":
            made.append(Request(path=f"/api/v1/notes/{note}/like", headers=headers, method="PUT"))
        elif deed == "comment":
            body = msgspec.json.encode({"body": f"A comment, number {at}", "lang": "en"})
            made.append(
                Request(path=f"/api/v1/notes/{note}/comments", headers=headers, method="POST", body=body)
            )
        else:
            other = account_id(scale, 5 + at * 13 % 190)
            made.append(Request(path=f"/api/v1/accounts/{other}/follow", headers=headers, method="PUT"))
    return made


async def _record(dsn: str, scale: Scale) -> tuple[list[int], dict[str, str]]:
    """Do each deed once and note what it sends, as pgbench scripts with the people and notes drawn by chance."""
    database = Database(dsn, wiring=WIRING)
    db = database.session()
    notes = [
        row[0]
        for row in await db.rows("SELECT id FROM note WHERE title LIKE 'Note %' ORDER BY id DESC LIMIT 700")
    ]
    viewer = await viewer_of_secret(db, f"s.{account_id(scale, 199)}.bench")
    if viewer is None:
        raise RuntimeError("the world has no such session")
    note, language = Id(notes[50]), Language()
    deeds: dict[str, Callable[[Db, Viewer], Awaitable[object]]] = {
        "publish": lambda db, me: publish(
            db, me, language, NewNote(title="One", body="A few words and a #tag", lang="en")
        ),
        "like": lambda db, me: like(db, me, note, True),
        "comment": lambda db, me: say(db, me, language, note, NewComment(body="A comment", lang="en")),
        "follow": lambda db, me: follow(db, me, Id(account_id(scale, 4))),
    }
    scripts = {}
    for name, deed in deeds.items():
        recording = _Recording(dsn, wiring=WIRING)
        await deed(recording.session(), viewer)
        scripts[name] = _script(recording.sent, viewer.account_id, note, account_id(scale, 4), scale, notes)
        await recording.close()
    await database.close()
    return notes, scripts


class _Recording(Database):
    """Notes every statement with its arguments, transactions too."""

    def __init__(self, dsn: str, **options: Any) -> None:
        super().__init__(dsn, **options)
        self.sent: list[Statement] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        async with super().connection() as real:
            yield _Noting(real, self.sent)


class _Noting:
    def __init__(self, real: Any, sent: list[Statement]) -> None:
        self._real = real
        self._sent = sent

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name not in {"fetch", "fetchrow", "fetchval", "execute", "executemany"}:
            return real

        async def noted(sql: str, *args: Any, **options: Any) -> Any:
            for row in args[0] if name == "executemany" else [args]:
                self._sent.append((sql, tuple(row)))
            return await real(sql, *args, **options)

        return noted


def _script(sent: list[Statement], me: int, note: int, other: int, scale: Scale, notes: list[int]) -> str:
    """A pgbench script: the same statements in a transaction, ids replaced by variables, new ids drawn at random."""
    names, fresh = {me: ":me", note: ":note", other: ":other"}, itertools.count(1)
    lines = [
        f"\\set me {account_id(scale, 0)} + random(200, 900)",
        f"\\set place random(0, {len(notes) - 1})",
        f"\\set note {notes[0]} - :place * {notes[0] - notes[1]}",
        f"\\set other {account_id(scale, 0)} + random(5, 190)",
    ]
    body = []
    for sql, args in sent:
        for arg in args:
            if isinstance(arg, int) and arg > max(notes) and arg not in names:
                names[arg] = f":new{next(fresh)}"
                lines.append(f"\\set {names[arg][1:]} random(1, 4000000000000000000)")
        text = re.sub(r"\$(\d+)", lambda match, args=args: _literal(args[int(match[1]) - 1], names), sql)  # type: ignore[misc]
        body.append(text.strip().rstrip(";") + "\n;")
    return "\n".join([*lines, "BEGIN;", *body, "COMMIT;"]) + "\n"


def _literal(value: object, names: dict[int, str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return names.get(value, str(value))
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, int) for item in value):
            return f"ARRAY[{', '.join(names.get(item, str(item)) for item in value)}]::bigint[]"
        return "'{" + ",".join(map(_element, value)).replace("'", "''") + "}'"
    return "'" + str(_plain(value)).replace("'", "''") + "'"


def _element(item: object) -> str:
    if item is None:
        return "NULL"
    return '"' + str(_plain(item)).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value


def _pgbench(dsn: str, script: str, seconds: int) -> float:
    """Transactions a second of the script."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                str(program_folder() / "bin" / "pgbench"),
                "-n",
                "-M",
                "simple",
                "-c",
                str(CLIENTS),
                "-j",
                "2",
                "-T",
                str(seconds),
                "-f",
                file.name,
                dsn,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench failed: {done.stderr[-800:]}")
    return float(found[1])
