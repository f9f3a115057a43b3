"""What feeds do at once, in the transaction of the deed: whoever sees the commit sees these."""

from datetime import datetime, timedelta

from vermilion.accounts.schema import AccountBlocked, AccountsErased, AccountUnfollowed
from vermilion.feed.ranking import liked, recent, repeat, watched
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.media.schema import FilmPlayable
from vermilion.notes.schema import CountsRolledUp, NoteEdited, NoteHidden, NoteReleased, NoteRestored
from vermilion.storage.db import Db


class _Entry(Record, kw_only=True, frozen=True):
    author_id: Id
    lang: str
    audience: str
    released_at: datetime
    like_count: int
    save_count: int
    comment_count: int
    shares: float
    is_film: bool


async def offer_note(db: Db, event: NoteReleased | NoteRestored) -> None:
    """Put a public note into the pool of Explore."""
    await _offer(db, event.note_id)


async def offer_film(db: Db, event: FilmPlayable) -> None:
    """A note that stands in the pool is a film from now on."""
    await db.run("UPDATE explore SET is_film = true WHERE bucket = 0 AND note_id = $1", event.note_id)


async def review_note(db: Db, event: NoteEdited) -> None:
    """Follow a change of audience: a note no longer for everyone leaves the pool."""
    await db.run("DELETE FROM explore WHERE bucket = 0 AND note_id = $1", event.note_id)
    await _offer(db, event.note_id)


async def forget_note(db: Db, event: NoteHidden) -> None:
    """Take a note out of every pool; timelines skip it by the visibility rule."""
    await db.run("DELETE FROM explore WHERE bucket = 0 AND note_id = $1", event.note_id)
    await db.run(
        "DELETE FROM popular_note WHERE bucket = 0 AND author_id = $1 AND note_id = $2",
        event.author_id,
        event.note_id,
    )


async def forget_author(db: Db, event: AccountUnfollowed) -> None:
    """Take an author's notes out of the timeline of somebody who left them."""
    await db.run(
        "DELETE FROM timeline WHERE account_id = $1 AND author_id = $2", event.account_id, event.followee_id
    )


async def part(db: Db, event: AccountBlocked) -> None:
    """Take two people out of each other's timelines."""
    for one, other in sorted([(event.account_id, event.blocked_id), (event.blocked_id, event.account_id)]):
        await db.run("DELETE FROM timeline WHERE account_id = $1 AND author_id = $2", one, other)


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """Take what these people wrote out of every pool and timeline, and what they have seen with it."""
    ids = list(event.account_ids)
    for table in ("timeline", "popular_author", "popular_note", "explore"):
        await db.run(f"DELETE FROM {table} WHERE author_id = ANY($1)", ids)
    for table in ("impression", "opening"):
        await db.run(f"DELETE FROM {table} WHERE account_id = ANY($1)", ids)
    for table in ("viewing", "watch_log"):  # what was watched stays counted, of nobody
        await db.run(f"UPDATE {table} SET account_id = 0 WHERE account_id = ANY($1)", ids)


async def weigh(db: Db, event: CountsRolledUp) -> None:
    """Bring the scores of notes whose counts changed up to date."""
    rows = await db.rows(
        "SELECT note_id, like_count, save_count, comment_count FROM note_count WHERE note_id = ANY($1)",
        list(event.note_ids),
    )
    await db.run(
        """UPDATE explore e SET liked = w.liked, score = e.recent + w.liked + e.repeat + e.watched
           FROM unnest($1::bigint[], $2::float8[]) AS w (note_id, liked)
           WHERE e.bucket = 0 AND e.note_id = w.note_id""",
        [row[0] for row in rows],
        [liked(row[1], row[2], row[3]) for row in rows],
    )


async def _offer(db: Db, note_id: Id) -> None:
    entry = await db.maybe(
        _Entry,
        """SELECT n.author_id, n.body_lang AS lang, n.audience, n.released_at, c.like_count, c.save_count, c.comment_count,
               coalesce(w.shares, 0) AS shares, EXISTS (SELECT 1 FROM media m WHERE m.note_id = n.id AND m.subject_id = n.id
                   AND m.position = 0 AND m.film_key <> '' AND m.is_playable) AS is_film
           FROM note n JOIN note_count c ON c.note_id = n.id LEFT JOIN watch_count w ON w.note_id = n.id
           WHERE n.id = $1 AND n.state = 'public' AND n.audience = 'everyone' AND n.deleted_at IS NULL""",
        note_id,
    )
    if entry is None:
        return
    earlier = await db.value(
        """SELECT count(*) FROM explore WHERE bucket = 0 AND author_id = $1 AND released_at > $2 AND released_at <= $3""",
        entry.author_id,
        entry.released_at - timedelta(days=1),
        entry.released_at,
    )
    terms = (
        recent(entry.released_at),
        liked(entry.like_count, entry.save_count, entry.comment_count),
        repeat(int(earlier)),
        watched(entry.shares),
    )
    await db.run(
        """INSERT INTO explore (bucket, note_id, author_id, lang, score, released_at, is_film, recent, liked, repeat,
               watched)
           VALUES (0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (bucket, note_id) DO NOTHING""",
        note_id,
        entry.author_id,
        entry.lang,
        sum(terms),
        entry.released_at,
        entry.is_film,
        *terms,
    )
