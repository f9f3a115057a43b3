"""Where notes were written: the towns their authors chose, or that what they wrote means."""

from collections.abc import Sequence

from msgspec.structs import replace

from vermilion.kernel.errors import Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.schema import Note, NotesPlaced
from vermilion.notes.writing import Draft
from vermilion.places.jobs import compare_from, compared_to
from vermilion.places.reads import Said, match, towns_of
from vermilion.storage.db import Db
from vermilion.work.events import emit
from vermilion.work.jobs import Job

MATCHED = 500
"""Notes looked at in one transaction."""


async def placed(db: Db, viewer: Viewer, draft: Draft) -> Draft:
    """The draft with its town: the one chosen, or the one its place means. Raises Invalid("town_unknown")."""
    if draft.place_id is not None:
        town = (await towns_of(db, viewer, [draft.place_id])).get(draft.place_id)
        if town is None:
            raise Invalid("town_unknown", field="place_id")
        return replace(draft, place_name=draft.place_name or town.name)
    if draft.place_name is None:
        return draft
    said = Said(text=draft.place_name, latitude=draft.latitude, longitude=draft.longitude)
    return replace(draft, place_id=(await match(db, [said]))[0])


async def store_places(db: Db, rows: Sequence[tuple[Id | None, int, int]]) -> None:
    """Let these released notes (town, note, author) stand on the pages of their towns."""
    some = [row for row in rows if row[0] is not None]
    if some:
        await db.run_many(
            "INSERT INTO place_note (place_id, note_id, author_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            some,
        )


async def forget_places(db: Db, notes: Sequence[Note]) -> None:
    """Let these notes no longer stand on the pages of their towns."""
    some = [note for note in notes if note.place_id is not None]
    if some:
        await db.run(
            "DELETE FROM place_note WHERE (place_id, note_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
            [note.place_id for note in some],
            [note.id for note in some],
        )


async def replace_place(db: Db, note: Note, place_id: Id | None) -> None:
    """Let a released note stand on the page of another town, or of none."""
    if note.place_id != place_id:
        await forget_places(db, [note])
        await store_places(db, [(place_id, note.id, note.author_id)])


async def match_unplaced(job: Job) -> int:
    """Give notes whose place is only written their town, as after an update; gives how many. Nothing before it is read."""
    db = job.db
    async with db.transaction():
        after = await compared_to(db)
        if after is None:
            return 0
        rows = await db.rows(
            """SELECT id FROM note WHERE id > $1 AND place_name IS NOT NULL AND place_id IS NULL
               ORDER BY id LIMIT $2""",
            after,
            MATCHED,
        )
        if not rows:
            return 0
        ids = [row[0] for row in rows]
        await match_places(db, ids)
        await emit(db, NotesPlaced(note_ids=tuple(map(Id, ids))))
        await compare_from(db, ids[-1])
    return len(rows)


async def match_places(db: Db, note_ids: Sequence[int]) -> None:
    """Give those of these notes their town whose place means one."""
    rows = await db.rows(
        """SELECT id, author_id, place_name, latitude, longitude, state = 'public' AND deleted_at IS NULL FROM note
           WHERE id = ANY($1) AND place_name IS NOT NULL AND place_id IS NULL FOR NO KEY UPDATE""",
        list(note_ids),
    )
    found = await match(db, [Said(text=row[2], latitude=row[3], longitude=row[4]) for row in rows])
    meant = [(row, town) for row, town in zip(rows, found, strict=True) if town is not None]
    if meant:
        await db.run_many(
            "UPDATE note SET place_id = $2 WHERE id = $1", [(row[0], town) for row, town in meant]
        )
        await store_places(db, [(town, row[0], row[1]) for row, town in meant if row[5]])
