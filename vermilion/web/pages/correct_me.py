"""Please correct me: what stands under a comment whose author asks for it, and what one does there."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import post

from vermilion.comments.actions import ask_in
from vermilion.comments.schema import CommentCard
from vermilion.kernel.errors import Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.learning import corrections
from vermilion.learning.schema import Help, NewSuggestion
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, wants_fragment
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, whole
from vermilion.web.pages.forms import read_form
from vermilion.web.received import from_fields
from vermilion.web.render import page

_COMMENT = "/n/{note_id:str}/comments/{comment_id:str}"


async def below_comments(
    db: Db, viewer: Viewer, locale: str, note_id: Id, shown: Sequence[CommentCard]
) -> Mapping[Id, str]:
    """The HTML below those comments whose authors ask to be corrected."""
    found = await corrections.helps(db, viewer, note_id, shown)
    return {
        comment_id: page("parts/correct_me.html", locale, viewer=viewer, **_shown(note_id, help_))
        for comment_id, help_ in found.items()
    }


def _shown(note_id: Id, help_: Help, typed: str | None = None) -> dict[str, Any]:
    mine = next((one.text for one in help_.suggestions if one.is_mine), None)
    return {
        "note_id": note_id,
        "help": help_,
        "typed": typed if typed is not None else mine or help_.original,
        "suggestions": [
            (one, corrections.changes(help_.original, one.text, help_.lang)) for one in help_.suggestions
        ],
    }


async def _answered(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id
) -> Html:
    if not wants_fragment(request):
        return go(f"/n/{note_id}#c{comment_id}")
    help_ = await corrections.get_help(db, viewer, note_id, comment_id)
    return fragment(locale, "parts/correct_me.html", viewer, **_shown(note_id, help_))


@post(f"{_COMMENT}/correct-me", include_in_schema=False)
async def ask(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id) -> Html:
    """Ask to be corrected under a comment of one's own, or no longer."""
    if viewer.is_guest:
        return to_door(request)
    if not (await read_form(request)).is_on():
        await ask_in(db, viewer, note_id, comment_id, None)
        if wants_fragment(request):
            return fragment(locale, "parts/nothing.html", viewer)
        return go(f"/n/{note_id}#c{comment_id}")
    await corrections.ask(db, viewer, note_id, comment_id)
    return await _answered(request, db, viewer, locale, note_id, comment_id)


@post(f"{_COMMENT}/corrections", include_in_schema=False)
async def suggest(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id
) -> Html:
    """Say a comment as one would say it oneself."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        new = from_fields({"text": form.text("text")}, NewSuggestion)
        await corrections.suggest(db, viewer, note_id, comment_id, new)
    except Problem as problem:
        if wants_fragment(request):
            raise
        help_ = await corrections.get_help(db, viewer, note_id, comment_id)
        shown = {**_shown(note_id, help_, form.text("text")), **said(request, problem)}
        return await whole(db, viewer, locale, "correct_me.html", here="note", **shown)
    return await _answered(request, db, viewer, locale, note_id, comment_id)


@post("/n/{note_id:str}/corrections/{suggestion_id:str}", include_in_schema=False)
async def decide(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, suggestion_id: Id
) -> Html:
    """Thank for a correction, or take it away."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    if form.text("deed") == "hide":
        await corrections.hide(db, viewer, note_id, suggestion_id)
    else:
        await corrections.thank(db, viewer, note_id, suggestion_id, form.text("deed") == "thank")
    comment_id = next(iter(form.ids("comment")), note_id)
    return await _answered(request, db, viewer, locale, note_id, comment_id)


HANDLERS = [ask, suggest, decide]
