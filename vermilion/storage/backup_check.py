"""`vermilion backup verify`: whether a file is a whole backup, part by part; restoring begins with the same."""

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypeVar

import msgspec

from vermilion import __version__
from vermilion.storage.archive import (
    CHUNK,
    FORMAT,
    PART,
    BackupError,
    BlobSum,
    Head,
    Manifest,
    Part,
    Reader,
    told,
    why,
)
from vermilion.storage.backup import Pace

Say = Callable[[str], None]
T = TypeVar("T")

MOST_WORDS = 64 << 20
"""Bytes of a head, a manifest or a list of sums."""


class Checked(msgspec.Struct, kw_only=True, frozen=True):
    """A backup that is whole."""

    head: Head
    manifest: Manifest


def verify(path: Path, say: Say) -> Checked:
    """Read the whole file and compare every sum; raises BackupError."""
    with opened(path) as source:
        whole = os.fstat(source.fileno()).st_size
        checked = _Check(Reader(source, path.name), say, whole).run(source)
    kept = checked.manifest
    say(
        f"{path.name}: vermilion {checked.head.version}, {checked.head.created_at:%Y-%m-%d %H:%M} UTC, "
        f"{sum(table.rows for table in kept.tables):,} rows in {len(kept.tables)} tables, "
        f"{kept.blobs.count:,} pictures and films ({told(kept.blobs.bytes)}): whole"
    )
    return checked


@contextmanager
def received(source: IO[bytes], folder: Path) -> Iterator[Path]:
    """What comes through a pipe, as a file in `folder` while it is needed: restoring reads it twice. Raises BackupError."""
    with TemporaryDirectory(prefix="received-", dir=folder) as place:
        path = Path(place) / "the standard input"
        try:
            with path.open("xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
        except OSError as error:
            raise BackupError(why(error, f"What came through {path.name}")) from error
        yield path


def opened(path: Path) -> IO[bytes]:
    """The file for reading; raises BackupError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error


def head_of(part: Part, reader: Reader) -> Head:
    """What stands first in a backup; raises BackupError where it is none, or a newer vermilion made it."""
    if part.name != "head.json":
        raise BackupError(f"{reader.shown} is no backup of vermilion.")
    data = part.read(MOST_WORDS)
    form = _decoded(data, dict, reader, part).get("format")
    if not isinstance(form, int) or form > FORMAT:
        raise BackupError(
            f"{reader.shown} was made by a newer vermilion than this one ({__version__}), in a form it does not "
            "know. Install the newer version and restore with that."
        )
    return _decoded(data, Head, reader, part)


def unpacked(part: Part, reader: Reader) -> bytes:
    """The rows of one part as text; raises BackupError where they are damaged."""
    unpack = zlib.decompressobj()
    try:
        data = unpack.decompress(part.read(2 * PART), PART)
    except zlib.error as error:
        raise reader.damaged(f"{part.name} cannot be unpacked") from error
    if not unpack.eof or unpack.unconsumed_tail:
        raise reader.damaged(f"{part.name} cannot be unpacked")
    return data


def _decoded(data: bytes, kind: type[T], reader: Reader, part: Part) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise reader.damaged(f"{part.name} cannot be read") from error


class _Check:
    """One walk through a backup: sums of what is read, and what the backup says they should be."""

    def __init__(self, reader: Reader, say: Say, whole: int) -> None:
        self._reader = reader
        self._tell = Pace(say)
        self._whole = whole
        self._rows: dict[str, list[int]] = {}
        self._digests: dict[str, object] = {}
        self._blobs: list[str] = []
        self._blob_digest = hashlib.sha256()
        self._count = self._bytes = 0

    def run(self, source: IO[bytes]) -> Checked:
        parts = self._reader.parts()
        head = head_of(next(parts), self._reader)
        manifest: Manifest | None = None
        for part in parts:
            if part.name == "manifest.json":
                manifest = _decoded(part.read(MOST_WORDS), Manifest, self._reader, part)
            else:
                self._look(part)
            self._tell(f"read {told(source.tell())} of {told(self._whole)}")
        if manifest is None:
            raise self._reader.damaged("it has no manifest")
        self._compare(manifest)
        return Checked(head=head, manifest=manifest)

    def _look(self, part: Part) -> None:
        kind, _, rest = part.name.partition("/")
        if kind == "rows":
            self._look_at_rows(part, rest.partition("/")[0])
        elif kind == "blobs":
            digest = hashlib.sha256()
            for chunk in part.chunks():
                digest.update(chunk)
            self._blobs.append(f"{digest.hexdigest()} {part.size} {rest}")
            self._count += 1
            self._bytes += part.size
        elif kind == "sums":
            self._look_at_sums(part.read(MOST_WORDS).decode(errors="replace").splitlines())
        else:
            raise self._reader.damaged(f"nobody knows what {part.name} is")

    def _look_at_rows(self, part: Part, table: str) -> None:
        data = unpacked(part, self._reader)
        digest = self._digests.setdefault(table, hashlib.sha256())
        digest.update(data)  # type: ignore[attr-defined]  # hashlib gives its type no public name
        so_far = self._rows.setdefault(table, [0, 0])
        so_far[0] += data.count(b"\n")
        so_far[1] += len(data)

    def _look_at_sums(self, said: list[str]) -> None:
        for line in self._blobs:
            self._blob_digest.update(f"{line}\n".encode())
        differ = next(self._differing(said), None)
        if differ is not None:
            raise self._reader.damaged(f"{differ} is not what was put in")
        self._blobs.clear()

    def _differing(self, said: list[str]) -> Iterator[str]:
        for found, wanted in zip(self._blobs, said, strict=False):
            if found != wanted:
                yield found.split(" ", 2)[2]
        if len(self._blobs) != len(said):
            yield "the number of pictures and films"

    def _compare(self, manifest: Manifest) -> None:
        empty = hashlib.sha256().hexdigest()
        for table in manifest.tables:
            rows, size = self._rows.pop(table.name, (0, 0))
            digest = self._digests.get(table.name)
            sha256 = digest.hexdigest() if digest else empty  # type: ignore[attr-defined]  # as above
            if (rows, size, sha256) != (table.rows, table.bytes, table.sha256):
                raise self._reader.damaged(f"the rows of {table.name} are not what was put in")
        found = BlobSum(count=self._count, bytes=self._bytes, sha256=self._blob_digest.hexdigest())
        if self._rows or self._blobs or found != manifest.blobs:
            raise self._reader.damaged("it holds more or less than its manifest says")
