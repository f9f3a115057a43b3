"""Notes whose pictures look the same as one, or similar."""

from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.looks import Near, bits_of, find_look, nearest
from vermilion.notes.reads import Offer, cards, get_note
from vermilion.search.schema import Lookalikes, LookHit
from vermilion.storage.db import Db

SAME, SIMILAR = 40, 80
"""Of 256 bits. Measured on 9 photographs: squeezed, shrunk, coloured or written on, one differs by 0 to 40 from what it was
(with a large mark on it by up to 64, an eighth of it cut off by 56 to 82); of 33,244 pairs of different ones none by less
than 90."""
MOST_SHOWN = 24


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
    for near in await nearest(db, bits, SIMILAR):
        if near.note_id != without:
            closest.setdefault(near.note_id, near)
    rows = await db.rows("SELECT note_id, author_id FROM search_note WHERE note_id = ANY($1)", list(closest))
    authors = {Id(row[0]): Id(row[1]) for row in rows}
    offers = [Offer(note_id=note_id, author_id=authors[note_id]) for note_id in closest if note_id in authors]
    shown = await cards(db, viewer, offers, muted=False)
    hits = [LookHit(note=card, distance=closest[card.id].distance) for card in shown]
    same = [hit for hit in hits if hit.distance <= SAME]
    return Lookalikes(
        same=same[:MOST_SHOWN], similar=[hit for hit in hits if hit.distance > SAME][:MOST_SHOWN]
    )
