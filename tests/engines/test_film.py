"""What confined children make of films, good and bad."""

import io

import av
import pytest
from msgspec.structs import replace
from PIL import Image

from bench.hostile_films import SIZE
from tests.films import Held, film, turned
from vermilion.engines.film import FilmWorks
from vermilion.engines.film_wire import SizeMade, SizeOrder
from vermilion.kernel.errors import Invalid

AV1 = replace(SIZE, name="480av1", codec="av1", crf=40, preset="10")


async def made(data: bytes, order: SizeOrder = SIZE) -> tuple[SizeMade, bytes]:
    """A size of a film, and its bytes."""
    out = bytearray()

    async def sink(piece: bytes) -> None:
        out.extend(piece)

    async def tell(_: int) -> None:
        pass

    size = await FilmWorks().make(
        Held(data), order, duration_ms=2000, threads=1, gain_db=None, sink=sink, tell=tell
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


async def test_av1_is_read_and_made_where_the_table_asks_for_it() -> None:
    size, data = await made(film(1), AV1)
    assert size.codecs.startswith("av01.0.")
    assert len(data) == size.init + sum(size.lengths)
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.video[0].codec_context.name in {"libdav1d", "av1"}
        assert sum(1 for _ in container.decode(video=0)) == 25
    plain, _ = await made(data)
    assert plain.codecs.startswith("avc1.")


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
async def test_hdr_becomes_what_every_screen_shows(transfer: int) -> None:
    _, data = await made(film(1, codec="libx265", pix="yuv420p10le", transfer=transfer))
    with av.open(io.BytesIO(data)) as container:
        context = container.streams.video[0].codec_context
        assert (context.pix_fmt, context.color_primaries, context.color_trc, context.colorspace) == (
            "yuv420p",
            1,
            1,
            1,
        )
        light = next(container.decode(video=0)).to_ndarray(format="gray")
    assert light.max() - light.min() > 60


def red(width: int, height: int, colours: int) -> bytes:
    """A film of one red as BT.601 has it, whose colours are numbered so after ITU-T H.273; 2: it does not say."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast", "qp": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.colorspace = colours
        for _ in range(10):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane, shade in zip(frame.planes, RED, strict=True):
                plane.update(bytes([shade]) * plane.buffer_size)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


RED = (81, 90, 240)
RED_AS_709 = (63, 102, 240)
SAME = 2
"""How far a shade may be from another and be the same: rounding, and what an encoder leaves out."""


@pytest.mark.parametrize(
    ("width", "height", "colours", "shades"),
    [
        (
            1280,
            720,
            2,
            RED,
        ),  # a browser shows a large film as BT.709 where it says nothing, and a small one as BT.601
        (640, 480, 2, RED_AS_709),
        (1280, 720, 1, RED),
        (1280, 720, 5, RED_AS_709),
    ],
)
async def test_a_film_keeps_the_colours_it_was_shown_in(
    width: int, height: int, colours: int, shades: tuple[int, ...]
) -> None:
    data = red(width, height, colours)
    _, small = await made(data, replace(SIZE, side=480, crf=10))
    with av.open(io.BytesIO(small)) as container:
        frame = next(container.decode(video=0))
    assert int(frame.colorspace) == 1
    found = [bytes(plane)[plane.line_size * 8 + 8] for plane in frame.planes]
    assert all(abs(shade - wanted) <= SAME for shade, wanted in zip(found, shades, strict=True)), found
    still = Image.open(io.BytesIO((await FilmWorks().probe(Held(data))).still)).getpixel((8, 8))
    assert isinstance(still, tuple)
    assert (still[1] > 12) == (shades == RED), still  # this red is a little orange as BT.709
