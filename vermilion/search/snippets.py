"""The best passage of a note around what was asked for, in the reader's language and as it was written."""

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from vermilion.engines.tokens import pieces
from vermilion.search.marking import marks
from vermilion.search.query import Query
from vermilion.search.schema import Snippet
from vermilion.search.sentences import Sentence, sentences
from vermilion.translation.pieces import weight
from vermilion.translation.schema import Passage

LENGTH = 150
"""Of a passage, in letters of an alphabet; a Chinese sign is as much as three."""
SHORT = 110
"""Sentences of one line that are no longer together are quoted as one."""
SHARED = 0.3
"""So much of a sentence must lie where the other one does, to be taken for its translation."""
BEFORE = 0.25
"""How much of it may stand before the first word that was asked for, where a sentence has to be cut."""
EARLY = 0.02
"""Of passages that have the same words the earlier one is shown."""


class Part(NamedTuple):
    """A sentence, what it says as words, and how long it is."""

    sentence: Sentence
    words: frozenset[str]
    weight: float


def snippet_of(query: Query, worth: Mapping[str, float], body: Passage) -> Snippet | None:
    """The passage of a note's text that has most of what was asked for; None where there is no text.

    `worth` says how much each word tells. Where the lines of original and rendering answer each other, both show the same.
    """
    own = parts_of(body.original, body.original_lang)
    if not own:
        return None
    first = best_of(query, worth, own)
    if body.is_original:
        text = _text(query, body.original, body.original_lang, own[slice(*first[1])])
        return _made(query, body, text, text)
    told = parts_of(body.text, body.lang)
    second = best_of(query, worth, told)
    original, shown = own[slice(*first[1])], told[slice(*second[1])]
    if body.original.count("\n") == body.text.count("\n"):
        if first[0] > second[0]:
            shown = _answering(told, original, own)
        else:
            original = _answering(own, shown, told)
    return _made(
        query,
        body,
        _text(query, body.text, body.lang, shown),
        _text(query, body.original, body.original_lang, original),
    )


def parts_of(text: str, lang: str) -> list[Part]:
    """The sentences of a text with their words."""
    found = []
    for one in sentences(text):
        said = text[one.start : one.end]
        words = frozenset(word for piece in pieces(said, lang) for word in piece.tokens)
        found.append(Part(one, words, weight(said)))
    return found


class Pair(NamedTuple):
    """A sentence of a text as it was written, and its words in both languages."""

    part: Part
    words: frozenset[str]
    text: str


def aligned(body: Passage) -> list[Pair]:
    """The sentences of a text, with the words of their translations where the lines answer each other."""
    own = _joined(parts_of(body.original, body.original_lang))
    told = _told(body)
    found = []
    for one in own:
        answering = _answering(told, [one], own) if told else []
        words = one.words.union(*(other.words for other in answering))
        found.append(Pair(one, words, body.original[one.sentence.start : one.sentence.end]))
    return found


def quote_of(query: Query, body: Passage, start: int) -> Snippet | None:
    """The sentence that begins there, whole, in both languages; None where none does."""
    own = _joined(parts_of(body.original, body.original_lang))
    chosen = next((one for one in own if one.sentence.start == start), None)
    if chosen is None:
        return None
    original = body.original[chosen.sentence.start : chosen.sentence.end]
    told = _answering(_told(body), [chosen], own)
    if body.kind == "missing" or (told and not body.is_original):
        text = " ".join(body.text[one.sentence.start : one.sentence.end] for one in told) or original
        return _made(query, body, text, original)
    as_written = replace(body, text=body.original, lang=body.original_lang, kind="original", key=None)
    return _made(query, as_written, original, original)


def _told(body: Passage) -> list[Part]:
    """The sentences of a translation whose lines answer those of the original."""
    if body.is_original or body.original.count("\n") != body.text.count("\n"):
        return []
    return _joined(parts_of(body.text, body.lang))


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Short sentences of one line together: "Bica: espresso. 0.85 € at the counter" says nothing apart."""
    found: list[Part] = []
    for one in parts:
        last = found[-1] if found else None
        if last and last.sentence.line == one.sentence.line and last.weight + one.weight <= SHORT:
            together = Sentence(last.sentence.start, one.sentence.end, one.sentence.line)
            found[-1] = Part(together, last.words | one.words, last.weight + one.weight)
        else:
            found.append(one)
    return found


def score(query: Query, worth: Mapping[str, float], words: frozenset[str]) -> float:
    """How much of what was asked for these words say: each thing once, in the best of its ways."""
    total = 0.0
    for group in query.groups:
        total += max(
            (
                one.weight * sum(worth.get(word, 0.0) for word in one.words) / len(one.words)
                for one in group.alternatives
                if words.issuperset(one.words)
            ),
            default=0.0,
        )
    return total


def best_of(query: Query, worth: Mapping[str, float], parts: Sequence[Part]) -> tuple[float, tuple[int, int]]:
    """The neighbouring sentences that have most of it: how much, and from which to before which."""
    best = (0.0, (0, 0))
    for start in range(len(parts)):
        words, room, end = parts[start].words, LENGTH - parts[start].weight, start + 1
        while end < len(parts) and room >= parts[end].weight:
            words, room, end = words | parts[end].words, room - parts[end].weight, end + 1
        value = score(query, worth, words) + 0.2 * score(query, worth, parts[start].words) - EARLY * start
        if value > best[0] or not start:
            best = (value, (start, end))
    return best


def _answering(parts: Sequence[Part], chosen: Sequence[Part], among: Sequence[Part]) -> list[Part]:
    """Those sentences that answer the chosen ones, line by line; where a line has more or fewer, those in the same place."""
    lines = {one.sentence.line for one in chosen}
    here = [one for one in parts if one.sentence.line in lines]
    there = [one for one in among if one.sentence.line in lines]
    picked = {one.sentence for one in chosen}
    if len(here) == len(there):
        return [mine for mine, other in zip(here, there, strict=True) if other.sentence in picked]
    spans = [span for one, span in zip(there, _spans(there), strict=True) if one.sentence in picked]
    if not spans:
        return here
    start, end = spans[0][0], spans[-1][1]
    found = [
        one
        for one, (begin, stop) in zip(here, _spans(here), strict=True)
        if min(stop, end) - max(begin, start) >= SHARED * (stop - begin)
    ]
    return found or here


def _spans(parts: Sequence[Part]) -> list[tuple[float, float]]:
    """From where to where each stands, as shares of all of them."""
    whole = sum(one.weight for one in parts) or 1.0
    ends = [end / whole for end in itertools.accumulate(one.weight for one in parts)]
    return list(itertools.pairwise([0.0, *ends]))


def _text(query: Query, text: str, lang: str, parts: Sequence[Part]) -> str:
    """Some sentences as one text, with an ellipsis where the note goes on."""
    if not parts:
        return ""
    start, end = parts[0].sentence.start, parts[-1].sentence.end
    said = " ".join(text[start:end].split())
    most = int(LENGTH * 1.4 * len(said) / max(1.0, weight(said)))
    before, after = bool(text[:start].strip()), bool(text[end:].strip())
    if len(said) > most:
        found = marks(query, said, lang)
        begin = max(0, min((found[0][0] if found else 0) - int(most * BEFORE), len(said) - most))
        begin = _at_word(said, begin) if begin else 0
        stop = begin + most
        before, after = before or begin > 0, after or stop < len(said)
        said = said[begin:stop].strip()
    return f"{'… ' if before and not _begins(said) else ''}{said}{' …' if after and not _ends(said) else ''}"


def _at_word(text: str, at: int) -> int:
    """The beginning of the next word, where writing has blanks."""
    blank = text.find(" ", at, at + 20)
    return blank + 1 if blank >= 0 else at


def _begins(said: str) -> bool:
    return not said[:1].islower()


def _ends(said: str) -> bool:
    return said[-1:] in "。！？!?….؟"


def _made(query: Query, body: Passage, text: str, original: str) -> Snippet:
    return Snippet(
        text=text,
        lang=body.lang,
        marks=marks(query, text, body.lang),
        original=original,
        original_lang=body.original_lang,
        original_marks=marks(query, original, body.original_lang),
        kind=body.kind,
        key=body.key,
    )
