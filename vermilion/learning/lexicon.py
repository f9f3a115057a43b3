"""The words of texts and what they mean: our glossary before the dictionary. Slow at first use, so it runs in a thread."""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from vermilion.engines.dictionary import Dictionary, Entry, Span, Word
from vermilion.translation import glossary
from vermilion.translation.glossary import Glossary


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

    async def open(self) -> None:
        """Have the dictionary ready; whoever comes meanwhile waits without holding a thread."""
        if not self._is_open:
            async with self._opening:
                await asyncio.to_thread(self._dictionary.open)
                self._is_open = True

    @cached_property
    def _glossary(self) -> Glossary:
        return Glossary.read(self._extra)

    async def words(self, texts: Sequence[str], lang: str) -> list[list[Word]]:
        """The words of each text, in order."""
        await self.open()
        return await asyncio.to_thread(lambda: [self._words(text, lang) for text in texts])

    async def look_up(self, key: str, lang: str, reading: str = "") -> Found:
        """What is known of a word; `reading`: as it was read where it stood."""
        await self.open()
        return await asyncio.to_thread(self._look_up, key, lang, reading)

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
