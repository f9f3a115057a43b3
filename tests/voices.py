"""Speech for tests and benches: sentences with their text out of a package, which `make install-dev` lays beside the weights."""

import io
import re
import sys
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

FOLDER = Path(sys.prefix) / "speech"
"""Where sentences and weights lie."""
RATE = 16_000
CLIPS = FOLDER / "pytest_audioeval" / "samples" / "audio"
CLEAR = {
    "en": ("quick_brown_fox", "hello_world"),
    "es": ("conteo", "hola_mundo"),
    "fr": ("pangrama", "bonjour_monde"),
    "pt": ("pangrama", "contagem"),
    "zh": ("pangrama", "nihao_shijie"),
    "it": ("pangrama", "ciao_mondo"),
}
"""By language, clips that are said as people talk."""


@cache
def clip(lang: str, name: str) -> tuple[str, np.ndarray]:
    """What is said in a clip, and its sound: one channel at 16 kHz. Fails where nothing was fetched."""
    path = CLIPS / lang / f"{name}.wav"
    assert path.is_file(), f"{path} is not there: `make install-dev` fetches it"
    pieces = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in container.decode(audio=0):
            pieces += [made.to_ndarray().reshape(-1) for made in resampler.resample(frame)]
    return path.with_suffix(".txt").read_text("utf-8").strip(), np.concatenate(pieces).astype(np.float32)


def said(lang: str, names: Sequence[str] = ()) -> tuple[str, np.ndarray]:
    """Clips of a language one after another, with a second of silence around each."""
    clips = [clip(lang, name) for name in names or CLEAR[lang]]
    still = np.zeros(RATE, np.float32)
    sounds = [part for _, sound in clips for part in (still, sound)]
    return " ".join(text for text, _ in clips), np.concatenate([*sounds, still])


def words_of(text: str, lang: str) -> list[str]:
    """What is compared: words without marks, or signs."""
    bare = re.sub(r"[^\w\s]", " ", text.casefold())
    return list("".join(bare.split())) if lang in {"zh", "ja"} else bare.split()


def word_errors(text: str, heard: str, lang: str) -> float:
    """Words left out, put in or taken for others, by the words said (the usual word error rate)."""
    right, other = words_of(text, lang), words_of(heard, lang)
    row = list(range(len(other) + 1))
    for at, word in enumerate(right, 1):
        before, row[0] = row[0], at
        for place, found in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != found))
    return row[-1] / max(1, len(right))


def sound_of(sound: np.ndarray) -> bytes:
    """The same as an MP4 that can be heard from its beginning on."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as container:
        _speak(container, container.add_stream("aac", rate=RATE, layout="mono"), sound)
    return out.getvalue()


def _speak(container: Any, heard: Any, sound: np.ndarray) -> None:  # noqa: ANN401 - a file being written and its sound
    for at in range(0, len(sound), 1024):
        piece = np.ascontiguousarray(sound[None, at : at + 1024])
        one = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        one.rate, one.pts, one.time_base = RATE, at, Fraction(1, RATE)
        container.mux(heard.encode(one))
    container.mux(heard.encode(None))


def talking(sound: np.ndarray, width: int = 160, height: int = 120) -> bytes:
    """A film in which that is said while a square changes its colour."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        shown = container.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        shown.width, shown.height, shown.pix_fmt = width, height, "yuv420p"
        shown.codec_context.time_base = Fraction(1, 5)
        heard = container.add_stream("aac", rate=RATE, layout="mono")
        for at in range(len(sound) * 5 // RATE):
            picture = np.full((height, width, 3), at * 7 % 256, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = at, Fraction(1, 5)
            container.mux(shown.encode(frame))
        container.mux(shown.encode(None))
        _speak(container, heard, sound)
    return out.getvalue()
