"""How often is too often: token buckets (GCRA) in the process, by account or by address."""

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

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
FILM_PARTS = Limit(burst=600, seconds=300)
TRANSLATIONS = Limit(burst=60, seconds=120)
LOOK_UPS = Limit(burst=150, seconds=300)
"""Words looked up: one that no dictionary has is put to a translator."""
DRAFTS = Limit(burst=60, seconds=120)
KEEPS = Limit(burst=60, seconds=120)
"""Drafts kept while somebody writes."""
SIGN_IN_BY_HANDLE = Limit(burst=10, seconds=600)
SIGN_IN_BY_ADDRESS = Limit(burst=60, seconds=600)
CORRECTIONS = Limit(burst=30, seconds=3600)
CAPTIONS = Limit(burst=120, seconds=600)
SITEMAPS = Limit(burst=120, seconds=600)
"""Pages of up to 50,000 addresses."""
CARDS = Limit(burst=120, seconds=120)
"""Each may have to be drawn."""
JOIN = Limit(burst=20, seconds=3600)
TOKENS = Limit(burst=600, seconds=300)
APPLICATIONS = Limit(burst=30, seconds=3600)


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


class Streams:
    """The open streams of one process, a few for each visitor and a bounded number in all."""

    MOST, OF_ONE, OF_GUESTS = 2_000, 6, 30

    def __init__(self) -> None:
        self._open: dict[str, int] = {}

    def check(self, key: str, *, is_guest: bool) -> None:
        """Raises TooMany("slow_down") where there is no room; the guests of one address share theirs."""
        most = self.OF_GUESTS if is_guest else self.OF_ONE
        if self._open.get(key, 0) >= most or sum(self._open.values()) >= self.MOST:
            raise TooMany("slow_down", retry_after=20)

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Count a stream for as long as it is open."""
        self._open[key] = self._open.get(key, 0) + 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]


_FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


def is_near(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether this machine itself asks, by a name of its own and with no proxy that says so in between."""
    peer = connection.client.host if connection.client else ""
    named = host_of(f"//{connection.headers.get('host', '')}")
    return is_loopback(peer) and is_loopback(named) and not is_forwarded(connection)


def is_forwarded(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether a proxy says that it hands somebody else's request on."""
    return any(name in connection.headers for name in _FORWARDED)


def host_of(address: str) -> str:
    """The name of the host in an address; empty where there is none to be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def client_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address that asks; behind a proxy on this machine, the one the proxy names last."""
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.get("x-forwarded-for")
    if forwarded and peer in ("", "127.0.0.1", "::1"):
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return peer


def who(connection: ASGIConnection[Any, Any, Any, Any], viewer: Viewer) -> str:
    """The key of a bucket: the account, or for a guest the address."""
    return (
        f"address {network(client_address(connection))}"
        if viewer.is_guest
        else f"account {viewer.account_id}"
    )


def network(address: str) -> str:
    """What one household has: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))


def handle_key(handle: str) -> str:
    """The key of a bucket for sign-in attempts on one handle, of bounded size."""
    return hashlib.blake2b(handle.casefold().encode("utf-8", "replace"), digest_size=12).hexdigest()
