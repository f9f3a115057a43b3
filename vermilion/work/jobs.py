"""What a job is handed when it runs."""

from vermilion.kernel.record import Record
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db


class Job(Record, kw_only=True, frozen=True):
    """The floor a job stands on: rows and blobs."""

    db: Db
    blobs: Blobs
