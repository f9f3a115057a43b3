"""Settings of one's own account."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import get, post

from vermilion.accounts import actions, closing, entry, reads
from vermilion.accounts.quiet import NewQuiet, be_quiet, be_told
from vermilion.accounts.schema import Account, EditProfile, Session, avatar_address
from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.quiet import Quiet
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.search.history import keeps_history
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, session_cookie
from vermilion.web.limits import SIGN_IN_BY_ADDRESS
from vermilion.web.pages.answers import Html, back, go, said, to_door, whole
from vermilion.web.pages.browsers import named
from vermilion.web.pages.entry import reads_in
from vermilion.web.pages.feeds import CHANNEL_NAMES
from vermilion.web.pages.forms import Form, read_form
from vermilion.web.pages.manner import manner_in
from vermilion.web.pages.people import regions
from vermilion.web.received import from_fields
from vermilion.web.render import fill
from vermilion.web.robots import lists_unasked, trains_unasked
from vermilion.web.security import PICTURE_BODY
from vermilion.web.wording import INTERFACES, Wording, wording


async def _page(
    db: Db, viewer: Viewer, locale: str, parts: State, typed: Form | None = None, section: str = "",
    blocked: str | None = None, muted: str | None = None, **context: Any,  # noqa: ANN401 - whatever the template names
) -> Html:  # fmt: skip
    """The page as the account stands; the section of a refused form as it was typed."""
    own = await reads.get_own(db, viewer)
    me = {
        "display_name": own.display_name, "bio": own.bio, "region": own.region, "color": own.color,
        "avatar": avatar_address(own.avatar_key, "m"), "approves_followers": own.approves_followers,
    }  # fmt: skip
    values = {"reads": own.reads, "interests": own.interests}
    if typed and section == "profile":
        me |= {name: typed.text(name) for name in ("display_name", "bio", "region")}
    elif typed and section == "languages":
        values["reads"] = tuple(reads_in(typed)) or own.reads
    words = wording(locale)
    return await whole(
        db, viewer, locale, "settings.html",
        here="settings", me=me, values=values, languages=LANGS,
        interfaces=list(INTERFACES), manner=own, regions=regions(locale),
        section=section, robots=_robots(parts, own), days=entry.GRACE.days,
        quiet=_quiet(viewer.quiet, typed if section == "quiet" else None), keeps_history=await keeps_history(db, viewer),
        interests=[(key, words.gettext(name)) for key, name in CHANNEL_NAMES.items()],
        sessions=[_shown(words, session) for session in await entry.sessions(db, viewer) if session.kind == "session"],
        blocked=await reads.blocked(db, viewer, blocked), muted=await reads.muted(db, viewer, muted), **context,
    )  # fmt: skip


def _robots(parts: State, own: Account) -> dict[str, bool]:
    """What programs may do: what the account says, else what the room does."""
    settings = parts.settings
    return {
        "may_list": lists_unasked(settings) if own.may_list is None else own.may_list,
        "may_train": trains_unasked(settings) if own.may_train is None else own.may_train,
        "is_closed": settings.robots == "closed",
    }


def _shown(words: Wording, session: Session) -> Session:
    browser, system = named(session.agent)
    if system:
        browser = fill(words.gettext("{browser} on {system}"), browser=browser, system=system)
    return msgspec.structs.replace(session, agent=browser)


async def _change(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, section: str,
    deed: Callable[[Form], Awaitable[object]],
) -> Html:  # fmt: skip
    """Do what a form of this page asks for; say what is the matter beside it."""
    if viewer.is_guest:
        return to_door(request)
    form: Form | None = None
    try:
        form = await read_form(request)
        await deed(form)
    except Problem as problem:
        typed = None if request.scope["path"] == "/settings/avatar" else form
        return await _page(db, viewer, locale, parts, typed, section, **said(request, problem))
    parts.sessions.forget(viewer.account_id)
    return go(f"/settings?saved=1#{section}")


@get("/settings", include_in_schema=False)
async def show_settings(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State,
    saved: str = "", blocked: str | None = None, muted: str | None = None,
) -> Html:  # fmt: skip
    """Everything one can set."""
    if viewer.is_guest:
        return to_door(request)
    return await _page(db, viewer, locale, parts, blocked=blocked, muted=muted, saved=saved == "1")


@post("/settings/profile", include_in_schema=False)
async def change_profile(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Name, bio, region."""

    async def deed(form: Form) -> None:
        edit = from_fields({name: form.text(name) for name in ("display_name", "bio", "region")}, EditProfile)
        await actions.edit_profile(db, viewer, parts.language, edit)

    return await _change(request, db, viewer, locale, parts, "profile", deed)


@post("/settings/avatar", include_in_schema=False, request_max_body_size=PICTURE_BODY)
async def change_avatar(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """One's picture, or none."""

    async def deed(form: Form) -> None:
        files = await form.files("file")
        if files or form.is_on("remove"):
            picture = None if form.is_on("remove") else files[0]
            await actions.set_avatar(db, viewer, parts.blobs, parts.images, picture)

    return await _change(request, db, viewer, locale, parts, "profile", deed)


@post("/settings/languages", include_in_schema=False)
async def change_languages(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """The languages one reads, how the others are shown, and the interface's."""

    async def deed(form: Form) -> None:
        await actions.edit_profile(db, viewer, parts.language, manner_in(form))

    return await _change(request, db, viewer, locale, parts, "languages", deed)


@post("/settings/interests", include_in_schema=False)
async def change_interests(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """What one is here for."""

    async def deed(form: Form) -> None:
        interests = [key for key in form.texts("interests") if key in CHANNEL_NAMES]
        await actions.edit_profile(
            db, viewer, parts.language, from_fields({"interests": interests}, EditProfile)
        )

    return await _change(request, db, viewer, locale, parts, "interests", deed)


@post("/settings/reading", include_in_schema=False)
async def change_first_language(request: AnyRequest, db: Db, viewer: Viewer, parts: State) -> Html:
    """The language shown first, from the line on the front page."""
    if viewer.is_guest:
        return to_door(request)
    lang = (await read_form(request)).text("lang")
    edit = from_fields({"reads": list(dict.fromkeys([lang, *viewer.reads]))[:12]}, EditProfile)
    await actions.edit_profile(db, viewer, parts.language, edit)
    parts.sessions.forget(viewer.account_id)
    return go(back(request, "/"))


@post("/settings/privacy", include_in_schema=False)
async def change_privacy(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Whether followers must be approved."""

    async def deed(form: Form) -> None:
        edit = EditProfile(approves_followers=form.is_on("approves_followers"))
        await actions.edit_profile(db, viewer, parts.language, edit)

    return await _change(request, db, viewer, locale, parts, "privacy", deed)


@post("/settings/robots", include_in_schema=False)
async def change_robots(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """What programs of others may do with what one publishes."""

    async def deed(form: Form) -> None:
        edit = EditProfile(may_list=form.is_on("may_list"), may_train=form.is_on("may_train"))
        await actions.edit_profile(db, viewer, parts.language, edit)

    return await _change(request, db, viewer, locale, parts, "robots", deed)


@post("/settings/quiet", include_in_schema=False)
async def change_quiet(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Quiet hours, or none."""

    async def deed(form: Form) -> None:
        if not form.is_on("quiet"):
            await be_told(db, viewer)
            return
        begins, ends = (minutes_of(form.text(name), name) for name in ("begins", "ends"))
        sent = {"zone": form.text("zone").strip(), "begins": begins, "ends": ends}
        await be_quiet(db, viewer, from_fields(sent, NewQuiet))

    return await _change(request, db, viewer, locale, parts, "quiet", deed)


def minutes_of(text: str, field: str) -> int:
    """Minutes after midnight of a time such as 22:30; raises Invalid."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?", text.strip(), re.ASCII)
    if found is None:
        raise Invalid("wrong_time", field=field)
    return int(found[1]) * 60 + int(found[2])


def _quiet(quiet: Quiet | None, typed: Form | None) -> dict[str, object]:
    """The section of quiet hours: as they were typed, as they are set, or a proposal."""
    if typed is not None:
        return {name: typed.text(name) for name in ("zone", "begins", "ends")} | {
            "is_on": typed.is_on("quiet")
        }
    begins, ends = (quiet.begins, quiet.ends) if quiet else (22 * 60, 7 * 60)
    return {
        "is_on": quiet is not None,
        "zone": quiet.zone if quiet else "",
        "begins": f"{begins // 60:02}:{begins % 60:02}",
        "ends": f"{ends // 60:02}:{ends % 60:02}",
    }


@post("/settings/password", include_in_schema=False, opt={"limit": SIGN_IN_BY_ADDRESS})
async def change_password(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """A new password; every other session ends."""

    async def deed(form: Form) -> None:
        await entry.change_password(db, viewer, parts.passwords, form.text("old"), form.text("new"))

    return await _change(request, db, viewer, locale, parts, "password", deed)


@post("/settings/sessions/{session_id:str}/end", include_in_schema=False)
async def end_session(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, session_id: Id
) -> Html:
    """End one session or token."""

    async def deed(_form: Form) -> None:
        await entry.end_session(db, viewer, session_id)

    return await _change(request, db, viewer, locale, parts, "sessions", deed)


@post("/settings/closing", include_in_schema=False, opt={"limit": SIGN_IN_BY_ADDRESS})
async def close_account(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Close the account; the door then says until when it can be taken back."""
    if viewer.is_guest:
        return to_door(request)
    try:
        form = await read_form(request)
        await closing.close(db, viewer, parts.passwords, form.text("password"))
    except Problem as problem:
        return await _page(db, viewer, locale, parts, None, "closing", **said(request, problem))
    parts.sessions.forget(viewer.account_id)
    return go("/sign-in?closed=1", [session_cookie(parts.settings, "")])


HANDLERS = [
    show_settings, change_profile, change_avatar, change_languages, change_interests, change_first_language, change_privacy, change_robots,
    change_quiet, change_password, end_session, close_account,
]  # fmt: skip
