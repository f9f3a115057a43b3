"""One protocol for whatever turns a piece of text into another language, and how it fails."""

import contextlib
import os
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

from vermilion.kernel.record import Record
from vermilion.kernel.types import LANGS

Fault = Literal["gone", "slow", "busy", "refused", "nonsense", "cut", "unready"]

LEAST_SECONDS, MOST_SECONDS, SECONDS_A_TOKEN = 30.0, 150.0, 0.5
_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_AUTOGROUP = Path("/proc/self/autogroup")


class Ask(Record, kw_only=True, frozen=True):
    """A piece in one language, links and the like masked; `attempt` 1 asks for another prompt where there is one.

    `hints` are (slang of the text, what it means).
    """

    text: str
    source: str
    target: str
    attempt: int = 0
    hints: tuple[tuple[str, str], ...] = ()


class EngineError(Exception):
    """An engine gave no translation.

    gone: it died, hung up or is not there. slow: its deadline ran out. busy: it has too much to do. refused: it does
    not take this ask or this key. nonsense: its answer has not the agreed shape. cut: it did not come to an end.
    unready: it cannot start (no weights, no library).
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else fault)
        self.fault = fault
        self.detail = detail

    @property
    def is_passing(self) -> bool:
        """Whether the same ask may well succeed later: then nothing was wrong with the words."""
        return self.fault in {"gone", "slow", "busy", "unready"}


class Make(Protocol):
    """One kind of engine, set up. `outside` is the host the words go to.

    `slots` is how many asks it likes to have under way at once.
    """

    name: str
    outside: str | None
    slots: int

    def called(self, source: str, target: str) -> str:
        """What is stored with what it made of this pair: its name, and all that would make it answer otherwise."""

    def serves(self, source: str, target: str) -> bool: ...

    async def start(self) -> None:
        """Get ready; raises EngineError."""

    async def translate(self, ask: Ask) -> str:
        """The piece in the other language, with one deadline; raises EngineError."""

    async def close(self) -> None: ...


def base_of(lang: str) -> str:
    """The language alone: "zh" of "zh-Hant"."""
    return lang.partition("-")[0]


def is_pair(source: str, target: str, langs: frozenset[str] = frozenset(LANGS)) -> bool:
    """Whether both are known and differ."""
    pair = {base_of(source), base_of(target)}
    return len(pair) == 2 and pair <= langs


def seconds_for(tokens: int) -> float:
    """The deadline of an ask whose answer has at most so many tokens, in seconds."""
    return min(MOST_SECONDS, LEAST_SECONDS + SECONDS_A_TOKEN * tokens)


def free_cores() -> int:
    """Cores this process may use, less one that serves pages, at least one; a container's quota counts."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _quota()) - 1)


def stand_back(niceness: int) -> None:
    """Let this process, the first of its session, wait for those that serve pages: `niceness` more than before.

    Linux may share cores between sessions before it looks at processes (autogroup): then the session stands back, too.
    """
    with contextlib.suppress(OSError):
        _AUTOGROUP.write_text(str(os.nice(niceness)), encoding="ascii")


def _quota() -> int:
    try:
        most, _, period = _QUOTA.read_text(encoding="ascii").partition(" ")
        return max(1, int(most) // int(period))
    except (OSError, ValueError):
        return 1 << 16


def outside_of(url: str) -> str | None:
    """The host of an address, or None where it is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return None
    try:
        return None if ip_address(host).is_loopback else host
    except ValueError:
        return host
