import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import new_database


@pytest.fixture
async def empty_database(server_dsn: str) -> AsyncIterator[str]:
    """The DSN of a database with nothing in it."""
    async with new_database(server_dsn, f"empty_{secrets.token_hex(4)}") as dsn:
        yield dsn


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text(
        "CREATE TABLE first (id bigint PRIMARY KEY);\nSELECT shard_by('first', 'id');\n"
    )
    (folder / "0002_second.sql").write_text("CREATE TABLE second (id bigint PRIMARY KEY);\n")
    return folder
