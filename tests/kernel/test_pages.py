import base64
import random
import secrets

import pytest

from vermilion.kernel.errors import Invalid
from vermilion.kernel.pages import Key, Moment, from_cursor, to_cursor

MADE_UP = [
    "", "x", "====", "!!!!", "\ud800", "é", "\0", "a" * 5000, "W10", "e30", "bnVsbA", "WzFd", "-_-_",
    *(base64.urlsafe_b64encode(raw).decode().rstrip("=") for raw in (
        b"[]", b"[-1]", b"[1.5]", b'["1"]', b"[1,2,3]", b"[9223372036854775808]", b"[99999999999999999999999999]", b"[true]",
        b"[null]", b"{}", b"[[1]]", b"[" * 5000, b"[1e400,1]", b"[NaN,1]", b"\xff\xfe", b'["2026-01-01",1]', b'["nonsense",1]',
        b'["2026-01-01T00:00:00",1]', b'["0001-01-01T00:00:00+14:00",1]', b'["9999-12-31T23:59:59-14:00",1]',
    )),
    *(secrets.token_urlsafe(size) for size in range(1, 60)),
]  # fmt: skip
"""Cursors somebody made up."""


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
