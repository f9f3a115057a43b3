"""The words of a text, how they are read and what they mean: CC-CEDICT and pypinyin's phrases, looked up in a file.

The file is written at first use by a child process (two seconds) and then shared by every process; a process that
looks things up holds the segmenter (some 35 MB) and a few pages of the file, instead of 190 MB of dictionaries.
"""

import functools
import importlib
import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from vermilion.engines.english import base_forms
from vermilion.engines.readings import in_context

LEARNABLE = ("en", "zh")
"""Languages there is a dictionary for."""
VERSION = 3
MOST_IN_ONE = 8
"""The longest run of signs that is looked up as one word."""
MOST_ENTRIES = 6

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*")


class Word(NamedTuple):
    """A word as it stands in a text, from `start`. `key`: as dictionaries list it; reading "" where it has none."""

    start: int
    text: str
    key: str
    reading: str


class Entry(NamedTuple):
    """What a dictionary says of a word: its senses in English, or (for English words) the word in Chinese."""

    word: str
    other_spelling: str
    reading: str
    senses: tuple[str, ...]
    measure: str


class Span(NamedTuple):
    """A term somebody else has found in a text already: it is one word."""

    start: int
    text: str


class Tongue(Protocol):
    """What is known of one language that is learnt."""

    def words(self, text: str, fixed: Sequence[Span] = ()) -> list[Word]:
        """The words of a text from left to right; what lies between them is none."""

    def entries(self, key: str, reading: str = "") -> list[Entry]:
        """What the dictionary says of a word, the given reading first."""


class _Segmenter(Protocol):
    def cut(self, text: str) -> list[str]: ...


class Dictionary:
    """The languages that can be learnt, by code. Nothing is read before the first word is asked for."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"dictionary-{VERSION}.sqlite"
        self._lock = threading.Lock()
        self._index: sqlite3.Connection | None = None
        self._tongues: dict[str, Tongue] = {"zh": _Chinese(self), "en": _English(self)}

    def tongue(self, lang: str) -> Tongue:
        """One language out of LEARNABLE; raises KeyError for any other. What it does may block: call it in a thread."""
        return self._tongues[lang]

    def find(self, sql: str, *args: object) -> list[tuple[str, ...]]:
        """Rows of the index, which is made first where it is missing."""
        with self._lock:
            return self.open().execute(sql, args).fetchall()

    def open(self) -> sqlite3.Connection:
        """The index; making it takes some seconds, once for all processes."""
        if self._index is None:
            self._index = self._opened()
        return self._index

    def _opened(self) -> sqlite3.Connection:
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                [sys.executable, "-m", "vermilion.engines.dictionary_index", str(self.path)], check=True
            )
        return sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


_ENTRY = "SELECT simplified, traditional, reading, senses, measure FROM entry"


class _Chinese:
    """Words by glossary, segmenter and dictionary; readings by word, and by context where a sign stands alone."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._find = dictionary.find
        self._knows = functools.lru_cache(65_536)(self._ask_known)
        self._key = functools.lru_cache(16_384)(self._ask_key)
        self._usual = functools.lru_cache(16_384)(self._ask_usual)
        self._readings = functools.lru_cache(16_384)(self._ask_readings)

    @functools.cached_property
    def _segmenter(self) -> _Segmenter:
        return cast(
            _Segmenter, importlib.import_module("rjieba")
        )  # it reads its dictionary when it is imported

    def words(self, text: str, fixed: Sequence[Span] = ()) -> list[Word]:
        spans: list[Span] = []
        at = 0
        for span in fixed:
            spans += self._cut(text, at, span.start)
            spans.append(span)
            at = span.start + len(span.text)
        spans += self._cut(text, at, len(text))
        return [self._word(text, spans, place) for place in range(len(spans))]

    def entries(self, key: str, reading: str = "") -> list[Entry]:
        rows = self._find(f"{_ENTRY} WHERE simplified = ?1 OR traditional = ?1", key)
        found = [Entry(row[0], row[1], row[2], tuple(json.loads(row[3])), row[4]) for row in rows]
        usual = reading or self._usual(key)
        found.sort(key=lambda one: (one.reading != usual, one.reading[:1].isupper()))
        return found[:MOST_ENTRIES]

    def _cut(self, text: str, start: int, end: int) -> list[Span]:
        found: list[Span] = []
        for run in _HAN.finditer(text, start, end):
            at = run.start()
            for token in self._merged(
                [part for whole in self._segmenter.cut(run[0]) for part in self._parted(whole)]
            ):
                found.append(Span(at, token))
                at += len(token)
        return found

    def _parted(self, token: str) -> list[str]:
        """A token no dictionary knows in the longest parts that one does."""
        if len(token) == 1 or self._knows(token):
            return [token]
        parts: list[str] = []
        while token:
            size = next((n for n in range(min(len(token), MOST_IN_ONE), 1, -1) if self._knows(token[:n])), 1)
            parts.append(token[:size])
            token = token[size:]
        return parts

    def _merged(self, tokens: list[str]) -> list[str]:
        """Neighbours that are one entry together, of three signs and more: the segmenter has weighed pairs already."""
        merged: list[str] = []
        at = 0
        while at < len(tokens):
            end = at + 1
            for stop in range(min(len(tokens), at + 4), at + 1, -1):
                whole = "".join(tokens[at:stop])
                if 2 < len(whole) <= MOST_IN_ONE and self._knows(whole):
                    end = stop
                    break
            merged.append("".join(tokens[at:end]))
            at = end
        return merged

    def _word(self, text: str, spans: list[Span], place: int) -> Word:
        start, word = spans[place]
        before, after = _beside(text, spans, place)
        reading = self._reading(word, before, after) if _HAN.search(word) else ""
        return Word(start, word, self._key(word), reading)

    def _reading(self, word: str, before: str, after: str) -> str:
        known = self._readings(word)
        if len(known) > 1 and len(word) == 1:
            reading = in_context(word, before, after)
            if reading in known:
                return str(reading)
        usual = self._usual(word)
        if not known:
            return usual or "".join(self._usual(sign) or sign for sign in word)
        return usual if usual in known else known[0]

    def _ask_key(self, word: str) -> str:
        rows = self._find("SELECT simplified FROM entry WHERE traditional = ? ORDER BY id LIMIT 1", word)
        return (
            rows[0][0] if rows and not self._find("SELECT 1 FROM entry WHERE simplified = ?", word) else word
        )

    def _ask_known(self, word: str) -> bool:
        return bool(self._find("SELECT 1 FROM entry WHERE simplified = ?1 OR traditional = ?1 LIMIT 1", word))

    def _ask_usual(self, word: str) -> str:
        rows = self._find("SELECT reading FROM reading WHERE text = ?", word)
        return rows[0][0] if rows else ""

    def _ask_readings(self, word: str) -> tuple[str, ...]:
        rows = self._find("SELECT reading FROM entry WHERE simplified = ?1 OR traditional = ?1", word)
        return tuple(sorted({row[0] for row in rows}, key=lambda one: (one[:1].isupper(), one)))


def _beside(text: str, spans: list[Span], place: int) -> tuple[str, str]:
    """The words that touch this one."""
    start, word = spans[place]
    before = spans[place - 1] if place else None
    after = spans[place + 1] if place + 1 < len(spans) else None
    return (
        before.text
        if before and before.start + len(before.text) == start
        else text[max(0, start - 1) : start],
        after.text if after and after.start == start + len(word) else "",
    )


class _English:
    """Words by their letters, looked up by their base form; what they are in Chinese is CC-CEDICT read backwards."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._find = dictionary.find
        self._count = functools.lru_cache(32_768)(self._ask_count)

    def words(self, text: str, fixed: Sequence[Span] = ()) -> list[Word]:
        spans = list(fixed)
        taken = {at for span in fixed for at in range(span.start, span.start + len(span.text))}
        spans += [
            Span(found.start(), found[0]) for found in _LATIN.finditer(text) if found.start() not in taken
        ]
        spans.sort()
        return [
            Word(span.start, text[span.start : span.start + len(span.text)], self._key(span), "")
            for span in spans
        ]

    def entries(self, key: str, reading: str = "") -> list[Entry]:  # noqa: ARG002 - English is read as it is written
        rows = self._find(
            """SELECT e.simplified, e.traditional, e.reading, '[]', '' FROM english k JOIN entry e ON e.id = k.entry
               WHERE k.word = ? ORDER BY k.rank LIMIT ?""",
            key.casefold(),
            MOST_ENTRIES,
        )
        return [Entry(row[0], row[1], row[2], (), "") for row in rows]

    def _key(self, span: Span) -> str:
        word = span.text.casefold().replace("’", "'")
        forms = list(base_forms(word))
        return next((form for form in forms if self._count(form) > 1), None) or next(
            filter(self._count, forms), word
        )

    def _ask_count(self, word: str) -> int:
        return len(self._find("SELECT 1 FROM english WHERE word = ? LIMIT 2", word))
