"""Logs: one line an event, readable or JSON, without secrets and without what people wrote."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

SECRET = (
    "password", "secret", "token", "cookie", "authorization", "credential", "email", "ip", "dsn", "database_url",
    "title", "body", "text", "bio", "query", "display_name", "payload",
)  # fmt: skip
"""A key with one of these names, or ending in `_` and one of them, is not written."""

Line = MutableMapping[str, Any]


def set_up(form: str) -> None:
    """Send our own and every library's logs to standard error; `form` is "text" or "json"."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
        without_values,
    ]
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("vermilion").setLevel(logging.INFO)


def without_secrets(_logger: object, _method: str, line: Line) -> Line:
    """Take the value from every key that may carry a secret or somebody's words; a processor of structlog."""
    for key in line:
        if key != "event" and key.lower().endswith(SECRET) and _is_secret(key.lower()):
            line[key] = "(not logged)"
    return line


def without_values(_logger: object, _method: str, line: Line) -> Line:
    """Replace an exception by its kind, its first line and its places: further lines of a driver's carry values."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        line["message"] = next(iter(str(error).splitlines()), "")[:200]
        line["at"] = _places(error.__traceback__)
    return line


_TOLD = (
    (re.compile(r"://[^/@\s]*@"), "://...@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 ..."),
    (
        re.compile(
            r"(?i)((?:password|passwd|secret|token|api_?key|key|authorization|credential)s?[\"']?\s*[=:]\s*)\S+"
        ),
        r"\1...",
    ),
    (re.compile(r"(?i)([?&](?:x-amz-signature|x-amz-credential|sig|key|token)=)[^&\s]+"), r"\1..."),
    (re.compile(r"\b[A-Za-z0-9_+/=-]{32,}\b"), "..."),
)


def hushed(text: str) -> str:
    """What a failure says of itself, its first line without what may be a secret: for the eyes of an operator.

    Further lines of a driver's carry values, which are what people wrote.
    """
    text = next(iter(text.splitlines()), "")
    for pattern, instead in _TOLD:
        text = pattern.sub(instead, text)
    return text


def _is_secret(key: str) -> bool:
    return any(key == name or key.endswith(f"_{name}") for name in SECRET)


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-8:]]
