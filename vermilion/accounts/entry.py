"""How people get in: joining, signing in, sessions, tokens, passwords."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from vermilion.accounts.handles import check_handle, skeleton
from vermilion.accounts.hiding import HIDES
from vermilion.accounts.keys import digest, new_key, owner_of
from vermilion.accounts.passwords import Passwords
from vermilion.accounts.schema import (
    AWAY,
    AccessToken,
    AccountJoined,
    AccountReturned,
    NewAccount,
    NewToken,
    Session,
)
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from vermilion.kernel.filters import Filter
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.quiet import Quiet
from vermilion.kernel.record import Record
from vermilion.kernel.text import clean, named
from vermilion.kernel.types import Shown, Translate
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db, UniqueViolation
from vermilion.work.events import emit

SESSION_LASTS = timedelta(days=90)
TOKEN_LASTS = timedelta(days=365)
GRACE = timedelta(days=14)
"""How long an account that was closed can be taken back."""
_COLORS = (
    "#c33c54",
    "#3a6ea5",
    "#8a5a2b",
    "#2f7d5b",
    "#7a4fb0",
    "#a8456f",
    "#4c6a88",
    "#a3541f",
    "#54725f",
    "#8c3b3b",
)


class SignedIn(Record, kw_only=True, frozen=True):
    """Somebody who has just come in; `secret` belongs into their cookie and nowhere else."""

    viewer: Viewer
    secret: str


class _Entry(Record, kw_only=True, frozen=True):
    account_id: Id
    handle: str
    reads: tuple[str, ...]
    interface: str | None = None
    translate: Translate = "auto"
    shown: Shown = "translation"
    learns: str | None = None
    region: str | None
    role: str
    id: Id
    seen_at: datetime
    interests: tuple[str, ...] = ()
    scopes: tuple[str, ...] | None = None
    is_over: bool = False
    hidden_notes: tuple[int, ...] = ()
    hidden_topics: tuple[str, ...] = ()
    filters: tuple[Filter, ...] | None = None
    quiet: Quiet | None = None


async def join(db: Db, passwords: Passwords, new: NewAccount, agent: str = "") -> SignedIn:
    """Open an account and a first session; raises Conflict("handle_taken")."""
    handle = check_handle(new.handle)
    name = named(new.display_name, "display_name")
    check_password(new.password, handle)
    if await db.value("SELECT 1 FROM handle WHERE skeleton = $1", skeleton(handle)):
        raise Conflict("handle_taken", handle=handle, field="handle")
    secret = await passwords.hash(new.password)
    account_id = new_id()
    async with db.transaction():
        await add_account(db, account_id, handle, name, new.reads)
        await db.run(
            "INSERT INTO credential (account_id, kind, secret, created_at) VALUES ($1, 'password', $2, $3)",
            account_id,
            secret,
            now(),
        )
        await emit(db, AccountJoined(account_id=account_id))
        return await _open_session(db, Viewer(account_id=account_id, handle=handle, reads=new.reads), agent)


async def add_account(
    db: Db, account_id: Id, handle: str, name: str, reads: tuple[str, ...], origin: str = "joined"
) -> None:
    """Store an account without credentials and take its handle; raises Conflict("handle_taken")."""
    async with db.transaction():
        try:
            await db.run(
                "INSERT INTO handle (skeleton, handle, account_id) VALUES ($1, $2, $3)",
                skeleton(handle),
                handle,
                account_id,
            )
        except UniqueViolation as error:
            raise Conflict("handle_taken", handle=handle, field="handle") from error
        await db.run(
            """INSERT INTO account (id, handle, display_name, reads, color, origin, created_at, seen_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7)""",
            account_id,
            handle,
            name,
            list(reads),
            _COLORS[account_id % len(_COLORS)],
            origin,
            now(),
        )
        await db.run("INSERT INTO account_count (account_id) VALUES ($1)", account_id)


def check_password(password: str, handle: str) -> None:
    """Raises Invalid for a password that is the handle or one of the few everybody tries first."""
    if "\0" in password or any("\ud800" <= char <= "\udfff" for char in password):
        raise Invalid("text_surrogate", field="password")
    low = password.casefold()
    if (handle in low and len(low) <= len(handle) + 3) or len(set(low)) < 4 or low in _COMMON:
        raise Invalid("password_too_common", field="password")


_COMMON = frozenset({
    "password", "password1", "12345678", "123456789", "qwertyuiop", "qwerty123", "iloveyou", "11111111", "abcd1234",
    "passw0rd",
})  # fmt: skip


async def sign_in(
    db: Db,
    passwords: Passwords,
    handle: str,
    password: str,
    agent: str = "",
    *,
    reopens: Callable[[Db, Id], Awaitable[None]] | None = None,
) -> SignedIn:
    """A new session; raises Unauthorized("wrong_password") without saying which of the two was wrong.

    An account that was closed raises Forbidden("account_closed", until=a date), unless `reopens` takes it back.
    """
    account_id = await _checked(db, passwords, handle, password)
    if reopens is None:
        await _check_open(db, account_id)
        return await _entered(db, account_id, agent)
    async with db.transaction():
        await reopens(db, account_id)
        return await _entered(db, account_id, agent)


async def _check_open(db: Db, account_id: Id) -> None:
    closed_at = await db.value("SELECT closed_at FROM account WHERE id = $1", account_id)
    if closed_at is not None:
        raise Forbidden("account_closed", until=(closed_at + GRACE).date().isoformat())


async def _entered(db: Db, account_id: Id, agent: str) -> SignedIn:
    found = await db.maybe(
        _Entry,
        """SELECT id AS account_id, handle, reads, region, role, id, seen_at FROM account
           WHERE id = $1 AND state = 'active'""",
        account_id,
    )
    if found is None:
        raise Unauthorized("wrong_password")
    async with db.transaction():
        await _note_return(db, account_id, found.seen_at, now())
        return await _open_session(db, _viewer(found), agent)


async def open_session_for(db: Db, account_id: Id, agent: str) -> SignedIn:
    """A session of a sample person, who has no password to type; raises NotFound for anybody else."""
    found = await db.maybe(
        _Entry,
        """SELECT id AS account_id, handle, reads, region, role, id, seen_at FROM account
           WHERE id = $1 AND state = 'active' AND origin = 'sample'""",
        account_id,
    )
    if found is None:
        raise NotFound("account_gone")
    return await _open_session(db, _viewer(found), agent)


async def issue_token(db: Db, passwords: Passwords, new: NewToken) -> AccessToken:
    """A bearer token for an application; shown once, stored hashed."""
    account_id = await _checked(db, passwords, new.handle, new.password)
    await _check_open(db, account_id)
    secret, secret_hash = new_key("t", account_id)
    moment = now()
    await db.run(
        """INSERT INTO token (account_id, id, token_hash, application, scopes, created_at, seen_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $6, $7)""",
        account_id,
        new_id(),
        secret_hash,
        clean(new.application, "application", lines=False),
        sorted(set(new.scopes)),
        moment,
        moment + TOKEN_LASTS,
    )
    return AccessToken(
        access_token=secret,
        token_type="Bearer",  # noqa: S106 - a kind, no secret
        scope=" ".join(sorted(set(new.scopes))),
        expires_in=int(TOKEN_LASTS.total_seconds()),
    )


async def viewer_of_secret(db: Db, secret: str) -> Viewer | None:
    """Who holds this session cookie, or None; notes at most once an hour that they were here."""
    return await _find(
        db,
        secret,
        "s",
        f"""SELECT s.account_id, a.handle, a.reads, a.interface, a.translate, a.shown, a.learns, a.region, a.interests,
                  a.role, s.id, s.seen_at, {HIDES}
           FROM session s JOIN account a ON a.id = s.account_id
           WHERE s.account_id = $1 AND s.token_hash = $2 AND s.expires_at > $3 AND a.state = 'active'""",
        """WITH seen AS (UPDATE session SET seen_at = $3 WHERE account_id = $1 AND id = $2)
           UPDATE account SET seen_at = $3 WHERE id = $1""",
    )


async def viewer_of_token(db: Db, secret: str) -> Viewer | None:
    """Who holds this bearer token and what it may do, or None; raises Unauthorized("token_expired")."""
    return await _find(
        db,
        secret,
        "t",
        f"""SELECT t.account_id, a.handle, a.reads, a.interface, a.translate, a.shown, a.learns, a.region, a.role, t.id,
                  t.seen_at, t.scopes, t.expires_at <= $3 AS is_over, {HIDES}
           FROM token t JOIN account a ON a.id = t.account_id
           WHERE t.account_id = $1 AND t.token_hash = $2 AND a.state = 'active'""",
        """WITH seen AS (UPDATE token SET seen_at = $3 WHERE account_id = $1 AND id = $2)
           UPDATE account SET seen_at = $3 WHERE id = $1""",
    )


async def sign_out(db: Db, viewer: Viewer) -> None:
    """End the session or token this request came with."""
    await end_session(db, viewer, viewer.session_id)


async def sessions(db: Db, viewer: Viewer) -> list[Session]:
    """Browsers signed in and tokens got with the password, the newest first; `grants.accesses` has the applications."""
    return await db.all(
        Session,
        """SELECT id, 'session' AS kind, agent, '{}'::text[] AS scopes, created_at, seen_at, expires_at
           FROM session WHERE account_id = $1 AND expires_at > $2
           UNION ALL
           SELECT id, 'token', application, scopes, created_at, seen_at, expires_at
           FROM token WHERE account_id = $1 AND expires_at > $2 AND application_id IS NULL
           ORDER BY created_at DESC""",
        viewer.account_id,
        now(),
    )


async def end_session(db: Db, viewer: Viewer, session_id: Id) -> None:
    """End one session or token of the viewer; one that is gone already is no error."""
    async with db.transaction():
        await db.run("DELETE FROM session WHERE account_id = $1 AND id = $2", viewer.account_id, session_id)
        await db.run("DELETE FROM token WHERE account_id = $1 AND id = $2", viewer.account_id, session_id)


async def change_password(db: Db, viewer: Viewer, passwords: Passwords, old: str, new: str) -> None:
    """Set a new password and end every other session and token, applications' too; raises Unauthorized("not_your_password")."""
    check_password(new, viewer.handle or "")
    stored = await db.value(
        "SELECT secret FROM credential WHERE account_id = $1 AND kind = 'password'", viewer.account_id
    )
    if not await passwords.verify(stored, old):
        raise Unauthorized("not_your_password", field="old_password")
    secret = await passwords.hash(new)
    async with db.transaction():
        await db.run(
            "UPDATE credential SET secret = $2 WHERE account_id = $1 AND kind = 'password'",
            viewer.account_id,
            secret,
        )
        await db.run(
            "DELETE FROM session WHERE account_id = $1 AND id <> $2", viewer.account_id, viewer.session_id
        )
        await db.run(
            "DELETE FROM token WHERE account_id = $1 AND id <> $2", viewer.account_id, viewer.session_id
        )
        await db.run("DELETE FROM consent WHERE account_id = $1", viewer.account_id)


async def _checked(db: Db, passwords: Passwords, handle: str, password: str) -> Id:
    account_id = await db.value("SELECT account_id FROM handle WHERE skeleton = $1", skeleton(_plain(handle)))
    stored = account_id and await db.value(
        "SELECT secret FROM credential WHERE account_id = $1 AND kind = 'password'", account_id
    )
    if not await passwords.verify(stored, password):
        raise Unauthorized("wrong_password")
    return Id(account_id)


def _plain(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()


async def _open_session(db: Db, viewer: Viewer, agent: str) -> SignedIn:
    secret, secret_hash = new_key("s", viewer.account_id)
    session_id, moment = new_id(), now()
    await db.run(
        """INSERT INTO session (account_id, id, token_hash, agent, created_at, seen_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $5, $6)""",
        viewer.account_id,
        session_id,
        secret_hash,
        agent[:200],
        moment,
        moment + SESSION_LASTS,
    )
    return SignedIn(
        viewer=Viewer(
            account_id=viewer.account_id,
            handle=viewer.handle,
            reads=viewer.reads,
            region=viewer.region,
            role=viewer.role,
            session_id=session_id,
        ),
        secret=secret,
    )


async def _find(db: Db, secret: str, kind: str, sql: str, seen_sql: str) -> Viewer | None:
    if (account_id := owner_of(secret, kind)) is None:
        return None
    moment = now()
    found = await db.maybe(_Entry, sql, account_id, digest(secret), moment)
    if found is None:
        return None
    if found.is_over:
        raise Unauthorized("token_expired")
    if moment - found.seen_at > timedelta(hours=1):
        async with db.transaction():
            was_seen = await db.value("SELECT seen_at FROM account WHERE id = $1", account_id)
            await db.run(seen_sql, account_id, found.id, moment)
            await _note_return(db, account_id, was_seen, moment)
    return _viewer(found)


async def _note_return(db: Db, account_id: Id, was_seen: datetime, moment: datetime) -> None:
    """Keep that somebody is here now, so that notes are pushed to them again, and say so after a long absence."""
    if moment - was_seen > AWAY:
        await db.run("UPDATE account SET seen_at = $2 WHERE id = $1", account_id, moment)
        await emit(db, AccountReturned(account_id=account_id))


def _viewer(found: _Entry) -> Viewer:
    return Viewer(
        account_id=found.account_id,
        handle=found.handle,
        reads=found.reads,
        interface=found.interface,
        translate=found.translate,
        shown=found.shown,
        learns=found.learns,
        region=found.region,
        interests=found.interests,
        role=found.role,
        session_id=found.id,
        scopes=None if found.scopes is None else frozenset(found.scopes),
        hidden_notes=frozenset(found.hidden_notes),
        hidden_topics=frozenset(found.hidden_topics),
        filters=found.filters or (),
        quiet=found.quiet,
    )
