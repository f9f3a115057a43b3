"""What waits in memory for a moment: written in batches, also at the end, and through a fault."""

import asyncio

import pytest

from vermilion.kernel.errors import Unavailable
from vermilion.storage.db import Database
from vermilion.work.batching import Batching


class Letters(Batching):
    def __init__(self, *faults: Exception) -> None:
        super().__init__(Database(""), 0.01)
        self.waiting: list[str] = []
        self.batches: list[list[str]] = []
        self.faults = list(faults)
        self.tried = asyncio.Event()

    async def flush(self) -> None:
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        self.tried.set()
        if self.faults:
            raise self.faults.pop()
        self.batches.append(waiting)

    async def try_once(self) -> None:
        self.tried.clear()
        await asyncio.wait_for(self.tried.wait(), 30)


async def test_what_came_in_meanwhile_is_one_batch() -> None:
    letters = Letters()
    await letters.start()
    letters.waiting += ["a", "b"]
    await letters.try_once()
    await letters.close()
    assert letters.batches == [["a", "b"]]


async def test_closing_writes_what_is_left() -> None:
    letters = Letters()
    letters.waiting += ["a"]
    await letters.close()
    assert letters.batches == [["a"]]


@pytest.mark.parametrize("fault", [Unavailable("database_away"), ValueError("a bad row")])
async def test_a_batch_that_fails_does_not_end_the_writing(fault: Exception) -> None:
    letters = Letters(fault)
    await letters.start()
    letters.waiting += ["lost"]
    await letters.try_once()
    letters.waiting += ["kept"]
    await letters.try_once()
    await letters.close()
    assert letters.batches == [["kept"]]
