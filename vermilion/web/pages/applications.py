"""Settings: what can act for me, and the applications I develop."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import get, post

from vermilion.accounts import applications, grants
from vermilion.accounts.applications import EditApplication, NewApplication, Registered
from vermilion.kernel.errors import Conflict, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import APPLICATIONS
from vermilion.web.pages.answers import Html, go, said, to_door, whole
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.received import from_fields
from vermilion.web.scopes import WORDS
from vermilion.web.wording import wording

ACCESS, MINE = "/settings/access", "/settings/applications"


@get(ACCESS, include_in_schema=False)
async def show_accesses(request: AnyRequest, db: Db, viewer: Viewer, locale: str, done: str = "") -> Html:
    """Applications with access."""
    return to_door(request) if viewer.is_guest else await _accesses(db, viewer, locale, done=done)


async def _accesses(db: Db, viewer: Viewer, locale: str, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    words = wording(locale)
    found = await grants.accesses(db, viewer)
    scopes = {scope: words.gettext(text) for scope, text in WORDS.items()}
    return await whole(
        db, viewer, locale, "access.html", here="settings", accesses=found, scopes=scopes, **context
    )


@post("/settings/access/{access_id:str}/end", include_in_schema=False)
async def end_access(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, access_id: Id
) -> Html:
    """Take back what an application or a token may."""
    if viewer.is_guest:
        return to_door(request)
    try:
        await grants.withdraw(db, viewer, access_id)
    except NotFound as problem:
        return await _accesses(db, viewer, locale, **said(request, problem))
    parts.sessions.forget(viewer.account_id)
    return go(f"{ACCESS}?done=ended")


@get(MINE, include_in_schema=False)
async def show_applications(request: AnyRequest, db: Db, viewer: Viewer, locale: str, done: str = "") -> Html:
    """The applications I develop, and the form for another."""
    return to_door(request) if viewer.is_guest else await _mine(db, viewer, locale, done=done)


async def _mine(db: Db, viewer: Viewer, locale: str, **context: Any) -> Html:  # noqa: ANN401 - whatever the template names
    found = await applications.my_applications(db, viewer)
    context = {"values": {}, "form_key": new_key(), **context}
    return await whole(
        db, viewer, locale, "applications.html", here="settings", applications=found, **context
    )


@post(MINE, include_in_schema=False, opt={"limit": APPLICATIONS})
async def register(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Register an application; the page that follows shows its secret, this once."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    values = _values(form)
    try:
        new = from_fields({**values, "is_confidential": form.text("kind") == "confidential"}, NewApplication)
        made = await _registered(request, db, viewer, form, new)
    except Problem as problem:
        typed = {**values, "kind": form.text("kind")}
        return await _mine(db, viewer, locale, values=typed, **said(request, problem))
    if made is None:
        return go(f"{MINE}?done=saved")
    return await _one(db, viewer, locale, parts, made.application.id, made=made)


async def _registered(
    request: AnyRequest, db: Db, viewer: Viewer, form: Form, new: NewApplication
) -> Registered | None:
    """The application with its secret; None where the same form was sent before."""
    made: list[Registered] = []

    async def deed() -> Answer:
        made.append(await applications.register(db, viewer, new))
        return Answer()

    try:
        sent = repr(new).encode()
        await once(db, viewer, form.key, fingerprint(request, sent), deed, is_secret=True)
    except Conflict as conflict:
        if conflict.code != "already_answered":
            raise
    return made[0] if made else None


@get("/settings/applications/{application_id:str}", include_in_schema=False)
async def show_application(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, application_id: Id, done: str = ""
) -> Html:
    """One of them."""
    if viewer.is_guest:
        return to_door(request)
    return await _one(db, viewer, locale, parts, application_id, done=done)


async def _one(
    db: Db, viewer: Viewer, locale: str, parts: State, application_id: Id, **context: Any  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    found = await applications.get_application(db, viewer, application_id)
    kept = {"name": found.name, "address": found.address, "redirects": found.redirects}
    context = {"values": kept, "made": None, **context}
    return await whole(
        db, viewer, locale, "application.html", here="settings", application=found, origin=parts.settings.origin, **context
    )  # fmt: skip


@post("/settings/applications/{application_id:str}", include_in_schema=False, opt={"limit": APPLICATIONS})
async def edit(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, application_id: Id
) -> Html:
    """Change its name and addresses."""

    async def deed(form: Form) -> Html:
        edit = from_fields(_values(form), EditApplication)
        await applications.edit_application(db, viewer, application_id, edit)
        return go(f"{MINE}/{application_id}?done=saved")

    return await _change(request, db, viewer, locale, parts, application_id, deed)


@post(
    "/settings/applications/{application_id:str}/secret",
    include_in_schema=False,
    opt={"limit": APPLICATIONS},
)
async def renew(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, application_id: Id
) -> Html:
    """Another secret, shown this once."""

    async def deed(_form: Form) -> Html:
        made = await applications.renew_secret(db, viewer, application_id)
        return await _one(db, viewer, locale, parts, application_id, made=made)

    return await _change(request, db, viewer, locale, parts, application_id, deed)


@post("/settings/applications/{application_id:str}/drop", include_in_schema=False)
async def drop(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, application_id: Id
) -> Html:
    """Remove it."""

    async def deed(_form: Form) -> Html:
        await applications.drop_application(db, viewer, application_id)
        return go(f"{MINE}?done=dropped")

    return await _change(request, db, viewer, locale, parts, application_id, deed)


async def _change(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, application_id: Id,
    deed: Callable[[Form], Awaitable[Html]],
) -> Html:  # fmt: skip
    """Do what a form of one application's page asks for; say what is the matter beside it."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        return await deed(form)
    except NotFound:
        raise
    except Problem as problem:
        return await _one(
            db, viewer, locale, parts, application_id, values=_values(form), **said(request, problem)
        )


def _values(form: Form) -> dict[str, Any]:
    """What was typed: one address to return to a line."""
    redirects = [line for line in map(str.strip, form.text("redirects").split("\n")) if line]
    return {
        "name": form.text("name").strip(),
        "address": form.text("address").strip(),
        "redirects": redirects,
    }


HANDLERS = [
    show_accesses, end_access, show_applications, register, show_application, edit, renew, drop,
]  # fmt: skip
