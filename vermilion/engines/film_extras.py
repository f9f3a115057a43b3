"""What goes with a film: stills, the sheet for scrubbing, six silent seconds for cards."""

import io
from collections.abc import Callable

import av
from PIL import Image

from vermilion.engines.film_encode import Encoding, Fragments
from vermilion.engines.film_read import Refusal, Source, frames_of, open_film, picture_of
from vermilion.engines.film_wire import (
    PREVIEW_HEIGHT,
    PREVIEW_RATE,
    PREVIEW_SECONDS,
    SHEET_COLUMNS,
    SHEET_MOST,
    SHEET_WIDTH,
    Extras,
    Order,
    SizeOrder,
)

_PREVIEW = SizeOrder(
    name="preview", codec="h264", side=PREVIEW_HEIGHT, video=900_000, audio=0, crf=28, preset="veryfast",
    rate=PREVIEW_RATE, segment=PREVIEW_SECONDS + 1,
)  # fmt: skip
STILL_SIDE = 1920


def jpeg(frame: av.VideoFrame) -> bytes:
    """A frame upright, at most 1,920 pixels long, as JPEG without anything about where it comes from."""
    scale = min(1.0, STILL_SIDE / max(frame.width, frame.height))
    size = (max(2, round(frame.width * scale)), max(2, round(frame.height * scale)))
    image = _image(frame.reformat(width=size[0], height=size[1], format="rgb24"))
    if frame.rotation:
        image = image.rotate(round(frame.rotation / 90) * 90, expand=True)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _image(frame: av.VideoFrame) -> Image.Image:
    return Image.fromarray(frame.to_ndarray())


def still(order: Order, source: Source) -> bytes:
    """The frame at `at_ms`, or the last before it."""
    with open_film(source) as container:
        stream = picture_of(container)
        if order.at_ms > 2000:
            container.seek(order.at_ms * 1000)
        found = None
        for frame in frames_of(container, stream):
            found = frame if found is None or (frame.time or 0) * 1000 <= order.at_ms else found
            if (frame.time or 0) * 1000 >= order.at_ms:
                break
        if found is None:
            raise Refusal("film_not_readable")
        return jpeg(found)


def make(order: Order, source: Source, tell: Callable[[int], None]) -> Extras:
    """The sheet and the preview, from a size that was made here."""
    sheet, thumbs = _sheet(source, order.max_ms)
    tell(50)
    source.seek(0)
    return Extras(sheet=sheet, thumbs=thumbs, preview=_preview(order, source))


def _sheet(source: Source, max_ms: int) -> tuple[bytes, tuple[int, int, int, int, int]]:
    """The frames that begin segments, side by side: so many milliseconds apart."""
    with open_film(source) as container:
        stream = picture_of(container)
        stream.codec_context.skip_frame = "NONKEY"
        times: list[int] = []
        tiles: list[Image.Image] = []
        for frame in frames_of(container, stream):
            at = int((frame.time or 0) * 1000)
            height = max(2, round(SHEET_WIDTH * frame.height / frame.width))
            tiles.append(_image(frame.reformat(width=SHEET_WIDTH, height=height, format="rgb24")))
            times.append(at)
            if at > max_ms + 2000:
                break
    if not tiles:
        raise Refusal("film_not_readable")
    step = -(-len(tiles) // SHEET_MOST)
    chosen = tiles[::step]
    apart = round((times[-1] - times[0]) / max(1, len(times) - 1) * step) or 1000
    width, height = chosen[0].size
    columns = min(SHEET_COLUMNS, len(chosen))
    sheet = Image.new("RGB", (columns * width, -(-len(chosen) // columns) * height))
    for at, tile in enumerate(chosen):
        sheet.paste(tile, (at % columns * width, at // columns * height))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=70, method=3)
    return out.getvalue(), (len(chosen), columns, width, height, apart)


def _preview(order: Order, source: Source) -> bytes:
    out = bytearray()
    with open_film(source) as container:
        stream = picture_of(container)
        whole = (container.duration or 0) / 1_000_000
        begin = max(0.0, min(whole * 0.1, whole - PREVIEW_SECONDS))
        encoding = Encoding(order, _PREVIEW, Fragments(out.extend), has_sound=False)
        shift: int | None = None
        for frame in frames_of(container, stream):
            at = float(frame.time or 0)
            if at < begin:
                continue
            if at >= begin + PREVIEW_SECONDS:
                break
            shift = (frame.pts or 0) if shift is None else shift
            frame.pts = (frame.pts or 0) - shift
            encoding.take(stream, frame)
        encoding.drain()
        encoding.end()
    return bytes(out)
