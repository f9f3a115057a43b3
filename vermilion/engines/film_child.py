"""One confined process for one piece of a film: it has a line to its parent and nothing else."""

import io
import os
import resource
import struct
import sys

import av
import numpy as np
from PIL import Image

from vermilion.engines import film_encode, film_extras, film_read, images_confine
from vermilion.engines.film_wire import (
    MAX_READ,
    Made,
    Order,
    Piece,
    Refused,
    Share,
    SizeOrder,
    Still,
    Want,
    decode_order,
    encode,
)

LENGTH = struct.Struct(">I")
PIECE = 1024 * 1024
NICE = 10


class Line:
    """The line to the parent: messages out, bytes of the source in."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._out = bytearray()

    def hear(self) -> bytes:
        """One message. Raises EOFError once the parent has hung up."""
        (length,) = LENGTH.unpack(self._read(LENGTH.size))
        return self._read(length)

    def fetch(self, at: int, count: int) -> bytes:
        """Bytes of the source."""
        whole = bytearray()
        while len(whole) < count:
            self._say(Want(at=at + len(whole), count=min(MAX_READ, count - len(whole))))
            piece = self.hear()
            if not piece:
                break
            whole += piece
        return bytes(whole)

    def send(self, data: bytes) -> None:
        """Bytes of what is made; held back until there are some."""
        self._out += data
        if len(self._out) >= PIECE:
            self.flush()

    def flush(self) -> None:
        while self._out:
            self._say(Piece(data=bytes(self._out[:PIECE])))
            del self._out[:PIECE]

    def tell(self, done: int) -> None:
        self._say(Share(done=done))

    def answer(self, made: Made) -> None:
        self.flush()
        self._say(made)

    def _say(self, message: object) -> None:
        data = encode(message)
        data = LENGTH.pack(len(data)) + data
        while data:
            data = data[os.write(self._number, data) :]

    def _read(self, count: int) -> bytes:
        whole = bytearray()
        while len(whole) < count:
            piece = os.read(self._number, count - len(whole))
            if not piece:
                raise EOFError
            whole += piece
        return bytes(whole)


def preload() -> None:
    """Use everything once on a film of a few frames, so that nothing is opened after confinement."""
    av.logging.set_level(None)
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        sound = container.add_stream("aac", rate=48_000, layout="stereo")
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for shade in range(4):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        silence.rate = 48_000
        container.mux(sound.encode(silence))
        container.mux([*stream.encode(None), *sound.encode(None)])
    Image.init()
    data = made.getvalue()
    size = SizeOrder(
        name="x", codec="h264", side=64, video=100_000, audio=32_000, crf=30, preset="ultrafast", rate=5, segment=1
    )  # fmt: skip
    order = Order(op="size", length=len(data), max_ms=10_000, memory=0, cpu_seconds=0, size=size)
    out = bytearray()

    def source() -> film_read.Source:
        return film_read.Source(len(data), lambda at, count: data[at : at + count])

    film_read.probe(source(), 10_000, film_extras.jpeg)
    film_encode.make(order, source(), out.extend, lambda _: None)
    film_extras.make(order, source(), lambda _: None)


def work(order: Order, line: Line) -> Made:
    """Do what is asked, or say why not."""
    try:
        return _made(order, line, film_read.Source(order.length, line.fetch))
    except film_read.Refusal as refusal:
        return Refused(code=refusal.code)
    except MemoryError:
        return Refused(code="film_too_heavy")
    except (EOFError, BrokenPipeError):
        raise
    except Exception:  # noqa: BLE001 - decoders raise anything at all over broken bytes, and all of it means this
        return Refused(code="film_not_readable")


def _made(order: Order, line: Line, source: film_read.Source) -> Made:
    if order.op == "probe":
        return film_read.probe(source, order.max_ms, film_extras.jpeg)
    if order.op == "size":
        return film_encode.make(order, source, line.send, line.tell)
    if order.op == "extras":
        return film_extras.make(order, source, line.tell)
    return Still(data=film_extras.still(order, source))


def main(arguments: list[str]) -> None:
    """Run as `python -m MODULE LINE PARENT`; LINE is the descriptor of the line."""
    number, parent = map(int, arguments)
    line = Line(number)
    os.nice(NICE)
    images_confine.die_with_parent(parent)
    order = decode_order(line.hear())
    preload()
    if order.confined:
        images_confine.leave_network()
        spent = resource.getrusage(resource.RUSAGE_SELF)
        used = int(spent.ru_utime + spent.ru_stime)
        images_confine.confine(memory=order.memory, cpu_seconds=order.cpu_seconds + used, parent=parent)
    line.answer(work(order, line))


if __name__ == "__main__":
    main(sys.argv[1:])
