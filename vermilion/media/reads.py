"""Pictures, as pages show them and as files."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from vermilion.accounts.rules import signed_in
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import SIZES, Picture, Source, address, blob_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.schema import Passage

FORMATS: tuple[Literal["avif", "webp"], ...] = ("avif", "webp")

PICTURES = """(SELECT jsonb_agg(jsonb_build_object('id', m.id, 'key', m.key, 'width', m.width, 'height', m.height,
        'thumbhash', encode(m.thumbhash, 'base64'), 'mean_color', m.mean_color, 'avif_sizes', m.avif_sizes,
        'alt', m.alt, 'alt_lang', m.alt_lang) ORDER BY m.position)
    FROM media m WHERE m.note_id = {0}.{1} AND m.subject_id = {0}.id)"""
"""The pictures of rows of note or comment as jsonb; filled with the row's alias and its note_id column."""


def to_picture(note_id: int, row: Mapping[str, Any], alt: Passage | None = None) -> Picture:
    """A stored picture (as PICTURES gives it) with the addresses of its files; `alt` in the reader's language."""
    key, width = row["key"], row["width"]
    sources = [
        Source(url=address(note_id, key, name, form), width=min(size, width), format=form)
        for form in FORMATS
        for name, size in SIZES.items()
        if form == "webp" or name in row["avif_sizes"]
    ]
    return Picture(
        id=Id(row["id"]),
        kind="picture",
        width=width,
        height=row["height"],
        thumbhash=row["thumbhash"],
        mean_color=row["mean_color"],
        alt=alt.text if alt else row["alt"],
        alt_lang=alt.lang if alt else row["alt_lang"],
        sources=tuple(sources),
    )


async def get_upload(db: Db, viewer: Viewer, blobs: Blobs, upload_id: Id) -> bytes:
    """The middle size of an upload as WebP, for its owner alone."""
    key = await db.value(
        "SELECT key FROM upload WHERE account_id = $1 AND id = $2", signed_in(viewer), upload_id
    )
    if key is None:
        raise NotFound("upload_gone")
    return await blobs.get(blob_key(key, "m", "webp"))


async def get_avatar(blobs: Blobs, key: str, size: str) -> bytes:
    """An avatar as WebP; size s (96 pixels) or m (320 pixels). Avatars are public."""
    if size not in {"s", "m"} or not is_key(key):
        raise NotFound("not_found")
    return await blobs.get(f"avatar/{key}/{size}.webp")


def is_key(key: str) -> bool:
    """Whether this has the form of a picture's key: 22 characters of URL-safe base64."""
    return len(key) == 22 and key.replace("-", "").replace("_", "").isalnum() and key.isascii()


async def blobs_of_notes(db: Db, note_ids: Iterable[int]) -> list[str]:
    """Every blob that these notes and the comments under them hold, for deleting them."""
    rows = await db.rows(
        """SELECT m.key, r.name, r.format FROM media m
           JOIN rendition r ON r.note_id = m.note_id AND r.media_id = m.id WHERE m.note_id = ANY($1)""",
        list(note_ids),
    )
    return [blob_key(row[0], row[1], row[2]) for row in rows]
