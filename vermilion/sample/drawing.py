"""Short films out of photographs: slow pans, cross-fades, drawn titles, and a tune of our own."""

import io
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from vermilion.sample.world import Film, Shot

RATE, SOUND_RATE, SOUND_PIECE = 20, 48_000, 1024
TITLE_FADE_S = 0.4
A4_HZ, A4_KEY = 440.0, 69
_KEYS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

OpenPhoto = Callable[[str], Image.Image]


class Planes(NamedTuple):
    """Brightness, and at half the size the two colours of a picture."""

    y: Image.Image
    cb: Image.Image
    cr: Image.Image


class _Scene:
    """A shot being shown."""

    def __init__(self, film: Film, shot: Shot, photo: Image.Image) -> None:
        size = film.width, film.height
        self._shot, self._size, self._fade = shot, size, film.fade
        self._half = (size[0] // 2, size[1] // 2)
        self._cells = [
            Planes(*photo.crop((left, top, right, bottom)).convert("YCbCr").split())
            for top, bottom in shot.rows or ((0, photo.height),)
            for left, right in shot.columns or ((0, photo.width),)
        ]
        self._title = _title(shot.title, size) if shot.title else None

    def at(self, seconds: float) -> Planes:
        """What is seen so long after its beginning."""
        cell = self._cells[int(seconds * self._shot.cells_a_second) % len(self._cells)]
        box = self._box(cell.y, min(1.0, seconds / self._shot.seconds))
        shown = Planes(
            cell.y.resize(self._size, Image.Resampling.BILINEAR, box),
            *(part.resize(self._half, Image.Resampling.BILINEAR, box) for part in cell[1:]),
        )
        if self._title is not None:
            left = self._shot.seconds - self._fade - seconds
            strength = max(0.0, min(1.0, seconds / TITLE_FADE_S - 0.5, left / TITLE_FADE_S))
            if strength:
                self._title.write(shown, strength)
        return shown

    def _box(self, picture: Image.Image, share: float) -> tuple[float, float, float, float]:
        eased = (1 - math.cos(share * math.pi)) / 2
        x, y, part = (a + (b - a) * eased for a, b in zip(self._shot.since, self._shot.until, strict=True))
        ratio = self._size[0] / self._size[1]
        width = min(picture.width * part, picture.height * part * ratio)
        height = width / ratio
        left = min(max(0.0, picture.width * x - width / 2), picture.width - width)
        top = min(max(0.0, picture.height * y - height / 2), picture.height - height)
        return left, top, left + width, top + height


class _Title(NamedTuple):
    """Letters, the shadow under them, and where both stand."""

    letters: Image.Image
    shadow: Image.Image
    at: tuple[int, int]

    def write(self, shown: Planes, strength: float) -> None:
        letters, shadow = (mask.point(lambda value: round(value * strength)) for mask in self[:2])
        shown.y.paste(16, self.at, shadow)
        shown.y.paste(245, self.at, letters)
        half = letters.resize((letters.width // 2, letters.height // 2))
        for part in shown[1:]:
            part.paste(128, (self.at[0] // 2, self.at[1] // 2), half)


def _title(text: str, size: tuple[int, int]) -> _Title:
    height = min(size) // 9
    font, edge = ImageFont.load_default(size=height), height // 2
    letters = Image.new("L", (round(font.getlength(text)) + edge * 2, height * 2))
    ImageDraw.Draw(letters).text((edge, edge // 2), text, fill=255, font=font)
    shadow = letters.filter(ImageFilter.GaussianBlur(height / 8)).point(lambda value: min(150, value * 2))
    return _Title(letters, shadow, (edge // 2 * 2, edge // 2 * 2))


def _pictures(film: Film, open_photo: OpenPhoto) -> Iterator[Planes]:
    """Every frame, from black to black."""
    size = (film.width, film.height)
    scenes = [_Scene(film, shot, open_photo(shot.photo)) for shot in film.shots]
    starts = film.starts
    dark = Planes(
        Image.new("L", size), *(Image.new("L", (size[0] // 2, size[1] // 2), 128) for _ in range(2))
    )
    for number in range(round(film.seconds * RATE)):
        at = number / RATE
        which = max(place for place, start in enumerate(starts) if start <= at)
        shown = scenes[which].at(at - starts[which])
        if which and at - starts[which] < film.fade:
            before = scenes[which - 1].at(at - starts[which - 1])
            shown = _mixed(before, shown, (at - starts[which]) / film.fade)
        light = min(1.0, (number + 1) / RATE / film.fade, (film.seconds - at) / film.fade)
        yield shown if light >= 1 else _mixed(dark, shown, light)


def _mixed(one: Planes, other: Planes, share: float) -> Planes:
    return Planes(*(Image.blend(a, b, share) for a, b in zip(one, other, strict=True)))


def tune(notes: str, beat_s: float, seconds: float) -> np.ndarray:
    """A tune of plucked notes, one a beat: `E4`, `.` for none, `C3+E4` for two at once; it begins again as often as it must."""
    sound = np.zeros(round(seconds * SOUND_RATE), np.float32)
    beats = notes.split()
    for number in range(math.ceil(seconds / beat_s)):
        for name in filter(lambda each: each != ".", beats[number % len(beats)].split("+")):
            plucked, begin = _plucked(name), round(number * beat_s * SOUND_RATE)
            end = min(len(sound), begin + len(plucked))
            sound[begin:end] += plucked[: end - begin]
    fade = np.minimum(1.0, np.arange(len(sound), 0, -1) / SOUND_RATE)
    return (sound * fade * 0.2).astype(np.float32)


def _plucked(name: str) -> np.ndarray:
    key = _KEYS[name[0]] + ("#" in name) + 12 * (int(name[-1]) + 1)
    hertz = A4_HZ * 2 ** ((key - A4_KEY) / 12)
    time = np.arange(round(2.2 * SOUND_RATE)) / SOUND_RATE
    tones = sum(
        np.sin(2 * np.pi * hertz * over * time) * np.exp(-time * (1.6 + over * 1.1)) / over**1.7
        for over in (1, 2, 3, 4)
    )
    return np.asarray(tones * np.minimum(1.0, time / 0.004))


def draw(film: Film, open_photo: OpenPhoto) -> bytes:
    """A film as MP4, drawn frame by frame."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        shown = container.add_stream("libx264", rate=RATE, options={"preset": "superfast", "crf": "22"})
        shown.width, shown.height, shown.pix_fmt = film.width, film.height, "yuv420p"
        shown.thread_count = 1
        shown.codec_context.time_base = Fraction(1, RATE)
        shown.codec_context.color_range, shown.codec_context.colorspace = 2, 5  # as JPEG has them
        heard = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for number, planes in enumerate(_pictures(film, open_photo)):
            frame = _frame(planes, number)
            container.mux(shown.encode(frame))
        container.mux(shown.encode(None))
        for piece in _sounds(tune(film.tune, film.beat, film.seconds)):
            container.mux(heard.encode(piece))
        container.mux(heard.encode(None))
    return out.getvalue()


def _frame(planes: Planes, number: int) -> av.VideoFrame:
    parts = [np.asarray(part, np.uint8).reshape(-1) for part in planes]
    width, height = planes.y.size
    frame = av.VideoFrame.from_ndarray(
        np.concatenate(parts).reshape(height * 3 // 2, width), format="yuv420p"
    )
    frame.color_range, frame.colorspace = 2, 5
    frame.pts, frame.time_base = number, Fraction(1, RATE)
    return frame


def _sounds(sound: np.ndarray) -> Iterator[av.AudioFrame]:
    for at in range(0, len(sound), SOUND_PIECE):
        piece = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound[None, at : at + SOUND_PIECE]), format="fltp", layout="mono"
        )
        piece.rate, piece.pts, piece.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
        yield piece


def still(film: Film, open_photo: OpenPhoto) -> bytes:
    """The frame that is its cover, as JPEG."""
    shot = film.shots[film.starts.index(max(at for at in film.starts if at <= film.cover))]
    scene = _Scene(film, shot, open_photo(shot.photo))
    planes = scene.at(film.cover - film.starts[film.shots.index(shot)])
    whole = Image.merge(
        "YCbCr", [planes.y, *(part.resize(planes.y.size, Image.Resampling.BICUBIC) for part in planes[1:])]
    )
    out = io.BytesIO()
    whole.convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()
