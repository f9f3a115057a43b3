import asyncio
import contextlib
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from tests.databases import new_database
from tests.work.deeds import TABLE, WIRING, Rung, settings
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id, new_id
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.wiring import WIRING as PRODUCT
from vermilion.work import runner
from vermilion.work.events import emit, entrypoint
from vermilion.work.jobs import Job
from vermilion.work.runner import run, run_due

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def bells(cloned_dsn: str) -> AsyncIterator[Database]:
    database = Database(cloned_dsn, wiring=WIRING, max_size=3)
    await database.session().run(TABLE)
    yield database
    await database.close()


@pytest.fixture
async def empty(server_dsn: str) -> AsyncIterator[str]:
    async with new_database(server_dsn, f"empty_{secrets.token_hex(4)}") as dsn:
        yield dsn


async def ring(database: Database, word: str, bell_id: Id | None = None) -> Id:
    db, bell_id = database.session(), bell_id or new_id()
    async with db.transaction():
        await emit(db, Rung(bell_id=bell_id, word=word))
    return bell_id


async def traces(database: Database) -> list[str]:
    return [row[0] for row in await database.session().rows("SELECT word FROM trace ORDER BY id")]


async def waiting(database: Database) -> list[tuple[str, int]]:
    rows = await database.session().rows("SELECT status::text, attempts FROM pgqueuer ORDER BY id")
    return [(row[0], row[1]) for row in rows]


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def worker(database: Database, periodic: runner.Periodic = ()) -> AsyncIterator[None]:
    """The worker's loop in this process."""
    stop = asyncio.Event()
    task = asyncio.create_task(run(settings(database.dsn), WIRING, periodic, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 15)


async def test_what_must_happen_at_once_happens_and_the_rest_is_queued(bells: Database) -> None:
    bell_id = await ring(bells, "well")
    assert await traces(bells) == [f"now well {bell_id}"]
    rows = await bells.session().rows("SELECT entrypoint, payload FROM pgqueuer")
    assert (
        [row[0] for row in rows]
        == [entrypoint(Rung, WIRING.later[Rung][0])]
        == ["Rung:tests.work.deeds.trace_later"]
    )
    assert f'"{bell_id}"'.encode() in rows[0][1]
    assert await run_due(bells, Blobs("memory:///"), WIRING) == 1
    assert await traces(bells) == [f"now well {bell_id}", "tried well", f"done well {bell_id}"]
    assert await waiting(bells) == []


async def test_a_worker_waits_while_the_schema_is_brought_up_to_date(empty: str) -> None:
    database, rounds = Database(empty, wiring=WIRING, max_size=3), 0

    async def look(job: Job) -> None:
        nonlocal rounds
        await job.db.value("SELECT count(*) FROM account")
        rounds += 1

    async def has_looked() -> bool:
        return rounds > 0

    with structlog.testing.capture_logs() as logs:
        async with worker(database, [(0.05, look)]):
            await asyncio.sleep(0.7)
            assert rounds == 0
            assert [(line["event"], line.get("why")) for line in logs] == [
                ("worker_waits", "schema_not_up_to_date")
            ]
            await migrate(empty)
            await until(has_looked)
    assert "round_failed" not in {line["event"] for line in logs}
    await database.close()


async def test_events_are_only_told_inside_a_transaction(bells: Database) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        await emit(bells.session(), Rung(bell_id=Id(1), word="outside"))
    await ring(bells, "inside")
    assert await waiting(bells) == [("queued", 0)]
    with pytest.raises(TypeError, match="wiring"):
        await emit(Database("").session(), Rung(bell_id=Id(1), word="unwired"))


async def test_a_deed_that_is_rolled_back_queues_nothing(bells: Database) -> None:
    db = bells.session()

    async def ring_and_fail() -> None:
        async with db.transaction():
            await emit(db, Rung(bell_id=Id(1), word="undone"))
            raise LookupError

    with pytest.raises(LookupError):
        await ring_and_fail()
    assert (await traces(bells), await waiting(bells)) == ([], [])
    await ring(bells, "done")
    assert await waiting(bells) == [("queued", 0)]


async def test_a_job_that_fails_in_run_due_stays_queued_and_half_of_it_is_undone(bells: Database) -> None:
    await ring(bells, "fails")
    with pytest.raises(RuntimeError, match="planted"):
        await run_due(bells, Blobs("memory:///"), WIRING)
    assert await waiting(bells) == [("queued", 0)]
    assert "tried fails" not in await traces(bells)


async def test_the_worker_does_what_is_queued_before_and_while_it_runs(bells: Database) -> None:
    first = await ring(bells, "before")
    async with worker(bells):
        await until(lambda: _has(bells, f"done before {first}"))
        second = await ring(bells, "while")
        await until(lambda: _has(bells, f"done while {second}"), 2)
        await until(lambda: _empty(bells))


async def test_a_failing_job_is_tried_again_and_then_held_for_an_operator(
    bells: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MOST_TRIES", 1)
    bell_id = await ring(bells, "once")
    await ring(bells, "fails")
    async with worker(bells):
        await until(lambda: _has(bells, "tried fails"))
        await until(lambda: _is(bells, [("queued", 1), ("queued", 1)]))
        await bells.session().run("UPDATE pgqueuer SET execute_after = now()")
        await ring(bells, "nudge")
        await until(lambda: _has(bells, f"done once {bell_id}"))
        await until(lambda: _is(bells, [("failed", 1)]))
    assert (await traces(bells)).count("tried fails") == 2
    held = await bells.session().rows("SELECT entrypoint FROM pgqueuer WHERE status = 'failed'")
    assert held[0][0] == "Rung:tests.work.deeds.trace_later"
    async with worker(bells):
        await until(lambda: _has(bells, f"done after {bell_id}", ring_first=("after", bell_id)))
    assert (await traces(bells)).count("tried fails") == 2


async def test_a_worker_killed_in_the_middle_of_a_job_has_it_run_again(bells: Database) -> None:
    bell_id = await ring(bells, "hangs")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.work.deeds",
        bells.dsn,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        await until(lambda: _has(bells, "tried hangs", process=process), 40)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()
    assert await waiting(bells) == [("picked", 0)]
    await bells.session().run("UPDATE pgqueuer SET heartbeat = now() - interval '31 seconds'")
    async with worker(bells):
        await until(lambda: _has(bells, f"done hangs {bell_id}"))
        await until(lambda: _empty(bells))
    assert (await traces(bells)).count("tried hangs") == 2


async def test_a_worker_whose_connection_is_cut_goes_on(bells: Database) -> None:
    async with worker(bells):
        for number in range(6):
            bell_ids = [await ring(bells, f"round {number}") for _ in range(8)]
            await asyncio.sleep(0.02 * number)
            await bells.session().run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database() AND usename = current_user AND query LIKE '%pgqueuer%'"
            )
            last = await ring(bells, f"after {number}")
            await until(lambda last=last, number=number: _has(bells, f"done after {number} {last}"), 20)
            for bell_id in bell_ids:
                await until(
                    lambda bell_id=bell_id, number=number: _has(bells, f"done round {number} {bell_id}"), 60
                )


async def test_what_is_periodic_goes_on_after_a_failure(bells: Database) -> None:
    rounds: list[str] = []

    async def fails(_job: Job) -> None:
        rounds.append("fails")
        raise RuntimeError("planted")

    async def away(_job: Job) -> None:
        rounds.append("away")
        raise Unavailable("database_away")

    async def works(job: Job) -> None:
        rounds.append(str(await job.db.value("SELECT 'works'")))

    async with worker(bells, ((0.01, fails), (0.01, away), (0.01, works))):
        await until(lambda: _often(rounds, ("fails", "away", "works")))


async def _has(
    database: Database,
    word: str,
    ring_first: tuple[str, Id] | None = None,
    process: asyncio.subprocess.Process | None = None,
) -> bool:
    assert process is None or process.returncode is None, "the worker has ended"
    found = await traces(database)
    if ring_first and f"now {ring_first[0]} {ring_first[1]}" not in found:
        await ring(database, *ring_first)
    return word in found


async def _is(database: Database, expected: list[tuple[str, int]]) -> bool:
    return await waiting(database) == expected


async def _empty(database: Database) -> bool:
    return await waiting(database) == []


async def _often(rounds: list[str], words: tuple[str, ...]) -> bool:
    return all(rounds.count(word) > 2 for word in words)


def test_every_job_of_the_product_has_a_name_of_its_own() -> None:
    assert len(PRODUCT.handlers()) == sum(map(len, PRODUCT.later.values()))
