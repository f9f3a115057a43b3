"""The worker process: the loop of `work.runner` with vermilion's own causes and effects."""

import asyncio
import contextlib
import signal
from pathlib import Path

import structlog

from vermilion.engines.embed import build, parts
from vermilion.engines.models import ModelError
from vermilion.engines.models_pull import pull
from vermilion.settings import Settings
from vermilion.translation.table import Table, read
from vermilion.wiring import PERIODIC, WIRING
from vermilion.work.runner import run

NICENESS = 10
"""Of what embeds notes: pages go first."""
PAUSE_S = 300.0

log = structlog.get_logger(__name__)


class _Stopped(Exception):
    """The process was told to stop while it pulled."""


async def work(settings: Settings) -> None:
    """Do jobs until SIGTERM or SIGINT; what is under way is finished first. Raises BadTableError."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    table = read(settings.translators)
    equipping = asyncio.create_task(_equip(settings, table, stop))
    try:
        await run(settings, WIRING, PERIODIC, stop, build(table.embeddings, settings.models, NICENESS))
    finally:
        stop.set()
        await equipping


async def _equip(settings: Settings, table: Table, stop: asyncio.Event) -> None:
    """Pull the model that search finds by meaning with, should it be needed; again and again until it is there."""
    if settings.models is None or table.embeddings is not None:
        return
    while not stop.is_set():
        try:
            await asyncio.to_thread(_pull, settings.models, stop)
        except _Stopped:
            return
        except ModelError as error:
            log.warning("search_model_missing", why=str(error))
        else:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE_S)


def _pull(folder: Path, stop: asyncio.Event) -> None:
    def tell(_done: int, _total: int) -> None:
        if stop.is_set():
            raise _Stopped

    for model in parts():
        pull(model, folder, tell)
