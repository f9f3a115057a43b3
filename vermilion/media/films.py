"""Films, as their notes and their authors see them."""

from collections.abc import Sequence

from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.media.schema import Film, FilmPart, FilmSize
from vermilion.storage.db import Db


async def find_film(db: Db, account_id: Id, film_id: Id) -> Film | None:
    """A film whoever may see it, for deeds and jobs."""
    return await db.maybe(
        Film, f"SELECT {columns(Film)} FROM film WHERE account_id = $1 AND id = $2", account_id, film_id
    )


async def films_of(db: Db, account_id: Id, note_ids: Sequence[int]) -> list[Film]:
    """The films in these notes of one author, whoever may see them; for deeds and jobs."""
    return await db.all(
        Film,
        f"SELECT {columns(Film)} FROM film WHERE account_id = $1 AND note_id = ANY($2)",
        account_id,
        list(note_ids),
    )


async def sizes_of(db: Db, account_id: Id, film_id: Id) -> list[FilmSize]:
    """The sizes of a film made so far, the smallest first."""
    return await db.all(
        FilmSize,
        f"SELECT {columns(FilmSize)} FROM film_size WHERE account_id = $1 AND film_id = $2 ORDER BY height, width, name",
        account_id,
        film_id,
    )


async def parts_of(db: Db, account_id: Id, film_id: Id) -> list[FilmPart]:
    """What has been received of a film, in order; gone once all its sizes are made. Raises NotFound("film_gone")."""
    parts = await db.all(
        FilmPart,
        f"SELECT {columns(FilmPart)} FROM film_part WHERE account_id = $1 AND film_id = $2 ORDER BY at",
        account_id,
        film_id,
    )
    if not parts:
        raise NotFound("film_gone")
    return parts
