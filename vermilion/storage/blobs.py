"""Pictures and films: a folder, S3, GCS, Azure, or memory, all through obstore."""

import asyncio
import errno
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore import exceptions
from obstore.store import LocalStore, MemoryStore, from_url

from vermilion.kernel.errors import NotFound, Unavailable
from vermilion.kernel.record import Record

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

AWAY = (
    OSError,
    exceptions.GenericError,
    exceptions.JoinError,
    exceptions.PermissionDeniedError,
    exceptions.UnauthenticatedError,
)

Listed = tuple[str, int]
"""A key and the bytes that lie under it."""

PIECE = 8 << 20

RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
"""A store that is away is told within seconds: somebody waits at a page. The library would try for three minutes."""

KINDS = {
    "webp": "picture",
    "avif": "picture",
    "jpg": "picture",
    "vtt": "caption",
    "mp4": "film",
    "m4s": "film",
    "m3u8": "film",
}
"""What a blob is, by the ending of its key."""


class BlobKind(Record, kw_only=True, frozen=True):
    """Blobs of one kind: avatar, picture, film, caption or other."""

    kind: str
    count: int
    bytes: int


class Usage(Record, kw_only=True, frozen=True):
    """What lies in the store; not `is_whole` where counting it would have taken too long, then it is more than that."""

    kinds: list[BlobKind]
    is_whole: bool


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Blobs:
    """Bytes under keys such as `ab/abcdef/m.webp`. A put is whole or not there at all."""

    def __init__(self, url: str) -> None:
        """`url`: file:///folder, s3://bucket/path, gs://..., az://... or memory:///."""
        parts = urlsplit(url)
        self._store: ObjectStore
        self._local = parts.scheme == "file"
        if self._local:
            folder = Path(unquote(parts.path))
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store = LocalStore(folder, automatic_cleanup=True)
        elif parts.scheme == "memory":
            self._store = MemoryStore()
        else:
            self._store = from_url(url, retry_config=RETRIES)

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store `data` under `key`, replacing what was there; raises Unavailable("disk_full" | "blobs_away")."""
        attributes = None if self._local else {"Content-Type": content_type}
        with _translated(key):
            await obstore.put_async(self._store, key, data, attributes=attributes, use_multipart=False)

    async def put_all(self, files: Mapping[str, tuple[bytes, str]]) -> None:
        """Store every file (key -> bytes and content type) or none: what stood before one failed is taken away again."""
        try:
            for key, (data, content_type) in files.items():
                await self.put(key, data, content_type)
        except Unavailable:
            with suppress(Unavailable):
                await self.delete(list(files))
            raise

    async def get(self, key: str) -> bytes:
        """The bytes under `key`; raises NotFound("blob_missing")."""
        with _translated(key):
            answer = await obstore.get_async(self._store, key)
            return bytes(await answer.bytes_async())

    async def get_range(self, key: str, at: int, count: int) -> bytes:
        """`count` bytes from `at`; raises NotFound("blob_missing")."""
        if count <= 0:
            return b""
        with _translated(key):
            return bytes(await obstore.get_range_async(self._store, key, start=at, length=count))

    async def exists(self, key: str) -> bool:
        """Whether there is something under `key`."""
        try:
            with _translated(key):
                await obstore.head_async(self._store, key)
        except NotFound:
            return False
        return True

    async def listed(self) -> AsyncIterator[list[Listed]]:
        """Every key there is, some hundreds at a time, in no order."""
        with _translated("listed"):
            async for found in obstore.list(self._store, chunk_size=500):
                yield [(one["path"], one["size"]) for one in found]

    async def usage(self, seconds: float) -> Usage:
        """What lies in the store, by kind, as far as can be counted in so many seconds."""
        until, found, is_whole = time.monotonic() + seconds, dict[str, tuple[int, int]](), True
        async for listed in self.listed():
            for key, size in listed:
                kind = "avatar" if key.startswith("avatar/") else KINDS.get(_ending(key), "other")
                count, so_far = found.get(kind, (0, 0))
                found[kind] = (count + 1, so_far + size)
            if time.monotonic() > until:
                is_whole = False
                break
        kinds = [BlobKind(kind=kind, count=one[0], bytes=one[1]) for kind, one in sorted(found.items())]
        return Usage(kinds=kinds, is_whole=is_whole)

    async def stream(self, key: str) -> tuple[int, AsyncIterator[bytes]]:
        """The size of what lies under `key`, and its bytes in pieces; raises NotFound("blob_missing")."""
        with _translated(key):
            size = (await obstore.head_async(self._store, key))["size"]
        return size, self._pieces(key, size)

    async def _pieces(self, key: str, size: int) -> AsyncIterator[bytes]:
        """In ranges: each is tried again by itself, and nothing is read ahead of who asks."""
        for at in range(0, size, PIECE):
            yield await self.get_range(key, at, min(PIECE, size - at))

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes], content_type: str) -> None:
        """Store what comes in pieces; it is whole or not there at all, like a `put`."""
        attributes = None if self._local else {"Content-Type": content_type}
        with _translated(key):
            await obstore.put_async(
                self._store, key, chunks, attributes=attributes, chunk_size=PIECE, max_concurrency=2
            )

    async def delete(self, keys: Sequence[str]) -> None:
        """Take away what lies under `keys`; what is not there is no error."""
        await asyncio.gather(*(self._delete(key) for key in keys))

    async def _delete(self, key: str) -> None:
        try:
            with _translated(key):
                await obstore.delete_async(self._store, key)
        except NotFound:
            return


def _ending(key: str) -> str:
    name = key.rpartition("/")[2]
    return "part" if name.startswith("part-") else name.rpartition(".")[2]


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, ValueError, exceptions.InvalidPathError) as error:  # ValueError: a key with ..
        raise NotFound("blob_missing", key=key) from error
    except AWAY as error:
        full = any(f"os error {number})" in str(error) for number in FULL)
        raise Unavailable("disk_full" if full else "blobs_away") from error
