"""Pictures on their way in piece by piece: begun, continued where they broke off, looked at, thrown away."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial

from vermilion.accounts.rules import signed_in
from vermilion.accounts.schema import AccountsErased
from vermilion.engines.images import Images
from vermilion.engines.images_wire import MAX_BYTES
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id, new_id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import decode, drop, find_card, keep
from vermilion.media.parts import receive_parts
from vermilion.media.schema import Arriving, ArrivingPart, PictureProgress, PicturesDropped, film_blob
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.events import emit
from vermilion.work.jobs import Job

LASTS = timedelta(days=2)
MOST_ARRIVING = 60
"""Pictures one person may have on their way; a further one takes the place of the oldest."""

_ONE = f"SELECT {columns(Arriving)} FROM arriving WHERE account_id = $1 AND id = $2"


async def begin(db: Db, viewer: Viewer, blobs: Blobs, length: int, sha256: bytes = b"") -> Arriving:
    """Make room for a picture of so many bytes, whose hash may be known. Raises Invalid."""
    me = signed_in(viewer)
    if length < 1:
        raise Invalid("picture_not_readable")
    if length > MAX_BYTES:
        raise Invalid("picture_too_large", max_bytes=MAX_BYTES)
    found = Arriving(
        account_id=me, id=new_id(), key=secrets.token_urlsafe(16), length=length, received=0, sha256=sha256,
        is_done=False, expires_at=now() + LASTS,
    )  # fmt: skip
    async with db.transaction():
        old = await db.rows(
            "SELECT id FROM arriving WHERE account_id = $1 ORDER BY id DESC OFFSET $2", me, MOST_ARRIVING - 1
        )
        keys = await _drop(db, [me] * len(old), [row[0] for row in old])
        names = Arriving.__struct_fields__
        await db.run(
            f"INSERT INTO arriving ({columns(Arriving)}) VALUES ({', '.join(f'${at + 1}' for at in range(len(names)))})",
            *(getattr(found, name) for name in names),
        )
    await blobs.delete(keys)
    return found


async def get_own(db: Db, viewer: Viewer, picture_id: Id) -> Arriving:
    """A picture of one's own on its way; raises NotFound("picture_gone")."""
    found = await db.maybe(Arriving, _ONE, signed_in(viewer), picture_id)
    if found is None:
        raise NotFound("picture_gone")
    return found


async def progress(db: Db, viewer: Viewer, picture_id: Id) -> PictureProgress:
    """How far a picture of one's own is; once it has arrived and been looked at, with its card."""
    found = await get_own(db, viewer, picture_id)
    card = await find_card(db, viewer, picture_id) if found.is_done else None
    return PictureProgress(id=found.id, length=found.length, received=found.received, card=card)


def check_same(found: Arriving, sha256: bytes) -> None:
    """Raises Conflict("other_file") where somebody goes on with another file; what has arrived stays for the right one."""
    if sha256 and found.sha256 and sha256 != found.sha256:
        raise Conflict("other_file")


async def receive(db: Db, blobs: Blobs, found: Arriving, at: int, pieces: AsyncIterator[bytes]) -> int:
    """Append what comes; gives how much is there. Raises Conflict("picture_offset"), Invalid("picture_too_long_body")."""
    if found.is_done or at != found.received:
        raise Conflict("picture_offset", offset=found.received)
    return await receive_parts(
        pieces, at, found.length, partial(_keep_part, db, blobs, found), "picture_too_long_body"
    )


async def _keep_part(db: Db, blobs: Blobs, found: Arriving, at: int, data: bytes) -> int:
    """Store a part and then say so: a part nobody has heard of is cleared away with the rest."""
    name = f"part-{at}-{secrets.token_urlsafe(6)}"
    await blobs.put(film_blob(found.key, name), data, "application/octet-stream")
    async with db.transaction():
        taken = await db.run(
            """UPDATE arriving SET received = received + $4, expires_at = $5
               WHERE account_id = $1 AND id = $2 AND received = $3 AND NOT is_done""",
            found.account_id,
            found.id,
            at,
            len(data),
            now() + LASTS,
        )
        if taken:
            await db.run(
                "INSERT INTO arriving_part (account_id, arriving_id, at, bytes, name) VALUES ($1, $2, $3, $4, $5)",
                found.account_id,
                found.id,
                at,
                len(data),
                name,
            )
    if not taken:
        await blobs.delete([film_blob(found.key, name)])
        raise Conflict("picture_offset", offset=at)
    return at + len(data)


async def finish(db: Db, viewer: Viewer, blobs: Blobs, images: Images, picture_id: Id) -> Arriving:
    """Look at a picture that has arrived and let it be an upload of the same id; what is none is thrown away."""
    found = await get_own(db, viewer, picture_id)
    if found.is_done or found.received < found.length:
        return found
    parts = await _parts(db, [found.account_id], [found.id])
    data = b"".join([await blobs.get(film_blob(found.key, part.name)) for part in parts])
    if found.sha256 and hashlib.sha256(data).digest() != found.sha256:
        await discard(db, viewer, blobs, picture_id)
        raise Invalid("picture_damaged")
    try:
        made = await decode(db, viewer, blobs, images, data, picture_id=found.id)
    except Invalid:
        await discard(db, viewer, blobs, picture_id)
        raise
    async with db.transaction():
        changed = await db.run(
            "UPDATE arriving SET is_done = true WHERE account_id = $1 AND id = $2 AND NOT is_done",
            found.account_id,
            found.id,
        )
        if changed:
            await keep(db, made)
            await db.run(
                "DELETE FROM arriving_part WHERE account_id = $1 AND arriving_id = $2",
                found.account_id,
                found.id,
            )
    await (blobs.delete(_keys(found.key, parts)) if changed else drop(blobs, made))
    return await get_own(db, viewer, picture_id)


async def discard(db: Db, viewer: Viewer, blobs: Blobs, picture_id: Id) -> None:
    """Forget a picture that is on its way; one that is gone already is no error."""
    async with db.transaction():
        keys = await _drop(db, [signed_in(viewer)], [picture_id])
    await blobs.delete(keys)


async def drop_old(job: Job) -> int:
    """Forget what was never sent to its end, two days after its last part; gives how many."""
    async with job.db.transaction():
        rows = await job.db.rows(
            "SELECT account_id, id FROM arriving WHERE expires_at < $1 LIMIT 500 FOR UPDATE SKIP LOCKED",
            now(),
        )
        keys = await _drop(job.db, [row[0] for row in rows], [row[1] for row in rows])
    await job.blobs.delete(keys)
    return len(rows)


async def forget_accounts(db: Db, event: AccountsErased) -> None:
    """At once with the end of accounts: what they had on its way."""
    rows = await db.rows(
        "SELECT account_id, id FROM arriving WHERE account_id = ANY($1)", list(event.account_ids)
    )
    if keys := await _drop(db, [row[0] for row in rows], [row[1] for row in rows]):
        await emit(db, PicturesDropped(keys=tuple(keys)))


async def _drop(db: Db, account_ids: Sequence[int], ids: Sequence[int]) -> list[str]:
    if not ids:
        return []
    parts = await _parts(db, account_ids, ids)
    rows = await db.rows(
        "DELETE FROM arriving WHERE account_id = ANY($1) AND id = ANY($2) RETURNING id, key",
        list(account_ids),
        list(ids),
    )
    keys = {row[0]: row[1] for row in rows}
    return [film_blob(keys[part.arriving_id], part.name) for part in parts if part.arriving_id in keys]


async def _parts(db: Db, account_ids: Sequence[int], ids: Sequence[int]) -> list[ArrivingPart]:
    return await db.all(
        ArrivingPart,
        f"""SELECT {columns(ArrivingPart)} FROM arriving_part
            WHERE account_id = ANY($1) AND arriving_id = ANY($2) ORDER BY arriving_id, at""",
        list(account_ids),
        list(ids),
    )


def _keys(key: str, parts: Sequence[ArrivingPart]) -> list[str]:
    return [film_blob(key, part.name) for part in parts]
