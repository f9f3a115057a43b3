"""The pool of connections: shared by many, and sound after whatever happened to one of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import asyncpg
import pytest

from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.storage.db import Database


@pytest.fixture
async def small(shared_dsn: str) -> AsyncIterator[Database]:
    """A database of two connections."""
    database = Database(shared_dsn, max_size=2)
    yield database
    await database.close()


async def backend(database: Database) -> int:
    return int(await database.session().value("SELECT pg_backend_pid()"))


async def test_many_wait_for_two_connections(small: Database) -> None:
    found = await asyncio.gather(
        *(small.session().value("SELECT $1::integer FROM pg_sleep(0.005)", n) for n in range(40))
    )
    assert found == list(range(40))


async def test_transactions_and_statements_share_them(small: Database) -> None:
    async def deed(number: int) -> int:
        db = small.session()
        async with db.transaction():
            await db.value("SELECT 1 FROM pg_sleep(0.002)")
            return int(await db.value("SELECT $1::integer", number))

    statements = [small.session().value("SELECT $1::integer", n) for n in range(20, 40)]
    assert await asyncio.gather(*map(deed, range(20)), *statements) == list(range(40))


async def test_the_same_connection_serves_the_next_statement(small: Database) -> None:
    assert await backend(small) == await backend(small)


async def test_a_connection_that_died_is_replaced(small: Database, shared_dsn: str) -> None:
    dead = await backend(small)
    other = await asyncpg.connect(shared_dsn)
    await other.execute("SELECT pg_terminate_backend($1, 1000)", dead)
    await other.close()
    await asyncio.sleep(0.05)
    assert await backend(small) != dead


async def test_a_statement_that_is_given_up_leaves_a_sound_pool(small: Database) -> None:
    waiting = [asyncio.create_task(small.session().value("SELECT pg_sleep(5)")) for _ in range(2)]
    await asyncio.sleep(0.05)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await asyncio.gather(*(small.session().value("SELECT 1") for _ in range(4))) == [1] * 4


async def test_a_transaction_that_fails_leaves_nothing_behind(small: Database) -> None:
    db = small.session()
    with pytest.raises(Invalid):
        async with db.transaction():
            await db.value("SELECT 1/0")
    assert await small.session().value("SELECT txid_current_if_assigned()") is None
    assert await small.session().value("SELECT 1") == 1


async def test_closing_waits_for_what_is_under_way(shared_dsn: str) -> None:
    database = Database(shared_dsn, max_size=2)
    await database.session().value("SELECT 1")
    slow = asyncio.create_task(database.session().value("SELECT 7 FROM pg_sleep(0.1)"))
    await asyncio.sleep(0.02)
    await database.close()
    assert await slow == 7


async def test_nobody_there_is_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await database.session().value("SELECT 1")


@pytest.mark.parametrize(("seconds", "asked"), [(0.0, [1, 2]), (60.0, [1, 1])])
async def test_what_is_shared_is_kept_as_long_as_it_is_said_to_be(seconds: float, asked: list[int]) -> None:
    database, times = Database("", shares_for=seconds), itertools.count(1)

    async def ask() -> int:
        return next(times)

    assert [await database.session().shared("pool", ask) for _ in range(2)] == asked
    assert await database.session().shared("another", ask) == asked[-1] + 1


class Cell(Record, kw_only=True, frozen=True):
    """A row of one column."""

    id: Id
    parts: tuple[Id, ...] | None = None


async def test_a_row_becomes_a_record_with_the_types_of_its_fields(small: Database) -> None:
    db = small.session()
    found = await db.all(Cell, "SELECT 7::bigint AS id, ARRAY[1, 2]::bigint[] AS parts")
    assert found == [Cell(id=Id(7), parts=(Id(1), Id(2)))]
    assert type(found[0].id) is Id
    assert await db.one(Cell, "SELECT 7::bigint AS id, NULL::bigint[] AS parts") == Cell(id=Id(7))
    assert await db.maybe(Cell, "SELECT 7::bigint AS id") == Cell(id=Id(7))
    with pytest.raises(TypeError, match="stranger"):
        await db.all(Cell, "SELECT 7::bigint AS id, 1 AS stranger")


async def test_who_gives_up_waiting_takes_no_connection_along(small: Database) -> None:
    held = [await small.take() for _ in range(2)]
    first, second = (asyncio.create_task(small.take()) for _ in range(2))
    await asyncio.sleep(0)
    await small.give_back(*held[0], is_sound=True)
    first.cancel()  # in the moment in which its turn has come
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await asyncio.wait_for(second, 30) == held[0]
    for one in held:
        await small.give_back(*one, is_sound=True)


async def test_a_connection_that_fails_makes_room_for_who_waits(small: Database) -> None:
    held = [await small.take() for _ in range(2)]
    waiting = asyncio.create_task(small.take())
    await asyncio.sleep(0)
    await small.give_back(*held[0], is_sound=False)
    for one in (held[1], await asyncio.wait_for(waiting, 30)):
        await small.give_back(*one, is_sound=True)
