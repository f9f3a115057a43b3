"""64-bit ids ordered by time, made by the application; strings in JSON."""

import os
import time
from typing import Self

EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
_RANDOM_BITS = 22


class Id(int):
    """An id: milliseconds since 2024 in the upper 41 bits, 22 random bits below. A string in JSON."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the decimal form; raises ValueError for anything but 1 .. 2**63 - 1."""
        if not (text.isascii() and text.isdigit() and len(text) <= 19):
            raise ValueError("not an id")
        number = int(text)
        if not 0 < number < 2**63:
            raise ValueError("not an id")
        return cls(number)


def new_id(at_ms: int | None = None) -> Id:
    """A new id for now, or for a given moment in milliseconds since 1970.

    22 random bits a millisecond: at 2,000 ids a second two collide once in about 2,000 seconds, and
    every primary key refuses the second one. Ids made for now by one process only grow, also within a
    millisecond and when the clock is set back, so that what is said later stands later.
    """
    if at_ms is not None:
        return _made(at_ms)
    return _growing.next()


def _made(ms: int) -> Id:
    return Id(((ms - EPOCH_MS) << _RANDOM_BITS) | int.from_bytes(os.urandom(3), "big") >> 2)


class _Growing:
    """The last id this process has made; the next one is larger by a random step at least."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> Id:
        fresh = _made(int(time.time() * 1000))
        if fresh <= self._last:
            fresh = Id(self._last + 1 + int.from_bytes(os.urandom(2), "big"))
        self._last = fresh
        return fresh


_growing = _Growing()
