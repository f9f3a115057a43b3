"""When a word is asked for again (FSRS), and when a reader's day begins."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import fsrs

from vermilion.kernel.record import Record
from vermilion.learning.schema import Learner, SavedWord

AHEAD = timedelta(minutes=20)
"""A word that is being learnt is asked for so much too early when nothing else is left."""


class Standing(Record, kw_only=True, frozen=True):
    """Where a word stands after an answer; intervals are in days, as FSRS has them."""

    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due_at: datetime
    is_lapse: bool


@cache
def _scheduler() -> fsrs.Scheduler:
    """Without fuzz, so that the interval shown beside an answer is the one it gets."""
    return fsrs.Scheduler(enable_fuzzing=False, maximum_interval=3650)


def after(word: SavedWord, rating: int, at: datetime) -> Standing:
    """How the word stands once it was answered with this rating."""
    card = fsrs.Card(
        card_id=1,
        state=fsrs.State(word.state or 1),
        step=word.step if word.state else 0,
        stability=word.stability,
        difficulty=word.difficulty,
        due=word.due_at,
        last_review=word.reviewed_at,
    )
    made, _ = _scheduler().review_card(card, fsrs.Rating(rating), at)
    return Standing(
        state=int(made.state),
        step=made.step,
        stability=made.stability,
        difficulty=made.difficulty,
        due_at=made.due,
        is_lapse=rating == 1 and word.state == int(fsrs.State.Review),
    )


def intervals(word: SavedWord, at: datetime) -> tuple[int, ...]:
    """Seconds until the word is asked for again, for the ratings 1 to 4."""
    return tuple(round((after(word, rating, at).due_at - at).total_seconds()) for rating in (1, 2, 3, 4))


def day_of(learner: Learner, at: datetime) -> tuple[datetime, datetime]:
    """The beginning and the end of the reader's day that `at` lies in."""
    try:
        zone = ZoneInfo(learner.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    local = at.astimezone(zone)
    begin = local.replace(hour=learner.day_start, minute=0, second=0, microsecond=0)
    if local < begin:
        begin -= timedelta(days=1)
    return begin, begin + timedelta(days=1)
