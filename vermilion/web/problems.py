"""What went wrong, said over HTTP: kind of error -> status, code -> sentence, as problem+json or as a page."""

import secrets
import traceback
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.connection import Request
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    SerializationException,
    ValidationException,
)

from vermilion.kernel import errors
from vermilion.kernel.errors import Forbidden, Invalid, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.web.context import find_known_viewer, is_api, locale_of, wants_json
from vermilion.web.received import invalid
from vermilion.web.render import error_fragment, error_page
from vermilion.web.scopes import READ
from vermilion.web.sentences import SENTENCES
from vermilion.web.wording import wording

log = structlog.get_logger(__name__)

STATUSES: dict[type[Problem], int] = {
    errors.Invalid: 400,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
STATUSES_OF_CODES = {
    "method_not_allowed": 405,
    "too_large": 413,
    "picture_too_large": 413,
    "film_too_large": 413,
    "film_too_long_body": 413,
    "picture_too_long_body": 413,
    "film_checksum": 460,
    "tus_version": 412,
    "unsupported_media_type": 415,
    "internal": 500,
    "oembed_format": 501,
    "disk_full": 507,
}
"""Where HTTP has a word more exact than the kind's."""

RETRY_AFTER = 5
"""Seconds, where what is away does not say when it will be back."""

_CHALLENGES = {
    "bad_token": 'Bearer error="invalid_token", error_description="The access token is not valid"',
    "token_expired": 'Bearer error="invalid_token", error_description="The access token expired"',
}
"""As RFC 6750 has them."""

PROBLEM_JSON = "application/problem+json"
FRAMEWORK_CODES = {
    401: "sign_in_first",
    403: "bad_origin",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}


class FieldError(Record, kw_only=True, frozen=True):
    """One field that does not fit, named as in the body sent."""

    field: str
    message: str


class ProblemDetail(Record, kw_only=True, frozen=True):
    """An error as RFC 9457 has it. `code` is stable; further members are the facts of that code."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FieldError, ...] = ()


def status_of(problem: Problem) -> int:
    """The status of a kind of error; 500 for a code nobody raises on purpose."""
    special = STATUSES_OF_CODES.get(problem.code)
    return special or next((status for kind, status in STATUSES.items() if isinstance(problem, kind)), 500)


def sentence(code: str, facts: Mapping[str, object], locale: str) -> str:
    """What is the matter, in the interface's language."""
    words = wording(locale)
    message = SENTENCES.get(code)
    if message is None:
        return sentence("bad_request", {}, locale)
    if isinstance(message, str):
        text = words.gettext(message)
    else:
        one, many, counted = message
        number = facts.get(counted, 0)
        text = words.ngettext(one, many, number if isinstance(number, int) else 0)
    return text.format_map(_Facts(facts))


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def describe(problem: Problem, locale: str) -> ProblemDetail:
    """The problem as it is sent, in one language."""
    said = sentence(problem.code, problem.facts, locale)
    field = problem.facts.get("field")
    return ProblemDetail(
        type=f"/developers#problem-{problem.code}",
        title=said,
        status=status_of(problem),
        detail=said,
        code=problem.code,
        errors=(FieldError(field=str(field), message=said),) if field else (),
    )


def to_answer(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    """The whole answer: problem+json, a fragment or a page, with the headers that go with its status."""
    locale = locale_of(request)
    detail = describe(problem, locale)
    headers = _headers(request, problem, detail.status)
    if wants_json(request):
        facts = {name: _plain(value) for name, value in problem.facts.items() if value is not None}
        body = msgspec.json.encode({**facts, **msgspec.to_builtins(detail)})
        return Response(body, status_code=detail.status, media_type=PROBLEM_JSON, headers=headers)
    viewer = find_known_viewer(request)
    page = error_page(
        locale, detail.status, detail.detail, signed_in=viewer is not None and not viewer.is_guest
    )
    return Response(page.encode(), status_code=detail.status, media_type="text/html", headers=headers)


def _headers(request: Request[Any, Any, Any], problem: Problem, status: int) -> dict[str, str]:
    headers = {"vary": "accept, accept-language, x-fragment"}
    if status in (429, 503):
        headers["retry-after"] = str(problem.facts.get("retry_after", RETRY_AFTER))
    if status == 401 and is_api(request):
        headers["www-authenticate"] = _CHALLENGES.get(problem.code, "Bearer")
    if problem.code in ("scope_missing", "only_in_person"):
        asked = f', scope="{problem.facts["scope"]}"' if "scope" in problem.facts else ""
        headers["www-authenticate"] = f'Bearer error="insufficient_scope"{asked}'
    if status == 405 and (allowed := problem.facts.get("allow")):
        headers["allow"] = str(allowed)
    return headers


def _plain(value: object) -> object:
    if isinstance(value, Id):
        return str(int(value))
    if isinstance(value, (list, tuple, frozenset, set)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def on_exception(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The application's one exception handler."""
    problem = to_problem(request, error)
    viewer = find_known_viewer(request)
    if problem.code == "sign_in_first" and viewer is not None and viewer.scopes is not None:
        problem = Forbidden(
            "scope_missing", scope=READ
        )  # a token for what is public alone, see security.check_scope
    return to_answer(request, problem)


def to_problem(request: Request[Any, Any, Any], error: Exception) -> Problem:
    """Whatever was raised, as one of our problems; what nobody foresaw is logged and gets an id to ask about."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return _from_validation(error)
    if isinstance(error, SerializationException):
        return Invalid("bad_json", field="body")
    if isinstance(error, InternalServerException) and "disconnected" in error.detail:
        return Invalid("bad_request")  # nobody is left to be told
    if isinstance(error, HTTPException) and error.status_code < 500:
        code = FRAMEWORK_CODES.get(error.status_code, "bad_request")
        return (
            Problem(code, **_allowed(error))
            if code in STATUSES_OF_CODES
            else _by_status(error.status_code, code)
        )
    return _unforeseen(request, error)


def _by_status(status: int, code: str) -> Problem:
    kind = next((kind for kind, known in STATUSES.items() if known == status), Invalid)
    return kind(code)


def _allowed(error: HTTPException) -> dict[str, str]:
    allowed = {name.lower(): value for name, value in (error.headers or {}).items()}.get("allow")
    return {"allow": allowed} if allowed else {}


def _from_validation(error: ValidationException) -> Problem:
    """A parameter that does not fit; in the path it means that there is no such thing."""
    found = error.extra if isinstance(error.extra, list) else []
    if not found:
        return Invalid("bad_request")
    first: dict[str, str] = found[0]
    if first.get("source") == "path":
        return NotFound("not_found")
    if "Missing required" in error.detail or first.get("message", "").startswith(
        "Expected `object`, got `Empty"
    ):
        return Invalid("missing", field=first.get("key", "body"))
    return invalid(first.get("message", ""), first.get("key", ""))


def _unforeseen(request: Request[Any, Any, Any], error: Exception) -> Problem:
    request_id = secrets.token_hex(6)
    handler = request.scope.get("route_handler")
    log.error(
        "request_failed",
        request_id=request_id,
        method=request.method,
        handler=str(getattr(handler, "handler_name", "")),
        error=type(error).__qualname__,
        # Frames alone: the words of an exception may quote what people sent.
        frames="".join(traceback.format_tb(error.__traceback__)[-12:]),
    )
    return Problem("internal", request_id=request_id)


def fragment_of(request: Request[Any, Any, Any], problem: Problem) -> str:
    """A problem as a short passage of HTML, for pages that show it beside their form."""
    locale = locale_of(request)
    return error_fragment(locale, sentence(problem.code, problem.facts, locale))
