"""Films on their way in: begun, continued where it broke off, looked at, thrown away."""

import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial

from vermilion.accounts.reads import alone
from vermilion.accounts.rules import signed_in
from vermilion.engines.film import FilmWorks
from vermilion.engines.images import Images
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound, TooMany
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import decode, drop, keep, keys_of
from vermilion.media.film_source import FilmSource
from vermilion.media.film_table import FilmTable
from vermilion.media.films import drop_unnoted, find_film, parts_of, sizes_of
from vermilion.media.parts import receive_parts
from vermilion.media.schema import Film, FilmProgress, address, film_blob
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

LASTS = timedelta(days=2)


class Desk(Record, kw_only=True, frozen=True):
    """What films are taken in with."""

    blobs: Blobs
    images: Images
    works: FilmWorks
    table: FilmTable


async def begin(db: Db, viewer: Viewer, table: FilmTable, length: int) -> Film:
    """Make room for a film of so many bytes. Raises Invalid, TooMany."""
    me = signed_in(viewer)
    if length < 1:
        raise Invalid("film_type")
    if length > table.most_bytes:
        raise Invalid("film_too_large", most=table.most_megabytes)
    moment = now()
    async with db.transaction():
        await alone(db, me)
        waiting, today = (
            await db.rows(
                """SELECT count(*) FILTER (WHERE note_id = 0 AND draft_id = 0), count(*) FILTER (WHERE created_at > $2)
                   FROM film WHERE account_id = $1""",
                me,
                moment - timedelta(days=1),
            )
        )[0]
        if waiting >= table.most_waiting:
            raise Conflict("film_too_many_waiting", most=table.most_waiting)
        if today >= table.most_a_day:
            raise TooMany("film_too_many_today", most=table.most_a_day, retry_after=3600)
        film = Film(
            account_id=me, id=new_id(), note_id=Id(0), key=secrets.token_urlsafe(16), state="uploading", reason=None,
            length=length, received=0, progress=0, step="", duration_ms=0, width=0, height=0, has_sound=False,
            has_preview=False, gain_db=None, cover_ms=-1, thumbs=(), created_at=moment, expires_at=moment + LASTS,
        )  # fmt: skip
        names = Film.__struct_fields__
        await db.run(
            f"INSERT INTO film ({columns(Film)}) VALUES ({', '.join(f'${at + 1}' for at in range(len(names)))})",
            *(getattr(film, name) for name in names),
        )
    return film


async def get_own(db: Db, viewer: Viewer, film_id: Id) -> Film:
    """A film of one's own; raises NotFound("film_gone")."""
    film = await find_film(db, signed_in(viewer), film_id)
    if film is None:
        raise NotFound("film_gone")
    return film


async def progress(db: Db, viewer: Viewer, film_id: Id) -> FilmProgress:
    """How far a film of one's own is."""
    film = await get_own(db, viewer, film_id)
    made = await sizes_of(db, film.account_id, film_id)
    preview = None if film.state == "uploading" else f"/u/{film.id}"
    if film.note_id:
        key = await db.value("SELECT key FROM media WHERE note_id = $1 AND id = $2", film.note_id, film.id)
        preview = address(film.note_id, key, "m", "webp") if key else None
    return FilmProgress(
        id=film.id,
        state=film.state,
        reason=film.reason,
        length=film.length,
        received=film.received,
        step=film.step,
        progress=film.progress,
        sizes=tuple(one.name for one in made),
        duration_ms=film.duration_ms,
        width=film.width,
        height=film.height,
        has_sound=film.has_sound,
        cover_ms=film.cover_ms,
        preview=preview,
    )


async def receive(db: Db, blobs: Blobs, film: Film, at: int, pieces: AsyncIterator[bytes]) -> int:
    """Append what comes, part by part, so that what has arrived stays when the line breaks; gives how much is there.

    Raises Conflict("film_offset") where it does not begin where the last one ended, Invalid("film_too_large").
    """
    if film.state != "uploading" or at != film.received:
        raise Conflict("film_offset", offset=film.received)
    return await receive_parts(
        pieces, at, film.length, partial(_keep_part, db, blobs, film), "film_too_long_body"
    )


async def _keep_part(db: Db, blobs: Blobs, film: Film, at: int, data: bytes) -> int:
    """Store a part and then say so: a part nobody has heard of is cleared away with the film."""
    name = f"part-{at}-{secrets.token_urlsafe(6)}"
    key = film_blob(film.key, name)
    await blobs.put(key, data, "application/octet-stream")
    async with db.transaction():
        taken = await db.run(
            """UPDATE film SET received = received + $4, expires_at = $5
               WHERE account_id = $1 AND id = $2 AND received = $3 AND state = 'uploading'""",
            film.account_id,
            film.id,
            at,
            len(data),
            now() + LASTS,
        )
        if taken:
            await db.run(
                "INSERT INTO film_part (account_id, film_id, at, bytes, name) VALUES ($1, $2, $3, $4, $5)",
                film.account_id,
                film.id,
                at,
                len(data),
                name,
            )
    if not taken:
        await blobs.delete([key])
        raise Conflict("film_offset", offset=at)
    return at + len(data)


async def finish(db: Db, viewer: Viewer, desk: Desk, film_id: Id) -> Film:
    """Look at a film that has arrived, give it a cover and queue what is to be made of it; what is none is thrown away."""
    film = await get_own(db, viewer, film_id)
    if film.state != "uploading" or film.received < film.length:
        return film
    source = FilmSource(desk.blobs, film.key, await parts_of(db, film.account_id, film.id))
    try:
        found = await desk.works.probe(source)
        cover = await decode(db, viewer, desk.blobs, desk.images, found.still, film.id)
    except Invalid as problem:
        await drop_films(db, desk.blobs, film.account_id, [film.id])
        raise Invalid(problem.code, **{"most": desk.table.most_minutes, **problem.facts}) from problem
    async with db.transaction():
        changed = await db.run(
            """UPDATE film SET state = 'preparing', duration_ms = $3, width = $4, height = $5, has_sound = $6,
                   cover_ms = $7 WHERE account_id = $1 AND id = $2 AND state = 'uploading'""",
            film.account_id,
            film.id,
            found.duration_ms,
            found.width,
            found.height,
            found.has_sound,
            found.still_ms,
        )
        if changed:
            await keep(db, cover)
            await db.run(
                "INSERT INTO film_queue (film_id, account_id) VALUES ($1, $2)", film.id, film.account_id
            )
    if not changed:
        await drop(desk.blobs, cover)
    return await get_own(db, viewer, film_id)


async def take_in(db: Db, viewer: Viewer, desk: Desk, data: bytes) -> Film:
    """A small film that came whole, with a form."""
    film = await begin(db, viewer, desk.table, len(data))

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    try:
        await receive(db, desk.blobs, film, 0, pieces())
    except Exception:
        await drop_films(db, desk.blobs, film.account_id, [film.id])
        raise
    return await finish(db, viewer, desk, film.id)


async def source_of(db: Db, blobs: Blobs, film: Film) -> FilmSource:
    """Where a film can be read: what was sent while that is kept, then the largest size."""
    try:
        return FilmSource(blobs, film.key, await parts_of(db, film.account_id, film.id))
    except NotFound:
        sizes = await sizes_of(db, film.account_id, film.id)
        if not sizes:
            raise
        return FilmSource.of_size(blobs, film.key, sizes[-1])


async def drop_films(db: Db, blobs: Blobs, account_id: Id, film_ids: Sequence[Id]) -> None:
    """Take films that stand in no note away, with their files and covers."""
    async with db.transaction():
        keys = await drop_unnoted(db, account_id, film_ids)
        covers = await db.rows(
            "DELETE FROM upload WHERE account_id = $1 AND id = ANY($2) AND kind = 'film' RETURNING key, renditions, source_key",
            account_id,
            list(film_ids),
        )
    await blobs.delete([*keys, *(key for row in covers for key in keys_of(*row))])
