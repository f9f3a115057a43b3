import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest


@pytest.fixture
async def empty_database(server_dsn: str) -> AsyncIterator[str]:
    """The DSN of a database with nothing in it."""
    name = f"empty_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(server_dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    yield urlsplit(server_dsn)._replace(path=f"/{name}").geturl()
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text(
        "CREATE TABLE first (id bigint PRIMARY KEY);\nSELECT shard_by('first', 'id');\n"
    )
    (folder / "0002_second.sql").write_text("CREATE TABLE second (id bigint PRIMARY KEY);\n")
    return folder
