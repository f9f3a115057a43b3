"""What feeds do later: pushing notes to followers, filling timelines, keeping pools small."""

from datetime import timedelta

from vermilion.accounts.schema import AWAY, AccountFollowed, AccountReturned, FollowAccepted
from vermilion.feed.reads import PULLED_FROM
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.notes.schema import NoteReleased, NoteRestored
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

BATCH = 2_000
"""Followers pushed to in one statement."""
POOL_SIZE = 20_000
TIMELINE_LASTS = timedelta(days=60)
SEEN_LASTS = timedelta(days=90)
FILL = 30
"""Notes of one author put into the timeline of somebody who starts to follow."""


async def offer_to_followers(job: Job, event: NoteReleased | NoteRestored) -> None:
    """Push a note into the timelines of its author's followers, or keep it to be pulled when they are too many."""
    db = job.db
    count = await db.value("SELECT follower_count FROM account_count WHERE account_id = $1", event.author_id)
    if (count or 0) > PULLED_FROM:
        await db.run(
            "INSERT INTO popular_author (bucket, author_id) VALUES (0, $1) ON CONFLICT DO NOTHING",
            event.author_id,
        )
        await db.run(
            """INSERT INTO popular_note (bucket, author_id, note_id) VALUES (0, $1, $2) ON CONFLICT DO NOTHING""",
            event.author_id,
            event.note_id,
        )
        return
    last = 0
    while True:
        rows = await db.rows(
            """SELECT follower_id FROM follow_in WHERE account_id = $1 AND state = 'accepted' AND follower_id > $2
               ORDER BY follower_id LIMIT $3""",
            event.author_id,
            last,
            BATCH,
        )
        if not rows:
            return
        followers = [row[0] for row in rows]
        last = followers[-1]
        here = await db.rows(
            "SELECT id FROM account WHERE id = ANY($1) AND seen_at > $2", followers, now() - AWAY
        )
        await _push(db, [(row[0], event.note_id, event.author_id) for row in here])


async def fill_timeline(job: Job, event: AccountFollowed) -> None:
    """Give a new follower the author's latest notes, where the follow is accepted at once."""
    if event.state == "accepted":
        await _fill(job.db, event.account_id, [event.followee_id])


async def fill_accepted(job: Job, event: FollowAccepted) -> None:
    """Give an accepted follower the author's latest notes."""
    await _fill(job.db, event.account_id, [event.followee_id])


async def refill_timeline(job: Job, event: AccountReturned) -> None:
    """Give somebody who was away what they missed of those they follow."""
    rows = await job.db.rows(
        "SELECT followee_id FROM follow_out WHERE account_id = $1 AND state = 'accepted' LIMIT 2000",
        event.account_id,
    )
    await _fill(job.db, event.account_id, [row[0] for row in rows])


async def trim_pools(job: Job) -> None:
    """Keep Explore to its best 20,000 notes, timelines to 60 days and what was seen to 90."""
    await job.db.run(
        """DELETE FROM explore WHERE bucket = 0 AND score < (
               SELECT score FROM explore WHERE bucket = 0 ORDER BY score DESC OFFSET $1 LIMIT 1)""",
        POOL_SIZE,
    )
    for table in ("impression", "opening", "viewing"):
        await job.db.run(
            f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} WHERE created_at < $1 LIMIT 20000)",
            now() - SEEN_LASTS,
        )
    oldest = new_id(int((now() - TIMELINE_LASTS).timestamp() * 1000))
    await job.db.run(
        """DELETE FROM timeline WHERE (account_id, note_id) IN
               (SELECT account_id, note_id FROM timeline WHERE note_id < $1 LIMIT 10000)""",
        oldest,
    )


async def _fill(db: Db, account_id: Id, authors: list[Id]) -> None:
    rows = await db.rows(
        """SELECT account_id, note_id FROM (
               SELECT account_id, note_id, row_number() OVER (PARTITION BY account_id ORDER BY note_id DESC) AS place
               FROM author_note WHERE account_id = ANY($1)) latest
           WHERE place <= $2""",
        authors,
        FILL,
    )
    await _push(db, [(account_id, row[1], row[0]) for row in rows])


async def _push(db: Db, entries: list[tuple[int, int, int]]) -> None:
    if entries:
        await db.run(
            """INSERT INTO timeline (account_id, note_id, author_id)
               SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) ON CONFLICT DO NOTHING""",
            *(list(column) for column in zip(*entries, strict=True)),
        )
