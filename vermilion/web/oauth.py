"""OAuth 2.1 without a person in front of it: tokens, revocation (RFC 7009), what is offered here (RFC 8414)."""

import base64
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from vermilion.accounts import grants
from vermilion.accounts.applications import Application, find_application, proves_itself
from vermilion.accounts.schema import SCOPES
from vermilion.kernel.errors import Invalid, Problem, Unauthorized
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, TheDb, TheParts
from vermilion.web.limits import TOKENS, client_address, network
from vermilion.web.pages.forms import Form, read_form
from vermilion.web.problems import sentence

_ERRORS = frozenset({"invalid_client", "invalid_grant", "invalid_scope", "unsupported_grant_type"})
_SECRETLY = ("client_secret_basic", "client_secret_post", "none")
_MACHINE: dict[str, Any] = {"open": True, "anywhere": True}
"""No cookie counts here, so a request may come from anywhere."""


@get("/.well-known/oauth-authorization-server", include_in_schema=False, opt={"open": True})
async def show_server(parts: TheParts) -> Response[bytes]:
    """What a client has to know of this server."""
    origin = parts.settings.origin
    said = {
        "issuer": origin,
        "authorization_endpoint": f"{origin}/oauth/authorize",
        "token_endpoint": f"{origin}/oauth/token",
        "revocation_endpoint": f"{origin}/oauth/revoke",
        "service_documentation": f"{origin}/developers",
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": _SECRETLY,
        "revocation_endpoint_auth_methods_supported": _SECRETLY,
        "authorization_response_iss_parameter_supported": True,
    }
    return _json(said, 200, {"cache-control": "public, max-age=300"})


@post("/oauth/token", include_in_schema=False, opt=_MACHINE)
async def give_tokens(request: AnyRequest, db: TheDb, parts: TheParts) -> Response[bytes]:
    """Tokens for a code or for a refresh token."""
    _count(request, parts)
    try:
        form = await _fields(request)
        application = await _client(request, db, form)
        given = await _given(db, application, form)
    except (Invalid, Unauthorized) as problem:
        return _refused(request, problem)
    return _json(given, 200)


@post("/oauth/revoke", include_in_schema=False, opt=_MACHINE)
async def revoke_token(request: AnyRequest, db: TheDb, parts: TheParts) -> Response[bytes]:
    """End a token; one that is none has ended already."""
    _count(request, parts)
    try:
        form = await _fields(request)
        application = await _client(request, db, form)
        account_id = await grants.revoke(db, application, _needed(form, "token"))
    except (Invalid, Unauthorized) as problem:
        return _refused(request, problem)
    if account_id is not None:
        parts.sessions.forget(account_id)
    return _json({}, 200)


async def _given(db: Db, application: Application, form: Form) -> grants.Given:
    kind = _needed(form, "grant_type")
    if kind == "authorization_code":
        code, redirect, verifier = (_needed(form, name) for name in ("code", "redirect_uri", "code_verifier"))
        return await grants.exchange(db, application, code, redirect, verifier)
    if kind == "refresh_token":
        return await grants.renew(db, application, _needed(form, "refresh_token"), form.text("scope").split())
    raise Invalid("unsupported_grant_type")


async def _fields(request: AnyRequest) -> Form:
    form = await read_form(request)
    if twice := next((name for name in form.names() if len(form.texts(name)) > 1), None):
        raise Invalid("sent_twice", field=twice)
    return form


async def _client(request: AnyRequest, db: Db, form: Form) -> Application:
    """Which application asks, and that it is the one it says; raises Unauthorized("invalid_client")."""
    named, secret = _basic(request) or (form.text("client_id"), form.text("client_secret"))
    known = await find_application(db, named)
    if known is None or not await proves_itself(db, known.application, secret):
        raise Unauthorized("invalid_client")
    return known.application


def _basic(request: AnyRequest) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        named, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError as error:
        raise Unauthorized("invalid_client") from error
    return unquote_plus(named), unquote_plus(secret)


def _needed(form: Form, name: str) -> str:
    if not (value := form.text(name)):
        raise Invalid("missing", field=name)
    return value


def _count(request: AnyRequest, parts: State) -> None:
    parts.limits.take(TOKENS, f"address {network(client_address(request))}")


def _refused(request: AnyRequest, problem: Problem) -> Response[bytes]:
    """As RFC 6749, 5.2 has it: the error's name and an English sentence."""
    error = problem.code if problem.code in _ERRORS else "invalid_request"
    words = sentence(problem.code, problem.facts, "en")
    field = f" ({problem.facts['field']})" if "field" in problem.facts else ""
    said = "".join(char for char in words + field if " " <= char <= "~" and char not in '"\\')
    is_client = error == "invalid_client"
    headers = {"www-authenticate": "Basic"} if is_client and "authorization" in request.headers else {}
    return _json({"error": error, "error_description": said}, 401 if is_client else 400, headers)


def _json(value: object, status: int, headers: dict[str, str] | None = None) -> Response[bytes]:
    sent = {"cache-control": "no-store", "pragma": "no-cache", **(headers or {})}
    return Response(
        msgspec.json.encode(value), status_code=status, media_type="application/json", headers=sent
    )


HANDLERS: list[ControllerRouterHandler] = [show_server, give_tokens, revoke_token]
