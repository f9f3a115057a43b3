"""New notes held against saved searches: whom they answer, and who is told."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from vermilion.accounts.hiding import with_hidden
from vermilion.accounts.reads import people
from vermilion.accounts.schema import FOLLOWS
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.notes.schema import NoteReleased
from vermilion.search.asked import UNDONE_WITHIN
from vermilion.search.reads import has_phrases, texts_of
from vermilion.search.schema import Finding, SavedSearchesAnswered
from vermilion.storage.db import Db
from vermilion.work.events import emit
from vermilion.work.jobs import Job

AT_ONCE = 200
"""Notes held against all saved searches in one transaction."""
PEOPLE_AT_ONCE = 100
"""Accounts looked at in one round."""
MOST_NEW = 30
"""Notes kept as new of one search."""
NEWS_LAST = timedelta(days=30)
QUIET = timedelta(hours=6)
"""Between two notices of one search."""


class Match(Record, kw_only=True, frozen=True):
    """A note that answers somebody's saved search, whether or not they may see it."""

    account_id: Id
    search_id: Id
    note_id: Id
    author_id: Id
    phrases: tuple[str, ...]


class News(Record, kw_only=True, frozen=True):
    """A note that answers, and whom the search is limited to."""

    account_id: Id
    search_id: Id
    note_id: Id
    author_id: Id
    is_followed: bool
    region: str | None


_MATCHES = """SELECT s.account_id, s.id AS search_id, n.note_id, n.author_id, s.phrases
    FROM (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS t (note_id, author_id, lang, words)) n
    JOIN search_saved s ON s.anchors && (tsvector_to_array(n.words::tsvector) || ('@' || n.author_id))
    WHERE s.dropped_at IS NULL AND s.account_id <> n.author_id
      AND (NOT s.is_followed OR EXISTS (SELECT 1 FROM follow_out f WHERE f.account_id = s.account_id
                                        AND f.followee_id = n.author_id AND f.state = 'accepted'))
      AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.account_id = s.account_id AND m.muted_id = n.author_id)
      AND (s.authors IS NULL OR n.author_id = ANY(s.authors))
      AND (s.langs = '{}' OR n.lang = ANY(s.langs))
      AND CASE WHEN s.words = '' THEN true ELSE n.words::tsvector @@ s.words::tsquery END"""


async def await_searches(db: Db, event: NoteReleased) -> None:
    """Let a new note be held against saved searches."""
    await db.run("INSERT INTO search_fresh (note_id) VALUES ($1) ON CONFLICT DO NOTHING", event.note_id)


async def watch(job: Job) -> int:
    """Find whose saved searches new notes answer, and tell those who were not told lately; gives how many searches."""
    await _match(job.db)
    return await _tell(job.db)


async def _match(db: Db) -> None:
    async with db.transaction():
        fresh = await db.rows(
            """DELETE FROM search_fresh WHERE note_id IN
                   (SELECT note_id FROM search_fresh ORDER BY note_id LIMIT $1 FOR UPDATE SKIP LOCKED)
               RETURNING note_id""",
            AT_ONCE,
        )
        if not fresh:
            return
        notes = await db.rows(
            "SELECT note_id, author_id, lang, words::text FROM search_note WHERE note_id = ANY($1)",
            [row[0] for row in fresh],
        )
        found = await db.all(Match, _MATCHES, *([row[at] for row in notes] for at in range(4)))
        await _keep(db, await _with_phrases(db, found))


async def _with_phrases(db: Db, found: Sequence[Match]) -> list[Match]:
    asked = sorted({one.note_id for one in found if one.phrases})
    texts = await texts_of(db, asked) if asked else {}
    return [one for one in found if not one.phrases or has_phrases(texts.get(one.note_id, ""), one.phrases)]


async def _keep(db: Db, found: Sequence[Match]) -> None:
    if not found:
        return
    moment = now()
    ordered = sorted({(one.account_id, one.search_id, one.note_id, one.author_id) for one in found})
    await db.run_many(
        """INSERT INTO search_news (account_id, search_id, note_id, author_id, found_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT DO NOTHING""",
        [(*one, moment) for one in ordered],
    )
    await db.run(
        """DELETE FROM search_news d USING
               (SELECT account_id, search_id, note_id,
                   row_number() OVER (PARTITION BY account_id, search_id ORDER BY note_id DESC) AS place
                FROM search_news WHERE account_id = ANY($1) AND search_id = ANY($2)) o
           WHERE o.place > $3 AND d.account_id = o.account_id AND d.search_id = o.search_id AND d.note_id = o.note_id""",
        sorted({one[0] for one in ordered}),
        sorted({one[1] for one in ordered}),
        MOST_NEW,
    )


async def _tell(db: Db) -> int:
    moment = now()
    async with db.transaction():
        news = await db.all(
            News,
            """SELECT n.account_id, n.search_id, n.note_id, n.author_id, s.is_followed, a.region
               FROM search_news n JOIN search_saved s ON s.account_id = n.account_id AND s.id = n.search_id
               JOIN account a ON a.id = n.account_id
               WHERE NOT n.is_told AND s.dropped_at IS NULL AND a.state = 'active'
                 AND (s.told_at IS NULL OR s.told_at <= $1)
                 AND n.account_id IN (SELECT o.account_id FROM search_news o WHERE NOT o.is_told LIMIT $2)
               ORDER BY n.account_id, n.search_id, n.note_id""",
            moment - QUIET,
            PEOPLE_AT_ONCE,
        )
        of_accounts: dict[Id, list[News]] = defaultdict(list)
        for one in news:
            of_accounts[one.account_id].append(one)
        seen = [
            found for some in of_accounts.values() for found in await _seen(db, some)
        ]  # PEOPLE_AT_ONCE at most
        await _note_told(db, news, seen, moment)
        if seen:
            await emit(db, SavedSearchesAnswered(findings=tuple(_findings(seen))))
        return len({(one.account_id, one.search_id) for one in seen})


async def _seen(db: Db, news: Sequence[News]) -> list[News]:
    """What one person may see of this now, and wants to."""
    viewer = await with_hidden(db, Viewer(account_id=news[0].account_id, region=news[0].region))
    offers = [Offer(note_id=one.note_id, author_id=one.author_id) for one in news]
    seen = await visible(db, viewer, offers, hidden=False)
    found = await people(db, viewer, [one.author_id for one in news])
    return [
        one
        for one in news
        if one.note_id in seen and (not one.is_followed or found[one.author_id].tie & FOLLOWS)
    ]


async def _note_told(db: Db, news: Sequence[News], seen: Sequence[News], moment: object) -> None:
    await db.run_many(
        "UPDATE search_news SET is_told = true WHERE account_id = $1 AND search_id = $2 AND note_id = $3",
        [(one.account_id, one.search_id, one.note_id) for one in news],
    )
    await db.run_many(
        "UPDATE search_saved SET told_at = $3 WHERE account_id = $1 AND id = $2",
        [(*key, moment) for key in sorted({(one.account_id, one.search_id) for one in seen})],
    )


def _findings(seen: Sequence[News]) -> list[Finding]:
    return [
        Finding(
            account_id=one.account_id, search_id=one.search_id, note_id=one.note_id, author_id=one.author_id
        )
        for one in seen
    ]


async def forget_news(job: Job) -> None:
    """Forget what was new a month ago, and searches deleted some minutes ago."""
    await job.db.run("DELETE FROM search_news WHERE found_at < $1", now() - NEWS_LAST)
    await job.db.run("DELETE FROM search_saved WHERE dropped_at < $1", now() - UNDONE_WITHIN)
