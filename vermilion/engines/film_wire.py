"""What is asked of the confined children that prepare films, and what they say meanwhile."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from vermilion.kernel.record import Record

Op = Literal["probe", "size", "extras", "frame"]

MAX_SIDE = 4096
MAX_PIXELS = 4096 * 2304
MAX_STREAMS = 64
MIN_SIDE = 16
MAX_MEMORY = 900 * 1024 * 1024
"""Of address space, a third of which is the libraries' own and never touched; what is in use stays below 600 MB."""
PROBE_CPU_SECONDS = 7  # the kernel looks once a tick or so, and 8 is what is promised
MAX_MESSAGE = 96 * 1024 * 1024
MAX_READ = 4 * 1024 * 1024
SHEET_MOST, SHEET_COLUMNS, SHEET_WIDTH = 100, 10, 160
PREVIEW_SECONDS, PREVIEW_HEIGHT, PREVIEW_RATE = 6, 360, 15

Why = Literal[
    "film_type",
    "film_not_readable",
    "film_no_picture",
    "film_too_long",
    "film_too_many_pixels",
    "film_too_many_streams",
    "film_codec",
    "film_took_too_long",
    "film_too_heavy",
]


class SizeOrder(Record, kw_only=True, frozen=True):
    """How one size is encoded; rates in bits a second."""

    name: Annotated[str, Meta(pattern="^[a-z0-9]{1,12}$")]
    codec: Literal["h264", "av1"]
    side: int
    """Of the shorter side, in pixels."""
    video: int
    audio: int
    crf: int
    preset: str
    rate: int
    """Frames a second at the most."""
    segment: int
    """Seconds."""


class Order(Record, kw_only=True, frozen=True):
    """One piece of work. length: of the source, in bytes; gain_db None: still to be measured."""

    op: Op
    length: int
    max_ms: int
    memory: int
    cpu_seconds: int
    size: SizeOrder | None = None
    threads: int = 1
    gain_db: float | None = None
    at_ms: int = 0
    confined: bool = True


class Want(Record, kw_only=True, frozen=True, tag="want"):
    """The child needs bytes of the source; answered with exactly so many, or fewer at its end."""

    at: Annotated[int, Meta(ge=0)]
    count: Annotated[int, Meta(ge=1, le=MAX_READ)]


class Piece(Record, kw_only=True, frozen=True, tag="piece"):
    """The next bytes of what is made."""

    data: bytes


class Share(Record, kw_only=True, frozen=True, tag="share"):
    """How far it is, in hundredths."""

    done: Annotated[int, Meta(ge=0, le=100)]


class Probed(Record, kw_only=True, frozen=True, tag="probed"):
    """What a film is; width and height upright, in pixels; still: a frame as JPEG."""

    duration_ms: Annotated[int, Meta(ge=1)]
    width: Annotated[int, Meta(ge=MIN_SIDE, le=MAX_SIDE)]
    height: Annotated[int, Meta(ge=MIN_SIDE, le=MAX_SIDE)]
    rate: float
    has_sound: bool
    still: bytes
    still_ms: int


class SizeMade(Record, kw_only=True, frozen=True, tag="size"):
    """A size whose bytes have been sent: `init` bytes, then segments."""

    codecs: str
    width: int
    height: int
    rate: float
    init: int
    lengths: tuple[int, ...]
    durations: tuple[int, ...]
    gain_db: float | None


class Extras(Record, kw_only=True, frozen=True, tag="extras"):
    """The sheet for scrubbing as WebP (thumbs: count, columns, width, height, ms between) and the preview as MP4."""

    sheet: bytes
    thumbs: tuple[int, int, int, int, int]
    preview: bytes


class Still(Record, kw_only=True, frozen=True, tag="still"):
    """A frame as JPEG."""

    data: bytes


class Refused(Record, kw_only=True, frozen=True, tag="refused"):
    """Why nothing is made of it."""

    code: Why


Made = Probed | SizeMade | Extras | Still | Refused
Said = Want | Piece | Share | Probed | SizeMade | Extras | Still | Refused

encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_said = msgspec.msgpack.Decoder(Said).decode
