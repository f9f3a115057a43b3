"""Migrations: numbered SQL files applied in order, each once, each in a transaction of its own."""

import hashlib
import importlib
import re
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

import asyncpg
import msgspec

LOCK = 7_316_540_226_114_013
"""The advisory lock of everybody who migrates."""

Say = Callable[[str], None]
"""Takes one line for the operator."""

LOCK_TIMEOUT = "5s"
OLDEST = 150000

FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")

GROUND = """
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE IF NOT EXISTS migration (
    number      integer PRIMARY KEY,
    name        text NOT NULL,
    sha256      text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE OR REPLACE FUNCTION shard_by(table_name text, column_name text, colocate_with text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RETURN;
    END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    IF column_name IS NULL THEN
        EXECUTE format('SELECT create_reference_table(%L)', table_name);
    ELSE
        EXECUTE format('SELECT create_distributed_table(%L, %L, colocate_with => %L)',
                       table_name, column_name, coalesce(colocate_with, 'none'));
    END IF;
END $$;
"""


class MigrationError(Exception):
    """The schema cannot be brought up to date; the message tells the operator why and what to do."""


class UnfitServerError(MigrationError):
    """The database server must not be used as it is."""


class Migration(msgspec.Struct, kw_only=True, frozen=True):
    """One file `NNNN_name.sql`; `sha256` is of its bytes, in hex."""

    number: int
    name: str
    sql: str
    sha256: str


async def migrate(dsn: str, *, say: Say | None = None, folder: Traversable | None = None) -> list[str]:
    """Bring the schema up to date; gives the names of what was applied.

    Raises MigrationError, and OSError or asyncpg.PostgresError when there is no getting through.
    """
    found = read_migrations(folder or files("vermilion.storage") / "migrations")
    connection = await asyncpg.connect(dsn, timeout=30, server_settings={"search_path": "public"})
    try:
        await require_fit(connection)
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK, timeout=900)
        return await apply_all(connection, found, say)
    finally:
        await connection.close()


async def is_up_to_date(dsn: str) -> bool:
    """Whether the database has all the migrations of this version; False also while there is no getting through."""
    wanted = {migration.number for migration in read_migrations(files("vermilion.storage") / "migrations")}
    try:
        connection = await asyncpg.connect(dsn, timeout=5, server_settings={"search_path": "public"})
        try:
            rows = await connection.fetch("SELECT number FROM migration")
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return {row[0] for row in rows} >= {0, *wanted}


async def inspect(dsn: str) -> int:
    """The server's version, 180004 for 18.4; raises UnfitServerError, OSError or asyncpg.PostgresError."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await require_fit(connection)
    finally:
        await connection.close()


async def require_fit(connection: asyncpg.Connection) -> int:
    """The server's version; raises UnfitServerError when it is too old, not durable, or lacks pgvector."""
    number = int(await connection.fetchval("SHOW server_version_num"))
    if number < OLDEST:
        raise UnfitServerError(f"The server is PostgreSQL {number // 10000}; vermilion needs 15 or newer.")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if await connection.fetchval("SELECT current_setting($1)", setting) == "off":
            raise UnfitServerError(
                f"The server runs with {setting} = off, so it may lose what it has confirmed. "
                f"Set {setting} = on and reload it."
            )
    if not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')"
    ):
        raise UnfitServerError("The server lacks the extension pgvector. Install it on the database server.")
    return number


def read_migrations(folder: Traversable) -> list[Migration]:
    """The files of `folder` in order; raises MigrationError on a name that does not fit or a number used twice."""
    found: dict[int, Migration] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".sql"):
            continue
        match = FILE_NAME.fullmatch(file.name)
        if match is None or int(match[1]) in found or int(match[1]) == 0:
            raise MigrationError(
                f"{file.name}: a migration is named NNNN_name.sql, each number once, from 0001 on."
            )
        body = file.read_bytes()
        number = int(match[1])
        found[number] = Migration(
            number=number, name=match[2], sql=body.decode(), sha256=hashlib.sha256(body).hexdigest()
        )
    return list(found.values())


async def apply_all(
    connection: asyncpg.Connection, found: Sequence[Migration], say: Say | None = None
) -> list[str]:
    """Apply what of `found` the database has not; gives the names. The caller holds the lock."""
    say = say or _silent
    async with connection.transaction():
        await connection.execute(GROUND)
    rows = await connection.fetch("SELECT number, name, sha256 FROM migration")
    applied = {row["number"]: (row["name"], row["sha256"]) for row in rows}
    _check_history(found, {number: sha for number, (_, sha) in applied.items() if number > 0})
    done = await _apply_queue(connection, applied.get(0), say)
    for migration in found:
        if migration.number in applied:
            continue
        title = f"{migration.number:04}_{migration.name}"
        say(f"migrating: {title}")
        try:
            await _apply(connection, migration)
        except asyncpg.PostgresError as error:
            raise MigrationError(f"{title} failed and was rolled back: {error}") from error
        done.append(title)
    return done


def _check_history(found: Sequence[Migration], applied: dict[int, str]) -> None:
    known = {migration.number: migration for migration in found}
    for number, sha256 in sorted(applied.items()):
        if number not in known:
            raise MigrationError(
                f"The database has migration {number:04}, which this version of vermilion does not know: it is older."
            )
        if known[number].sha256 != sha256:
            raise MigrationError(
                f"{number:04}_{known[number].name}.sql was changed after it had been applied. Restore it and "
                "put the change into a new migration."
            )
    newest = max(applied, default=0)
    for migration in found:
        if migration.number < newest and migration.number not in applied:
            raise MigrationError(
                f"{migration.number:04}_{migration.name}.sql was slipped in below {newest:04}."
            )


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        await connection.execute(migration.sql)
        await _record(connection, migration.number, migration.name, migration.sha256)


async def _apply_queue(
    connection: asyncpg.Connection, applied: tuple[str, str] | None, say: Say
) -> list[str]:
    """The job queue's own tables, as number 0. The library is loaded only when there is something to do: it is large."""
    name = f"pgqueuer_{version('pgqueuer')}"
    if applied is not None and applied[0] == name:
        return []
    say(f"migrating: 0000_{name}")
    tables = importlib.import_module("vermilion.storage.queue_tables")
    async with AsyncExitStack() as stack:
        if await tables.are_there(connection):
            await tables.upgrade(connection)
        else:
            await stack.enter_async_context(connection.transaction())
            await tables.install(connection)
        await _record(connection, 0, name, hashlib.sha256(name.encode()).hexdigest())
    return [f"0000_{name}"]


async def _record(connection: asyncpg.Connection, number: int, name: str, sha256: str) -> None:
    await connection.execute(
        "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3) "
        "ON CONFLICT (number) DO UPDATE SET name = excluded.name, sha256 = excluded.sha256",
        number,
        name,
        sha256,
    )


def _silent(_line: str) -> None:
    pass
