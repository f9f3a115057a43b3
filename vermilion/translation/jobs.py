"""Keeping the queue short."""

from vermilion.translation import drafts, queue
from vermilion.work.jobs import Job


async def drop_ahead(job: Job) -> int:
    """Under a wave: what nobody waits for makes room."""
    return await queue.drop_ahead(job.db)


async def drop_stale(job: Job) -> int:
    """What nobody came back for, and what failed too often."""
    return await queue.drop_stale(job.db)


async def drop_drafts(job: Job) -> int:
    """What somebody was writing an hour ago and did not come back for."""
    return await drafts.drop_old(job.db)
