"""The warm child that reads pictures: models loaded once, then one confined fork for each picture."""

import ctypes
import io
import sys
from contextlib import suppress
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.WebPImagePlugin import WebPImageFile
from rapidocr import RapidOCR

from vermilion.engines.ocr_wire import (
    MAX_BYTES,
    MAX_CPU_SECONDS,
    MAX_MEMORY,
    MAX_PIXELS,
    MOST_BOXES,
    RawLine,
    Reading,
    encode,
)
from vermilion.engines.warm_child import Work, serve

LEAST_SIDE, MOST_SIDE = 960, 1280
"""The long side in pixels of what is read: smaller pictures are enlarged, twice at most, larger ones reduced."""
_PARAMETERS = {
    # One thread: a fork has none of its parent's others.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "error",
    "Global.use_cls": False,
    "Global.max_side_len": MOST_SIDE,
    "Det.limit_type": "max",
    "Det.limit_side_len": MOST_SIDE,
    "Det.max_candidates": MOST_BOXES,
}


class Eyes:
    """The recogniser with its models."""

    def __init__(self) -> None:
        self._engine: Any = None

    def preload(self) -> None:
        """Load everything by reading a word, and give back what loading took."""
        self._engine = RapidOCR(params=_PARAMETERS)
        sample = Image.new("RGB", (480, 120), "white")
        ImageDraw.Draw(sample).text((20, 30), "vermilion", font=ImageFont.load_default(size=48), fill="black")
        file = io.BytesIO()
        sample.save(file, "WEBP")
        self.read(file.getvalue())
        with suppress(AttributeError):  # where libc has no such call the memory stays taken
            ctypes.CDLL(None).malloc_trim(0)

    def read(self, data: bytes) -> Reading:
        """The lines of a picture in WebP."""
        picture = WebPImageFile(io.BytesIO(data))
        width, height = picture.size
        if width * height > MAX_PIXELS:
            return Reading(width=width, height=height, lines=())
        image = picture.convert("RGB")
        side = min(MOST_SIDE, max(*image.size, min(LEAST_SIDE, 2 * max(image.size))))
        # A few large letters are seen only from further away.
        lines = self._look(image, side) or self._look(image, side // 2)
        return Reading(width=width, height=height, lines=tuple(lines[:MOST_BOXES]))

    def _look(self, image: Image.Image, side: int) -> list[RawLine]:
        """The lines of a picture whose long side is brought to `side` pixels."""
        scale = side / max(image.size)
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        pixels = np.asarray(image)
        found = self._engine(np.ascontiguousarray(pixels[:, :, ::-1]))
        boxes = () if found.boxes is None else found.boxes
        return [
            _line(pixels, text, float(score), box)
            for text, score, box in zip(found.txts or (), found.scores or (), boxes, strict=True)
        ]


def _line(pixels: np.ndarray[Any, Any], text: str, score: float, box: np.ndarray[Any, Any]) -> RawLine:
    height, width = pixels.shape[:2]
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = np.clip(box / (width, height), -0.5, 1.5).tolist()
    ink, ground = _colors(pixels, box)
    return RawLine(
        text=text[:1000], confidence=score, quad=(x1, y1, x2, y2, x3, y3, x4, y4), ink=ink, ground=ground
    )


def _colors(pixels: np.ndarray[Any, Any], box: np.ndarray[Any, Any]) -> tuple[str, str]:
    """Ink and ground: the box's pixels in two groups by brightness, of which the ink covers less."""
    height, width = pixels.shape[:2]
    (left, top), (right, bottom) = box.min(axis=0).astype(int), box.max(axis=0).astype(int)
    cut = pixels[max(0, top) : min(height, bottom + 1), max(0, left) : min(width, right + 1)].reshape(-1, 3)
    if not len(cut):
        return "#ffffff", "#000000"
    light = cut.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    threshold = np.percentile(light, (5, 95)).mean()
    dark, bright = cut[light <= threshold], cut[light > threshold]
    if not len(dark) or not len(bright):
        return ("#ffffff", _hex(cut)) if light.mean() < 128 else ("#000000", _hex(cut))
    ink, ground = (dark, bright) if len(dark) < len(bright) else (bright, dark)
    return _hex(ink), _hex(ground)


def _hex(colors: np.ndarray[Any, Any]) -> str:
    red, green, blue = (int(value) for value in np.median(colors, axis=0))
    return f"#{red:02x}{green:02x}{blue:02x}"


def main(arguments: list[str]) -> None:
    """Serve until the parent hangs up."""
    eyes = Eyes()
    work = Work(
        preload=eyes.preload,
        answer=lambda data: encode(eyes.read(data)),
        memory=MAX_MEMORY,
        cpu_seconds=MAX_CPU_SECONDS,
        max_order=MAX_BYTES,
    )
    serve(arguments, work)


if __name__ == "__main__":
    main(sys.argv[1:])
