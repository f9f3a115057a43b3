"""Clearing away what has run out."""

from datetime import timedelta

from vermilion.accounts.grants import REFRESH_LASTS
from vermilion.kernel.clock import now
from vermilion.work.jobs import Job

ANSWERS_LAST = timedelta(days=1)


async def forget_old_entries(job: Job) -> None:
    """Delete sessions and tokens that have expired, stored answers older than a day, and what no application came back for.

    Tokens and codes are kept a day longer: whoever still shows one is told that it is over, or was used before.
    """
    moment = now()
    await job.db.run("DELETE FROM session WHERE expires_at < $1", moment)
    for table in ("token", "grant_code", "refresh_token"):
        await job.db.run(f"DELETE FROM {table} WHERE expires_at < $1", moment - ANSWERS_LAST)
    await job.db.run("DELETE FROM consent WHERE seen_at < $1", moment - REFRESH_LASTS - ANSWERS_LAST)
    await job.db.run("DELETE FROM idempotency WHERE created_at < $1", moment - ANSWERS_LAST)
