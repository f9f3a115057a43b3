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


def repeat(earlier: int) -> float:
    """The term that spreads authors: minus 0.4 for each of their notes in the day before, three at most."""
    return -REPEAT * min(earlier, 3)


def varied(candidates: Sequence[Candidate], langs: Sequence[str]) -> list[int]:
    """An order of the positions in which neighbours differ in author, and in language where they can."""
    left, order = list(range(len(candidates))), list[int]()
    while left:
        last = order[-1] if order else None

        def clash(at: int, last: int | None = last) -> int:
            if last is None:
                return 0
            return 2 * (candidates[at].author_id == candidates[last].author_id) + (langs[at] == langs[last])

        window = left[:6]
        best = min(window, key=lambda at: (clash(at), at))
        order.append(best)
        left.remove(best)
    return order
