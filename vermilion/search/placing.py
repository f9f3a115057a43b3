"""The places of candidates: how well their words fit, how close they are to what was meant, how fresh and liked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from vermilion.kernel.record import Record
from vermilion.notes.schema import Reason
from vermilion.search.query import Query
from vermilion.search.ranking import (
    ALIKE,
    DAY,
    FRESH,
    LIKED,
    Bounds,
    fresh,
    inverse_frequency,
    liked,
    nearness,
    weight_of,
    word_scores,
)
from vermilion.search.schema import Candidate, Filters
from vermilion.search.small import ENOUGH, SHARE, small_groups
from vermilion.search.terms import Floats, counts

WEAK, WEAK_SORTED = 0.2, 0.5
"""What fits so much less than the best is no answer; where likes or time decide the order, it has to fit better."""


class Ranked(Record, kw_only=True, frozen=True):
    """A candidate and its place: what it is sorted by, and why."""

    candidate: Candidate
    key: float
    reason: Reason
    is_weak: bool = False
    """It has nothing of what the question is about but small words."""


class Words(Record, kw_only=True, frozen=True):
    """How many notes there are, in all and by language, how long they are, and in how many each word stands."""

    notes: int
    mean: float
    having: dict[str, int]
    langs: dict[str, int] = {}  # noqa: RUF012 - a Record copies it
    tiers: Bounds = Bounds(best_from=-1e9, good_from=-1e9)

    def says(self, word: str, lang: str) -> float:
        """How much a word says among the notes of a language, or among all where there are few of that."""
        notes, having = self.langs.get(lang, 0), self.having.get(word, 0)
        return inverse_frequency(max(notes, having) if notes >= ENOUGH else self.notes, having)

    def rates(self, lang: str) -> dict[str, float]:
        """In which share of the notes of a language the words stand; nothing where there are few."""
        notes = self.langs.get(lang, 0)
        return {word: count / notes for word, count in self.having.items()} if notes >= ENOUGH else {}


def rank(
    query: Query, words: Words, candidates: Sequence[Candidate], filters: Filters, moment: datetime
) -> list[Ranked]:
    """Candidates from the best to the least; each with the terms its place is the sum of."""
    if not candidates:
        return []
    scores, telling, weight, small = _fits(query, words, candidates)
    sources = [group.source for group in query.groups]
    meant = nearness([one.likeness for one in candidates], weight)
    fitting = scores.sum(axis=1) + meant
    least = (WEAK if filters.sort == "best" else WEAK_SORTED) * float(fitting.max())
    told = max(WEAK * float(telling.max()), 1e-6)
    ranked = []
    for at, one in enumerate(candidates):
        is_alike = (one.likeness or 0.0) >= ALIKE
        is_weak = (
            bool(query.groups)
            and not is_alike
            and (bool(small) or fitting[at] == meant[at])
            and telling[at] < told
        )
        if fitting[at] < least and not is_weak:
            continue
        terms: dict[str, float] = {}
        for source, score in zip(sources, scores[at].tolist(), strict=True):
            terms[source] = terms.get(source, 0.0) + score
        terms["meaning"] = float(meant[at])
        source = max(terms, key=terms.__getitem__)
        source = source if terms[source] else "filters"
        terms["fresh"] = FRESH * fresh((moment - one.released_at).total_seconds() / DAY)
        terms["liked"] = LIKED * liked(one.like_count, one.save_count, one.comment_count)
        terms = {name: round(value, 4) for name, value in terms.items() if value}
        key = sorted_by(one, sum(terms.values()), filters.sort)
        ranked.append(
            Ranked(
                candidate=one, key=round(key, 6), reason=Reason(source=source, terms=terms), is_weak=is_weak
            )
        )
    ranked.sort(key=lambda one: (one.key, one.candidate.note_id), reverse=True)
    return ranked


def first(
    query: Query,
    words: Words,
    candidates: Sequence[Candidate],
    alike: Mapping[int, float],
    moment: datetime,
    most: int,
) -> list[Candidate]:
    """Those that stand first by their words, by about how close they are, how fresh, and how well liked at the least."""
    if len(candidates) <= most:
        return list(candidates)
    scores, _, weight, _ = _fits(query, words, candidates)
    meant = nearness([alike.get(one.note_id) for one in candidates], weight)
    fits = (scores.sum(axis=1) + meant).tolist()
    for at, one in enumerate(candidates):
        fits[at] += FRESH * fresh((moment - one.released_at).total_seconds() / DAY)
        fits[at] += LIKED * words.tiers.least_liked(one.tier, one.released_at)
    order = sorted(range(len(candidates)), key=fits.__getitem__, reverse=True)
    return [candidates[at] for at in order[:most]]


def _fits(
    query: Query, words: Words, candidates: Sequence[Candidate]
) -> tuple[Floats, Floats, float, frozenset[int]]:
    """How well each candidate fits each group; how well it does without small words; what all groups weigh; the small ones."""
    idf = {
        word: words.says(word, query.lang if group.source == "words" else "")
        for group in reversed(query.groups)
        for one in group.alternatives
        for word in one.words
    }
    small = small_groups(query, words.rates(query.lang))
    table = counts([one.terms for one in candidates], list(idf))
    scores = word_scores(table, [one.length for one in candidates], words.mean, query.groups, idf)
    telling = scores[:, [at for at in range(len(query.groups)) if at not in small]].sum(axis=1)
    for at in small:
        scores[:, at] *= SHARE
    return scores, telling, weight_of(query.groups, idf, small), small


def is_by_meaning(one: Ranked) -> bool:
    """Whether a note has none of the words."""
    return one.reason.terms.keys() <= {"meaning", "fresh", "liked"}


def sorted_by(one: Candidate, score: float, sort: str) -> float:
    """What a candidate is sorted by."""
    match sort:
        case "newest":
            return one.released_at.timestamp()
        case "liked":
            return float(one.like_count)
        case "commented":
            return float(one.comment_count)
        case "saved":
            return float(one.save_count)
    return score
