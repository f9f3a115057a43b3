import asyncio
import io
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from tests import factories
from vermilion import cli
from vermilion.storage import migrate as migrations
from vermilion.storage.archive import FORMAT, BackupError, Reader, Writer
from vermilion.storage.backup import AT_ONCE, SMALL, back_up, write_backup
from vermilion.storage.backup_check import Checked, verify
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database
from vermilion.storage.migrate import migrate
from vermilion.storage.restore import restore
from vermilion.wiring import WIRING

FILM = secrets.token_bytes(SMALL + 12_345)


def silent(_line: str) -> None:
    pass


class Room:
    """A database and a folder of blobs, and what is done with them."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn = dsn
        self.folder = folder
        folder.mkdir(exist_ok=True)

    async def back_up(self, file: Path) -> Checked:
        await asyncio.to_thread(write_backup, self.dsn, self.folder.as_uri(), file, silent)
        return verify(file, silent)

    async def restore(self, file: Path, *, replace: bool = False) -> None:
        await asyncio.to_thread(restore, self.dsn, self.folder.as_uri(), file, silent, replace=replace)

    def blobs(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    async def ask(self, sql: str) -> object:
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    async def tables(self) -> object:
        return await self.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


@pytest.fixture
async def lived_in(cloned_dsn: str, tmp_path: Path) -> Room:
    """Two people, notes in several scripts, a comment, numbers of a sequence, small blobs and a large one."""
    database = Database(cloned_dsn, wiring=WIRING, max_size=2)
    db = database.session()
    ines = await factories.person(db, "ines")
    mei = await factories.person(db, "mei", reads=("zh", "en"))
    for title in ("Bread\tand \\N tabs", "外滩的\n早晨", "شاي", "a" * 90):
        note = await factories.note(db, ines, title)
    await factories.comment(db, mei, note.id, "好看\\")
    await db.run("INSERT INTO opening SELECT $1, $2, 'feed', now() FROM generate_series(1, 300)", 1, note.id)
    await database.close()
    room = Room(cloned_dsn, tmp_path / "blobs")
    store = Blobs(room.folder.as_uri())
    for number in range(AT_ONCE + 3):
        await store.put(f"ab/ab{number}/m.webp", secrets.token_bytes(2_000), "image/webp")
    await store.put("fi/film/720.mp4", FILM, "video/mp4")
    return room


@pytest.fixture
def empty(empty_database: str, tmp_path: Path) -> Room:
    return Room(empty_database, tmp_path / "restored")


async def test_a_room_comes_back_row_for_row_and_byte_for_byte(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    first = await lived_in.back_up(tmp_path / "first")
    await empty.restore(tmp_path / "first")
    second = await empty.back_up(tmp_path / "second")
    assert first.manifest.tables == second.manifest.tables
    assert first.manifest.sequences == second.manifest.sequences
    assert first.manifest.blobs.count == second.manifest.blobs.count == AT_ONCE + 4
    assert lived_in.blobs() == empty.blobs()
    rows = {table.name: table.rows for table in first.manifest.tables}
    assert rows["account"] == 2
    assert rows["note"] == 4
    assert rows["opening"] == 300
    assert (tmp_path / "first").stat().st_mode & 0o077 == 0


async def test_what_comes_after_the_rows_is_as_it_was(lived_in: Room, empty: Room, tmp_path: Path) -> None:
    await lived_in.back_up(tmp_path / "file")
    await empty.restore(tmp_path / "file")
    for asked in (
        "SELECT string_agg(indexdef, '; ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT string_agg(conname || pg_get_constraintdef(oid), '; ' ORDER BY conname) FROM pg_constraint",
        "SELECT string_agg(number || sha256, '; ' ORDER BY number) FROM migration",
        "SELECT max(id) FROM count_log",
    ):
        assert await lived_in.ask(asked) == await empty.ask(asked)
    last = await empty.ask("SELECT max(id) FROM count_log")
    added = await empty.ask(
        "INSERT INTO count_log (note_id, subject_id, field, delta, owner_id, actor_id, created_at) "
        "VALUES (1, 1, 'like', 1, 1, 1, now()) RETURNING id"
    )
    assert isinstance(last, int)
    assert added == last + 1


async def test_rows_are_those_of_one_moment(lived_in: Room) -> None:
    def interfere() -> None:
        asyncio.run(lived_in.ask("DELETE FROM note RETURNING 1"))

    class Interrupted(Writer):
        def add(self, name: str, data: bytes) -> None:
            super().add(name, data)
            if name == "head.json":
                interfering.start()
                interfering.join()

    interfering = threading.Thread(target=interfere)
    out = io.BytesIO()
    await back_up(lived_in.dsn, Blobs(lived_in.folder.as_uri()), Interrupted(out), silent)
    assert await lived_in.ask("SELECT count(*) FROM note") == 0
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        manifest = msgspec.json.decode(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
    assert {table["name"]: table["rows"] for table in manifest["tables"]}["note"] == 4


async def test_one_that_is_cut_short_is_refused_before_anything_is_changed(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    await lived_in.back_up(file)
    whole = file.read_bytes()
    end = len(whole) - 2 * 512 - 512  # the two empty blocks behind the end are tar's alone
    borders = [at - 512 for at, _ in places(file).values()]
    for kept in (0, 100, *borders, end // 5, end // 2, end):
        file.write_bytes(whole[:kept])
        with pytest.raises(BackupError, match="is cut short: it ends after"):
            await empty.restore(file)
    assert await empty.tables() == 0
    assert empty.blobs() == {}


def places(file: Path) -> dict[str, tuple[int, int]]:
    """Where the parts of a backup lie in it."""
    with tarfile.open(file) as tar:
        return {member.name: (member.offset_data, member.size) for member in tar}


async def test_one_that_was_altered_is_refused_and_says_where(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    await lived_in.back_up(file)
    whole, found = file.read_bytes(), places(file)
    for part, said in (
        ("rows/note/000001.z", "rows/note|the rows of note"),
        ("blobs/fi/film/720.mp4", "fi/film/720.mp4 is not what was put in"),
        ("sums/000001", "is not what was put in"),
        ("manifest.json", "manifest.json|what was put in|manifest says|what it says of itself"),
        ("end", "what it says of itself"),
    ):
        at, size = found[part]
        altered = bytearray(whole)
        altered[at + size // 2] ^= 1
        file.write_bytes(altered)
        with pytest.raises(BackupError, match=said):
            await empty.restore(file)
    assert await empty.tables() == 0


def rewritten(file: Path, change: Callable[[str, bytes], bytes]) -> None:
    """The backup with other contents and right sums over them."""
    source = io.BytesIO(file.read_bytes())
    out = io.BytesIO()
    writer = Writer(out)
    for part in Reader(source, "file").parts():
        writer.add(part.name, change(part.name, part.read(1 << 30)))
    writer.end()
    file.write_bytes(out.getvalue())


async def test_one_of_a_newer_version_is_refused_with_its_name(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    await lived_in.back_up(file)
    rewritten(
        file,
        lambda name, data: data.replace(b'"sha256":"', b'"sha256":"0', 5) if name == "head.json" else data,
    )
    with pytest.raises(BackupError, match=r"made by vermilion .* which this version does not know"):
        await empty.restore(file)
    form = f'"format":{FORMAT}'.encode()
    rewritten(file, lambda name, data: data.replace(form, b'"format":99') if name == "head.json" else data)
    with pytest.raises(BackupError, match="made by a newer vermilion"):
        await empty.restore(file)
    assert await empty.tables() == 0


async def test_a_room_with_people_in_it_is_refused_unless_its_loss_is_named(
    lived_in: Room, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    await lived_in.back_up(file)
    await lived_in.ask("UPDATE account SET display_name = 'later' RETURNING 1")
    with pytest.raises(BackupError, match="is not empty: there are rows in account"):
        await lived_in.restore(file)
    assert await lived_in.ask("SELECT count(*) FROM account WHERE display_name = 'later'") == 2
    await lived_in.restore(file, replace=True)
    assert await lived_in.ask("SELECT count(*) FROM account WHERE display_name = 'later'") == 0
    assert await lived_in.ask("SELECT count(*) FROM account") == 2


async def test_a_room_nobody_has_come_to_yet_counts_as_empty(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    await lived_in.back_up(tmp_path / "file")
    await migrate(empty.dsn)
    await empty.restore(tmp_path / "file")
    assert await empty.ask("SELECT count(*) FROM account") == 2


async def test_one_that_is_served_is_refused(lived_in: Room, empty: Room, tmp_path: Path) -> None:
    await lived_in.back_up(tmp_path / "file")
    other = await asyncpg.connect(empty.dsn)
    with pytest.raises(BackupError, match="is in use"):
        await empty.restore(tmp_path / "file")
    await other.close()


async def test_rows_of_somebody_else_are_refused_and_what_was_there_stays(
    lived_in: Room, tmp_path: Path
) -> None:
    await lived_in.ask("CREATE TABLE strange (id int)")
    await lived_in.back_up(tmp_path / "file")
    with pytest.raises(BackupError, match="strange of the backup does not fit"):
        await lived_in.restore(tmp_path / "file", replace=True)
    assert await lived_in.ask("SELECT count(*) FROM account") == 2


async def test_no_place_for_the_pictures_leaves_the_database_as_it_was(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    await lived_in.back_up(tmp_path / "file")
    (empty.folder / "ab").write_text("a file where a folder must be")
    with pytest.raises(BackupError, match="could not be stored"):
        await empty.restore(tmp_path / "file")
    assert await empty.tables() == 0


def command(
    room: Room, *args: str, most: int | None = None, sent: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """The command as an operator calls it; `most`: bytes that a file may have, as if the disk were full then."""
    env = {
        **os.environ,
        "DATABASE_URL": room.dsn,
        "VERMILION_BLOBS": room.folder.as_uri(),
        "VERMILION_DATA": str(room.folder / "data"),
        "PYTHONPATH": str(Path(cli.__file__).parent.parent),
    }
    return subprocess.run(
        [sys.executable, "-m", "vermilion", *args],
        env=env,
        capture_output=True,
        check=False,
        input=sent,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))) if most else None,
    )


async def test_a_disk_that_fills_is_told_and_leaves_no_file(lived_in: Room, tmp_path: Path) -> None:
    done = await asyncio.to_thread(command, lived_in, "backup", str(tmp_path / "file"), most=1_000_000)
    left = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    assert done.returncode == 1
    assert b"the disk is full" in done.stderr
    assert b"Traceback" not in done.stderr
    assert {path.name for path in left} == {"blobs"}


async def test_a_disk_that_fills_with_pictures_leaves_the_database_as_it_was(
    lived_in: Room, empty: Room, tmp_path: Path
) -> None:
    await lived_in.back_up(tmp_path / "file")
    done = await asyncio.to_thread(command, empty, "restore", str(tmp_path / "file"), most=4_000_000)
    assert done.returncode == 1
    assert b"their disk is full" in done.stderr
    assert b"Traceback" not in done.stderr
    assert await empty.tables() == 0
    assert "fi/film/720.mp4" not in empty.blobs()


async def test_a_backup_goes_through_a_pipe(lived_in: Room, empty: Room, tmp_path: Path) -> None:
    done = await asyncio.to_thread(command, lived_in, "backup", "-")
    assert done.returncode == 0, done.stderr
    (tmp_path / "file").write_bytes(done.stdout)
    assert (
        await asyncio.to_thread(command, empty, "backup", "verify", str(tmp_path / "file"))
    ).returncode == 0
    whole, data = done.stdout, empty.folder / "data"
    for kept in (0, 100, len(whole) // 2, len(whole) - 2_000):
        for args in (("restore", "-"), ("backup", "verify", "-")):
            cut = await asyncio.to_thread(command, empty, *args, sent=whole[:kept])
            assert cut.returncode == 1
            assert b"the standard input is cut short: it ends after" in cut.stderr
            assert b"Traceback" not in cut.stderr
    assert (await empty.tables(), [*data.iterdir()]) == (0, [])
    done = await asyncio.to_thread(command, empty, "backup", "verify", "-", sent=whole)
    assert (done.returncode, done.stdout.strip().endswith(b": whole")) == (0, True)
    done = await asyncio.to_thread(command, empty, "restore", "-", sent=whole, most=len(whole) // 2)
    assert (done.returncode, b"the disk is full" in done.stderr) == (1, True)
    done = await asyncio.to_thread(command, empty, "restore", "-", sent=whole)
    assert done.returncode == 0, done.stderr
    assert b"restored: " in done.stdout
    assert [*data.iterdir()] == [], "what came through the pipe is not kept"


async def test_a_backup_that_nobody_reads_to_the_end_says_so(lived_in: Room, tmp_path: Path) -> None:
    """As where the line to another machine breaks."""
    shell = f"{sys.executable} -m vermilion backup - 2> {tmp_path / 'said'} | head -c 100000 > {tmp_path / 'file'}; exit ${{PIPESTATUS[0]}}"
    env = {**os.environ, "DATABASE_URL": lived_in.dsn, "VERMILION_BLOBS": lived_in.folder.as_uri()}
    done = await asyncio.to_thread(subprocess.run, ["bash", "-c", shell], env=env, check=False)
    said = (tmp_path / "said").read_text()
    assert done.returncode == 1
    assert said.splitlines()[-1] == "vermilion: The backup could not be written: Broken pipe."
    assert "Traceback" not in said
    with pytest.raises(BackupError, match="is cut short"):
        verify(tmp_path / "file", silent)


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 5_000)
    with pytest.raises(BackupError, match="is no backup of vermilion"):
        verify(tmp_path / "file", silent)


async def test_an_older_backup_is_brought_up_to_date(empty: Room, cloned_dsn: str, tmp_path: Path) -> None:
    older = tmp_path / "migrations"
    older.mkdir()
    for name in ("0001_accounts.sql", "0002_notes.sql"):
        shutil.copy(Path(migrations.__file__).parent / "migrations" / name, older)
    await migrate(empty.dsn, folder=older)
    await empty.ask(
        "INSERT INTO account (id, handle, display_name, reads, color, created_at, seen_at) "
        "VALUES (7, 'ines', 'Inês', '{pt}', '#336699', now(), now()) RETURNING id"
    )
    await empty.back_up(tmp_path / "file")
    today = Room(cloned_dsn, tmp_path / "today")
    newest = await today.ask("SELECT max(number) FROM migration")
    await today.restore(tmp_path / "file")
    assert await today.ask("SELECT display_name FROM account") == "Inês"
    assert await today.ask("SELECT max(number) FROM migration") == newest


@pytest.fixture(autouse=True)
def _no_part_files(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.glob("*.part"))
