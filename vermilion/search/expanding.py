"""What was asked in other languages: topics that are the same, slang, and the dictionary both ways."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from vermilion.engines.dictionary import Dictionary
from vermilion.engines.romaji import kana_of
from vermilion.engines.tokens import is_signs, units
from vermilion.search.query import Alternative, Group, Query, said
from vermilion.search.small import SMALL
from vermilion.translation.glossary import Glossary, alternatives
from vermilion.translation.topics import Topics

TOPIC, SLANG, MEANING = 0.8, 0.7, 0.65
LESS = 0.97
"""Each further meaning of a word counts so much less."""
ROMAJI, LEAST_ROMAJI = 0.6, 4
"""A word of so many letters may be Japanese; in a question that looks Japanese, of one less."""
PATIENCE = 0.5
"""Seconds that a question waits for the dictionary to be ready."""
PART = 0.5
"""A single word of a meaning that takes several."""
IN_PART = 0.7
"""A Chinese word in whose meaning the English one is a part."""
ALONE = 0.5
"""A single sign stands in many words that mean something else."""
MOST_MEANINGS, MOST_WORDS, MOST_PARTS = 6, 12, 24
"""Of a Chinese word; Chinese words of an English one, and such as have it in their meaning."""
MOST_TOGETHER = 3
"""Words that are looked up as one: "ice cream"."""
MOST_ADDED = 40
MOST_SIGNS = 6

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_HEAD = re.compile(r"^(?:to be |to |a |an |the )")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_NO_MEANING = re.compile(r"variant of|^surname|^see |abbr\. for|classifier|particle|^old |archaic")
# Words that say nothing by themselves, and would find everything in another language.
_SMALL = SMALL["en"]
_STANDS_FOR = frozenset({"sth", "sb", "sb's", "one's", "oneself", "etc"})


class Term(NamedTuple):
    """What is looked up as one, and the words of the question it covers."""

    text: str
    units: tuple[int, ...]


Way = tuple[str, Alternative]
"""How it came about, and the words."""


class Expander:
    """One process's dictionary and glossary for questions; nothing is read before the first question."""

    def __init__(self, folder: Path) -> None:
        self._dictionary = Dictionary(folder)
        self._opening: asyncio.Task[object] | None = None
        self._is_open = True
        self._meanings = lru_cache(maxsize=8192)(self._ask_meanings)

    async def expand(self, query: Query, topics: Topics) -> Query:
        """The question with what its words are called in other languages."""
        query = structs.replace(
            query,
            same_tags={tag: tuple(dict.fromkeys([tag, *topics.same(tag)])) for tag in query.tags},
        )
        if not query.words:
            return query
        if self._opening is None:
            self._opening = asyncio.create_task(asyncio.to_thread(self._dictionary.open))
        if not self._opening.done():
            await asyncio.wait([self._opening], timeout=PATIENCE)
        # Whoever asks first is answered without the dictionary, should it have to be written.
        self._is_open = self._opening.done() and self._opening.exception() is None
        if self._opening.done() and not self._is_open:
            self._opening = None
        return await asyncio.to_thread(self.expanded, query, topics)

    def expanded(self, query: Query, topics: Topics) -> Query:
        """The same at once; it may read files."""
        added: dict[tuple[Alternative, ...], Group] = {}
        for term in self._terms(query.words, topics):
            ways = [*_of_topic(term.text, topics), *self._of_slang(term.text), *self._meanings_of(term.text)]
            ways += _of_kana(term.text, query.lang)
            for source in dict.fromkeys(source for source, _ in ways):
                same = tuple(way for found, way in ways if found == source)
                added.setdefault(
                    same, Group(alternatives=same, source=source, units=term.units, term=term.text)
                )
        return structs.replace(query, groups=(*query.groups, *list(added.values())[:MOST_ADDED]))

    @cached_property
    def _glossary(self) -> Glossary:
        return Glossary.read()

    def _terms(self, words: Sequence[str], topics: Topics) -> Iterator[Term]:
        """The longest known terms of neighbouring words, and the words of each run."""
        at = 0
        while at < len(words):
            if is_signs(words[at][0]):
                yield from (Term(text, (at,)) for text in self._parts(words[at], topics))
                at += 1
                continue
            size = next(
                (
                    size
                    for size in range(MOST_TOGETHER, 1, -1)
                    if self._knows(words[at : at + size], size, topics)
                ),
                1,
            )
            text = " ".join(words[at : at + size])
            if text not in _SMALL and not text.isdigit():
                yield Term(text, tuple(range(at, at + size)))
            at += size

    def _knows(self, words: Sequence[str], size: int, topics: Topics) -> bool:
        if len(words) < size or any(is_signs(word[0]) for word in words):
            return False
        return len(topics.same("".join(words))) > 1 or bool(self._meanings_of(" ".join(words)))

    def _parts(self, run: str, topics: Topics) -> list[str]:
        """The words of a run: topics in it, and what the dictionary parts it into."""
        starts = range(len(run)) if len(run) <= 40 else ()
        named = [
            run[at : at + size]
            for at in starts
            for size in range(2, MOST_SIGNS + 1)
            if at + size <= len(run) and len(topics.same(run[at : at + size])) > 1
        ]
        hans = _HAN.findall(run) if self._is_open else []
        parts = [word.text for han in hans for word in self._dictionary.tongue("zh").words(han)]
        return list(dict.fromkeys([*named, *(part for part in parts if len(part) > 1 or len(run) == 1)]))

    def _of_slang(self, text: str) -> list[Way]:
        ways: list[Way] = []
        for lang in self._glossary.entries:
            for found in self._glossary.find(text, lang):
                if len(found.term) == len(text) and not found.entry.not_slang:
                    for sense in found.entry.sense[:1]:
                        for other, way in sense.say.items():
                            ways += [("slang", one) for one in _ways(alternatives(way)[:1], other, SLANG)]
        return ways

    def _meanings_of(self, text: str) -> tuple[Way, ...]:
        return self._meanings(text) if self._is_open else ()

    def _ask_meanings(self, text: str) -> tuple[Way, ...]:
        found = self._english(text) if is_signs(text[0]) else self._chinese(text)
        return tuple(("dictionary", way) for way in found)

    def _english(self, word: str) -> list[Alternative]:
        tongue = self._dictionary.tongue("zh")
        key = next((found.key for found in tongue.words(word) if found.text == word), word)
        senses = [
            head
            for entry in tongue.entries(key)
            for sense in entry.senses
            if not _NO_MEANING.search(sense) and (head := _head(sense))
        ]
        whole = list(dict.fromkeys(senses))[:MOST_MEANINGS]
        single = [word for sense in whole if " " in sense for word in sense.split()]
        return [*_ways(whole, "en", MEANING), *_ways(single, "en", MEANING * PART, less=1.0)]

    def _chinese(self, text: str) -> list[Alternative]:
        """What means just this, and then what this is a part of the meaning of."""
        keys = (
            [text]
            if " " in text
            else [*(word.key for word in self._dictionary.tongue("en").words(text)), text]
        )
        ask = self._dictionary.find
        whole = next((rows for key in keys if (rows := ask(_MEANT, key, MOST_WORDS))), [])
        parts = next((rows for key in keys if (rows := ask(_PART_MEANT, key, MOST_PARTS))), [])
        ways = [
            way
            for rows, weight in ((whole, MEANING), (parts, MEANING * IN_PART))
            for at, row in enumerate(rows)
            for spelling in dict.fromkeys(row[:2])
            for way in _ways([spelling] if spelling else [], "zh", weight * LESS**at)
        ]
        return list({way.words: way for way in reversed(ways)}.values())


_MEANT = """SELECT e.simplified, e.traditional FROM english k JOIN entry e ON e.id = k.entry
    WHERE k.word = ? ORDER BY k.rank LIMIT ?"""
_PART_MEANT = """SELECT e.simplified, e.traditional FROM part k JOIN entry e ON e.id = k.entry
    WHERE k.word = ? ORDER BY k.rank LIMIT ?"""


def _head(sense: str) -> str:
    """The English words a sense begins with; empty where they are more than three."""
    plain = _HEAD.sub("", " ".join(_ASIDE.sub(" ", sense).casefold().split()))
    plain = re.split(r"[,;:/]", plain)[0].strip()
    words = [word for word in plain.split() if word not in _SMALL and word not in _STANDS_FOR]
    return " ".join(words) if plain.isascii() and len(words) <= MOST_TOGETHER else ""


def _of_topic(text: str, topics: Topics) -> list[Way]:
    names = topics.same("".join(text.split()))
    return [("topic", way) for way in _ways(names[1:], "", TOPIC, less=1.0)]


def _of_kana(text: str, lang: str) -> list[Way]:
    """A word in Latin letters as Japanese writes it: every pair of its signs has to be there."""
    if is_signs(text[0]) or len(text) < LEAST_ROMAJI - (lang == "ja"):
        return []
    return [("romaji", way) for way in _ways(kana_of(text), "", ROMAJI, less=1.0)]


def _ways(texts: Sequence[str], lang: str, weight: float, *, less: float = LESS) -> list[Alternative]:
    """Texts of another language as words that belong together, each less than the one before it."""
    found: dict[tuple[str, ...], Alternative] = {}
    for at, text in enumerate(texts):
        share = weight * less**at
        every = list(units(text, lang))
        if len(every) == 1 and not is_signs(every[0][0]):
            for one in said(every[0][0], (lang,) if lang else (), share):
                found.setdefault(one.words, one)
            continue
        words: list[str] = []
        for unit in every:
            pairs = unit[(len(unit) + 1) // 2 :] if is_signs(unit[0]) else unit[:1]
            words += pairs or unit[:1]
        if words:
            alone = len(words) == 1 and len(words[0]) == 1
            found.setdefault(
                tuple(words), Alternative(words=tuple(words), weight=share * (ALONE if alone else 1))
            )
    return list(found.values())
