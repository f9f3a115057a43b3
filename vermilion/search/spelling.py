"""What somebody may have meant who mistyped: the nearest words that stand in notes for everyone."""

import asyncio
import importlib
import time
from collections.abc import Sequence
from typing import Any

from vermilion.engines.tokens import STEM, is_signs
from vermilion.search.query import Query
from vermilion.storage.db import Db

MOST_WORDS = 30_000
LEAST_LETTERS = 4
LONG = 7
"""Words of so many letters may be wrong in two places, shorter ones in one."""
FRESH_SECONDS = 600.0


class Spelling:
    """One process's words, the most used; read again when they are ten minutes old."""

    def __init__(self) -> None:
        self._words: Any = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def mend(self, db: Db, query: Query) -> str | None:
        """The question with its unknown words replaced by the nearest known ones; None where there is nothing to mend."""
        return await self.mend_words(db, query.words)

    async def mend_words(self, db: Db, words: Sequence[str]) -> str | None:
        """The same for words, each as tokens have it."""
        doubtful = [
            word for word in words if len(word) >= LEAST_LETTERS and word.isalpha() and not is_signs(word)
        ]
        if not doubtful:
            return None
        await self._read(db)
        mended = {word: near for word in doubtful if (near := self._nearest(word)) is not None}
        return " ".join(mended.get(word, word) for word in words) if mended else None

    def _nearest(self, word: str) -> str | None:
        verbosity = importlib.import_module("symspellpy").Verbosity
        found = self._words.lookup(word, verbosity.TOP, max_edit_distance=2 if len(word) >= LONG else 1)
        return str(found[0].term) if found and found[0].term != word else None

    async def _read(self, db: Db) -> None:
        async with self._reading:
            if self._words is not None and time.monotonic() - self._read_at < FRESH_SECONDS:
                return
            rows = await db.rows(
                """SELECT term, note_count FROM search_term WHERE length(term) >= $1 AND left(term, 1) NOT IN ('#', '~')
                   ORDER BY note_count DESC LIMIT $2""",
                LEAST_LETTERS,
                MOST_WORDS,
            )
            self._words = await asyncio.to_thread(_dictionary, [(row[0], row[1]) for row in rows])
            self._read_at = time.monotonic()


def _dictionary(words: list[tuple[str, int]]) -> Any:  # noqa: ANN401 - of a library without types, loaded at first use
    made = importlib.import_module("symspellpy").SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word, count in words:
        if word.isalpha() and not word.startswith(STEM) and not is_signs(word):
            made.create_dictionary_entry(word, count)
    return made
