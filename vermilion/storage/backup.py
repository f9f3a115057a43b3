"""`vermilion backup`: every row as of one moment, and the blobs those rows speak of, written as a stream.

Blobs are listed after that moment. They are put before the row that names them and taken away after it, so the list
has all the rows speak of but what was taken away while the backup ran.
"""

import asyncio
import hashlib
import os
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import IO

import asyncpg
import msgspec

from vermilion import __version__
from vermilion.kernel.clock import now
from vermilion.kernel.errors import NotFound, Problem
from vermilion.storage.archive import (
    FORMAT,
    PART,
    SUMS_EVERY,
    Applied,
    BackupError,
    BlobSum,
    Head,
    Manifest,
    TableSum,
    Writer,
    told,
    why,
)
from vermilion.storage.blobs import Blobs, Listed

Say = Callable[[str], None]

PLAIN = {
    "search_path": "public",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""So that the text of a value is the same on every server."""

LEFT_OUT = frozenset({"migration"})
SMALL = 8 << 20
AT_ONCE = 32

TABLES = """
SELECT c.relname AS name,
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       (SELECT array_agg(a.attname::text ORDER BY k.at)
        FROM pg_index i, unnest(i.indkey::int[]) WITH ORDINALITY k (number, at), pg_attribute a
        WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number) AS key,
       coalesce((SELECT array_agg(DISTINCT f.relname::text) FROM pg_constraint x JOIN pg_class f ON f.oid = x.confrelid
        WHERE x.conrelid = c.oid AND x.contype = 'f' AND f.oid <> c.oid), '{}') AS needs
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relpersistence = 'p'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
ORDER BY c.relname
"""


class Table(msgspec.Struct, kw_only=True, frozen=True):
    """A table as it stands in the catalogue; `needs`: those whose rows its rows point at."""

    name: str
    columns: list[str]
    key: list[str]
    needs: list[str]


async def tables(connection: asyncpg.Connection) -> list[Table]:
    """Every table that holds what people have made, each after those it points at."""
    found = {
        row["name"]: Table(
            name=row["name"],
            columns=row["columns"] or [],
            key=row["key"] or row["columns"] or [],
            needs=row["needs"],
        )
        for row in await connection.fetch(TABLES)
        if row["name"] not in LEFT_OUT
    }
    order = TopologicalSorter({name: table.needs for name, table in found.items()})
    return [found[name] for name in order.static_order()]


def write_backup(dsn: str, blobs_url: str, target: Path, say: Say) -> str:
    """Write the file `target` whole or not at all; gives its seal. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} is there already. Choose another name, or take it away first.")
    part = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            seal = stream_backup(dsn, blobs_url, out, say)
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    except OSError as error:
        raise BackupError(why(error, str(target))) from error
    finally:
        part.unlink(missing_ok=True)
    return seal


def stream_backup(dsn: str, blobs_url: str, out: IO[bytes], say: Say) -> str:
    """Write a backup to a stream; gives its seal, the SHA-256 of all of it. Raises BackupError."""
    try:
        return asyncio.run(back_up(dsn, Blobs(blobs_url), Writer(out), say))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise BackupError(f"The database could not be read to the end: {error}") from error
    except Problem as error:
        raise BackupError(
            "The pictures and films could not be read to the end. Check VERMILION_BLOBS."
        ) from error


async def back_up(dsn: str, blobs: Blobs, writer: Writer, say: Say) -> str:
    """Everything, in the order in which `restore` wants it."""
    connection = await asyncpg.connect(dsn, timeout=30, server_settings=PLAIN)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            found = await tables(connection)
            if not any(table.name == "account" for table in found):
                raise BackupError("There is nothing to back up: the database has no tables of vermilion yet.")
            names = ", ".join(quoted([table.name for table in found]))
            await connection.execute(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
            head = await _head(connection)
            writer.add("head.json", msgspec.json.encode(head))
            sums = [await _write_table(connection, table, writer, say) for table in found]
            sequences = await _sequences(connection)
            say(f"rows: {sum(one.rows for one in sums):,} in {len(sums)} tables")
            kept = await _write_blobs(blobs, writer, say)
    finally:
        await connection.close()
    manifest = Manifest(tables=sums, sequences=sequences, blobs=kept)
    writer.add("manifest.json", msgspec.json.encode(manifest))
    seal = writer.end()
    say(f"backup: {told(writer.bytes)}, SHA-256 within {seal}")
    return seal


async def _sequences(connection: asyncpg.Connection) -> dict[str, int]:
    rows = await connection.fetch(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
    )
    return {row[0]: row[1] for row in rows}


async def _head(connection: asyncpg.Connection) -> Head:
    rows = await connection.fetch("SELECT number, name, sha256 FROM migration ORDER BY number")
    return Head(
        format=FORMAT,
        version=__version__,
        created_at=now(),
        server=int(await connection.fetchval("SHOW server_version_num")),
        migrations=[Applied(number=row[0], name=row[1], sha256=row[2]) for row in rows],
    )


class _Rows:
    """Takes the text of a table's rows as the driver gives it, and writes it in packed parts."""

    def __init__(self, table: Table, writer: Writer, tell: "Pace") -> None:
        self._name = table.name
        self._writer = writer
        self._tell = tell
        self._digest = hashlib.sha256()
        self._held = bytearray()
        self._number = 0
        self.rows = self.bytes = 0

    async def take(self, data: bytes) -> None:
        self._held += data
        self.rows += data.count(b"\n")
        if len(self._held) >= PART:
            self.flush()
            self._tell(f"rows: {self._name}, {self.rows:,}")

    def flush(self) -> None:
        while self._held:
            piece = bytes(self._held[:PART])
            del self._held[:PART]
            self._digest.update(piece)
            self.bytes += len(piece)
            self._number += 1
            self._writer.add(f"rows/{self._name}/{self._number:06}.z", zlib.compress(piece, 3))

    def total(self, columns: list[str]) -> TableSum:
        self.flush()
        return TableSum(
            name=self._name,
            columns=columns,
            rows=self.rows,
            bytes=self.bytes,
            sha256=self._digest.hexdigest(),
        )


class Pace:
    """Says how far long work has come, every five seconds at most."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._next = time.monotonic() + 5

    def __call__(self, line: str) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 5
            self._say(line)


async def _write_table(connection: asyncpg.Connection, table: Table, writer: Writer, say: Say) -> TableSum:
    rows = _Rows(table, writer, Pace(say))
    columns, order = ", ".join(quoted(table.columns)), ", ".join(quoted(table.key))
    (name,) = quoted([table.name])
    await connection.copy_from_query(f"SELECT {columns} FROM {name} ORDER BY {order}", output=rows.take)
    return rows.total(table.columns)


def quoted(names: Iterable[str]) -> list[str]:
    return ['"' + name.replace('"', '""') + '"' for name in names]


class _Sums:
    """What was written of blobs: the lines since the last list of sums, and the digest over all."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lines: list[str] = []
        self._digest = hashlib.sha256()
        self._number = self.count = self.bytes = 0

    def add(self, key: str, size: int, sha256: str) -> None:
        line = f"{sha256} {size} {key}\n"
        self._digest.update(line.encode())
        self._lines.append(line)
        self.count += 1
        self.bytes += size
        if len(self._lines) == SUMS_EVERY:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._number += 1
            self._writer.add(f"sums/{self._number:06}", "".join(self._lines).encode())
            self._lines.clear()

    def total(self) -> BlobSum:
        self.flush()
        return BlobSum(count=self.count, bytes=self.bytes, sha256=self._digest.hexdigest())


async def _write_blobs(blobs: Blobs, writer: Writer, say: Say) -> BlobSum:
    sums, tell, gone = _Sums(writer), Pace(say), 0
    async for listed in blobs.listed():
        small = [one for one in listed if one[1] <= SMALL]
        for batch in _batches(small):
            for (key, _), data in zip(
                batch, await asyncio.gather(*(_maybe(blobs, one[0]) for one in batch)), strict=True
            ):
                if data is None:
                    gone += 1
                    continue
                writer.add(f"blobs/{key}", data)
                sums.add(key, len(data), hashlib.sha256(data).hexdigest())
            tell(f"pictures and films: {sums.count:,}, {told(sums.bytes)}")
        for key, size in listed:
            if size > SMALL:
                gone += not await _write_large(blobs, key, writer, sums)
                tell(f"pictures and films: {sums.count:,}, {told(sums.bytes)}")
    say(f"pictures and films: {sums.count:,}, {told(sums.bytes)}")
    if gone:
        say(f"pictures and films: {gone:,} were taken away by people while the backup ran")
    return sums.total()


def _batches(listed: Sequence[Listed]) -> Iterable[list[Listed]]:
    batch: list[Listed] = []
    for one in listed:
        if len(batch) == AT_ONCE or sum(size for _, size in batch) + one[1] > 2 * SMALL:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


async def _maybe(blobs: Blobs, key: str) -> bytes | None:
    try:
        return await blobs.get(key)
    except NotFound:
        return None


async def _write_large(blobs: Blobs, key: str, writer: Writer, sums: _Sums) -> bool:
    try:
        size, chunks = await blobs.stream(key)
    except NotFound:
        return False
    writer.begin(f"blobs/{key}", size)
    digest = await _feed(chunks, writer, size, key)
    writer.pad(size)
    sums.add(key, size, digest)
    return True


async def _feed(chunks: AsyncIterator[bytes], writer: Writer, size: int, key: str) -> str:
    digest, fed = hashlib.sha256(), 0
    async for chunk in chunks:
        digest.update(chunk)
        writer.feed(chunk)
        fed += len(chunk)
    if fed != size:
        raise BackupError(f"{key} changed while it was read. Take the backup again.")
    return digest.hexdigest()
