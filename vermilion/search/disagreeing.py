"""Whether the sentences that answer contradict each other: other amounts of the same, or yes against no."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from vermilion.kernel.ids import Id
from vermilion.search.amounts import Amount
from vermilion.search.schema import AnswerKind, Claim

NAMED = 0.6
"""So much of what was asked for a sentence must name itself, before it can contradict another."""
CLOSE = 0.1
"""Amounts that differ by less than this share of the larger say the same."""
MOST_CLAIMS = 4

_NOT = re.compile(
    r"""\b(?:not|no|never|without|none|cannot|nothing|nobody|nunca|sin|ning[uú]n|n[aã]o|sem|ne|pas|sans|jamais|aucune?|
        nicht|keine?[nrms]?|nie|ohne|non|senza|mai|не|нет|нельзя|без|никогда)\b|n['’]t\b|[不没沒别勿]|
        ません|ない|禁止|なし|안\s|못\s|없|않|\bلا\b|\bليس|\bلم\b|\bبدون\b|\bممنوع""",
    re.IGNORECASE | re.VERBOSE,
)


class Said(NamedTuple):
    """What a sentence of a note says: which of the things asked for it names, and its amounts."""

    note_id: Id
    author_id: Id
    text: str
    things: tuple[bool, ...]
    mentioned: float
    amounts: tuple[Amount, ...]


def disagreement(kind: AnswerKind, said: Sequence[Said]) -> list[Claim]:
    """What the notes say otherwise than each other, most of them first; empty where they do not.

    Each note speaks once, by its best sentence; where amounts are compared, by the best that names the same things as the
    best one of all, for another thing costs something else.
    """
    named = [one for one in said if one.mentioned >= NAMED]
    speakers: dict[Id, Said] = {}
    for one in named:
        if kind == "yes_no" or one.things == named[0].things:
            speakers.setdefault(one.note_id, one)
    if len({one.author_id for one in speakers.values()}) < 2:
        return []
    if kind == "yes_no":
        return _yes_and_no(list(speakers.values()))
    if kind in {"price", "hour", "duration", "number"}:
        return _amounts(kind, list(speakers.values()))
    return []


def _yes_and_no(said: Sequence[Said]) -> list[Claim]:
    counted = Counter("no" if _NOT.search(one.text) else "yes" for one in said)
    if len(counted) < 2:
        return []
    return [Claim(says=says, count=count) for says, count in counted.most_common()]


def _amounts(kind: AnswerKind, said: Sequence[Said]) -> list[Claim]:
    """The amounts of one unit, those close to each other together; sentences that list several say nothing clear."""
    clear = [(one, fitting[0]) for one in said if len(fitting := [each for each in one.amounts if each.sort == kind]) == 1]  # fmt: skip
    if not clear:
        return []
    unit = Counter(amount.unit for _, amount in clear).most_common(1)[0][0]
    groups: list[list[tuple[Said, Amount]]] = []
    for one, amount in clear:
        if amount.unit != unit:
            continue
        same = next((group for group in groups if _is_close(group[0][1].value, amount.value)), None)
        if same is None:
            groups.append([(one, amount)])
        else:
            same.append((one, amount))
    if len(groups) < 2:
        return []
    groups.sort(key=len, reverse=True)
    return [
        Claim(says=group[0][0].text[group[0][1].start : group[0][1].end].strip(), count=len(group))
        for group in groups[:MOST_CLAIMS]
    ]


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(abs(one), abs(other))
