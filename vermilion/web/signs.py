"""Text in pictures as a page lays it over them: each line at its place, in letters that fit."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.media.schema import Picture, PictureText
from vermilion.translation.schema import BY_MACHINE, Passage
from vermilion.web.reading import Manner, Step

LINE, SLACK, MOST_ROWS, LEAST = 1.14, 1.06, 4, 1.3
"""The height of a row in ems, what words lose at the ends of rows, how many rows, and the least size of letters in
hundredths of the picture's height."""
_CONTRAST = 4.5


class Sign(Record, kw_only=True, frozen=True):
    """A line laid over a picture. `key`: of a rendering that is still to come, until then nothing is laid there."""

    style: str
    text: str
    lang: str
    original: str
    original_lang: str
    key: str
    words: Passage
    step: Step = "done"


class Signs(Record, kw_only=True, frozen=True):
    """What is written in one picture, as one reader reads it. `at`: its place, for asking; `taps`: keys to ask for."""

    at: str
    lines: tuple[Sign, ...]
    taps: str = ""
    is_asked: bool = False
    is_plain: bool = False
    """Whether its own text is seen first."""


NONE = Signs(at="", lines=())


def of_pictures(pictures: Sequence[Picture], note_id: Id, manner: Manner) -> list[Signs]:
    """For each picture what of its text this reader gets in their own language, will get, or may ask for."""
    return [_of(picture, note_id, manner) if picture.texts else NONE for picture in pictures]


def _of(picture: Picture, note_id: Id, manner: Manner) -> Signs:
    at = f"picture.{note_id}.{picture.id}"
    is_asked = manner.asked == at
    lines = []
    for sign in signs(picture):
        step = manner.step(sign.words)
        if step != "plain":
            lines.append(replace(sign, step="waits" if is_asked and step == "tap" else step))
    return Signs(
        at=at,
        lines=tuple(lines),
        taps=" ".join(dict.fromkeys(line.key for line in lines if line.step == "tap")),
        is_asked=is_asked,
        is_plain=not is_asked and any(manner.first(line.words) == "original" for line in lines),
    )


@lru_cache(maxsize=4096)
def signs(picture: Picture) -> tuple[Sign, ...]:
    """The lines that a reader gets in their own language, or will."""
    return tuple(
        _sign(text, picture.width / picture.height)
        for text in picture.texts
        if text.words.kind in {*BY_MACHINE, "corrected", "missing"}
    )


def _sign(text: PictureText, ratio: float) -> Sign:
    words = text.words
    is_here = words.kind != "missing"
    middle = (text.left + text.width / 2, text.top + text.height / 2)
    # Both in heights of the picture. What stands upright as a column reads along it in other languages.
    width, height, angle = text.width * ratio, text.height, text.angle
    if height > 1.8 * width:
        width, height, angle = height, width, angle + 90
    size = fit(words.text if is_here else words.original, width, height)
    ink, ground = readable(text.ink, text.ground), text.ground
    style = (
        f"left:{100 * (middle[0] - width / ratio / 2):.2f}%;top:{100 * middle[1]:.2f}%;width:{100 * width / ratio:.2f}%;"
        f"min-height:{100 * height:.2f}%;--f:{size:.2f};color:{ink};background:{ground}"
    )
    if abs(angle) > 1:
        style += f";rotate:{angle:.1f}deg"
    return Sign(
        style=style,
        text=words.text if is_here else "",
        lang=words.lang,
        original=words.original,
        original_lang=words.original_lang,
        key="" if is_here else words.key or "",
        words=words,
    )


def fit(text: str, width: float, height: float) -> float:
    """The size of letters with which a text fills a box best; all in heights of the picture, the size in hundredths."""
    ems = max(1.0, sum(map(_em, text)))
    longest = max((sum(map(_em, word)) for word in text.split() if word.isascii()), default=1.0)
    rows = range(1, min(MOST_ROWS, max(1, text.count(" ") + 1)) + 1)
    best = max(min(height / (row * LINE), row * width / (ems * (SLACK if row == 1 else 1.3))) for row in rows)
    return max(LEAST, 100 * min(best, width / (longest * SLACK)))


def _em(char: str) -> float:
    if ord(char) >= 0x1100 and not 0x1E00 <= ord(char) < 0x2E00:
        return 1.0
    return 0.74 if char.isupper() else 0.34 if char == " " else 0.62


def readable(ink: str, ground: str) -> str:
    """The ink where it can be read on its ground, else black or white."""
    light = _luminance(ground)
    if _contrast(_luminance(ink), light) >= _CONTRAST:
        return ink
    return "#000000" if _contrast(0, light) > _contrast(1, light) else "#ffffff"


def _luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
