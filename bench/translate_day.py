"""A day of a place in simulation: when what is written is readable for those who read another language."""

import heapq
import math
import random
from typing import NamedTuple

DAY_S = 86_400.0
SHARES = {"zh": 0.34, "en": 0.30, "es": 0.12, "pt": 0.10, "fr": 0.08, "de": 0.06}
"""Of six languages that people write and read; for these the room translates ahead."""
NOTES_A_PERSON, COMMENTS_A_NOTE = 0.1, 4
NOTE_LINES, COMMENT_LINES = 4, 1
READERS_A_NOTE = 60.0
"""Readings of a note, and of each comment under it, over the day."""
MIDDLE_AGE_S = 5_400.0
"""Seconds after which half of the readings have come."""
AHEAD, SEEN = 1, 0


class Text(NamedTuple):
    """A title with its body, or a comment, into one language: when it was written, and when it is read."""

    written: float
    lines: int
    readings: tuple[float, ...]


def day(people: int, rate: float, seed: int = 7) -> tuple[list[float], list[float], float]:
    """Seconds from opening a page to reading it in one's language: of all readings, of the first of each text.

    `rate`: lines a second of one engine. Also gives the share of the day the engine was at work.
    """
    texts = _texts(people, random.Random(seed))
    finished, busy = _served(texts, 1 / rate)
    waits, firsts = [], []
    for number, text in enumerate(texts):
        delays = [max(0.0, finished[number] - opened) for opened in text.readings]
        waits += delays
        firsts += delays[:1]
    return sorted(waits), sorted(firsts), busy / DAY_S


def share(sorted_values: list[float], part: float) -> float:
    """The value below which this part of them lies."""
    return (
        sorted_values[min(len(sorted_values) - 1, int(part * len(sorted_values)))] if sorted_values else 0.0
    )


def _texts(people: int, rng: random.Random) -> list[Text]:
    texts = []
    for _ in range(int(people * NOTES_A_PERSON)):
        written = _moment(rng)
        for lines, age in [(NOTE_LINES, 0.0)] + [
            (COMMENT_LINES, rng.expovariate(math.log(2) / MIDDLE_AGE_S)) for _ in range(COMMENTS_A_NOTE)
        ]:
            source = rng.choices(list(SHARES), list(SHARES.values()))[0]
            at = written + age
            for lang, part in SHARES.items():
                if lang == source or at >= DAY_S:
                    continue
                count = _poisson(READERS_A_NOTE * part, rng)
                opened = sorted(at + rng.expovariate(math.log(2) / MIDDLE_AGE_S) for _ in range(count))
                texts.append(Text(at, lines, tuple(moment for moment in opened if moment < DAY_S)))
    return sorted(texts, key=lambda text: text.written)


def _moment(rng: random.Random) -> float:
    """A time of the day: the evening has about three times as much as the average hour, the night nearly nothing."""
    while True:
        at = rng.uniform(0, DAY_S)
        height = (
            0.06
            + 0.94 * math.exp(-(((at / 3600 - 20.5) / 3.0) ** 2))
            + 0.35 * math.exp(-(((at / 3600 - 13) / 3.5) ** 2))
        )
        if rng.uniform(0, 1.35) < height:
            return at


def _poisson(mean: float, rng: random.Random) -> int:
    """Knuth's way: multiply until below e^-mean."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _served(texts: list[Text], seconds_a_line: float) -> tuple[list[float], float]:
    """When each text is there: one engine, what somebody has opened before what nobody has, else in order."""
    finished = [math.inf] * len(texts)
    arrivals: list[tuple[float, int, int]] = []
    for number, text in enumerate(texts):
        arrivals.append((text.written, AHEAD, number))
        if text.readings:
            arrivals.append((text.readings[0], SEEN, number))
    arrivals.sort()
    waiting: list[tuple[int, float, int]] = []
    now, at, busy = 0.0, 0, 0.0
    while at < len(arrivals) or waiting:
        if not waiting:
            now = max(now, arrivals[at][0])
        while at < len(arrivals) and arrivals[at][0] <= now:
            moment, level, number = arrivals[at]
            if finished[number] == math.inf:
                heapq.heappush(waiting, (level, moment, number))
            at += 1
        while waiting:
            _, _, number = heapq.heappop(waiting)
            if finished[number] == math.inf:
                work = texts[number].lines * seconds_a_line
                now, busy = now + work, busy + work
                finished[number] = now
                break
    return finished, busy
