"""The source of a film as the confined child opens it: by content, from a line, and nothing else it may refer to."""

import io
from collections.abc import Callable, Iterator

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vermilion.engines.film_wire import MAX_PIXELS, MAX_SIDE, MAX_STREAMS, MIN_SIDE, Probed, Why

Fetch = Callable[[int, int], bytes]
READ_AHEAD = 512 * 1024
VIDEO = frozenset(
    {"h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4", "mjpeg", "prores", "theora", "h263"}
)
AUDIO = frozenset(
    {"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac", "ac3", "eac3", "mp2", "mp1"}
)
_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}
_UNNAMED, _BT709, _BT601, _LIMITED = 2, 1, 5, 1  # as ITU-T H.273 and FFmpeg number them
_LEAST_HD = 720
_STILLS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis"}


class Refusal(Exception):
    """A film that is not taken, with the code that says why."""

    def __init__(self, code: Why) -> None:
        super().__init__(code)
        self.code: Why = code


class Source(io.RawIOBase):
    """What was sent, as a file that can only be read: every byte of it is fetched over the line."""

    def __init__(self, length: int, fetch: Fetch) -> None:
        super().__init__()
        self._length = length
        self._fetch = fetch
        self._at = 0
        self._held = b""
        self._from = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        start = {0: 0, 1: self._at, 2: self._length}[whence]
        self._at = min(max(0, start + offset), self._length)
        return self._at

    def read(self, count: int | None = -1) -> bytes:
        wanted = self._length - self._at if count is None or count < 0 else count
        wanted = min(wanted, self._length - self._at)
        if wanted <= 0:
            return b""
        begin = self._at - self._from
        if not 0 <= begin < len(self._held):
            self._held = self._fetch(self._at, min(max(wanted, READ_AHEAD), self._length - self._at))
            self._from, begin = self._at, 0
        found = self._held[begin : begin + wanted]
        self._at += len(found)
        return found


def format_of(head: bytes) -> str:
    """The one demuxer that is tried, told by the first bytes. Raises Refusal("film_type")."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[4:8] in _BOXES and head[8:12] not in _STILLS:
        return "mov"
    raise Refusal("film_type")


def is_film(data: bytes) -> bool:
    """Whether a file begins as films do that are taken here."""
    try:
        return bool(format_of(data[:16]))
    except Refusal:
        return False


def open_film(source: Source) -> InputContainer:
    """The film in a source. Raises Refusal, or av.FFmpegError where it is damaged."""
    head = source.read(16)
    source.seek(0)
    try:
        container: InputContainer = av.open(  # type: ignore[assignment, call-overload, unused-ignore]  # overloads by literal modes
            source,  # it only has to read and seek
            format=format_of(head),
            options={"max_streams": str(MAX_STREAMS), "enable_drefs": "0", "protocol_whitelist": "none"},
            metadata_errors="replace",
            buffer_size=256 * 1024,
            io_open=_refuse_more,
        )
    except MemoryError as error:  # so it says that no further stream may be added
        raise Refusal("film_too_many_streams") from error
    if len(container.streams) >= MAX_STREAMS:
        raise Refusal("film_too_many_streams")
    return container


def _refuse_more(*_: object) -> object:
    raise Refusal("film_not_readable")


def picture_of(container: InputContainer, threads: int = 1) -> VideoStream:
    """The stream that is shown. Raises Refusal."""
    streams = [one for one in container.streams.video if not one.disposition & one.disposition.attached_pic]
    if not streams:
        raise Refusal("film_no_picture")
    stream = next((one for one in streams if one.disposition & one.disposition.default), streams[0])
    context = stream.codec_context
    if context is None or context.name not in VIDEO:
        raise Refusal("film_codec")
    check_sides(context.width, context.height)
    context.options = {"max_pixels": str(MAX_PIXELS)}
    # Each thread of a decoder holds frames of its own: large ones are decoded by one.
    context.thread_type = "AUTO"
    context.thread_count = threads if context.width * context.height <= 1920 * 1200 else 1
    return stream


def check_sides(width: int, height: int) -> None:
    """Raises Refusal where a frame is absurdly large or small."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise Refusal("film_too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise Refusal("film_not_readable")


def frames_of(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Every frame that can be decoded; what is damaged in between is left out, after which a cut-off film ends."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.InvalidDataError:
            return
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame) and frame.pts is not None:
                check_sides(frame.width, frame.height)
                name_colours(frame)
                yield frame


def name_colours(frame: VideoFrame) -> None:
    """Say of a frame that does not say so which colours it has: what browsers take it for, BT.601 where it is small, else BT.709."""
    if frame.format.is_rgb:
        return
    if int(frame.colorspace) == _UNNAMED:
        frame.colorspace = _BT709 if frame.height >= _LEAST_HD else _BT601
    if int(frame.color_range) == 0 and not frame.format.name.startswith("yuvj"):
        frame.color_range = _LIMITED


def duration_of(container: InputContainer, stream: VideoStream) -> int:
    """Milliseconds as the film claims them; 0: it does not say."""
    if container.duration:
        return int(container.duration // 1000)
    if stream.duration and stream.time_base:
        return int(stream.duration * stream.time_base * 1000)
    return 0


def rate_of(stream: VideoStream) -> float:
    """Frames a second, between 1 and 120; of a variable rate the average."""
    found = float(stream.average_rate or stream.guessed_rate or 25)
    return min(120.0, max(1.0, found))


def upright(frame: VideoFrame) -> tuple[int, int]:
    """Width and height once it is turned."""
    return (frame.width, frame.height) if frame.rotation % 180 == 0 else (frame.height, frame.width)


def probe(source: Source, max_ms: int, jpeg: Callable[[VideoFrame], bytes]) -> Probed:
    """What a film is, and a frame of its beginning. Raises Refusal, or whatever a damaged film provokes."""
    with open_film(source) as container:
        stream = picture_of(container)
        duration = duration_of(container, stream)
        if duration > max_ms:
            raise Refusal("film_too_long")
        at = min(1000, duration // 4)
        still, last, count = None, 0, 0
        for frame in frames_of(container, stream):
            last, count = int((frame.time or 0) * 1000), count + 1
            still = still if still is not None and last > at else frame
            if last >= at and duration:
                break
            if last > max_ms:
                raise Refusal("film_too_long")
        if still is None:
            raise Refusal("film_not_readable")
        width, height = upright(still)
        return Probed(
            duration_ms=max(duration or last, 1),
            width=width,
            height=height,
            rate=rate_of(stream),
            has_sound=any(is_heard(one.codec_context) for one in container.streams.audio),
            still=jpeg(still),
            still_ms=max(0, int((still.time or 0) * 1000)),
        )


def is_heard(context: object) -> bool:
    """Whether a sound track is of a kind that is decoded here."""
    name = getattr(context, "name", "")
    return name in AUDIO or name.startswith("pcm_")
