"""Joining, one's own account, other people and what stands between."""

from datetime import datetime

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, RawBody

from vermilion.accounts import actions, closing, entry, reads
from vermilion.accounts.schema import AccountCard, EditProfile, NewAccount, Profile, avatar_address
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.record import Record
from vermilion.kernel.types import Handle, Password, Shown, Translate
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.limits import JOIN, SIGN_IN_BY_ADDRESS, SIGN_IN_BY_HANDLE, UPLOADS, handle_key
from vermilion.web.scopes import PERSON
from vermilion.web.security import PICTURE_BODY

_ACCOUNT, _REACT = {"scope": "account"}, {"scope": "react"}


class Me(Record, kw_only=True, frozen=True):
    """One's own account."""

    id: Id
    handle: str
    display_name: str
    bio: str
    bio_lang: str
    region: str | None
    reads: tuple[str, ...]
    interface: str | None
    """Of buttons and menus; null: the first language read."""
    translate: Translate
    shown: Shown
    interests: tuple[str, ...]
    avatar: str | None
    color: str
    approves_followers: bool
    may_list: bool | None
    """Search engines may list one and one's notes; null: as the room has it."""
    may_train: bool | None
    created_at: datetime


class NewPassword(Record, kw_only=True, frozen=True):
    """A change of password; every other session and token ends."""

    old: Password
    new: Password


class Closing(Record, kw_only=True, frozen=True):
    """What it takes to close one's account."""

    password: Password


class Closed(Record, kw_only=True, frozen=True):
    """An account that is hidden; `gone_at` is when everything of it will be removed."""

    gone_at: datetime


class Reopening(Record, kw_only=True, frozen=True):
    """What it takes to take a closed account back."""

    handle: Handle
    password: Password


async def _me(db: Db, viewer: Viewer) -> Me:
    own = await reads.get_own(db, viewer)
    kept = {name: getattr(own, name) for name in Me.__struct_fields__ if name != "avatar"}
    return Me(**kept, avatar=avatar_address(own.avatar_key))


@post("/accounts", opt={"scope": None, "limit": JOIN}, tags=["accounts"])
async def join(
    request: AnyRequest,
    data: JSONBody[NewAccount],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[Me]:
    """Open an account. Sign in with a bearer token of POST /tokens."""

    async def deed() -> Me:
        joined = await entry.join(db, parts.passwords, data, request.headers.get("user-agent", "")[:200])
        await entry.sign_out(db, joined.viewer)
        return await _me(db, joined.viewer)

    told = f"{data.handle}\n{data.display_name}\n{data.reads}".encode()
    return await do_once(request, db, viewer, key, deed, content=told, is_secret=True)


@get("/me", tags=["me"])
async def get_me(db: TheDb, viewer: TheViewer) -> Me:
    """One's own account."""
    return await _me(db, viewer)


@patch("/me", opt=_ACCOUNT, tags=["me"])
async def edit_me(data: JSONBody[EditProfile], db: TheDb, viewer: TheViewer, parts: TheParts) -> Me:
    """Change what is given of one's own account and leave the rest."""
    await actions.edit_profile(db, viewer, parts.language, data)
    parts.sessions.forget(viewer.account_id)
    return await _me(db, viewer)


@put("/me/password", opt={"scope": PERSON, "limit": SIGN_IN_BY_ADDRESS}, status_code=204, tags=["me"])
async def change_password(data: JSONBody[NewPassword], db: TheDb, viewer: TheViewer, parts: TheParts) -> None:
    """Set a new password; every other session and token ends."""
    await reads.get_own(db, viewer)
    await entry.change_password(db, viewer, parts.passwords, data.old, data.new)
    parts.sessions.forget(viewer.account_id)


@post("/me/closing", opt={"scope": PERSON, "limit": SIGN_IN_BY_ADDRESS}, status_code=200, tags=["me"])
async def close_account(data: JSONBody[Closing], db: TheDb, viewer: TheViewer, parts: TheParts) -> Closed:
    """Close one's account: hidden at once, gone after fourteen days; every session and token ends."""
    gone_at = await closing.close(db, known(viewer), parts.passwords, data.password)
    parts.sessions.forget(viewer.account_id)
    return Closed(gone_at=gone_at)


@post(
    "/accounts/reopening",
    opt={"scope": None, "limit": SIGN_IN_BY_ADDRESS},
    status_code=204,
    tags=["accounts"],
)
async def reopen_account(data: JSONBody[Reopening], db: TheDb, parts: TheParts) -> None:
    """Take back an account that was closed; then get a token as ever. One that is open stays so."""
    parts.limits.take(SIGN_IN_BY_HANDLE, handle_key(data.handle))
    came = await closing.reopen(db, parts.passwords, data.handle, data.password)
    await entry.sign_out(db, came.viewer)


@put("/me/avatar", opt={**_ACCOUNT, "limit": UPLOADS}, request_max_body_size=PICTURE_BODY, tags=["me"])
async def set_avatar(body: RawBody, db: TheDb, viewer: TheViewer, parts: TheParts) -> Me:
    """Set one's picture; the body is the file itself."""
    await actions.set_avatar(db, viewer, parts.blobs, parts.images, body)
    return await _me(db, viewer)


@delete("/me/avatar", opt=_ACCOUNT, status_code=200, tags=["me"])
async def remove_avatar(db: TheDb, viewer: TheViewer, parts: TheParts) -> Me:
    """Take one's picture away."""
    await actions.set_avatar(db, viewer, parts.blobs, parts.images, None)
    return await _me(db, viewer)


@get("/me/follow-requests", tags=["me"])
async def list_follow_requests(db: TheDb, viewer: TheViewer, cursor: Cursor = None) -> Page[AccountCard]:
    """Who asks to follow."""
    return await reads.follow_requests(db, known(viewer), cursor)


@put("/me/follow-requests/{account_id:str}", opt=_ACCOUNT, tags=["me"])
async def approve_follower(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Let somebody follow who asked to."""
    return await actions.approve(db, viewer, account_id)


@delete("/me/follow-requests/{account_id:str}", opt=_ACCOUNT, status_code=200, tags=["me"])
async def refuse_follower(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Do not let somebody follow who asked to."""
    return await actions.refuse(db, viewer, account_id)


@get("/me/blocked", tags=["me"])
async def list_blocked(db: TheDb, viewer: TheViewer, cursor: Cursor = None) -> Page[AccountCard]:
    """Whom one has blocked."""
    return await reads.blocked(db, known(viewer), cursor)


@get("/me/muted", tags=["me"])
async def list_muted(db: TheDb, viewer: TheViewer, cursor: Cursor = None) -> Page[AccountCard]:
    """Whom one has muted."""
    return await reads.muted(db, known(viewer), cursor)


@get("/profiles/{handle:str}", tags=["accounts"])
async def get_profile(handle: FromPath[str], db: TheDb, viewer: TheViewer) -> Profile:
    """A person's page, by handle."""
    return await reads.get_profile(db, viewer, handle)


@get("/accounts/{account_id:str}/followers", tags=["accounts"])
async def list_followers(
    account_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[AccountCard]:
    """Who follows a person, the newest first."""
    return await reads.followers(db, viewer, account_id, cursor)


@get("/accounts/{account_id:str}/following", tags=["accounts"])
async def list_following(
    account_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[AccountCard]:
    """Whom a person follows, the newest first."""
    return await reads.following(db, viewer, account_id, cursor)


@put("/accounts/{account_id:str}/follow", opt=_REACT, tags=["accounts"])
async def follow(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Follow a person, or ask to."""
    return await actions.follow(db, viewer, account_id)


@delete("/accounts/{account_id:str}/follow", status_code=200, opt=_REACT, tags=["accounts"])
async def unfollow(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Stop following, or take the request back."""
    return await actions.unfollow(db, viewer, account_id)


@put("/accounts/{account_id:str}/block", opt=_REACT, tags=["accounts"])
async def block(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Block a person: neither sees the other."""
    return await actions.block(db, viewer, account_id)


@delete("/accounts/{account_id:str}/block", status_code=200, opt=_REACT, tags=["accounts"])
async def unblock(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Lift a block."""
    return await actions.unblock(db, viewer, account_id)


@put("/accounts/{account_id:str}/mute", opt=_REACT, tags=["accounts"])
async def mute(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Keep a person out of one's feeds, unknown to them."""
    return await actions.mute(db, viewer, account_id)


@delete("/accounts/{account_id:str}/mute", status_code=200, opt=_REACT, tags=["accounts"])
async def unmute(account_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> AccountCard:
    """Lift a mute."""
    return await actions.unmute(db, viewer, account_id)


HANDLERS = [
    join, get_me, edit_me, change_password, close_account, reopen_account, set_avatar, remove_avatar, list_follow_requests,
    approve_follower,
    refuse_follower, list_blocked, list_muted, get_profile, list_followers, list_following, follow, unfollow, block,
    unblock, mute, unmute,
]  # fmt: skip
