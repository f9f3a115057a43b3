"""What is asked of the confined child that listens to a film, and what it says as it goes on."""

from typing import Annotated

import msgspec
from msgspec import Meta

from vermilion.kernel.record import Record
from vermilion.kernel.types import LANGS

RATE = 16_000
"""Samples a second of what is listened to."""
MOST_SECONDS = 16 * 60
"""A longer sound is listened to so far."""
MOST_WORDS = 400
"""In one line, which is at most half a minute."""
MAX_LINE_BYTES = 256 * 1024
# Measured with the weights in 8-bit integers: 1.0 GB of addresses after loading, 0.5 GB touched; a sound of 16 minutes 0.2 GB more.
MAX_MEMORY = 3 * 1024 * 1024 * 1024
START_CPU_SECONDS, CPU_SECONDS_A_SECOND = 60, 8
"""How much CPU listening may take: to begin with, and for each second of the sound."""

Share = Annotated[float, Meta(ge=0, le=1.001)]
Milliseconds = Annotated[int, Meta(ge=0, le=MOST_SECONDS * 1000 + 60_000)]


class Order(Record, kw_only=True, frozen=True):
    """`weights`: name that the library gives a file -> where it lies. The sound follows until its end.

    `lang`: what it is known to be spoken in; otherwise one of `langs` is found out, of which `likely` is.
    `since_ms`: what comes before was heard already.
    """

    weights: dict[str, str]
    threads: int
    langs: tuple[str, ...] = LANGS
    likely: tuple[str, ...] = ()
    lang: str = ""
    since_ms: int = 0
    seconds: int = MOST_SECONDS
    parent: int
    is_confined: bool = True


class RawWord(Record, kw_only=True, frozen=True):
    """A word with the blanks before it, as the model gives it."""

    text: Annotated[str, Meta(max_length=200)]
    start_ms: Milliseconds
    end_ms: Milliseconds
    confidence: Share


class RawLine(Record, kw_only=True, frozen=True):
    """What the model gives as a line. log_probability: the mean of its tokens; silence: how likely nobody speaks.

    repetition: length of the text by its length when compressed; speech: the share of its time in which a voice was found.
    """

    words: Annotated[tuple[RawWord, ...], Meta(max_length=MOST_WORDS)]
    log_probability: float
    silence: Share
    repetition: float


class Said(Record, kw_only=True, frozen=True):
    """What was heard of a stretch of sound. until_ms: so far all was heard; fault: why nothing more comes."""

    lang: Annotated[str, Meta(max_length=20)] = ""
    lang_confidence: Share = 0.0
    until_ms: Milliseconds = 0
    total_ms: Milliseconds = 0
    lines: Annotated[tuple[RawLine, ...], Meta(max_length=200)] = ()
    is_end: bool = False
    fault: Annotated[str, Meta(max_length=60)] = ""


encode = msgspec.json.Encoder().encode
decode_said = msgspec.json.Decoder(Said).decode
decode_order = msgspec.json.Decoder(Order).decode
