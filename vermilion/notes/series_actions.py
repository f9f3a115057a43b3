"""What authors do with series: begin, name and order them, put notes in and take them out."""

from collections.abc import Sequence

from vermilion.accounts.reads import alone
from vermilion.accounts.rules import signed_in
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.text import named
from vermilion.kernel.viewer import Viewer
from vermilion.notes.actions import UNDO_LASTS
from vermilion.notes.reads import get_own_note
from vermilion.notes.series import ANY, ONE, get_series
from vermilion.notes.series_schema import MOST_PARTS, EditSeries, NewSeries, Series, SeriesPage
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

MOST_SERIES = 50


async def open_series(db: Db, viewer: Viewer, language: Language, new: NewSeries) -> SeriesPage:
    """Begin a series; raises Invalid("empty_name"), Conflict("too_many_series")."""
    me, title, series_id = signed_in(viewer), named(new.title, "title"), new_id()
    async with db.transaction():
        await alone(db, me)
        standing = await db.value(
            "SELECT count(*) FROM series WHERE account_id = $1 AND deleted_at IS NULL", me
        )
        if standing >= MOST_SERIES:
            raise Conflict("too_many_series", most=MOST_SERIES)
        await db.run(
            "INSERT INTO series (account_id, id, title, lang, created_at) VALUES ($1, $2, $3, $4, $5)",
            me,
            series_id,
            title,
            new.lang or language.detect(title, reads=viewer.reads),
            now(),
        )
        return await get_series(db, viewer, me, series_id)


async def edit_series(
    db: Db, viewer: Viewer, language: Language, series_id: Id, edit: EditSeries
) -> SeriesPage:
    """Name a series anew, put its parts into another order.

    Raises NotFound("series_gone"), Conflict("series_changed") where the parts are not those it has.
    """
    async with db.transaction():
        series = await _taken(db, viewer, series_id)
        title = series.title if edit.title is None else named(edit.title, "title")
        order = series.note_ids if edit.note_ids is None else edit.note_ids
        if sorted(order) != sorted(series.note_ids):
            raise Conflict("series_changed", field="note_ids")
        lang = series.lang if title == series.title else language.detect(title, reads=viewer.reads)
        await db.run(
            "UPDATE series SET title = $3, lang = $4, note_ids = $5 WHERE account_id = $1 AND id = $2",
            series.account_id,
            series_id,
            title,
            lang,
            list(order),
        )
        return await get_series(db, viewer, series.account_id, series_id)


async def place(
    db: Db, viewer: Viewer, series_id: Id, note_id: Id, before: Id | None, behind: Id | None
) -> None:
    """Put a part before or behind another one; raises NotFound series_gone, note_gone."""
    async with db.transaction():
        series = await _taken(db, viewer, series_id)
        beside = before or behind
        if note_id not in series.note_ids or beside not in series.note_ids:
            raise NotFound("note_gone")
        if note_id == beside:
            return
        order = [part for part in series.note_ids if part != note_id]
        at = order.index(beside)
        order.insert(at if before else at + 1, note_id)
        await _store(db, series, order)


async def put_into(db: Db, viewer: Viewer, note_id: Id, series_id: Id | None) -> None:
    """Let a note of one's own be the last part of a series and of no other, or (None) of none; twice is once.

    Raises NotFound note_gone, series_gone, Forbidden("not_your_note"), Conflict("series_full").
    """
    me = signed_in(viewer)
    async with db.transaction():
        await alone(db, me)
        note = await get_own_note(db, viewer, note_id)
        if note.series_id == series_id:
            return
        if note.series_id is not None:
            # Also of one that is deleted: it may be had back.
            standing = await db.maybe(Series, f"{ANY} FOR NO KEY UPDATE", me, note.series_id)
            if standing is not None:
                await _store(db, standing, [part for part in standing.note_ids if part != note_id])
        if series_id is not None:
            series = await _taken(db, viewer, series_id)
            if len(series.note_ids) >= MOST_PARTS:
                raise Conflict("series_full", most=MOST_PARTS)
            await _store(db, series, [*(part for part in series.note_ids if part != note_id), note_id])
        await db.run("UPDATE note SET series_id = $2 WHERE id = $1", note_id, series_id)


async def take_out(db: Db, viewer: Viewer, series_id: Id, note_id: Id) -> None:
    """Take a note of one's own out of this series; of another one it stays a part. Twice is once."""
    async with db.transaction():
        if (await get_own_note(db, viewer, note_id)).series_id == series_id:
            await put_into(db, viewer, note_id, None)


async def delete_series(db: Db, viewer: Viewer, series_id: Id) -> None:
    """Take a series away, not its notes; for ten minutes `restore_series` brings it back. Twice is once."""
    await db.run(
        "UPDATE series SET deleted_at = $3 WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL",
        signed_in(viewer),
        series_id,
        now(),
    )


async def restore_series(db: Db, viewer: Viewer, series_id: Id) -> SeriesPage:
    """Undo the deletion of a series; raises NotFound("series_gone")."""
    me = signed_in(viewer)
    await db.run(
        "UPDATE series SET deleted_at = NULL WHERE account_id = $1 AND id = $2 AND deleted_at > $3",
        me,
        series_id,
        now() - UNDO_LASTS,
    )
    return await get_series(db, viewer, me, series_id)


async def purge_series(job: Job) -> int:
    """Remove series whose deletion can no longer be undone; gives how many."""
    async with job.db.transaction():
        rows = await job.db.rows(
            """DELETE FROM series WHERE (account_id, id) IN (
                   SELECT account_id, id FROM series WHERE deleted_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
               RETURNING id, note_ids""",
            now() - UNDO_LASTS,
        )
        await job.db.run(
            "UPDATE note SET series_id = NULL WHERE id = ANY($1) AND series_id = ANY($2)",
            [note_id for row in rows for note_id in row[1]],
            [row[0] for row in rows],
        )
    return len(rows)


async def forget_parts(db: Db, account_ids: Sequence[int], note_ids: Sequence[int]) -> None:
    """Take notes of these people that are gone for good out of their series."""
    await db.run(
        """UPDATE series s SET note_ids = ARRAY(
               SELECT p.note_id FROM unnest(s.note_ids) WITH ORDINALITY AS p (note_id, at)
               WHERE p.note_id <> ALL($2) ORDER BY p.at)
           WHERE s.account_id = ANY($1) AND s.note_ids && $2""",
        list(account_ids),
        list(note_ids),
    )


async def _taken(db: Db, viewer: Viewer, series_id: Id) -> Series:
    """The viewer's own series, locked."""
    series = await db.maybe(Series, f"{ONE} FOR NO KEY UPDATE", signed_in(viewer), series_id)
    if series is None:
        raise NotFound("series_gone")
    return series


async def _store(db: Db, series: Series, order: Sequence[Id]) -> None:
    await db.run(
        "UPDATE series SET note_ids = $3 WHERE account_id = $1 AND id = $2",
        series.account_id,
        series.id,
        list(order),
    )
