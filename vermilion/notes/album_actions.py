"""What people do with albums: open, name, order, fill and delete them."""

from collections.abc import Sequence

from vermilion.accounts.reads import alone
from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.text import named
from vermilion.kernel.viewer import Viewer
from vermilion.notes.actions import UNDO_LASTS
from vermilion.notes.album_table import Album, AlbumPage, EditAlbum, NewAlbum, Placing
from vermilion.notes.albums import get_album
from vermilion.notes.reads import get_note
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

MOST_ALBUMS, MOST_NOTES = 200, 50_000
GAP, FIRST = 1 << 32, 1 << 61
"""How far apart notes are put, and where the first one stands: there is room before it and between any two."""


async def open_album(db: Db, viewer: Viewer, new: NewAlbum) -> AlbumPage:
    """Begin an album; raises Invalid("empty_name"), Conflict("too_many_albums")."""
    me, name, album_id = signed_in(viewer), named(new.name, "name"), new_id()
    async with db.transaction():
        await alone(db, me)
        standing = await db.value(
            "SELECT count(*) FROM album WHERE account_id = $1 AND deleted_at IS NULL", me
        )
        if standing >= MOST_ALBUMS:
            raise Conflict("too_many_albums", most=MOST_ALBUMS)
        await db.run(
            "INSERT INTO album (account_id, id, name, is_public, created_at) VALUES ($1, $2, $3, $4, $5)",
            me,
            album_id,
            name,
            new.is_public,
            now(),
        )
        return await get_album(db, viewer, me, album_id)


async def edit_album(db: Db, viewer: Viewer, album_id: Id, edit: EditAlbum) -> AlbumPage:
    """Name an album, show or keep it, choose its cover; raises NotFound album_gone, or note_gone for another's cover."""
    async with db.transaction():
        album = await _taken(db, viewer, album_id)
        if edit.cover_id:
            await _place(db, album, edit.cover_id)
        await db.run(
            "UPDATE album SET name = $3, is_public = $4, cover_id = $5 WHERE account_id = $1 AND id = $2",
            album.account_id,
            album.id,
            album.name if edit.name is None else named(edit.name, "name"),
            album.is_public if edit.is_public is None else edit.is_public,
            album.cover_id if edit.cover_id is None else edit.cover_id or None,
        )
        return await get_album(db, viewer, album.account_id, album_id)


async def delete_album(db: Db, viewer: Viewer, album_id: Id) -> None:
    """Take an album away, not its notes; for ten minutes `restore_album` brings it back. Twice is once."""
    await db.run(
        "UPDATE album SET deleted_at = $3 WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        signed_in(viewer),
        album_id,
        now(),
    )


async def restore_album(db: Db, viewer: Viewer, album_id: Id) -> AlbumPage:
    """Undo the deletion of an album; raises NotFound("album_gone")."""
    me = signed_in(viewer)
    await db.run(
        "UPDATE album SET deleted_at = NULL WHERE account_id = $1 AND id = $2 AND deleted_at > $3",
        me,
        album_id,
        now() - UNDO_LASTS,
    )
    return await get_album(db, viewer, me, album_id)


async def put_into(db: Db, viewer: Viewer, note_id: Id, album_ids: Sequence[int]) -> None:
    """Let a note be in these of the viewer's albums and no others; raises NotFound, Conflict("album_full")."""
    me = signed_in(viewer)
    async with db.transaction():
        rows = await db.rows(
            "SELECT album_id FROM album_note WHERE account_id = $1 AND note_id = $2", me, note_id
        )
        standing = {row[0] for row in rows}
        wanted = {int(album_id) for album_id in album_ids}
        if wanted - standing:
            await _add(db, viewer, note_id, sorted(wanted - standing))
        await _take_out(db, me, note_id, sorted(standing - wanted))


async def add_note(db: Db, viewer: Viewer, album_id: Id, note_id: Id) -> None:
    """Put a note at the end of an album; twice is once. Raises NotFound, Conflict("album_full")."""
    async with db.transaction():
        await _add(db, viewer, note_id, [int(album_id)])


async def take_out(db: Db, viewer: Viewer, album_id: Id, note_id: Id) -> None:
    """Take a note out of an album; twice is once."""
    async with db.transaction():
        await _take_out(db, signed_in(viewer), note_id, [int(album_id)])


async def place(db: Db, viewer: Viewer, album_id: Id, note_id: Id, where: Placing) -> None:
    """Put a note of an album before or after another one, or at a place; raises NotFound album_gone, note_gone."""
    async with db.transaction():
        album = await _taken(db, viewer, album_id)
        await _place(db, album, note_id)
        if note_id in (where.before, where.after):
            return
        low, high = await _between(db, album, note_id, where)
        if low is not None and high is not None and high - low < 2:
            await _spread(db, album)
            low, high = await _between(db, album, note_id, where)
        spot = _spot(low, high)
        await db.run(
            "UPDATE album_note SET place = $4 WHERE account_id = $1 AND album_id = $2 AND note_id = $3",
            *_at(album, note_id),
            spot,
        )


async def purge_albums(job: Job) -> None:
    """Remove albums whose deletion can no longer be undone."""
    await job.db.run(
        """DELETE FROM album WHERE (account_id, id) IN
               (SELECT account_id, id FROM album WHERE deleted_at < $1 LIMIT 100)""",
        now() - UNDO_LASTS,
    )


async def forget_notes(db: Db, note_ids: Sequence[int]) -> None:
    """Take notes that are gone for good out of every album."""
    await db.run(
        """WITH gone AS (DELETE FROM album_note WHERE note_id = ANY($1) RETURNING account_id, album_id)
           UPDATE album a SET note_count = a.note_count - g.count
           FROM (SELECT account_id, album_id, count(*) AS count FROM gone GROUP BY account_id, album_id) g
           WHERE a.account_id = g.account_id AND a.id = g.album_id""",
        list(note_ids),
    )


async def _taken(db: Db, viewer: Viewer, album_id: Id) -> Album:
    """The viewer's own album, locked."""
    album = await db.maybe(
        Album,
        f"SELECT {columns(Album)} FROM album WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE",
        signed_in(viewer),
        album_id,
    )
    if album is None:
        raise NotFound("album_gone")
    return album


async def _add(db: Db, viewer: Viewer, note_id: Id, album_ids: list[int]) -> None:
    me = signed_in(viewer)
    note = await get_note(db, viewer, note_id)
    rows = await db.rows(
        """SELECT id, note_count FROM album WHERE account_id = $1 AND id = ANY($2) AND deleted_at IS NULL
           ORDER BY id FOR NO KEY UPDATE""",
        me,
        album_ids,
    )
    if len(rows) < len(album_ids):
        raise NotFound("album_gone")
    if any(row[1] >= MOST_NOTES for row in rows):
        raise Conflict("album_full", most=MOST_NOTES)
    await db.run(
        """WITH added AS (
               INSERT INTO album_note (account_id, album_id, note_id, author_id, place, created_at)
               SELECT $1, a.id, $3, $4, $6 + coalesce(
                   (SELECT max(o.place) FROM album_note o WHERE o.account_id = $1 AND o.album_id = a.id), $7), $5
               FROM album a WHERE a.account_id = $1 AND a.id = ANY($2) ON CONFLICT DO NOTHING RETURNING album_id)
           UPDATE album SET note_count = note_count + 1
           WHERE account_id = $1 AND id IN (SELECT album_id FROM added)""",
        me,
        album_ids,
        note.id,
        note.author_id,
        now(),
        GAP,
        FIRST - GAP,
    )


async def _take_out(db: Db, account_id: Id, note_id: Id, album_ids: list[int]) -> None:
    if album_ids:
        await db.run(
            """WITH gone AS (DELETE FROM album_note WHERE account_id = $1 AND album_id = ANY($2) AND note_id = $3
                             RETURNING album_id)
               UPDATE album SET note_count = note_count - 1
               WHERE account_id = $1 AND id IN (SELECT album_id FROM gone)""",
            account_id,
            album_ids,
            note_id,
        )


def _at(album: Album, note_id: Id) -> tuple[Id, Id, Id]:
    return album.account_id, album.id, note_id


async def _place(db: Db, album: Album, note_id: Id) -> int:
    spot = await db.value(
        "SELECT place FROM album_note WHERE account_id = $1 AND album_id = $2 AND note_id = $3",
        *_at(album, note_id),
    )
    if spot is None:
        raise NotFound("note_gone")
    return int(spot)


async def _between(db: Db, album: Album, note_id: Id, where: Placing) -> tuple[int | None, int | None]:
    """Between which places a note is to be put; None where nothing stands on that side."""
    if where.before is not None:
        high = await _place(db, album, where.before)
        return await _next(db, album, note_id, "max(place)", "<", high), high
    if where.after is not None:
        low = await _place(db, album, where.after)
        return low, await _next(db, album, note_id, "min(place)", ">", low)
    if where.at is not None:
        return await _around(db, album, note_id, where.at)
    return await _next(db, album, note_id, "max(place)", ">", 0), None


async def _around(db: Db, album: Album, note_id: Id, at: int) -> tuple[int | None, int | None]:
    """Between which places the others leave room for the `at`th; beyond the last one: behind it."""
    rows = await db.rows(
        """SELECT place FROM album_note WHERE account_id = $1 AND album_id = $2 AND note_id <> $3
           ORDER BY place, note_id OFFSET $4 LIMIT 2""",
        *_at(album, note_id),
        max(0, min(at, MOST_NOTES) - 2),
    )
    spots: list[int | None] = [row[0] for row in rows]
    if at == 1:
        return None, next(iter(spots), None)
    if not spots:
        return await _next(db, album, note_id, "max(place)", ">", 0), None
    return spots[0], spots[1] if len(spots) > 1 else None


async def _next(db: Db, album: Album, note_id: Id, nearest: str, side: str, spot: int) -> int | None:
    found: int | None = await db.value(
        f"""SELECT {nearest} FROM album_note
            WHERE account_id = $1 AND album_id = $2 AND note_id <> $3 AND place {side} $4""",
        *_at(album, note_id),
        spot,
    )
    return found


def _spot(low: int | None, high: int | None) -> int:
    if low is not None and high is not None:
        return (low + high) // 2
    return FIRST if low is None and high is None else high - GAP if high is not None else (low or 0) + GAP


async def _spread(db: Db, album: Album) -> None:
    """Put all notes of an album far apart again, in the order they have."""
    await db.run(
        """UPDATE album_note n SET place = w.place FROM (
               SELECT note_id, $3 + $4 * row_number() OVER (ORDER BY place, note_id) AS place
               FROM album_note WHERE account_id = $1 AND album_id = $2) w
           WHERE n.account_id = $1 AND n.album_id = $2 AND n.note_id = w.note_id""",
        album.account_id,
        album.id,
        FIRST - GAP,
        GAP,
    )
