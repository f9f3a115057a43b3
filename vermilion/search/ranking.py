"""What the place of a hit is the sum of: how well its words fit (BM25), how fresh it is, how well it is liked."""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from vermilion.kernel.record import Record
from vermilion.search.query import Alternative, Group
from vermilion.search.schema import BEST, GOOD, REST
from vermilion.search.terms import Floats, numpy

K1, B = 1.0, 0.65
"""How soon repeating a word no longer helps, and how much long notes are held back (Robertson, Zaragoza 2009)."""
FRESH, LIKED = 1.2, 0.35
MEANT, UNLIKE, LEAST_WEIGHT = 0.5, 0.05, 2.0
"""How much meaning weighs beside the words of the question; from which likeness on; words never count for less."""
ALIKE = 0.2
"""The least likeness of a note that has none of the words."""
FRESH_DAYS = 45.0
DAYS_A_TENFOLD = 120.0
"""So many days of age weigh as much as ten times the likes, for the tier a note stands in."""
DAY = 86_400.0
_EPOCH = 1_704_067_200.0


class Bounds(Record, kw_only=True, frozen=True):
    """The least standing of the notes of the first two tiers."""

    best_from: float
    good_from: float

    def tier_of(self, standing_: float) -> int:
        return BEST if standing_ >= self.best_from else GOOD if standing_ >= self.good_from else REST

    def least_liked(self, tier: int, released_at: datetime) -> float:
        """What a note must be liked (see `liked`), or it would not stand in its tier."""
        least = self.best_from if tier == BEST else self.good_from if tier == GOOD else 0.0
        return max(0.0, least - standing(released_at, 0, 0, 0))


def standing(released_at: datetime, likes: int, saves: int, comments: int) -> float:
    """What decides a note's tier; it does not change while the note only grows older."""
    return liked(likes, saves, comments) + (released_at.timestamp() - _EPOCH) / (DAYS_A_TENFOLD * DAY)


def liked(likes: int, saves: int, comments: int) -> float:
    """log10 of 1 + likes + 2 saves + 2 comments."""
    return math.log10(1 + max(0, likes) + 2 * max(0, saves) + 2 * max(0, comments))


def fresh(age_days: float) -> float:
    """1 for what is new, a half after 45 days, towards 0."""
    return float(2 ** (-max(0.0, age_days) / FRESH_DAYS))


def nearness(likeness: Sequence[float | None], weight: float) -> Floats:
    """What being close to what was meant adds, where the words of the question weigh so much."""
    np = numpy()
    close = np.array([UNLIKE if one is None else one for one in likeness], dtype=np.float32)
    return MEANT * max(weight, LEAST_WEIGHT) * np.maximum(0, close - UNLIKE)


def weight_of(groups: Sequence[Group], idf: Mapping[str, float], small: Collection[int] = ()) -> float:
    """How much the words that were typed say together, but for small ones, whether a note has them or not."""
    return sum(
        max(one.weight * min(idf[word] for word in one.words) for one in group.alternatives)
        for at, group in enumerate(groups)
        if group.source == "words" and at not in small
    )


def inverse_frequency(notes: int, having: int) -> float:
    """How much a word says: log(1 + (N - n + 0.5) / (n + 0.5))."""
    having = min(having, notes)
    return math.log(1 + (notes - having + 0.5) / (having + 0.5))


def word_scores(
    table: Floats, lengths: Sequence[float], mean: float, groups: Sequence[Group], idf: Mapping[str, float]
) -> Floats:
    """BM25 of each note, an array of notes x groups; the columns of `table` are the words of `idf` in its order."""
    np = numpy()
    column = {word: at for at, word in enumerate(idf)}
    long = np.asarray(lengths, dtype=np.float32)[:, None] / np.float32(mean or 1)
    rates = np.fromiter(idf.values(), dtype=np.float32, count=len(idf))
    parts: Floats = (rates * table * (K1 + 1) / (table + K1 * (1 - B + B * long))).astype(np.float32)
    scores = np.zeros((len(lengths), len(groups)), dtype=np.float32)
    for at, group in enumerate(groups):
        for one in group.alternatives:
            scores[:, at] = np.maximum(scores[:, at], _alternative(parts, one, column))
    return scores


def _alternative(parts: Floats, one: Alternative, column: Mapping[str, int]) -> Floats:
    """Of several words that belong together every one must be there; they count as their mean."""
    columns = [column[word] for word in one.words]
    if len(columns) == 1:
        return one.weight * parts[:, columns[0]]
    together = parts[:, columns]
    np = numpy()
    return np.where(together.min(axis=1) > 0, one.weight * together.mean(axis=1), np.float32(0))
