"""Films that people send, looked at and encoded in confined children that reach nothing but a line."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from vermilion.engines.film_child import LENGTH
from vermilion.engines.film_wire import (
    MAX_MEMORY,
    MAX_MESSAGE,
    PROBE_CPU_SECONDS,
    Extras,
    Made,
    Op,
    Order,
    Piece,
    Probed,
    Refused,
    Share,
    SizeMade,
    SizeOrder,
    Still,
    Want,
    decode_said,
    encode,
)
from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.record import Record

_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
PROBE_SECONDS, SILENT_SECONDS = 30.0, 120.0
"""The longest a probe takes, and that a child may say nothing while it encodes."""
CPU_BASE, CPU_EACH = 60, 8
"""CPU seconds a size may take: so many, and so many for each second of the film."""


class Readable(Protocol):
    """Where the bytes of a film are read from."""

    length: int

    async def read(self, at: int, count: int) -> bytes:
        """`count` bytes from `at`, fewer at the end."""


class Spent(Record, kw_only=True, frozen=True):
    """What confined children have used: CPU in seconds, memory in MB (2**20 bytes)."""

    children: int = 0
    cpu_s: float = 0.0
    max_cpu_s: float = 0.0
    peak_mb: float = 0.0
    crashes: int = 0


Sink = Callable[[bytes], Awaitable[None]]
Tell = Callable[[int], Awaitable[None]]


async def _nothing(_: object) -> None:
    return None


class FilmWorks:
    """Looks at films and encodes them, `at_once` children at the most; further work waits."""

    def __init__(self, *, at_once: int = 2, max_ms: int = 900_000, confined: bool = True) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._max_ms = max_ms
        self._confined = confined
        self._children: set[subprocess.Popen[bytes]] = set()
        self.spent = Spent()

    async def probe(self, source: Readable) -> Probed:
        """What a film is. Raises Invalid, Unavailable."""
        order = self._order("probe", source, PROBE_CPU_SECONDS)
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return _expect(Probed, await self._run(order, source, _nothing, _nothing))
        except TimeoutError:
            raise Invalid("film_took_too_long") from None

    async def make(
        self, source: Readable, size: SizeOrder, *, duration_ms: int, threads: int, gain_db: float | None, sink: Sink, tell: Tell
    ) -> SizeMade:  # fmt: skip
        """Encode one size; its bytes go to `sink`. Raises Invalid, Unavailable."""
        cpu = CPU_BASE + CPU_EACH * duration_ms // 1000 * (3 if size.codec == "av1" else 1)
        order = msgspec.structs.replace(
            self._order("size", source, cpu), size=size, threads=threads, gain_db=gain_db
        )
        return _expect(SizeMade, await self._run(order, source, sink, tell))

    async def extras(self, source: Readable, tell: Tell) -> Extras:
        """The sheet for scrubbing and the preview, from a size that was made here."""
        return _expect(
            Extras, await self._run(self._order("extras", source, CPU_BASE), source, _nothing, tell)
        )

    async def still(self, source: Readable, at_ms: int) -> bytes:
        """A frame as JPEG."""
        order = msgspec.structs.replace(self._order("frame", source, CPU_BASE), at_ms=at_ms)
        return _expect(Still, await self._run(order, source, _nothing, _nothing)).data

    def close(self) -> None:
        """End whatever is at work."""
        for child in self._children:
            _kill(child)

    @property
    def pids(self) -> list[int]:
        """The process ids of the children at work."""
        return [child.pid for child in self._children]

    def _order(self, op: Op, source: Readable, cpu: int) -> Order:
        return Order(
            op=op,
            length=source.length, max_ms=self._max_ms, memory=MAX_MEMORY, cpu_seconds=cpu, confined=self._confined,
        )  # fmt: skip

    async def _run(self, order: Order, source: Readable, sink: Sink, tell: Tell) -> Made:
        async with self._slots:
            ours, theirs = socket.socketpair()
            with theirs:
                child = await asyncio.to_thread(_spawn, theirs)
            self._children.add(child)
            reader, writer = await asyncio.open_unix_connection(sock=ours)
            try:
                writer.write(LENGTH.pack(len(data := encode(order))) + data)
                made = await _converse(reader, writer, source, sink, tell, lambda: self._look(child.pid))
            except TimeoutError:
                made = Refused(code="film_took_too_long")
            except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError):
                made = None
            finally:
                writer.close()
                _kill(child)
                status = await asyncio.shield(asyncio.to_thread(self._reap, child))
            return made if made is not None else _reason(status)

    def _look(self, pid: int) -> None:
        """Take note of the most memory a child has had; what `wait4` says of it counts this process in, before the exec."""
        try:
            told = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        except OSError:
            return
        found = re.search(r"^VmHWM:\s+(\d+) kB", told, re.MULTILINE)
        if found:
            self.spent = msgspec.structs.replace(
                self.spent, peak_mb=max(self.spent.peak_mb, int(found[1]) / 1024)
            )

    def _reap(self, child: subprocess.Popen[bytes]) -> int:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        self._children.discard(child)
        cpu, was = used.ru_utime + used.ru_stime, self.spent
        crashed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (
            signal.SIGSEGV,
            signal.SIGABRT,
            signal.SIGBUS,
        )
        self.spent = Spent(
            children=was.children + 1,
            cpu_s=was.cpu_s + cpu,
            max_cpu_s=max(was.max_cpu_s, cpu),
            peak_mb=was.peak_mb,
            crashes=was.crashes + crashed,
        )
        return status


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: Readable, sink: Sink, tell: Tell,
    look: Callable[[], None],
) -> Made:  # fmt: skip
    """Serve the child until it has answered."""
    while True:
        async with asyncio.timeout(SILENT_SECONDS):
            (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
            if length > MAX_MESSAGE:
                raise ConnectionError
            said = decode_said(await reader.readexactly(length))
        look()
        if isinstance(said, Want):
            data = await source.read(said.at, min(said.count, max(0, source.length - said.at)))
            writer.write(LENGTH.pack(len(data)) + data)
            await writer.drain()
        elif isinstance(said, Piece):
            await sink(said.data)
        elif isinstance(said, Share):
            await tell(said.done)
        else:
            made: Made = said
            return made


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End it, without taking note of its end: that is for `wait4`, which also tells what it used."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)


def _spawn(line: socket.socket) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "vermilion.engines.film_child", str(line.fileno()), str(os.getpid())],
            pass_fds=[line.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**_ENVIRONMENT, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])},
        )
    except OSError as error:
        raise Unavailable("films_busy") from error


T = TypeVar("T")


def _expect(kind: type[T], made: Made) -> T:
    if isinstance(made, Refused):
        raise Invalid(made.code)
    if not isinstance(made, kind):
        raise Invalid("film_not_readable")
    return made


def _reason(status: int) -> Refused:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return Refused(code="film_took_too_long")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        raise Unavailable("films_busy")  # not by itself: memory ran out, or somebody ended it
    return Refused(code="film_not_readable")
