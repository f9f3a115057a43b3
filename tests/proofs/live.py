"""A room as it is run: `vermilion serve` with its own PostgreSQL, web and worker, to be killed and looked into."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import httpx

from tests import factories
from tests.factories import Person
from vermilion.kernel.errors import Unavailable
from vermilion.storage.db import Database
from vermilion.storage.postgres import Postgres
from vermilion.wiring import WIRING
from vermilion.work.supervisor import answers, web_command

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds after which something that has not come about will not; the machine may be very busy."""


class Room:
    """A served room in a folder of its own."""

    def __init__(self, folder: Path, port: int, pid: int) -> None:
        self.folder = folder
        self.origin = f"http://127.0.0.1:{port}"
        self.pid = pid
        self.database: Database

    def child(self, word: str) -> int:
        """The process id of the child whose command line holds this word."""
        for task in Path(f"/proc/{self.pid}/task").glob("*/children"):
            for pid in task.read_text().split():
                if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                    return int(pid)
        raise LookupError(word)

    def kill_web(self) -> None:
        """kill -9 of the web server with its workers."""
        os.killpg(self.child("granian"), signal.SIGKILL)

    def kill_worker(self) -> None:
        """kill -9 of the worker."""
        os.killpg(self.child("work"), signal.SIGKILL)

    def kill_database(self) -> None:
        """kill -9 of the database server; what it has started notices."""
        file = (self.folder / "postgres" / "cluster" / "postmaster.pid").resolve()
        os.kill(int(file.read_text().split()[0]), signal.SIGKILL)

    async def person(self, handle: str) -> Person:
        """Somebody with a bearer token."""
        return await factories.person(self.database.session(), handle)

    def client(self) -> httpx.AsyncClient:
        """A client of this room."""
        return httpx.AsyncClient(base_url=self.origin, timeout=30)


@contextmanager
def web(dsn: str, place: Path, *, stderr: IO[bytes] | None = None, **more: str) -> Iterator[tuple[str, int]]:
    """One web server over a database that need not be there yet; gives its origin and process id."""
    port = free_port()
    command = web_command("127.0.0.1", port, 1)
    origin = f"http://127.0.0.1:{port}"
    with process(
        command, environment(place, DATABASE_URL=dsn, VERMILION_ORIGIN=origin, **more), stderr=stderr
    ) as pid:
        deadline = time.monotonic() + PATIENCE
        while not answers("127.0.0.1", port):
            assert time.monotonic() < deadline, "the web does not come up"
            time.sleep(0.05)
        yield origin, pid


@contextmanager
def worker(dsn: str, place: Path, **more: str) -> Iterator[int]:
    """A worker over a database that need not be there yet; gives its process id."""
    command = [sys.executable, "-m", "vermilion", "work"]
    with process(command, environment(place, DATABASE_URL=dsn, **more)) as pid:
        yield pid


@contextmanager
def process(
    command: list[str], env: Mapping[str, str], patience: float = 30, stderr: IO[bytes] | None = None
) -> Iterator[int]:
    """A child in a session of its own, ended with everything it has started."""
    child = subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
    )
    try:
        yield child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> Mapping[str, str]:
    """The environment of a room below `folder`, free of the settings of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VERMILION_", "PG")) and name != "DATABASE_URL"
    }
    return {
        **kept,
        "VERMILION_DATA": str(folder),
        "VERMILION_SAMPLE": "none",
        "VERMILION_MODELS": "none",
        "VERMILION_LIMITS": "off",
        **more,
    }


def folder() -> Path:
    """A fresh folder with a short name; as root the server runs as somebody else, who has to pass."""
    made = Path(tempfile.mkdtemp(prefix="vmp-"))
    made.chmod(0o711)
    return made


async def until(what: Callable[[], Awaitable[object]], patience: float = PATIENCE) -> None:
    """Ask again and again until it is so; what is away counts as no."""
    deadline = time.monotonic() + patience
    while True:
        try:
            if await what():
                return
        except (httpx.HTTPError, Unavailable):
            pass
        assert time.monotonic() < deadline, f"it did not come about in {patience:.0f} s"
        await asyncio.sleep(0.1)


@asynccontextmanager
async def served() -> AsyncIterator[Room]:
    """`vermilion serve`, ready; stopped and cleared away afterwards."""
    place, port = folder(), free_port()
    command = [sys.executable, "-m", "vermilion", "serve", "--port", str(port)]
    try:
        with process(command, environment(place), 60) as pid:
            room = Room(place, port, pid)
            async with room.client() as client:

                async def ready() -> bool:
                    return (await client.get("/readyz")).status_code == 200

                await until(ready)
            dsn = await asyncio.to_thread(Postgres(place / "postgres").start)
            room.database = Database(dsn, wiring=WIRING)
            try:
                yield room
            finally:
                await room.database.close()
    finally:
        _clear(place)


def _clear(place: Path) -> None:
    """Remove a room's folder, and where its rows stand."""
    if (place / "postgres").is_symlink():
        shutil.rmtree((place / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
