"""A film in one size: upright, at an even rate, plain colours, even loudness, in fragments that are segments."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vermilion.engines.film_read import (
    Refusal,
    Source,
    check_sides,
    is_heard,
    name_colours,
    open_film,
    picture_of,
    rate_of,
    upright,
)
from vermilion.engines.film_wire import Order, SizeMade, SizeOrder

TARGET_LUFS, MOST_GAIN_DB, PEAK = -16.0, 12.0, 0.84
QUIET_LUFS = -55.0
"""Below this there is nothing to be heard, and nothing is made louder."""
SOUND_RATE = 48_000
_TURNS = {
    0: (),
    90: (("transpose", "cclock"),),
    -90: (("transpose", "clock"),),
    180: (("hflip", ""), ("vflip", "")),
}
_HDR = {16, 18}  # PQ and HLG, as ITU-T H.273 numbers transfers
_FRAGMENTS = "frag_keyframe+empty_moov+default_base_moof+skip_trailer+negative_cts_offsets"


class Fragments:
    """What the muxer writes, handed on box by box, and the lengths of its segments."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._rest = bytearray()
        self._pending = 0
        self._at = 0
        self.init = 0
        self.lengths: list[int] = []

    def write(self, data: bytes) -> int:
        self._at += len(data)
        self._rest += data
        self._send(bytes(data))
        while len(self._rest) >= 8:
            length = int.from_bytes(self._rest[:4], "big")
            if length < 8 or len(self._rest) < length:
                break
            kind = bytes(self._rest[4:8])
            del self._rest[:length]
            self._count(kind, length)
        return len(data)

    def tell(self) -> int:
        return self._at

    def _count(self, kind: bytes, length: int) -> None:
        if kind in (b"ftyp", b"moov"):
            self.init += length
            return
        self._pending += length
        if kind == b"mdat":
            self.lengths.append(self._pending)
            self._pending = 0


class Shape(NamedTuple):
    """How frames leave the graph."""

    width: int
    height: int
    rate: Fraction


def shape_of(order: SizeOrder, width: int, height: int, rate: float) -> Shape:
    """Even sides, never above the source's, the shorter one as ordered."""
    scale = min(1.0, order.side / min(width, height), order.side * 16 / 9 * 1.35 / max(width, height))
    even = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))
    kept = Fraction(min(rate, order.rate)).limit_denominator(1001)
    return Shape(*even, kept)


def picture_graph(stream: VideoStream, first: VideoFrame, shape: Shape) -> Graph:
    """From decoded frames to upright ones of one size at an even rate, in BT.709 at limited range."""
    graph = Graph()
    plain = f"video_size={first.width}x{first.height}:pix_fmt={first.format.name}:time_base={stream.time_base}:pixel_aspect=1/1"
    colours = f":colorspace={int(first.colorspace)}:range={int(first.color_range)}"
    last = graph.add("buffer", plain + colours)
    for name, value in _steps(first, shape):
        step = graph.add(name, value or None)
        last.link_to(step)
        last = step
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _steps(first: VideoFrame, shape: Shape) -> Iterator[tuple[str, str]]:
    yield "fps", f"fps={shape.rate.numerator}/{shape.rate.denominator}:start_time=0"
    yield from _TURNS.get(round(first.rotation / 90) * 90 if first.rotation != -180 else 180, ())
    turned = f"w={shape.width}:h={shape.height}:flags=bicubic:out_color_matrix=bt709:out_range=tv"
    if int(first.color_trc) in _HDR:
        turned += ":out_primaries=bt709:out_transfer=bt709:intent=perceptual"
    yield "scale", turned
    yield "format", "yuv420p"
    yield "setsar", "1"


def measure_gain(source: Source, max_ms: int) -> float | None:
    """By how many decibels the first sound track is to be made louder, after ITU-R BS.1770; None: nothing to be heard."""
    source.seek(0)
    with open_film(source) as container:
        heard = sound_of(container)
        if heard is None:
            return None
        graph = _sound_graph(heard, None)
        loudness = -70.0
        for frame in _sounds(container, heard, graph, max_ms):
            loudness = float(frame.metadata.get("lavfi.r128.I", loudness))
    if loudness < QUIET_LUFS:
        return None
    return round(min(MOST_GAIN_DB, max(-MOST_GAIN_DB * 2, TARGET_LUFS - loudness)), 2)


def sound_of(container: InputContainer) -> Any:  # noqa: ANN401 - a stream of sound
    """The default sound track, else the first that can be read, else None."""
    heard = [one for one in container.streams.audio if is_heard(one.codec_context)]
    return next(
        (one for one in heard if one.disposition & one.disposition.default), heard[0] if heard else None
    )


def _sound_graph(stream: Any, gain_db: float | None, *, measured: bool = True) -> Graph:  # noqa: ANN401 - as above
    graph = Graph()
    steps = [
        ("aresample", f"{SOUND_RATE}:async=1000"),
        ("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
    ]
    if measured:
        steps.append(("ebur128", "metadata=1"))
    elif gain_db is not None:
        steps += [("volume", f"{gain_db}dB"), ("alimiter", f"limit={PEAK}:level=0")]
    last = graph.add_abuffer(template=stream)
    for name, value in [*steps, ("aformat", "sample_fmts=fltp:channel_layouts=stereo")]:
        step = graph.add(name, value)
        last.link_to(step)
        last = step
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    return graph


def _sounds(container: InputContainer, stream: Any, graph: Graph, max_ms: int) -> Iterator[AudioFrame]:  # noqa: ANN401 - as above
    for packet in packets_of(container, [stream], max_ms):
        yield from heard_in(packet, graph)
    graph.push(None)
    yield from pulled(graph)


def heard_in(packet: Any, graph: Graph) -> Iterator[AudioFrame]:  # noqa: ANN401 - a packet of sound
    """What a packet of sound becomes; a damaged one becomes nothing."""
    try:
        frames = packet.decode()
        for frame in frames:
            graph.push(frame)
    except (av.error.InvalidDataError, ValueError):
        return
    yield from pulled(graph)


def pulled(graph: Graph) -> Iterator[Any]:
    """What has come out of a graph so far."""
    while True:
        try:
            yield graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return


class Encoding:
    """One size being written."""

    def __init__(self, order: Order, size: SizeOrder, sink: Fragments, has_sound: bool) -> None:
        self.order, self.size, self.sink = order, size, sink
        self.frames = 0
        self.container: OutputContainer = av.open(  # type: ignore[call-overload, unused-ignore]  # overloads by literal modes
            sink,
            "w",
            format="mp4",
            options={"movflags": _FRAGMENTS, "fflags": "+bitexact", "use_editlist": "0"},
        )
        self.video: Any = None
        self.audio: Any = None
        self._has_sound = has_sound
        self.shape = Shape(0, 0, Fraction(1))
        self.graph: Graph | None = None

    def begin(self, shape: Shape) -> None:
        """Open the encoders."""
        self.shape, size = shape, self.size
        self.gop = max(1, round(shape.rate * size.segment))
        codec = "libx264" if size.codec == "h264" else "libsvtav1"
        self.video = self.container.add_stream(
            codec, rate=shape.rate, options=_options(size, self.gop, self.order.threads)
        )
        self.video.width, self.video.height, self.video.pix_fmt = shape.width, shape.height, "yuv420p"
        context = self.video.codec_context
        context.time_base = 1 / shape.rate
        context.thread_count = self.order.threads
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        context.flags |= av.codec.context.Flags.bitexact
        if self._has_sound:
            self.audio = self.container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
            self.audio.bit_rate = size.audio
            self.audio.codec_context.flags |= av.codec.context.Flags.bitexact

    def take(self, stream: VideoStream, frame: VideoFrame) -> None:
        """Encode what a decoded frame becomes; the first one decides on the shape."""
        if self.graph is None:
            shape = shape_of(self.size, *upright(frame), rate_of(stream))
            self.begin(shape)
            self.graph = picture_graph(stream, frame, shape)
        self.graph.push(frame)
        for shown in pulled(self.graph):
            self.show(shown)

    def drain(self) -> None:
        """Encode what the graph still holds; raises Refusal where there was nothing."""
        if self.graph is None:
            raise Refusal("film_not_readable")
        self.graph.push(None)
        for shown in pulled(self.graph):
            self.show(shown)

    def show(self, frame: VideoFrame) -> None:
        """Encode a frame, at its place in an even row."""
        frame.pts, frame.time_base = self.frames, 1 / self.shape.rate
        frame.pict_type = av.video.frame.PictureType.NONE
        self.frames += 1
        self.container.mux(self.video.encode(frame))

    def sound(self, frame: AudioFrame) -> None:
        self.container.mux(self.audio.encode(frame))

    def end(self) -> None:
        """Write what the encoders still hold."""
        self.container.mux(self.video.encode(None))
        if self.audio is not None:
            self.container.mux(self.audio.encode(None))
        self.container.close()

    def made(self, gain_db: float | None) -> SizeMade:
        """What was written."""
        shape, lengths = self.shape, self.sink.lengths
        left = [min(self.gop, self.frames - at * self.gop) for at in range(len(lengths))]
        return SizeMade(
            codecs=", ".join(
                filter(None, [self._video_name, "mp4a.40.2" if self.audio is not None else ""])
            ).replace(" ", ""),
            width=shape.width,
            height=shape.height,
            rate=float(shape.rate),
            init=self.sink.init,
            lengths=tuple(lengths),
            durations=tuple(max(1, round(count * 1000 / shape.rate)) for count in left),
            gain_db=gain_db,
        )

    def name_codec(self) -> None:
        """Remember what the encoder calls itself, as RFC 6381 writes it."""
        data = bytes(self.video.codec_context.extradata or b"")
        if self.size.codec == "av1":
            self._video_name = f"av01.0.{data[1] & 31:02d}M.08" if len(data) > 1 else "av01.0.08M.08"
        else:
            start = data.find(b"\x67") + 1 if data[:1] != b"\x01" else 1
            self._video_name = f"avc1.{data[start : start + 3].hex()}"

    _video_name = ""


def _options(size: SizeOrder, gop: int, threads: int) -> dict[str, str]:
    if size.codec == "av1":
        return {
            "crf": str(size.crf),
            "preset": size.preset,
            "g": str(gop),
            "svtav1-params": f"lp={threads}:scd=0",
        }
    return {
        "preset": size.preset,
        "crf": str(size.crf),
        "maxrate": str(size.video),
        "bufsize": str(size.video * 2),
        "g": str(gop),
        "keyint_min": str(gop),
        "sc_threshold": "0",
        "profile": "high",
        "forced-idr": "1",
    }


def make(
    order: Order, source: Source, send: Callable[[bytes], None], tell: Callable[[int], None]
) -> SizeMade:
    """Write one size of a film. Raises Refusal, or whatever a damaged film provokes."""
    assert order.size is not None
    gain = order.gain_db
    if gain is None:
        gain = measure_gain(source, order.max_ms)
    source.seek(0)
    with open_film(source) as container:
        stream, heard = picture_of(container, order.threads), sound_of(container)
        encoding = Encoding(order, order.size, Fragments(send), heard is not None)
        _run(container, stream, heard, encoding, gain, tell)
        encoding.name_codec()
        encoding.end()
    if not encoding.sink.lengths:
        raise Refusal("film_not_readable")
    return encoding.made(gain)


def _run(
    container: InputContainer, stream: VideoStream, heard: Any, encoding: Encoding, gain: float | None, tell: Callable[[int], None]  # noqa: ANN401 - as above
) -> None:  # fmt: skip
    sounds = _sound_graph(heard, gain, measured=False) if heard is not None else None
    whole, told = max(1, int(container.duration or 0) // 1000), -1
    for packet in packets_of(
        container, [one for one in (stream, heard) if one is not None], encoding.order.max_ms
    ):
        if sounds is not None and packet.stream.index == heard.index:
            for sound in heard_in(packet, sounds) if encoding.graph is not None else ():
                encoding.sound(sound)  # nothing is heard before something is seen
            continue
        for frame in _decoded(packet, encoding.order.max_ms):
            encoding.take(stream, frame)
            if (done := min(99, int((frame.time or 0) * 1000) * 100 // whole)) > told:
                told = done
                tell(done)
    encoding.drain()
    if sounds is not None:
        sounds.push(None)
        for sound in pulled(sounds):
            encoding.sound(sound)


def packets_of(container: InputContainer, streams: list[Any], max_ms: int) -> Iterator[Any]:
    """The packets of some streams until the film ends or is cut off; raises Refusal where one lies beyond the longest."""
    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.InvalidDataError):
            return
        if packet.pts is not None and packet.pts * packet.time_base * 1000 > max_ms + 2000:
            raise Refusal("film_too_long")
        yield packet


def _decoded(packet: Any, max_ms: int) -> Iterator[VideoFrame]:  # noqa: ANN401 - a packet of pictures
    try:
        frames = packet.decode()
    except av.error.InvalidDataError:
        return
    for frame in frames:
        if frame.pts is None:
            continue
        check_sides(frame.width, frame.height)
        if (frame.time or 0) * 1000 > max_ms + 2000:
            raise Refusal("film_too_long")
        name_colours(frame)
        yield frame
