"""The words of texts and what they mean: our glossary before the dictionary. Slow at first use, so it runs in a thread."""

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from subprocess import SubprocessError
from typing import NamedTuple

import structlog

from vermilion.engines.dictionary import Dictionary, Entry, Span, Word
from vermilion.kernel.errors import Unavailable
from vermilion.learning.schema import Sentence
from vermilion.translation import glossary
from vermilion.translation.glossary import Glossary

MOST_SENTENCES = 40
"""Looked through for a word."""


class Found(NamedTuple):
    """What the glossary and the dictionary have on a word."""

    slang: glossary.Entry | None
    entries: list[Entry]
    reading: str


class Lexicon:
    """One process's dictionary and glossary; nothing is read before it is needed."""

    def __init__(self, folder: Path, extra: Path | None = None) -> None:
        self._dictionary = Dictionary(folder)
        self._extra = extra
        self._opening = asyncio.Lock()
        self._is_open = False
        self._begun: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Have the dictionary ready; who comes meanwhile waits without a thread. Raises Unavailable("dictionary_away")."""
        if not self._is_open:
            async with self._opening:
                try:
                    await asyncio.to_thread(self._dictionary.open)
                except (OSError, SubprocessError, sqlite3.Error) as error:
                    raise Unavailable("dictionary_away") from error
                self._is_open = True

    @cached_property
    def _glossary(self) -> Glossary:
        return Glossary.read(self._extra)

    def open_soon(self) -> None:
        """Begin to have it ready, for somebody who will want it."""
        self._begun = asyncio.create_task(self._try_open())

    async def _try_open(self) -> None:
        try:
            await self.open()
        except Unavailable as problem:
            structlog.get_logger().warning("dictionary_not_ready", why=problem.code)

    async def words(self, texts: Sequence[str], lang: str) -> list[list[Word]]:
        """The words of each text, in order."""
        await self.open()
        return await asyncio.to_thread(lambda: [self._words(text, lang) for text in texts])

    async def look_up(self, key: str, lang: str, reading: str = "") -> Found:
        """What is known of a word; `reading`: as it was read where it stood."""
        await self.open()
        return await asyncio.to_thread(self._look_up, key, lang, reading)

    async def fitting(self, found: Sequence[Sentence], key: str, lang: str) -> list[Sentence]:
        """Those sentences in which the marked signs are this word, and no part of another; all where none is."""
        some = found[:MOST_SENTENCES]
        words = await self.words([sentence.text for sentence in some], lang)
        return [
            sentence
            for sentence, those in zip(some, words, strict=True)
            if any(one.start == sentence.start and one.key == key for one in those)
        ] or list(some)

    def _words(self, text: str, lang: str) -> list[Word]:
        fixed = [
            Span(found.start, text[found.start : found.start + len(found.term)])
            for found in self._glossary.find(text, lang)
            if lang == "zh"
        ]
        return self._dictionary.tongue(lang).words(text, fixed)

    def _look_up(self, key: str, lang: str, reading: str) -> Found:
        tongue = self._dictionary.tongue(lang)
        terms = self._glossary.find(key, lang)
        slang = next((found.entry for found in terms if len(found.term) == len(key)), None)
        entries = tongue.entries(key, reading)
        read = reading or next((word.reading for word in tongue.words(key) if word.text == key), "")
        return Found(slang, entries, read or (entries[0].reading if entries and lang == "zh" else ""))
