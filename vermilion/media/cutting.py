"""What is done to a picture before it stands in a note: turned and cut, and done otherwise, from what was sent."""

import math
import secrets

from msgspec.structs import replace

from vermilion.accounts.rules import signed_in
from vermilion.engines.images import Images
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import card_of, upload
from vermilion.media.schema import Crop, PictureEdit, Rendition, Upload, UploadCard, blob_key, original_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

_ONE = f"SELECT {columns(Upload)} FROM upload WHERE account_id = $1 AND id = $2 AND kind = 'picture'"


async def edit_picture(
    db: Db, viewer: Viewer, blobs: Blobs, images: Images, upload_id: Id, edit: PictureEdit
) -> UploadCard:
    """Make the sizes of a picture anew from what was sent, turned and cut so.

    Raises NotFound("upload_gone"), Invalid("crop_outside" | "crop_too_small"), Conflict where it was edited meanwhile.
    """
    found = await db.maybe(Upload, _ONE, signed_in(viewer), upload_id)
    if found is None:
        raise NotFound("upload_gone")
    crop = _checked(edit.crop)
    source = found.source_key or found.key
    prepared = await images.prepare(await _original(blobs, source), turn=edit.turn, crop=crop)
    key = secrets.token_urlsafe(16)
    files = {
        blob_key(key, one.name, one.format): (one.data, f"image/{one.format}") for one in prepared.renditions
    }
    await blobs.put_all(files)
    made = replace(
        found, key=key, width=prepared.width, height=prepared.height, thumbhash=prepared.thumbhash,
        mean_color=prepared.mean_color, look=prepared.look, source_key=source, turn=edit.turn, crop=crop,
        renditions=tuple(
            Rendition(name=one.name, format=one.format, width=one.width, height=one.height, bytes=len(one.data))
            for one in prepared.renditions
        ),
    )  # fmt: skip
    async with db.transaction():
        changed = await db.run(
            """UPDATE upload SET key = $4, width = $5, height = $6, thumbhash = $7, mean_color = $8, look = $9,
                   source_key = $10, turn = $11, crop = $12, renditions = $13
               WHERE account_id = $1 AND id = $2 AND key = $3""",
            found.account_id, found.id, found.key, key, made.width, made.height, made.thumbhash, made.mean_color,
            made.look, source, made.turn, list(crop),
            [{name: getattr(one, name) for name in one.__struct_fields__} for one in made.renditions],
        )  # fmt: skip
        if changed:  # what was read in it stands elsewhere now, or not at all
            await db.run(
                "DELETE FROM upload_text WHERE account_id = $1 AND upload_id = $2", found.account_id, found.id
            )
    if not changed:
        await blobs.delete(list(files))
        raise Conflict("picture_changed")
    if found.key != source:
        await blobs.delete([blob_key(found.key, one.name, one.format) for one in found.renditions])
    return card_of(made)


async def take_up(db: Db, viewer: Viewer, blobs: Blobs, images: Images, key: str) -> UploadCard:
    """A picture of one's own note as an upload, to be turned and cut: it stands in the note until that is saved."""
    try:
        data = await blobs.get(blob_key(key, "l", "webp"))
    except NotFound:
        data = await blobs.get(blob_key(key, "m", "webp"))
    return await upload(db, viewer, blobs, images, data)


async def get_whole(db: Db, viewer: Viewer, blobs: Blobs, upload_id: Id) -> bytes:
    """The middle size of the whole picture as WebP, for its owner alone."""
    found = await db.maybe(Upload, _ONE, signed_in(viewer), upload_id)
    if found is None:
        raise NotFound("upload_gone")
    return await blobs.get(blob_key(found.source_key or found.key, "m", "webp"))


def _checked(crop: Crop | None) -> tuple[float, ...]:
    if crop is None:
        return ()
    kept = (crop.left, crop.top, crop.width, crop.height)
    if (
        not all(map(math.isfinite, kept))
        or crop.left + crop.width > 1.0005
        or crop.top + crop.height > 1.0005
    ):
        raise Invalid("crop_outside", field="crop")
    return kept


async def _original(blobs: Blobs, source: str) -> bytes:
    try:
        return await blobs.get(original_key(source))
    except NotFound:
        return await blobs.get(blob_key(source, "l", "webp"))
