"""The table of makes: which kind of engine serves which pairs of languages, best first. Nothing else is decided anywhere.

The operator's file is TOML:

    [[make]]
    kind = "chat"                          # any OpenAI-compatible server
    url = "https://llm.example.org/v1"
    model = "some-model"
    key_env = "LLM_KEY"                    # the variable that holds its key
    pairs = ["zh>en", "*>pt"]              # left out: every pair
    chrf = 55                              # if it was measured, see `quality`

    [[make]]
    kind = "libre"                         # LibreTranslate: url, key_env

    [[make]]
    kind = "ctranslate2"                   # a model folder: OPUS-MT, M2M-100, NLLB
    folder = "/models/opus-mt-en-fr"

    [[make]]
    kind = "embedded"                      # the model of `vermilion models pull`, in a process of its own

    [embeddings]                           # who makes the vectors of search: any OpenAI-compatible server
    url = "https://llm.example.org/v1"
    model = "some-embedding-model"
    key_env = "LLM_KEY"

Without a file, or without a [[make]] beside [embeddings], there is the embedded model alone, for all pairs.
"""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from vermilion.engines.embed import Outside
from vermilion.engines.translate import base_of
from vermilion.kernel.record import Record

_PAIR = re.compile(r"(\*|[a-z]{2,3})>(\*|[a-z]{2,3})")


class BadTableError(Exception):
    """The table of makes cannot be used; the message says where and why."""


class Entry(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """One [[make]]. `chrf`: what it was measured at, which lifts the doubt over the pairs it serves."""

    kind: Literal["chat", "embedded", "ctranslate2", "libre"]
    url: str = ""
    model: str = ""
    key_env: str = ""
    folder: str = ""
    pairs: tuple[str, ...] = ()
    slots: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    chrf: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None

    def serves(self, source: str, target: str) -> bool:
        """Whether the pair is in its list; an empty list has them all."""
        asked = base_of(source), base_of(target)
        return not self.pairs or any(
            all(mine in ("*", lang) for mine, lang in zip(pair.split(">"), asked, strict=True))
            for pair in self.pairs
        )


class Table(Record, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The operator's file."""

    make: tuple[Entry, ...] = ()
    embeddings: Outside | None = None


DEFAULT = Table(make=(Entry(kind="embedded"),))


def read(path: Path | None) -> Table:
    """The operator's table, or the default where there is none. Raises BadTableError."""
    if path is None:
        return DEFAULT
    try:
        table = msgspec.toml.decode(path.read_bytes(), type=Table)
    except (OSError, msgspec.DecodeError) as error:
        raise BadTableError(f"{path}: {error}") from error
    if not table.make and table.embeddings is not None:
        table = structs.replace(table, make=DEFAULT.make)
    if not table.make:
        raise BadTableError(f"{path}: it has no [[make]]")
    for number, entry in enumerate(table.make, 1):
        if wrong := _wrong(entry):
            raise BadTableError(f"{path}: [[make]] number {number} ({entry.kind}): {wrong}")
    if table.embeddings is not None and (wrong := _wrong_address(table.embeddings.url)):
        raise BadTableError(f"{path}: [embeddings]: {wrong}")
    return table


def _wrong(entry: Entry) -> str | None:
    needs = {"chat": ("url", "model"), "libre": ("url",), "ctranslate2": ("folder",), "embedded": ()}
    missing = [name for name in needs[entry.kind] if not getattr(entry, name)]
    if missing:
        return f"it needs {' and '.join(missing)}"
    if entry.url and (wrong := _wrong_address(entry.url)):
        return wrong
    bad = [pair for pair in entry.pairs if not _PAIR.fullmatch(pair)]
    return f'"{bad[0]}" is no pair such as "zh>en" or "*>en"' if bad else None


def _wrong_address(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return "url must be an http(s) address without a user or a password"
    return None
