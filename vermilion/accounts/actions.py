"""What people do about each other and about themselves."""

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec

from vermilion.accounts.counting import hold
from vermilion.accounts.reads import get_own, get_person, get_profile, people
from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import (
    ASKED,
    FOLLOWS,
    AccountBlocked,
    AccountCard,
    AccountFollowed,
    AccountUnfollowed,
    BioChanged,
    EditProfile,
    FollowAccepted,
    Profile,
    ProfileEdited,
)
from vermilion.engines.images import Images
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Forbidden, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.text import clean, content_hash, fold_tag, named
from vermilion.kernel.viewer import Viewer
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db, Row
from vermilion.work.events import emit


async def follow(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Follow somebody, or ask to when they approve their followers. Twice is once."""
    me = signed_in(viewer)
    if account_id == me:
        raise Conflict("cannot_follow_yourself")
    async with db.transaction():
        person = await get_person(db, viewer, account_id)
        if person.is_apart:
            raise Forbidden("blocked_here")
        if person.tie & (FOLLOWS | ASKED):
            return person.card
        state: Literal["requested", "accepted"] = "requested" if person.approves_followers else "accepted"
        await _store_follow(db, me, account_id, state)
        await emit(db, AccountFollowed(account_id=me, followee_id=account_id, state=state))
        return msgspec.structs.replace(person.card, follow=state)


async def unfollow(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Stop following, or take the request back."""
    me = signed_in(viewer)
    async with db.transaction():
        await _end_follow(db, me, account_id)
        return (await get_person(db, viewer, account_id)).card


async def approve(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Let somebody who asked follow the viewer; raises NotFound("request_gone")."""
    me = signed_in(viewer)
    async with db.transaction():
        if not await _accept(db, account_id, me):
            raise NotFound("request_gone")
        return (await get_person(db, viewer, account_id)).card


async def refuse(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Refuse a request, or remove a follower; they are not told."""
    me = signed_in(viewer)
    async with db.transaction():
        await _end_follow(db, account_id, me)
        return (await get_person(db, viewer, account_id)).card


async def block(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Neither sees the other any more; follows both ways end."""
    me = signed_in(viewer)
    if account_id == me:
        raise Conflict("cannot_block_yourself")
    async with db.transaction():
        await hold(db, me, account_id)
        # Somebody who has blocked the viewer can be blocked back without a word about it.
        if not await db.value("SELECT 1 FROM account WHERE id = $1", account_id):
            raise NotFound("account_gone")
        await db.run(
            "INSERT INTO block (account_id, blocked_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            me,
            account_id,
            now(),
        )
        await db.run(
            "INSERT INTO block_in (account_id, blocker_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            account_id,
            me,
            now(),
        )
        await _end_follow(db, me, account_id)
        await _end_follow(db, account_id, me)
        await emit(db, AccountBlocked(account_id=me, blocked_id=account_id))
        return (await people(db, viewer, [account_id]))[account_id].card


async def unblock(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Take a block back; follows do not return."""
    me = signed_in(viewer)
    async with db.transaction():
        await db.run("DELETE FROM block WHERE account_id = $1 AND blocked_id = $2", me, account_id)
        await db.run("DELETE FROM block_in WHERE account_id = $1 AND blocker_id = $2", account_id, me)
        found = (await people(db, viewer, [account_id])).get(account_id)
        if found is None:
            raise NotFound("account_gone")
        return found.card


async def mute(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Keep somebody out of one's feeds and notices; they are not told and can still be visited."""
    me = signed_in(viewer)
    if account_id == me:
        raise Conflict("cannot_mute_yourself")
    async with db.transaction():
        await get_person(db, viewer, account_id)
        await db.run(
            "INSERT INTO mute (account_id, muted_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            me,
            account_id,
            now(),
        )
        return (await get_person(db, viewer, account_id)).card


async def unmute(db: Db, viewer: Viewer, account_id: Id) -> AccountCard:
    """Take a mute back."""
    me = signed_in(viewer)
    async with db.transaction():
        await db.run("DELETE FROM mute WHERE account_id = $1 AND muted_id = $2", me, account_id)
        return (await get_person(db, viewer, account_id)).card


async def edit_profile(db: Db, viewer: Viewer, language: Language, edit: EditProfile) -> Profile:
    """Change what was sent, keep the rest. Ending approval lets everybody in who had asked."""
    signed_in(viewer)
    async with db.transaction():
        own = await get_own(db, viewer)
        bio = own.bio if edit.bio is None else clean(edit.bio, "bio")
        name = own.display_name if edit.display_name is None else named(edit.display_name, "display_name")
        reads = own.reads if edit.reads is None else tuple(dict.fromkeys(edit.reads))
        approves = own.approves_followers if edit.approves_followers is None else edit.approves_followers
        await db.run(
            """UPDATE account SET display_name = $2, bio = $3, bio_lang = $4, bio_hash = $5, region = $6, reads = $7,
                   interests = $8, approves_followers = $9, interface = $10, translate = $11, shown = $12, learns = $13,
                   may_list = $14, may_train = $15
               WHERE id = $1""",
            viewer.account_id,
            name,
            bio,
            language.detect(bio, reads=reads),
            content_hash(bio),
            own.region if edit.region is None else edit.region or None,
            list(reads),
            list(own.interests if edit.interests is None else dict.fromkeys(map(fold_tag, edit.interests))),
            approves,
            own.interface if edit.interface is None else edit.interface or None,
            edit.translate or own.translate,
            edit.shown or own.shown,
            own.learns if edit.learns is None else edit.learns or None,
            own.may_list if edit.may_list is None else edit.may_list,
            own.may_train if edit.may_train is None else edit.may_train,
        )
        await emit(db, ProfileEdited(account_id=viewer.account_id, is_renamed=name != own.display_name))
        if own.bio not in {"", bio}:
            await emit(db, BioChanged(account_id=own.id, before=own.bio))
        if own.approves_followers and not approves:
            for row in await db.rows(
                "SELECT follower_id FROM follow_in WHERE account_id = $1 AND state = 'requested'",
                viewer.account_id,
            ):
                await _accept(db, Id(row[0]), viewer.account_id)
        return await get_profile(db, viewer, own.handle)


async def set_avatar(db: Db, viewer: Viewer, blobs: Blobs, images: Images, data: bytes | None) -> Profile:
    """Show this picture (bytes of any accepted format), or none, beside the viewer's name."""
    signed_in(viewer)
    own = await get_own(db, viewer)
    key = None
    if data is not None:
        prepared = await images.prepare_avatar(data)
        key = secrets.token_urlsafe(16)
        await blobs.put_all(
            {f"avatar/{key}/{made.name}.webp": (made.data, "image/webp") for made in prepared.renditions}
        )
    await db.run("UPDATE account SET avatar_key = $2 WHERE id = $1", viewer.account_id, key)
    if own.avatar_key:
        await blobs.delete([f"avatar/{own.avatar_key}/{name}.webp" for name in ("s", "m")])
    return await get_profile(db, viewer, own.handle)


async def count_note(db: Db, account_id: Id, delta: int) -> None:
    """Count a note of this person's as shown to everyone (1) or no longer (-1); others are not counted, for all see the count."""
    if delta:
        await db.run(
            "UPDATE account_count SET note_count = note_count + $2 WHERE account_id = $1", account_id, delta
        )


async def _store_follow(db: Db, follower: Id, followee: Id, state: str) -> None:
    moment = now()
    stored = await db.run(
        """INSERT INTO follow_out (account_id, followee_id, state, created_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING""",
        follower,
        followee,
        state,
        moment,
    )
    await db.run(
        """INSERT INTO follow_in (account_id, follower_id, state, created_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING""",
        followee,
        follower,
        state,
        moment,
    )
    if stored and state == "accepted":
        await _count_follow(db, follower, followee, 1)


async def _accept(db: Db, follower: Id, followee: Id) -> bool:
    await hold(db, follower, followee)
    followed = await db.rows(
        """UPDATE follow_in SET state = 'accepted' WHERE account_id = $1 AND follower_id = $2 AND state = 'requested'
           RETURNING is_counted""",
        followee,
        follower,
    )
    if not followed:
        return False
    follows = await db.rows(
        "UPDATE follow_out SET state = 'accepted' WHERE account_id = $1 AND followee_id = $2 RETURNING is_counted",
        follower,
        followee,
    )
    await _count_follow(db, follower, followee, 1, _counts(follows), _counts(followed))
    await emit(db, FollowAccepted(account_id=follower, followee_id=followee))
    return True


async def _end_follow(db: Db, follower: Id, followee: Id) -> None:
    await hold(db, follower, followee)
    follows = await db.rows(
        "DELETE FROM follow_out WHERE account_id = $1 AND followee_id = $2 RETURNING is_counted, state",
        follower,
        followee,
    )
    followed = await db.rows(
        "DELETE FROM follow_in WHERE account_id = $1 AND follower_id = $2 RETURNING is_counted",
        followee,
        follower,
    )
    if follows and follows[0][1] == "accepted":
        await _count_follow(db, follower, followee, -1, _counts(follows), _counts(followed))
        await emit(db, AccountUnfollowed(account_id=follower, followee_id=followee))


def _counts(rows: Sequence[Row]) -> bool:
    return bool(rows and rows[0][0])


async def _count_follow(
    db: Db, follower: Id, followee: Id, delta: int, follows: bool = True, followed: bool = True
) -> None:
    """Count a follow with the one who follows and the one who is followed, or not: where the other is closed."""
    changes = [(follower, 0, delta * follows), (followee, delta * followed, 0)]
    for account_id, followers, following in sorted(changes):  # always in the order of ids: no deadlock
        await db.run(
            """UPDATE account_count SET follower_count = follower_count + $2, following_count = following_count + $3
               WHERE account_id = $1""",
            account_id,
            followers,
            following,
        )
