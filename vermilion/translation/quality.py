"""Published quality: which pairs of languages are translated only on tap, with a warning.

The measured figures of the embedded model stand in quality.toml. What an operator routes to a make of their own counts
as good, unless its entry in the table says a `chrf` below the threshold.
"""

import functools
import tomllib
from pathlib import Path
from typing import NamedTuple

from vermilion.engines.translate import base_of
from vermilion.translation.table import DEFAULT, Table


class Published(NamedTuple):
    """chrF of the embedded model by pair ("zh>en"), and the least that is good enough by target language."""

    pair: dict[str, float]
    threshold: dict[str, float]

    def least(self, target: str) -> float:
        """The threshold of a target language."""
        return self.threshold.get(base_of(target), self.threshold["default"])


@functools.cache
def published() -> Published:
    """Our own figures."""
    return Published(**tomllib.loads(Path(__file__).with_name("quality.toml").read_text(encoding="utf-8")))


def on_tap_only(source: str, target: str, table: Table = DEFAULT) -> bool:
    """Whether a pair is doubtful by the first make of the table that serves it."""
    figures = published()
    for entry in table.make:
        if entry.serves(source, target):
            own = figures.pair.get(f"{base_of(source)}>{base_of(target)}", 0.0)
            chrf = own if entry.kind == "embedded" and entry.chrf is None else entry.chrf
            return chrf is not None and chrf < figures.least(target)
    return True
