"""Rate limits: bursts, averages, and whom they count."""

import httpx
import pytest
from litestar import Litestar

from tests.factories import PASSWORD
from vermilion.kernel.errors import TooMany
from vermilion.web.limits import SIGN_IN_BY_HANDLE, Limit, Limits

FOUR_A_MINUTE = Limit(burst=4, seconds=60)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_drip() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    for _ in range(4):
        limits.take(FOUR_A_MINUTE, "a")
    with pytest.raises(TooMany) as caught:
        limits.take(FOUR_A_MINUTE, "a")
    assert caught.value.facts["retry_after"] == 15
    clock.now += 15
    limits.take(FOUR_A_MINUTE, "a")
    with pytest.raises(TooMany):
        limits.take(FOUR_A_MINUTE, "a")


def test_each_key_has_its_own_bucket() -> None:
    limits = Limits(clock=Clock())
    for _ in range(4):
        limits.take(FOUR_A_MINUTE, "a")
    limits.take(FOUR_A_MINUTE, "b")


def test_scale_widens_and_zero_turns_off() -> None:
    wide, off = Limits(2.0, Clock()), Limits(0.0, Clock())
    for _ in range(8):
        wide.take(FOUR_A_MINUTE, "a")
    with pytest.raises(TooMany):
        wide.take(FOUR_A_MINUTE, "a")
    for _ in range(1000):
        off.take(FOUR_A_MINUTE, "a")


@pytest.mark.usefixtures("ines")
async def test_guessing_passwords_is_slowed_down(app: Litestar, client: httpx.AsyncClient) -> None:
    app.state.vermilion.limits.scale = 1.0
    body = {"handle": "ines", "password": PASSWORD + "?", "application": "x", "scopes": ["read"]}
    answers = [await client.post("/api/v1/tokens", json=body) for _ in range(SIGN_IN_BY_HANDLE.burst + 1)]
    assert {answer.json()["code"] for answer in answers[:-1]} == {"wrong_password"}
    last = answers[-1]
    assert (last.status_code, last.json()["code"]) == (429, "slow_down")
    assert int(last.headers["retry-after"]) == last.json()["retry_after"] > 0
