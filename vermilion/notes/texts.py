"""The texts of notes as their authors wrote them, for deeds and jobs that follow the words."""

from collections.abc import Sequence

from vermilion.kernel.ids import Id
from vermilion.media.texts import texts_of
from vermilion.notes.rules import has_public_words
from vermilion.notes.schema import Note
from vermilion.storage.db import Db
from vermilion.translation.schema import Part, Words


async def own_words(db: Db, notes: Sequence[Note]) -> list[Words]:
    """Every text of these notes and of their pictures as the author wrote it, whoever may see it; for jobs and deeds."""
    alts = await db.rows(
        "SELECT note_id, id, alt, alt_lang FROM media WHERE note_id = ANY($1) AND subject_id = note_id",
        [note.id for note in notes],
    )
    by_id = {note.id: note for note in notes}
    texts: list[tuple[Note, int, Part, str, str]] = [
        *((note, note.id, "title", note.title, note.title_lang) for note in notes),
        *((note, note.id, "body", note.body, note.body_lang) for note in notes),
        *((by_id[row[0]], row[1], "alt", row[2], row[3]) for row in alts),
    ]
    lines = await texts_of(
        db, list(by_id), list(by_id), frozenset(note.id for note in notes if has_public_words(note))
    )
    return [
        Words(text=text, lang=lang, subject_id=Id(subject_id), part=part, is_public=has_public_words(note))
        for note, subject_id, part, text, lang in texts
    ] + lines
