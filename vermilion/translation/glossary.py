"""Slang and what it means: our own glossary, and what the operator adds to it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from vermilion.kernel.record import Record

MOST_HINTS = 4
_ASCII = re.compile("[A-Za-z0-9]")


class Sense(Record, kw_only=True, frozen=True):
    """One meaning, told in English; `say`: language -> how others say it, alternatives parted by " / "."""

    meaning: str
    example: str = ""
    example_en: str = ""
    say: dict[str, str] = msgspec.field(default_factory=dict)


class Entry(Record, kw_only=True, frozen=True):
    """A term with its other spellings. `not_slang`: it is an ordinary word as well."""

    term: str
    also: tuple[str, ...] = ()
    not_slang: bool = False
    sense: tuple[Sense, ...]


class _File(Record, kw_only=True, frozen=True):
    entry: tuple[Entry, ...] = ()


class Found(NamedTuple):
    """A term as it stands in a text, from `start`."""

    start: int
    term: str
    entry: Entry


def alternatives(say: str) -> list[str]:
    """The ways to say it, of a field `say`."""
    return [one.strip() for one in say.split(" / ") if one.strip()]


class Glossary:
    """Entries by language, found in texts: longest term first, Latin terms without case and as whole words."""

    def __init__(self, entries: dict[str, tuple[Entry, ...]]) -> None:
        self.entries = entries
        self._terms: dict[str, dict[str, list[tuple[str, Entry]]]] = {}
        for lang, of_lang in entries.items():
            terms = self._terms.setdefault(lang, {})
            for entry in of_lang:
                for term in (entry.term, *entry.also):
                    folded = term.casefold()
                    terms.setdefault(folded[:1], []).append((folded, entry))
            for candidates in terms.values():
                candidates.sort(key=lambda candidate: -len(candidate[0]))

    @classmethod
    def read(cls, extra: Path | None = None) -> "Glossary":
        """Our own files, one a language; `extra` is a folder of the operator's, whose terms come before ours."""
        entries: dict[str, tuple[Entry, ...]] = {}
        for folder in (Path(__file__).with_name("glossary"), extra):
            for path in sorted(folder.glob("*.toml")) if folder else ():
                added = msgspec.toml.decode(path.read_bytes(), type=_File).entry
                terms = {entry.term for entry in added}
                kept = [entry for entry in entries.get(path.stem, ()) if entry.term not in terms]
                entries[path.stem] = (*added, *kept)
        return cls(entries)

    def find(self, text: str, lang: str) -> list[Found]:
        """The terms of a text, left to right; none lies in another."""
        return list(self._find(text.casefold(), self._terms.get(lang, {})))

    def _find(self, text: str, terms: dict[str, list[tuple[str, Entry]]]) -> Iterator[Found]:
        at = 0
        while at < len(text):
            for term, entry in terms.get(text[at], ()):
                if text.startswith(term, at) and _is_whole(text, at, at + len(term)):
                    yield Found(at, term, entry)
                    at += len(term)
                    break
            else:
                at += 1

    def hints(self, text: str, source: str, target: str) -> tuple[tuple[str, str], ...]:
        """(term, how the target says it, else its meaning in English) for the slang of a text, at most MOST_HINTS."""
        hints: dict[str, str] = {}
        for found in self.find(text, source):
            if not found.entry.not_slang:
                sense = found.entry.sense[0]
                said = alternatives(sense.say.get(target, ""))
                hints.setdefault(found.term, said[0] if said else sense.meaning)
        return tuple(hints.items())[:MOST_HINTS]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin letter or digit of a term goes on beyond it."""
    first = _ASCII.match(text[start]) and start > 0 and _ASCII.match(text[start - 1])
    last = _ASCII.match(text[end - 1]) and end < len(text) and _ASCII.match(text[end])
    return not first and not last
