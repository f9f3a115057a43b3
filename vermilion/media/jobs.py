"""Cleaning up after uploads that were never published."""

from datetime import timedelta

from vermilion.kernel.clock import now
from vermilion.media.actions import keys_of
from vermilion.media.schema import PicturesDropped
from vermilion.work.jobs import Job

UPLOADS_LAST = timedelta(days=2)


async def delete_blobs(job: Job, event: PicturesDropped) -> None:
    """Remove the files of pictures that stand nowhere any more."""
    await job.blobs.delete(list(event.keys))


async def drop_old_uploads(job: Job) -> int:
    """Forget uploads older than two days with their blobs; gives how many."""
    rows = await job.db.rows(
        """DELETE FROM upload WHERE (account_id, id) IN
               (SELECT account_id, id FROM upload WHERE created_at < $1 LIMIT 500)
           RETURNING key, renditions""",
        now() - UPLOADS_LAST,
    )
    await job.blobs.delete([key for row in rows for key in keys_of(row[0], row[1])])
    return len(rows)
