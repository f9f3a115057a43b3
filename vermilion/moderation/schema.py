"""Labels: what is said about a subject, everywhere or in one region."""

from datetime import datetime

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record


class Label(Record, kw_only=True, frozen=True):
    """A stored label; `shard_id` is the note's id, or the account's; region None: everywhere."""

    shard_id: Id
    subject_id: Id
    id: Id
    name: str
    region: str | None
    reason: str
    created_at: datetime
    lifted_at: datetime | None
