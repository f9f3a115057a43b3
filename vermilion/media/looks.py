"""What pictures look like: kept beside them, and the nearest of those that stand in notes."""

from collections.abc import Iterable, Mapping

from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.storage.db import Db

MOST_FOUND = 200
"""Looks that are compared closely."""


class Look(Record, kw_only=True, frozen=True):
    """What pictures look like, and its first 64 bits as a number."""

    key: int
    bits: str


class DueLook(Record, kw_only=True, frozen=True):
    """A picture that is still to be looked at."""

    note_id: Id
    media_id: Id
    key: str


def bits_of(look: bytes) -> str | None:
    """A look as the database takes it; None of an empty one."""
    return f"{int.from_bytes(look, 'big'):0{8 * len(look)}b}" if look else None


async def keep_looks(db: Db, note_id: Id, looks: Mapping[Id, bytes]) -> None:
    """Keep what new pictures of a note look like, by picture; the job looks at those without one once more.

    Asked inside a transaction.
    """
    await _add(db, looks.values())
    await db.run_many(
        "INSERT INTO picture_look (note_id, media_id, bits, is_due) VALUES ($1, $2, $3::text::bit(256), $4)",
        [(note_id, media_id, bits_of(look), not look) for media_id, look in looks.items()],
    )


async def replace_look(db: Db, note_id: Id, media_id: Id, look: bytes) -> None:
    """Keep what a picture of a note looks like that has become another, inside a transaction."""
    await db.run("DELETE FROM picture_look WHERE note_id = $1 AND media_id = $2", note_id, media_id)
    await keep_looks(db, note_id, {media_id: look})


async def find_look(db: Db, note_id: int, media_id: int) -> str | None:
    """The bits of a picture in a note, whoever may see it; None: nothing to tell it by. Raises NotFound("not_found")."""
    rows = await db.rows(
        """SELECT l.bits::text FROM media m LEFT JOIN picture_look l ON l.note_id = m.note_id AND l.media_id = m.id
           WHERE m.note_id = $1 AND m.id = $2 AND m.subject_id = $1""",
        note_id,
        media_id,
    )
    if not rows:
        raise NotFound("not_found")
    found: str | None = rows[0][0]
    return found


async def nearest(db: Db, bits: str, within: int) -> list[str]:
    """The looks most like this, at most `within` bits apart, the nearest first, whether pictures have them or not."""
    async with db.transaction():
        # The index gives no more than this many; only this transaction asks for so many.
        await db.run(f"SET LOCAL hnsw.ef_search = {MOST_FOUND}")
        found = await db.rows(_NEAREST, bits)
    return [look for look, distance in found if distance <= within]


_NEAREST = f"""SELECT l.bits::text, (l.bits OPERATOR(<~>) $1::text::bit(256))::integer
    FROM look l ORDER BY l.bits OPERATOR(<~>) $1::text::bit(256) LIMIT {MOST_FOUND}"""


async def due_looks(db: Db, most: int) -> list[DueLook]:
    """Pictures that are still to be looked at, the latest notes first."""
    return await db.all(
        DueLook,
        """SELECT l.note_id, l.media_id, m.key FROM picture_look l
           JOIN media m ON m.note_id = l.note_id AND m.id = l.media_id
           WHERE l.is_due ORDER BY l.note_id DESC LIMIT $1""",
        most,
    )


async def store_looks(db: Db, found: Mapping[tuple[Id, Id], bytes]) -> None:
    """Keep what pictures look like, by note and picture."""
    async with db.transaction():
        await _add(db, found.values())
        await db.run_many(
            "UPDATE picture_look SET bits = $3::text::bit(256), is_due = false WHERE note_id = $1 AND media_id = $2",
            [(note_id, media_id, bits_of(look)) for (note_id, media_id), look in found.items()],
        )


ADD_LOOK = """INSERT INTO look (key, bits) VALUES ($1::text::bit(64)::bigint, $1::text::bit(256))
    ON CONFLICT (key, bits) DO UPDATE SET key = excluded.key WHERE false"""
"""Where it is there it is held until the transaction ends, so that it is not dropped as unused meanwhile."""


async def _add(db: Db, looks: Iterable[bytes]) -> None:
    every = sorted({bits for look in looks if (bits := bits_of(look)) is not None})
    await db.run_many(ADD_LOOK, [(bits,) for bits in every])


async def unused_looks(db: Db, after: Look | None, most: int) -> tuple[list[Look], Look | None]:
    """Of so many looks after one, those that no picture has any more; and the last that was asked about."""
    some = await db.all(
        Look,
        """SELECT key, bits::text AS bits FROM look
           WHERE $1::bigint IS NULL OR (key, bits) > ($1, $2::text::bit(256)) ORDER BY key, bits LIMIT $3""",
        after.key if after else None,
        after.bits if after else None,
        most,
    )
    used = await db.rows(
        "SELECT DISTINCT bits::text FROM picture_look WHERE bits = ANY($1::text[]::bit(256)[])",
        [one.bits for one in some],
    )
    kept = {row[0] for row in used}
    return [one for one in some if one.bits not in kept], some[-1] if some else None


async def drop_look(db: Db, look: Look) -> bool:
    """Drop a look unless a picture has it by now; whether it went."""
    async with db.transaction():
        await db.rows(
            "SELECT FROM look WHERE key = $1 AND bits = $2::text::bit(256) FOR UPDATE", look.key, look.bits
        )
        if await db.rows("SELECT FROM picture_look WHERE bits = $1::text::bit(256) LIMIT 1", look.bits):
            return False
        await db.run("DELETE FROM look WHERE key = $1 AND bits = $2::text::bit(256)", look.key, look.bits)
        return True
