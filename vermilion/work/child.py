"""One child process that is kept alive: spawned again when it dies, stopped with patience."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

LONG_ENOUGH = 30.0
"""Seconds after which a child counts as having been well."""

PATIENCE_AT_MOST = 15.0
PR_SET_PDEATHSIG = 1


class Child:
    """A command kept running. Its output goes where ours goes; it dies with us, even by kill -9 (on Linux)."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.failures = 0
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._replacing = False

    @property
    def pid(self) -> int | None:
        """The number of the living process."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def start(self) -> None:
        """Begin to keep it."""
        self._task = asyncio.create_task(self._keep())

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal, if it lives."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(sign)

    def replace(self) -> None:
        """Let it finish what it does, then put a fresh one in its place."""
        self._replacing = True
        self.send(signal.SIGTERM)

    async def stop(self, patience: float) -> None:
        """Ask it to stop, wait `patience` seconds, then insist."""
        self._stopping.set()
        self.send(signal.SIGTERM)
        if self._task is None:
            return
        done, _ = await asyncio.wait({self._task}, timeout=patience)
        if not done:
            self._say(f"{self.name}: still busy after {patience:.0f} s, ending it")
            self.send(signal.SIGKILL)
            await asyncio.wait({self._task}, timeout=5)

    async def run_once(self, stopping: asyncio.Event) -> int:
        """Run it to its end, or until `stopping`; gives its exit code."""
        self._process = await self._spawn()
        ended = asyncio.create_task(self._process.wait())
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        self.send(signal.SIGTERM)
        stopped.cancel()
        return await ended

    async def _keep(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            self._process = await self._spawn()
            if self._stopping.is_set():
                self.send(signal.SIGTERM)
            code = await self._process.wait()
            self._sweep()
            if self._stopping.is_set():
                return
            if self._replacing:
                self._replacing = False
                continue
            self.failures = 1 if time.monotonic() - began > LONG_ENOUGH else self.failures + 1
            pause = min(PATIENCE_AT_MOST, 0.25 * 2 ** (self.failures - 1))
            self._say(f"{self.name}: it ended with code {code}, starting it again in {pause:g} s")
            await self._pause(pause)

    def _sweep(self) -> None:
        """End what a killed process has left of its own children: they would go on answering in its place."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _spawn(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.command,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent(),
        )


def _die_with_parent() -> Callable[[], None] | None:
    """What a child runs first: ask the kernel to end it gracefully when its parent is gone."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:
            os._exit(1)

    return ask
