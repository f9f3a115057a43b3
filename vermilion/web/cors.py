"""What scripts of other sites may ask here: whatever a bearer token speaks for, and what is the same for everybody."""

from litestar.types import HTTPScope, Scope, Send

from vermilion.web.context import TAKE_TOKENS

FOR_EVERYBODY = ("/oauth/token", "/oauth/revoke", "/.well-known/oauth-authorization-server", "/oembed")
"""No cookie counts there; nor in feeds."""

ASKED = (
    "accept, accept-language, authorization, content-type, idempotency-key, if-modified-since, if-none-match, range, "
    "tus-resumable, upload-checksum, upload-length, upload-metadata, upload-offset"
)
EXPOSED = (
    "accept-ranges, content-disposition, content-language, content-length, content-range, etag, last-modified, link, "
    "location, retry-after, tus-checksum-algorithm, tus-extension, tus-max-size, tus-resumable, tus-version, "
    "upload-expires, upload-length, upload-offset, www-authenticate"
)

ALLOWED = {b"access-control-allow-origin": b"*", b"access-control-expose-headers": EXPOSED.encode()}
"""No `Access-Control-Allow-Credentials`: a browser that sends cookies along keeps the answer to itself."""

_PREFLIGHT = {
    **ALLOWED,
    b"access-control-allow-methods": b"GET, HEAD, POST, PUT, PATCH, DELETE",
    b"access-control-allow-headers": ASKED.encode(),
    b"access-control-max-age": b"7200",
    b"content-length": b"0",
}


def allowed_anywhere(scope: Scope, headers: dict[bytes, bytes], session: str) -> dict[bytes, bytes]:
    """What is added to an answer so that other sites may read it; nothing where a session cookie (its name) came along.

    `headers`: of the answer; what says itself that it is for everybody is so whoever asked.
    """
    path = scope["path"]
    if _is_for_everybody(path):
        return ALLOWED
    if not path.startswith(TAKE_TOKENS):
        return {}
    is_public = headers.get(b"cross-origin-resource-policy") == b"cross-origin"
    return ALLOWED if is_public or not _has_cookie(scope, session) else {}


def is_preflight(scope: HTTPScope) -> bool:
    """Whether a browser asks what a script of another site may ask."""
    return scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method") is not None


async def answer_preflight(scope: Scope, send: Send) -> None:
    """Allow what is asked for, or nothing; no handler is run."""
    path = scope["path"]
    is_open = path.startswith(TAKE_TOKENS) or _is_for_everybody(path)
    headers = list(_PREFLIGHT.items()) if is_open else [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 204 if is_open else 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _is_for_everybody(path: str) -> bool:
    return path in FOR_EVERYBODY or path.endswith(".atom")


def _has_cookie(scope: Scope, name: str) -> bool:
    cookies = _header(scope, b"cookie") or b""
    return any(pair.partition(b"=")[0].strip() == name.encode() for pair in cookies.split(b";"))


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)
