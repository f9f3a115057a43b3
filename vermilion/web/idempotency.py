"""The same deed sent twice has one effect: its answer is stored in the deed's own transaction."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar import Response

from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest
from vermilion.work.events import encode_hook

T = TypeVar("T")

HEADER = "idempotency-key"
KEY_LONGEST = 100


class Stored(Record, kw_only=True, frozen=True):
    """An answer as it was given. `body` is JSON; empty where the answer was a secret or an address."""

    request_hash: bytes
    status: int
    location: str | None
    body: bytes


class Answer(Record, kw_only=True, frozen=True):
    """What a deed leads to: a value to send, or (for forms) an address to go to."""

    value: Any = None
    status: int = 200
    location: str | None = None


def key_of(request: AnyRequest) -> str | None:
    """The request's Idempotency-Key, or None; raises Invalid for one that is no short printable word."""
    key = request.headers.get(HEADER)
    return None if key is None else check_key(key)


def check_key(key: str) -> str:
    """The key of a header or a form's `form_key`."""
    if not (0 < len(key) <= KEY_LONGEST and key.isascii() and key.isprintable()):
        raise Invalid("idempotency_key", field="Idempotency-Key")
    return key


def fingerprint(request: AnyRequest, content: bytes) -> bytes:
    """16 bytes that name this method, address and content."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (request.method.encode(), request.scope["path"].encode("utf-8", "surrogatepass"), content):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


async def once(
    db: Db,
    viewer: Viewer,
    key: str | None,
    request_hash: bytes,
    deed: Callable[[], Awaitable[Answer]],
    *,
    is_secret: bool = False,
) -> Stored:
    """Do the deed and keep its answer under the key, in one transaction; or give the answer kept.

    A twin that runs at the same time waits for the first on its row. A deed that fails keeps nothing. Of a
    secret answer only that it was given is kept; asking again raises Conflict("already_answered").
    Raises Conflict("key_reused") for the same key with other content.
    """
    async with db.transaction():
        if key is not None and (held := await _claim(db, viewer, key, request_hash)) is not None:
            if held.request_hash != request_hash:
                raise Conflict("key_reused")
            if is_secret:
                raise Conflict("already_answered")
            return held
        answer = await deed()
        stored = to_stored(answer, request_hash)
        if key is not None:
            await db.run(
                "UPDATE idempotency SET status = $3, location = $4, body = $5 WHERE account_id = $1 AND key = $2",
                viewer.account_id,
                key,
                stored.status,
                stored.location,
                b"" if is_secret else stored.body,
            )
    return stored


async def _claim(db: Db, viewer: Viewer, key: str, request_hash: bytes) -> Stored | None:
    """Take the key for this request, or give what is kept under it."""
    taken = await db.run(
        """INSERT INTO idempotency (account_id, key, request_hash, status, location, body, created_at)
           VALUES ($1, $2, $3, 0, NULL, '', $4) ON CONFLICT (account_id, key) DO NOTHING""",
        viewer.account_id,
        key,
        request_hash,
        now(),
    )
    if taken:
        return None
    return await db.maybe(
        Stored,
        "SELECT request_hash, status, location, body FROM idempotency WHERE account_id = $1 AND key = $2",
        viewer.account_id,
        key,
    )


async def find_stored(db: Db, viewer: Viewer, key: str | None, request_hash: bytes) -> Stored | None:
    """The answer kept under a key, for deeds too slow to hold a transaction open; raises Conflict("key_reused")."""
    if key is None:
        return None
    held = await db.maybe(
        Stored,
        "SELECT request_hash, status, location, body FROM idempotency WHERE account_id = $1 AND key = $2",
        viewer.account_id,
        key,
    )
    if held is not None and held.request_hash != request_hash:
        raise Conflict("key_reused")
    return held


def to_stored(answer: Answer, request_hash: bytes) -> Stored:
    """The answer as bytes."""
    body = b"" if answer.value is None else msgspec.json.encode(answer.value, enc_hook=encode_hook)
    return Stored(request_hash=request_hash, status=answer.status, location=answer.location, body=body)


def to_response(stored: Stored) -> Response[Any]:
    """The answer as JSON with its status and place."""
    headers = {"location": stored.location} if stored.location else {}
    return Response(stored.body, status_code=stored.status, media_type="application/json", headers=headers)
