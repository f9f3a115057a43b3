"""How films are watched: what players report, what it adds up to, and what an author learns of it."""

from uuid import UUID

from vermilion.feed.ranking import watched
from vermilion.feed.schema import WatchedBatch, WatchFigures
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, get_own_note, visible
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

AT_ONCE_MOST = 5_000
"""Reports added up in one transaction."""
LEAST_SECONDS, LEAST_SHARE = 3.0, 0.5
"""A viewing is a watch from so many seconds on, or from so much of a film that is shorter."""


class _Filmed(Offer, kw_only=True, frozen=True):
    duration_ms: int


class _Viewing(Record, kw_only=True, frozen=True):
    account_id: Id
    seconds: float
    share: float

    @property
    def is_watch(self) -> bool:
        return self.seconds >= LEAST_SECONDS or self.share >= LEAST_SHARE


async def report(db: Db, viewer: Viewer, batch: WatchedBatch) -> None:
    """Take in how far viewings have come, of films the viewer may see and did not make; others are left out."""
    found = await db.all(
        _Filmed,
        """SELECT n.id AS note_id, n.author_id, m.duration_ms FROM note n
           JOIN media m ON m.note_id = n.id AND m.subject_id = n.id AND m.film_key <> ''
           WHERE n.id = ANY($1) AND n.author_id <> $2""",
        [watch.note_id for watch in batch.watches],
        viewer.account_id,
    )
    seen = await visible(db, viewer, found)
    lasts = {film.note_id: film.duration_ms / 1000 for film in found if film.note_id in seen}
    rows = [
        (watch.note_id, watch.key, viewer.account_id, watch.seconds, _share(watch.share, watch.seconds, last))
        for watch in batch.watches
        if (last := lasts.get(watch.note_id))
    ]
    if rows:
        await db.run(
            """INSERT INTO watch_log (note_id, key, account_id, seconds, share, created_at)
               SELECT t.*, $6 FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::float8[], $5::float8[]) t""",
            *(list(column) for column in zip(*rows, strict=True)),
            now(),
        )


def _share(said: float, seconds: float, last: float) -> float:
    """No more of a film was seen than was played of it."""
    return min(said, 1.0, (seconds + 1) / last)


async def figures(db: Db, viewer: Viewer, note_id: int) -> WatchFigures:
    """What the author of a note learns of its watches; raises NotFound, or Forbidden("not_your_note")."""
    note = await get_own_note(db, viewer, note_id)
    rows = await db.rows("SELECT watches, seconds, shares FROM watch_count WHERE note_id = $1", note.id)
    watches, seconds, shares = rows[0] if rows else (0, 0.0, 0.0)
    return WatchFigures(watches=watches, mean_share=shares / watches if watches else 0.0, seconds=seconds)


async def add_watches(job: Job) -> int:
    """Add what players reported to the figures of notes, each viewing once; gives how many reports it took."""
    db = job.db
    async with db.transaction():
        rows = await db.rows(
            """DELETE FROM watch_log WHERE id IN (SELECT id FROM watch_log ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
               RETURNING note_id, key, account_id, seconds, share""",
            AT_ONCE_MOST,
        )
        if rows:
            notes = await db.rows(
                "SELECT id FROM note WHERE id = ANY($1) FOR KEY SHARE", list({row[0] for row in rows})
            )
            there = {row[0] for row in notes}
            told = [((row[0], row[1]), _Viewing(**dict(zip(_FIELDS, row[2:], strict=True)))) for row in rows]
            await _add(db, [one for one in told if one[0][0] in there])
    return len(rows)


_FIELDS = ("account_id", "seconds", "share")


async def _add(db: Db, told: list[tuple[tuple[int, UUID], _Viewing]]) -> None:
    rows = await db.rows(
        "SELECT note_id, key, account_id, seconds, share FROM viewing WHERE note_id = ANY($1) AND key = ANY($2)",
        list({note_id for (note_id, _), _ in told}),
        list({key for (_, key), _ in told}),
    )
    before = {(row[0], row[1]): _Viewing(**dict(zip(_FIELDS, row[2:], strict=True))) for row in rows}
    after = dict(before)
    for place, one in told:
        held = after.get(place, one)
        after[place] = _Viewing(
            account_id=held.account_id,
            seconds=max(held.seconds, one.seconds),
            share=max(held.share, one.share),
        )
    await db.run_many(
        """INSERT INTO viewing (note_id, key, account_id, seconds, share, created_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (note_id, key) DO UPDATE SET seconds = excluded.seconds, share = excluded.share""",
        [(*place, one.account_id, one.seconds, one.share, now()) for place, one in sorted(after.items())],
    )
    sums: dict[int, list[float]] = {}
    for (note_id, key), one in after.items():
        held = before.get((note_id, key))
        counted = held if held is not None and held.is_watch else None
        total = sums.setdefault(note_id, [0, 0.0, 0.0])
        if one.is_watch:
            total[0] += counted is None
            total[1] += one.seconds - (counted.seconds if counted else 0.0)
            total[2] += one.share - (counted.share if counted else 0.0)
    await _count(db, sums)


async def _count(db: Db, sums: dict[int, list[float]]) -> None:
    await db.run_many(
        """INSERT INTO watch_count AS w (note_id, watches, seconds, shares) VALUES ($1, $2, $3, $4)
           ON CONFLICT (note_id) DO UPDATE SET watches = w.watches + excluded.watches,
               seconds = w.seconds + excluded.seconds, shares = w.shares + excluded.shares""",
        [(note_id, int(total[0]), total[1], total[2]) for note_id, total in sorted(sums.items())],
    )
    rows = await db.rows("SELECT note_id, shares FROM watch_count WHERE note_id = ANY($1)", list(sums))
    await db.run(
        """UPDATE explore e SET watched = w.watched, score = e.recent + e.liked + e.repeat + w.watched
           FROM unnest($1::bigint[], $2::float8[]) AS w (note_id, watched)
           WHERE e.bucket = 0 AND e.note_id = w.note_id""",
        [row[0] for row in rows],
        [watched(row[1]) for row in rows],
    )
