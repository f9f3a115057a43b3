"""What search does later: adding up in how many notes words stand, and keeping tiers."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from vermilion.accounts.schema import AccountJoined, AccountReopened, ProfileEdited
from vermilion.kernel.clock import now
from vermilion.notes.schema import NoteEdited, NoteReleased, NoteRestored
from vermilion.search.actions import FORM, index_notes, index_people, offer_prefixes
from vermilion.search.ranking import Bounds, standing
from vermilion.search.suggesting import readings_of
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

AT_ONCE_MOST = 400
RENAMED = 200
"""Notes of one author whose rows are written anew in one transaction."""
"""Notes whose words are added up in one transaction."""
BEST_MOST, GOOD_MOST = 20_000, 200_000
"""Notes of the first tier, and of the first two."""
SWEPT = 500
SWEEP_SECONDS = 5.0
SAMPLED = 4_000
RENDERED_MOST = 500
SETTLED = timedelta(seconds=5)
"""Renderings younger than this may still be joined by earlier ones whose transaction has not ended."""


async def count_words(job: Job) -> int:
    """Add what came and went to the numbers of notes that have a word; gives how many rows it took."""
    db = job.db
    async with db.transaction():
        rows = await db.rows(
            """DELETE FROM search_change WHERE id IN
                   (SELECT id FROM search_change ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
               RETURNING step, words, length""",
            AT_ONCE_MOST,
        )
        if not rows:
            return 0
        sums: Counter[str] = Counter()
        for step, words, _ in rows:
            for word in words:
                sums[word] += step
        changed = sorted((word, step) for word, step in sums.items() if step)
        await _add(db, changed)
        await db.run(
            "UPDATE search_size SET note_count = greatest(0, note_count + $1), length = greatest(0, length + $2) WHERE bucket = 0",
            sum(row[0] for row in rows),
            float(sum(row[0] * row[2] for row in rows)),
        )
        return len(rows)


async def _add(db: Db, changed: list[tuple[str, int]]) -> None:
    if not changed:
        return
    words, steps = zip(*changed, strict=True)
    await db.run(
        """INSERT INTO search_term AS t (term, note_count) SELECT * FROM unnest($1::text[], $2::bigint[])
           ON CONFLICT (term) DO UPDATE SET note_count = t.note_count + excluded.note_count""",
        list(words),
        list(steps),
    )
    await db.run(
        "DELETE FROM search_term WHERE term = ANY($1) AND note_count <= 0",
        [word for word, step in changed if step < 0],
    )


async def spell_note(job: Job, event: NoteReleased | NoteRestored | NoteEdited) -> None:
    """Let a note with Chinese in its title, tags or place also be offered by pinyin."""
    await spell(job.db, [event.note_id])


async def spell_person(job: Job, event: AccountJoined | AccountReopened | ProfileEdited) -> None:
    """Let somebody with a Chinese name also be offered by pinyin."""
    await spell(job.db, [event.account_id])


async def rename_author(job: Job, event: ProfileEdited) -> None:
    """Let what somebody wrote be found by what they are called now."""
    if not event.is_renamed:
        return
    last = 0
    while True:
        rows = await job.db.rows(
            "SELECT note_id FROM author_note WHERE account_id = $1 AND note_id > $2 ORDER BY note_id LIMIT $3",
            event.account_id,
            last,
            RENAMED,
        )
        if not rows:
            return
        ids = [row[0] for row in rows]
        await index_notes(job.db, ids)
        await spell(job.db, ids)
        last = ids[-1]


async def spell(db: Db, subject_ids: Sequence[int]) -> None:
    """Add what these notes and people can be typed as in pinyin; as they stand, should they have changed meanwhile."""
    async with db.transaction():
        rows = await db.rows(
            "SELECT DISTINCT kind, subject_id, author_id, shown FROM search_prefix WHERE subject_id = ANY($1)",
            list(subject_ids),
        )
        spelt = [(row, key) for row in rows for key in readings_of(row[3])]
        await offer_prefixes(db, [(row[0], key, row[1], row[2], row[3]) for row, key in spelt])


async def sweep(job: Job) -> int:
    """Index what is missing, as after an update, for some seconds; let notes that rose or sank change their tier.

    Gives how many notes changed. What was written lately is merged into the indexes, or every question reads it whole.
    """
    until, changed, more = time.monotonic() + SWEEP_SECONDS, 0, True
    while more and time.monotonic() < until:
        missing, moved = await _sweep_some(job.db)
        changed, more = changed + missing + moved, missing > 0
    for index in ("search_note_best", "search_note_good", "search_note_rest"):
        await job.db.value("SELECT gin_clean_pending_list($1::text::regclass)", index)
    return changed


async def _sweep_some(db: Db) -> tuple[int, int]:
    """Go over the next notes; gives how many were missing or of an earlier form, and how many changed their tier."""
    async with db.transaction():
        after = await db.value("SELECT swept_to FROM search_size WHERE bucket = 0 FOR UPDATE SKIP LOCKED")
        if after is None:
            return 0, 0
        # The bound stands at each table: the others would be read from their beginning, up to where this goes on.
        rows = await db.rows(
            """SELECT n.id, s.tier, n.released_at, c.like_count, c.save_count, c.comment_count, s.form
               FROM note n JOIN note_count c ON c.note_id = n.id AND c.note_id > $1
               LEFT JOIN search_note s ON s.note_id = n.id AND s.note_id > $1
               WHERE n.id > $1 AND n.state = 'public' AND n.deleted_at IS NULL ORDER BY n.id LIMIT $2""",
            after,
            SWEPT,
        )
        bounds = (
            await _bounds(db)
            if not after or len(rows) < SWEPT
            else await db.one(Bounds, "SELECT best_from, good_from FROM search_size WHERE bucket = 0")
        )
        if not after:
            await _index_missing_people(db)
            await count_langs(db)
        missing = [row[0] for row in rows if row[1] is None or row[6] < FORM]
        await index_notes(db, missing)
        await spell(db, missing)
        moved = [
            (row[0], tier)
            for row in rows
            if row[1] is not None
            and row[6] == FORM
            and row[1] != (tier := bounds.tier_of(standing(row[2], row[3], row[4], row[5])))
        ]
        if moved:
            await db.run_many("UPDATE search_note SET tier = $2 WHERE note_id = $1", moved)
        await db.run(
            "UPDATE search_size SET swept_to = $1 WHERE bucket = 0", rows[-1][0] if len(rows) == SWEPT else 0
        )
        return len(missing), len(moved)


async def count_langs(db: Db) -> None:
    """How many of the notes for everyone are in which language; once in each round over all notes."""
    await db.run(
        """UPDATE search_size SET langs = (SELECT coalesce(jsonb_object_agg(lang, notes), '{}')
               FROM (SELECT lang, count(*) AS notes FROM search_note WHERE audience = 'everyone' GROUP BY lang) counted)
           WHERE bucket = 0"""
    )


async def _index_missing_people(db: Db) -> None:
    rows = await db.rows(
        """SELECT a.id FROM account a
           WHERE NOT EXISTS (SELECT FROM search_prefix p WHERE p.subject_id = a.id) LIMIT $1""",
        SWEPT,
    )
    await index_people(db, [row[0] for row in rows])
    await spell(db, [row[0] for row in rows])


async def add_renderings(job: Job) -> int:
    """Let notes also be found by what was translated since; gives how many notes."""
    db = job.db
    async with db.transaction():
        mark = await db.value("SELECT rendered_to FROM search_size WHERE bucket = 0 FOR UPDATE SKIP LOCKED")
        if mark is None:
            return 0
        rows = await db.rows(
            """SELECT text_hash, created_at FROM rendering WHERE created_at > $1 AND created_at <= $2
               ORDER BY created_at LIMIT $3""",
            mark,
            now() - SETTLED,
            RENDERED_MOST,
        )
        if not rows:
            return 0
        # All of one moment, or what is cut off there would be left out.
        await db.run(
            "UPDATE search_size SET rendered_to = $1 WHERE bucket = 0", _whole([row[1] for row in rows])
        )
        notes = await db.rows(
            "SELECT DISTINCT note_id FROM search_text WHERE text_hash = ANY($1)", [row[0] for row in rows]
        )
        return await index_notes(db, [row[0] for row in notes])


def _whole(moments: Sequence[datetime]) -> datetime:
    """The last moment all of whose rows are there: where the list was cut off, the one before its last."""
    last = moments[-1]
    earlier = [moment for moment in moments if moment < last]
    return max(earlier) if earlier and len(moments) == RENDERED_MOST else last


async def _bounds(db: Db) -> Bounds:
    """The least standing of each tier, from a sample of the notes where there are many."""
    total = int(await db.value("SELECT note_count FROM search_size WHERE bucket = 0"))
    found = Bounds(best_from=-1e9, good_from=-1e9)
    if total > BEST_MOST:
        rows = await db.rows(
            f"""SELECT s.released_at, c.like_count, c.save_count, c.comment_count
                FROM (SELECT note_id, released_at FROM search_note TABLESAMPLE SYSTEM ($1)) s
                JOIN note_count c ON c.note_id = s.note_id LIMIT {4 * SAMPLED}""",
            min(100.0, 100.0 * SAMPLED / total),
        )
        ordered = sorted((standing(*row) for row in rows), reverse=True)
        if ordered:
            best, good = (
                ordered[min(len(ordered) - 1, int(most / total * len(ordered)))]
                for most in (BEST_MOST, GOOD_MOST)
            )
            found = Bounds(best_from=best, good_from=good if total > GOOD_MOST else -1e9)
    await db.run(
        "UPDATE search_size SET best_from = $1, good_from = $2 WHERE bucket = 0",
        found.best_from,
        found.good_from,
    )
    return found
