import asyncio
import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from vermilion.storage import postgres_home
from vermilion.storage.archive import BackupError
from vermilion.storage.migrate import migrate
from vermilion.storage.postgres import Postgres, program_folder
from vermilion.storage.postgres_home import MAJOR, PostgresError
from vermilion.storage.postgres_upgrade import upgrade

OLD = "16"


def silent(_line: str) -> None:
    pass


def ask(dsn: str, sql: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(asked())


@pytest.fixture
def old(passable: Path) -> Path:
    """The home of a stopped server of an older major version, with somebody living in it."""
    folder = passable / "postgres"
    home = postgres_home.open_home(folder, program_folder(OLD), silent, OLD)
    first = "CREATE EXTENSION vector;\nCREATE ROLE vermilion LOGIN CREATEDB;\nCREATE DATABASE vermilion OWNER vermilion;\n"
    for args, given in (
        (["initdb", f"--pgdata={home.cluster}", "--username=postgres", "--encoding=UTF8", "--locale=C"], ""),
        (["postgres", "--single", "-D", str(home.cluster), "template1"], first),
    ):
        subprocess.run(
            [str(home.program / "bin" / args[0]), *args[1:]],
            input=given,
            text=True,
            capture_output=True,
            check=True,
            cwd=folder,
            env=postgres_home.ENVIRONMENT,
            **home.identity,
        )
    with Postgres(folder, major=OLD) as server:
        dsn = server.start()
        asyncio.run(migrate(dsn))
        ask(
            dsn,
            "INSERT INTO account (id, handle, display_name, reads, color, created_at, seen_at) "
            "VALUES (7, 'ines', 'Inês', '{pt}', '#336699', now(), now()) RETURNING id",
        )
    return folder


def test_the_rows_of_an_older_postgres_are_carried_over_and_the_old_ones_kept(old: Path) -> None:
    with pytest.raises(PostgresError, match="upgrade-database"):
        Postgres(old).start()
    said: list[str] = []
    upgrade(old, said.append)
    assert (old / f"cluster-{OLD}" / "PG_VERSION").read_text().strip() == OLD
    assert not list(old.glob("*.tar"))
    with Postgres(old) as server:
        dsn = server.start()
        assert str(ask(dsn, "SHOW server_version")).startswith(MAJOR)
        assert ask(dsn, "SELECT display_name FROM account") == "Inês"
    upgrade(old, said.append)
    assert said[-1].startswith("nothing to do")


def test_what_goes_wrong_leaves_the_old_one_in_its_place(old: Path) -> None:
    with Postgres(old, major=OLD) as server:
        ask(server.start(), "CREATE TABLE strange (id int)")
    with pytest.raises(BackupError, match="strange"):
        upgrade(old, silent)
    assert (old / "cluster" / "PG_VERSION").read_text().strip() == OLD
    assert {entry for entry in os.listdir(old) if entry.startswith(("cluster", "rows"))} == {"cluster"}  # noqa: PTH208 - names
    with Postgres(old, major=OLD) as server:
        assert ask(server.start(), "SELECT display_name FROM account") == "Inês"
