"""What people let applications do: codes, access and refresh tokens (OAuth 2.1), and taking it back."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from vermilion.accounts.applications import Application
from vermilion.accounts.keys import digest, new_key, owner_of
from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record
from vermilion.kernel.types import Count
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db

CODE_LASTS = timedelta(seconds=60)
ACCESS_LASTS = timedelta(hours=1)
REFRESH_LASTS = timedelta(days=60)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Access(Record, kw_only=True, frozen=True):
    """Something that can act for its owner: an application they let in, or a token they got for a script of their own."""

    id: Id
    kind: Literal["application", "token"]
    name: str
    address: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    seen_at: datetime
    """To the hour."""


class Given(Record, kw_only=True, frozen=True):
    """What the token endpoint answers (RFC 6749, 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, no secret
    expires_in: Count
    refresh_token: str
    scope: str


class _Held(Record, kw_only=True, frozen=True):
    application_id: Id
    family_id: Id
    redirect: str = ""
    challenge: str = ""
    scopes: tuple[str, ...]
    expires_at: datetime
    used_at: datetime | None


def is_challenge(challenge: str) -> bool:
    """Whether this can be the challenge of the method S256 (RFC 7636)."""
    return bool(_CHALLENGE.fullmatch(challenge))


async def consented(db: Db, viewer: Viewer, application_id: Id) -> frozenset[str]:
    """What the viewer lets this application do already."""
    found = await db.value(
        "SELECT scopes FROM consent WHERE account_id = $1 AND application_id = $2",
        signed_in(viewer),
        application_id,
    )
    return frozenset(found or ())


async def allow(
    db: Db, viewer: Viewer, application: Application, redirect: str, challenge: str, scopes: Sequence[str]
) -> str:
    """Let an application act for the viewer; gives a code for it, good once, for a minute, and for this redirect alone."""
    me, moment = signed_in(viewer), now()
    code, code_hash = new_key("c", me)
    async with db.transaction():
        held = await consented(db, viewer, application.id)
        await db.run(
            """INSERT INTO consent (account_id, application_id, scopes, created_at, seen_at)
               VALUES ($1, $2, $3, $4, $4)
               ON CONFLICT (account_id, application_id) DO UPDATE SET scopes = excluded.scopes""",
            me,
            application.id,
            sorted(held.union(scopes)),
            moment,
        )
        await db.run(
            """INSERT INTO grant_code (account_id, code_hash, application_id, family_id, redirect, challenge, scopes, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
            me,
            code_hash,
            application.id,
            new_id(),
            redirect,
            challenge,
            sorted(scopes),
            moment + CODE_LASTS,
        )
    return code


async def exchange(db: Db, application: Application, code: str, redirect: str, verifier: str) -> Given:
    """Tokens for a code. Raises Invalid("invalid_grant"); a code that was used before takes its tokens with it."""
    account_id = owner_of(code, "c")
    async with db.transaction():
        held = account_id and await db.maybe(
            _Held,
            """SELECT application_id, family_id, redirect, challenge, scopes, expires_at, used_at FROM grant_code
               WHERE account_id = $1 AND code_hash = $2 FOR UPDATE""",
            account_id,
            digest(code),
        )
        if not account_id or not held or held.application_id != application.id:
            raise Invalid("invalid_grant")
        if held.used_at is None:
            if held.expires_at <= now() or held.redirect != redirect or not _fits(verifier, held.challenge):
                raise Invalid("invalid_grant")
            await db.run(
                "UPDATE grant_code SET used_at = $3 WHERE account_id = $1 AND code_hash = $2",
                account_id,
                digest(code),
                now(),
            )
            return await _give(db, account_id, application, held, held.scopes)
        await _end_family(db, account_id, held.family_id)
    raise Invalid("invalid_grant")


async def renew(db: Db, application: Application, refresh: str, scopes: Sequence[str] = ()) -> Given:
    """Tokens for a refresh token, which is spent. Raises Invalid("invalid_grant"), Invalid("invalid_scope") for more than it has.

    One that was spent before has been in two hands: its whole family ends.
    """
    account_id = owner_of(refresh, "r")
    async with db.transaction():
        held = account_id and await db.maybe(
            _Held,
            """SELECT application_id, family_id, scopes, expires_at, used_at FROM refresh_token
               WHERE account_id = $1 AND token_hash = $2 FOR UPDATE""",
            account_id,
            digest(refresh),
        )
        if not account_id or not held or held.application_id != application.id or held.expires_at <= now():
            raise Invalid("invalid_grant")
        if held.used_at is None:
            if more := set(scopes) - set(held.scopes):
                raise Invalid("invalid_scope", scope=min(more))
            await db.run(
                "UPDATE refresh_token SET used_at = $3 WHERE account_id = $1 AND token_hash = $2",
                account_id,
                digest(refresh),
                now(),
            )
            return await _give(db, account_id, application, held, tuple(scopes) or held.scopes)
        await _end_family(db, account_id, held.family_id)
    raise Invalid("invalid_grant")


async def revoke(db: Db, application: Application, token: str) -> Id | None:
    """End one token, a refresh token with all of its family; gives whose it was, None where there was nothing to end."""
    for kind, sql in (
        (
            "r",
            "SELECT application_id, family_id FROM refresh_token WHERE account_id = $1 AND token_hash = $2",
        ),
        ("t", "SELECT application_id, family_id FROM token WHERE account_id = $1 AND token_hash = $2"),
    ):
        if account_id := owner_of(token, kind):
            async with db.transaction():
                rows = await db.rows(sql, account_id, digest(token))
                if not rows or rows[0][0] != application.id:
                    return None
                if kind == "r":
                    await _end_family(db, account_id, rows[0][1])
                else:
                    await db.run(
                        "DELETE FROM token WHERE account_id = $1 AND token_hash = $2",
                        account_id,
                        digest(token),
                    )
            return account_id
    return None


async def accesses(db: Db, viewer: Viewer) -> list[Access]:
    """Everything but browsers that can act for the viewer, what was used last first."""
    return await db.all(
        Access,
        """SELECT a.id, 'application' AS kind, a.name, a.address, c.scopes, c.created_at, c.seen_at
           FROM consent c JOIN application a ON a.id = c.application_id WHERE c.account_id = $1
           UNION ALL
           SELECT t.id, 'token', t.application, NULL, t.scopes, t.created_at, t.seen_at
           FROM token t WHERE t.account_id = $1 AND t.application_id IS NULL AND t.expires_at > $2
           ORDER BY seen_at DESC, id""",
        signed_in(viewer),
        now(),
    )


async def withdraw(db: Db, viewer: Viewer, access_id: Id) -> None:
    """Take back what `accesses` names; every token of it ends. Raises NotFound("access_gone")."""
    me = signed_in(viewer)
    async with db.transaction():
        gone = await db.run(
            "DELETE FROM consent WHERE account_id = $1 AND application_id = $2", me, access_id
        )
        gone += await db.run(
            "DELETE FROM token WHERE account_id = $1 AND id = $2 AND application_id IS NULL", me, access_id
        )
    if not gone:
        raise NotFound("access_gone")


async def _give(
    db: Db, account_id: Id, application: Application, held: _Held, scopes: Sequence[str]
) -> Given:
    """New tokens of the same family, where the consent stands and its person is here; fewer scopes narrow the access token alone."""
    moment = now()
    stands = await db.run(
        """UPDATE consent SET seen_at = $3 WHERE account_id = $1 AND application_id = $2
               AND EXISTS (SELECT 1 FROM account WHERE id = $1 AND state = 'active')""",
        account_id,
        application.id,
        moment,
    )
    if not stands:
        raise Invalid("invalid_grant")
    access, access_hash = new_key("t", account_id)
    refresh, refresh_hash = new_key("r", account_id)
    await db.run(
        """INSERT INTO token (account_id, id, token_hash, application, scopes, created_at, seen_at, expires_at,
               application_id, family_id)
           VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)""",
        account_id,
        new_id(),
        access_hash,
        application.name,
        sorted(scopes),
        moment,
        moment + ACCESS_LASTS,
        application.id,
        held.family_id,
    )
    await db.run(
        """INSERT INTO refresh_token (account_id, token_hash, application_id, family_id, scopes, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        account_id,
        refresh_hash,
        application.id,
        held.family_id,
        list(held.scopes),
        moment,
        moment + REFRESH_LASTS,
    )
    return Given(
        access_token=access,
        expires_in=int(ACCESS_LASTS.total_seconds()),
        refresh_token=refresh,
        scope=" ".join(sorted(scopes)),
    )


async def _end_family(db: Db, account_id: Id, family_id: Id) -> None:
    await db.run("DELETE FROM token WHERE account_id = $1 AND family_id = $2", account_id, family_id)
    await db.run("DELETE FROM refresh_token WHERE account_id = $1 AND family_id = $2", account_id, family_id)


def _fits(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)
