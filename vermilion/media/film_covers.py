"""Covers of films: a frame or a picture, chosen before a film stands in a note or when it has long stood there."""

from vermilion.kernel.errors import Conflict, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import avif_sizes, decode, drop, keys_of, sources_of, store_sizes
from vermilion.media.film_uploads import Desk, get_own, source_of
from vermilion.media.looks import replace_look
from vermilion.media.schema import CoverChosen, Film, PicturesDropped, Upload, blob_key
from vermilion.media.texts import read_anew
from vermilion.storage.db import Db
from vermilion.work.events import emit


async def choose_cover(
    db: Db, viewer: Viewer, desk: Desk, film_id: Id, at_ms: int | None, picture: Id | None
) -> None:
    """Let a frame of a film of one's own, or a picture that was sent, be its cover.

    Raises NotFound("film_gone" | "upload_gone"), Conflict("film_not_ready").
    """
    film = await get_own(db, viewer, film_id)
    if film.state in {"uploading", "failed"}:
        raise Conflict("film_not_ready")
    if picture is not None:
        async with db.transaction():
            taken = await _taken(db, film.account_id, picture)
            await _put(db, film, taken, -1)
            await emit(db, PicturesDropped(keys=tuple(sources_of(taken.key, taken.source_key))))
        return
    at = min(max(0, at_ms or 0), max(0, film.duration_ms - 1))
    still = await desk.works.still(await source_of(db, desk.blobs, film), at)
    made = await decode(db, viewer, desk.blobs, desk.images, still, film.id)
    try:
        async with db.transaction():
            await _put(db, film, made, at)
    except NotFound:
        await drop(desk.blobs, made)
        raise


async def _taken(db: Db, account_id: Id, picture: Id) -> Upload:
    found = await db.maybe(
        Upload,
        f"DELETE FROM upload WHERE account_id = $1 AND id = $2 AND kind = 'picture' RETURNING {columns(Upload)}",
        account_id,
        picture,
    )
    if found is None:
        raise NotFound("upload_gone")
    return found


async def _put(db: Db, film: Film, made: Upload, at_ms: int) -> None:
    """Let this be the cover where the film stands by now, inside a transaction."""
    before = await db.rows(  # first, as whoever publishes it does
        "SELECT key, renditions, source_key FROM upload WHERE account_id = $1 AND id = $2 FOR UPDATE",
        film.account_id,
        film.id,
    )
    note_id = await db.value(
        "UPDATE film SET cover_ms = $3 WHERE account_id = $1 AND id = $2 RETURNING note_id",
        film.account_id,
        film.id,
        at_ms,
    )
    if note_id:
        gone = await _put_in_note(db, Id(note_id), film.id, made)
    elif before:
        await _put_in_upload(db, film, made)
        gone = keys_of(*before[0])
    else:
        raise NotFound("film_gone")
    await emit(db, PicturesDropped(keys=tuple(gone)))


async def _put_in_upload(db: Db, film: Film, made: Upload) -> None:
    await db.run(
        """UPDATE upload SET key = $3, width = $4, height = $5, thumbhash = $6, mean_color = $7, renditions = $8, look = $9
           WHERE account_id = $1 AND id = $2""",
        film.account_id, film.id, made.key, made.width, made.height, made.thumbhash, made.mean_color,
        [{name: getattr(one, name) for name in one.__struct_fields__} for one in made.renditions], made.look,
    )  # fmt: skip


async def _put_in_note(db: Db, note_id: Id, media_id: Id, made: Upload) -> list[str]:
    """The cover in a note, with all that is known of it by what it shows; gives the blobs of the one before."""
    before = await db.value(
        "SELECT key FROM media WHERE note_id = $1 AND id = $2 FOR UPDATE", note_id, media_id
    )
    if before is None:
        raise NotFound("film_gone")
    sizes = await db.rows(
        "DELETE FROM rendition WHERE note_id = $1 AND media_id = $2 RETURNING name, format", note_id, media_id
    )
    await db.run(
        """UPDATE media SET key = $3, width = $4, height = $5, thumbhash = $6, mean_color = $7, avif_sizes = $8
           WHERE note_id = $1 AND id = $2""",
        note_id, media_id, made.key, made.width, made.height, made.thumbhash, made.mean_color, avif_sizes(made),
    )  # fmt: skip
    await store_sizes(db, note_id, {media_id: made.renditions})
    await replace_look(db, note_id, media_id, made.look)
    await read_anew(db, note_id, media_id)
    await emit(db, CoverChosen(note_id=note_id, media_id=media_id))
    return [blob_key(before, *size) for size in sizes]
