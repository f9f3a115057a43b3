"""What pictures look like: kept beside them, and the nearest of those that stand in notes."""

from collections.abc import Mapping

from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.storage.db import Db

MOST_FOUND = 200
"""Pictures looked at for those the viewer may see."""


class Near(Record, kw_only=True, frozen=True):
    """A picture of a note and by how many of 256 bits it looks different."""

    note_id: Id
    media_id: Id
    distance: int


class DueLook(Record, kw_only=True, frozen=True):
    """A picture that is still to be looked at."""

    note_id: Id
    media_id: Id
    key: str


def bits_of(look: bytes) -> str | None:
    """A look as the database takes it; None of an empty one."""
    return f"{int.from_bytes(look, 'big'):0{8 * len(look)}b}" if look else None


async def keep_looks(db: Db, note_id: Id, looks: Mapping[Id, bytes]) -> None:
    """Keep what new pictures of a note look like, by picture; the job looks at those without one once more."""
    await db.run_many(
        "INSERT INTO picture_look (note_id, media_id, bits, is_due) VALUES ($1, $2, $3::text::bit(256), $4)",
        [(note_id, media_id, bits_of(look), not look) for media_id, look in looks.items()],
    )


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


async def nearest(db: Db, bits: str, within: int) -> list[Near]:
    """The pictures of notes that look most like this, at most `within` bits apart, whoever may see them."""
    async with db.transaction():
        # The index gives no more than this many; only this transaction asks for so many.
        await db.run(f"SET LOCAL hnsw.ef_search = {MOST_FOUND}")
        found = await db.all(Near, _NEAREST, bits)
    return [one for one in found if one.distance <= within]


_NEAREST = f"""SELECT l.note_id, l.media_id, (l.bits OPERATOR(<~>) $1::text::bit(256))::integer AS distance
    FROM picture_look l ORDER BY l.bits OPERATOR(<~>) $1::text::bit(256) LIMIT {MOST_FOUND}"""


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
    await db.run_many(
        "UPDATE picture_look SET bits = $3::text::bit(256), is_due = false WHERE note_id = $1 AND media_id = $2",
        [(note_id, media_id, bits_of(look)) for (note_id, media_id), look in found.items()],
    )
