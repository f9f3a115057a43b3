"""`vermilion models`: what there is, fetching it, and whether it is whole."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from vermilion.engines.models import (
    Model,
    ModelError,
    default_translator,
    find,
    models,
    path_of,
    state,
    told,
    verify,
)
from vermilion.engines.models_pull import pull

Say = Callable[[str], None]

SAID = {
    "named": "for you to get and to configure",
    "absent": "not here",
    "partial": "partly here; `vermilion models pull` goes on",
    "unchecked": "here, not checked yet",
    "whole": "here and whole",
    "wrong": "cut short or altered; `vermilion models pull` gets it anew",
}
WIDTH = 30


def tend(
    folder: Path | None, action: str, name: str | None, origin: Path | None, say: Say, out: TextIO
) -> int:
    """Run one action; gives the exit code. `name` None: the default translator, or for `verify` whatever is here."""
    if folder is None:
        if action != "list":
            raise ModelError("VERMILION_MODELS is none: there is no folder for weights.")
        folder = Path("/nonexistent")
    if action == "list":
        for model in models():
            _tell(model, folder, say)
        return 0
    if action == "verify":
        return _verify(folder, [find(name)] if name else _here(folder), say, out)
    model = find(name) if name else default_translator()
    _pull(model, folder, origin, say, out)
    for other in map(find, model.needs):
        _pull(other, folder, None, say, out)
    return 0


def _pull(model: Model, folder: Path, origin: Path | None, say: Say, out: TextIO) -> None:
    say(f"{model.name}: {told(model.bytes)}, {model.licence}, into {folder}")
    bar = Bar(out)
    try:
        path = pull(model, folder, bar.show, origin=origin)
    finally:
        bar.end()
    say(f"{path} is whole")


def _tell(model: Model, folder: Path, say: Say) -> None:
    size = told(model.bytes) if model.bytes else "-"
    say(f"{model.name:<20} {model.use:<12} {size:>9}  {model.licence}; {SAID[state(model, folder)]}")
    say(f"{'':<20} {model.about}")


def _here(folder: Path) -> list[Model]:
    return [model for model in models() if state(model, folder) in {"unchecked", "whole", "wrong"}]


def _verify(folder: Path, wanted: list[Model], say: Say, out: TextIO) -> int:
    if not wanted:
        say(f"no weights are in {folder}")
    ill = 0
    for model in wanted:
        if state(model, folder) in {"named", "absent", "partial"}:
            say(f"{model.name}: {SAID[state(model, folder)]}")
            ill += 1
            continue
        bar = Bar(out)
        well = verify(model, folder, bar.show)
        bar.end()
        ill += not well
        why = (
            "whole"
            if well
            else "was cut short or altered; it was deleted. `vermilion models pull` gets it anew"
        )
        say(f"{path_of(model, folder)}: {why}")
    return 1 if ill else 0


class Bar:
    """A line that grows on a terminal; elsewhere a line every tenth."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._is_terminal = out.isatty()
        self._began: tuple[float, int] | None = None
        self._shown = -1.0
        self._tenth = 0
        self._drawn = False

    def show(self, done: int, total: int) -> None:
        """Tell how far it is."""
        moment = self._clock()
        if self._began is None or done < self._began[1]:
            self._began = (moment, done)
        share = done / total if total else 1.0
        if self._is_terminal and (moment - self._shown > 0.1 or done == total):
            self._shown, self._drawn = moment, True
            full = int(WIDTH * share)
            rate = (done - self._began[1]) / max(moment - self._began[0], 0.001)
            self._out.write(
                f"\r  [{'=' * full}{' ' * (WIDTH - full)}] {share:4.0%}  {told(done)} of {told(total)}, "
                f"{told(int(rate))}/s\x1b[K"
            )
            self._out.flush()
        elif not self._is_terminal and int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            self._out.write(f"  {share:.0%} of {told(total)}\n")
            self._out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._drawn:
            self._out.write("\n")
            self._out.flush()
