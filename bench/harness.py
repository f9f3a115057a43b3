"""A served room to measure: its processes, their CPU, and a client that keeps connections open."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from vermilion.kernel.record import Record
from vermilion.storage.postgres import Postgres
from vermilion.work.supervisor import answers, web_command

TICKS = os.sysconf("SC_CLK_TCK")


class Answer(Record, kw_only=True, frozen=True):
    """What a run of requests cost: seconds each, and how many were not answered with success."""

    seconds: tuple[float, ...]
    failed: int
    elapsed: float
    bytes: int

    def percentile(self, share: float) -> float:
        """The latency in milliseconds below which this share of the requests stayed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class Request(msgspec.Struct, frozen=True):
    """One request of a run, as it goes over the wire."""

    path: str
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: bytes = b""

    def wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The bundled PostgreSQL in a folder of the bench's own."""
    server = Postgres(folder / "postgres")
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def served(
    dsn: str, folder: Path, target: str | None = None, extra: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """One web worker over a database; gives its port and the process id of the server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = web_command("127.0.0.1", port, 1)
    if target:
        command[-1] = target
    env = {
        **os.environ,
        "DATABASE_URL": dsn,
        "VERMILION_DATA": str(folder),
        "VERMILION_LIMITS": "off",
        "VERMILION_INSECURE_COOKIES": "1",
        "VERMILION_ORIGIN": f"http://127.0.0.1:{port}",
    }
    process = subprocess.Popen(
        [*command[:-1], *extra, command[-1]], env=env, cwd=Path(__file__).parent.parent
    )
    try:
        deadline = time.monotonic() + 30
        while not answers("127.0.0.1", port):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("the server did not come up")
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def working(dsn: str, folder: Path) -> Iterator[int]:
    """A worker over a database; gives its process id."""
    env = {**os.environ, "DATABASE_URL": dsn, "VERMILION_DATA": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "vermilion", "work"], env=env, cwd=Path(__file__).parent.parent
    )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def tree(pid: int) -> list[int]:
    """A process and everything it has started."""
    found, todo = [], [pid]
    while todo:
        found.append(one := todo.pop())
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                todo += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and everything below it, with those of children that have ended."""
    total = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def postgres_cpu(folder: Path) -> float:
    """CPU seconds of the bundled server and its backends."""
    return (
        cpu_seconds(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))
        if (folder / "postgres" / "postmaster.pid").exists()
        else _found(folder)
    )


def _found(folder: Path) -> float:
    file = next(iter((folder / "postgres").rglob("postmaster.pid")))
    return cpu_seconds(int(file.read_text().split()[0]))


def memory_mb(pid: int) -> float:
    """Resident memory of a process tree, shared pages counted by their share."""
    total = 0
    for one in tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


async def drive(
    port: int, requests: Sequence[Request], connections: int, rate: float | None = None
) -> Answer:
    """Send requests over kept connections, as fast as they are answered or at `rate` a second in all."""
    queue = iter(requests)
    seconds: list[float] = []
    failed = received = 0
    started = time.perf_counter()
    sent = 0

    async def one_connection() -> None:
        nonlocal failed, received, sent
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        for request in queue:
            due = started
            if rate:
                due = started + sent / rate
                sent += 1
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
            began = max(due, time.perf_counter()) if not rate else due
            writer.write(request.wire(f"127.0.0.1:{port}"))
            status, size = await _answer(reader)
            seconds.append(time.perf_counter() - began)
            received += size
            failed += status >= 400
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return Answer(
        seconds=tuple(seconds), failed=failed, elapsed=time.perf_counter() - started, bytes=received
    )


async def drive_answers(port: int, requests: Sequence[Request], connections: int) -> list[tuple[int, bytes]]:
    """Send requests and give status and body of each, in their order."""
    answers: list[tuple[int, bytes]] = [(0, b"")] * len(requests)
    queue = iter(enumerate(requests))

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        for at, request in queue:
            writer.write(request.wire(f"127.0.0.1:{port}"))
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            low = head.lower()
            start = low.find(b"content-length:") + 15
            body = (
                await reader.readexactly(int(low[start : low.index(b"\r\n", start)])) if start > 15 else b""
            )
            answers[at] = (int(head[9:12]), body)
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return answers


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    low = head.lower()
    at = low.find(b"content-length:")
    if at >= 0:
        size = int(low[at + 15 : low.index(b"\r\n", at)])
        if size:
            await reader.readexactly(size)
        return status, size
    size = 0
    if b"transfer-encoding: chunked" in low:
        while length := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(length + 2)
            size += length
        await reader.readexactly(2)
    return status, size
