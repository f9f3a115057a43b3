"""Answers to a question: the sentences of found notes that answer it best, ranked and never written by a machine."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from vermilion.engines.tokens import tokens
from vermilion.notes.schema import NoteText, Reason
from vermilion.search.amounts import amounts
from vermilion.search.cues import cued, says_kind
from vermilion.search.disagreeing import Said, disagreement
from vermilion.search.query import Query
from vermilion.search.ranking import DAY, fresh
from vermilion.search.schema import Answer, AnswerKind, Quote
from vermilion.search.snippets import Part, aligned, quote_of
from vermilion.search.things import Thing, things_of

MOST_NOTES = 30
"""Of the notes found so many are read sentence by sentence."""
LEAST, MOST = 3, 6
"""Sentences of an answer; fewer where fewer answer."""
OWN, AROUND, CUE, NAMED, QUALITY, FRESH, EARLY = 1.0, 0.8, 0.45, 0.15, 0.1, 0.1, 0.05
"""What the place of a sentence is the sum of: what it says itself; what the note around it says; whether it has what the
question wants (money, an hour, ...), and names it; the place of its note; how new that is; how early the sentence stands."""
BESIDE, ABOVE = 0.6, 0.85
"""What neighbouring sentences and title, topics and place count for beside the sentence itself."""
ENOUGH, COVERED, MENTIONED = 0.95, 0.56, 0.2
"""Nothing answers where the best sentence has less; sentence and note together must say so much of what was asked, and
the sentence itself so much. Set with the judged questions (bench/judged/answers.toml)."""
WEAK, WEAK_FACT = 0.6, 0.75
"""Sentences that fit so much less than the best are left out; where an amount is asked for, they have to fit better."""
ALIKE, SAME_AUTHOR, SAME_NOTE = 0.5, 0.85, 0.8
"""How much likeness to a sentence already chosen counts against one (MMR: Carbonell, Goldstein 1998), and what is left of
a further sentence of the same author, and of the same note."""
K, B, USUAL = 1.0, 0.35, 90.0
"""BM25 over sentences: how soon length tells against one, and what a usual sentence weighs."""
WANTS: frozenset[AnswerKind] = frozenset({"price", "hour", "duration", "number"})
"""Kinds of answer without which a sentence answers nothing."""


class Candidate(NamedTuple):
    """A sentence of a note: what it says of each thing asked for, and its place."""

    note: NoteText
    part: Part
    words: frozenset[str]
    said: tuple[float, ...]
    covered: float
    mentioned: float
    cue: float
    terms: dict[str, float]
    score: float


def answer_of(
    query: Query,
    kind: AnswerKind,
    worth: Mapping[str, float],
    notes: Sequence[NoteText],
    moment: datetime,
) -> Answer:
    """The sentences that answer, the best first, and whether they disagree; the best notes come first in `notes`."""
    things = things_of(query, worth)
    if not things:
        return Answer(kind=kind)
    found = [
        one
        for rank, note in enumerate(notes[:MOST_NOTES])
        for one in _candidates(things, kind, note, rank, moment)
        if one.covered >= COVERED
        and (one.mentioned >= MENTIONED or one.cue == 1)
        and (one.cue or kind not in WANTS)
    ]
    found.sort(key=lambda one: -one.score)
    if not found or found[0].score < ENOUGH:
        return Answer(kind=kind)
    fitting = _fitting(found, WEAK_FACT if kind in WANTS else WEAK)
    chosen = _diverse(fitting)
    return Answer(
        kind=kind,
        quotes=tuple(quote for one in chosen if (quote := _quote(query, one)) is not None),
        disagreement=tuple(disagreement(kind, [_said(one) for one in fitting])),
    )


def _fitting(found: Sequence[Candidate], weak: float) -> list[Candidate]:
    """Those that fit nearly as well as the best, and say what it is about themselves, where the best does."""
    best = found[0]
    named = MENTIONED if best.mentioned >= MENTIONED else 0.0
    return [one for one in found if one.score >= weak * best.score and one.mentioned >= named]


def _candidates(
    things: Sequence[Thing], kind: AnswerKind, note: NoteText, rank: int, moment: datetime
) -> list[Candidate]:
    """The sentences of one note, each in both languages at once."""
    pairs = aligned(note.body)
    above = _words(note)
    title = [thing.said_in(above) for thing in things]
    every = [tuple(thing.said_in(one.words) for thing in things) for one in pairs]
    whole = sum(thing.mass for thing in things)
    found = []
    for at, (one, said) in enumerate(zip(pairs, every, strict=True)):
        beside = every[max(0, at - 1) : at] + every[at + 1 : at + 2]
        around = [
            max(own, ABOVE * title[number], BESIDE * max((other[number] for other in beside), default=0.0))
            for number, own in enumerate(said)
        ]
        own = sum(thing.mass * share for thing, share in zip(things, said, strict=True)) / whole
        covered = sum(thing.mass * share for thing, share in zip(things, around, strict=True)) / whole
        cue = cued(kind, one.text)
        long = 1 - B + B * one.part.weight / USUAL
        terms = {
            "words": OWN * own * (K + 1) / (1 + K * long),
            "around": AROUND * covered,
            "cue": CUE * cue + NAMED * (cue > 0 and says_kind(kind, one.text)),
            "place": QUALITY / math.log2(rank + 2),
            "fresh": FRESH * fresh((moment - note.created_at).total_seconds() / DAY),
            "early": EARLY / (1 + at),
        }
        found.append(
            Candidate(note, one.part, one.words, said, covered, own, cue, terms, sum(terms.values()))
        )
    return found


def _words(note: NoteText) -> frozenset[str]:
    """What title, topics and place say, in both languages."""
    texts = {(note.title.text, note.title.lang), (note.title.original, note.title.original_lang)}
    texts |= {(tag, note.body.original_lang) for tag in note.tags} | {(note.place_name or "", "")}
    return frozenset(word for text, lang in texts for word in tokens(text, lang))


def _diverse(found: Sequence[Candidate]) -> list[Candidate]:
    """The best sentences that do not say the same again, and not all from one author."""
    chosen: list[Candidate] = []
    left = list(found)
    while left and len(chosen) < MOST:
        best = max(left, key=lambda one: _gain(one, chosen))
        if len(chosen) >= LEAST and _gain(best, chosen) < WEAK * found[0].score:
            break
        chosen.append(best)
        left.remove(best)
    return chosen


def _gain(one: Candidate, chosen: Sequence[Candidate]) -> float:
    alike = max((_likeness(one.words, other.words) for other in chosen), default=0.0)
    others = sum(one.note.author.id == other.note.author.id for other in chosen)
    same = sum(one.note.id == other.note.id for other in chosen)
    return one.score * (1 - ALIKE * alike) * SAME_AUTHOR**others * SAME_NOTE**same


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _quote(query: Query, one: Candidate) -> Quote | None:
    said = quote_of(query, one.note.body, one.part.sentence.start)
    if said is None:
        return None
    return Quote(
        note_id=one.note.id,
        title=one.note.title,
        author=one.note.author,
        place_name=one.note.place_name,
        created_at=one.note.created_at,
        said=said,
        at=one.part.sentence.start,
        reason=Reason(
            source="words", terms={name: round(value, 4) for name, value in one.terms.items() if value}
        ),
    )


def _said(one: Candidate) -> Said:
    start, end, _ = one.part.sentence
    text = one.note.body.original[start:end]
    return Said(
        note_id=one.note.id,
        author_id=one.note.author.id,
        text=text,
        things=tuple(share > 0 for share in one.said),
        mentioned=one.mentioned,
        amounts=tuple(amounts(text)),
    )
