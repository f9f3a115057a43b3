"""What a model heard is doubted: noise, stammering and what nobody could say in the time give no captions."""

import io
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import av
import numpy as np
import pytest

from vermilion.engines.models import find, listener, whole_set
from vermilion.engines.speech import Speech
from vermilion.engines.speech_child import decode, windows
from vermilion.engines.speech_lines import Belief, cues
from vermilion.engines.speech_wire import RATE, RawLine, RawWord
from vermilion.kernel.errors import Unavailable


def line(
    text: str,
    *,
    confidence: float = 0.9,
    each_ms: int = 300,
    start_ms: int = 0,
    log_probability: float = -0.3,
    silence: float = 0.1,
    repetition: float = 1.3,
) -> RawLine:
    words = [
        RawWord(
            text=f" {word}",
            start_ms=start_ms + at * each_ms,
            end_ms=start_ms + (at + 1) * each_ms,
            confidence=confidence,
        )
        for at, word in enumerate(text.split())
    ]
    return RawLine(
        words=tuple(words), log_probability=log_probability, silence=silence, repetition=repetition
    )


SAID = "First we walk to the river and then we eat"


@pytest.mark.parametrize(
    "doubtful",
    [
        line(SAID, log_probability=-1.2),
        line(SAID, silence=0.8, log_probability=-0.7),
        line(SAID, repetition=3.0),
        line(SAID, confidence=0.2),
        line(SAID, each_ms=40),
        line("oh no no no no no no no", confidence=0.99),
        line("come on come on come on come on come on come on", confidence=0.99),
        line("Thank you for watching!", confidence=0.6),
        line("♪ la la ♪"),
        line("[Music]"),
        line("..."),
    ],
)
def test_what_was_probably_not_said_is_left_out(doubtful: RawLine) -> None:
    assert list(Belief().of([line(SAID)]))
    assert not list(Belief().of([doubtful]))


def test_numbers_are_counted_aloud() -> None:
    counted = line("1, 2, 3, 4, 5, 6, 7")
    assert [cue.text for cue in cues(Belief().of([counted]))] == ["1, 2, 3, 4, 5, 6, 7"]
    assert not list(Belief().of([line("1, 2, 3, 4, 5, 6, 7", confidence=0.6)]))


def test_the_same_line_again_and_again_is_believed_twice() -> None:
    belief = Belief()
    believed = [list(belief.of([line(SAID, start_ms=at * 5000)])) for at in range(5)]
    assert [len(each) for each in believed] == [1, 1, 0, 0, 0]
    assert list(belief.of([line("Something else at last")]))


def test_nobody_says_as_many_chinese_signs_as_letters() -> None:
    signs = RawWord(text="我们先走到河边然后吃米饭", start_ms=0, end_ms=900, confidence=0.9)
    fast = RawLine(words=(signs,), log_probability=-0.3, silence=0.1, repetition=1.2)
    assert not list(Belief().of([fast]))


def test_lines_are_cut_where_somebody_pauses_and_before_they_are_too_long() -> None:
    long = line(" ".join(["word"] * 60), each_ms=250)
    found = cues([long])
    assert all(len(cue.text) <= 84 and cue.end_ms - cue.start_ms <= 6000 for cue in found)
    assert all(one.end_ms <= two.start_ms for one, two in itertools.pairwise(found))
    paused = cues([line("Good morning everybody"), line("This is my school", start_ms=4000)])
    assert [(cue.start_ms, cue.text) for cue in paused] == [
        (0, "Good morning everybody"),
        (4000, "This is my school"),
    ]


def test_stretches_with_voices_are_put_together_as_far_as_the_model_hears() -> None:
    second = RATE
    near = [{"start": 0, "end": 3 * second}, {"start": 4 * second, "end": 9 * second}]
    far = [{"start": 20 * second, "end": 22 * second}]
    assert windows(near + far) == [(0, 9 * second), (20 * second, 22 * second)]


def test_a_sound_is_decoded_no_further_than_asked() -> None:
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as container:
        track = container.add_stream("aac", rate=RATE, layout="mono")
        hum = np.sin(np.arange(3 * RATE, dtype=np.float32) / 20)[None, :]
        for at in range(0, 3 * RATE, 1024):
            frame = av.AudioFrame.from_ndarray(hum[:, at : at + 1024].copy(), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    assert abs(len(decode(io.BytesIO(made.getvalue()), 10)) - 3 * RATE) < 3000
    assert len(decode(io.BytesIO(made.getvalue()), 1)) == RATE


async def test_without_weights_nobody_listens(tmp_path: Path) -> None:
    async def sound() -> AsyncIterator[bytes]:
        yield b""

    speech = Speech(tmp_path)
    assert not speech.is_ready()
    with pytest.raises(Unavailable):
        async for _ in speech.hear(sound()):
            pass
    assert speech.child_pid is None


def test_the_listener_comes_with_all_it_needs() -> None:
    assert {one.called for one in whole_set(listener())} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.json",
    }
    assert whole_set(find("qwen2.5-coder-1.5b")) == (find("qwen2.5-coder-1.5b"),)
