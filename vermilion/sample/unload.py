"""Removing the sample world from a database in which others have taken part."""

from collections.abc import Callable

from vermilion.feed.actions import weigh
from vermilion.kernel.ids import Id
from vermilion.media.actions import keys_of
from vermilion.media.films import drop_all_of
from vermilion.media.reads import blobs_of_notes
from vermilion.media.schema import blob_key
from vermilion.notes.schema import CountsRolledUp
from vermilion.sample import password_file
from vermilion.search.actions import forget_notes, forget_people
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db


async def remove(settings: Settings, say: Callable[[str], None]) -> None:
    """Remove the sample people with everything of theirs; what others wrote under it goes with it."""
    database = Database(settings.database_url or "")
    db, blobs = database.session(), Blobs(settings.blobs)
    try:
        async with db.transaction():
            await db.run(
                "LOCK TABLE count_log IN SHARE ROW EXCLUSIVE MODE"
            )  # counts stand still until the commit
            ids = await _ids(db, "SELECT id FROM account WHERE origin = 'sample'")
            own = await _ids(db, "SELECT id FROM note WHERE author_id = ANY($1)", ids)
            touched = await _ids(db, _TOUCHED, ids, own)
            films = await drop_all_of(db, ids)
            keys = [*films, *await blobs_of_notes(db, own), *await _blobs_of_people(db, ids)]
            await forget_notes(db, own)
            await forget_people(db, ids)
            for statement in _OF_NOTES:
                await db.run(statement, own)
            keys += await _drop_comments(db, ids)
            for statement in _OF_PEOPLE:
                await db.run(statement, ids)
            for statement in _RECOUNT:
                await db.run(statement, touched)
            await db.run(_COUNT_FOLLOWS)
            await weigh(db, CountsRolledUp(note_ids=tuple(touched), comments=(), likes=()))
        await blobs.delete(keys)
        password_file(settings.data).unlink(missing_ok=True)
        say(f"{len(ids)} people and {len(own)} notes removed")
    finally:
        await database.close()


async def _ids(db: Db, sql: str, *args: object) -> list[Id]:
    return [Id(row[0]) for row in await db.rows(sql, *args)]


async def _blobs_of_people(db: Db, ids: list[Id]) -> list[str]:
    uploads = await db.rows("SELECT key, renditions, source_key FROM upload WHERE account_id = ANY($1)", ids)
    avatars = await db.rows(
        "SELECT avatar_key FROM account WHERE id = ANY($1) AND avatar_key IS NOT NULL", ids
    )
    return [
        *(key for row in uploads for key in keys_of(*row)),
        *(f"avatar/{row[0]}/{size}.webp" for row in avatars for size in ("s", "m")),
    ]


async def _drop_comments(db: Db, ids: list[Id]) -> list[str]:
    """Drop what these people said under others' notes with the replies to it; gives the blobs of its pictures."""
    gone = await _ids(
        db,
        """SELECT c.id FROM comment c LEFT JOIN comment p ON p.note_id = c.note_id AND p.id = c.parent_id
           WHERE c.author_id = ANY($1) OR p.author_id = ANY($1)""",
        ids,
    )
    pictures = await db.rows(
        """SELECT m.key, r.name, r.format FROM media m
           JOIN rendition r ON r.note_id = m.note_id AND r.media_id = m.id WHERE m.subject_id = ANY($1)""",
        gone,
    )
    for statement in _OF_COMMENTS:
        await db.run(statement, gone)
    return [blob_key(row[0], row[1], row[2]) for row in pictures]


_TOUCHED = """SELECT note_id FROM (
        SELECT note_id FROM note_like WHERE account_id = ANY($1)
        UNION SELECT note_id FROM save WHERE account_id = ANY($1)
        UNION SELECT note_id FROM comment WHERE author_id = ANY($1)) found
    WHERE note_id <> ALL($2) ORDER BY note_id"""

_OF_NOTES = (
    *(
        f"DELETE FROM {table} WHERE note_id = ANY($1)"
        for table in (
            "explore", "popular_note", "topic_note", "place_note", "timeline", "save", "album_note", "author_note", "impression", "opening",
            "notice", "count_log", "caption_queue", "watch_log",
        )
    ),
    "DELETE FROM label WHERE shard_id = ANY($1)",
    "DELETE FROM note WHERE id = ANY($1)",
)  # fmt: skip

_OF_COMMENTS = (
    "DELETE FROM media WHERE subject_id = ANY($1)",
    "DELETE FROM version WHERE subject_id = ANY($1)",
    "DELETE FROM note_like WHERE subject_id = ANY($1)",
    "DELETE FROM label WHERE subject_id = ANY($1)",
    "DELETE FROM notice WHERE subject_id = ANY($1)",
    "UPDATE notice SET comment_id = 0 WHERE comment_id = ANY($1)",
    "DELETE FROM comment_count WHERE comment_id = ANY($1)",
    "DELETE FROM comment WHERE id = ANY($1)",
)

_OF_PEOPLE = (
    "DELETE FROM note_like WHERE account_id = ANY($1)",
    "DELETE FROM notice_actor WHERE actor_id = ANY($1)",
    """DELETE FROM notice n WHERE NOT EXISTS
           (SELECT 1 FROM notice_actor a WHERE a.account_id = n.account_id AND a.notice_id = n.id)
       AND $1::bigint[] IS NOT NULL""",
    """UPDATE notice n SET actor_count = (
           SELECT count(*) FROM notice_actor a WHERE a.account_id = n.account_id AND a.notice_id = n.id)
       WHERE $1::bigint[] IS NOT NULL""",
    "DELETE FROM follow_in WHERE follower_id = ANY($1)",
    "DELETE FROM follow_out WHERE followee_id = ANY($1)",
    "DELETE FROM block WHERE blocked_id = ANY($1)",
    "DELETE FROM block_in WHERE blocker_id = ANY($1)",
    "DELETE FROM mute WHERE muted_id = ANY($1)",
    "DELETE FROM popular_author WHERE author_id = ANY($1)",
    "DELETE FROM impression WHERE account_id = ANY($1)",
    "DELETE FROM opening WHERE account_id = ANY($1)",
    "DELETE FROM watch_log WHERE account_id = ANY($1)",
    "UPDATE viewing SET account_id = 0 WHERE account_id = ANY($1)",
    "DELETE FROM idempotency WHERE account_id = ANY($1)",
    "DELETE FROM handle WHERE account_id = ANY($1)",
    "DELETE FROM label WHERE shard_id = ANY($1)",
    "DELETE FROM account WHERE id = ANY($1)",
)

_RECOUNT = (
    "DELETE FROM count_log WHERE note_id = ANY($1)",
    """UPDATE note_count k SET
        like_count = (SELECT count(*) FROM note_like l WHERE l.note_id = k.note_id AND l.subject_id = k.note_id AND l.is_counted),
        save_count = (SELECT count(*) FROM save s WHERE s.note_id = k.note_id AND s.is_counted),
        comment_count = (
            SELECT count(*) FROM comment c LEFT JOIN comment p ON p.note_id = c.note_id AND p.id = c.parent_id
            WHERE c.note_id = k.note_id AND c.deleted_at IS NULL AND c.state = 'public' AND c.is_counted
              AND (p.id IS NULL OR (p.state = 'public' AND p.deleted_at IS NULL AND p.is_counted)))
       WHERE k.note_id = ANY($1)""",
    """UPDATE comment_count k SET
        like_count = (SELECT count(*) FROM note_like l WHERE l.note_id = k.note_id AND l.subject_id = k.comment_id
                      AND l.is_counted),
        reply_count = (SELECT count(*) FROM comment c WHERE c.note_id = k.note_id AND c.parent_id = k.comment_id
                       AND c.deleted_at IS NULL AND c.state = 'public' AND c.is_counted)
       WHERE k.note_id = ANY($1)""",
)

_COUNT_FOLLOWS = """UPDATE account_count c SET
        follower_count = (SELECT count(*) FROM follow_in f WHERE f.account_id = c.account_id AND f.state = 'accepted'
                          AND f.is_counted),
        following_count = (SELECT count(*) FROM follow_out f WHERE f.account_id = c.account_id AND f.state = 'accepted'
                          AND f.is_counted)"""
