"""Statements that took long: kept by each process, without their parameters, and read by whoever asks for all of them."""

import contextlib
import os
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from vermilion.kernel.clock import now
from vermilion.kernel.record import Record
from vermilion.storage.db import Database

SLOW_S = 0.1
MOST = 50
WRITTEN_EVERY_S = 2.0
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder that the processes of `serve` share."""


class SlowStatement(Record, kw_only=True, frozen=True):
    """One statement as it stands in the code: how often it was slow, how long it took at the most and in all."""

    text: str
    count: int
    longest_ms: float
    total_ms: float
    last_at: datetime


class Slow:
    """The slow statements of one process, in a file of their own below `folder`."""

    def __init__(self, folder: Path | None, process: int | None = None) -> None:
        """`process`: its number, by which its file is named; None: our own."""
        self._folder = folder
        self._name = f"slow-{process or os.getpid()}.json"
        self._held: dict[str, SlowStatement] = {}
        self._written = 0.0

    @classmethod
    def here(cls) -> Self:
        """With the folder that `serve` gives its processes; without one they stay in the process."""
        folder = os.environ.get(FOLDER)
        return cls(Path(folder) if folder else None)

    def watch(self, database: Database) -> None:
        """Look at every statement of this database."""
        database.observers.append(self.observe)

    def observe(self, sql: str, seconds: float) -> None:
        """A statement has been sent and took so long."""
        if seconds < SLOW_S:
            return
        took, before = seconds * 1000, self._held.get(sql)
        self._held[sql] = SlowStatement(
            text=" ".join(sql.split()),
            count=1 + (before.count if before else 0),
            longest_ms=max(took, before.longest_ms if before else 0.0),
            total_ms=took + (before.total_ms if before else 0.0),
            last_at=now(),
        )
        if len(self._held) > MOST:
            del self._held[min(self._held, key=lambda text: self._held[text].total_ms)]
        if self._folder is not None and time.monotonic() - self._written > WRITTEN_EVERY_S:
            self._written = time.monotonic()
            self._write(self._folder)

    def _write(self, folder: Path) -> None:
        file = folder / self._name
        fresh = file.with_suffix(".new")
        with contextlib.suppress(OSError):  # a figure less, never a request
            fresh.write_bytes(msgspec.json.encode(list(self._held.values())))
            fresh.replace(file)

    def everybodys(self, most: int = 20) -> list[SlowStatement]:
        """Those of every process that shares the folder, the costliest first."""
        merged: dict[str, SlowStatement] = {}
        for one in [*self._held.values(), *self._others()]:
            merged[one.text] = _together(merged.get(one.text), one)
        return sorted(merged.values(), key=lambda one: -one.total_ms)[:most]

    def _others(self) -> Iterable[SlowStatement]:
        if self._folder is None:
            return
        for file in self._folder.glob("slow-*.json"):
            if file.name != self._name:
                with contextlib.suppress(OSError, msgspec.DecodeError):
                    yield from msgspec.json.decode(file.read_bytes(), type=list[SlowStatement])


def _together(one: SlowStatement | None, other: SlowStatement) -> SlowStatement:
    if one is None:
        return other
    return SlowStatement(
        text=one.text,
        count=one.count + other.count,
        longest_ms=max(one.longest_ms, other.longest_ms),
        total_ms=one.total_ms + other.total_ms,
        last_at=max(one.last_at, other.last_at),
    )
