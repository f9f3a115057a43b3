"""Keyset paging: a page of things and the cursor to the next one."""

import base64
import binascii
import typing
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

import msgspec

from vermilion.kernel.errors import Invalid

T = TypeVar("T")
K = TypeVar("K")

PAGE_SIZE = 20
Key = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Page(msgspec.Struct, Generic[T], kw_only=True, frozen=True):
    """Some things in order, and the cursor that asks for those after them (None: that was all)."""

    items: list[T]
    next: str | None = None


def to_cursor(*key: float | str) -> str:
    """An opaque cursor from the sort key of the last item shown."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def from_cursor(cursor: str, shape: type[K]) -> K:
    """The sort key inside a cursor, of the tuple type `shape`; raises Invalid("bad_cursor")."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        key = msgspec.json.decode(raw, type=shape)
        for moment in (part for part in typing.cast(Iterable[object], key) if isinstance(part, datetime)):
            moment.astimezone(UTC)  # one beyond the calendar's ends would only fail in the statement
    except (binascii.Error, ValueError, OverflowError, RecursionError, msgspec.DecodeError) as error:
        raise Invalid("bad_cursor", field="cursor") from error
    return key
