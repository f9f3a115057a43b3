"""Text in pictures: rapidocr in a confined child that starts at first use and ends when idle.

The models inside the package read Chinese (both scripts), English, Japanese and the languages of Latin letters with
their marks; Cyrillic, Korean and Arabic they do not know.
"""

import math
from collections.abc import Iterable

import msgspec

from vermilion.engines.ocr_wire import MAX_ANSWER_BYTES, MAX_BYTES, RawLine, Reading, decode_reading
from vermilion.engines.warm import Cost, Ended, Warm
from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.record import Record
from vermilion.kernel.text import clean

__all__ = ["Cost", "FoundLine", "Ocr"]

SECONDS, IDLE_SECONDS = 60.0, 180.0
MOST_LINES = 40
MOST_CHARACTERS = 300
LEAST_CONFIDENCE, LEAST_OF_FEW, FEW = 0.6, 0.85, 2
"""How sure the recogniser must be, and how sure of so few letters: texture looks like single signs."""
LEAST_HEIGHT = 0.012
"""Of the picture's longer side; lower lines cannot be read on a phone either."""


class FoundLine(Record, kw_only=True, frozen=True):
    """A line of text in a picture.

    quad: x and y of its four corners, clockwise from where it begins, in fractions of width and height.
    height: of its letters, in fractions of the picture's height. ink, ground: "#rrggbb".
    """

    text: str
    confidence: float
    quad: tuple[float, ...]
    height: float
    ink: str
    ground: str


class Ocr:
    """Reads pictures one at a time; whoever comes meanwhile waits."""

    def __init__(self, *, seconds: float = SECONDS, idle: float = IDLE_SECONDS) -> None:
        self._warm = Warm(
            "vermilion.engines.ocr_child",
            workers=1,
            max_waiting=8,
            seconds=seconds,
            max_answer=MAX_ANSWER_BYTES,
            busy="pictures_busy",
            idle=idle,
        )
        self.close, self.cost = self._warm.close, self._warm.cost

    @property
    def child_pid(self) -> int | None:
        """The process id of the child, if it runs."""
        return self._warm.child_pid

    async def read(self, picture: bytes) -> list[FoundLine]:
        """The lines in a picture of our own making (WebP), in reading order.

        Raises Invalid("picture_not_readable") for what cannot be read within the limits, Unavailable.
        """
        if len(picture) > MAX_BYTES:
            raise Invalid("picture_not_readable")
        try:
            answer = await self._warm.ask(picture)
        except TimeoutError:
            raise Invalid("picture_took_too_long") from None
        if isinstance(answer, Ended):
            # What was killed from outside is worth another try, what ran into a limit or raised is not.
            if answer.status == _KILLED:
                raise Unavailable("pictures_busy")
            raise Invalid("picture_not_readable")
        try:
            return sensible(decode_reading(answer))
        except msgspec.MsgspecError:
            raise Invalid("picture_not_readable") from None


_KILLED = 9


def sensible(reading: Reading) -> list[FoundLine]:
    """What is worth showing of a reading: cleaned, sure enough, large enough, not too much."""
    found = [line for raw in reading.lines if (line := _line(raw, reading)) is not None]
    return found[:MOST_LINES]


def _line(raw: RawLine, reading: Reading) -> FoundLine | None:
    try:
        text = clean(raw.text, "picture", lines=False)[:MOST_CHARACTERS]
    except Invalid:
        return None
    letters = sum(letter.isalpha() for letter in text)
    least = LEAST_OF_FEW if letters <= FEW else LEAST_CONFIDENCE
    height = _height(raw.quad, reading.width, reading.height)
    if not letters or letters * 3 < len(text) or raw.confidence < least:
        return None
    if height < LEAST_HEIGHT * max(reading.width, reading.height):
        return None
    return FoundLine(
        text=text,
        confidence=min(1.0, raw.confidence),
        quad=tuple(round(min(1.0, max(0.0, value)), 4) for value in raw.quad),
        height=round(height / reading.height, 4),
        ink=raw.ink,
        ground=raw.ground,
    )


def _height(quad: Iterable[float], width: int, height: int) -> float:
    """The length in pixels of the sides that a line's letters stand between."""
    x1, y1, x2, y2, x3, y3, x4, y4 = quad
    ends = (
        math.hypot((x4 - x1) * width, (y4 - y1) * height),
        math.hypot((x3 - x2) * width, (y3 - y2) * height),
    )
    return sum(ends) / 2
