"""What a job is handed when it runs."""

import asyncio
from pathlib import Path

from vermilion.engines.embed import Embedder
from vermilion.engines.film import FilmWorks
from vermilion.engines.images import Images
from vermilion.engines.ocr import Ocr
from vermilion.engines.speech import Speech
from vermilion.kernel.record import Record
from vermilion.settings import LEAST_ASKING
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db


class Job(Record, kw_only=True, frozen=True):
    """The floor a job stands on: rows, blobs, and in a worker what reads pictures and prepares films."""

    db: Db
    blobs: Blobs
    ocr: Ocr | None = None
    least_asking: int = LEAST_ASKING
    """How many people must have asked something before others are shown it."""
    films: FilmWorks | None = None
    speech: Speech | None = None
    images: Images | None = None
    film_table: Path | None = None
    stop: asyncio.Event | None = None
    """Set when the worker is to end: what takes long is then left for the next one."""
    embedder: Embedder | None = None
    webhooks: str = "on"
    """on, off, or loopback: also to this machine and without TLS, for trying things out."""
