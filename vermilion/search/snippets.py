"""The best passage of a note around what was asked for, in the reader's language and as it was written."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vermilion.engines.tokens import pieces
from vermilion.search.marking import marks
from vermilion.search.query import Query
from vermilion.search.schema import Snippet
from vermilion.search.sentences import Sentence, sentences
from vermilion.translation.pieces import weight
from vermilion.translation.schema import Passage

LENGTH = 150
"""Of a passage, in letters of an alphabet; a Chinese sign is as much as three."""
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
    """Those sentences that stand on the lines of the chosen ones; one by one where the lines have as many."""
    lines = {one.sentence.line for one in chosen}
    here = [one for one in parts if one.sentence.line in lines]
    there = [one for one in among if one.sentence.line in lines]
    if len(here) != len(there):
        return here
    picked = {one.sentence for one in chosen}
    return [mine for mine, other in zip(here, there, strict=True) if other.sentence in picked]


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
