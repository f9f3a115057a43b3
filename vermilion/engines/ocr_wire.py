"""What is asked of the confined children that read pictures, and what they answer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from vermilion.kernel.record import Record

MAX_BYTES = 8 * 1024 * 1024
MAX_ANSWER_BYTES = 256 * 1024
MAX_PIXELS = 4_000_000
MOST_BOXES = 120
"""Places that may hold text, of which the reading takes most of the time."""
# Measured over signs, dense pages, noise and slivers: at most 1.1 GB of addresses (600 MB touched), 5 s of CPU.
MAX_MEMORY = 1_600 * 1024 * 1024
MAX_CPU_SECONDS = 25

Fraction = Annotated[float, Meta(ge=-0.5, le=1.5)]
Color = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]


class RawLine(Record, kw_only=True, frozen=True):
    """A line as the recogniser gives it. quad: x and y of four corners, clockwise from where it begins."""

    text: Annotated[str, Meta(max_length=1000)]
    confidence: Annotated[float, Meta(ge=0, le=1.001)]
    quad: tuple[Fraction, Fraction, Fraction, Fraction, Fraction, Fraction, Fraction, Fraction]
    ink: Color
    ground: Color


class Reading(Record, kw_only=True, frozen=True):
    """All lines of one picture, in reading order."""

    width: Annotated[int, Meta(ge=1)]
    height: Annotated[int, Meta(ge=1)]
    lines: Annotated[tuple[RawLine, ...], Meta(max_length=MOST_BOXES)]


encode = msgspec.msgpack.Encoder().encode
decode_reading = msgspec.msgpack.Decoder(Reading).decode
