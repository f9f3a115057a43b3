"""What confined children make of films, good and bad."""

import io

import av
import pytest

from bench.hostile_films import SIZE
from tests.films import Held, film, turned
from vermilion.engines.film import FilmWorks
from vermilion.engines.film_wire import SizeMade
from vermilion.kernel.errors import Invalid


async def made(data: bytes) -> tuple[SizeMade, bytes]:
    """The first size of a film, and its bytes."""
    out = bytearray()

    async def sink(piece: bytes) -> None:
        out.extend(piece)

    async def tell(_: int) -> None:
        pass

    size = await FilmWorks().make(
        Held(data), SIZE, duration_ms=2000, threads=1, gain_db=None, sink=sink, tell=tell
    )
    return size, bytes(out)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", "film_type"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "film_type"),
        (film(1)[:-3000], "film_not_readable"),
        (film(0.2, tracks=70), "film_too_many_streams"),
    ],
    ids=["a playlist", "a list of files", "cut off before its index", "seventy tracks"],
)
async def test_what_is_no_film_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        await FilmWorks().probe(Held(data))


async def test_a_turned_film_stands_upright() -> None:
    found = await FilmWorks().probe(Held(turned(film(1))))
    assert (found.width, found.height) == (240, 320)
    size, _ = await made(turned(film(1)))
    assert (size.width, size.height) == (240, 320)


async def test_nothing_that_was_said_about_a_film_is_left_and_its_segments_add_up() -> None:
    size, data = await made(film(9, title="secret"))
    assert b"secret" not in data
    assert b"+48.85" not in data
    assert len(data) == size.init + sum(size.lengths)
    assert size.durations == (4000, 4000, 1000)
    assert size.gain_db is not None
    with av.open(io.BytesIO(data)) as container:
        assert {"title", "location", "comment"}.isdisjoint(container.metadata)


async def test_of_twelve_sound_tracks_one_is_kept_and_of_none_none() -> None:
    twelve, data = await made(film(1, tracks=12))
    assert twelve.codecs.endswith(",mp4a.40.2")
    with av.open(io.BytesIO(data)) as container:
        assert len(container.streams) == 2
    silent, _ = await made(film(1, tracks=0))
    assert "mp4a" not in silent.codecs
