"""Coming in and going out: join, sign in, sign out, look around as somebody, the welcome."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar import get, post

from vermilion.accounts import actions, closing, entry
from vermilion.accounts.entry import SignedIn
from vermilion.accounts.reads import get_own
from vermilion.accounts.schema import EditProfile, NewAccount
from vermilion.kernel.errors import Conflict, NotFound, Problem, TooMany, Unauthorized
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, session_cookie
from vermilion.web.limits import (
    JOIN,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_HANDLE,
    client_address,
    handle_key,
    network,
)
from vermilion.web.pages.answers import Html, go, inside, said, to_door, whole
from vermilion.web.pages.feeds import CHANNEL_NAMES
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.pages.granting import PATH as AUTHORIZE
from vermilion.web.pages.trying import may_try, people_to_try
from vermilion.web.received import from_fields
from vermilion.web.security import policy_to
from vermilion.web.wording import wording


def reads_in(form: Form) -> list[str]:
    """The languages of a form, the one to show first in front."""
    return [lang for lang in dict.fromkeys([form.text("first"), *form.texts("reads")]) if lang][:12]


def agent_of(request: AnyRequest) -> str:
    """What a browser calls itself, for the list of sessions."""
    return request.headers.get("user-agent", "")[:200]


def _policy(onward: str) -> dict[str, str]:
    """Where somebody comes in on the way to an application, the header that lets the way lead on to it."""
    parts = urlsplit(onward)
    redirect = parse_qs(parts.query).get("redirect_uri", [""])[0] if parts.path == AUTHORIZE else ""
    try:
        if redirect and redirect.isascii() and redirect.isprintable():
            return {"content-security-policy": policy_to(redirect)}
    except ValueError:
        pass
    return {}


def _entered(parts: State, entered: SignedIn, address: str) -> Html:
    return go(address, [session_cookie(parts.settings, entered.secret)])


@get("/join", include_in_schema=False)
async def join_form(db: Db, viewer: Viewer, locale: str, next: str = "") -> Html:  # noqa: A002 - the name in the address
    """The form to join."""
    values = {"reads": viewer.reads}
    return await _join_form(db, viewer, locale, values, next)


async def _join_form(
    db: Db,
    viewer: Viewer,
    locale: str,
    values: dict[str, Any],
    onward: str,
    problem: dict[str, Any] | None = None,
) -> Html:
    return await whole(
        db, viewer, locale, "join.html",
        headers=_policy(onward), here="join", values=values, next=onward, languages=LANGS, form_key=new_key(), **(problem or {}),
    )  # fmt: skip


@post("/join", include_in_schema=False, opt={"limit": JOIN})
async def join(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Join; the welcome follows."""
    form = await read_form(request)
    values: dict[str, Any] = {
        "handle": form.text("handle").strip().removeprefix("@"),
        "display_name": form.text("display_name"),
        "reads": reads_in(form) or list(viewer.reads),
    }
    try:
        new = from_fields({**values, "password": form.text("password")}, NewAccount)
        entered = await _joined(request, db, parts, new)
    except Problem as problem:
        return await _join_form(db, viewer, locale, values, form.text("next"), said(request, problem))
    onward = inside(form.text("next"))
    return _entered(parts, entered, "/welcome" if onward == "/" else onward)


async def _joined(request: AnyRequest, db: Db, parts: State, new: NewAccount) -> SignedIn:
    """The new account; the same form sent twice comes into the account its first sending made."""
    try:
        return await entry.join(db, parts.passwords, new, agent_of(request))
    except Conflict as taken:
        try:
            _take_sign_in(request, parts, new.handle)
            return await entry.sign_in(db, parts.passwords, new.handle, new.password, agent_of(request))
        except (Unauthorized, TooMany):
            raise taken from None


def _take_sign_in(request: AnyRequest, parts: State, handle: str) -> None:
    parts.limits.take(SIGN_IN_BY_ADDRESS, f"address {network(client_address(request))}")
    parts.limits.take(SIGN_IN_BY_HANDLE, handle_key(handle))


@get("/sign-in", include_in_schema=False)
async def sign_in_form(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, next: str = "",  # noqa: A002 - the address says next=
    closed: str = "",
) -> Html:  # fmt: skip
    """The form to sign in."""
    return await _sign_in_form(request, db, viewer, locale, parts, "", next, {"closed": closed == "1"})


async def _sign_in_form(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    handle: str,
    onward: str,
    problem: dict[str, Any] | None = None,
) -> Html:
    return await whole(
        db, viewer, locale, "sign_in.html",
        headers=_policy(onward), here="me",
        values={"handle": handle}, next=onward, days=entry.GRACE.days,
        try_people=await people_to_try(request, db, parts), **(problem or {}),
    )  # fmt: skip


@post("/sign-in", include_in_schema=False, opt={"limit": None})
async def sign_in(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Sign in, and go on where one was."""
    form = await read_form(request)
    handle = form.text("handle").strip().removeprefix("@")
    try:
        _take_sign_in(request, parts, handle)
        enter = closing.reopen if form.is_on("reopen") else entry.sign_in
        entered = await enter(db, parts.passwords, handle, form.text("password"), agent_of(request))
    except Problem as problem:
        told = said(request, problem) | {"closed": problem.code == "account_closed" or form.is_on("reopen")}
        return await _sign_in_form(request, db, viewer, locale, parts, handle, form.text("next"), told)
    return _entered(parts, entered, inside(form.text("next")))


@post("/try/{handle:str}", include_in_schema=False)
async def look_around(request: AnyRequest, db: Db, parts: State, handle: str) -> Html:
    """Look around as one of the sample people."""
    _, password = may_try(request, parts).get(handle, ("", ""))
    if not password:
        raise NotFound("not_found")
    form = await read_form(request)
    entered = await entry.sign_in(db, parts.passwords, handle, password, agent_of(request))
    return _entered(parts, entered, inside(form.text("next")))


@post("/sign-out", include_in_schema=False)
async def sign_out(db: Db, viewer: Viewer, parts: State) -> Html:
    """End this session."""
    if not viewer.is_guest:
        await entry.sign_out(db, viewer)
        parts.sessions.forget(viewer.account_id)
    return go("/", [session_cookie(parts.settings, "")])


@get("/welcome", include_in_schema=False)
async def welcome_form(request: AnyRequest, db: Db, viewer: Viewer, locale: str) -> Html:
    """What one is here for."""
    if viewer.is_guest:
        return to_door(request)
    own = await get_own(db, viewer)
    words = wording(locale)
    interests = [(key, words.gettext(name)) for key, name in CHANNEL_NAMES.items()]
    values = {"interests": own.interests, "reads": own.reads}
    return await whole(
        db,
        viewer,
        locale,
        "welcome.html",
        here="welcome",
        interests=interests,
        values=values,
        languages=LANGS,
    )


@post("/welcome", include_in_schema=False)
async def welcome(request: AnyRequest, db: Db, viewer: Viewer, parts: State) -> Html:
    """Keep interests and languages."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    interests = [key for key in form.texts("interests") if key in CHANNEL_NAMES]
    edit = from_fields({"interests": interests, "reads": reads_in(form) or list(viewer.reads)}, EditProfile)
    await actions.edit_profile(db, viewer, parts.language, edit)
    parts.sessions.forget(viewer.account_id)
    return go("/")


HANDLERS = [join_form, join, sign_in_form, sign_in, look_around, sign_out, welcome_form, welcome]
