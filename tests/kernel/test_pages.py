import random

import pytest

from tests.cursors import MADE_UP
from vermilion.kernel.errors import Invalid
from vermilion.kernel.pages import Key, Moment, from_cursor, to_cursor


@pytest.mark.parametrize("shape", [tuple[Moment, Key]])
def test_a_made_up_cursor_is_refused_as_such(shape: type[object]) -> None:
    for cursor in MADE_UP:
        with pytest.raises(Invalid) as caught:
            from_cursor(cursor, shape)
        assert caught.value.code == "bad_cursor", cursor


def test_a_cursor_comes_back_as_it_went() -> None:
    chance = random.Random(3)  # noqa: S311 - the same keys each time
    for _ in range(200):
        key = (chance.uniform(-1e4, 1e4), chance.randrange(2**63))
        assert from_cursor(to_cursor(*key), tuple[float, Key]) == key
