"""How the translator is, told by its process and read by pages; and which languages have readers."""

from collections.abc import Sequence
from datetime import timedelta

from vermilion.kernel.clock import now
from vermilion.logs import hushed
from vermilion.storage.db import Db
from vermilion.translation.schema import OFF, Translator, TranslatorProcess
from vermilion.work.jobs import Job

SILENT = timedelta(seconds=30)
"""A translator that was not heard of for so long is none."""
MOST_LANGUAGES = 6
"""For so many languages at the most something is translated before anybody asks."""
READS = timedelta(days=14)


async def tell(
    db: Db, name: str, state: str, *, progress: float = 0.0, hosts: Sequence[str] = (), why: str = ""
) -> None:
    """Say how the translator process `name` is."""
    await db.run(
        """INSERT INTO translator (name, state, progress, routes, why, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (name) DO UPDATE SET state = excluded.state, progress = excluded.progress,
               routes = excluded.routes, why = excluded.why, seen_at = excluded.seen_at""",
        name,
        state,
        progress,
        list(hosts),
        why,
        now(),
    )


async def forget(db: Db, name: str) -> None:
    """The translator process `name` has stopped."""
    await db.run("DELETE FROM translator WHERE name = $1", name)


async def names(db: Db, prefix: str) -> list[str]:
    """Every translator process whose name begins so, alive or not."""
    rows = await db.rows("SELECT name FROM translator WHERE starts_with(name, $1)", prefix)
    return [row[0] for row in rows]


async def translators(db: Db) -> list[TranslatorProcess]:
    """Every translator that was heard of lately, for operators; why one fails is told without what may be a secret."""
    rows = await db.rows(
        """SELECT t.name, t.state, t.progress, t.routes, t.why, t.seen_at,
                  (SELECT count(*) FROM translation_queue q WHERE q.claimed_by = t.name) AS under_way
           FROM translator t WHERE t.seen_at > $1 ORDER BY t.name""",
        now() - SILENT,
    )
    return [
        TranslatorProcess(
            name=row[0],
            state=row[1],
            progress=row[2],
            hosts=tuple(row[3]),
            why=hushed(row[4]),
            seen_at=row[5],
            under_way=row[6],
        )
        for row in rows
    ]


async def state(db: Db) -> Translator:
    """The translator that is furthest on; state "none" where there is none."""
    rows = await db.rows("SELECT state, progress, routes FROM translator WHERE seen_at > $1", now() - SILENT)
    order = ("failed", "pulling", "starting", "ready")
    best = max(rows, key=lambda row: (order.index(row[0]), row[1]), default=None)
    return OFF if best is None else Translator(state=best[0], progress=best[1], hosts=tuple(best[2]))


async def count_readers(job: Job) -> None:
    """Count who was here lately, by the language they read first."""
    moment = now()
    async with job.db.transaction():
        rows = await job.db.rows(
            "SELECT reads[1], count(*) FROM account WHERE seen_at > $1 AND origin <> 'sample' GROUP BY 1",
            moment - READS,
        )
        await job.db.run("DELETE FROM reader_count")
        await job.db.run_many(
            "INSERT INTO reader_count (lang, count, counted_at) VALUES ($1, $2, $3)",
            [(row[0], row[1], moment) for row in rows if row[0]],
        )


async def languages_read(db: Db) -> list[str]:
    """The languages with most readers, those for which translating ahead pays."""
    rows = await db.rows("SELECT lang FROM reader_count ORDER BY count DESC, lang LIMIT $1", MOST_LANGUAGES)
    return [row[0] for row in rows]
