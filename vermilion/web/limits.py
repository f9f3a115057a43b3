"""How often is too often: token buckets (GCRA) in the process, by account or by address."""

import hashlib
import math
import time
from collections.abc import Callable
from typing import Any

from litestar.connection import ASGIConnection

from vermilion.kernel.errors import TooMany
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer

_MOST_KEYS = 100_000


class Limit(Record, kw_only=True, frozen=True):
    """At most `burst` at once, and on average `burst` in `seconds`."""

    burst: int
    seconds: float

    @property
    def interval(self) -> float:
        return self.seconds / self.burst


READS = Limit(burst=600, seconds=60)
WRITES = Limit(burst=120, seconds=60)
UPLOADS = Limit(burst=60, seconds=300)
SIGN_IN_BY_HANDLE = Limit(burst=10, seconds=600)
SIGN_IN_BY_ADDRESS = Limit(burst=60, seconds=600)
JOIN = Limit(burst=20, seconds=3600)


class Limits:
    """The buckets of one process. `scale` multiplies every limit; 0 turns all of them off."""

    def __init__(self, scale: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.scale = scale
        self._clock = clock
        self._due: dict[tuple[Limit, str], float] = {}

    def take(self, limit: Limit, key: str) -> None:
        """Count one; raises TooMany("slow_down", retry_after=seconds) when there is no room."""
        if self.scale <= 0:
            return
        now = self._clock()
        interval = limit.interval / self.scale
        due = max(self._due.get((limit, key), now), now)
        wait = due + interval - now - limit.seconds
        if wait > 1e-6:
            raise TooMany("slow_down", retry_after=max(1, math.ceil(wait)))
        if len(self._due) >= _MOST_KEYS:
            self._due = {held: when for held, when in self._due.items() if when > now}
        self._due[limit, key] = due + interval


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address that asks; behind a proxy on this machine, the one the proxy names last."""
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.get("x-forwarded-for")
    if forwarded and peer in ("", "127.0.0.1", "::1"):
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return peer


def who(connection: ASGIConnection[Any, Any, Any, Any], viewer: Viewer) -> str:
    """The key of a bucket: the account, or for a guest the address."""
    return f"address {client_address(connection)}" if viewer.is_guest else f"account {viewer.account_id}"


def handle_key(handle: str) -> str:
    """The key of a bucket for sign-in attempts on one handle, of bounded size."""
    return hashlib.blake2b(handle.casefold().encode("utf-8", "replace"), digest_size=12).hexdigest()
