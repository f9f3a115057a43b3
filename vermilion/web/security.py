"""What every answer carries, whom an unsafe request may come from, and how large a body may be."""

import re
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from vermilion.kernel.errors import Forbidden
from vermilion.kernel.viewer import Viewer
from vermilion.web.context import (
    SAFE_METHODS,
    AnyRequest,
    ask_as_guest,
    bearer_of,
    find_viewer,
    has_session_cookie,
    is_api,
    session_cookie_name,
    state_of,
)
from vermilion.web.cors import allowed_anywhere
from vermilion.web.limits import READS, WRITES, who
from vermilion.web.robots import Rules
from vermilion.web.scopes import PERSON, PUBLIC, is_for_guests, scope_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'; require-trusted-types-for 'script'; trusted-types vermilion"
)
"""Of HTML answers."""

_HOST_AND_PORT = re.compile(r"[a-z0-9.-]+(:[0-9]+)?", re.IGNORECASE)

BARE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""Of everything else, so that a picture or an answer opened by itself can run nothing."""


def policy_to(redirect: str) -> str:
    """The policy of a page whose form leads back to an application: browsers hold redirects to `form-action` too."""
    parts = urlsplit(redirect)
    if parts.scheme == "http":
        # A policy has no words for an address in brackets.
        way = f"http://{parts.netloc}" if _HOST_AND_PORT.fullmatch(parts.netloc) else "http:"
    else:
        way = f"{parts.scheme}:" if parts.scheme not in ("", "https") else ""
    return POLICY.replace("form-action 'self'", f"form-action 'self' https: {way}".rstrip())


HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()",
}

KIB = 1024
MIB = 1024 * KIB
JSON_BODY = 256 * KIB
NOTE_BODY = 1 * MIB
"""A note with twenty versions in a script of three bytes a character."""
PICTURE_BODY = 25 * MIB
PUBLISH_BODY = 18 * 6 * MIB + NOTE_BODY
"""A form with eighteen photographs, for browsers without script; it is held in memory while it is read."""


_SENT = {name.encode(): value.encode() for name, value in HEADERS.items()}
_SENT_WITH_HTML = {**_SENT, b"content-security-policy": POLICY.encode()}
_SENT_WITH_OTHERS = {**_SENT, b"content-security-policy": BARE_POLICY.encode()}


CLOSED = {
    name.encode(): value.encode() for name, value in Rules(may_list=False, may_train=False).headers.items()
}
"""Of a room that is closed to robots."""


async def add_headers(message: Message, scope: Scope) -> None:
    """Set the headers above on the beginning of an answer, and keep personal pages out of shared caches."""
    if message["type"] != "http.response.start":
        return
    headers = dict(message["headers"])
    is_html = headers.get(b"content-type", b"").startswith(b"text/html")
    added = {
        **(_SENT_WITH_HTML if is_html else _SENT_WITH_OTHERS),
        b"cache-control": b"no-store" if scope["path"].startswith("/api/") else b"private, no-cache",
    }
    app_state = getattr(scope["litestar_app"].state, "vermilion", None)
    if app_state is not None:
        added |= allowed_anywhere(scope, headers, session_cookie_name(app_state.settings))
        if app_state.settings.robots == "closed":
            added |= CLOSED
        if app_state.settings.origin.startswith("https://"):
            added[b"strict-transport-security"] = b"max-age=31536000"
    message["headers"] = [*message["headers"], *(pair for pair in added.items() if pair[0] not in headers)]


def check_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """What changes something comes from our own pages, unless a bearer token (no cookie) speaks for it."""
    if connection.scope.get("method") in SAFE_METHODS or bearer_of(connection) is not None:
        return
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("bad_origin")
    if origin is not None and not _is_ours(connection, origin):
        raise Forbidden("bad_origin")
    if site is None and origin is None and (has_session_cookie(connection) or not is_api(connection)):
        raise Forbidden("bad_origin")


def _is_ours(connection: ASGIConnection[Any, Any, Any, Any], origin: str) -> bool:
    host = connection.headers.get("host", "").lower()
    theirs = urlsplit(origin.lower())
    known = state_of(connection).settings.origin.lower()
    schemes = ("https",) if known.startswith("https://") else ("http", "https")
    return origin.lower() == known or (theirs.scheme in schemes and theirs.netloc == host != "")


def check_scope(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler, viewer: Viewer
) -> None:
    """A token may only what its scopes say; one for what is public alone is answered as a guest is."""
    if viewer.scopes is None or (needed := scope_of(handler)) is None or needed in viewer.scopes:
        return
    if needed == PERSON:
        raise Forbidden("only_in_person")
    if PUBLIC not in viewer.scopes or not is_for_guests(handler):
        raise Forbidden("scope_missing", scope=needed)
    ask_as_guest(connection, viewer)


def check_rate(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler, viewer: Viewer
) -> None:
    """Count the request in its bucket; `opt["limit"]` names another one than the method's, None: no limit."""
    default = READS if connection.scope.get("method") in SAFE_METHODS else WRITES
    limit = handler.opt.get("limit", default)
    if limit is not None:
        state_of(connection).limits.take(limit, who(connection, viewer))


async def admit(request: AnyRequest) -> None:
    """Runs before every handler: origin, then scope, then rate. A guard would do the same, at the price of a copied handler."""
    handler = request.scope["route_handler"]
    if not handler.opt.get("anywhere"):
        check_origin(request)
    if not handler.opt.get("open"):
        viewer = await find_viewer(request)
        check_scope(request, handler, viewer)
        check_rate(request, handler, viewer)
