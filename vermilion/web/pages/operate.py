"""The operator's page: how the room is, and what is done about jobs that failed."""

from litestar import get, post

from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.operating import operator, overview
from vermilion.web.pages.answers import Html, go, to_door, whole
from vermilion.web.pages.forms import read_form
from vermilion.work.dead import drop, try_again


@get("/operate", include_in_schema=False)
async def show_operation(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, done: str = ""
) -> Html:
    """Everything an operator looks at."""
    if viewer.is_guest:
        return to_door(request)
    found = await overview(db, viewer, parts)
    return await whole(
        db, viewer, locale, "operate.html",
        here="operate", done=done if done in {"retried", "dropped"} else "", found=found,
        waiting=found.waiting.waited + found.waiting.seen + found.waiting.ahead,
    )  # fmt: skip


@post("/operate/dead-letters", include_in_schema=False)
async def tend_dead_letters(request: AnyRequest, db: Db, viewer: Viewer) -> Html:
    """Queue held jobs anew, or drop them: the field `deed` says which; without ids, queue all of them."""
    if viewer.is_guest:
        return to_door(request)
    operator(viewer)
    form = await read_form(request)
    ids = form.ids("id")
    if form.text("deed") == "drop":
        await drop(db, ids)
        return go("/operate?done=dropped#dead")
    await try_again(db, ids if ids or form.text("deed") != "retry-all" else None)
    return go("/operate?done=retried#dead")


HANDLERS = [show_operation, tend_dead_letters]
