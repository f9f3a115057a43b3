"""The embedded translator: llama.cpp's server in a child process on loopback, kept alive, spoken to as any chat server."""

import asyncio
import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from vermilion.engines.translate import Ask, EngineError, free_cores, is_pair
from vermilion.engines.translate_chat import Chat
from vermilion.engines.translate_llama_child import Orders
from vermilion.kernel.record import Record

START_SECONDS = 120.0
BACK_SECONDS = 30.0
"""An ask waits so long for a server that is being started again."""
PAUSE_AT_MOST = 15.0
LONG_ENOUGH = 30.0
SLOTS, CONTEXT, RAM_MB = 2, 2048, 384
"""More slots do no more work on a processor, where a token costs the same alone and in company, but each has to read
the prompt of its languages once."""
PATIENCE = 150.0
"""Seconds for an ask, whatever its length: on a busy machine reading a prompt for the first time takes a minute."""
CHILD = (sys.executable, "-m", "vermilion.engines.translate_llama_child")


class _Told(Record, kw_only=True, frozen=True):
    address: str = ""
    error: str = ""


class Llama:
    """A GGUF model. Memory: the file (mapped), SLOTS contexts, and RAM_MB at most for cached prompts."""

    def __init__(self, model: Path, *, slots: int = SLOTS, command: tuple[str, ...] = CHILD) -> None:
        self._model = model
        self._command = command
        self._key = secrets.token_urlsafe(24)
        self._chat: Chat | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._up = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self.slots = slots
        self.name = model.stem
        self.outside: str | None = None

    @property
    def pid(self) -> int | None:
        """The number of the child process."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def called(self, source: str, target: str) -> str:
        """The model and the number of the pair's prompt."""
        return Chat(url="http://127.0.0.1", model=self.name).called(source, target)

    def serves(self, source: str, target: str) -> bool:
        """Any two of our languages."""
        return is_pair(source, target)

    async def start(self) -> None:
        """Start the child and wait until it has loaded the model. Raises EngineError("unready")."""
        if self._keeper is not None:
            return
        if not self._model.is_file():
            raise EngineError("unready", f"{self._model.name} is not there")
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End the child."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        await self._end()

    async def translate(self, ask: Ask) -> str:
        """The piece in the other language; asked once more when the child dies over it."""
        try:
            return await self._once(ask)
        except EngineError as error:
            if error.fault != "gone" or not await self._has_ended():
                raise
        return await self._once(ask)

    async def _once(self, ask: Ask) -> str:
        try:
            async with asyncio.timeout(BACK_SECONDS):
                await self._up.wait()
        except TimeoutError:
            raise EngineError("gone", "its process is not back yet") from None
        if (chat := self._chat) is None:
            raise EngineError("unready", "not started")
        began = time.monotonic()
        try:
            return await chat.translate(ask)
        except EngineError as error:
            # Not one answer in the whole time of an ask: it hangs, and is started again.
            if error.fault == "slow" and chat.answered_at < began:
                self._kill()
            raise

    async def _has_ended(self) -> bool:
        """Whether the child is dead, or dies in this moment; then nobody speaks to it before the next one is up."""
        if self._process is None or self._keeper is None:
            return False
        try:
            async with asyncio.timeout(1):
                await self._process.wait()
        except TimeoutError:
            return False
        self._up.clear()
        return True

    async def _keep(self) -> None:
        """Start the child again whenever it ends, after a pause that grows while it keeps failing."""
        failures, began = 0, time.monotonic()
        while self._process is not None:
            code = await self._process.wait()
            self._up.clear()
            failures = 1 if time.monotonic() - began > LONG_ENOUGH else failures + 1
            structlog.get_logger().warning("translator_engine_ended", code=code, failures=failures)
            await asyncio.sleep(min(PAUSE_AT_MOST, 0.25 * 2 ** (failures - 1)))
            began = time.monotonic()
            with suppress(EngineError):
                await self._spawn()

    async def _spawn(self) -> None:
        env = {
            name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LD_LIBRARY_PATH"}
        }
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=env | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                told = await self._order(self._process)
        except (TimeoutError, OSError, msgspec.DecodeError) as error:
            await self._end()
            raise EngineError("unready", "its process did not start") from error
        if not told.address:
            await self._end()
            raise EngineError("unready", told.error)
        await self._speak_to(told.address)

    async def _order(self, process: asyncio.subprocess.Process) -> _Told:
        orders = Orders(
            model=str(self._model),
            key=self._key,
            threads=free_cores(),
            slots=self.slots,
            context=CONTEXT,
            ram_mb=RAM_MB,
        )
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018 - both are pipes
        process.stdin.write(msgspec.json.encode(orders) + b"\n")
        await process.stdin.drain()
        return msgspec.json.decode(await process.stdout.readline(), type=_Told)

    async def _speak_to(self, address: str) -> None:
        if self._chat is not None:
            await self._chat.close()
        self._chat = Chat(
            url=f"{address}/v1",
            model=self._model.stem,
            key=self._key,
            slots=self.slots,
            extra={"cache_prompt": True},
            least_seconds=PATIENCE,
        )
        await self._chat.start()
        self._up.set()

    def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        self._up.clear()
        if self._process is not None:
            self._kill()
            await self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
        if self._chat is not None:
            await self._chat.close()
            self._chat = None
