"""Speech in films: faster-whisper in a confined child of its own for each film, with a voice detector before it.

What it hears is guessed at, so what it says is checked (speech_lines.py): silence, music and shouting give no words.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from vermilion.engines.models import is_whole, listener, path_of, whole_set
from vermilion.engines.speech_lines import UNSURE, Belief, Cue, cues
from vermilion.engines.speech_wire import MAX_LINE_BYTES, MOST_SECONDS, Order, Said, decode_said, encode
from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.record import Record
from vermilion.kernel.types import LANGS

__all__ = ["UNSURE", "Cue", "Heard", "Speech"]

THREADS = 2
PATIENCE_S = 900.0
"""How long the child may say nothing, as it does on a machine with much to do; what it may reckon is limited besides."""
_ROOT = Path(__file__).parents[2]
_KILLED = -9


class Heard(Record, kw_only=True, frozen=True):
    """How far a film was heard, and what was said since the last. lang: "" where nobody speaks."""

    lang: str
    lang_confidence: float
    until_ms: int
    total_ms: int
    cues: tuple[Cue, ...]


class Speech:
    """Listens to films one at a time; whoever comes meanwhile waits. `models`: the folder of the weights."""

    def __init__(self, models: Path, *, threads: int = THREADS, confined: bool = True) -> None:
        self.models = models
        self._threads = max(1, min(threads, os.cpu_count() or 1))
        self._confined = confined
        self._one = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self.fetch_after = 0.0
        """When fetching the weights may be tried again, in seconds of the monotonic clock."""

    def is_ready(self) -> bool:
        """Whether the weights are there and whole; the first time they are read for that."""
        return is_whole(listener(), self.models)

    async def hear(
        self,
        sound: AsyncIterator[bytes],
        *,
        lang: str = "",
        likely: Sequence[str] = (),
        since_ms: int = 0,
        seconds: int = MOST_SECONDS,
    ) -> AsyncIterator[Heard]:
        """What is said in an MP4 of our own making, stretch by stretch; the last comes when all was heard.

        `lang`: what it is spoken in, "" if that is to be found out, of which `likely` are those of its author. Raises
        Invalid("sound_not_readable"), Unavailable("speech_busy").
        """
        order = Order(
            weights={one.called: str(path_of(one, self.models)) for one in whole_set(listener())},
            threads=self._threads,
            likely=tuple(each for each in likely if each in LANGS),
            lang=lang if lang in LANGS else "",
            since_ms=since_ms,
            seconds=min(seconds, MOST_SECONDS),
            parent=os.getpid(),
            is_confined=self._confined,
        )
        async with self._one, self._child() as process:
            feeding = asyncio.create_task(_feed(process, encode(order) + b"\n", sound))
            try:
                belief = Belief()
                async for said in _answers(process):
                    yield Heard(
                        lang=said.lang,
                        lang_confidence=said.lang_confidence,
                        until_ms=said.until_ms,
                        total_ms=said.total_ms,
                        cues=tuple(cues(belief.of(said.lines))),
                    )
            finally:
                feeding.cancel()
                await asyncio.gather(feeding, return_exceptions=True)

    async def close(self) -> None:
        """End the child, if one listens."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def child_pid(self) -> int | None:
        """The process id of the child, if one listens."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    @contextlib.asynccontextmanager
    async def _child(self) -> AsyncIterator[asyncio.subprocess.Process]:
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "vermilion.engines.speech_child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            limit=MAX_LINE_BYTES,
            env={
                "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]),
                "PYTHONDONTWRITEBYTECODE": "1",
                "MALLOC_ARENA_MAX": "2",
                "OMP_NUM_THREADS": str(self._threads),
                "OMP_WAIT_POLICY": "passive",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        try:
            yield process
        finally:
            await self.close()


async def _feed(process: asyncio.subprocess.Process, order: bytes, sound: AsyncIterator[bytes]) -> None:
    stdin = process.stdin
    if stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stdin.write(order)
        async for piece in sound:
            stdin.write(piece)
            await stdin.drain()
    stdin.close()


async def _answers(process: asyncio.subprocess.Process) -> AsyncIterator[Said]:
    """Until all was heard; raises Invalid, Unavailable."""
    if process.stdout is None:
        raise Unavailable("speech_busy")
    while True:
        try:
            line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
            said = decode_said(line) if line else None
        except TimeoutError:
            raise Unavailable("speech_busy") from None
        except (ValueError, msgspec.MsgspecError):
            raise Invalid("sound_not_readable") from None
        if (
            said is None
        ):  # killed from outside is worth another try; a limit that was reached or a fault is not
            if await process.wait() == _KILLED:
                raise Unavailable("speech_busy")
            raise Invalid("sound_not_readable")
        if said.fault:
            raise Invalid("sound_not_readable") if said.fault == "unreadable" else Unavailable("speech_busy")
        yield said
        if said.is_end:
            return
