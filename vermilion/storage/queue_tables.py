"""The tables of the job queue: their SQL comes from the library itself, in the version that is installed."""

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries


async def are_there(connection: asyncpg.Connection) -> bool:
    """Whether any of them exists, also from an older version."""
    return await Queries(AsyncpgDriver(connection)).schema_is_installed()


async def install(connection: asyncpg.Connection) -> None:
    """Make them; call it inside a transaction."""
    await connection.execute(Queries(AsyncpgDriver(connection)).qbe.build_install_query())


async def upgrade(connection: asyncpg.Connection) -> None:
    """Bring them up to date; not possible inside a transaction."""
    await Queries(AsyncpgDriver(connection)).upgrade()
