"""What the database says of itself: its version, how large it is, and which tables are."""

import shutil
from pathlib import Path

from vermilion.kernel.record import Record
from vermilion.storage.db import Db

MOST_TABLES = 12


class Server(Record, kw_only=True, frozen=True):
    """The server and our database in it; `connections` are those to this database."""

    version: str
    vector: str
    bytes: int
    connections: int
    most_connections: int
    migration: str


class TableSize(Record, kw_only=True, frozen=True):
    """A table with its indexes; `rows` is the server's estimate."""

    name: str
    bytes: int
    rows: int


class Disk(Record, kw_only=True, frozen=True):
    """Room on the disk of a folder, in bytes; `is_low`: there should be more free than is."""

    free: int
    bytes: int
    is_low: bool


LEAST_FREE = 2 * 1024**3


def disk_of(folder: Path) -> Disk:
    """The disk a folder lies on, or would lie on."""
    place = next(place for place in (folder, *folder.parents) if place.exists())
    found = shutil.disk_usage(place)
    return Disk(free=found.free, bytes=found.total, is_low=found.free < LEAST_FREE)


async def get_server(db: Db) -> Server:
    """How the server is now."""
    return await db.one(
        Server,
        """SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
                  coalesce((SELECT extversion FROM pg_extension WHERE extname = 'vector'), '') AS vector,
                  pg_database_size(current_database()) AS bytes,
                  (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
                  current_setting('max_connections')::int AS most_connections,
                  coalesce((SELECT lpad(number::text, 4, '0') || '_' || name FROM migration
                            ORDER BY number DESC LIMIT 1), '') AS migration""",
    )


async def largest_tables(db: Db) -> list[TableSize]:
    """The tables that take most of the disk."""
    return await db.all(
        TableSize,
        """SELECT relname::text AS name, pg_total_relation_size(oid) AS bytes, greatest(reltuples, 0)::bigint AS rows
           FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           ORDER BY pg_total_relation_size(oid) DESC LIMIT $1""",
        MOST_TABLES,
    )
