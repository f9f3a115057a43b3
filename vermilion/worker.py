"""The worker process: the loop of `work.runner` with vermilion's own causes and effects."""

import asyncio
import signal

from vermilion.settings import Settings
from vermilion.wiring import PERIODIC, WIRING
from vermilion.work.runner import run


async def work(settings: Settings) -> None:
    """Do jobs until SIGTERM or SIGINT; what is under way is finished first."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(settings, WIRING, PERIODIC, stop)
