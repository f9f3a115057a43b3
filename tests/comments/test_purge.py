from datetime import timedelta

from tests import factories
from tests.factories import Person
from tests.scene import upload
from vermilion.comments import actions
from vermilion.comments.jobs import purge_deleted_comments
from vermilion.comments.schema import CommentVersion
from vermilion.kernel.clock import now
from vermilion.media.schema import blob_key
from vermilion.notes.actions import UNDO_LASTS
from vermilion.notes.schema import NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

TABLES = ("comment", "comment_count", "version", "media", "rendition", "note_like")


async def rows(db: Db) -> list[int]:
    return [await db.value(f"SELECT count(*) FROM {table}") for table in TABLES]


async def test_a_deleted_comment_is_gone_for_good_once_it_cannot_be_undone(
    db: Db, blobs: Blobs, job: Job, later: object, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, ines)
    await factories.comment(db, ines, note.id, "It stays")
    before = await rows(db)
    comment = await factories.comment(
        db, mei, note.id, "It goes", lang="en",
        pictures=(NewPicture(id=await upload(db, blobs, mei)),), versions=(CommentVersion(lang="zh", body="再见"),),
    )  # fmt: skip
    await factories.comment(db, ines, note.id, "And its reply", reply_to=comment.id)
    await actions.like(db, ines.viewer, note.id, comment.id, on=True)
    key = await db.value("SELECT key FROM media WHERE subject_id = $1", comment.id)
    await actions.delete(db, mei.viewer, note.id, comment.id)
    assert await purge_deleted_comments(job) == 0
    await db.run(
        "UPDATE comment SET deleted_at = $2 WHERE id = $1",
        comment.id,
        now() - UNDO_LASTS - timedelta(minutes=6),
    )
    assert await purge_deleted_comments(job) == 2
    assert await rows(db) == before
    assert await blobs.exists(blob_key(key, "s", "webp"))
    await later()  # type: ignore[operator]
    assert not await blobs.exists(blob_key(key, "s", "webp"))
