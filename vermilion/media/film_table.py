"""The one table of films: what they may be, and in which sizes they are made."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from vermilion.engines.film_wire import SizeOrder
from vermilion.kernel.record import Record

_OWN = Path(__file__).with_name("film.toml")
_BITS = 1000


class Size(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A size as the table has it; rates in thousand bits a second."""

    name: Annotated[str, Meta(pattern="^[a-z0-9]{1,12}$")]
    codec: Literal["h264", "av1"] = "h264"
    side: Annotated[int, Meta(ge=120, le=2160)]
    video: Annotated[int, Meta(ge=50, le=50_000)]
    audio: Annotated[int, Meta(ge=32, le=512)] = 128
    crf: Annotated[int, Meta(ge=0, le=63)]
    preset: Annotated[str, Meta(pattern="^[a-z0-9]{1,12}$")]
    rate: Annotated[int, Meta(ge=10, le=120)] = 30
    segment: Annotated[int, Meta(ge=1, le=10)] = 4

    def order(self) -> SizeOrder:
        """The same as an encoder is told it."""
        rates = {"video": self.video * _BITS, "audio": self.audio * _BITS}
        return msgspec.convert({**msgspec.structs.asdict(self), **rates}, SizeOrder)


class FilmTable(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The whole table."""

    most_minutes: Annotated[int, Meta(ge=1, le=240)] = 15
    most_megabytes: Annotated[int, Meta(ge=1, le=100_000)] = 1024
    most_waiting: Annotated[int, Meta(ge=1)] = 4
    most_a_day: Annotated[int, Meta(ge=1)] = 30
    at_once: Annotated[int, Meta(ge=1, le=64)] = 2
    threads: Annotated[int, Meta(ge=0, le=64)] = 0
    size: Annotated[tuple[Size, ...], Meta(min_length=1, max_length=8)]

    @property
    def most_bytes(self) -> int:
        return self.most_megabytes * 1024 * 1024

    @property
    def max_ms(self) -> int:
        return self.most_minutes * 60_000

    def wanted(self, width: int, height: int) -> list[Size]:
        """The sizes for a film, the first always and no other that is larger than it."""
        own = min(width, height)
        return [one for at, one in enumerate(self.size) if at == 0 or one.side <= own]

    def threads_of(self, beside: int) -> int:
        """How many cores a film gets where so many are prepared at once."""
        most = self.threads or os.cpu_count() or 1
        return max(1, most // max(1, beside))


class BadFilmTableError(Exception):
    """The table cannot be used; the message says why."""


def read_table(path: Path | None = None) -> FilmTable:
    """The table of a file, or our own; raises BadFilmTableError."""
    try:
        return msgspec.convert(tomllib.loads((path or _OWN).read_text()), FilmTable)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadFilmTableError(f"{path or _OWN}: {error}") from error
