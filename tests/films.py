"""Films made for tests and benches: test pictures and tones, no file is kept."""

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np


def film(  # noqa: PLR0913 - each is a way in which films differ
    seconds: float = 2, width: int = 320, height: int = 240, *, rate: int = 25, form: str = "mp4",
    codec: str = "libx264", pix: str = "yuv420p", tracks: int = 1, title: str = "", volume: float = 0.1,
    skip: Sequence[int] = (), threads: int = 1, moving: bool = True, transfer: int = 0,
) -> bytes:  # fmt: skip
    """A film of a moving pattern with `tracks` tones; `skip` leaves out frames, for a variable rate.

    `transfer`: of its brightness after ITU-T H.273, 16 (PQ) or 18 (HLG), in the colours of BT.2020.
    """
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        if title:
            container.metadata.update({"title": title, "location": "+48.85+002.35/", "comment": title})
        stream = container.add_stream(
            codec, rate=rate, options={"preset": "ultrafast"} if "264" in codec else {}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, pix
        stream.codec_context.thread_count = threads
        stream.codec_context.time_base = Fraction(1, rate)
        if transfer:
            stream.codec_context.color_trc = transfer
            stream.codec_context.color_primaries = stream.codec_context.colorspace = 9
        heard = "libopus" if form == "webm" else "aac"
        sounds = [container.add_stream(heard, rate=48_000, layout="stereo") for _ in range(tracks)]
        across = np.arange(width)[None, :].repeat(height, 0)
        down = np.arange(height)[:, None].repeat(width, 1)
        for at in range(round(seconds * rate)):
            if at in skip:
                continue
            shade = ((across + down * 2 + at * 5 * moving) % 256).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.stack([shade, shade[::-1], 255 - shade], 2), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, rate)
            container.mux(stream.encode(frame.reformat(format=pix)))
        container.mux(stream.encode(None))
        for number, sound in enumerate(sounds):
            for start in range(0, round(seconds * 48_000), 960):
                time = (np.arange(960) + start) / 48_000
                tone = (np.sin(time * 2 * np.pi * 220 * (number + 1)) * volume).astype(np.float32)
                piece = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
                piece.rate, piece.pts, piece.time_base = 48_000, start, Fraction(1, 48_000)
                container.mux(sound.encode(piece))
            container.mux(sound.encode(None))
    return out.getvalue()


class Held:
    """A film held in memory, as confined children read it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length = len(data)

    async def read(self, at: int, count: int) -> bytes:
        return self.data[at : at + count]


def turned(data: bytes, matrix: tuple[int, int, int, int] = (0, 1, -1, 0)) -> bytes:
    """The same film (an MP4) with another matrix in the headers of its tracks: turned by a quarter."""
    whole, at = bytearray(data), 0
    unity = (1 << 16).to_bytes(4, "big") + bytes(12) + (1 << 16).to_bytes(4, "big")
    while (at := whole.find(b"tkhd", at + 1)) > 0:
        begin = whole.index(unity, at)
        numbers = [matrix[0], matrix[1], 0, matrix[2], matrix[3]]
        whole[begin : begin + 20] = b"".join((n << 16).to_bytes(4, "big", signed=True) for n in numbers)
    return bytes(whole)
