"""Films, as their notes and their authors see them."""

from collections.abc import Sequence

from vermilion.engines.film_wire import SizeMade
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.media.schema import Film, FilmPart, FilmSize, film_blob
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


def size_row(account_id: Id, film_id: Id, name: str, made: SizeMade) -> FilmSize:
    """What is stored of a size that was made; its peak is that of its densest segment, in bits a second."""
    each = zip(made.lengths, made.durations, strict=True)
    return FilmSize(
        account_id=account_id, film_id=film_id, name=name, codecs=made.codecs, width=made.width, height=made.height,
        rate=made.rate, peak=max(length * 8000 // max(1, ms) for length, ms in each), bytes=made.init + sum(made.lengths),
        init=made.init, lengths=made.lengths, durations=made.durations,
    )  # fmt: skip


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


async def drop_noted(db: Db, account_ids: Sequence[int], note_ids: Sequence[int]) -> list[str]:
    """Take the films in these notes away, inside the transaction that does so to the notes; gives their blobs."""
    films = await db.all(
        Film,
        f"""SELECT {columns(Film)} FROM film WHERE account_id = ANY($1) AND note_id = ANY($2) AND note_id <> 0
            FOR UPDATE""",
        list(account_ids),
        list(note_ids),
    )
    if not films:
        return []
    return await drop_rows(db, films)


async def drop_unnoted(db: Db, account_id: Id, film_ids: Sequence[int]) -> list[str]:
    """Take films of one person that stand in no note away, inside a transaction; gives their blobs."""
    films = await db.all(
        Film,
        f"SELECT {columns(Film)} FROM film WHERE account_id = $1 AND id = ANY($2) AND note_id = 0 FOR UPDATE",
        account_id,
        list(film_ids),
    )
    return await drop_rows(db, films) if films else []


async def drop_all_of(db: Db, account_ids: Sequence[int]) -> list[str]:
    """Take every film of these accounts away, inside a transaction; gives their blobs."""
    films = await db.all(
        Film, f"SELECT {columns(Film)} FROM film WHERE account_id = ANY($1) FOR UPDATE", list(account_ids)
    )
    return await drop_rows(db, films) if films else []


async def drop_rows(db: Db, films: Sequence[Film]) -> list[str]:
    """Delete films inside a transaction; gives their blobs."""
    owners, ids = list({film.account_id for film in films}), [film.id for film in films]
    keys = {film.id: film.key for film in films}
    rows = await db.rows(
        """SELECT film_id, name FROM film_part WHERE account_id = ANY($1) AND film_id = ANY($2)
           UNION ALL SELECT film_id, name || '.mp4' FROM film_size WHERE account_id = ANY($1) AND film_id = ANY($2)""",
        owners,
        ids,
    )
    await db.run("DELETE FROM film_queue WHERE film_id = ANY($1)", ids)
    await db.run("DELETE FROM film WHERE account_id = ANY($1) AND id = ANY($2)", owners, ids)
    found = [film_blob(keys[film_id], name) for film_id, name in rows]
    return found + [film_blob(key, name) for key in keys.values() for name in ("thumbs.webp", "preview.mp4")]
