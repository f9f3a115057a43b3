"""What the beginning of a title, topic, place or name can be typed as."""

import importlib

from vermilion.engines.tokens import fold, is_signs, normal, units

LONGEST_KEY = 40
MOST_STARTS = 4


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
    """The keys of a Chinese text in pinyin and in its initials; the tables take 50 MB, so only the worker asks."""
    text = plain(shown)
    if not any("\u4e00" <= sign <= "\u9fff" for sign in text) or any(
        "\u3041" <= sign <= "\u30ff" for sign in text
    ):
        return []
    syllables = importlib.import_module("pypinyin").lazy_pinyin(text[:LONGEST_KEY], errors="ignore")
    return ["".join(syllables), "".join(syllable[:1] for syllable in syllables)]
