import asyncio
from pathlib import Path

import asyncpg
import pytest

from vermilion.storage import migrate as module
from vermilion.storage.migrate import MigrationError, UnfitServerError, inspect, migrate


async def test_our_own_migrations_apply_to_an_empty_database_and_only_once(empty_database: str) -> None:
    done = await migrate(empty_database)
    assert done[0].startswith("0000_pgqueuer_")
    assert done[1].startswith("0001_")
    assert await migrate(empty_database) == []


async def test_two_processes_migrating_at_once_apply_each_step_once(
    empty_database: str, migrations: Path
) -> None:
    first, second = await asyncio.gather(
        migrate(empty_database, folder=migrations), migrate(empty_database, folder=migrations)
    )
    assert sorted([*first, *second])[1:] == ["0001_first", "0002_second"]


async def test_a_failing_migration_leaves_nothing_of_itself(empty_database: str, migrations: Path) -> None:
    (migrations / "0003_broken.sql").write_text("CREATE TABLE third (id bigint);\nSELECT 1 / 0;\n")
    with pytest.raises(MigrationError, match="0003_broken failed and was rolled back"):
        await migrate(empty_database, folder=migrations)
    assert await _value(
        empty_database, "SELECT to_regclass('third') IS NULL AND to_regclass('second') IS NOT NULL"
    )
    (migrations / "0003_broken.sql").write_text("CREATE TABLE third (id bigint);\n")
    assert await migrate(empty_database, folder=migrations) == ["0003_broken"]


async def test_an_applied_file_may_not_change(empty_database: str, migrations: Path) -> None:
    await migrate(empty_database, folder=migrations)
    (migrations / "0001_first.sql").write_text("CREATE TABLE other (id bigint);\n")
    with pytest.raises(MigrationError, match=r"0001_first\.sql was changed"):
        await migrate(empty_database, folder=migrations)


async def test_a_file_may_not_be_slipped_in_below_the_newest(empty_database: str, migrations: Path) -> None:
    (migrations / "0002_second.sql").rename(migrations / "0003_second.sql")
    await migrate(empty_database, folder=migrations)
    (migrations / "0002_late.sql").write_text("SELECT 1;\n")
    with pytest.raises(MigrationError, match="slipped in below 0003"):
        await migrate(empty_database, folder=migrations)


async def test_an_older_vermilion_refuses_a_newer_schema(empty_database: str, migrations: Path) -> None:
    await migrate(empty_database, folder=migrations)
    (migrations / "0002_second.sql").unlink()
    with pytest.raises(MigrationError, match="does not know"):
        await migrate(empty_database, folder=migrations)


@pytest.mark.parametrize("name", ["1_first.sql", "0001_Other.sql", "0001_again.sql", "0000_zero.sql"])
async def test_a_name_that_does_not_fit_is_refused(migrations: Path, name: str) -> None:
    (migrations / name).write_text("SELECT 1;\n")
    with pytest.raises(MigrationError, match="NNNN_name"):
        module.read_migrations(migrations)


async def test_tables_of_the_queue_that_stand_already_are_taken_as_they_are(
    empty_database: str, migrations: Path
) -> None:
    await migrate(empty_database, folder=migrations)
    await _value(empty_database, "DELETE FROM migration WHERE number = 0")
    assert [name.partition("_")[0] for name in await migrate(empty_database, folder=migrations)] == ["0000"]


async def test_a_migration_waits_for_a_lock_only_for_a_while(
    empty_database: str, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(empty_database, folder=migrations)
    monkeypatch.setattr(module, "LOCK_TIMEOUT", "200ms")
    (migrations / "0003_third.sql").write_text("ALTER TABLE first ADD COLUMN more text;\n")
    connection = await asyncpg.connect(empty_database)
    async with connection.transaction():
        await connection.execute("LOCK TABLE first")
        with pytest.raises(MigrationError, match="lock timeout"):
            await migrate(empty_database, folder=migrations)
    await connection.close()


@pytest.mark.parametrize("planted", ["synchronous_commit"])
async def test_a_server_that_may_lose_what_it_confirmed_is_refused(empty_database: str, planted: str) -> None:
    database = empty_database.partition("?")[0].rpartition("/")[2]
    await _value(empty_database, f"ALTER DATABASE {database} SET {planted} = off")
    with pytest.raises(UnfitServerError, match=f"{planted} = off"):
        await inspect(empty_database)
    with pytest.raises(UnfitServerError, match=f"{planted} = off"):
        await migrate(empty_database)


async def _value(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
