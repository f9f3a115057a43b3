"""The texts of comments as their authors wrote them, for jobs that follow the words."""

from collections.abc import Sequence

from vermilion.kernel.ids import Id
from vermilion.media.texts import texts_of
from vermilion.storage.db import Db
from vermilion.translation.schema import Words


async def own_words(db: Db, note_ids: Sequence[int], ids: Sequence[int]) -> list[Words]:
    """The texts of these comments (a note and a comment each), whoever may see them; for jobs."""
    rows = await db.rows(
        """SELECT c.id, c.body, c.body_lang, n.audience = 'everyone' AND n.state = 'public' AND c.state = 'public'
           FROM comment c JOIN note n ON n.id = c.note_id WHERE c.note_id = ANY($1) AND c.id = ANY($2)""",
        list(note_ids),
        list(ids),
    )
    lines = await texts_of(db, note_ids, ids, frozenset(Id(row[0]) for row in rows if row[3]))
    return [
        Words(text=row[1], lang=row[2], subject_id=Id(row[0]), part="comment", is_public=row[3])
        for row in rows
    ] + lines
