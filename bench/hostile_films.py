"""Films that are broken, lie about themselves or want too much, and what becomes of them with and without confinement."""

import collections
import random
from collections.abc import Iterator

from tests.films import Held, film, turned
from vermilion.engines.film import FilmWorks
from vermilion.engines.film_wire import SizeOrder
from vermilion.kernel.errors import Problem

__all__ = ["Held", "cases", "through"]

SIZE = SizeOrder(
    name="480", codec="h264", side=480, video=1_200_000, audio=96_000, crf=24, preset="veryfast", rate=30, segment=4
)  # fmt: skip
PLAYLIST = (
    b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXTINF:4,\nhttp://127.0.0.1/x\n"
)


def _claiming(data: bytes, box: bytes, at: int, value: bytes) -> bytes:
    """The same film with other bytes in every box of that name, so far behind it."""
    whole, found = bytearray(data), 0
    while (found := whole.find(box, found + 1)) > 0:
        whole[found + at : found + at + len(value)] = value
    return bytes(whole)


def cases(*, quick: bool) -> Iterator[tuple[str, bytes, str | None]]:
    """Name, bytes, and the code it is to be refused with: "" any or none, None it is to be made."""
    plain = film(3)
    yield "no film", b"once upon a time " * 100, "film_type"
    yield "a playlist", PLAYLIST, "film_type"
    yield "a list of files", b"ffconcat version 1.0\nfile /etc/passwd\n", "film_type"
    yield "subtitles", b"WEBVTT\n\n00:00.000 --> 00:01.000\nfile:///etc/passwd\n", "film_type"
    yield "cut before its index", plain[: len(plain) - 4000], "film_not_readable"
    yield "10,000 hours", _claiming(plain, b"mvhd", 20, (36_000_000_000 % 2**32).to_bytes(4, "big")), ""
    yield "half an hour", _claiming(plain, b"mvhd", 20, (1_800_000).to_bytes(4, "big")), ""
    yield "16k pixels", _claiming(plain, b"avc1", 28, (16_384).to_bytes(2, "big") * 2), ""
    yield "seventy sound tracks", film(0.2, tracks=70), "film_too_many_streams"
    yield "variable rate", film(3, skip=range(20, 50)), None
    yield "turned", turned(plain), None
    yield "odd sides", film(2, 322, 178), None
    yield "ten bits", film(2, codec="libx265", pix="yuv420p10le"), None
    yield "silent", film(2, tracks=0), None
    yield "twelve sound tracks", film(2, tracks=12), None
    yield "webm", film(2, form="webm", codec="libvpx-vp9"), None
    yield "mkv, cut", film(6, form="matroska")[:60_000], ""
    if not quick:
        yield "4K", film(2, 3840, 2160), None
    chance = random.Random(7)
    for number in range(6 if quick else 60):
        broken = bytearray(film(1, form="matroska") if number % 2 else film(1))
        for _ in range(chance.choice((1, 10, 200))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        yield f"broken {number}", bytes(broken), ""


async def _nothing(_: object) -> None:
    return None


async def through(works: FilmWorks, *, quick: bool) -> dict[str, float]:
    """Look at every film and make the first size of those that are taken; what came of it."""
    seen: collections.Counter[str] = collections.Counter()
    for name, data, wanted in cases(quick=quick):
        code: str | None = None
        left = bytearray()

        async def sink(piece: bytes, left: bytearray = left) -> None:
            left.extend(piece)

        try:
            found = await works.probe(Held(data))
            await works.make(
                Held(data),
                SIZE,
                duration_ms=found.duration_ms,
                threads=1,
                gain_db=None,
                sink=sink,
                tell=_nothing,
            )
        except Problem as problem:
            code = problem.code
        surprising = wanted not in {"", code}
        if surprising:
            print(f"  {name}: {code}, not {wanted}")
        seen["surprises"] += surprising
        seen["refused" if code else "made"] += 1
        seen["metadata"] += any(word in left for word in (b"secret", b"+48.85"))
    spent = works.spent
    return {
        "films": seen.total() - seen["surprises"] - seen["metadata"],
        "refused": seen["refused"],
        "surprises": seen["surprises"],
        "metadata_left": seen["metadata"],
        "crashes": spent.crashes,
        "peak_mb": round(spent.peak_mb, 1),
        "max_cpu_s": round(spent.max_cpu_s, 2),
    }
