"""What a question asks for, thing by thing, and how much of each a sentence says."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vermilion.engines.tokens import is_signs, units
from vermilion.search.query import Alternative, Group, Query

RARE = 4.0
"""No word counts for more than this, however rare: one made-up word must not weigh as three that are there."""
HALF = 0.5
"""Of a run of signs so much must be there, before it counts in part."""
GRAMMAR = 0.25
"""What endings and particles in hiragana count for."""

_HIRAGANA = re.compile("[\u3041-\u309f]")


class Thing(NamedTuple):
    """Something the question asks for: how much it tells, the ways to say it, and the pairs of a run that stand for it."""

    mass: float
    ways: tuple[Alternative, ...]
    pairs: tuple[tuple[str, float], ...] = ()

    def said_in(self, words: frozenset[str]) -> float:
        """How much of it these words say, from 0 to 1."""
        best = max((one.weight for one in self.ways if words.issuperset(one.words)), default=0.0)
        if self.pairs and best < 1:
            whole = sum(weight for _, weight in self.pairs)
            part = sum(weight for pair, weight in self.pairs if pair in words) / whole
            best = max(best, part if part >= HALF else 0.0)
        return min(1.0, best)


def things_of(query: Query, worth: Mapping[str, float]) -> list[Thing]:
    """The things a question asks for; of a run of signs each word that a dictionary knows, and what is left of it."""
    found: list[Thing] = []
    for number, unit in enumerate(query.words):
        groups = [group for group in query.groups if number in group.units]
        if is_signs(unit[0]):
            found += _of_run(unit, groups, worth)
        else:
            ways = [way for group in groups for way in group.alternatives]
            own = [
                worth[way.words[0]]
                for group in groups
                if group.source == "words"
                for way in group.alternatives
            ]
            found.append(Thing(min([RARE, *own]), tuple(_lifted(ways))))
    found += [Thing(RARE, (Alternative(words=("#" + tag,)), Alternative(words=(tag,)))) for tag in query.tags]
    return [thing for thing in found if thing.mass > 0]


def _lifted(ways: list[Alternative]) -> Iterator[Alternative]:
    """In a sentence what a dictionary calls a word counts nearly as the word itself."""
    for way in ways:
        yield Alternative(words=way.words, weight=min(1.0, way.weight**0.5))


def _of_run(run: str, groups: list[Group], worth: Mapping[str, float]) -> list[Thing]:
    terms: dict[str, list[Alternative]] = {}
    for group in groups:
        if group.term and group.term in run:
            terms.setdefault(group.term, []).extend(group.alternatives)
    # A word inside of a longer one that is known says nothing more.
    kept = [term for term in terms if not any(term != other and term in other for other in terms)]
    found = []
    rest = run
    for term in kept:
        pairs = _pairs(term)
        found.append(Thing(_mass(pairs, worth), tuple(_lifted(terms[term])), pairs))
        rest = rest.replace(term, " ")
    for piece in _pieces(rest):
        pairs = _pairs(piece)
        found.append(Thing(_mass(pairs, worth), (), pairs))
    return found


def _pieces(rest: str) -> list[str]:
    """What is left of a run: words of two signs and more; a single sign is a particle more often than not."""
    return [
        piece
        for piece in re.split(
            "[\\s的了在是和与吗呢]+|(?<=[^\u3041-\u309f])[はがをにへとものでかや](?=[^\u3041-\u309f]|$)", rest
        )
        if piece and len(piece) > 1
    ]


def _pairs(term: str) -> tuple[tuple[str, float], ...]:
    signs = [token for unit in units(term, "") for token in unit]
    pairs = [token for token in signs if len(token) > 1] or signs
    return tuple((pair, GRAMMAR if _HIRAGANA.search(pair) else 1.0) for pair in dict.fromkeys(pairs))


def _mass(pairs: tuple[tuple[str, float], ...], worth: Mapping[str, float]) -> float:
    """The mean of what its pairs tell."""
    if not pairs:
        return 0.0
    heavy = sum(weight for _, weight in pairs)
    told = sum(weight * min(RARE, worth.get(pair, RARE)) for pair, weight in pairs) / heavy
    return told * min(1.0, heavy)
