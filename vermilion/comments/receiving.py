"""How a comment begins: seen at once, waiting for a second look, or for the author of the note."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from vermilion.accounts.hiding import filters_under
from vermilion.accounts.reads import get_own
from vermilion.comments.schema import Comment
from vermilion.kernel.filters import find_filter
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.moderation.rules import screen
from vermilion.notes.schema import Note
from vermilion.storage.db import Db

State = Literal["public", "held", "hidden"]


async def received(
    db: Db,
    viewer: Viewer,
    note: Note,
    body: str,
    versions: Sequence[str],
    written_at: datetime,
    before: Comment | None = None,
) -> tuple[State, Id | None]:
    """The state of the viewer's words, and who decides about them: moderation (None) or the note's author, by their filters.

    `before`: the comment whose words they replace. What its note's author holds or hides stays so.
    """
    own = await get_own(db, viewer)
    if screen(body, own.created_at, written_at):
        return "held", None
    if before is not None and before.held_for and before.state in {"held", "hidden"}:
        return ("held" if before.state == "held" else "hidden"), before.held_for
    is_known = before is not None and before.state == "public" and before.body == body
    if note.author_id == viewer.account_id or (is_known and not versions):
        return "public", None
    found = find_filter(await filters_under(db, note.author_id), (body, *versions))
    if found is None:
        return "public", None
    return ("hidden" if found.manner == "hide" else "held"), note.author_id
