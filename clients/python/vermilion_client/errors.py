"""Problems a room answers with, as exceptions."""

from collections.abc import Mapping
from typing import Any

import httpx


class ApiError(Exception):
    """An answer that is a problem. `code` is stable, `detail` a sentence, `errors` name fields, `facts` are what the code is about."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(said.get("code", ""))
        self.detail = str(said.get("detail", "")) or f"status {status}"
        self.errors: list[dict[str, str]] = list(said.get("errors", ()))
        known = {"type", "title", "status", "detail", "code", "errors"}
        self.facts = {name: value for name, value in said.items() if name not in known}
        self.retry_after: int | None = None
        super().__init__(f"{self.code or status}: {self.detail}")


class BadRequest(ApiError):
    """What was sent does not fit."""


class Unauthorized(ApiError):
    """Nobody is signed in, or the token is none."""


class Expired(Unauthorized):
    """The access token is over: refresh it, and send the request again."""


class Forbidden(ApiError):
    """The token has not the scope, or its person may not do this."""


class NotFound(ApiError):
    """It is not there, or this account may not know that it is."""


class Conflict(ApiError):
    """It clashes with something that is there already."""


class TooMany(ApiError):
    """Too often; `retry_after` is in seconds."""


class Unavailable(ApiError):
    """Not now; `retry_after` is in seconds."""


_KINDS: dict[int, type[ApiError]] = {
    401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 429: TooMany, 503: Unavailable, 507: Unavailable,
}  # fmt: skip


def check(answer: httpx.Response) -> httpx.Response:
    """The answer, where it is none of the problems above; else that is raised."""
    if answer.is_success:
        return answer
    answer.read()
    try:
        said = answer.json()
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    kind = _KINDS.get(answer.status_code, BadRequest if answer.status_code < 500 else ApiError)
    if answer.status_code == 401 and "expired" in answer.headers.get("www-authenticate", ""):
        kind = Expired  # also where an answer to HEAD has no body to say so
    error = kind(answer.status_code, said)
    wait = answer.headers.get("retry-after", "")
    error.retry_after = int(wait) if wait.isdigit() else None
    raise error
