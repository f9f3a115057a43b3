"""`vermilion restore`: a backup becomes a room again, in one transaction: all of it or nothing.

The file is read twice: first to see whether it is whole, before anything is changed, then to load it.
The schema comes from our own migrations up to the last one the backup had; later ones are applied to the rows.
"""

import asyncio
import hashlib
import mimetypes
import os
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import asyncpg

from vermilion.kernel.errors import Problem
from vermilion.storage.archive import BackupError, Head, Manifest, Part, Reader, TableSum
from vermilion.storage.backup import AT_ONCE, PLAIN, SMALL, Pace, Table, quoted, tables
from vermilion.storage.backup_check import head_of, opened, unpacked, verify
from vermilion.storage.blobs import Blobs
from vermilion.storage.migrate import GROUND, LOCK, Migration, apply_all, read_migrations, require_fit

Say = Callable[[str], None]

SEEDED = frozenset({"seal", "search_size", "translator", "reader_count", "gazetteer", "town", "town_name"})
"""Tables in which a room has rows before anybody has come."""

OURS = """
SELECT string_agg(format('DROP %s %s CASCADE', kind, name), '; ' ORDER BY step, name) FROM (
    SELECT 1 AS step, 'TABLE' AS kind, c.oid::regclass::text AS name, 'pg_class'::regclass AS catalogue, c.oid
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    UNION ALL SELECT 2, 'FUNCTION', p.oid::regprocedure::text, 'pg_proc'::regclass, p.oid
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    UNION ALL SELECT 3, 'TYPE', t.oid::regtype::text, 'pg_type'::regclass, t.oid
    FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
) found WHERE NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.objid = found.oid AND d.classid = found.catalogue AND d.deptype = 'e')
"""

ASIDE = """
SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS drop, pg_get_indexdef(i.indexrelid) AS make
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conindid = i.indexrelid)
"""
"""Indexes that are no constraint: making them after the rows is much faster."""


def restore(dsn: str, blobs_url: str, path: Path, say: Say, *, replace: bool = False) -> None:
    """Load the backup `path`; `replace`: what is in the database now is lost. Raises BackupError."""
    checked = verify(path, say)
    found = read_migrations(files("vermilion.storage") / "migrations")
    _require_known(checked.head, found, path)
    job = _Restore(dsn, Blobs(blobs_url), path, checked.manifest, say)
    try:
        asyncio.run(job.run(checked.head, found, replace=replace))
    except OSError as error:
        raise BackupError(f"The database cannot be reached: {error}") from error
    except asyncpg.DiskFullError as error:
        raise BackupError("The database's disk is full. Nothing in the database was changed.") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise BackupError(f"The database refused it, and nothing in it was changed: {error}") from error
    except Problem as error:
        why = "their disk is full" if error.code == "disk_full" else "check VERMILION_BLOBS"
        raise BackupError(
            f"Pictures and films could not be stored: {why}. Nothing in the database was changed; those that "
            "were stored are stored anew when you restore again."
        ) from error


def _require_known(head: Head, found: list[Migration], path: Path) -> None:
    known = {migration.number: migration.sha256 for migration in found}
    for one in head.migrations:
        if one.number and known.get(one.number) != one.sha256:
            raise BackupError(
                f"{path.name} was made by vermilion {head.version}, whose database has {one.number:04}_{one.name}, which "
                "this version does not know. Install that version or a newer one and restore with that."
            )


def _require_place(manifest: Manifest, there: dict[str, Table], version: str) -> None:
    for table in manifest.tables:
        known = there.get(table.name)
        if known is None or not set(table.columns) <= set(known.columns):
            raise BackupError(
                f"The table {table.name} of the backup does not fit this version. If it is vermilion's, restore with "
                f"vermilion {version} and upgrade then; else something else was in that database. Nothing was changed."
            )


class _Restore:
    """One restoring; whatever goes wrong, the transaction around it is undone."""

    def __init__(self, dsn: str, blobs: Blobs, path: Path, manifest: Manifest, say: Say) -> None:
        self._dsn = dsn
        self._blobs = blobs
        self._path = path
        self._manifest = manifest
        self._say = say
        self._tell = Pace(say)
        self._stored = 0

    async def run(self, head: Head, found: list[Migration], *, replace: bool) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=30, server_settings=PLAIN)
        try:
            await require_fit(connection)
            await _require_alone(connection)
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK, timeout=900)
            async with connection.transaction():
                await self._clear(connection, replace=replace)
                last = max((one.number for one in head.migrations), default=0)
                await connection.execute(GROUND)
                await apply_all(connection, [one for one in found if one.number <= last])
                await self._load(connection, head.version)
                await apply_all(connection, found, self._say)
                os.sync()  # the blobs are on the disk before the rows that name them
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
        kept = self._manifest
        self._say(
            f"restored: {sum(table.rows for table in kept.tables):,} rows, {kept.blobs.count:,} pictures and films"
        )

    async def _clear(self, connection: asyncpg.Connection, *, replace: bool) -> None:
        full = await _first_with_rows(connection)
        if full is not None and not replace:
            raise BackupError(
                f"The database is not empty: there are rows in {full}. Restore into an empty one, or say --replace: "
                "then everything that is in it now is lost."
            )
        drops = await connection.fetchval(OURS)
        if drops:
            await connection.execute(drops)

    async def _load(self, connection: asyncpg.Connection, version: str) -> None:
        there = {table.name: table for table in await tables(connection)}
        _require_place(self._manifest, there, version)
        await connection.execute("TRUNCATE " + ", ".join(quoted(there)))
        aside = await _put_aside(connection)
        with opened(self._path) as source:
            parts = Reader(source, self._path.name)
            await self._load_parts(connection, parts)
        for statement in aside:
            self._tell("making the indexes")
            await connection.execute(statement)
        await _set_sequences(connection, self._manifest.sequences)

    async def _load_parts(self, connection: asyncpg.Connection, reader: Reader) -> None:
        sums = {table.name: table for table in self._manifest.tables}
        parts = reader.parts()
        head_of(next(parts), reader)
        small: dict[str, bytes] = {}
        for place, group in groupby(parts, key=_place):
            if place.startswith("rows/"):
                await self._load_table(connection, reader, group, sums[place[5:]])
            elif place == "blobs":
                await self._load_blobs(group, small)
        await self._put(small)

    async def _load_table(
        self,
        connection: asyncpg.Connection,
        reader: Reader,
        parts: Iterator[Part],
        table: TableSum,
    ) -> None:
        digest = hashlib.sha256()

        async def text() -> AsyncIterator[bytes]:
            for part in parts:
                data = unpacked(part, reader)
                digest.update(data)
                self._tell(f"rows: {table.name}")
                yield data

        done = await connection.copy_to_table(table.name, source=text(), columns=table.columns)
        if done != f"COPY {table.rows}" or digest.hexdigest() != table.sha256:
            raise reader.damaged(f"the rows of {table.name} changed while they were read")

    async def _load_blobs(self, parts: Iterator[Part], small: dict[str, bytes]) -> None:
        for part in parts:
            key = part.name.partition("/")[2]
            if part.size > SMALL:
                await self._blobs.put_stream(key, _flow(part), kind_of(key))
            else:
                small[key] = part.read(SMALL)
            if len(small) == AT_ONCE or sum(map(len, small.values())) > 2 * SMALL:
                await self._put(small)
            self._stored += 1
            self._tell(f"pictures and films: {self._stored:,} of {self._manifest.blobs.count:,}")

    async def _put(self, small: dict[str, bytes]) -> None:
        await asyncio.gather(*(self._blobs.put(key, data, kind_of(key)) for key, data in small.items()))
        small.clear()


def kind_of(key: str) -> str:
    """The content type of what lies under `key`, by its ending."""
    return mimetypes.guess_type(key, strict=False)[0] or "application/octet-stream"


def _place(part: Part) -> str:
    return part.name.rpartition("/")[0] if part.name.startswith("rows/") else part.name.partition("/")[0]


async def _flow(part: Part) -> AsyncIterator[bytes]:
    for chunk in part.chunks():
        yield chunk


async def _require_alone(connection: asyncpg.Connection) -> None:
    others = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    if others:
        raise BackupError(
            f"The database is in use ({others} connections). Stop vermilion, then restore; nothing was changed."
        )


async def _first_with_rows(connection: asyncpg.Connection) -> str | None:
    asked = [
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {quoted([table.name])[0]})"
        for table in await tables(connection)
        if table.name not in SEEDED and not table.name.startswith("pgqueuer")
    ]
    found: str | None = await connection.fetchval(" UNION ALL ".join(asked) + " LIMIT 1") if asked else None
    return found


async def _put_aside(connection: asyncpg.Connection) -> list[str]:
    """Drop the indexes that are no constraint; gives the statements that make them again. A cluster keeps its own."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')"):
        return []
    rows = await connection.fetch(ASIDE)
    if rows:
        await connection.execute("; ".join(row["drop"] for row in rows))
    return [row["make"] for row in rows]


async def _set_sequences(connection: asyncpg.Connection, sequences: dict[str, int]) -> None:
    rows = await connection.fetch(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename = ANY($1)",
        list(sequences),
    )
    await connection.fetch(
        "SELECT setval(quote_ident(name)::regclass, last) FROM unnest($1::text[], $2::bigint[]) AS one (name, last)",
        [row[0] for row in rows],
        [sequences[row[0]] for row in rows],
    )
