"""Pictures that people send, decoded in confined children and re-encoded in three sizes without metadata."""

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from vermilion.engines.images_wire import (
    ACCEPTED,
    CONTROL,
    ENDED,
    LENGTH,
    LINE_BYTES,
    MAX_ANSWER_BYTES,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    READY,
    START,
    STOP,
    Answer,
    Kind,
    Order,
    Prepared,
    Probed,
    Refused,
    RenditionBytes,
    decode_answer,
    frame,
)
from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.record import Record

__all__ = ["Cost", "Images", "Prepared", "RenditionBytes", "kind_of"]

MAX_WAITING = 32
SECONDS = 15.0
START_SECONDS = 30.0
_ROOT = Path(__file__).parents[2]
# Of the parent's environment only the places of its packages are handed on. Huge pages make the fresh memory of each child cheaper.
_ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_SEQUENCE_BRANDS = {b"avis", b"msf1", b"hevc", b"hevx", b"hevm", b"hevs"}


class Cost(Record, kw_only=True, frozen=True):
    """What the confined children have used since the start: CPU in seconds, memory in MB (2**20 bytes)."""

    pictures: int = 0
    cpu_s: float = 0.0
    max_cpu_s: float = 0.0
    peak_mb: float = 0.0


class _Ended(Record, kw_only=True, frozen=True):
    status: int


class _ChildGone(Exception):
    """The warm child ended while a picture was in its hands."""


def kind_of(data: bytes) -> Kind:
    """The kind of picture, told by its first bytes alone. Raises Invalid for anything else and for sequences."""
    if not data:
        raise Invalid("picture_not_readable")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _kind_of_brands(data)
    raise Invalid("picture_type", accepted=list(ACCEPTED))


def _kind_of_brands(data: bytes) -> Kind:
    end = min(int.from_bytes(data[:4], "big"), len(data), 256)
    major, others = data[8:12], {data[at : at + 4] for at in range(16, end - 3, 4)}
    if major in _SEQUENCE_BRANDS:
        raise Invalid("picture_animated")
    if major == b"avif" or (major == b"mif1" and b"avif" in others):
        return "AVIF"
    if major in _HEIF_BRANDS:
        return "HEIF"
    raise Invalid("picture_type", accepted=list(ACCEPTED))


class _WarmChild:
    """The parent's end of one warm child process."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.process = process
        self.control = control
        self.cost = Cost()
        self.alive = True
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._jobs: dict[int, asyncio.Future[_Ended]] = {}
        self._numbers = itertools.count(1)
        self._rest = b""

    @classmethod
    async def spawn(cls, *, probes: bool) -> "_WarmChild":
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", f"vermilion.engines.{'images_probe' if probes else 'images_child'}"),
                *(str(theirs.fileno()), str(os.getpid())),
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
            raise Unavailable("pictures_busy") from None
        except asyncio.CancelledError:
            await child.end()
            raise
        return child

    def start(self, *, confined: bool) -> tuple[int, asyncio.Future[_Ended], socket.socket]:
        """Have the child fork. Returns the job's number, its end as a future, and the line to it."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LINE_BYTES)
        job = next(self._numbers)
        ended: asyncio.Future[_Ended] = asyncio.get_running_loop().create_future()
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
                    ended.set_result(_Ended(status=status))

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


class Images:
    """Prepares pictures, at most `workers` at a time; `max_waiting` more wait in line, the next is turned away."""

    def __init__(
        self,
        *,
        workers: int = 2,
        max_waiting: int = MAX_WAITING,
        seconds: float = SECONDS,
        probes: bool = False,
    ) -> None:
        self._workers = workers
        self._slots = asyncio.Semaphore(workers)
        self._most = workers + max_waiting
        self._seconds = seconds
        self._probes = probes
        self._here = 0
        self._child: _WarmChild | None = None
        self._starting = asyncio.Lock()
        self._past = Cost()

    async def start(self) -> None:
        """Start the warm child, so that the first picture need not wait for it."""
        await self._warm_child()

    async def close(self) -> None:
        """End the warm child and whatever it has at work."""
        if self._child is not None:
            self._past = self.cost()
            child, self._child = self._child, None
            await child.end()

    async def prepare(self, data: bytes, *, avif: bool = False) -> Prepared:
        """Three sizes in WebP, with `avif` also in AVIF where that is a tenth smaller. Raises Invalid, Unavailable."""
        return await self._prepare(Order(op="picture", kind=_checked(data), avif=avif, data=data))

    async def prepare_avatar(self, data: bytes) -> Prepared:
        """The middle square as WebP: `s` of 96 and `m` of 320 pixels, never enlarged. Raises Invalid, Unavailable."""
        return await self._prepare(Order(op="avatar", kind=_checked(data), data=data))

    async def probe(self, name: str, *, confined: bool = True) -> Probed:
        """Try the confinement from inside; only with `probes=True`, for tests and benches."""
        answer = await self._ask(Order(op="probe", probe=name, confined=confined))
        if not isinstance(answer, Probed):
            raise Invalid(answer.code if isinstance(answer, Refused) else "picture_not_readable")
        return answer

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
        """The process id of the warm child, if it runs."""
        return self._child.process.pid if self._child is not None and self._child.alive else None

    async def _prepare(self, order: Order) -> Prepared:
        answer = await self._ask(order)
        if isinstance(answer, Refused):
            facts = (
                {"max_pixels": MAX_PIXELS[order.kind], "max_side": MAX_SIDE}
                if answer.code == "picture_too_many_pixels"
                else {}
            )
            raise Invalid(answer.code, **facts)
        if not isinstance(answer, Prepared):
            raise Invalid("picture_not_readable")
        return answer

    async def _ask(self, order: Order) -> Answer:
        async with self._slot():
            for _ in range(2):  # a warm child that falls is replaced, and the picture tried once more
                try:
                    return await self._try(await self._warm_child(), order)
                except _ChildGone:
                    continue
        raise Unavailable("pictures_busy")

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._here >= self._most:
            raise Unavailable("pictures_busy")
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
                self._child = await _WarmChild.spawn(probes=self._probes)
            return self._child

    async def _try(self, child: _WarmChild, order: Order) -> Answer:
        job, ended, line = child.start(confined=order.confined)
        reader, writer = await asyncio.open_unix_connection(sock=line)
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    await _send(writer, frame(order))
                    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                    if length > MAX_ANSWER_BYTES:
                        raise Invalid("picture_not_readable")
                    answer: Answer = decode_answer(await reader.readexactly(length))
                except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError):
                    answer = _reason(await ended)
                else:
                    await ended
                return answer
        except TimeoutError:
            return Refused(code="picture_took_too_long")
        finally:
            child.stop(job)
            writer.close()


async def _send(writer: asyncio.StreamWriter, message: bytes) -> None:
    """Write piece by piece, so that a large picture is not copied into a buffer."""
    whole = memoryview(message)
    for at in range(0, len(whole), LINE_BYTES):
        writer.write(whole[at : at + LINE_BYTES])
        await writer.drain()


def _checked(data: bytes) -> Kind:
    if len(data) > MAX_BYTES:
        raise Invalid("picture_too_large", max_bytes=MAX_BYTES)
    return kind_of(data)


def _reason(ended: _Ended) -> Refused:
    """Why there is no answer, told by the way the confined child ended."""
    if os.WIFSIGNALED(ended.status) and os.WTERMSIG(ended.status) == signal.SIGXCPU:
        return Refused(code="picture_took_too_long")
    return Refused(code="picture_not_readable")
