"""Applications as their developers register them, and how the room finds one again."""

import hmac
import re
import secrets
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta

from vermilion.accounts.keys import digest
from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.text import named
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db

MOST = 20
"""Applications one person can register."""
MOST_REDIRECTS = 10
_PLAIN = re.compile(r"[!-~]+")
_PRIVATE = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+", re.IGNORECASE)

Redirect = Annotated[str, Meta(min_length=1, max_length=500)]


class EditApplication(Record, kw_only=True, frozen=True):
    """What a developer says of an application. `redirects` are the addresses its people are sent back to."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    address: Annotated[str, Meta(min_length=1, max_length=300)]
    redirects: Annotated[tuple[Redirect, ...], Meta(min_length=1, max_length=MOST_REDIRECTS)]


class NewApplication(EditApplication, kw_only=True, frozen=True):
    """An application to be registered."""

    is_confidential: bool = False
    """Whether it runs where it can keep a secret: on a server, not on people's machines."""


class Application(NewApplication, kw_only=True, frozen=True):
    """A registered application; `id` is its `client_id`."""

    id: Id
    account_id: Id
    created_at: datetime


class Registered(Record, kw_only=True, frozen=True):
    """An application with its secret, which is shown this once; a public one has none."""

    application: Application
    client_secret: str | None


class Known(Record, kw_only=True, frozen=True):
    """An application as the people it asks see it."""

    application: Application
    developer: str
    """Their handle."""


async def my_applications(db: Db, viewer: Viewer) -> list[Application]:
    """Those the viewer develops, the oldest first."""
    return await db.all(
        Application,
        f"SELECT {columns(Application)} FROM application WHERE account_id = $1 ORDER BY id",
        signed_in(viewer),
    )


async def get_application(db: Db, viewer: Viewer, application_id: Id) -> Application:
    """One of the viewer's own; raises NotFound("application_gone")."""
    found = await db.maybe(
        Application,
        f"SELECT {columns(Application)} FROM application WHERE id = $2 AND account_id = $1",
        signed_in(viewer),
        application_id,
    )
    if found is None:
        raise NotFound("application_gone")
    return found


async def register(db: Db, viewer: Viewer, new: NewApplication) -> Registered:
    """Register an application; raises Invalid for an address that will not do, Conflict("too_many_applications")."""
    me, made = signed_in(viewer), _checked(new)
    async with db.transaction():
        if len(await my_applications(db, viewer)) >= MOST:
            raise Conflict("too_many_applications", most=MOST)
        application_id = new_id()
        await db.run(
            """INSERT INTO application (id, account_id, name, address, redirects, is_confidential, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            application_id,
            me,
            made.name,
            made.address,
            list(made.redirects),
            new.is_confidential,
            now(),
        )
        application = await get_application(db, viewer, application_id)
        return Registered(application=application, client_secret=await _new_secret(db, application))


async def edit_application(db: Db, viewer: Viewer, application_id: Id, edit: EditApplication) -> Application:
    """Change what is said of an application; raises as `register` does."""
    made = _checked(edit)
    async with db.transaction():
        await get_application(db, viewer, application_id)
        await db.run(
            "UPDATE application SET name = $2, address = $3, redirects = $4 WHERE id = $1",
            application_id,
            made.name,
            made.address,
            list(made.redirects),
        )
        return await get_application(db, viewer, application_id)


async def renew_secret(db: Db, viewer: Viewer, application_id: Id) -> Registered:
    """Another secret; the one before it is worth nothing from now on. Raises Invalid("no_secret") for a public one."""
    async with db.transaction():
        application = await get_application(db, viewer, application_id)
        if not application.is_confidential:
            raise Invalid("no_secret")
        return Registered(application=application, client_secret=await _new_secret(db, application))


async def drop_application(db: Db, viewer: Viewer, application_id: Id) -> None:
    """Remove an application with everything people have let it do; one that is gone already is no error."""
    await db.run(
        "DELETE FROM application WHERE id = $2 AND account_id = $1", signed_in(viewer), application_id
    )


async def find_application(db: Db, client_id: str) -> Known | None:
    """A registered application whose developer is here, or None."""
    try:
        application_id = Id.parse(client_id)
    except ValueError:
        return None
    application = await db.maybe(
        Application, f"SELECT {columns(Application)} FROM application WHERE id = $1", application_id
    )
    if application is None:
        return None
    developer = await db.value(
        "SELECT handle FROM account WHERE id = $1 AND state = 'active'", application.account_id
    )
    return None if developer is None else Known(application=application, developer=developer)


async def proves_itself(db: Db, application: Application, secret: str) -> bool:
    """Whether this is the application's secret; a public one shows none."""
    if not application.is_confidential:
        return not secret
    stored = await db.value(
        "SELECT secret_hash FROM application_secret WHERE application_id = $1", application.id
    )
    return stored is not None and hmac.compare_digest(stored, digest(secret))


def is_redirect_of(application: Application, redirect: str) -> bool:
    """Whether this is one of its addresses, to the letter; on a loopback address any port does (RFC 8252, 7.3)."""
    if redirect in application.redirects:
        return True
    plain = _without_port(redirect)
    return plain is not None and plain in map(_without_port, application.redirects)


def is_private(redirect: str) -> bool:
    """Whether an address leads into a program on the person's own machine, so that nothing says which it is."""
    parts = urlsplit(redirect)
    return parts.scheme != "https"


def is_loopback(host: str | None) -> bool:
    """Whether a host is the machine itself."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _without_port(redirect: str) -> str | None:
    try:
        parts = urlsplit(redirect)
        if parts.scheme != "http" or not is_loopback(parts.hostname) or "@" in parts.netloc:
            return None
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        if parts.port is None and parts.netloc.lower() != host:
            return None
    except ValueError:
        return None
    return parts._replace(netloc=str(host)).geturl()


def _checked(new: EditApplication) -> EditApplication:
    name = named(new.name, "name")
    address = new.address.strip()
    if not (_is_plain(address) and urlsplit(address).scheme == "https" and urlsplit(address).hostname):
        raise Invalid("address_form", field="address")
    redirects = tuple(dict.fromkeys(redirect.strip() for redirect in new.redirects))
    for redirect in redirects:
        if not _will_do(redirect):
            raise Invalid("redirect_form", field="redirects", redirect=redirect[:100])
    return EditApplication(name=name, address=address, redirects=redirects)


def _is_plain(address: str) -> bool:
    try:
        return bool(_PLAIN.fullmatch(address)) and urlsplit(address).port != 0
    except ValueError:
        return False


def _will_do(redirect: str) -> bool:
    """An https address, http to the machine itself, a scheme of the application's own (with a dot: RFC 8252, 7.1)."""
    if not _is_plain(redirect) or any(char in redirect for char in '#*\\"<>'):
        return False
    parts = urlsplit(redirect)
    if parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme == "http":
        return is_loopback(parts.hostname)
    return bool(_PRIVATE.fullmatch(parts.scheme)) and bool(parts.path or parts.netloc)


async def _new_secret(db: Db, application: Application) -> str | None:
    if not application.is_confidential:
        return None
    secret = f"k.{secrets.token_urlsafe(32)}"
    await db.run(
        """INSERT INTO application_secret (application_id, secret_hash) VALUES ($1, $2)
           ON CONFLICT (application_id) DO UPDATE SET secret_hash = excluded.secret_hash""",
        application.id,
        digest(secret),
    )
    return secret
