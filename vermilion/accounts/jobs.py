"""Clearing away what has run out."""

from datetime import timedelta

from vermilion.kernel.clock import now
from vermilion.work.jobs import Job

ANSWERS_LAST = timedelta(days=1)


async def forget_old_entries(job: Job) -> None:
    """Delete sessions and tokens that have expired and stored answers older than a day."""
    moment = now()
    await job.db.run("DELETE FROM session WHERE expires_at < $1", moment)
    await job.db.run("DELETE FROM token WHERE expires_at < $1", moment)
    await job.db.run("DELETE FROM idempotency WHERE created_at < $1", moment - ANSWERS_LAST)
