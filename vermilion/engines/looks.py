"""What a picture looks like in 256 bits, so that it is found again when it was shrunk, squeezed or slightly changed.

Meta's PDQ (2019): brightness at 64 x 64, its cosine transform, and of the 16 x 16 lowest waves (without those that are
the same along one side) which lie above their median. How much there is to be told by is PDQ's measure: the sum of the
steps from each point to the next.
"""

import functools
import math
from itertools import pairwise

from PIL import Image

SIDE, WAVES = 64, 16
BITS = WAVES * WAVES
LEAST_DETAIL = 20
"""Of 100: a plain wall, an empty page or a line of text on white look like a thousand others."""


def look_of(image: Image.Image) -> bytes:
    """32 bytes; none where there is nothing to tell the picture by."""
    grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()
    rows = [grey[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE)]
    if detail(rows) < LEAST_DETAIL:
        return b""
    waves = _waves()
    across = [[sum(map(_times, wave, row)) for row in rows] for wave in waves]
    flat = [sum(map(_times, wave, column)) for wave in waves for column in across]
    middle = sorted(flat)[BITS // 2]
    number = 0
    for value in flat:
        number = number << 1 | (value >= middle)
    return number.to_bytes(BITS // 8, "big")


def detail(rows: list[bytes]) -> int:
    """How much there is to tell a picture by, from 0 to 100."""
    steps = sum(abs(one - other) * 100 // 255 for row in rows for one, other in pairwise(row))
    steps += sum(
        abs(one - other) * 100 // 255
        for row, below in pairwise(rows)
        for one, other in zip(row, below, strict=True)
    )
    return min(100, steps // 90)


def _times(one: float, other: float) -> float:
    return one * other


@functools.cache
def _waves() -> list[list[float]]:
    """The 1st to 16th cosine wave of 64 points."""
    scale = math.sqrt(2 / SIDE)
    return [
        [scale * math.cos(math.pi / 2 / SIDE * (wave + 1) * (2 * at + 1)) for at in range(SIDE)]
        for wave in range(WAVES)
    ]
