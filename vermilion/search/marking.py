"""Where in a text the words stand that were asked for."""

from vermilion.engines.tokens import is_signs, pieces
from vermilion.search.query import Query

Marks = tuple[tuple[int, int], ...]


def marks(query: Query, text: str, lang: str) -> Marks:
    """The stretches of a text that were asked for, in any of their ways; neighbouring signs are one stretch."""
    asked = {word for group in query.groups for one in group.alternatives for word in one.words} | set(
        query.tags
    )
    alone = {word for word in query.words if len(word) == 1}
    found: list[tuple[int, int]] = []
    for piece in pieces(text, lang):
        if not any(word in asked and (word in alone or not _is_one_sign(word)) for word in piece.tokens):
            continue
        if found and found[-1][1] == piece.start:
            found[-1] = (found[-1][0], piece.end)
        else:
            found.append((piece.start, piece.end))
    return tuple(found)


def _is_one_sign(word: str) -> bool:
    return len(word) == 1 and is_signs(word)
