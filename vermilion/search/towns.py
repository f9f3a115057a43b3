"""Towns by the beginning of any of their names, those from which there is a note that the viewer may see."""

from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import Offer, visible
from vermilion.places.reads import Said, match, offer_towns
from vermilion.places.schema import TownCard
from vermilion.search.suggestions import LATEST, MOST_LISTED, find_places
from vermilion.storage.db import Db


async def find_towns(db: Db, viewer: Viewer, typed: str) -> tuple[list[TownCard], list[str]]:
    """Towns, and the places notes name that are none of the gazetteer."""
    offered = [one.town for one in await offer_towns(db, viewer, typed, most=2 * MOST_LISTED)]
    rows = await db.rows(
        """SELECT t.id, p.note_id, p.author_id FROM unnest($1::bigint[]) AS t (id)
           CROSS JOIN LATERAL (SELECT note_id, author_id FROM place_note n WHERE n.place_id = t.id
                               ORDER BY note_id DESC LIMIT $2) p""",
        [town.id for town in offered],
        LATEST,
    )
    seen = await visible(db, viewer, [Offer(note_id=Id(row[1]), author_id=Id(row[2])) for row in rows])
    having = {row[0] for row in rows if row[1] in seen}
    written = await find_places(db, viewer, typed)
    meant = await match(db, [Said(text=text) for text in written])
    return (
        [town for town in offered if town.id in having][:MOST_LISTED],
        [text for text, town in zip(written, meant, strict=True) if town is None or town not in having],
    )
