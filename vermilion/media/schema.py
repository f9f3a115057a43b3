"""Records of pictures (and films, later)."""

from datetime import datetime
from typing import Literal

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.work.events import Event


class Rendition(Record, kw_only=True, frozen=True):
    """One stored size of a picture: name s, m or l; format webp or avif."""

    name: str
    format: str
    width: int
    height: int
    bytes: int


class Upload(Record, kw_only=True, frozen=True):
    """A stored picture that stands in no note yet."""

    account_id: Id
    id: Id
    kind: str
    key: str
    width: int
    height: int
    thumbhash: bytes
    mean_color: str
    renditions: tuple[Rendition, ...]
    created_at: datetime


class UploadCard(Record, kw_only=True, frozen=True):
    """An upload as its owner sees it; `preview` is an address only they can open."""

    id: Id
    kind: Literal["picture", "film"]
    width: int
    height: int
    preview: str


class Media(Record, kw_only=True, frozen=True):
    """A stored picture of a note or comment."""

    note_id: Id
    id: Id
    subject_id: Id
    position: int
    kind: str
    key: str
    width: int
    height: int
    thumbhash: bytes
    mean_color: str
    avif_sizes: str
    alt: str
    alt_lang: str
    alt_hash: bytes


class Source(Record, kw_only=True, frozen=True):
    """One file a browser may choose."""

    url: str
    width: int
    format: Literal["webp", "avif"]


class Picture(Record, kw_only=True, frozen=True):
    """A picture as pages show it. `thumbhash` is base64; `mean_color` "#rrggbb"."""

    id: Id
    kind: Literal["picture", "film"]
    width: int
    height: int
    thumbhash: str
    mean_color: str
    alt: str
    alt_lang: str
    sources: tuple[Source, ...]


SIZES = {"s": 360, "m": 720, "l": 1440}
"""Widths in pixels; l is also at most 1,920 high."""


def address(note_id: int, key: str, name: str, format_: str) -> str:
    """Where a size of a note's picture is served; never changes."""
    return f"/m/{note_id}/{key}/{name}.{format_}"


def blob_key(key: str, name: str, format_: str) -> str:
    """Where a size stands in the blob store."""
    return f"{key[:2]}/{key}/{name}.{format_}"


class PicturesDropped(Event, kw_only=True, frozen=True):
    """Pictures stand in no note any more; `keys` name their blobs."""

    keys: tuple[str, ...]
