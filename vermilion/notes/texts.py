"""The texts of notes: as their authors wrote them, for deeds and jobs that follow the words; and as one reader reads them."""

from collections.abc import Sequence

from vermilion.accounts.reads import people
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.texts import texts_of
from vermilion.notes.reads import Offer
from vermilion.notes.rules import VISIBLE, has_public_words, sight
from vermilion.notes.schema import Note, NoteText
from vermilion.storage.db import Db, Row
from vermilion.translation.reads import passage, renderings
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


_TEXTS = f"""SELECT n.id, n.author_id, n.title, n.title_lang, n.body, n.body_lang, n.tags, n.place_name, n.created_at,
        n.audience = 'everyone' AND n.state = 'public' AS is_public, t.text AS title_version, b.text AS body_version
    FROM note n
    LEFT JOIN version t ON t.note_id = n.id AND t.subject_id = n.id AND t.lang = $7 AND t.part = 'title'
    LEFT JOIN version b ON b.note_id = n.id AND b.subject_id = n.id AND b.lang = $7 AND b.part = 'body'
    WHERE n.id = ANY($1) AND {VISIBLE}"""


async def texts(db: Db, viewer: Viewer, offers: Sequence[Offer]) -> list[NoteText]:
    """The words of those offers the viewer may see, in their order; three statements, four where a correction is shown."""
    if not offers:
        return []
    found = await people(db, viewer, [offer.author_id for offer in offers])
    ids = [offer.note_id for offer in offers]
    rows = {
        row["id"]: row for row in await db.rows(_TEXTS, ids, *sight(viewer, found.values()), viewer.reads[0])
    }
    shown = [rows[note_id] for note_id in ids if note_id in rows]
    words = [(_words(row, "title"), _words(row, "body")) for row in shown]
    rendered = await renderings(db, viewer, [one for both in words for one in both])
    return [
        NoteText(
            id=Id(row["id"]),
            author=found[row["author_id"]].card,
            title=passage(viewer, title, rendered),
            body=passage(viewer, body, rendered),
            tags=tuple(row["tags"]),
            place_name=row["place_name"],
            created_at=row["created_at"],
        )
        for row, (title, body) in zip(shown, words, strict=True)
    ]


def _words(row: Row, part: Part) -> Words:
    return Words(
        text=row[part],
        lang=row[f"{part}_lang"],
        subject_id=Id(row["id"]),
        part=part,
        is_public=row["is_public"],
        version=row[f"{part}_version"],
    )
