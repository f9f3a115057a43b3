"""The sentences of a text, whatever writing it is in."""

import re
from typing import NamedTuple

MOST_CHARACTERS = 6_000
"""Of a long text the beginning is read."""
LONGEST = 320
"""Characters of a sentence; a longer one is parted at a comma or a blank."""

_LINE = re.compile(r"[^\r\n]+")
# Full stops of Chinese and Japanese end a sentence wherever they stand; those of alphabets before a blank, and not after
# a number or one letter: "3. Ingleton", "St. Clair", "p. 7".
_END = re.compile(
    r"[。！？!?…؟۔।]+[\"”’»」』）)\]]*(?=[^。！？!?…؟\"”’»」』）)\]]|$)|(?<=[^\W\d_]{3})\.[\"”’»)\]]*(?=\s)|(?<=\d{2})\.(?=\s+[^\W\d_])"
)
_PART = re.compile(r"[，、,；;:：]|\s")
_TAGS = re.compile(r"(?:\s*[#＃]\w[\w·]*)+\s*")
_TAGS_FIRST = re.compile(r"(?:\s*[#＃]\w[\w·]*){2,}\s*")
_TAGS_LAST = re.compile(r"(?:\s*(?<!\w)[#＃]\w[\w·]*){2,}\s*$")
_DRESS = " \t\u3000\u00a0·•∙▪◦*✔️☑"


class Sentence(NamedTuple):
    """A sentence from `start` to `end` of its text, and the number of its line."""

    start: int
    end: int
    line: int


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in their order; lines of nothing but topics are none, signs of a list are left out."""
    found: list[Sentence] = []
    for number, line in enumerate(_LINE.finditer(text[:MOST_CHARACTERS])):
        if _TAGS.fullmatch(line[0]):
            continue
        start = line.start()
        for end in [*(match.end() for match in _END.finditer(text, line.start(), line.end())), line.end()]:
            for begin, stop in _bounded(text, start, end):
                if one := _undressed(text, begin, stop):
                    found.append(Sentence(*one, number))
            start = end
    return found


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts = []
    while end - start > LONGEST:
        cuts = [match.end() for match in _PART.finditer(text, start + LONGEST // 2, start + LONGEST)]
        cut = cuts[-1] if cuts else start + LONGEST
        parts.append((start, cut))
        start = cut
    return [*parts, (start, end)]


def _undressed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Without what stands around it, such as a list of topics; None where nothing is said."""
    if _TAGS.fullmatch(text, start, end):
        return None
    if tags := _TAGS_FIRST.match(text, start, end):
        start = tags.end()
    if tags := _TAGS_LAST.search(text, start, end):
        end = tags.start()
    while start < end and text[start] in _DRESS:
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if any(char.isalnum() for char in text[start:end]) else None
