"""What was seen, kept in memory for a second and written in one batch."""

from collections.abc import Sequence

from vermilion.feed.schema import SeenBatch
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Database, Db
from vermilion.work.batching import Batching

MOST = 50_000
"""Events kept while the database is away; newer ones are dropped, for they are worth less than memory."""


class SeenBuffer(Batching):
    """Impressions and openings on their way to the database; losing a second of them is accepted."""

    def __init__(self, database: Database, every: float = 1.0) -> None:
        super().__init__(database, every)
        self._waiting: list[tuple[object, ...]] = []

    def add(self, viewer: Viewer, batch: SeenBatch) -> int:
        """Take a report in; gives how many events were kept."""
        moment = now()
        kept = batch.events[: max(0, MOST - len(self._waiting))]
        self._waiting += [
            (
                event.kind,
                viewer.account_id,
                event.note_id,
                event.surface,
                event.source,
                event.position,
                moment,
            )
            for event in kept
        ]
        return len(kept)

    async def flush(self) -> None:
        """Write what has been reported so far."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        db = self._database.session()
        try:
            async with db.transaction():
                await db.run_many(
                    """INSERT INTO impression (account_id, note_id, surface, source, position, created_at)
                       VALUES ($1, $2, $3, $4, $5, $6)""",
                    [row[1:] for row in waiting if row[0] == "impression"],
                )
                await db.run_many(
                    "INSERT INTO opening (account_id, note_id, surface, created_at) VALUES ($1, $2, $3, $4)",
                    [(row[1], row[2], row[3], row[6]) for row in waiting if row[0] == "opening"],
                )
        except Unavailable:
            self._waiting = (waiting + self._waiting)[:MOST]
            raise


async def opened(db: Db, viewer: Viewer) -> set[Id]:
    """The notes the viewer has opened lately, the last 5,000."""
    rows = await db.rows(
        "SELECT note_id FROM opening WHERE account_id = $1 ORDER BY created_at DESC LIMIT 5000",
        viewer.account_id,
    )
    return {Id(row[0]) for row in rows}


async def watched(db: Db, viewer: Viewer, note_ids: Sequence[Id]) -> set[Id]:
    """Of these films those the viewer has seen half of at least."""
    if viewer.is_guest or not note_ids:
        return set()
    rows = await db.rows(
        "SELECT DISTINCT note_id FROM viewing WHERE note_id = ANY($1) AND account_id = $2 AND share >= 0.5",
        list(note_ids),
        viewer.account_id,
    )
    return {Id(row[0]) for row in rows}
