"""The parent's end of a warm child (warm_child.py): work is handed to confined forks of it, so many at a time."""

import asyncio
import contextlib
import itertools
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from vermilion.engines.warm_wire import CONTROL, ENDED, LENGTH, LINE_BYTES, READY, START, STOP, framed
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.record import Record

START_SECONDS = 30.0
_ROOT = Path(__file__).parents[2]
# Of the parent's environment only the places of its packages are handed on. Huge pages make the fresh memory of each
# child cheaper; no library shall start threads of its own, which a fork would lose.
_ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}


class Cost(Record, kw_only=True, frozen=True):
    """What the confined children have used since the start: CPU in seconds, memory in MB (2**20 bytes)."""

    pictures: int = 0
    cpu_s: float = 0.0
    max_cpu_s: float = 0.0
    peak_mb: float = 0.0


class Ended(Record, kw_only=True, frozen=True):
    """How a fork ended that gave no answer: its wait status."""

    status: int


class _ChildGone(Exception):
    """The warm child ended while a piece of work was in its hands."""


class _WarmChild:
    """The parent's end of one warm child process."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.process = process
        self.control = control
        self.cost = Cost()
        self.alive = True
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._jobs: dict[int, asyncio.Future[Ended]] = {}
        self._numbers = itertools.count(1)
        self._rest = b""

    @classmethod
    async def spawn(cls, module: str, *arguments: str) -> "_WarmChild":
        """Start it and wait until it has loaded everything; raises _ChildGone."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", module),
                *(str(theirs.fileno()), str(os.getpid()), *arguments),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                cwd="/",
                env={**_ENVIRONMENT, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])},
            )
        child = cls(process, ours)
        asyncio.get_running_loop().add_reader(ours.fileno(), child._hear)
        try:
            await asyncio.wait_for(asyncio.shield(child.ready), START_SECONDS)
        except (TimeoutError, _ChildGone):
            await child.end()
            raise _ChildGone from None
        except asyncio.CancelledError:
            await child.end()
            raise
        return child

    def start(self, *, confined: bool) -> tuple[int, asyncio.Future[Ended], socket.socket]:
        """Have the child fork. Returns the job's number, its end as a future, and the line to it."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LINE_BYTES)
        job = next(self._numbers)
        ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        try:
            with theirs:
                message = CONTROL.pack(START, job, confined, 0, 0, 0)
                socket.send_fds(self.control, [message], [theirs.fileno()])
        except OSError:
            ours.close()
            self._fall()
            raise _ChildGone from None
        self._jobs[job] = ended
        return job, ended, ours

    def stop(self, job: int) -> None:
        """Have the child kill a fork; nothing happens when it has ended already."""
        if job in self._jobs:
            with contextlib.suppress(OSError):
                self.control.send(CONTROL.pack(STOP, job, False, 0, 0, 0))

    async def end(self) -> None:
        """Hang up, and wait until the process is gone."""
        self._fall()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    def _hear(self) -> None:
        try:
            data = self.control.recv(4096)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._fall()
            return
        data = self._rest + data
        whole = len(data) - len(data) % CONTROL.size
        self._rest = data[whole:]
        for kind, job, _, status, milliseconds, kilobytes in CONTROL.iter_unpack(data[:whole]):
            if kind == READY and not self.ready.done():
                self.ready.set_result(None)
            elif kind == ENDED:
                self._count(milliseconds / 1000, kilobytes / 1024)
                ended = self._jobs.pop(job, None)
                if ended is not None and not ended.done():
                    ended.set_result(Ended(status=status))

    def _count(self, cpu_s: float, mb: float) -> None:
        was = self.cost
        self.cost = Cost(
            pictures=was.pictures + 1,
            cpu_s=was.cpu_s + cpu_s,
            max_cpu_s=max(was.max_cpu_s, cpu_s),
            peak_mb=max(was.peak_mb, mb),
        )

    def _fall(self) -> None:
        if not self.alive:
            return
        self.alive = False
        asyncio.get_running_loop().remove_reader(self.control.fileno())
        self.control.close()
        futures: list[asyncio.Future[Any]] = [self.ready, *self._jobs.values()]
        for waiting in futures:
            if not waiting.done():
                waiting.set_exception(_ChildGone())
                waiting.exception()  # seen: nobody may be waiting for it
        self._jobs.clear()


class Warm:
    """Work for the forks of one child, at most `workers` at a time; `max_waiting` more wait, the next is turned away.

    `seconds`: of wall time for each. With `idle` the child ends after so many seconds without work. Raises
    Unavailable(busy).
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        workers: int,
        max_waiting: int,
        seconds: float,
        max_answer: int,
        busy: str,
        idle: float | None = None,
    ) -> None:
        self._module = module
        self._arguments = arguments
        self._slots = asyncio.Semaphore(workers)
        self._most = workers + max_waiting
        self._seconds = seconds
        self._max_answer = max_answer
        self._busy = busy
        self._idle = idle
        self._here = 0
        self._child: _WarmChild | None = None
        self._starting = asyncio.Lock()
        self._past = Cost()
        self._timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the child, so that the first piece of work need not wait for it."""
        try:
            await self._warm_child()
        except _ChildGone:
            raise Unavailable(self._busy) from None

    async def close(self) -> None:
        """End the child and whatever it has at work."""
        self._stay()
        if self._child is not None:
            self._past = self.cost()
            child, self._child = self._child, None
            await child.end()

    async def ask(self, order: bytes, *, confined: bool = True) -> bytes | Ended:
        """What a fork answers, or how it ended without an answer; raises TimeoutError, Unavailable."""
        self._stay()
        try:
            async with self._slot():
                for _ in range(2):  # a warm child that falls is replaced, and the work tried once more
                    try:
                        return await self._try(await self._warm_child(), order, confined)
                    except _ChildGone:
                        continue
            raise Unavailable(self._busy)
        finally:
            if self._idle is not None and not self._here:
                self._timer = asyncio.get_running_loop().call_later(self._idle, self._rest)

    def cost(self) -> Cost:
        """What the confined children have used so far."""
        past, now = self._past, self._child.cost if self._child is not None else Cost()
        return Cost(
            pictures=past.pictures + now.pictures,
            cpu_s=past.cpu_s + now.cpu_s,
            max_cpu_s=max(past.max_cpu_s, now.max_cpu_s),
            peak_mb=max(past.peak_mb, now.peak_mb),
        )

    @property
    def child_pid(self) -> int | None:
        """The process id of the child, if it runs."""
        return self._child.process.pid if self._child is not None and self._child.alive else None

    def _stay(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rest(self) -> None:
        self._ending = asyncio.create_task(self.close())

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._here >= self._most:
            raise Unavailable(self._busy)
        self._here += 1
        try:
            async with self._slots:
                yield
        finally:
            self._here -= 1

    async def _warm_child(self) -> _WarmChild:
        async with self._starting:
            if self._child is None or not self._child.alive:
                if self._child is not None:
                    self._past = self.cost()
                    dead, self._child = self._child, None
                    await dead.end()
                self._child = await _WarmChild.spawn(self._module, *self._arguments)
            return self._child

    async def _try(self, child: _WarmChild, order: bytes, confined: bool) -> bytes | Ended:
        job, ended, line = child.start(confined=confined)
        reader, writer = await asyncio.open_unix_connection(sock=line)
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    await _send(writer, framed(order))
                    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                    if length > self._max_answer:
                        return Ended(status=0)
                    answer = await reader.readexactly(length)
                except (asyncio.IncompleteReadError, ConnectionError):
                    return await ended
                await ended
                return answer
        finally:
            child.stop(job)
            writer.close()


async def _send(writer: asyncio.StreamWriter, message: bytes) -> None:
    """Write piece by piece, so that a large picture is not copied into a buffer."""
    whole = memoryview(message)
    for at in range(0, len(whole), LINE_BYTES):
        writer.write(whole[at : at + LINE_BYTES])
        await writer.drain()
