"""How often each word stands in a note, packed so that hundreds of notes are scored in a millisecond.

`pack` writes the 32-bit hashes of the words in ascending order, little-endian, then one byte for each: how often it
occurs, weighted by where it stands, in quarters.
"""

import functools
import importlib
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

QUARTERS = 4
MOST_BYTES = 400_000
"""Of the words of one note together; a tsvector takes a million."""

Floats = Any
"""An array of 32-bit floats."""


@functools.cache
def numpy() -> Any:  # noqa: ANN401 - a module
    """The library of arrays, loaded at the first question: a tenth of a second that no other page needs."""
    return importlib.import_module("numpy")


def key_of(word: str) -> int:
    """The hash of a word: CRC-32, which is everywhere and fast; that two words share one is rare and harmless."""
    return zlib.crc32(word.encode())


def pack(weights: Mapping[str, float]) -> bytes:
    """The words of a note and how much each weighs."""
    found: dict[int, int] = {}
    for word, weight in weights.items():
        key = key_of(word)
        found[key] = max(found.get(key, 0), min(255, max(1, round(weight * QUARTERS))))
    keys = sorted(found)
    return struct.pack(f"<{len(keys)}I", *keys) + bytes(map(found.__getitem__, keys))


def counts(packed: Sequence[bytes], words: Sequence[str]) -> Floats:
    """How often each word stands in each note, an array of len(packed) x len(words)."""
    np = numpy()
    asked = np.array([key_of(word) for word in words], dtype=np.uint32)
    order = np.argsort(asked)
    ranked = asked[order]
    table = np.zeros((len(packed), len(words)), dtype=np.float32)
    if not len(words) or not packed:
        return table
    sizes = [len(one) // 5 for one in packed]
    keys = np.frombuffer(
        b"".join([one[: 4 * size] for one, size in zip(packed, sizes, strict=True)]), dtype="<u4"
    )
    often = np.frombuffer(
        b"".join([one[4 * size :] for one, size in zip(packed, sizes, strict=True)]), dtype=np.uint8
    )
    notes = np.repeat(np.arange(len(packed)), sizes)
    place = np.searchsorted(ranked, keys)
    place[place == len(ranked)] = 0
    hit = ranked[place] == keys
    table[notes[hit], order[place[hit]]] = often[hit] / np.float32(QUARTERS)
    return _copied(table, asked)


def _copied(table: Floats, asked: Any) -> Floats:  # noqa: ANN401 - an array
    """A word that is asked for twice counts in both columns."""
    np = numpy()
    first: dict[int, int] = {}
    for at, key in enumerate(asked.tolist()):
        same = first.setdefault(key, at)
        if same != at:
            both = np.maximum(table[:, same], table[:, at])
            table[:, same] = table[:, at] = both
    return table


def fitting(words: Iterable[str]) -> list[str]:
    """As many of the words, in their order, as one row takes."""
    room, found = MOST_BYTES, list[str]()
    for word in words:
        room -= len(word.encode()) + 4
        if room < 0:
            break
        found.append(word)
    return found
