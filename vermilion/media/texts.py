"""What is written in pictures: which ones are to be read, and what was found."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from vermilion.accounts.rules import signed_in
from vermilion.engines.language import Language
from vermilion.engines.ocr import FoundLine
from vermilion.kernel.clock import now
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.text import content_hash
from vermilion.kernel.types import UNDETERMINED
from vermilion.kernel.viewer import Viewer
from vermilion.media.schema import Line, PictureRead, UploadText
from vermilion.storage.db import Db
from vermilion.translation.schema import Words
from vermilion.work.events import emit

CLAIM_LASTS = timedelta(minutes=3)
MOST_TRIES = 4


class Unread(NamedTuple):
    """A picture to be read, and where its file stands; key None: it is gone."""

    picture_id: Id
    note_id: Id
    account_id: Id
    key: str | None


async def ask_to_read(db: Db, note_id: Id, picture_ids: Sequence[Id], account_id: Id | None = None) -> None:
    """Queue pictures of a note, or (note 0) uploads of an account, for which somebody waits."""
    await db.run(
        """INSERT INTO picture_queue (picture_id, note_id, account_id) SELECT id, $2, $3 FROM unnest($1::bigint[]) AS id
           ON CONFLICT (picture_id) DO UPDATE SET note_id = excluded.note_id,
               account_id = excluded.account_id, tries = 0, claimed_at = NULL
           WHERE picture_queue.note_id <> excluded.note_id""",
        list(picture_ids),
        note_id,
        account_id or 0,
    )


async def read_anew(db: Db, note_id: Id, media_id: Id) -> None:
    """Forget what is written in a picture of a note that has become another, and queue it again, inside a transaction."""
    await db.run("DELETE FROM picture_text WHERE note_id = $1 AND media_id = $2", note_id, media_id)
    await db.run("DELETE FROM picture_queue WHERE picture_id = $1", media_id)
    await ask_to_read(db, note_id, [media_id])


async def get_upload_text(db: Db, viewer: Viewer, upload_id: Id) -> UploadText:
    """What is written in an upload of one's own, so far: asking begins the reading. Raises NotFound("upload_gone")."""
    me = signed_in(viewer)
    rows = await db.rows(
        """SELECT t.lines FROM upload u
           LEFT JOIN upload_text t ON t.account_id = $1 AND t.upload_id = u.id WHERE u.account_id = $1 AND u.id = $2""",
        me,
        upload_id,
    )
    if not rows:
        raise NotFound("upload_gone")
    if rows[0][0] is None:
        await ask_to_read(db, Id(0), [upload_id], me)
        return UploadText(is_read=False, text="")
    return UploadText(is_read=True, text="\n".join(line["text"] for line in rows[0][0]))


async def claim(db: Db) -> Unread | None:
    """The next picture to be read, those first for which somebody waits; a claim lapses after three minutes."""
    rows = await db.rows(
        """UPDATE picture_queue SET claimed_at = $1, tries = tries + 1 WHERE picture_id = (
               SELECT picture_id FROM picture_queue WHERE (claimed_at IS NULL OR claimed_at < $2) AND tries < $3
               ORDER BY account_id = 0, picture_id LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING picture_id, note_id, account_id""",
        now(),
        now() - CLAIM_LASTS,
        MOST_TRIES,
    )
    if not rows:
        return None
    picture_id, note_id, account_id = rows[0]
    key = await db.value(
        """SELECT key FROM media WHERE note_id = $1 AND id = $2
           UNION ALL SELECT key FROM upload WHERE account_id = $3 AND id = $2 LIMIT 1""",
        note_id,
        picture_id,
        account_id,
    )
    return Unread(Id(picture_id), Id(note_id), Id(account_id), key)


async def drop_hopeless(db: Db) -> int:
    """Forget pictures that could not be read however often it was tried; gives how many."""
    return await db.run(
        "DELETE FROM picture_queue WHERE tries >= $1 AND (claimed_at IS NULL OR claimed_at < $2)",
        MOST_TRIES,
        now() - CLAIM_LASTS,
    )


async def give_back(db: Db, unread: Unread) -> None:
    """Let somebody else try."""
    await db.run("UPDATE picture_queue SET claimed_at = NULL WHERE picture_id = $1", unread.picture_id)


async def store(db: Db, unread: Unread, found: Sequence[FoundLine], language: Language) -> None:
    """Keep what was found in a picture, unless it is gone, and take it out of the queue."""
    async with db.transaction():
        # What was an upload when it was taken may stand in a note by now, for which it is read again.
        await db.run(
            "DELETE FROM picture_queue WHERE picture_id = $1 AND note_id = $2",
            unread.picture_id,
            unread.note_id,
        )
        if unread.account_id:
            await db.run(
                """INSERT INTO upload_text (account_id, upload_id, lines)
                   SELECT account_id, id, $3 FROM upload WHERE account_id = $1 AND id = $2 FOR KEY SHARE
                   ON CONFLICT DO NOTHING""",
                unread.account_id,
                unread.picture_id,
                [{"text": line.text} for line in found],
            )
            return
        subject_id = await db.value(
            "SELECT subject_id FROM media WHERE note_id = $1 AND id = $2 FOR KEY SHARE",
            unread.note_id,
            unread.picture_id,
        )
        if subject_id is None or not found:
            return
        whole = language.detect("\n".join(line.text for line in found))
        lines = [_stored(unread, at, line, whole, language) for at, line in enumerate(found)]
        names = Line.__struct_fields__
        await db.run("DELETE FROM picture_text WHERE note_id = $1 AND media_id = $2", *lines[0].of)
        await db.run_many(
            """INSERT INTO picture_text (note_id, media_id, position, text, lang, hash, quad, height, ink, ground,
                   confidence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
            [[getattr(line, name) for name in names] for line in lines],
        )
        await emit(
            db,
            PictureRead(note_id=unread.note_id, subject_id=Id(subject_id), media_id=unread.picture_id),
        )


def _stored(unread: Unread, position: int, line: FoundLine, whole: str, language: Language) -> Line:
    """A line with its language: of a few Latin letters on a sign that of the whole says more than their own."""
    lang = language.detect(line.text, hint=None if whole == UNDETERMINED else whole)
    return Line(
        note_id=unread.note_id,
        media_id=unread.picture_id,
        position=position,
        text=line.text,
        lang=lang,
        hash=content_hash(line.text),
        quad=line.quad,
        height=line.height,
        ink=line.ink,
        ground=line.ground,
        confidence=line.confidence,
    )


async def texts_of(
    db: Db, note_ids: Sequence[int], subject_ids: Sequence[int], public: frozenset[Id]
) -> list[Words]:
    """Every line in the pictures of these subjects of these notes, whoever may see it; for deeds and jobs.

    `public`: those subjects whose words everybody may read.
    """
    rows = await db.rows(
        """SELECT m.subject_id, t.media_id, t.text, t.lang FROM picture_text t
           JOIN media m ON m.note_id = t.note_id AND m.id = t.media_id
           WHERE t.note_id = ANY($1) AND m.subject_id = ANY($2) ORDER BY t.media_id, t.position""",
        list(note_ids),
        list(subject_ids),
    )
    return [
        Words(
            text=text, lang=lang, subject_id=Id(media_id), part="picture", is_public=Id(subject_id) in public
        )
        for subject_id, media_id, text, lang in rows
    ]
