"""Making notices and reading them off."""

from collections.abc import Sequence

from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountBlocked, AccountsErased
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.notifications.schema import Kind
from vermilion.search.schema import SavedSearchDropped
from vermilion.storage.db import Db
from vermilion.work.events import Event, emit

_OF_ONESELF = frozenset({"not_published", "webhook_off"})


class Tidings(Record, kw_only=True, frozen=True):
    """One thing to tell one person: who did what about which subject."""

    account_id: Id
    kind: Kind
    actor_id: Id
    note_id: int = 0
    subject_id: int = 0
    comment_id: int = 0
    part: str = ""


class Told(Event, kw_only=True, frozen=True):
    """These things were told, each to somebody who wants to hear of it."""

    tidings: tuple[Tidings, ...]


async def tell(db: Db, tidings: Sequence[Tidings]) -> None:
    """Add tidings to unread notices of the same kind and subject, or open new ones.

    Nobody hears of themselves, but of what became of their drafts and webhooks, nor of those they have muted or blocked.
    """
    wanted = await _wanted(
        db, [one for one in tidings if one.account_id != one.actor_id or one.kind in _OF_ONESELF]
    )
    if not wanted:
        return
    await emit(db, Told(tidings=tuple(wanted)))
    moment = now()
    grouped: dict[tuple[int, str, int], list[Tidings]] = {}
    for found in sorted(wanted, key=lambda found: (found.account_id, found.kind, found.subject_id)):
        grouped.setdefault((found.account_id, found.kind, found.subject_id), []).append(found)
    latest = [group[-1] for group in grouped.values()]
    rows = await db.rows(
        """INSERT INTO notice (account_id, id, kind, note_id, subject_id, comment_id, part, updated_at)
           SELECT a, i, k, n, s, c, p, $8 FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[],
               $6::bigint[], $7::text[]) AS t (a, i, k, n, s, c, p)
           ON CONFLICT (account_id, kind, subject_id) WHERE read_at IS NULL
           DO UPDATE SET updated_at = excluded.updated_at, comment_id = excluded.comment_id,
               part = excluded.part, note_id = excluded.note_id
           RETURNING account_id, kind, subject_id, id""",
        [found.account_id for found in latest],
        [new_id() for _ in latest],
        [found.kind for found in latest],
        [found.note_id for found in latest],
        [found.subject_id for found in latest],
        [found.comment_id for found in latest],
        [found.part for found in latest],
        moment,
    )
    notices = {(row[0], row[1], row[2]): row[3] for row in rows}
    actors = dict.fromkeys(
        (key[0], notices[key], int(found.actor_id)) for key, group in grouped.items() for found in group
    )
    # Who is in a notice already moves to its front; only others are counted: the statement sees none that it adds.
    await db.run(
        """WITH sent AS (
               INSERT INTO notice_actor (account_id, notice_id, actor_id, created_at)
               SELECT t.*, $4 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS t
               ON CONFLICT (account_id, notice_id, actor_id) DO UPDATE SET created_at = excluded.created_at
               RETURNING account_id, notice_id, actor_id)
           UPDATE notice n SET actor_count = n.actor_count + s.count
           FROM (SELECT account_id, notice_id, count(*) AS count FROM sent WHERE NOT EXISTS (
                     SELECT 1 FROM notice_actor a WHERE a.account_id = sent.account_id AND a.notice_id = sent.notice_id
                       AND a.actor_id = sent.actor_id)
                 GROUP BY account_id, notice_id) s
           WHERE n.account_id = s.account_id AND n.id = s.notice_id""",
        *(list(column) for column in zip(*actors, strict=True)),
        moment,
    )


async def mark_read(db: Db, viewer: Viewer) -> None:
    """Everything told so far has been read."""
    await db.run(
        "UPDATE notice SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL", signed_in(viewer), now()
    )


async def forget_search(db: Db, event: SavedSearchDropped) -> None:
    """Take away what was told of a saved search that is no more."""
    await db.run(
        "DELETE FROM notice WHERE account_id = $1 AND kind = 'found' AND subject_id = $2",
        event.account_id,
        event.search_id,
    )


async def part(db: Db, event: AccountBlocked) -> None:
    """Take two people out of what each has been told, so that nothing of the other is counted as unread."""
    for one, other in sorted([(event.account_id, event.blocked_id), (event.blocked_id, event.account_id)]):
        rows = await db.rows(
            "DELETE FROM notice_actor WHERE account_id = $1 AND actor_id = $2 RETURNING notice_id", one, other
        )
        await db.run(
            "UPDATE notice SET actor_count = actor_count - 1 WHERE account_id = $1 AND id = ANY($2)",
            one,
            [row[0] for row in rows],
        )
        await db.run(
            """DELETE FROM notice n WHERE n.account_id = $1 AND n.id = ANY($2) AND NOT EXISTS (
                   SELECT 1 FROM notice_actor a WHERE a.account_id = $1 AND a.notice_id = n.id)""",
            one,
            [row[0] for row in rows],
        )


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """Take these people out of what others have been told."""
    rows = await db.rows(
        "DELETE FROM notice_actor WHERE actor_id = ANY($1) RETURNING account_id, notice_id",
        list(event.account_ids),
    )
    await db.run(
        """UPDATE notice n SET actor_count = n.actor_count - g.count
           FROM (SELECT account_id, id, count(*) AS count FROM unnest($1::bigint[], $2::bigint[]) AS t (account_id, id)
                 GROUP BY account_id, id) g
           WHERE n.account_id = g.account_id AND n.id = g.id""",
        [row[0] for row in rows],
        [row[1] for row in rows],
    )
    await db.run(
        """DELETE FROM notice n USING unnest($1::bigint[], $2::bigint[]) AS g (account_id, id)
           WHERE n.account_id = g.account_id AND n.id = g.id AND NOT EXISTS (
               SELECT 1 FROM notice_actor a WHERE a.account_id = n.account_id AND a.notice_id = n.id)""",
        [row[0] for row in rows],
        [row[1] for row in rows],
    )


async def _wanted(db: Db, tidings: Sequence[Tidings]) -> list[Tidings]:
    if not tidings:
        return []
    accounts, actors = [found.account_id for found in tidings], [found.actor_id for found in tidings]
    rows = await db.rows(
        """SELECT m.account_id, m.muted_id FROM mute m WHERE m.account_id = ANY($1) AND m.muted_id = ANY($2)
           UNION ALL SELECT b.account_id, b.blocked_id FROM block b
             WHERE b.account_id = ANY($1) AND b.blocked_id = ANY($2)
           UNION ALL SELECT i.account_id, i.blocker_id FROM block_in i
             WHERE i.account_id = ANY($1) AND i.blocker_id = ANY($2)""",
        accounts,
        actors,
    )
    unwanted = {(row[0], row[1]) for row in rows}
    here = {row[0] for row in await db.rows("SELECT id FROM account WHERE id = ANY($1)", accounts)}
    return [
        found
        for found in tidings
        if (found.account_id, found.actor_id) not in unwanted and found.account_id in here
    ]
