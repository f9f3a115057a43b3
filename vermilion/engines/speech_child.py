"""The child that listens to one film: it loads the model, gives up its rights, and says line by line what it hears."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.ma  # numpy loads it at first use, when nothing can be loaded any more
from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps

from vermilion.engines import images_confine
from vermilion.engines.speech_wire import (
    CPU_SECONDS_A_SECOND,
    MAX_MEMORY,
    MOST_WORDS,
    RATE,
    START_CPU_SECONDS,
    Order,
    RawLine,
    RawWord,
    Said,
    decode_order,
    encode,
)
from vermilion.engines.translate import stand_back

Sound = np.ndarray[Any, np.dtype[np.float32]]

NICENESS = 10
WINDOW_S, GAP_S = 28, 2.0
"""The model hears half a minute at a time; a longer silence than GAP_S ends what it is given at once."""
VOICES = VadOptions(
    threshold=0.5,
    min_speech_duration_ms=200,
    max_speech_duration_s=WINDOW_S,
    min_silence_duration_ms=400,
    speech_pad_ms=250,
)
TRIES = (0.0, 0.2, 0.6)
"""Temperatures, of which a further one is tried where the text repeats itself or is unlikely."""
LIKELIER = 4.0
"""How much more likely a language is that the author writes in."""
LANGUAGE_WINDOWS = 4
SURE = 0.5
"""Less sure, it is taken for the one its author writes in most."""
OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,wav",
    "protocol_whitelist": "none",
    "enable_drefs": "0",
}
"""Only what we make ourselves is listened to, and nothing that a file refers to is opened."""


class _UnreadableError(Exception):
    """What came is no sound."""


def decode(file: BinaryIO, seconds: int) -> Sound:
    """The first sound track as one channel, at most so long. Raises _UnreadableError."""
    pieces: list[Sound] = []
    left = seconds * RATE
    try:
        with av.open(file, mode="r", options=OPTIONS) as container:
            if not container.streams.audio:
                raise _UnreadableError
            track = container.streams.audio[0]
            track.codec_context.thread_type = "NONE"
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in container.decode(track):
                for made in resampler.resample(frame):
                    samples = made.to_ndarray().reshape(-1)[:left].astype(np.float32)
                    pieces.append(samples)
                    left -= len(samples)
                if left <= 0:
                    break
    except (av.FFmpegError, ValueError, EOFError) as error:
        if not pieces:
            raise _UnreadableError from error
    return np.clip(np.nan_to_num(np.concatenate(pieces)), -1, 1) if pieces else np.zeros(0, np.float32)


def windows(voices: list[dict[str, int]]) -> list[tuple[int, int]]:
    """Stretches in which somebody speaks, in samples, put together as far as the model hears them at once."""
    found: list[tuple[int, int]] = []
    for voice in voices:
        start, end = voice["start"], voice["end"]
        if found and start - found[-1][1] <= GAP_S * RATE and end - found[-1][0] <= WINDOW_S * RATE:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


class Ears:
    """The model."""

    def __init__(self, order: Order) -> None:
        files = {name: Path(path).read_bytes() for name, path in order.weights.items()}
        self._order = order
        self._model = WhisperModel(
            "whisper", device="cpu", compute_type="int8", cpu_threads=order.threads, files=files
        )

    def rehearse(self) -> None:
        """Do all of it once with a hum, so that nothing has to be loaded later on."""
        made = io.BytesIO()
        with av.open(made, "w", format="mp4") as container:
            track = container.add_stream("aac", rate=RATE, layout="mono")
            hum = np.sin(np.arange(RATE, dtype=np.float32) / 20)[None, :]
            for at in range(0, RATE, 1024):
                frame = av.AudioFrame.from_ndarray(
                    hum[:, at : at + 1024].copy(), format="fltp", layout="mono"
                )
                frame.sample_rate, frame.pts = RATE, at
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
        made.seek(0)
        sound = decode(made, 1)
        get_speech_timestamps(sound, VOICES)
        self._language(sound, [(0, len(sound))])
        list(self._lines(sound, 0.0, "en"))

    def listen(self, sound: Sound) -> Iterator[Said]:
        """One Said for each stretch with voices, and one at the end."""
        total = round(len(sound) / RATE * 1000)
        stretches = windows(get_speech_timestamps(sound, VOICES))
        lang, sure = self._language(sound, stretches)
        for start, end in stretches:
            if round(end / RATE * 1000) <= self._order.since_ms:
                continue
            lines = tuple(self._lines(sound[start:end], start / RATE, lang))
            yield Said(
                lang=lang,
                lang_confidence=sure,
                until_ms=round(end / RATE * 1000),
                total_ms=total,
                lines=lines,
            )
        yield Said(lang=lang, lang_confidence=sure, until_ms=total, total_ms=total, is_end=True)

    def _language(self, sound: Sound, stretches: list[tuple[int, int]]) -> tuple[str, float]:
        """The most likely of the languages asked for, and how likely it is among them."""
        if self._order.lang or not stretches:
            return self._order.lang, 1.0 if self._order.lang else 0.0
        longest = sorted(stretches, key=lambda each: each[0] - each[1])[:LANGUAGE_WINDOWS]
        chances = dict.fromkeys(self._order.langs, 0.0)
        for start, end in longest:
            _, _, found = self._model.detect_language(sound[start:end])
            for name, chance in found:
                if name in chances:
                    weight = LIKELIER if name in self._order.likely else 1.0
                    chances[name] += float(chance) * weight * (end - start)
        best = max(chances, key=lambda name: chances[name])
        sure = min(1.0, chances[best] / (sum(chances.values()) or 1.0))
        if sure < SURE and self._order.likely:
            best = self._order.likely[0]
        return best, sure

    def _lines(self, sound: Sound, offset: float, lang: str) -> Iterator[RawLine]:
        segments, _ = self._model.transcribe(
            sound,
            language=lang,
            beam_size=5,
            temperature=list(TRIES),
            condition_on_previous_text=False,
            word_timestamps=True,
            hallucination_silence_threshold=GAP_S,
        )
        for segment in segments:
            words = [
                RawWord(
                    text=word.word[:200],
                    start_ms=max(0, round((offset + word.start) * 1000)),
                    end_ms=max(0, round((offset + word.end) * 1000)),
                    confidence=min(1.0, max(0.0, float(word.probability))),
                )
                for word in segment.words or ()
            ]
            yield RawLine(
                words=tuple(words[:MOST_WORDS]),
                log_probability=float(segment.avg_logprob),
                silence=min(1.0, max(0.0, float(segment.no_speech_prob))),
                repetition=float(segment.compression_ratio),
            )


def main() -> None:
    """Read the order and the sound from stdin, write one Said a line to stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order = decode_order(sys.stdin.buffer.readline())
    told = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not look like our answer
    stand_back(NICENESS)
    images_confine.die_with_parent(order.parent)
    if order.is_confined:
        images_confine.leave_network()
    try:
        ears = Ears(order)
        ears.rehearse()
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
        _tell(told, Said(fault=f"unready {type(error).__name__}"[:60]))
        return
    if order.is_confined:
        # The threads of the model, which only reckon, began before; the one that reads the sound is confined whole.
        images_confine.confine(
            memory=MAX_MEMORY,
            cpu_seconds=START_CPU_SECONDS + CPU_SECONDS_A_SECOND * order.seconds,
            parent=order.parent,
        )
    try:
        sound = decode(sys.stdin.buffer, order.seconds)
    except _UnreadableError:
        _tell(told, Said(fault="unreadable"))
        return
    for said in ears.listen(sound):
        _tell(told, said)


def _tell(told: int, said: Said) -> None:
    line = encode(said) + b"\n"
    while line:
        line = line[os.write(told, line) :]


if __name__ == "__main__":
    main()
