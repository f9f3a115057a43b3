"""The day in simulation waits where waiting is due, and nowhere else."""

import math
from types import SimpleNamespace

import pytest

from bench.translate import Watched
from bench.translate_day import DAY_S, Text, _served, day, share


def test_an_engine_that_is_fast_enough_keeps_nobody_waiting_and_a_slow_one_does() -> None:
    fast, _, busy = day(300, 1000.0)
    slow, firsts, busier = day(300, 0.01)
    assert share(fast, 0.999) < 0.1
    assert share(slow, 0.95) > 3600
    assert share(firsts, 0.5) > 0
    assert busy < 0.001 < busier


def test_what_was_opened_goes_before_what_nobody_has_asked_for() -> None:
    texts = [Text(0.0, 10, (50.0,)), Text(0.0, 10, ()), Text(1.0, 10, (2.0,))]
    finished, busy = _served(texts, 1.0)
    assert finished == [10.0, 30.0, 20.0]
    assert busy == 30.0
    assert all(moment < DAY_S for moment in finished)


@pytest.mark.parametrize(
    ("steps", "share_of_two"),
    [
        ([(0, 1), (0, 1), (10, -1), (10, -1)], 1.0),
        ([(0, 1), (10, -1)], 0.5),
        ([(5, 1), (20, -1)], 0.25),
        ([], 0.0),
    ],
)
def test_the_work_of_the_slots_is_added_up(steps: list[tuple[float, int]], share_of_two: float) -> None:
    watched = Watched(SimpleNamespace(name="x", outside=None, slots=2))  # type: ignore[arg-type]
    watched.steps = steps
    assert math.isclose(watched.busy(0, 10), share_of_two)
