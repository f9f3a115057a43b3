"""What a job is handed when it runs."""

from vermilion.engines.ocr import Ocr
from vermilion.kernel.record import Record
from vermilion.settings import LEAST_ASKING
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db


class Job(Record, kw_only=True, frozen=True):
    """The floor a job stands on: rows, blobs, and in a worker what reads pictures."""

    db: Db
    blobs: Blobs
    ocr: Ocr | None = None
    least_asking: int = LEAST_ASKING
    """How many people must have asked something before others are shown it."""
