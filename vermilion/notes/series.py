"""Series, as one viewer may see them: a part one may not see is not there, and not counted."""

from vermilion.accounts.reads import get_person
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, cards, get_note, visible
from vermilion.notes.series_schema import Series, SeriesCard, SeriesPage, SeriesPlace
from vermilion.storage.db import Db

ANY = f"SELECT {columns(Series)} FROM series WHERE account_id = $1 AND id = $2"
ONE = f"{ANY} AND deleted_at IS NULL"


async def series_by(db: Db, viewer: Viewer, account_id: Id) -> list[SeriesCard]:
    """The series of one person that have a part the viewer may see, one's own all; the newest first.

    Raises NotFound("account_gone").
    """
    person = await get_person(db, viewer, account_id)
    if person.is_apart:
        return []
    rows = await db.all(
        Series,
        f"SELECT {columns(Series)} FROM series WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id DESC",
        account_id,
    )
    seen = await visible(db, viewer, [offer for row in rows for offer in _offers(row)])
    found = [(row, sum(note_id in seen for note_id in row.note_ids)) for row in rows]
    return [
        SeriesCard(
            id=row.id,
            account_id=row.account_id,
            title=row.title,
            lang=row.lang,
            part_count=count,
            created_at=row.created_at,
        )
        for row, count in found
        if count or account_id == viewer.account_id
    ]


async def get_series(db: Db, viewer: Viewer, account_id: Id, series_id: Id) -> SeriesPage:
    """A series with its parts; raises NotFound account_gone, or series_gone where there is nothing to be seen of it."""
    person = await get_person(db, viewer, account_id)
    series = await db.maybe(Series, ONE, account_id, series_id)
    if series is None or person.is_apart:
        raise NotFound("series_gone")
    parts = await cards(db, viewer, _offers(series))
    if not parts and account_id != viewer.account_id:
        raise NotFound("series_gone")
    return SeriesPage(
        id=series.id,
        account_id=series.account_id,
        title=series.title,
        lang=series.lang,
        part_count=len(parts),
        created_at=series.created_at,
        owner=person.card,
        is_mine=account_id == viewer.account_id,
        parts=tuple(parts),
    )


async def get_place(db: Db, viewer: Viewer, note_id: Id) -> SeriesPlace:
    """Which part of its series a note is; raises NotFound note_gone, or series_gone where it is of none."""
    note = await get_note(db, viewer, note_id)
    place = await find_place(db, viewer, note.author_id, note.id, note.series_id)
    if place is None:
        raise NotFound("series_gone")
    return place


async def find_place(
    db: Db, viewer: Viewer, author_id: Id, note_id: Id, series_id: Id | None
) -> SeriesPlace | None:
    """The same of a note the viewer is known to see; no statement where it is of no series, else three."""
    series = await db.maybe(Series, ONE, author_id, series_id) if series_id else None
    if series is None or note_id not in series.note_ids:
        return None
    seen = await visible(db, viewer, _offers(series))
    parts = [part for part in series.note_ids if part in seen or part == note_id]
    at = parts.index(note_id)
    return SeriesPlace(
        id=series.id,
        account_id=series.account_id,
        title=series.title,
        lang=series.lang,
        part=at + 1,
        part_count=len(parts),
        previous=parts[at - 1] if at else None,
        next=parts[at + 1] if at + 1 < len(parts) else None,
    )


def _offers(series: Series) -> list[Offer]:
    return [Offer(note_id=note_id, author_id=series.account_id) for note_id in series.note_ids]
