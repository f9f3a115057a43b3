"""What happens to notes later: screening, adding up, clearing away."""

from collections.abc import Sequence
from datetime import timedelta

from vermilion.accounts import hiding
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.media.films import drop_noted
from vermilion.media.reads import blobs_of_notes
from vermilion.media.schema import FilmFailed, FilmPlayable, PicturesDropped
from vermilion.moderation.rules import screen
from vermilion.notes import album_actions as albums
from vermilion.notes.actions import UNDO_LASTS, hold, release
from vermilion.notes.reads import SEEN, SeenNote
from vermilion.notes.rules import has_public_words
from vermilion.notes.schema import (
    CommentSum,
    CountsRolledUp,
    Note,
    NoteEdited,
    NoteReleased,
    NotesPurged,
    NoteWritten,
    Tally,
)
from vermilion.notes.series_actions import forget_parts
from vermilion.notes.texts import own_words
from vermilion.storage.db import Db
from vermilion.translation.actions import forget
from vermilion.translation.queue import AHEAD, ask
from vermilion.translation.state import languages_read
from vermilion.translation.topics import Written, learn
from vermilion.work.events import emit
from vermilion.work.jobs import Job

AT_ONCE_MOST = 5_000
"""Log rows added up in one transaction."""


async def screen_note(job: Job, event: NoteWritten) -> None:
    """Release a pending note, or hold it with a reason."""
    await _screen(job.db, event.note_id)


async def screen_film(job: Job, event: FilmPlayable) -> None:
    """Release a note that waited for its film."""
    await _screen(job.db, event.note_id)


async def hold_filmless(job: Job, event: FilmFailed) -> None:
    """Keep a note whose film cannot be shown from everybody, and tell its author why."""
    async with job.db.transaction():
        note = await job.db.maybe(
            Note, f"SELECT {columns(Note)} FROM note WHERE id = $1 FOR NO KEY UPDATE", event.note_id
        )
        if note is not None:
            await hold(job.db, note, event.reason)


async def screen_edited(job: Job, event: NoteEdited) -> None:
    """Screen a note's new texts; one that was held for the old ones is released."""
    await _screen(job.db, event.note_id)


async def _screen(db: Db, note_id: Id) -> None:
    async with db.transaction():
        note = await db.maybe(
            Note, f"SELECT {columns(Note)} FROM note WHERE id = $1 FOR NO KEY UPDATE", note_id
        )
        if note is None or note.state not in {"pending", "held", "public"}:
            return
        if await db.value(
            "SELECT 1 FROM media WHERE note_id = $1 AND kind = 'film' AND NOT is_playable", note_id
        ):
            return  # it waits for its film
        joined_at = await db.value("SELECT created_at FROM account WHERE id = $1", note.author_id)
        reason = screen(f"{note.title}\n{note.body}", joined_at, note.created_at)
        if reason:
            await hold(db, note, reason)
        elif note.state != "public":
            await release(db, note)


async def learn_topics(job: Job, event: NoteReleased) -> None:
    """What the author calls the same topics in the versions they wrote themselves."""
    row = await job.db.maybe(
        Note, f"SELECT {columns(Note)} FROM note WHERE id = $1 AND audience = 'everyone'", event.note_id
    )
    if row is None or not row.tags:
        return
    versions = await job.db.rows(
        "SELECT lang, text FROM version WHERE note_id = $1 AND subject_id = $1 AND part = 'body'",
        event.note_id,
    )
    written = [Written(version[0], version[1]) for version in versions]
    await learn(job.db, event.author_id, Written(row.body_lang, row.body), written)


async def roll_up(job: Job) -> int:
    """Add the log of likes, saves and comments to the counts, exactly once; gives how many rows it took."""
    db = job.db
    async with db.transaction():
        rows = await db.rows(
            """DELETE FROM count_log WHERE id IN (SELECT id FROM count_log ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
               RETURNING note_id, subject_id, field, delta, owner_id, actor_id""",
            AT_ONCE_MOST,
        )
        if not rows:
            return 0
        sums: dict[tuple[int, int, str], int] = {}
        likes: dict[tuple[int, int, int], tuple[int, int]] = {}
        for note_id, subject_id, field, delta, owner_id, actor_id in rows:
            sums[note_id, subject_id, field] = sums.get((note_id, subject_id, field), 0) + delta
            if field == "like" and actor_id != owner_id:
                total = likes.get((note_id, subject_id, actor_id), (0, owner_id))[0] + delta
                likes[note_id, subject_id, actor_id] = (total, owner_id)
        await _add_to_notes(db, sums)
        await emit(
            db,
            CountsRolledUp(
                note_ids=tuple(sorted({Id(note_id) for note_id, *_ in rows})),
                comments=_of_comments(sums),
                likes=tuple(
                    Tally(note_id=Id(note), subject_id=Id(subject), owner_id=Id(owner), actor_id=Id(actor))
                    for (note, subject, actor), (total, owner) in likes.items()
                    if total > 0
                ),
            ),
        )
        return len(rows)


async def _add_to_notes(db: Db, sums: dict[tuple[int, int, str], int]) -> None:
    changes: dict[int, dict[str, int]] = {}
    for (note_id, subject_id, field), delta in sums.items():
        if note_id == subject_id:
            changes.setdefault(note_id, {})[field] = delta
    if changes:
        await db.run_many(
            """UPDATE note_count SET like_count = like_count + $2, save_count = save_count + $3,
                   comment_count = comment_count + $4 WHERE note_id = $1""",
            [
                [note_id, change.get("like", 0), change.get("save", 0), change.get("comment", 0)]
                for note_id, change in sorted(changes.items())
            ],
        )


def _of_comments(sums: dict[tuple[int, int, str], int]) -> tuple[CommentSum, ...]:
    changes: dict[tuple[int, int], dict[str, int]] = {}
    for (note_id, subject_id, field), delta in sums.items():
        if note_id != subject_id:
            changes.setdefault((note_id, subject_id), {})[field] = delta
    return tuple(
        CommentSum(
            note_id=Id(note_id),
            comment_id=Id(comment_id),
            likes=change.get("like", 0),
            replies=change.get("reply", 0),
        )
        for (note_id, comment_id), change in sorted(changes.items())
    )


async def purge_deleted(job: Job) -> int:
    """Remove notes whose deletion can no longer be undone, with everything under them; gives how many."""
    db = job.db
    async with db.transaction():
        rows = await db.rows(
            "SELECT id FROM note WHERE deleted_at < $1 LIMIT 200 FOR UPDATE SKIP LOCKED",
            now() - UNDO_LASTS - timedelta(minutes=5),
        )
        if not rows:
            return 0
        await purge(db, [row[0] for row in rows])
    return len(rows)


async def purge(db: Db, note_ids: Sequence[int]) -> None:
    """Remove notes for good, with everything under them."""
    ids = list(note_ids)
    keys = await blobs_of_notes(db, ids)
    notes = await db.all(Note, f"SELECT {columns(Note)} FROM note WHERE id = ANY($1)", ids)
    keys += await drop_noted(db, [note.author_id for note in notes], ids)
    await forget(db, await own_words(db, notes))
    await emit(db, NotesPurged(note_ids=tuple(map(Id, ids))))
    await albums.forget_notes(db, ids)
    await hiding.forget_notes(db, ids)
    await forget_parts(db, [note.author_id for note in notes], ids)
    await db.run("DELETE FROM note WHERE id = ANY($1)", ids)
    await db.run(
        "DELETE FROM author_note WHERE (account_id, note_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))",
        [note.author_id for note in notes],
        [note.id for note in notes],
    )
    await emit(db, PicturesDropped(keys=tuple(keys)))


async def rescue_pending(job: Job) -> int:
    """Screen notes that are pending for over a minute, should their job have been lost; gives how many."""
    rows = await job.db.rows(
        "SELECT id FROM note WHERE state = 'pending' AND created_at < $1 LIMIT 100",
        now() - timedelta(minutes=1),
    )
    for row in rows:
        await _screen(job.db, Id(row[0]))
    return len(rows)


async def render_ahead(job: Job, event: NoteReleased) -> None:
    """Queue a public note's texts for the languages that have readers."""
    note = await job.db.maybe(SeenNote, SEEN, event.note_id)
    if note is None or not has_public_words(note):
        return
    rows = await job.db.rows(
        "SELECT part, lang FROM version WHERE note_id = $1 AND subject_id = $1", event.note_id
    )
    written = {(row[0], row[1]) for row in rows}
    langs = await languages_read(job.db)
    texts = [words for words in await own_words(job.db, [note]) if words.part != "alt"]
    await ask(
        job.db,
        [words.into(lang) for words in texts for lang in langs if (words.part, lang) not in written],
        AHEAD,
    )
