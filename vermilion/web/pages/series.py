"""Series: a person's, one with its parts, and of which a note is a part."""

from typing import Any

from litestar import get, post

from vermilion.accounts.reads import get_profile
from vermilion.kernel.errors import NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import series, series_actions
from vermilion.notes.reads import get_note_page, get_own_note
from vermilion.notes.schema import NotePage
from vermilion.notes.series_schema import EditSeries, NewSeries
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.heads import head_of_series, person_path
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, whole
from vermilion.web.pages.forms import read_form
from vermilion.web.pages.people import handle_in
from vermilion.web.received import from_fields
from vermilion.web.robots import rules_of
from vermilion.web.wording import wording


async def series_of(db: Db, viewer: Viewer, note: NotePage) -> dict[str, Any]:
    """Which part of its series a note is, for its page."""
    return {"place": await series.find_place(db, viewer, note.author.id, note.id, note.series_id)}


@get("/{name:str}/series", include_in_schema=False)
async def show_all(db: Db, viewer: Viewer, locale: str, parts: State, name: str, deleted: str = "") -> Html:
    """The series of a person."""
    profile = await get_profile(db, viewer, handle_in(name))
    found = await series.series_by(db, viewer, profile.id)
    undo = None
    if deleted.isascii() and deleted.isdigit() and profile.is_viewer:
        undo = {"action": f"/series/{deleted}/restore", "sentence": wording(locale).gettext("Series deleted")}
    return await whole(
        db, viewer, locale, "series_list.html",
        here="me" if profile.is_viewer else "profile", profile=profile, found=found, undo=undo,
        headers=rules_of(parts.settings, profile.wishes).headers,
    )  # fmt: skip


@get("/{name:str}/series/{series_id:str}", include_in_schema=False)
async def show_one(db: Db, viewer: Viewer, locale: str, parts: State, name: str, series_id: Id) -> Html:
    """A series with its parts, for its author to be put into order."""
    profile = await get_profile(db, viewer, handle_in(name))
    rules = rules_of(parts.settings, profile.wishes)
    return await _one(
        db, viewer, locale, parts, profile.id, series_id, headers=rules.headers, robots=rules.metas
    )


async def _one(
    db: Db, viewer: Viewer, locale: str, parts: State, account_id: Id, series_id: Id,
    **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    found = await series.get_series(db, viewer, account_id, series_id)
    ids = [None, *(card.id for card in found.parts), None]
    rows = [{"card": card, "before": ids[at], "after": ids[at + 2]} for at, card in enumerate(found.parts)]
    path = f"{person_path(found.owner.handle)}/series/{series_id}"
    head = context.pop("robots", "") + head_of_series(parts.settings.origin, viewer, path, found)
    return await whole(
        db, viewer, locale, "series.html",
        here="me" if found.is_mine else "profile", series=found, rows=rows, head=head, **context,
    )  # fmt: skip


@post("/series/{series_id:str}/{deed:str}", include_in_schema=False)
async def change(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, series_id: Id, deed: str
) -> Html:
    """Name a series anew, delete it, or have it back."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    if deed == "delete":
        await series_actions.delete_series(db, viewer, series_id)
        return go(f"/@{viewer.handle}/series?deleted={series_id}")
    if deed == "restore":
        await series_actions.restore_series(db, viewer, series_id)
    elif deed == "edit":
        try:
            new = from_fields({"title": form.text("title")}, EditSeries)
            await series_actions.edit_series(db, viewer, parts.language, series_id, new)
        except NotFound:
            raise
        except Problem as problem:
            told = said(request, problem)
            return await _one(
                db, viewer, locale, parts, viewer.account_id, series_id, typed=form.text("title"), **told
            )
    else:
        raise NotFound("not_found")
    return go(f"/@{viewer.handle}/series/{series_id}")


@post("/series/{series_id:str}/parts/{note_id:str}/{deed:str}", include_in_schema=False)
async def change_part(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, series_id: Id, note_id: Id, deed: str
) -> Html:
    """Put a part elsewhere in its series, or take it out."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    if deed == "place":
        await series_actions.place(
            db, viewer, series_id, note_id, form.maybe_id("before"), form.maybe_id("after")
        )
    elif deed == "out":
        await series_actions.take_out(db, viewer, series_id, note_id)
    else:
        raise NotFound("not_found")
    if wants_fragment(request):
        return fragment(locale, "parts/nothing.html", viewer)
    return go(f"/@{viewer.handle}/series/{series_id}#a{note_id}")


@get("/n/{note_id:str}/series", include_in_schema=False)
async def show_choices(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """Of which series a note of one's own shall be a part."""
    if viewer.is_guest:
        return to_door(request)
    return await _choices(db, viewer, locale, note_id)


async def _choices(db: Db, viewer: Viewer, locale: str, note_id: Id, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    await get_own_note(db, viewer, note_id)
    note = await get_note_page(db, viewer, note_id)
    found = await series.series_by(db, viewer, viewer.account_id)
    return await whole(
        db, viewer, locale, "note_series.html",
        here="note", note=note, found=found, **{"chosen": note.series_id, **context},
    )  # fmt: skip


@post("/n/{note_id:str}/series", include_in_schema=False)
async def choose(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id) -> Html:
    """Put a note into the series chosen, into a new one where one is named, or into none."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        chosen = form.maybe_id("series")
        async with db.transaction():
            if form.maybe("title"):
                new = from_fields({"title": form.text("title")}, NewSeries)
                chosen = (await series_actions.open_series(db, viewer, parts.language, new)).id
            await series_actions.put_into(db, viewer, note_id, chosen)
    except NotFound:
        raise
    except Problem as problem:
        shown = said(request, problem)
        return await _choices(db, viewer, locale, note_id, typed=form.text("title"), **shown)
    return go(f"/n/{note_id}")


HANDLERS = [show_all, show_one, change, change_part, show_choices, choose]
