"""The makes of a table, set up, started and closed together."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from vermilion.engines.translate import EngineError, Make
from vermilion.engines.translate_chat import Chat
from vermilion.engines.translate_ctranslate2 import Folder
from vermilion.engines.translate_libre import Libre
from vermilion.engines.translate_llama import Llama
from vermilion.translation.table import BadTableError, Entry, Table


class Routes:
    """The makes of a table, best first, which are started and closed together."""

    def __init__(self, routed: Sequence[tuple[Entry, Make]]) -> None:
        self._routed = tuple(routed)
        self._ready: frozenset[int] = frozenset()

    @property
    def makes(self) -> tuple[Make, ...]:
        """Every make, best first."""
        return tuple(make for _, make in self._routed)

    @property
    def outside(self) -> tuple[str, ...]:
        """The hosts that words go to, outside of this machine."""
        return tuple(dict.fromkeys(make.outside for make in self.makes if make.outside))

    @property
    def slots(self) -> int:
        """How many asks may be under way at once over all makes."""
        return sum(make.slots for make in self.makes)

    def makes_for(self, source: str, target: str) -> list[Make]:
        """The makes that serve a pair, best first, as far as they are ready."""
        return [
            make
            for number, (entry, make) in enumerate(self._routed)
            if number in self._ready and entry.serves(source, target) and make.serves(source, target)
        ]

    async def start(self) -> None:
        """Start every make. One that fails is left out and logged; raises EngineError when none is ready."""
        results = await asyncio.gather(*(make.start() for make in self.makes), return_exceptions=True)
        errors = [result for result in results if isinstance(result, BaseException)]
        for make, result in zip(self.makes, results, strict=True):
            if isinstance(result, EngineError):
                structlog.get_logger().warning("translation_make_left_out", make=make.name, why=str(result))
            elif isinstance(result, BaseException):
                raise result
        if len(errors) == len(results):
            raise errors[0] if errors else EngineError("unready", "no make at all")
        self._ready = frozenset(
            number for number, result in enumerate(results) if not isinstance(result, BaseException)
        )

    async def close(self) -> None:
        """Close every make."""
        await asyncio.gather(*(make.close() for make in self.makes))


def build(table: Table, model: Path | None, env: Mapping[str, str] | None = None) -> Routes:
    """The makes of a table, not started yet. `model`: the file of the embedded one, which is left out without it.

    Keys are read from `env`, the process's own when None. Raises BadTableError where a key's variable is not set.
    """
    env = os.environ if env is None else env
    made = [(entry, _make(entry, model, env)) for entry in table.make]
    return Routes([(entry, make) for entry, make in made if make is not None])


def _make(entry: Entry, model: Path | None, env: Mapping[str, str]) -> Make | None:
    key = env.get(entry.key_env, "") if entry.key_env else ""
    if entry.key_env and not key:
        raise BadTableError(f"{entry.key_env} is not set, but the make {entry.kind} takes its key from it")
    match entry.kind:
        case "chat":
            return Chat(url=entry.url, key=key, model=entry.model, slots=entry.slots)
        case "libre":
            return Libre(url=entry.url, key=key, slots=entry.slots)
        case "ctranslate2":
            return Folder(Path(entry.folder))
        case "embedded":
            return Llama(model) if model is not None else None
