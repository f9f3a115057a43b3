"""Pictures of one's own notes, to be taken up again."""

from vermilion.kernel.errors import NotFound
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_own_note
from vermilion.storage.db import Db


async def get_own_picture(db: Db, viewer: Viewer, note_id: int, picture_id: int) -> str:
    """The key of a picture in a note of the viewer's; raises NotFound("picture_gone") where there is none, or a film."""
    note = await get_own_note(db, viewer, note_id)
    key = await db.value(
        "SELECT key FROM media WHERE note_id = $1 AND subject_id = $1 AND id = $2 AND kind = 'picture'",
        note.id,
        picture_id,
    )
    if key is None:
        raise NotFound("picture_gone")
    return str(key)
