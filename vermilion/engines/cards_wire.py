"""What is asked of the confined child that draws cards for other sites, and what it answers."""

from typing import Annotated

import msgspec
from msgspec import Meta

from vermilion.kernel.record import Record

WIDTH, HEIGHT = 1200, 630
KIND = "image/jpeg"
MAX_COVER = 8 * 1024 * 1024
MAX_ANSWER = 2 * 1024 * 1024
MAX_MEMORY = 600 * 1024 * 1024
MAX_CPU_SECONDS = 5


class CardOrder(Record, kw_only=True, frozen=True):
    """A card: a title in its language, who stands below it, what the room is called; the cover as WebP or as one of our SVGs.

    Without either the cover is `color`, with `initial` on it.
    """

    title: str
    lang: str
    below: str
    site: str
    color: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]
    initial: str = ""
    picture: bytes = b""
    drawing: str = ""


class Card(Record, kw_only=True, frozen=True):
    """A drawn card as JPEG; empty where it could not be drawn. has_words: whether its title stands on it."""

    data: bytes
    has_words: bool = False


encode = msgspec.msgpack.Encoder().encode
decode_order = msgspec.msgpack.Decoder(CardOrder).decode
decode_card = msgspec.msgpack.Decoder(Card).decode
