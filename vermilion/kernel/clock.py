"""The time, so that a deed takes it once and passes it on, and the zones in which people have theirs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones


def now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def find_zone(name: str) -> str | None:
    """The time zone of the IANA database as it is spelt there, however large or small it was typed; None: there is none."""
    return _zones().get("_".join(name.split()).casefold())


@cache
def zones() -> tuple[str, ...]:
    """The time zones that places have, to choose from."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


@cache
def _zones() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones()}
