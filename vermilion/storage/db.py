"""Db: the one way to rows. Statements go in with $1 parameters, rows come out as Records."""

import asyncio
import time
import typing
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache, partial
from typing import Any, TypeVar

import asyncpg
import msgspec

from vermilion.kernel.errors import Invalid, Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record

R = TypeVar("R", bound=Record)

Observer = Callable[[str, float], None]
"""Called after each statement with its text and the seconds it took."""

UniqueViolation = asyncpg.UniqueViolationError

_AWAY = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
)


class Database:
    """The connection pool of one process. `session()` gives each request or job its own Db."""

    def __init__(self, dsn: str, *, wiring: object = None, max_size: int = 10) -> None:
        self.dsn = dsn
        self.wiring = wiring
        self.observers: list[Observer] = []
        self._max_size = max_size
        self._pool: asyncpg.Pool | None = None
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
        if pool is not None:
            await pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A pooled connection, for the job queue's driver alone."""
        if self._pool is None:
            await self.open()
        assert self._pool is not None
        with _translated():
            async with self._pool.acquire(timeout=10) as connection:
                yield typing.cast(asyncpg.Connection, connection)

    async def dedicated(self) -> asyncpg.Connection:
        """A connection of one's own, to listen on; whoever asks for it closes it."""
        with _translated():
            return await asyncpg.connect(self.dsn, timeout=5)

    def session(self) -> "Db":
        """A Db for one request, job or command."""
        return Db(self)


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
        async with self._running(sql) as connection:
            row = await connection.fetchrow(sql, *args)
        return None if row is None else _maker(kind)(row)

    async def all(self, kind: type[R], sql: str, *args: object) -> list[R]:
        """Every row as a Record."""
        async with self._running(sql) as connection:
            rows = await connection.fetch(sql, *args)
        make = _maker(kind)
        return [make(row) for row in rows]

    async def rows(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Every row bare, for numbers and keys that are no Record."""
        async with self._running(sql) as connection:
            return await connection.fetch(sql, *args)

    async def value(self, sql: str, *args: object) -> Any:  # noqa: ANN401 - one cell of any type
        """The first cell of the first row, or None."""
        async with self._running(sql) as connection:
            return await connection.fetchval(sql, *args)

    async def run(self, sql: str, *args: object) -> int:
        """Run a statement; gives the number of rows it touched."""
        async with self._running(sql) as connection:
            status = await connection.execute(sql, *args)
        tail = status.rsplit(" ", 1)[-1]
        return int(tail) if tail.isdigit() else 0

    async def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows in one batch; all or none."""
        async with self._running(sql) as connection:
            await connection.executemany(sql, rows)

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

    @asynccontextmanager
    async def _running(self, sql: str) -> AsyncIterator[asyncpg.Connection]:
        started = time.perf_counter()
        try:
            if self.connection is not None:
                with _translated():
                    yield self.connection
            else:
                async with self.database.connection() as connection:
                    yield connection
        finally:
            for observe in self.database.observers:
                observe(sql, time.perf_counter() - started)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncpg.DataError as error:  # a number or time beyond what a column holds
        raise Invalid("bad_value") from error
    except asyncpg.DiskFullError as error:
        raise Unavailable("disk_full") from error
    except (TimeoutError, *_AWAY) as error:
        raise Unavailable("database_away") from error


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
def _maker(kind: type[R]) -> Callable[[asyncpg.Record], R]:
    """How a row becomes this Record: rows are trusted, so only ids and arrays need a new type."""
    hints = typing.get_type_hints(kind)
    changes = [(name, change) for name, hint in hints.items() if (change := _change(hint)) is not None]

    def make(row: asyncpg.Record) -> R:
        values = dict(row)
        for name, change in changes:
            if (value := values.get(name)) is not None:
                values[name] = change(value)
        return kind(**values)

    return make


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
