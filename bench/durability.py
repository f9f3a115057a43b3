"""kill -9 of database, web and worker in the middle of writes: what was acknowledged is there, whole."""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx

from bench.report import report
from tests.factories import Person, person
from tests.proofs.live import environment, folder, free_port, until
from tests.proofs.wholeness import Attempt, faults
from vermilion.kernel.ids import Id
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.storage.postgres import Postgres
from vermilion.wiring import WIRING
from vermilion.work.supervisor import web_command

GOALS = {
    "lost": "= 0", "half_written": "= 0", "acknowledged": ">= 100000", "recovery_s": "<= 10", "control_lost": "> 0",
    "planted_found": "= planted",
}  # fmt: skip
API = "/api/v1"
WRITERS = 12


@dataclass
class Written:
    """What was acknowledged: likes and comments by note, and notes with pictures."""

    likes: set[tuple[int, int]] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def count(self) -> int:
        notes = sum(attempt.note_id is not None for attempt in self.attempts)
        return len(self.likes) + len(self.comments) + notes


class House:
    """A database, a web server and a worker, each to be killed and started again by hand."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.port = free_port()
        self.postgres = Postgres(place / "postgres")
        self.dsn = self.postgres.start()
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        commands = {
            "web": web_command("127.0.0.1", self.port, 1),
            "worker": [sys.executable, "-m", "vermilion", "work"],
        }
        env = environment(self.place, DATABASE_URL=self.dsn, VERMILION_ORIGIN=f"http://127.0.0.1:{self.port}")
        with (self.place / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                commands[name], env=env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """Kill -9; whoever is hit is started again."""
        if name == "database":
            os.kill(self.postmaster(), signal.SIGKILL)
            self.revive()
        else:
            self.end(name)
            self.start(name)

    def end(self, name: str) -> None:
        child = self.children.pop(name, None)
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def postmaster(self) -> int:
        file = (self.place / "postgres" / "cluster" / "postmaster.pid").resolve()
        return int(file.read_text().split()[0])

    def revive(self) -> None:
        """Start the database again once it has fallen, as the supervisor does."""
        while self.postgres.is_alive():
            time.sleep(0.01)
        self.postgres.revive()

    def crash(self) -> None:
        """Every process of the database at once, so that nothing in its memory can still be written."""
        postmaster = self.postmaster()
        below = [
            int(pid) for pid in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        ]
        for pid in (postmaster, *below):
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        for name in list(self.children):
            self.end(name)
        self.postgres.stop()


def main(args: argparse.Namespace) -> int:
    """Two hundred kills of the database, as many of web and worker; six of each with `--quick`."""
    place = folder()
    house = House(place)
    try:
        figures = asyncio.run(_measure(house, quick=args.quick))
        figures["control_lost"] = asyncio.run(_control(house))
    finally:
        house.close()
        if (place / "postgres").is_symlink():
            shutil.rmtree((place / "postgres").resolve(), ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
    report("durability", figures, {}, quick=args.quick, goals=GOALS)
    fine = figures["lost"] == figures["half_written"] == 0 and figures["control_lost"] > 0
    return 0 if fine and figures["planted_found"] == figures["planted"] else 1


async def _measure(house: House, *, quick: bool) -> dict[str, float]:
    await migrate(house.dsn)
    house.start("web")
    house.start("worker")
    rows = Database(house.dsn, wiring=WIRING)
    people = [await person(rows.session(), f"writer{number}") for number in range(WRITERS)]
    kills, wanted = (4, 300) if quick else (200, 100_000)
    written, slowest = Written(), 0.0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}", timeout=30) as client:
        await until(lambda: _is_up(client))
        stop = asyncio.Event()
        writing = [asyncio.create_task(_write(client, one, written, stop)) for one in people]
        chance = random.Random(11)
        blows = ["database"] * kills + [chance.choice(["web", "worker"]) for _ in range(kills)]
        chance.shuffle(blows)
        for at, blow in enumerate(blows):
            await _reached(written, wanted * (at + 1) // (len(blows) + 1))
            await asyncio.sleep(chance.random() * 0.2)
            started = time.perf_counter()
            await asyncio.to_thread(house.kill, blow)
            await until(lambda: _is_up(client))
            slowest = max(slowest, time.perf_counter() - started)
        await _reached(written, wanted)
        stop.set()
        await asyncio.gather(*writing)
        await _settle(rows)
        lost, broken = await _lost(rows, written), await faults(rows.session(), client, written.attempts)
        for line in broken[:10]:
            print(f"  {line}")
        found = await _planted(rows, written)
    await rows.close()
    return {
        "kills": len(blows), "acknowledged": written.count, "lost": lost, "half_written": len(broken),
        "recovery_s": slowest, "planted": 3, "planted_found": found,
    }  # fmt: skip


async def _reached(written: Written, count: int) -> None:
    async def enough() -> bool:
        return written.count >= count

    await until(enough, 3600)


async def _is_up(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


async def _write(client: httpx.AsyncClient, me: Person, written: Written, stop: asyncio.Event) -> None:
    """One note with pictures now and then, and under the latest of everybody's likes and comments."""
    number = 0
    while not stop.is_set():
        number += 1
        try:
            if number % 60 == 1:
                attempt = Attempt(me, f"{me.viewer.handle} number {number}")
                written.attempts.append(attempt)
                await attempt.make(client)
                continue
            notes = [one.note_id for one in written.attempts[-200:] if one.note_id is not None]
            if not notes:
                await asyncio.sleep(0.05)
                continue
            note_id = notes[number % len(notes)]
            await _say_or_like(client, me, note_id, number, written)
        except httpx.TransportError:
            await asyncio.sleep(0.05)


async def _say_or_like(
    client: httpx.AsyncClient, me: Person, note_id: Id, number: int, written: Written
) -> None:
    path = f"{API}/notes/{int(note_id)}"
    if (int(note_id), int(me.id)) not in written.likes:
        answer = await client.put(f"{path}/like", headers=me.bearer)
        if answer.status_code == 200:
            written.likes.add((int(note_id), int(me.id)))
        return
    word = f"{me.viewer.handle} says {number}"
    answer = await client.post(f"{path}/comments", json={"body": word, "lang": "en"}, headers=me.bearer)
    if answer.status_code == 201:
        written.comments.add(word)


async def _settle(rows: Database) -> None:
    async def settled() -> bool:
        return not await rows.session().value(
            "SELECT (SELECT count(*) FROM count_log) + (SELECT count(*) FROM note WHERE state = 'pending')"
        )

    await until(settled, 200)


async def _lost(rows: Database, written: Written) -> int:
    """Likes and comments that were acknowledged and are not there, and counts that differ from what there is."""
    db = rows.session()
    liked = {(row[0], row[1]) for row in await db.rows("SELECT note_id, account_id FROM note_like")}
    said = {row[0] for row in await db.rows("SELECT body FROM comment")}
    off = await db.value(
        """SELECT count(*) FROM note_count c
           WHERE like_count <> (SELECT count(*) FROM note_like l WHERE l.note_id = c.note_id AND l.subject_id = c.note_id)
              OR comment_count <> (SELECT count(*) FROM comment s WHERE s.note_id = c.note_id)"""
    )
    return len(written.likes - liked) + len(written.comments - said) + int(off)


async def _planted(rows: Database, written: Written) -> int:
    """How many of three faults the checks find: a comment gone, a like gone, a count off by one."""
    db, found = rows.session(), 0
    (note_id, account_id), *_, (other_id, _) = sorted(written.likes)
    for sql, args in (
        ("DELETE FROM comment WHERE body = $1", (next(iter(written.comments)),)),
        ("DELETE FROM note_like WHERE note_id = $1 AND account_id = $2", (note_id, account_id)),
        ("UPDATE note_count SET like_count = like_count + 1000 WHERE note_id = $1", (other_id,)),
    ):
        before = await _lost(rows, written)
        await db.run(sql, *args)
        found += await _lost(rows, written) > before
    return found


async def _control(house: House) -> int:
    """The same with synchronous_commit off and every process of the database killed at once: this must lose."""
    for name in ("web", "worker"):
        house.end(name)
    connection = await asyncpg.connect(house.dsn)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute("CREATE TABLE control (number bigint)")
    await connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await connection.close()
    lost = 0
    for _ in range(5):
        connection = await asyncpg.connect(house.dsn)
        first = await connection.fetchval("SELECT count(*) FROM control")
        acknowledged = first
        for _ in range(400):
            await connection.execute("INSERT INTO control VALUES ($1)", acknowledged)
            acknowledged += 1
        house.crash()
        connection.terminate()
        await asyncio.to_thread(house.revive)
        again = await asyncpg.connect(house.dsn)
        lost += acknowledged - int(await again.fetchval("SELECT count(*) FROM control"))
        await again.close()
    return lost
