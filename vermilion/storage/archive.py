"""The form of a backup: a tar file written and read as a stream, each part with its SHA-256, the last with that of all.

head.json               who made it, when, and the migrations its database had
rows/TABLE/000001.z     rows in PostgreSQL's text form, in parts
blobs/KEY               pictures and films
sums/000001             SHA-256, size and key of the blobs before it
manifest.json           rows, bytes and SHA-256 of every table, and of the blobs as a whole
end                     the SHA-256 of everything before it
"""

import errno
import hashlib
import tarfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

import msgspec

FORMAT = 1
BLOCK = tarfile.BLOCKSIZE
CHUNK = 1 << 20
PART = 4 << 20
"""Most bytes of rows in one part, before they are packed."""

SUMS_EVERY = 1_000


class BackupError(Exception):
    """A backup cannot be written or used; the message tells the operator why and what to do."""


class Applied(msgspec.Struct, kw_only=True, frozen=True):
    """A migration the database had; number 0 is the job queue's own."""

    number: int
    name: str
    sha256: str


class Head(msgspec.Struct, kw_only=True, frozen=True):
    """What can be said before the first row. `server`: 180004 for 18.4."""

    format: int
    version: str
    created_at: datetime
    server: int
    migrations: list[Applied]


class TableSum(msgspec.Struct, kw_only=True, frozen=True):
    """One table: its rows in the order of its key; `sha256` is of `bytes` bytes of text."""

    name: str
    columns: list[str]
    rows: int
    bytes: int
    sha256: str


class BlobSum(msgspec.Struct, kw_only=True, frozen=True):
    """All blobs; `sha256` is of the lines `SHA-256 size key`."""

    count: int
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, kw_only=True, frozen=True):
    """What is in a backup; `sequences`: the last number each has given."""

    tables: list[TableSum]
    sequences: dict[str, int]
    blobs: BlobSum


class Writer:
    """Writes a backup to a stream. A part's size is known before its first byte."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.bytes = 0

    def add(self, name: str, data: bytes) -> None:
        """A whole part."""
        self.begin(name, len(data))
        self.feed(data)
        self.pad(len(data))

    def begin(self, name: str, size: int) -> None:
        """The start of a part; `size` bytes are fed after it, then `pad(size)` is called."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self.feed(info.tobuf(tarfile.USTAR_FORMAT))

    def feed(self, data: bytes) -> None:
        """The next bytes of the part."""
        self._digest.update(data)
        try:
            self._out.write(data)
        except OSError as error:
            raise BackupError(why(error, "The backup")) from error
        self.bytes += len(data)

    def pad(self, size: int) -> None:
        """Fill the last block of a part of `size` bytes."""
        self.feed(bytes(-size % BLOCK))

    def end(self) -> str:
        """The last part; gives the SHA-256 that stands in it."""
        seal = self._digest.hexdigest()
        self.add("end", f"{seal}\n".encode())
        self.feed(bytes(2 * BLOCK))
        try:
            self._out.flush()
        except OSError as error:
            raise BackupError(why(error, "The backup")) from error
        return seal


class Part:
    """One part while it is read, in order; what is left unread is passed over."""

    def __init__(self, reader: "Reader", name: str, size: int) -> None:
        self.name = name
        self.size = size
        self._reader = reader
        self._left = size

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, at most a megabyte at a time."""
        while self._left:
            data = self._reader.take(min(self._left, CHUNK), self.name)
            self._left -= len(data)
            yield data

    def read(self, most: int) -> bytes:
        """All of it; raises BackupError where it is larger than `most`."""
        if self.size > most:
            raise BackupError(f"The backup is damaged: {self.name} is larger than it may be.")
        return b"".join(self.chunks())


class Reader:
    """Reads the parts of a backup from a stream; raises BackupError where it is cut short or is none."""

    def __init__(self, source: IO[bytes], shown: str) -> None:
        """`shown`: what the file is called in a message."""
        self.shown = shown
        self._source = source
        self._digest = hashlib.sha256()
        self._at = 0

    def take(self, size: int, within: str) -> bytes:
        """The next `size` bytes."""
        data = self._source.read(size)
        self._at += len(data)
        if len(data) < size:
            raise BackupError(
                f"{self.shown} is cut short: it ends after {self._at} bytes, within {within}. Take another backup."
            )
        self._digest.update(data)
        return data

    def parts(self) -> Iterator[Part]:
        """Every part up to `end`, whose SHA-256 is compared with that of what was read."""
        within = "its beginning"
        while True:
            seal = self._digest.hexdigest()
            part = self._next(within)
            if part.name == "end":
                if part.read(CHUNK).decode(errors="replace").strip() != seal:
                    raise self.damaged("what it says of itself is not what is in it")
                return
            yield part
            for _ in part.chunks():
                pass
            self.take(-part.size % BLOCK, part.name)
            within = f"what follows {part.name}"

    def _next(self, within: str) -> Part:
        block = self.take(BLOCK, within)
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            if within == "its beginning":
                raise BackupError(f"{self.shown} is no backup of vermilion.") from error
            raise self.damaged(f"{within} cannot be read") from error
        return Part(self, info.name, info.size)

    def damaged(self, what: str) -> BackupError:
        """The error of a backup that was altered."""
        return BackupError(f"{self.shown} was altered or damaged: {what}. Take another backup.")


def why(error: OSError, what: str) -> str:
    """The sentence for a file that cannot be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"{what} could not be written to its end: the disk is full. Make room, or write it to another disk."
    return f"{what} could not be written: {error.strerror or error}."


def told(size: float) -> str:
    """Bytes for people: 1.2 GB."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
