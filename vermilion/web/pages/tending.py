"""Comments under one's own note: many at once."""

from typing import Annotated, Any, cast
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import QueryParameter

from vermilion.comments import reads, tending
from vermilion.comments.reads import Which
from vermilion.comments.schema import Tending
from vermilion.kernel.errors import Invalid, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_note_page
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, whole
from vermilion.web.pages.feeds import Cursor
from vermilion.web.pages.forms import read_form
from vermilion.web.pages.notes import thread_of
from vermilion.web.pages.searches import moment_of, stamp_of
from vermilion.web.received import from_fields
from vermilion.web.wording import wording


def _(message: str) -> str:
    return message


TABS = {"all": _("All"), "held": _("Waiting for you"), "hidden": _("Hidden by you")}
AllChosen = Annotated[str, QueryParameter(name="all", required=False)]


@get("/n/{note_id:str}/comments", include_in_schema=False)
async def show_tending(  # noqa: PLR0913, PLR0917 - one for each part of the address
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, which: str = "all", by: str = "",
    cursor: Cursor = None, chosen_all: AllChosen = "", changed: str = "", at: str = "",
) -> Html:  # fmt: skip
    """The comments under one's note, to be chosen from."""
    if viewer.is_guest:
        return to_door(request)
    words = wording(locale)
    context: dict[str, Any] = {}
    if changed.isascii() and changed.isdigit():
        context["done"] = min(int(changed[:6]), tending.MOST_AT_ONCE)
        if at.isascii() and at.isdigit():
            context["undo"] = {"action": f"/n/{note_id}/tend/{at}/undo", "sentence": words.gettext("Done")}
    return await _page(db, viewer, locale, note_id, which, by, cursor, is_all=chosen_all == "1", **context)


async def _page(
    db: Db, viewer: Viewer, locale: str, note_id: Id, which: str, by: str, cursor: str | None = None, **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    kind = cast(Which, which if which in TABS else "all")
    handle = by.strip().removeprefix("@")[:30]
    try:
        page = await reads.comments_to_tend(db, viewer, note_id, kind, handle or None, cursor)
        items, onward = page.items, page.next
    except NotFound as problem:
        if problem.code != "account_gone":
            raise
        items, onward = [], None
    note = await get_note_page(db, viewer, note_id)
    given = {"which": kind, "by": handle, "cursor": cursor or ""}

    def address(**more: str) -> str:
        return f"/n/{note_id}/comments?" + urlencode(
            {name: value for name, value in {**given, **more}.items() if value}
        )

    words = wording(locale)
    return await whole(
        db, viewer, locale, "tend.html",
        **{
            "here": "note", "note": note, "comments": items, "which": kind, "by": handle, "done": None,
            "next": address(cursor=onward) if onward else "", "all_address": address(all="1"), "chosen": [],
            "tabs": [(key, words.gettext(name)) for key, name in TABS.items()], **context,
        },
    )  # fmt: skip


@post("/n/{note_id:str}/comments/tend", include_in_schema=False)
async def tend(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id) -> Html:
    """Do something to the comments chosen; what follows offers to undo it."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    which, by = form.text("which"), form.text("by")
    try:
        sent = from_fields({"deed": form.text("deed"), "ids": form.texts("ids") or ["0"]}, Tending)
        done = await tending.tend(db, viewer, note_id, sent.deed, form.ids("ids"))
    except Invalid as problem:
        if wants_fragment(request):
            raise
        return await _page(
            db, viewer, locale, note_id, which, by, chosen=form.texts("ids"), **said(request, problem)
        )
    if wants_fragment(request):
        note, page = await reads.get_note_and_thread(db, viewer, note_id)
        return fragment(
            locale,
            "parts/thread.html",
            viewer,
            **await thread_of(viewer, parts, locale, note, page, "newest"),
        )
    if not which:
        return go(f"/n/{note_id}#thread")
    undoable = {"at": stamp_of(done.at)} if done.count and form.text("deed") != "unpin" else {}
    given = {"which": which, "by": by, "changed": str(done.count), **undoable}
    return go(f"/n/{note_id}/comments?" + urlencode({name: value for name, value in given.items() if value}))


@post("/n/{note_id:str}/tend/{stamp:str}/undo", include_in_schema=False)
async def undo(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, stamp: str) -> Html:
    """Undo what was done to many comments at a moment."""
    if viewer.is_guest:
        return to_door(request)
    try:
        done = await tending.undo(db, viewer, note_id, moment_of(stamp))
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        return await _page(db, viewer, locale, note_id, "all", "", **said(request, problem))
    return go(f"/n/{note_id}/comments?changed={done.count}")


HANDLERS = [show_tending, tend, undo]
