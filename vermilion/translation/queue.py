"""What is to be translated: one queue, people who wait before everything else."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta

from vermilion.kernel.clock import now
from vermilion.kernel.types import UNDETERMINED
from vermilion.storage.db import Db
from vermilion.translation.schema import Backlog, Done, Queued, Wanted
from vermilion.translation.state import SILENT

WAITED, SEEN, AHEAD = 300, 200, 100
"""Priorities: somebody waits at the page; a page was read; nobody has asked yet."""
TITLE_FIRST = {"title": 20, "tag": 20, "alt": 10, "bio": 10, "picture": 10}
MOST_AHEAD, MOST_SEEN, MOST_WAITED = 2_000, 20_000, 50_000
"""Beyond so many waiting texts nothing is queued ahead of readers, for pages that were merely read, or at all."""
CHANNEL = "rendering"
"""Carries the keys of what was finished, to pages."""
WAKE, WORK = "translate", "work"
"""Carries the word that pages have asked for something, to translators."""


def priority_of(level: int, part: str) -> int:
    """The place in the queue: titles before bodies, whoever waits before both."""
    return level + TITLE_FIRST.get(part, 0)


async def ask(db: Db, wanted: Iterable[Wanted], level: int) -> int:
    """Queue texts for a language each, or raise those that wait already; gives how many rows that touched.

    Under a wave what nobody waits for is left out.
    """
    rows = [
        (one.text_hash, one.lang, one.source_lang, one.text, one.part, priority_of(level, one.part))
        for one in wanted
        if one.text and one.source_lang not in {UNDETERMINED, one.lang}
    ]
    if not rows or await _is_full(db, level):
        return 0
    # In one order, so that two processes that ask for the same page do not block each other.
    hashes, langs, sources, texts, parts, priorities = zip(*sorted(rows), strict=True)
    touched = await db.run(
        """INSERT INTO translation_queue AS q (text_hash, lang, source_lang, text, part, priority, asked_at)
           SELECT DISTINCT ON (1, 2) *, $7::timestamptz
           FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[])
           ORDER BY 1, 2
           ON CONFLICT (text_hash, lang) DO UPDATE SET priority = excluded.priority
           WHERE q.priority < excluded.priority""",
        list(hashes),
        list(langs),
        list(sources),
        list(texts),
        list(parts),
        list(priorities),
        now(),
    )
    if touched and level > AHEAD:
        await db.value("SELECT pg_notify($1, $2)", WAKE, WORK)
    return touched


async def _is_full(db: Db, level: int) -> bool:
    most = MOST_WAITED if level >= WAITED else MOST_SEEN if level >= SEEN else MOST_AHEAD
    return bool(
        await db.value("SELECT count(*) >= $1 FROM (SELECT FROM translation_queue LIMIT $1) waiting", most)
    )


async def hurry(db: Db, keys: Sequence[tuple[bytes, str]]) -> None:
    """Raise what waits under these keys (hash, language): somebody is at the page."""
    await db.run(
        """UPDATE translation_queue SET priority = $3 + priority % 100
           WHERE (text_hash, lang) IN (SELECT * FROM unnest($1::bytea[], $2::text[])) AND priority < $3""",
        [key for key, _ in keys],
        [lang for _, lang in keys],
        WAITED,
    )


async def claim(db: Db, most: int, name: str = "", *, without: Sequence[str] = ()) -> list[Queued]:
    """Take up to `most` texts for the translator `name`, the most urgent first.

    Those of one page come by language: an engine that has just read the prompt of a pair does the next one sooner.
    `without`: pairs such as "zh>en" to leave alone for now.
    """
    found = await db.all(
        Queued,
        """UPDATE translation_queue SET claimed_at = $1, claimed_by = $2, tries = tries + 1
           WHERE (text_hash, lang) IN (
               SELECT text_hash, lang FROM translation_queue
               WHERE claimed_at IS NULL AND source_lang || '>' || lang <> ALL($3::text[])
               ORDER BY priority DESC, asked_at, source_lang, lang LIMIT $4 FOR UPDATE SKIP LOCKED)
           RETURNING text_hash, lang, source_lang, text, part, priority, tries, asked_at""",
        now(),
        name,
        list(without),
        most,
    )
    return sorted(found, key=lambda one: (-one.priority, one.asked_at))


async def deliver(db: Db, done: Sequence[Done]) -> int:
    """Finish what is still wanted: renderings of words that are gone by now are not kept. Gives how many were."""
    async with db.transaction():
        rows = await db.rows(
            """DELETE FROM translation_queue
               WHERE (text_hash, lang) IN (SELECT * FROM unnest($1::bytea[], $2::text[])) RETURNING text_hash, lang""",
            [one.text_hash for one in done],
            [one.lang for one in done],
        )
        wanted = {(row[0], row[1]) for row in rows}
        await finish(db, [one for one in done if (one.text_hash, one.lang) in wanted])
        return len(wanted)


async def finish(db: Db, done: Sequence[Done]) -> None:
    """Store renderings, take their texts out of the queue and tell every process, in one transaction."""
    if not done:
        return
    async with db.transaction():
        moment = now()
        await db.run_many(
            """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (text_hash, lang, engine) DO UPDATE
               SET text = excluded.text, source_lang = excluded.source_lang, created_at = excluded.created_at""",
            [[one.text_hash, one.lang, one.source_lang, one.engine, one.text, moment] for one in done],
        )
        await db.run(
            "DELETE FROM translation_queue WHERE (text_hash, lang) IN (SELECT * FROM unnest($1::bytea[], $2::text[]))",
            [one.text_hash for one in done],
            [one.lang for one in done],
        )
        for at in range(0, len(done), 100):
            keys = ",".join(f"{one.text_hash.hex()}.{one.lang}" for one in done[at : at + 100])
            await db.value("SELECT pg_notify($1, $2)", CHANNEL, keys)


async def give_back(db: Db, queued: Sequence[Queued], *, count: bool) -> None:
    """Put claimed texts back, for an engine died or stopped; `count`: it may be their fault, so it is a try."""
    if not queued:
        return
    await db.run(
        """UPDATE translation_queue SET claimed_at = NULL, claimed_by = NULL, tries = tries - $3
           WHERE (text_hash, lang) IN (SELECT * FROM unnest($1::bytea[], $2::text[]))""",
        [one.text_hash for one in queued],
        [one.lang for one in queued],
        0 if count else 1,
    )


async def free_claims(db: Db) -> int:
    """Put back what translators hold that were not heard of lately: they died. Gives how many texts."""
    return await db.run(
        """UPDATE translation_queue SET claimed_at = NULL, claimed_by = NULL WHERE claimed_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM translator WHERE name = claimed_by AND seen_at > $1)""",
        now() - SILENT,
    )


async def backlog(db: Db) -> Backlog:
    """What waits, for operators."""
    return await db.one(
        Backlog,
        """SELECT count(*) FILTER (WHERE priority >= $1) AS waited,
                  count(*) FILTER (WHERE priority >= $2 AND priority < $1) AS seen,
                  count(*) FILTER (WHERE priority < $2) AS ahead,
                  coalesce(extract(epoch FROM $3 - min(asked_at)), 0)::float8 AS oldest_s
           FROM translation_queue""",
        WAITED,
        SEEN,
        now(),
    )


async def drop_ahead(db: Db) -> int:
    """Under a wave drop what nobody waits for: what was queued ahead, once pages fill the queue; gives how many."""
    return await db.run(
        """DELETE FROM translation_queue WHERE priority < $1 AND claimed_at IS NULL
           AND (SELECT count(*) > $2 FROM translation_queue WHERE priority >= $1)""",
        SEEN,
        MOST_AHEAD,
    )


async def drop_stale(db: Db) -> int:
    """Forget what nobody came back for within an hour, or, where somebody waited, within a day; gives how many."""
    moment = now()
    return await db.run(
        """DELETE FROM translation_queue WHERE claimed_at IS NULL AND asked_at < $1
           AND (priority < $2 OR asked_at < $3)""",
        moment - timedelta(hours=1),
        WAITED,
        moment - timedelta(days=1),
    )


async def forget_poor(db: Db, engines: Callable[[str, str], Collection[str]]) -> int:
    """Let what could not be translated well be tried again, unless by one of the `engines` of its pair; gives how many."""
    rows = await db.rows("SELECT DISTINCT engine, source_lang, lang FROM rendering WHERE text = ''")
    others = [row for row in rows if not set(row[0].split(" + ")) & set(engines(row[1], row[2]))]
    if not others:
        return 0
    return await db.run(
        """DELETE FROM rendering WHERE text = ''
           AND (engine, source_lang, lang) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))""",
        *(list(column) for column in zip(*others, strict=True)),
    )
