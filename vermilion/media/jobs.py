"""Cleaning up after uploads that were never published."""

from datetime import timedelta

from vermilion.kernel.clock import now
from vermilion.media.actions import keys_of
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

UPLOADS_LAST = timedelta(days=2)


async def drop_old_uploads(db: Db, blobs: Blobs) -> int:
    """Forget uploads older than two days with their blobs; gives how many."""
    rows = await db.rows(
        """DELETE FROM upload WHERE (account_id, id) IN
               (SELECT account_id, id FROM upload WHERE created_at < $1 LIMIT 500)
           RETURNING key, renditions""",
        now() - UPLOADS_LAST,
    )
    await blobs.delete([key for row in rows for key in keys_of(row[0], row[1])])
    return len(rows)
