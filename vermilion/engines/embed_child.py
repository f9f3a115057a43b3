"""The warm child that makes vectors: Google's universal sentence encoder, multilingual, version 3, in numpy.

The network (Yang et al. 2020, arXiv:1907.04307): the vectors of a text's pieces, beside them three convolutions over
2, 3 and 5 neighbouring pieces, summed up and taken through three layers. Its weights are 8-bit where they are many.
"""

import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import sentencepiece

from vermilion.engines.warm_child import Work, serve

MOST_PIECES = 512
"""Of a text; what comes after them does not count."""
WIDTHS = ((2, 0), (3, 1), (5, 2))
"""How many neighbouring pieces a convolution sees, and how many of them stand before."""
TABLES = 17
"""The pieces' vectors are dealt out over so many tables."""
MAX_ORDER, MAX_MEMORY, MAX_CPU_SECONDS = 1 << 20, 1 << 30, 60

Array = np.ndarray[Any, np.dtype[Any]]


class Mind:
    """The encoder with its weights."""

    def __init__(self, weights: Path, pieces: Path) -> None:
        self._paths = weights, pieces

    def preload(self) -> None:
        """Load everything, and try it once."""
        weights, pieces = self._paths
        self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
        with np.load(weights, allow_pickle=False) as found:
            self._tables = [found[f"q{number + 1}"] for number in range(TABLES)]
            self._of = {name: found[name] for name in found.files if not name.startswith("q")}
        self.vector("vermilion")

    def vector(self, text: str) -> list[float]:
        """What a text means, as 512 numbers of length one."""
        ids = np.array(self._pieces.encode(text, add_bos=True, add_eos=True)[:MOST_PIECES])
        of = self._of
        table, row = ids % TABLES, ids // TABLES
        own = np.stack([self._tables[at][line] for at, line in zip(table, row, strict=True)])
        own = own * of["scale"][table, None] + of["lo"][table, None]
        seen = [self._convolved(own, width, before) for width, before in WIDTHS]
        every = self._even(np.concatenate([own, *seen], axis=1), of["ln_g"], of["ln_b"])
        mean = (every.sum(axis=0) @ of["cnn_W"] + len(ids) * of["cnn_b"]) / np.sqrt(len(ids))
        first = _positive(mean @ of["d0"])
        second = _positive(mean @ of["p1"] + first @ of["d1"])
        third = _positive(second @ of["d2"])
        last = np.tanh(second @ of["p3"] + third @ of["d3"])
        return [float(value) for value in last / np.linalg.norm(last)]

    def _convolved(self, own: Array, width: int, before: int) -> Array:
        of = self._of
        x = own @ of[f"proj{width}"] + of[f"proj_b{width}"]
        x = self._even(x, of[f"ln_g{width}"], of[f"ln_b{width}"])
        for layer in (1, 2):
            edged = np.pad(x, ((before, width - 1 - before), (0, 0)))
            near = np.concatenate([edged[at : at + len(x)] for at in range(width)], axis=1)
            x += _positive(near @ of[f"w{layer}_{width}"] + of[f"b{layer}_{width}"])
        return np.asarray(x)

    def _even(self, x: Array, gain: Array, shift: Array) -> Array:
        """Layer normalisation."""
        x = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(x).mean(axis=1, keepdims=True) + self._of["eps"])
        return np.asarray(x / spread * gain + shift, dtype=np.float32)

    def answer(self, order: bytes) -> bytes:
        """The vectors of a list of texts."""
        texts = msgspec.msgpack.decode(order, type=list[str])
        return msgspec.msgpack.encode([self.vector(text) for text in texts])


def _positive(x: Array) -> Array:
    return np.maximum(x, 0)


def main(arguments: list[str]) -> None:
    """Serve until the parent hangs up; after the line and the parent come the weights, the pieces, the niceness."""
    *line, weights, pieces, niceness = arguments
    os.nice(int(niceness))
    mind = Mind(Path(weights), Path(pieces))
    work = Work(
        preload=mind.preload,
        answer=mind.answer,
        memory=MAX_MEMORY,
        cpu_seconds=MAX_CPU_SECONDS,
        max_order=MAX_ORDER,
    )
    serve(line, work)


if __name__ == "__main__":
    main(sys.argv[1:])
