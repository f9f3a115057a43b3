"""A question as the database is asked it: one tsquery that wants everything, one that wants the rarest words."""

from collections.abc import Mapping, Sequence

from vermilion.engines.tokens import is_signs, units
from vermilion.search.query import Alternative, Group, Query, said

MOST_UNITS = 8
"""A question of more words is a sentence: no note holds them all."""
LEAST = 0.5
"""A single sign of a longer run weighs less: it is not looked for by itself."""
COMMON = 0.2
"""A word in more than this share of all notes need not be there."""
FILM = "# film"
"""What every film has in the index besides its words; no topic has a space in its name."""
FEW = 200
"""In so small a room no word is common."""


def lexeme(word: str) -> str:
    """A word inside a tsquery, whatever signs it holds."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def narrow(query: Query, having: Mapping[str, int], notes: int) -> str | None:
    """Notes that have every word asked for, in one of its ways; None where nothing or too much is asked."""
    if len(query.words) > MOST_UNITS:
        return None
    wanted = []
    for number, word in enumerate(query.words):
        groups = [group for group in query.groups if number in group.units]
        ways = _as_written(word, groups) + _translated(groups)
        if ways and not _is_common(groups, having, notes):
            wanted.append(_any(ways))
    return _all([*wanted, *required(query)]) or None


def wide(query: Query, having: Mapping[str, int], room: int) -> str | None:
    """Notes that have any of the rarest words: as many words, the rarest first, as together fill `room`."""
    ways: dict[str, int] = {}
    for group in query.groups:
        for one in group.alternatives:
            if not (group.source == "words" and one.weight < LEAST and is_signs(one.words[0])):
                ways[_way(one)] = min(having.get(word, 0) for word in one.words)
    chosen: list[str] = []
    for way, count in sorted(ways.items(), key=lambda found: found[1]):
        if not count:
            continue
        if chosen and count > room:
            break
        chosen.append(way)
        room -= count
    if not chosen:
        return None
    return _all([_any(chosen), *required(query)])


def required(query: Query) -> list[str]:
    """What must be there, or must not, whatever else is asked."""
    found = [_any([lexeme("#" + name) for name in query.same_tags.get(tag) or (tag,)]) for tag in query.tags]
    found += [lexeme(mark) for mark in query.marks]
    for phrase in query.phrases:
        found += [
            _all(
                [
                    lexeme(word)
                    for unit in units(phrase, "")
                    for word in unit
                    if len(unit) == 1 or not is_one_sign(word, unit)
                ]
            )
        ]
    found += [f"!({banned})" for banned in map(_banned, query.without) if banned]
    return [one for one in found if one]


def every(query: Query) -> str | None:
    """All that is required as one tsquery; None where nothing is."""
    return _all(required(query)) or None


def is_one_sign(word: str, unit: Sequence[str]) -> bool:
    """Whether a token of a run is a single sign of it, which its pairs have already."""
    return is_signs(word) and word in unit[: (len(unit) + 1) // 2]


def _banned(text: str) -> str:
    if text.startswith("#"):
        return lexeme(text)
    found = []
    for unit in units(text, ""):
        if is_signs(unit[0]):
            found += [lexeme(word) for word in unit if len(unit) == 1 or not is_one_sign(word, unit)]
        else:
            found.append(_any([lexeme(way.words[0]) for way in said(unit[0], ())]))
    return _all(found)


def _as_written(word: str, groups: Sequence[Group]) -> list[str]:
    own = [group for group in groups if group.source == "words"]
    if not own:
        return []
    if is_signs(word[0]) and len(word) > 1:
        pairs = [group for group in own if group.alternatives[0].weight >= LEAST]
        return [_all([_way(group.alternatives[0]) for group in pairs])]
    return [_way(one) for group in own for one in group.alternatives]


def _translated(groups: Sequence[Group]) -> list[str]:
    return [_way(one) for group in groups if group.source != "words" for one in group.alternatives]


def _is_common(groups: Sequence[Group], having: Mapping[str, int], notes: int) -> bool:
    own = [
        one
        for group in groups
        if group.source == "words"
        for one in group.alternatives
        if one.weight >= LEAST
    ]
    return notes > FEW and all(
        max(having.get(word, 0) for word in one.words) > COMMON * notes for one in own[:1]
    )


def _way(one: Alternative) -> str:
    return _all([lexeme(word) for word in one.words])


def _any(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"({' | '.join(ways)})"


def _all(parts: Sequence[str]) -> str:
    parts = [part for part in parts if part]
    return parts[0] if len(parts) == 1 else f"({' & '.join(parts)})" if parts else ""
