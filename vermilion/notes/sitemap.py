"""What search engines may list, in pages of bounded size: notes and people in the order of their ids."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal

from vermilion.accounts.reads import people
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import GUEST
from vermilion.notes.rules import VISIBLE, sight
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

Kind = Literal["notes", "people"]

PAGE = 40_000
"""Notes on a page when it is begun; those that are shown later have room up to MOST."""
MOST = 50_000
"""Addresses that a page may have, as the protocol has it."""
PIECE = 2_000
BEGUN_AT_ONCE = 100
DATED = 50
"""The newest pages, of which it is told when something on them last changed."""

_FOR_ALL = "n.state = 'public' AND n.audience = 'everyone' AND n.deleted_at IS NULL"
_FIRST_OF_NEXT = {
    "notes": f"SELECT n.id FROM note n WHERE {_FOR_ALL} AND n.id > $1 ORDER BY n.id OFFSET $2 LIMIT 1",
    "people": "SELECT id FROM account WHERE id > $1 ORDER BY id OFFSET $2 LIMIT 1",
}


class SitemapPage(Record, kw_only=True, frozen=True):
    """A stored page: the id it begins with, and when something on it last changed, as far as that is known."""

    kind: Kind
    first_id: Id
    changed_at: datetime | None


class Listed(Record, kw_only=True, frozen=True):
    """A note that search engines may list."""

    id: Id
    changed_at: datetime


async def pages(db: Db) -> list[SitemapPage]:
    """Every page there is, in order; the first of each kind begins with 0."""
    return await db.all(
        SitemapPage,
        """SELECT kind, first_id, changed_at FROM sitemap_page
           UNION SELECT kind, 0, NULL FROM (VALUES ('notes'), ('people')) AS known (kind)
               WHERE NOT EXISTS (SELECT 1 FROM sitemap_page p WHERE p.kind = known.kind AND p.first_id = 0)
           ORDER BY kind, first_id""",
    )


async def ends(db: Db, kind: Kind, first_id: int) -> int | None:
    """Where a page ends that begins with this id; None where none does."""
    known = [page for page in await pages(db) if page.kind == kind]
    if first_id not in {page.first_id for page in known}:
        return None
    return min((int(page.first_id) for page in known if page.first_id > first_id), default=2**63 - 1)


async def listed_notes(
    db: Db, first_id: int, end: int, *, unasked: bool, piece: int = PIECE
) -> AsyncIterator[list[Listed]]:
    """The notes of a page, piece by piece: for everybody everywhere, without any label, by authors who may be listed.

    `unasked`: whether an author who has not said so may be. Three statements a piece.
    """
    after, left = first_id - 1, MOST
    while left > 0:
        rows = await db.rows(
            f"SELECT n.id, n.author_id FROM note n WHERE {_FOR_ALL} AND n.id > $1 AND n.id < $2 ORDER BY n.id LIMIT $3",
            after,
            end,
            piece,
        )
        found = await people(db, GUEST, [row[1] for row in rows])
        willing = [one for one in found.values() if (unasked if one.may_list is None else one.may_list)]
        shown = await db.all(
            Listed,
            f"""SELECT n.id, greatest(n.edited_at, n.released_at, n.created_at) AS changed_at FROM note n
                WHERE n.id = ANY($1) AND {VISIBLE} AND NOT EXISTS (SELECT 1 FROM label w WHERE w.shard_id = n.id
                    AND w.subject_id = n.id AND w.lifted_at IS NULL)
                ORDER BY n.id""",
            [row[0] for row in rows],
            *sight(GUEST, willing),
        )
        yield shown[:left]
        left -= len(shown)
        if len(rows) < piece:
            return
        after = rows[-1][0]


async def listed_people(
    db: Db, first_id: int, end: int, *, unasked: bool, piece: int = PIECE
) -> AsyncIterator[list[str]]:
    """The handles of the people on a page who may be listed and have published something, piece by piece."""
    after, left = first_id - 1, MOST
    while left > 0:
        rows = await db.rows(
            """SELECT a.id, a.handle, a.state = 'active' AND c.note_count > 0 AND coalesce(a.may_list, $4)
               FROM account a JOIN account_count c ON c.account_id = a.id
               WHERE a.id > $1 AND a.id < $2 ORDER BY a.id LIMIT $3""",
            after,
            end,
            piece,
            unasked,
        )
        shown = [row[1] for row in rows if row[2]]
        yield shown[:left]
        left -= len(shown)
        if len(rows) < piece:
            return
        after = rows[-1][0]


async def divide_sitemap(job: Job, *, page: int = PAGE) -> int:
    """Begin new pages where the last one is full, and note when something on the newest changed; gives how many began.

    Each statement reads one page at the most.
    """
    db, begun = job.db, 0
    for kind, sql in _FIRST_OF_NEXT.items():
        known = await db.rows("SELECT first_id FROM sitemap_page WHERE kind = $1 ORDER BY first_id", kind)
        firsts = [row[0] for row in known] or [0]
        for _ in range(BEGUN_AT_ONCE):
            following = await db.value(sql, firsts[-1] - 1, page)
            if following is None:
                break
            firsts.append(following)
            begun += 1
        await db.run(
            """INSERT INTO sitemap_page (kind, first_id) SELECT $1, unnest($2::bigint[])
               ON CONFLICT DO NOTHING""",
            kind,
            firsts,
        )
    await _date(db)
    return begun


async def _date(db: Db) -> None:
    """When something on the newest pages of notes last changed."""
    firsts = [
        row[0] for row in await db.rows("SELECT first_id FROM sitemap_page WHERE kind = 'notes' ORDER BY 1")
    ]
    bounds = list(zip(firsts, [*firsts[1:], 2**63 - 1], strict=True))[-DATED:]
    for first, end in bounds:
        changed = await db.value(
            f"""SELECT max(greatest(n.edited_at, n.released_at, n.created_at)) FROM note n
                WHERE {_FOR_ALL} AND n.id >= $1 AND n.id < $2""",
            first,
            end,
        )
        await db.run(
            "UPDATE sitemap_page SET changed_at = $2 WHERE kind = 'notes' AND first_id = $1", first, changed
        )
