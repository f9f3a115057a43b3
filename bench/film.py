"""A one-minute film in 1080p to streams of three sizes, against bare PyAV making the same three; and when it first plays."""

import argparse
import asyncio
import io
import json
import os
import resource
import time
from collections.abc import AsyncIterator
from fractions import Fraction

import av
from av.filter import Graph

from bench.hostile_films import Held
from tests.voices import CLEAR, FOLDER, RATE, said, sound_of, word_errors
from vermilion.engines.film import FilmWorks
from vermilion.engines.film_wire import SizeOrder
from vermilion.engines.speech import Speech
from vermilion.media.film_table import read_table

POLL_S = 1.0
"""How long a film waits at the most until a worker looks for it."""


def minute(seconds: int) -> bytes:
    """A film of FFmpeg's moving test picture with a tone, as a telephone would send it: 1080p, 30 frames a second."""
    out, graph = io.BytesIO(), Graph()
    source = graph.add("testsrc2", f"size=1920x1080:rate=30:duration={seconds}")
    last = source
    for name, value in (("noise", "alls=6:allf=t"), ("format", "yuv420p")):
        step = graph.add(name, value)
        last.link_to(step)
        last = step
    last.link_to(graph.add("buffersink"))
    graph.configure()
    sound = Graph()
    tone = sound.add("sine", f"frequency=330:sample_rate=48000:duration={seconds}")
    wide = sound.add("aformat", "sample_fmts=fltp:channel_layouts=stereo")
    tone.link_to(wide)
    wide.link_to(sound.add("abuffersink"))
    sound.configure()
    with av.open(out, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "23"})
        video.width, video.height, video.pix_fmt = 1920, 1080, "yuv420p"
        audio = container.add_stream("aac", rate=48_000, layout="stereo")
        for made, stream in ((graph, video), (sound, audio)):
            while True:
                try:
                    frame = made.pull()
                except (av.error.EOFError, av.error.BlockingIOError):
                    break
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return out.getvalue()


def bare(data: bytes, sizes: list[SizeOrder], threads: int) -> float:
    """CPU seconds of what anybody would write with PyAV alone: decoded once, three encoders, no confinement or checks."""
    before = time.process_time()
    outputs = []
    with av.open(io.BytesIO(data)) as container:
        for size in sizes:
            file = av.open(io.BytesIO(), "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"})
            gop = str(30 * size.segment)
            options = {
                "preset": size.preset, "crf": str(size.crf), "g": gop, "keyint_min": gop, "sc_threshold": "0",
                "maxrate": str(size.video), "bufsize": str(size.video * 2), "profile": "high",
            }  # fmt: skip
            video = file.add_stream("libx264", rate=30, options=options)
            video.height = size.side
            video.width, video.pix_fmt = round(size.side * 16 / 9 / 2) * 2, "yuv420p"
            video.codec_context.thread_count = threads
            video.codec_context.time_base = Fraction(1, 30)
            audio = file.add_stream("aac", rate=48_000, layout="stereo")
            audio.bit_rate = size.audio
            outputs.append((file, video, audio))
        container.streams.video[0].codec_context.thread_count = threads
        container.streams.video[0].codec_context.thread_type = "AUTO"
        shown = 0
        for frame in container.decode(video=0, audio=0):
            if isinstance(frame, av.VideoFrame):
                for file, video, _ in outputs:
                    small = frame.reformat(width=video.width, height=video.height, interpolation="BICUBIC")
                    small.pts, small.time_base = shown, Fraction(1, 30)
                    small.pict_type = av.video.frame.PictureType.NONE
                    file.mux(video.encode(small))
                shown += 1
            else:
                for file, _, audio in outputs:
                    file.mux(audio.encode(frame))
        for file, video, audio in outputs:
            file.mux([*video.encode(None), *audio.encode(None)])
            file.close()
    return time.process_time() - before


async def _nothing(_: object) -> None:
    return None


async def ours(data: bytes, sizes: list[SizeOrder], seconds: int, threads: int) -> dict[str, float]:
    """CPU seconds of the confined children and of this process; seconds until the first size is there."""
    works, source = FilmWorks(), Held(data)
    before, began, first, gain, smallest = time.process_time(), time.monotonic(), 0.0, None, bytearray()
    await works.probe(source)
    for size in sizes:
        out = bytearray()

        async def sink(piece: bytes, out: bytearray = out) -> None:
            out.extend(piece)

        made = await works.make(
            source, size, duration_ms=seconds * 1000, threads=threads, gain_db=gain, sink=sink, tell=_nothing
        )
        gain = made.gain_db
        if not first:
            first, smallest = time.monotonic() - began, out
    encoded = works.spent.cpu_s + time.process_time() - before
    await works.extras(Held(bytes(smallest)), _nothing)
    return {
        "cpu_s": encoded,
        "first_s": first,
        "wall_s": time.monotonic() - began,
        "peak_mb": works.spent.peak_mb,
        "extras_cpu_s": works.spent.cpu_s + time.process_time() - before - encoded,
    }


async def listening(langs: list[str]) -> dict[str, float]:
    """CPU seconds of hearing a second of speech, starting included, and by language the share of words heard wrong."""
    speech, seconds, found = Speech(FOLDER), 0.0, {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for lang in langs:
        text, sound = said(lang)
        seconds += len(sound) / RATE

        async def file(data: bytes = sound_of(sound)) -> AsyncIterator[bytes]:
            yield data

        heard = [cue.text async for one in speech.hear(file()) for cue in one.cues]
        found[f"wer_{lang}"] = round(word_errors(text, " ".join(heard), lang), 2)
        print(f"{lang}: {text!r} was heard as {' '.join(heard)!r}")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime
    return {"caption_cpu_s_a_second": round(cpu / seconds, 2), **found}


def main(args: argparse.Namespace) -> None:
    """Print what each took and, as the last line, the figures as JSON."""
    seconds, threads = 10 if args.quick else 60, os.cpu_count() or 1
    sizes = [size.order() for size in read_table().size]
    data = minute(seconds)
    print(f"a film of {seconds} s, {len(data) / 1e6:.1f} MB, {threads} threads")
    mine = asyncio.run(ours(data, sizes, seconds, threads))
    theirs = bare(data, sizes, threads)
    for name, value in {**mine, "bare_cpu_s": theirs}.items():
        print(f"{name:14} {value:8.2f}")
    figures = {
        "encode_ratio": round(theirs / mine["cpu_s"], 3),
        "first_play_s": round(mine["first_s"] + POLL_S, 2),
        "first_play_share": round((mine["first_s"] + POLL_S) / seconds, 3),
        "cpu_s_a_second": round(mine["cpu_s"] / seconds, 2),
        "worker_mb": round(mine["peak_mb"], 1),
        "extras_cpu_s": round(mine["extras_cpu_s"], 2),
    }
    if FOLDER.is_dir():  # `make install-dev` fetches what is listened to
        figures |= asyncio.run(listening(list(CLEAR)[:1] if args.quick else list(CLEAR)))
    report = {"bench": "film", "figures": figures, "limits": {"bare_cpu_s": round(theirs, 2)}, "ratios": {}}
    print(json.dumps(report | ({"quick": True} if args.quick else {})))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", default="")
    main(parser.parse_args())
