"""`vermilion upgrade-database`: from an older PostgreSQL to the bundled one, by backup and restore.

The old cluster is kept beside the new one; whatever goes wrong, it is put back.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from vermilion.storage.backup import write_backup
from vermilion.storage.postgres import Postgres, program_folder
from vermilion.storage.postgres_home import MAJOR, PostgresError
from vermilion.storage.restore import restore

Say = Callable[[str], None]

NO_BLOBS = "memory:///"
"""Pictures and films stay where they are."""


def upgrade(folder: Path, say: Say) -> None:
    """Bring the cluster below `folder` to the bundled version; raises PostgresError or BackupError."""
    cluster = folder / "cluster"
    if not cluster.exists():
        say("nothing to do: there is no database yet")
        return
    found = (cluster / "PG_VERSION").read_text().strip()
    if found == MAJOR:
        say(f"nothing to do: it is PostgreSQL {found}")
        return
    program_folder(found)
    kept, rows = folder / f"cluster-{found}", folder / f"rows-{found}.tar"
    if kept.exists():
        raise PostgresError(f"{kept} is there already. Take it away if the room is well, then try again.")
    rows.unlink(missing_ok=True)
    try:
        _read_out(folder, found, rows, say)
        cluster.rename(kept)
        _read_in(folder, kept, rows, say)
    finally:
        rows.unlink(missing_ok=True)
    say(f"done: PostgreSQL {MAJOR}. The old cluster is kept in {kept}; take it away when the room is well")


def _read_out(folder: Path, found: str, rows: Path, say: Say) -> None:
    say(f"reading the rows with PostgreSQL {found}")
    server = Postgres(folder, say=say, major=found)
    dsn = server.start()
    if not server.owned:
        raise PostgresError("The database is in use. Stop vermilion first.")
    try:
        write_backup(dsn, NO_BLOBS, rows, say)
    finally:
        server.stop()


def _read_in(folder: Path, kept: Path, rows: Path, say: Say) -> None:
    say(f"loading them with PostgreSQL {MAJOR}")
    server = Postgres(folder, say=say)
    try:
        restore(server.start(), NO_BLOBS, rows, say)
    except BaseException:
        server.stop()
        shutil.rmtree(folder / "cluster", ignore_errors=True)
        kept.rename(folder / "cluster")
        say("it did not work; the old cluster is back in its place")
        raise
    server.stop()
