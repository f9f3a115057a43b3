"""A client of one room: what every operation of `api.py` goes through, paging, uploads."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol, Self, TypeVar

import httpx
import msgspec

from vermilion_client.api import FilmProgress, Operations, PictureProgress
from vermilion_client.errors import ApiError, Expired, Unavailable, check
from vermilion_client.oauth import Login

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
PART = 4 * 1024 * 1024
_TUS = {"tus-resumable": "1.0.0"}


class _Begun(msgspec.Struct):
    id: str


class Page(Protocol[T_co]):
    """A page of a list, as many operations give it."""

    @property
    def items(self) -> tuple[T_co, ...]:
        """What stands on it."""

    @property
    def next(self) -> str | None:
        """What to ask for the next one with; None: that was all."""


class Client(Operations):
    """A client for the room at `room`: a guest, or with `login` (OAuth) or `token` somebody."""

    def __init__(
        self,
        room: str,
        *,
        login: Login | None = None,
        token: str | None = None,
        lang: str | None = None,
        tries: int = 3,
        http: httpx.Client | None = None,
    ) -> None:
        headers = {"accept-language": lang} if lang else {}
        self._http = http or httpx.Client(timeout=60, headers=headers)
        self._room = room.rstrip("/")
        self._login, self._token, self._tries = login, token, tries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def each(
        self,
        read: Callable[..., Page[T]],
        *args: Any,  # noqa: ANN401 - whatever `read` takes
        most: int | None = None,
        **options: Any,  # noqa: ANN401 - likewise
    ) -> Iterator[T]:
        """Everything of a list, page by page: `client.each(client.list_notes, account_id)`."""
        cursor: str | None = None
        given = 0
        while True:
            page = read(*args, cursor=cursor, **options)
            for item in page.items:
                if most is not None and given >= most:
                    return
                yield item
                given += 1
            cursor = page.next
            if cursor is None:
                return

    def upload_film(self, file: BinaryIO, *, part: int = PART) -> FilmProgress:
        """Send a film by tus; it is then named in `NewNote.pictures` by its id. Goes on where the line broke or a token ended."""
        return self.get_film(self._upload("/api/v1/films", file, part))

    def upload_picture(self, file: BinaryIO, *, part: int = PART) -> PictureProgress:
        """Send a picture in the same way; once it has arrived, `card.id` is what `NewNote.pictures` names."""
        return self.get_arriving(self._upload("/api/v1/pictures", file, part))

    def _upload(self, path: str, file: BinaryIO, part: int) -> str:
        length = file.seek(0, 2)
        begun = self._send("POST", path, headers={**_TUS, "upload-length": str(length)}, tries=1)
        name = msgspec.json.decode(begun.content, type=_Begun).id
        path, at, failures = f"{path}/{name}", 0, 0
        while at < length:
            file.seek(at)
            headers = {**_TUS, "upload-offset": str(at), "content-type": "application/offset+octet-stream"}
            try:
                sent = self._send("PATCH", path, headers=headers, content=file.read(part), tries=1)
                at, failures = int(sent.headers["upload-offset"]), 0
            except (httpx.TransportError, Unavailable):
                failures += 1
                if failures >= self._tries:
                    raise
                time.sleep(0.2 * 2**failures)
                at = int(self._send("HEAD", path, headers=_TUS).headers["upload-offset"])
        return name

    def _call(
        self,
        gives: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: msgspec.Struct | None = None,
        content: bytes | None = None,
    ) -> T:
        sent = {name: value for name, value in (headers or {}).items() if value is not None}
        if method == "POST" and "Idempotency-Key" in (headers or {}):
            sent.setdefault("Idempotency-Key", uuid.uuid4().hex)
        if body is not None:
            content = msgspec.json.encode(body)
            sent["content-type"] = "application/json"
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        is_safe = method in ("GET", "PUT", "DELETE") or "Idempotency-Key" in sent
        tries = self._tries if is_safe else 1
        answer = self._send(method, path, query=asked, headers=sent, content=content, tries=tries)
        if gives is type(None):
            return None
        return msgspec.json.decode(answer.content, type=gives)

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        tries: int | None = None,
    ) -> httpx.Response:
        """One request: with a new token where this one is over, again where the line broke or the room was away."""
        tries = self._tries if tries is None else tries
        for attempt in range(1, tries + 1):
            try:
                return self._once(method, path, query, headers, content)
            except (httpx.TransportError, Unavailable) as error:
                if attempt >= tries:
                    raise
                wait = error.retry_after if isinstance(error, ApiError) else None
                time.sleep(min(wait or 0.2 * 2**attempt, 10))
        raise AssertionError("tried at least once")

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
    ) -> httpx.Response:
        token = self._login.tokens.access_token if self._login else self._token
        try:
            return self._ask(token, method, path, query, headers, content)
        except Expired:
            if self._login is None or token is None:
                raise
            token = self._login.renew(token)
        return self._ask(token, method, path, query, headers, content)

    def _ask(
        self,
        token: str | None,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
    ) -> httpx.Response:
        sent = {**(headers or {}), **({"authorization": f"Bearer {token}"} if token else {})}
        asked: dict[str, Any] | None = dict(query) if query else None
        address = f"{self._room}{path}"
        return check(self._http.request(method, address, params=asked, headers=sent, content=content))
