"""Pictures, as pages show them and as files."""

import base64
from collections.abc import Iterable

from vermilion.accounts.rules import signed_in
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import SIZES, Media, Picture, Source, address, blob_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db


def to_picture(media: Media) -> Picture:
    """A stored picture with the addresses of its files, the narrow first."""
    sources = [
        Source(url=address(media.note_id, media.key, name, form), width=min(width, media.width), format=form)
        for form in ("avif", "webp")
        for name, width in SIZES.items()
        if form == "webp" or name in media.avif_sizes
    ]
    return Picture(
        id=media.id, kind="picture", width=media.width, height=media.height,
        thumbhash=base64.b64encode(media.thumbhash).decode(), mean_color=media.mean_color,
        alt=media.alt, alt_lang=media.alt_lang, sources=tuple(sources),
    )


async def get_upload(db: Db, viewer: Viewer, blobs: Blobs, upload_id: Id) -> bytes:
    """The middle size of an upload as WebP, for its owner alone."""
    key = await db.value("SELECT key FROM upload WHERE account_id = $1 AND id = $2", signed_in(viewer), upload_id)
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
