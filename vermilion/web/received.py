"""What was received, strictly read: JSON and form fields become Records, or an Invalid that names the field."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.types import Empty

from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.ids import Id

T = TypeVar("T")

MOST_WORDS = 1_000_000
"""Bytes of a form without its files."""

_WHERE = re.compile(r" - at `\$?\.?(.*)`$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_LENGTH = re.compile(r"Expected `(str|array|object)` of length (<=|>=) (\d+)")
_RANGE = re.compile(r"Expected `(?:int|float)` (?:<=|>=|<|>) (-?[\d.]+)")
_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000", re.IGNORECASE)


class Received(Request[Any, Any, Any]):
    """A request whose JSON body is decoded once, strictly, straight into the handler's Record."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever the handler declares
        if self._json is Empty:
            self._json = self._decoded(await self.body())
        return self._json

    async def form(self) -> FormMultiDict:
        """The fields of a form. Its words are bounded: they are read at one go, while everybody else waits."""
        if self.content_type[0] != RequestEncodingType.MULTI_PART and await self._is_long():
            raise Problem("too_large")
        try:
            fields = await super().form()
        except LookupError as error:  # a character set nobody knows
            raise Invalid("bad_request") from error
        if sum(len(value) for _, value in fields.multi_items() if isinstance(value, str)) > MOST_WORDS:
            raise Problem("too_large")
        return fields

    async def _is_long(self) -> bool:
        return (self.content_length or 0) > MOST_WORDS or len(await self.body()) > MOST_WORDS

    def _decoded(self, body: bytes) -> object:
        kind = self.content_type[0]
        if kind not in ("", "application/json") and not kind.endswith("+json"):
            raise Invalid("unsupported_media_type", sent=kind[:100])
        declared = self.route_handler.parsed_data_field
        return from_json(body, Any if declared is None else declared.annotation)


def from_json(body: bytes, kind: Any) -> Any:  # noqa: ANN401 - any type msgspec knows
    """A value of `kind`; raises Invalid with the field where something does not fit."""
    if _NUL_ESCAPE.search(body):
        raise Invalid("text_nul", field=_field_with_nul(body))
    return _read(lambda: msgspec.json.decode(body, type=kind, dec_hook=_from_text))


def from_fields(fields: Mapping[str, object], kind: type[T]) -> T:
    """A Record from form fields, which are all text: numbers and switches are read from their words."""
    for name, value in fields.items():
        if isinstance(value, str):
            check_text(value, name)
    return _read(
        lambda: msgspec.convert(dict(fields), kind, strict=False, dec_hook=_from_text, str_keys=True)
    )


def check_text(text: str, field: str) -> None:
    """Refuse what no text column takes: NUL and unpaired surrogates."""
    if "\0" in text:
        raise Invalid("text_nul", field=field)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid("text_surrogate", field=field) from error


def _from_text(kind: type, value: object) -> object:
    if kind is Id:
        if not isinstance(value, str):
            raise ValueError("an id is a string")
        return Id.parse(value)
    raise NotImplementedError(kind)


TYPE_DECODERS = ((lambda kind: kind is Id, _from_text),)
"""For parameters in addresses."""


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        surrogate = "surrogate" in str(error).lower()
        raise Invalid("text_surrogate" if surrogate else "bad_json", field="body") from error


def invalid(message: str, field: str = "") -> Problem:
    """What msgspec says about a value, as a code and its facts."""
    where = _WHERE.search(message)
    path = where[1] if where else field
    if found := _MISSING.search(message):
        return Invalid("missing", field=f"{path}.{found[1]}" if path else found[1])
    path = path or "body"
    if found := _LENGTH.search(message):
        return _of_length(path, found[1], found[2], int(found[3]))
    if _RANGE.search(message):
        return Invalid("out_of_range", field=path)
    is_form = "matching regex" in message or "Invalid enum value" in message or "id" in message.split()
    return Invalid("wrong_form" if is_form else "wrong_type", field=path)


def _of_length(path: str, kind: str, side: str, bound: int) -> Invalid:
    if side == ">=":
        return Invalid("too_short", field=path, min=bound)
    if kind == "array" and path.endswith("pictures"):
        return Invalid("too_many_pictures", field=path, most=bound)
    return Invalid("too_long" if kind == "str" else "too_many", field=path, max=bound)


def _field_with_nul(body: bytes) -> str:
    try:
        return _first_nul(msgspec.json.decode(body), "") or "body"
    except (msgspec.DecodeError, RecursionError):
        return "body"


def _first_nul(value: object, path: str) -> str | None:
    if isinstance(value, str):
        return path if "\0" in value else None
    if isinstance(value, list):
        inner = (_first_nul(item, f"{path}[{at}]") for at, item in enumerate(value))
    elif isinstance(value, dict):
        inner = (_first_nul(item, f"{path}.{key}" if path else key) for key, item in value.items())
    else:
        return None
    return next((found for found in inner if found), None)
