"""Databases of the run's server: made, used and dropped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg


def dsn_of(server_dsn: str, name: str) -> str:
    """The server's DSN with another database."""
    return urlsplit(server_dsn)._replace(path=f"/{name}").geturl()


async def create_database(server_dsn: str, name: str, template: str | None = None) -> None:
    """A fresh database, empty or like the template; one of that name that is left over goes."""
    connection = await asyncpg.connect(server_dsn)
    try:
        await _drop(connection, name)
        await connection.execute(
            f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")
        )
    finally:
        await connection.close()


async def drop_database(server_dsn: str, name: str) -> None:
    """Take a database away, whoever uses it."""
    connection = await asyncpg.connect(server_dsn)
    try:
        await _drop(connection, name)
    finally:
        await connection.close()


@asynccontextmanager
async def new_database(server_dsn: str, name: str, template: str | None = None) -> AsyncIterator[str]:
    """The DSN of a database that is dropped in the end."""
    await create_database(server_dsn, name, template)
    try:
        yield dsn_of(server_dsn, name)
    finally:
        await drop_database(server_dsn, name)


async def _drop(connection: asyncpg.Connection, name: str) -> None:
    """WITH (FORCE) fails where autovacuum is at work, which only a superuser may end; without it, that is seen to."""
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = $1 AND backend_type = 'client backend'",
        name,
    )
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
