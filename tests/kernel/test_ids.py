import time

import pytest

from vermilion.kernel.ids import EPOCH_MS, Id, new_id


def test_ids_are_ordered_by_time_and_fit_63_bits() -> None:
    early, late = new_id(EPOCH_MS + 1), new_id(int(time.time() * 1000))
    assert 0 < early < late < 2**63
    assert early >> 22 == 1


def test_ids_of_one_millisecond_differ() -> None:
    assert len({new_id(EPOCH_MS + 5) for _ in range(100)}) > 95


def test_ids_made_one_after_another_only_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(set(made))
    back = time.time() - 3600
    monkeypatch.setattr(time, "time", lambda: back)
    assert new_id() > made[-1]


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1.0", "1e3", "9223372036854775808", "٣", "1" * 400, " 1", "abc", "²"]
)
def test_only_the_decimal_form_of_an_id_is_read(text: str) -> None:
    assert Id.parse("9223372036854775807") == 2**63 - 1
    with pytest.raises(ValueError, match="id"):
        Id.parse(text)
