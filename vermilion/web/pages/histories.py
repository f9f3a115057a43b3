"""What stood before in notes and comments; and the form that changes a comment."""

from typing import Any

from litestar import get, post

from vermilion.comments import editing
from vermilion.comments.schema import EditComment
from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.viewer import Viewer
from vermilion.notes import editions
from vermilion.notes.edition_schema import EditionCard
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.pages.answers import Html, go, said, to_door, whole
from vermilion.web.pages.feeds import Cursor
from vermilion.web.pages.forms import read_form
from vermilion.web.pages.versions import Own, own_versions, sent_versions
from vermilion.web.received import from_fields


@get("/n/{note_id:str}/history", include_in_schema=False)
async def show_history(db: Db, viewer: Viewer, locale: str, note_id: Id, cursor: Cursor = None) -> Html:
    """The versions of a note."""
    found = await editions.history(db, viewer, note_id, cursor)
    return await _versions(db, viewer, locale, found, f"/n/{note_id}", "history", cursor)


@get("/n/{note_id:str}/comments/{comment_id:str}/history", include_in_schema=False)
async def show_comment_history(
    db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id, cursor: Cursor = None
) -> Html:
    """The versions of a comment."""
    found = await editing.history(db, viewer, note_id, comment_id, cursor)
    here = f"comments/{comment_id}/history"
    return await _versions(db, viewer, locale, found, f"/n/{note_id}", here, cursor, f"#c{comment_id}")


async def _versions(
    db: Db, viewer: Viewer, locale: str, found: Page[EditionCard], note: str, path: str, cursor: str | None,
    place: str = "",
) -> Html:  # fmt: skip
    return await whole(
        db, viewer, locale, "history.html",
        here="note", editions=found.items, back=note + place, is_comment=bool(place), paged=cursor is not None,
        next=f"{note}/{path}?cursor={found.next}" if found.next else "",
    )  # fmt: skip


@get("/n/{note_id:str}/comments/{comment_id:str}/edit", include_in_schema=False)
async def edit_comment(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id
) -> Html:
    """The form for a comment of one's own."""
    if viewer.is_guest:
        return to_door(request)
    source = await editing.get_source(db, viewer, note_id, comment_id)
    values = {
        "body": source.body,
        "lang": source.lang,
        "versions": [Own(lang=one.lang, body=one.body) for one in source.versions],
    }
    return await _form(db, viewer, locale, note_id, comment_id, values)


@post("/n/{note_id:str}/comments/{comment_id:str}/edit", include_in_schema=False)
async def change_comment(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id, comment_id: Id
) -> Html:
    """Put a comment as it shall stand."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    sent = {"body": form.text("body"), "lang": form.maybe("lang"), "versions": sent_versions(form, ("body",))}
    try:
        new = from_fields(sent, EditComment)
        await editing.edit(db, viewer, parts.language, note_id, comment_id, new)
    except Invalid as problem:
        values = {"body": form.text("body"), "lang": form.text("lang"), "versions": own_versions(form)}
        return await _form(db, viewer, locale, note_id, comment_id, values, **said(request, problem))
    return go(f"/n/{note_id}#c{comment_id}")


async def _form(
    db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id, values: dict[str, Any],
    **told: Any,  # noqa: ANN401 - what is the matter
) -> Html:  # fmt: skip
    return await whole(
        db, viewer, locale, "comment_edit.html",
        here="note", note_id=note_id, comment_id=comment_id, values=values, **told,
    )  # fmt: skip


HANDLERS = [show_history, show_comment_history, edit_comment, change_comment]
