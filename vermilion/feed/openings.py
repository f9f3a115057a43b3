"""Which notes somebody has opened."""

from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db

MOST_LOOKED_AT = 200


async def opened(db: Db, viewer: Viewer, most: int = 30) -> list[Id]:
    """The notes the viewer has opened lately, the latest first, whether they may still be seen or not."""
    if viewer.is_guest:
        return []
    rows = await db.rows(
        "SELECT note_id FROM opening WHERE account_id = $1 ORDER BY created_at DESC LIMIT $2",
        viewer.account_id,
        MOST_LOOKED_AT,
    )
    return [Id(note_id) for note_id in dict.fromkeys(row[0] for row in rows)][:most]
