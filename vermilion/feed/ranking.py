"""The terms a note's place in Explore is the sum of, and how a page is varied."""

import math
from collections.abc import Sequence
from datetime import datetime

from vermilion.feed.schema import Candidate

RECENT_SECONDS = 45_000.0
"""So many seconds of age weigh as much as ten times the likes."""
REPEAT = 0.4
_EPOCH = 1_704_067_200.0


def recent(released_at: datetime) -> float:
    """The term of freshness: seconds since 2024 over 45,000, so that scores never need to decay."""
    return (released_at.timestamp() - _EPOCH) / RECENT_SECONDS


def liked(likes: int, saves: int, comments: int) -> float:
    """The term of approval: log10 of 1 + likes + 2 saves + 2 comments (the "hot" formula of Reddit, 2008)."""
    return math.log10(1 + max(0, likes) + 2 * max(0, saves) + 2 * max(0, comments))


def watched(shares: float) -> float:
    """The term of attention: log10 of 1 + half the films' worth of it that was seen in all."""
    return math.log10(1 + max(0.0, shares) / 2)


def repeat(earlier: int) -> float:
    """The term that spreads authors: minus 0.4 for each of their notes in the day before, three at most."""
    return -REPEAT * min(earlier, 3)


def varied(candidates: Sequence[Candidate], langs: Sequence[str]) -> list[int]:
    """An order of the positions in which neighbours differ in author, and in language where they can."""
    left, order = list(range(len(candidates))), list[int]()
    authors = [candidate.author_id for candidate in candidates]
    author, lang = None, None
    while left:
        best, least = left[0], 4
        for at in left[:6]:
            clash = 2 * (authors[at] == author) + (langs[at] == lang)
            if clash < least:
                best, least = at, clash
            if not clash:
                break
        author, lang = authors[best], langs[best]
        order.append(best)
        left.remove(best)
    return order
