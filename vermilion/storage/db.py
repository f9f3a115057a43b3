"""Db: the one way to rows. Statements go in with $1 parameters, rows come out as Records."""

import asyncio
import time
import typing
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import cache, partial
from types import TracebackType
from typing import Any, TypeVar

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from vermilion.kernel.errors import Invalid, Problem, Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")

Observer = Callable[[str, float], None]
"""Called after each statement with its text and the seconds it took."""

UniqueViolation = asyncpg.UniqueViolationError
Connection = asyncpg.Connection
Row = asyncpg.Record

_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # stopped, crashed, starting
    asyncpg.InsufficientResourcesError,
    asyncpg.DeadlockDetectedError,  # one of two was undone whole, and may be sent again
    asyncpg.InvalidCatalogNameError,  # the database has not been made yet
    asyncpg.UndefinedTableError,  # nor its tables
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver, where the server died between two messages
)
_FAILURES = (TimeoutError, asyncpg.DataError, asyncpg.DiskFullError, *_AWAY)


_MOST_HELD = 1_000


class Database:
    """The connection pool of one process. `session()` gives each request or job its own Db."""

    def __init__(
        self, dsn: str, *, wiring: object = None, max_size: int = 10, shares_for: float = 0.0
    ) -> None:
        """`shares_for`: seconds that `Db.shared` keeps what it has found."""
        self.dsn = dsn
        self.shares_for = shares_for
        self.held: dict[Hashable, tuple[float, Any]] = {}
        self.wiring = wiring
        self.observers: list[Observer] = []
        self._max_size = max_size
        self._pool: asyncpg.Pool | None = None
        self._idle: list[PoolConnectionProxy] = []
        self._opened = 0
        self._waiting: deque[asyncio.Future[PoolConnectionProxy | None]] = deque()
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connect; raises Unavailable("database_away") when the server is not there."""
        async with self._opening:
            if self._pool is None:
                with _translated():
                    self._pool = await asyncpg.create_pool(
                        self.dsn,
                        min_size=1,
                        max_size=self._max_size,
                        reset=_keep,
                        init=_prepare,
                        command_timeout=30,
                        timeout=5,
                    )

    async def close(self) -> None:
        """Wait for running statements and disconnect."""
        pool, self._pool = self._pool, None
        idle, self._idle = self._idle, []
        if pool is not None:
            self._opened = 0
            for waiting in self._waiting:
                if not waiting.done():
                    waiting.set_exception(asyncpg.InterfaceError("the pool is closing"))
            self._waiting.clear()
            for connection in idle:
                await pool.release(connection)
            await pool.close()

    def connection(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection for one statement or transaction: `async with`."""
        return _Borrowed(self)

    async def take(self) -> tuple[asyncpg.Pool, PoolConnectionProxy]:
        """The connection given back last, else one of the pool's, whose acquire and release cost more than a statement.

        Where all are in use, the next that is given back; raises TimeoutError where none is in ten seconds.
        """
        if self._pool is None:
            await self.open()
        pool = self._pool
        assert pool is not None
        while True:
            if self._idle:
                connection = self._idle.pop()
            elif self._opened < self._max_size:
                return pool, await self._acquire(pool)
            elif (given := await self._turn()) is None:
                continue
            else:
                connection = given
            if _is_alive(connection):
                return pool, connection
            await self._let_go(pool, connection)

    async def _acquire(self, pool: asyncpg.Pool) -> PoolConnectionProxy:
        self._opened += 1
        try:
            return await pool.acquire(timeout=10)
        except BaseException:
            self._count_out(pool)
            raise

    async def _turn(self) -> PoolConnectionProxy | None:
        """What is handed on; None: there may be room for another connection now."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[PoolConnectionProxy | None] = loop.create_future()
        self._waiting.append(turn)
        patience = loop.call_later(10, _give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._hand_on(turn.result())
            raise
        finally:
            patience.cancel()

    def _hand_on(self, connection: PoolConnectionProxy | None) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is not None:
            self._idle.append(connection)

    async def give_back(self, pool: asyncpg.Pool, connection: PoolConnectionProxy, *, is_sound: bool) -> None:
        """Hand a connection to whoever waits, or keep it for the next one; after a failure the pool looks after it."""
        if is_sound and pool is self._pool and _is_alive(connection):
            self._hand_on(connection)
        else:
            await self._let_go(pool, connection)

    async def _let_go(self, pool: asyncpg.Pool, connection: PoolConnectionProxy) -> None:
        try:
            await pool.release(connection)
        finally:
            self._count_out(pool)

    def _count_out(self, pool: asyncpg.Pool) -> None:
        if pool is self._pool:
            self._opened -= 1
            self._hand_on(None)

    async def dedicated(self) -> asyncpg.Connection:
        """A connection of one's own, to listen on; whoever asks for it closes it."""
        with _translated():
            return await asyncpg.connect(self.dsn, timeout=5)

    def session(self) -> "Db":
        """A Db for one request, job or command."""
        return Db(self)


class _Borrowed(AbstractAsyncContextManager[asyncpg.Connection]):
    """A connection while it is in use; what the driver raises comes out as ours."""

    __slots__ = ("_connection", "_database", "_pool")

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> asyncpg.Connection:
        try:
            self._pool, self._connection = await self._database.take()
        except _FAILURES as error:
            raise _translation(error) from error
        return typing.cast(asyncpg.Connection, self._connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._database.give_back(self._pool, self._connection, is_sound=error is None)
        except _FAILURES as failure:
            raise _translation(failure) from failure
        if isinstance(error, _FAILURES):
            raise _translation(error) from error


class Db:
    """What a read or a deed talks to: inside `transaction()` every statement runs on one connection."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.connection: asyncpg.Connection | None = None

    async def one(self, kind: type[R], sql: str, *args: object) -> R:
        """The single row as a Record; raises LookupError when there is none."""
        found = await self.maybe(kind, sql, *args)
        if found is None:
            raise LookupError(sql)
        return found

    async def maybe(self, kind: type[R], sql: str, *args: object) -> R | None:
        """The first row as a Record, or None."""
        row = await self._ask("fetchrow", sql, args)
        return None if row is None else _made(kind, (row,))[0]

    async def all(self, kind: type[R], sql: str, *args: object) -> list[R]:
        """Every row as a Record."""
        return _made(kind, await self._ask("fetch", sql, args))

    async def rows(self, sql: str, *args: object) -> list[Row]:
        """Every row bare, for numbers and keys that are no Record."""
        return typing.cast(list[Row], await self._ask("fetch", sql, args))

    async def value(self, sql: str, *args: object) -> Any:  # noqa: ANN401 - one cell of any type
        """The first cell of the first row, or None."""
        return await self._ask("fetchval", sql, args)

    async def shared(
        self, key: Hashable, ask: Callable[[], Awaitable[T]], *, seconds: float | None = None
    ) -> T:
        """What `ask` gives, for what is the same for everybody: kept in the process for a moment, see `Database`."""
        database, moment = self.database, time.monotonic()
        held = database.held.get(key)
        if held is None or held[0] <= moment:
            if len(database.held) >= _MOST_HELD:
                database.held.clear()
            held = database.held[key] = (
                moment + (database.shares_for if seconds is None else seconds),
                await ask(),
            )
        return typing.cast(T, held[1])

    async def run(self, sql: str, *args: object) -> int:
        """Run a statement; gives the number of rows it touched."""
        status: str = await self._ask("execute", sql, args)
        tail = status.rsplit(" ", 1)[-1]
        return int(tail) if tail.isdigit() else 0

    async def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows in one batch; all or none."""
        await self._ask("executemany", sql, (rows,))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """One transaction; an inner one joins the outer."""
        if self.connection is not None:
            yield
            return
        async with self.database.connection() as connection:
            self.connection = connection
            try:
                with _translated():
                    async with connection.transaction():
                        yield
            finally:
                self.connection = None

    async def _ask(self, method: str, sql: str, args: tuple[object, ...]) -> Any:  # noqa: ANN401 - whatever the driver gives
        started = time.perf_counter()
        try:
            if self.connection is None:
                async with self.database.connection() as connection:
                    return await getattr(connection, method)(sql, *args)
            return await getattr(self.connection, method)(sql, *args)
        except _FAILURES as error:
            raise _translation(error) from error
        finally:
            for observe in self.database.observers:
                observe(sql, time.perf_counter() - started)


def _give_up(turn: asyncio.Future[PoolConnectionProxy | None]) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError())


def _is_alive(connection: PoolConnectionProxy) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # its server end is gone, and the pool has taken it back
        return False


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        raise _translation(error) from error


def _translation(error: BaseException) -> Problem:
    if isinstance(error, asyncpg.DataError):  # a number or time beyond what a column holds
        return Invalid("bad_value")
    return Unavailable("disk_full" if isinstance(error, asyncpg.DiskFullError) else "database_away")


async def _keep(_connection: object) -> None:
    """No reset query between uses: nothing leaves session state on a pooled connection."""


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        # Text is JSON already: so the job queue's driver hands it over.
        encoder=lambda value: (
            b"\x01" + (value.encode() if isinstance(value, str) else msgspec.json.encode(value))
        ),
        decoder=lambda raw: msgspec.json.decode(raw[1:]),
        format="binary",
    )


@cache
def _maker(kind: type[R], names: tuple[str, ...]) -> Callable[[Sequence[Row]], list[R]]:
    """How rows of these columns become Records: written out once as a function, six times as fast as `kind(**row)`.

    Rows are trusted, so only ids and arrays need a new type.
    """
    if strangers := set(names) - set(kind.__struct_fields__):
        raise TypeError(f"{kind.__name__} has no {strangers}")
    hints = typing.get_type_hints(kind)
    known: dict[str, object] = {"kind": kind}
    values = []
    for at, name in enumerate(names):
        change = _change(hints[name])
        known[f"change{at}"] = change
        values.append(f"{name}=" + (f"v{at} if v{at} is None else change{at}(v{at})" if change else f"v{at}"))
    cells = "".join(f"v{at}, " for at in range(len(names)))
    exec(f"def make(rows): return [kind({', '.join(values)}) for {cells} in rows]", known)  # noqa: S102 - names of columns
    return typing.cast(Callable[[Sequence[Row]], list[R]], known["make"])


def _made(kind: type[R], rows: Sequence[Row]) -> list[R]:
    return _maker(kind, tuple(rows[0].keys()))(rows) if rows else []


def _change(hint: object) -> Callable[[Any], object] | None:
    parts = set(_parts(hint))
    if any(isinstance(part, type) and issubclass(part, Record) for part in parts):
        return partial(msgspec.convert, type=hint, dec_hook=decode_hook)
    if tuple in parts:
        return (lambda values: tuple(map(Id, values))) if Id in parts else tuple
    return Id if Id in parts else None


def decode_hook(kind: type, value: object) -> object:
    """Builds an Id from what JSON or a row carries; for msgspec."""
    if issubclass(kind, Id):
        return Id.parse(value) if isinstance(value, str) else Id(typing.cast(int, value))
    raise NotImplementedError(kind)


def _parts(hint: object) -> Iterator[object]:
    yield typing.get_origin(hint) or hint
    for part in typing.get_args(hint):
        yield from _parts(part)
