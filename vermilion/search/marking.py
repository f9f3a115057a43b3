"""Where in a text the words stand that were asked for."""

from collections.abc import Sequence

from vermilion.engines.tokens import Piece, is_signs, pieces
from vermilion.search.query import Query
from vermilion.search.schema import Marks


def marks(query: Query, text: str, lang: str) -> Marks:
    """The stretches of a text that were asked for, in any of their ways; neighbouring signs are one stretch."""
    return stretches(query, pieces(text, lang))


def stretches(query: Query, found: Sequence[Piece]) -> Marks:
    """The same where the pieces of the text are known. Words that belong together are marked where all of them stand."""
    said = {word for piece in found for word in piece.tokens}
    asked = set(query.tags)
    for group in query.groups:
        for one in group.alternatives:
            if said.issuperset(one.words):
                asked.update(one.words)
    alone = {word for word in query.words if len(word) == 1}
    marked: list[tuple[int, int]] = []
    for piece in found:
        if not any(word in asked and (word in alone or not _is_one_sign(word)) for word in piece.tokens):
            continue
        if marked and marked[-1][1] == piece.start:
            marked[-1] = (marked[-1][0], piece.end)
        else:
            marked.append((piece.start, piece.end))
    return tuple(marked)


def _is_one_sign(word: str) -> bool:
    return len(word) == 1 and is_signs(word)
