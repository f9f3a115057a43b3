"""People, as one viewer may see them."""

from collections.abc import Iterable
from datetime import datetime

from vermilion.accounts.handles import skeleton
from vermilion.accounts.schema import (
    BLOCKED_BY,
    BLOCKS,
    Account,
    AccountCard,
    Person,
    Profile,
    avatar_address,
)
from vermilion.kernel.errors import NotFound, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import PAGE_SIZE, Key, Moment, Page, from_cursor, to_cursor
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db

TIES = """tie AS MATERIALIZED (
    SELECT other_id, bit_or(bit) AS bits FROM (
        SELECT followee_id AS other_id, CASE state WHEN 'accepted' THEN 1 ELSE 2 END AS bit
          FROM follow_out WHERE account_id = $1 AND followee_id = ANY($2)
        UNION ALL SELECT follower_id, 4 FROM follow_in
          WHERE account_id = $1 AND follower_id = ANY($2) AND state = 'accepted'
        UNION ALL SELECT blocked_id, 8 FROM block WHERE account_id = $1 AND blocked_id = ANY($2)
        UNION ALL SELECT blocker_id, 16 FROM block_in WHERE account_id = $1 AND blocker_id = ANY($2)
        UNION ALL SELECT muted_id, 32 FROM mute WHERE account_id = $1 AND muted_id = ANY($2)
    ) every GROUP BY other_id)"""

_GUESTS = """SELECT a.id, a.handle, a.display_name, a.avatar_key, a.color, a.state, a.approves_followers,
           a.may_list, a.may_train, 0 AS tie
    FROM account a WHERE a.id = ANY($1)"""

_VIEWERS = f"""WITH {TIES}
    SELECT a.id, a.handle, a.display_name, a.avatar_key, a.color, a.state, a.approves_followers,
           a.may_list, a.may_train, coalesce(t.bits, 0) AS tie
    FROM account a LEFT JOIN tie t ON t.other_id = a.id WHERE a.id = ANY($2)"""


class _Place(Record, kw_only=True, frozen=True):
    other_id: Id
    created_at: datetime


class _ProfileRow(Record, kw_only=True, frozen=True):
    bio: str
    bio_lang: str
    region: str | None
    created_at: datetime
    note_count: int
    follower_count: int
    following_count: int


async def people(db: Db, viewer: Viewer, account_ids: Iterable[int]) -> dict[Id, Person]:
    """These people with the viewer's ties to each, in one statement. Not to be shown without `is_apart` in mind."""
    wanted = list(dict.fromkeys(account_ids))
    if not wanted:
        return {}
    if viewer.is_guest:
        found = await db.all(Person, _GUESTS, wanted)
    else:
        found = await db.all(Person, _VIEWERS, viewer.account_id, wanted)
    return {person.id: person for person in found}


async def get_person(db: Db, viewer: Viewer, account_id: int) -> Person:
    """One person; raises NotFound("account_gone") when they are closed or have blocked the viewer."""
    person = (await people(db, viewer, [account_id])).get(Id(account_id))
    if person is None or person.state != "active" or _blocks(person):
        raise NotFound("account_gone")
    return person


async def find_id(db: Db, viewer: Viewer, handle: str) -> Id | None:  # noqa: ARG001 - every read takes the viewer
    """The account behind a handle in any of its look-alike forms, or None; whether it may be seen is asked later."""
    found = await db.value("SELECT account_id FROM handle WHERE skeleton = $1", skeleton(handle))
    return None if found is None else Id(found)


async def ids_of(db: Db, viewer: Viewer, handles: Iterable[str]) -> list[Id]:  # noqa: ARG001 - asked of all
    """The accounts behind several handles, those that exist."""
    keys = [skeleton(handle) for handle in handles]
    rows = await db.rows("SELECT account_id FROM handle WHERE skeleton = ANY($1)", keys) if keys else []
    return [Id(row[0]) for row in rows]


async def get_profile(db: Db, viewer: Viewer, handle: str) -> Profile:
    """A person's page; raises NotFound("account_gone") also when they have blocked the viewer."""
    account_id = await find_id(db, viewer, handle)
    if account_id is None:
        raise NotFound("account_gone")
    person = await get_person(db, viewer, account_id)
    row = await db.one(
        _ProfileRow,
        """SELECT a.bio, a.bio_lang, a.region, a.created_at, c.note_count, c.follower_count, c.following_count
           FROM account a JOIN account_count c ON c.account_id = a.id WHERE a.id = $1""",
        account_id,
    )
    card = person.card
    return Profile(
        **{name: getattr(card, name) for name in AccountCard.__struct_fields__},
        portrait=avatar_address(person.avatar_key, "m"),
        bio=row.bio,
        bio_lang=row.bio_lang,
        region=row.region,
        note_count=row.note_count,
        follower_count=row.follower_count,
        following_count=row.following_count,
        approves_followers=person.approves_followers,
        wishes=person.wishes,
        is_viewer=account_id == viewer.account_id,
        created_at=row.created_at,
    )


async def get_own(db: Db, viewer: Viewer) -> Account:
    """The viewer's whole account; raises Unauthorized("sign_in_first") for a guest."""
    if viewer.is_guest:
        raise Unauthorized("sign_in_first")
    return await db.one(Account, f"SELECT {columns(Account)} FROM account WHERE id = $1", viewer.account_id)


async def followers(db: Db, viewer: Viewer, account_id: Id, cursor: str | None = None) -> Page[AccountCard]:
    """Who follows this person, the newest first."""
    await get_person(db, viewer, account_id)
    return await _listed(
        db,
        viewer,
        cursor,
        """SELECT follower_id AS other_id, created_at FROM follow_in
           WHERE account_id = $1 AND state = 'accepted' AND (created_at, follower_id) < ($2, $3)
           ORDER BY created_at DESC, follower_id DESC LIMIT $4""",
        account_id,
    )


async def following(db: Db, viewer: Viewer, account_id: Id, cursor: str | None = None) -> Page[AccountCard]:
    """Whom this person follows, the newest first."""
    await get_person(db, viewer, account_id)
    return await _listed(
        db,
        viewer,
        cursor,
        """SELECT followee_id AS other_id, created_at FROM follow_out
           WHERE account_id = $1 AND state = 'accepted' AND (created_at, followee_id) < ($2, $3)
           ORDER BY created_at DESC, followee_id DESC LIMIT $4""",
        account_id,
    )


async def follow_requests(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[AccountCard]:
    """Who asks to follow the viewer."""
    return await _listed(
        db,
        viewer,
        cursor,
        """SELECT follower_id AS other_id, created_at FROM follow_in
           WHERE account_id = $1 AND state = 'requested' AND (created_at, follower_id) < ($2, $3)
           ORDER BY created_at DESC, follower_id DESC LIMIT $4""",
        viewer.account_id,
    )


async def blocked(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[AccountCard]:
    """Whom the viewer has blocked."""
    return await _listed(
        db,
        viewer,
        cursor,
        """SELECT blocked_id AS other_id, created_at FROM block
           WHERE account_id = $1 AND (created_at, blocked_id) < ($2, $3)
           ORDER BY created_at DESC, blocked_id DESC LIMIT $4""",
        viewer.account_id,
        apart=BLOCKED_BY,
    )


async def muted(db: Db, viewer: Viewer, cursor: str | None = None) -> Page[AccountCard]:
    """Whom the viewer has muted."""
    return await _listed(
        db,
        viewer,
        cursor,
        """SELECT muted_id AS other_id, created_at FROM mute
           WHERE account_id = $1 AND (created_at, muted_id) < ($2, $3)
           ORDER BY created_at DESC, muted_id DESC LIMIT $4""",
        viewer.account_id,
    )


_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


async def _listed(
    db: Db, viewer: Viewer, cursor: str | None, sql: str, account_id: Id, *, apart: int = BLOCKS | BLOCKED_BY
) -> Page[AccountCard]:
    moment, last = from_cursor(cursor, tuple[Moment, Key]) if cursor else (_END, 2**63 - 1)
    places = await db.all(_Place, sql, account_id, moment, last, PAGE_SIZE + 1)
    found = await people(db, viewer, [place.other_id for place in places[:PAGE_SIZE]])
    shown = [found[place.other_id] for place in places[:PAGE_SIZE] if place.other_id in found]
    items = [person.card for person in shown if person.state == "active" and not person.tie & apart]
    end = places[PAGE_SIZE - 1] if len(places) > PAGE_SIZE else None
    return Page(items=items, next=to_cursor(end.created_at.isoformat(), int(end.other_id)) if end else None)


def _blocks(person: Person) -> bool:
    return bool(person.tie & BLOCKED_BY)


async def alone(db: Db, account_id: Id) -> None:
    """Wait here for what the same person does at once, until it is committed: so that what is counted next is right."""
    await db.run("SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id)


async def find_at_home(db: Db, handle: str) -> Viewer | None:
    """Somebody at home here as they would look themselves; for commands at the machine itself."""
    rows = await db.rows(
        """SELECT a.id, a.handle, a.reads, a.region FROM handle h JOIN account a ON a.id = h.account_id
           WHERE h.skeleton = $1 AND a.state = 'active'""",
        skeleton(handle),
    )
    if not rows:
        return None
    account_id, own, reads, region = rows[0]
    return Viewer(account_id=Id(account_id), handle=own, reads=tuple(reads), region=region)
