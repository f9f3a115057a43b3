"""How a guest reads: kept in cookies of theirs, until they have an account to keep it."""

from typing import Any

from litestar import get, post
from litestar.datastructures import Cookie

from vermilion.accounts.schema import EditProfile
from vermilion.kernel.errors import Problem
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import MANNER_COOKIE, READ_COOKIE, AnyRequest
from vermilion.web.pages.answers import Html, go, said, whole
from vermilion.web.pages.entry import reads_in
from vermilion.web.pages.feeds import YEAR
from vermilion.web.pages.forms import Form, read_form
from vermilion.web.received import from_fields
from vermilion.web.wording import INTERFACES


def manner_in(form: Form) -> EditProfile:
    """Languages, manner and interface of a form; raises Invalid."""
    chosen = form.text("interface")
    return from_fields(
        {
            "reads": reads_in(form),
            "translate": form.maybe("translate"),
            "shown": form.maybe("shown"),
            "interface": chosen if chosen in INTERFACES else "",
        },
        EditProfile,
    )


@get("/reading", include_in_schema=False)
async def show_reading(db: Db, viewer: Viewer, locale: str, saved: str = "") -> Html:
    """The languages a guest reads, and how the others are shown."""
    if not viewer.is_guest:
        return go("/settings#languages")
    return await _page(db, viewer, locale, saved=saved == "1")


async def _page(db: Db, viewer: Viewer, locale: str, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    return await whole(
        db, viewer, locale, "reading.html",
        here="reading", values={"reads": viewer.reads}, manner=viewer, languages=LANGS,
        interfaces=list(INTERFACES), **context,
    )  # fmt: skip


@post("/reading", include_in_schema=False)
async def change_reading(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """Keep it in the browser."""
    if not viewer.is_guest:
        return go("/settings#languages")
    try:
        edit = manner_in(await read_form(request))
    except Problem as problem:
        return await _page(db, viewer, locale, **said(request, problem))
    manner = f"{edit.translate or viewer.translate}.{edit.shown or viewer.shown}.{edit.interface or ''}"
    # Not `secure`: they say nothing about anybody, and must also hold on a plain http address.
    cookies = [
        Cookie(key=key, value=value, max_age=YEAR, path="/", samesite="lax")
        for key, value in ((READ_COOKIE, "-".join(edit.reads or viewer.reads)), (MANNER_COOKIE, manner))
    ]
    return go("/reading?saved=1", cookies)


HANDLERS = [show_reading, change_reading]
