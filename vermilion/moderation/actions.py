"""Putting labels on subjects and lifting them."""

from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.storage.db import Db


async def label(db: Db, shard_id: Id, subject_id: Id, name: str, *, region: str | None, reason: str) -> Id:
    """Put a label on a subject; it counts from the commit on."""
    label_id = new_id()
    await db.run(
        """INSERT INTO label (shard_id, subject_id, id, name, region, reason, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        shard_id,
        subject_id,
        label_id,
        name,
        region,
        reason,
        now(),
    )
    return label_id


async def lift(db: Db, shard_id: Id, label_id: Id) -> None:
    """Take a label away; it stays on record as lifted."""
    await db.run("UPDATE label SET lifted_at = $3 WHERE shard_id = $1 AND id = $2", shard_id, label_id, now())
