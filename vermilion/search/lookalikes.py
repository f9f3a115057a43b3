"""Notes whose pictures look the same as one, or similar."""

from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.media.looks import bits_of, find_look, nearest
from vermilion.notes.reads import Offer, cards, get_note
from vermilion.search.reads import followed_by
from vermilion.search.schema import Lookalikes, LookHit
from vermilion.storage.db import Db

SAME, SIMILAR = 40, 80
"""Of 256 bits. Measured on 9 photographs: squeezed, shrunk, coloured or written on, one differs by 0 to 40 from what it was
(with a large mark on it by up to 64, an eighth of it cut off by 56 to 82); of 33,244 pairs of different ones none by less
than 90."""
MOST_SHOWN = 24
MOST_OF_A_LOOK, MOST_LOOKED_AT = 48, 200
"""Notes that are looked at for those the viewer may see: with one look, the latest first, and altogether."""


class Near(Record, kw_only=True, frozen=True):
    """A note with a picture, and by how many of 256 bits that looks different."""

    note_id: Id
    author_id: Id
    distance: int


async def lookalikes(db: Db, viewer: Viewer, note_id: int, picture_id: int) -> Lookalikes:
    """The notes with pictures that look like one of a note the viewer may see; raises NotFound."""
    note = await get_note(db, viewer, note_id)
    bits = await find_look(db, note.id, picture_id)
    return await _lookalikes(db, viewer, bits, without=note.id)


async def find_lookalikes(db: Db, viewer: Viewer, look: bytes) -> Lookalikes:
    """The notes with pictures that look like this (see engines.looks)."""
    return await _lookalikes(db, viewer, bits_of(look))


async def _lookalikes(db: Db, viewer: Viewer, bits: str | None, without: Id | None = None) -> Lookalikes:
    if bits is None:
        return Lookalikes(same=[], similar=[], is_plain=True)
    closest: dict[Id, Near] = {}
    looks, followed = await nearest(db, bits, SIMILAR), await followed_by(db, viewer)
    for near in await db.all(Near, _NEAR, looks, bits, viewer.account_id, followed, MOST_OF_A_LOOK):
        if near.note_id != without:
            closest.setdefault(near.note_id, near)
    offers = [Offer(note_id=near.note_id, author_id=near.author_id) for near in closest.values()]
    shown = await cards(db, viewer, offers, hidden=False)
    hits = [LookHit(note=card, distance=closest[card.id].distance) for card in shown]
    same = [hit for hit in hits if hit.distance <= SAME]
    return Lookalikes(
        same=same[:MOST_SHOWN], similar=[hit for hit in hits if hit.distance > SAME][:MOST_SHOWN]
    )


# Most of what this viewer cannot see is left out early, or copies of one picture that are for others would hide the rest.
_NEAR = f"""SELECT f.note_id, f.author_id, f.distance FROM (
        SELECT l.note_id, s.author_id, (l.bits OPERATOR(<~>) $2::text::bit(256))::integer AS distance,
            row_number() OVER (PARTITION BY l.bits ORDER BY l.note_id DESC) AS nth
        FROM picture_look l JOIN search_note s ON s.note_id = l.note_id
        WHERE l.bits = ANY($1::text[]::bit(256)[])
          AND (s.audience = 'everyone' OR s.author_id = $3 OR s.author_id = ANY($4))) f
    WHERE f.nth <= $5 ORDER BY f.distance, f.note_id DESC LIMIT {MOST_LOOKED_AT}"""
