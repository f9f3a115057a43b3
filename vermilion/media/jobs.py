"""Cleaning up after uploads that were never published."""

from datetime import timedelta

import structlog

from vermilion.engines.images import Images
from vermilion.engines.language import Language
from vermilion.engines.ocr import FoundLine, Ocr
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, NotFound, Unavailable
from vermilion.media.actions import keys_of
from vermilion.media.looks import drop_look, due_looks, store_looks, unused_looks
from vermilion.media.schema import PicturesDropped, blob_key
from vermilion.media.texts import Unread, claim, drop_hopeless, give_back, store
from vermilion.storage.blobs import Blobs
from vermilion.work.jobs import Job

UPLOADS_LAST = timedelta(days=2)
LOOKED_AT_ONCE = 40
ASKED_ABOUT_AT_ONCE = 1_000


async def delete_blobs(job: Job, event: PicturesDropped) -> None:
    """Remove the files of pictures that stand nowhere any more."""
    await job.blobs.delete(list(event.keys))


async def drop_old_uploads(job: Job) -> int:
    """Forget uploads older than two days with their blobs; gives how many."""
    rows = await job.db.rows(
        """DELETE FROM upload WHERE (account_id, id) IN
               (SELECT account_id, id FROM upload WHERE created_at < $1 AND draft_id = 0 AND kind = 'picture' LIMIT 500)
           RETURNING key, renditions, source_key""",
        now() - UPLOADS_LAST,
    )
    await job.blobs.delete([key for row in rows for key in keys_of(*row)])
    return len(rows)


async def read_pictures(job: Job) -> int:
    """Read what is written in the pictures that wait, one after another; gives how many. Nothing where nobody can read."""
    if job.ocr is None:
        return 0
    await drop_hopeless(job.db)
    language, count = Language(), 0
    while (unread := await claim(job.db)) is not None:
        await _read(job, job.ocr, language, unread)
        count += 1
    return count


async def _read(job: Job, ocr: Ocr, language: Language, unread: Unread) -> None:
    found: list[FoundLine] = []
    try:
        if unread.key is not None:
            found = await ocr.read(await _largest(job.blobs, unread.key))
    except Unavailable:
        await give_back(job.db, unread)
        raise
    except (Invalid, NotFound) as problem:
        structlog.get_logger().info("picture_not_read", why=problem.code)
    await store(job.db, unread, found, language)


async def _largest(blobs: Blobs, key: str) -> bytes:
    try:
        return await blobs.get(blob_key(key, "l", "webp"))
    except NotFound:
        return await blobs.get(blob_key(key, "m", "webp"))


async def look_at_pictures(job: Job) -> int:
    """Look at pictures that nobody has looked at yet, as those from before an update; gives how many.

    They are decoded in a confined child again, for a stored file is a file all the same.
    """
    due = await due_looks(job.db, LOOKED_AT_ONCE)
    if not due:
        return 0
    images, found = Images(workers=1), {}
    try:
        for one in due:
            try:
                found[one.note_id, one.media_id] = await images.look(
                    await job.blobs.get(blob_key(one.key, "s", "webp"))
                )
            except (Invalid, NotFound) as problem:
                structlog.get_logger().info("picture_not_looked_at", why=problem.code)
                found[one.note_id, one.media_id] = b""
    finally:
        await images.close()
    await store_looks(job.db, found)
    return len(due)


async def drop_unused_looks(job: Job) -> int:
    """Drop what no picture looks like any more; gives how many."""
    dropped, last = 0, None
    while not (job.stop and job.stop.is_set()):
        unused, last = await unused_looks(job.db, last, ASKED_ABOUT_AT_ONCE)
        for look in unused:
            dropped += await drop_look(job.db, look)
        if last is None:
            break
    return dropped
