"""What is asked of the confined children that decode pictures, and what they answer."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from vermilion.kernel.record import Record

Kind = Literal["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"]
Op = Literal["picture", "avatar", "look", "probe"]

Turn = Literal[0, 90, 180, 270]
"""Degrees, clockwise."""

LEAST_SIDE = 32
"""Pixels that are left of a side when something is cut off."""
MAX_BYTES = 20 * 1024 * 1024
MAX_SIDE = 20_000
# Measured so that decoding the largest one allowed stays inside MAX_MEMORY; Pillow's WebP decoder holds three canvases.
MAX_PIXELS: dict[Kind, int] = {
    "JPEG": 64_000_000,
    "PNG": 64_000_000,
    "GIF": 64_000_000,
    "WEBP": 36_000_000,
    "AVIF": 50_000_000,
    "HEIF": 50_000_000,
}
MAX_MEMORY = 600 * 1024 * 1024
MAX_CPU_SECONDS = 7  # the kernel looks once a tick or so, and 8 is what is promised
MAX_ANSWER_BYTES = 16 * 1024 * 1024

ACCEPTED = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/heic", "image/heif", "image/gif")


class RenditionBytes(Record, kw_only=True, frozen=True):
    """One encoded size of a picture; width and height in pixels."""

    name: Literal["s", "m", "l"]
    format: Literal["webp", "avif"]
    width: Annotated[int, Meta(ge=1, le=1920)]
    height: Annotated[int, Meta(ge=1, le=1920)]
    data: bytes


class Prepared(Record, kw_only=True, frozen=True, tag="prepared"):
    """A picture ready to be stored; width and height are those of the upright original."""

    width: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    height: Annotated[int, Meta(ge=1, le=MAX_SIDE)]
    thumbhash: Annotated[bytes, Meta(min_length=5, max_length=32)]
    mean_color: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]
    renditions: tuple[RenditionBytes, ...]
    look: Annotated[bytes, Meta(max_length=32)] = b""
    """What it looks like, 32 bytes (see engines.looks); empty where there is nothing to tell it by."""


class Looked(Record, kw_only=True, frozen=True, tag="looked"):
    """What a picture looks like, of which nothing is kept."""

    look: Annotated[bytes, Meta(max_length=32)]


class Refused(Record, kw_only=True, frozen=True, tag="refused"):
    """Why a picture is not taken; the facts are filled in by the parent."""

    code: Literal[
        "picture_not_readable",
        "picture_too_many_pixels",
        "picture_animated",
        "picture_took_too_long",
        "crop_too_small",
    ]


class Probed(Record, kw_only=True, frozen=True, tag="probed"):
    """What a probe of the confinement managed to do: deed -> what happened ("done" or the error's name)."""

    deeds: dict[str, str]


class Order(Record, kw_only=True, frozen=True):
    """One piece of work for a confined child; `probe` and `confined` count only in the child of images_probe.

    crop: left, top, width, height in fractions of the upright, turned picture; None: nothing is cut off.
    """

    op: Op
    kind: Kind = "JPEG"
    avif: bool = False
    turn: Turn = 0
    crop: tuple[float, float, float, float] | None = None
    confined: bool = True
    probe: str = ""
    data: bytes = b""


Answer = Prepared | Looked | Refused | Probed

encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(Order).decode
decode_answer = msgspec.msgpack.Decoder(Prepared | Looked | Refused | Probed).decode
