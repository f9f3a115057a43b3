"""What the beginning of a title, topic, place or name can be typed as."""

import importlib
import re

from vermilion.engines.romaji import reading_of, runs_of
from vermilion.engines.tokens import fold, is_signs, normal, units

LONGEST_KEY = 40
MOST_STARTS = 4
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2,}")


def keys_of(shown: str, *, is_whole: bool) -> list[str]:
    """The keys a text is offered under as it is written, from its later words too."""
    text = plain(shown)
    if not text:
        return []
    words = text.split(" ")
    starts = 1 if is_whole else MOST_STARTS
    keys = [" ".join(words[at:]) for at in range(min(starts, len(words))) if len(words[at]) > 1 or at == 0]
    return list(dict.fromkeys(key[:LONGEST_KEY] for key in keys if key))


def plain(text: str) -> str:
    """A text as keys have it: normal, without accents, its words parted by one space."""
    return " ".join(
        unit[0] if not is_signs(unit[0]) else "".join(unit[: (len(unit) + 1) // 2])
        for unit in units(fold(normal(text)), "")
    )


def readings_of(shown: str) -> list[str]:
    """The keys of a Chinese text in pinyin and in its initials, of one with kana in Latin letters.

    The tables of pinyin take 50 MB, so only the worker asks.
    """
    text = plain(shown)
    if runs_of(text):
        return _romaji_of(text)
    if not any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return []
    syllables = importlib.import_module("pypinyin").lazy_pinyin(text[:LONGEST_KEY], errors="ignore")
    return ["".join(syllables), "".join(syllable[:1] for syllable in syllables)]


def _romaji_of(text: str) -> list[str]:
    """The stretches of kana in a text as they are read, those of katakana by themselves as well."""
    runs = [run for run in runs_of(text) if len(run) > 1]
    parts = [part for run in runs for part in _KATAKANA.findall(run) if part != run]
    return list(dict.fromkeys(reading_of(run)[:LONGEST_KEY] for run in [*runs, *parts]))[:MOST_STARTS]
