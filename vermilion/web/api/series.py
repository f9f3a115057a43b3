"""Series."""

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from vermilion.kernel.ids import Id
from vermilion.notes import series, series_actions
from vermilion.notes.series_schema import EditSeries, NewPart, NewSeries, SeriesCard, SeriesPage, SeriesPlace
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer


@get("/accounts/{account_id:str}/series", tags=["series"])
async def list_series(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> list[SeriesCard]:
    """A person's series with a part one may see, the newest first; fifty at the most."""
    return await series.series_by(db, viewer, account_id)


@get("/accounts/{account_id:str}/series/{series_id:str}", tags=["series"])
async def get_series(
    account_id: FromPath[Id], series_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> SeriesPage:
    """A series with those of its parts that one may see, in order."""
    return await series.get_series(db, viewer, account_id, series_id)


@get("/notes/{note_id:str}/series", tags=["series"])
async def get_series_place(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> SeriesPlace:
    """Which part of its series a note is, and what comes before and after it."""
    return await series.get_place(db, viewer, note_id)


@post("/me/series", tags=["series"])
async def open_series(
    request: AnyRequest,
    data: JSONBody[NewSeries],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[SeriesPage]:
    """Begin a series."""
    return await do_once(
        request, db, known(viewer), key, lambda: series_actions.open_series(db, viewer, parts.language, data)
    )


@patch("/me/series/{series_id:str}", tags=["series"])
async def edit_series(
    series_id: FromPath[Id], data: JSONBody[EditSeries], db: TheDb, viewer: TheViewer, parts: TheParts
) -> SeriesPage:
    """Name a series anew; put its parts into another order."""
    return await series_actions.edit_series(db, known(viewer), parts.language, series_id, data)


@delete("/me/series/{series_id:str}", tags=["series"])
async def delete_series(series_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Take a series away, not its notes; for ten minutes it can be restored."""
    await series_actions.delete_series(db, known(viewer), series_id)


@post("/me/series/{series_id:str}/restore", status_code=200, tags=["series"])
async def restore_series(
    request: AnyRequest, series_id: FromPath[Id], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[SeriesPage]:
    """Undo a deletion."""
    return await do_once(
        request,
        db,
        known(viewer),
        key,
        lambda: series_actions.restore_series(db, viewer, series_id),
        status=200,
    )


@put("/notes/{note_id:str}/series", status_code=204, tags=["series"])
async def choose_series(note_id: FromPath[Id], data: JSONBody[NewPart], db: TheDb, viewer: TheViewer) -> None:
    """Let a note of one's own be the last part of a series and of no other; null: of none."""
    await series_actions.put_into(db, known(viewer), note_id, data.series_id)


HANDLERS = [
    list_series, get_series, get_series_place, open_series, edit_series, delete_series, restore_series, choose_series,
]  # fmt: skip
