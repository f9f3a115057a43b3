"""Where the bytes of a film are read from: the parts that were sent, or a size that was made."""

from bisect import bisect_right
from collections.abc import Sequence

from vermilion.media.schema import FilmPart, FilmSize, film_blob
from vermilion.storage.blobs import Blobs


class FilmSource:
    """A film as one row of bytes, whatever it lies in."""

    def __init__(self, blobs: Blobs, key: str, parts: Sequence[FilmPart]) -> None:
        self._blobs = blobs
        self._starts = [part.at for part in parts]
        self._places = [(film_blob(key, part.name), part.bytes) for part in parts]
        self.length = parts[-1].at + parts[-1].bytes if parts else 0

    @classmethod
    def of_size(cls, blobs: Blobs, key: str, size: FilmSize) -> "FilmSource":
        """A size that was made."""
        one = FilmPart(
            account_id=size.account_id, film_id=size.film_id, at=0, bytes=size.bytes, name=f"{size.name}.mp4"
        )
        return cls(blobs, key, [one])

    async def read(self, at: int, count: int) -> bytes:
        """Bytes from `at`; fewer than `count` where a part or the film ends."""
        if not 0 <= at < self.length:
            return b""
        which = bisect_right(self._starts, at) - 1
        key, length = self._places[which]
        begin = at - self._starts[which]
        return await self._blobs.get_range(key, begin, min(count, length - begin))
