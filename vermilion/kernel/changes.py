"""What has changed between two texts, word by word; in scripts without spaces letter by letter."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from vermilion.kernel.record import Record

_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that are written without spaces: of South-East Asia, kana, Chinese characters."""
_TOKEN = re.compile(rf"[{_NO_SPACES}]|[^\W{_NO_SPACES}]+|\s+|[^\w\s]+")
MOST_PAIRS = 40_000
"""Pairs of equal tokens that are compared: texts with more (one word over and over) are told apart as a whole."""


class Change(Record, kw_only=True, frozen=True):
    """A stretch of text that stands in both, only in the older, or only in the newer."""

    kind: Literal["same", "gone", "new"]
    text: str


@lru_cache(maxsize=256)
def changes(old: str, new: str) -> tuple[Change, ...]:
    """Both texts in one row of stretches: without the new ones it is the older text, without those gone the newer."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    middle = before[start : len(before) - end], after[start : len(after) - end]
    made = [("same", "".join(before[:start])), *_between(*middle)]
    made.append(("same", "".join(before[len(before) - end :]) if end else ""))
    return tuple(Change(kind=kind, text=text) for kind, text in made if text)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens two texts begin with alike."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _between(before: list[str], after: list[str]) -> list[tuple[Literal["same", "gone", "new"], str]]:
    known = Counter(after)
    if sum(known[token] for token in before) > MOST_PAIRS:
        return [("gone", "".join(before)), ("new", "".join(after))]
    made: list[tuple[Literal["same", "gone", "new"], str]] = []
    for kind, start, stop, low, high in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            made.append(("same", "".join(before[start:stop])))
        else:
            made += [("gone", "".join(before[start:stop])), ("new", "".join(after[low:high]))]
    return made
