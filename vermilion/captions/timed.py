"""Timed text: WebVTT and SubRip read strictly, WebVTT written.

Of what a file says only times and words are taken: marks, styles, notes and places on the screen are dropped, and nothing
it refers to is opened.
"""

import codecs
import html
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from msgspec.structs import replace

from vermilion.captions.schema import BRIEF_MS, MOST_CHARACTERS, MOST_CUE_CHARACTERS, MOST_CUES, Cue
from vermilion.kernel.errors import Invalid
from vermilion.kernel.text import clean, is_blank

MAX_BYTES = 1024 * 1024
MOST_HOURS = 24
MOST_LINES = 4
FIELD = "text"

_STAMP = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s.*)?$")
_MARK = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<\d[\d:.]{4,15}>|\{\\?[A-Za-z][^{}]{0,200}\}")
_DROPPED = ("NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OLD = {
    "zh": "gb18030", "ja": "cp932", "ko": "cp949", "ru": "cp1251", "uk": "cp1251", "ar": "cp1256", "th": "cp874",
    "tr": "cp1254", "pl": "cp1250", "vi": "cp1258",
}  # fmt: skip


class _Block(NamedTuple):
    """Lines without an empty one between them, and the number of the first."""

    number: int
    lines: list[str]


def decoded(data: bytes, lang: str = "") -> str:
    """The text of a file: by its mark, as UTF-8, or in the one older encoding that is usual for the language.

    Raises Invalid("captions_too_large", "captions_encoding").
    """
    if len(data) > MAX_BYTES:
        raise Invalid("captions_too_large", field=FIELD)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    with suppress(UnicodeDecodeError):
        return _sound(data.decode("utf-8"))
    return _decoded(data, _OLD.get(lang.partition("-")[0], "cp1252"))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return _sound(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise Invalid("captions_encoding", field=FIELD) from error


def _sound(text: str) -> str:
    if any(ord(char) < 32 and char not in "\t\n\r\f" for char in text):
        raise Invalid("captions_encoding", field=FIELD)
    return text


def read(text: str, *, until_ms: int | None = None) -> tuple[Cue, ...]:
    """The cues of WebVTT or SubRip by when they begin; none may begin after `until_ms`, several may be shown at once.

    Raises Invalid with the number of the line where it knows one: captions_too_large, captions_empty, captions_no_times,
    captions_times, captions_backwards, captions_after_end, captions_long, captions_many.
    """
    if len(text) > 2 * MOST_CHARACTERS:
        raise Invalid("captions_too_large", field=FIELD)
    cues: list[Cue] = []
    for block in _blocks(text.removeprefix("\ufeff")):
        cue = _cue(block)
        number = block.number + (0 if "-->" in block.lines[0] else 1)
        if cue.end_ms <= cue.start_ms:
            raise Invalid("captions_backwards", field=FIELD, line=number)
        if until_ms is not None and cue.start_ms >= until_ms:
            raise Invalid("captions_after_end", field=FIELD, line=number)
        if len(cues) == MOST_CUES:
            raise Invalid("captions_many", field=FIELD, line=number, most=MOST_CUES)
        if cue.text:
            cues.append(cue)
    if not cues:
        raise Invalid("captions_empty", field=FIELD)
    if sum(len(cue.text) for cue in cues) > MOST_CHARACTERS:
        raise Invalid("captions_too_large", field=FIELD)
    return tuple(_apart(sorted(cues, key=lambda cue: cue.start_ms)))


def _apart(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Cues in order, each ended where another begins that it would be shown beside for a moment only."""
    starts = [cue.start_ms for cue in cues]
    for cue in cues:
        after = bisect_left(starts, max(cue.end_ms - BRIEF_MS, cue.start_ms + BRIEF_MS))
        border = starts[after] if after < len(starts) else cue.end_ms
        yield replace(cue, end_ms=border) if border < cue.end_ms else cue


def _blocks(text: str) -> Iterator[_Block]:
    """The blocks that hold a cue."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: list[_Block] = []
    held: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            held.append(line)
        elif held:
            found.append(_Block(number - len(held), held))
            held = []
    for at, block in enumerate(found):
        is_head = at == 0 and re.match(r"WEBVTT(\s|$)", block.lines[0])
        if not is_head and block.lines[0].split(":")[0].strip().split(" ")[0] not in _DROPPED:
            yield block


def _cue(block: _Block) -> Cue:
    at = next((at for at, line in enumerate(block.lines[:2]) if "-->" in line), None)
    if at is None:
        raise Invalid("captions_no_times", field=FIELD, line=block.number)
    times = _TIMES.match(block.lines[at])
    if times is None:
        raise Invalid("captions_times", field=FIELD, line=block.number + at)
    words = block.lines[at + 1 :]
    again = next((below for below, line in enumerate(words) if "-->" in line), None)
    if again is not None:
        raise Invalid("captions_times", field=FIELD, line=block.number + at + 1 + again)
    text = bare("\n".join(words))
    if len(text) > MOST_CUE_CHARACTERS or text.count("\n") >= MOST_LINES:
        raise Invalid("captions_long", field=FIELD, line=block.number + at + 1, most=MOST_CUE_CHARACTERS)
    stamps = times.groups()
    return Cue(
        start_ms=_ms(stamps[:4], block.number + at), end_ms=_ms(stamps[4:], block.number + at), text=text
    )


def _ms(stamp: Sequence[str | None], number: int) -> int:
    hours, minutes, seconds, part = (int(each or 0) for each in stamp)
    if hours >= MOST_HOURS:
        raise Invalid("captions_times", field=FIELD, line=number)
    scale = {1: 100, 2: 10}.get(len(stamp[3] or ""), 1)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + part * scale


def bare(text: str) -> str:
    """The words alone, without marks and blanks around the lines."""
    text = html.unescape(_MARK.sub("", text))
    lines = (" ".join(line.split()) for line in clean(text, FIELD).split("\n"))
    found = "\n".join(line for line in lines if line)
    return "" if is_blank(found) else found


def write(cues: Iterable[Cue], note: str = "") -> str:
    """WebVTT. `note`: a comment at its head."""
    head = ["WEBVTT", "", *([f"NOTE {' '.join(note.replace('-->', '').split())}", ""] if note else [])]
    body = []
    for cue in cues:
        text = html.escape(cue.text, quote=False).replace("\n\n", "\n")
        body += [f"{clock(cue.start_ms)} --> {clock(cue.end_ms)}"]
        body += [f"<c.unsure>{text}</c>" if cue.is_unsure else text, ""]
    return "\n".join([*head, *body])


def clock(ms: int) -> str:
    """A time as WebVTT writes it."""
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"
