"""What people ask: written in batches, counted by people without keeping who they are."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vermilion.accounts.handles import skeleton
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer
from vermilion.search.query import Query
from vermilion.search.questions import key_of, may_be_shared
from vermilion.search.suggesting import LONGEST_KEY, plain
from vermilion.storage.db import Database, Db
from vermilion.work.batching import Batching
from vermilion.work.jobs import Job

MOST_WAITING = 20_000
MOST_KEPT = 50
"""Questions of one's own history."""
ANSWERS, MOST_ANSWERS = 5, 12
"""Notes remembered each time something is asked, and of what many ask."""
WINDOW = 7
"""Days in which people are counted."""
UNDONE_WITHIN = timedelta(minutes=10)
"""How long what somebody erased can still be had back."""
MOST_LISTED, MOST_OFFERED = 100, 5_000
"""Questions kept of each language and region, and of all together."""


class Asked(Record, kw_only=True, frozen=True):
    """Somebody with an account asked something."""

    account_id: Id
    question: str
    lang: str
    region: str
    asked_at: datetime
    answers: tuple[Offer, ...]
    """Notes for everyone that were found."""
    is_counted: bool


class QuestionBuffer(Batching):
    """Questions on their way to the database: a page that was asked for does not wait for them."""

    def __init__(self, database: Database, every: float = 0.3) -> None:
        super().__init__(database, every)
        self._waiting: list[Asked] = []

    def add(self, viewer: Viewer, query: Query, answers: Sequence[Offer], *, is_answered: bool) -> None:
        """Note a question down; of guests nothing is kept, for they cannot be told apart."""
        if viewer.is_guest or not query.text or len(self._waiting) >= MOST_WAITING:
            return
        self._waiting.append(
            Asked(
                account_id=viewer.account_id,
                question=query.text,
                lang=viewer.reads[0],
                region=viewer.region or "",
                asked_at=now(),
                answers=tuple(answers[:ANSWERS]),
                is_counted=is_answered and may_be_shared(query),
            )
        )

    async def flush(self) -> None:
        """Write what has been asked so far; what cannot be written is dropped, for it is worth less than memory."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            await write(self._database.session(), waiting)


async def write(db: Db, asked: Sequence[Asked]) -> None:
    """Write questions into their askers' histories and count them; not of those who want neither."""
    async with db.transaction():
        rows = await db.rows(
            """SELECT a.id FROM account a LEFT JOIN search_choice c ON c.account_id = a.id
               WHERE a.id = ANY($1) AND coalesce(c.keeps_history, true)""",
            list({one.account_id for one in asked}),
        )
        kept = {row[0] for row in rows}
        wanted = [one for one in asked if one.account_id in kept]
        if wanted:
            await _remember(db, wanted)
            await _count(db, [one for one in wanted if one.is_counted])


async def _remember(db: Db, asked: Sequence[Asked]) -> None:
    latest = {(one.account_id, one.question): one for one in asked}
    ordered = [latest[key] for key in sorted(latest)]
    await db.run(
        """INSERT INTO search_history AS h (account_id, id, question, asked_at)
           SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[])
           ON CONFLICT (account_id, question) DO UPDATE SET asked_at = excluded.asked_at, erased_at = NULL
               WHERE h.erased_at IS NULL OR h.erased_at < excluded.asked_at""",
        [one.account_id for one in ordered],
        [new_id() for _ in ordered],
        [one.question for one in ordered],
        [one.asked_at for one in ordered],
    )
    await db.run(
        """DELETE FROM search_history h WHERE h.account_id = ANY($1) AND h.asked_at <
               (SELECT o.asked_at FROM search_history o WHERE o.account_id = h.account_id AND o.erased_at IS NULL
                ORDER BY o.asked_at DESC OFFSET $2 LIMIT 1)""",
        sorted({one.account_id for one in asked}),
        MOST_KEPT - 1,
    )


async def _count(db: Db, asked: Sequence[Asked]) -> None:
    if not asked:
        return
    salts = await _salts(db, {week_of(one.asked_at.date()) for one in asked})
    rows = {
        (
            one.asked_at.date(),
            key := key_of(one.question),
            one.lang,
            one.region,
            mark(salts[week_of(one.asked_at.date()) - 1], one.account_id, key),
            mark(salts[week_of(one.asked_at.date())], one.account_id, key),
        )
        for one in asked
    }
    await db.run_many(
        """INSERT INTO search_asked (day, question, lang, region, early, late) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING""",
        sorted(rows),
    )
    answers = {
        (key_of(one.question), int(offer.note_id)): (int(offer.author_id), one.asked_at.date())
        for one in asked
        for offer in one.answers
    }
    await db.run_many(
        """INSERT INTO search_answer (question, note_id, author_id, day) VALUES ($1, $2, $3, $4)
           ON CONFLICT (question, note_id) DO UPDATE SET day = excluded.day""",
        [(*key, *answers[key]) for key in sorted(answers)],
    )


def week_of(day: date) -> int:
    """The number of a day's week, by which salts go."""
    return day.toordinal() // 7


def mark(salt: bytes, account_id: int, question: str) -> bytes:
    """What somebody is counted under for one question: it tells nothing of their others, and nothing without the salt."""
    said = int(account_id).to_bytes(8, "big") + question.encode()
    return hashlib.blake2b(said, key=salt, digest_size=8).digest()


async def _salts(db: Db, weeks: set[int]) -> dict[int, bytes]:
    needed = sorted(weeks | {week - 1 for week in weeks})
    await db.run_many(
        "INSERT INTO search_salt (week, salt) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        [(week, secrets.token_bytes(32)) for week in needed],
    )
    rows = await db.rows("SELECT week, salt FROM search_salt WHERE week = ANY($1)", needed)
    return {row[0]: row[1] for row in rows}


async def count_questions(job: Job) -> int:
    """Find what enough people asked in the last week, and forget what is older; gives how many questions."""
    db, today = job.db, now().date()
    async with db.transaction():
        await _forget(db, today)
        # All of a window fall under the salt of the week before this one: early this week, late in that one.
        rows = await db.rows(
            """SELECT CASE WHEN GROUPING(lang) = 1 THEN '' ELSE lang END, CASE WHEN GROUPING(region) = 1 THEN '' ELSE region END,
                   question, count(DISTINCT CASE WHEN day >= $1 THEN early ELSE late END)::integer AS people
               FROM search_asked WHERE day > $2
               GROUP BY GROUPING SETS ((lang, region, question), (lang, question), (question))
               HAVING count(DISTINCT CASE WHEN day >= $1 THEN early ELSE late END) >= $3
                   AND (GROUPING(region) = 1 OR region <> '')
               ORDER BY people DESC, question LIMIT $4""",
            date.fromordinal(week_of(today) * 7),
            today - timedelta(days=WINDOW),
            job.least_asking,
            4 * MOST_OFFERED,
        )
        named = await _handles(db, {row[2] for row in rows})
        listed: dict[tuple[str, str], list[tuple[str, str, str, str, int]]] = {}
        for lang, region, question, people in rows:
            of_group = listed.setdefault((lang, region), [])
            if question not in named and len(of_group) < (MOST_LISTED if lang else MOST_OFFERED):
                of_group.append((lang, region, question, plain(question)[:LONGEST_KEY], people))
        hot = [one for of_group in listed.values() for one in of_group]
        await _publish(db, hot)
        await _trim_answers(db, sorted({one[2] for one in hot}))
        return len(hot)


async def _forget(db: Db, today: date) -> None:
    """What is no longer counted goes: first the salts, without which the rest tells of nobody."""
    await db.run("DELETE FROM search_salt WHERE week < $1", week_of(today) - 1)
    await db.run("DELETE FROM search_asked WHERE day <= $1", today - timedelta(days=WINDOW))
    await db.run("DELETE FROM search_answer WHERE day <= $1", today - timedelta(days=WINDOW))
    await db.run("DELETE FROM search_history WHERE erased_at < $1", now() - UNDONE_WITHIN)


async def _handles(db: Db, questions: set[str]) -> set[str]:
    """Those questions in which somebody is called by their handle."""
    words = {
        question: {skeleton(word.lstrip("#")) for word in (*question.split(), "".join(question.split()))}
        for question in questions
    }
    rows = await db.rows(
        "SELECT skeleton FROM handle WHERE skeleton = ANY($1)", sorted(set().union(*words.values()))
    )
    taken = {row[0] for row in rows}
    return {question for question, said in words.items() if said & taken}


async def _trim_answers(db: Db, questions: Sequence[str]) -> None:
    """Of what many ask the latest answers are enough."""
    await db.run(
        """DELETE FROM search_answer a USING
               (SELECT question, note_id, row_number() OVER (PARTITION BY question ORDER BY day DESC, note_id DESC) AS place
                FROM search_answer WHERE question = ANY($1)) old
           WHERE old.place > $2 AND a.question = old.question AND a.note_id = old.note_id""",
        questions,
        MOST_ANSWERS,
    )


async def _publish(db: Db, hot: Sequence[tuple[str, str, str, str, int]]) -> None:
    langs, regions, questions, keys, people = map(list, zip(*hot, strict=True)) if hot else ([],) * 5
    await db.run(
        """DELETE FROM search_hot h WHERE NOT EXISTS (
               SELECT FROM unnest($1::text[], $2::text[], $3::text[]) AS k (lang, region, question)
               WHERE k.lang = h.lang AND k.region = h.region AND k.question = h.question)""",
        langs,
        regions,
        questions,
    )
    await db.run(
        """INSERT INTO search_hot AS h (lang, region, question, key, people)
           SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[])
           ON CONFLICT (lang, region, question) DO UPDATE SET people = excluded.people
               WHERE h.people <> excluded.people""",
        langs,
        regions,
        questions,
        keys,
        people,
    )
