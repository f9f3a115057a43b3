"""What the author of a note does to many comments under it at once, and how that is undone."""

from collections.abc import Sequence
from datetime import datetime

from vermilion.accounts.rules import signed_in
from vermilion.comments.counting import hold_families, log_difference, standing
from vermilion.comments.schema import CommentsAllowed, Deed, Tended
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes.actions import UNDO_LASTS
from vermilion.notes.reads import get_own_note
from vermilion.storage.db import Db
from vermilion.work.events import emit

MOST_AT_ONCE = 200

# $1 note, $2 comments, $3 moment, $4 the note's author.
_DEEDS: dict[Deed, str] = {
    "hide": """UPDATE comment SET state_before = state, state = 'hidden', held_for = $4, decided_at = $3, is_pinned = false
        WHERE note_id = $1 AND id = ANY($2) AND deleted_at IS NULL AND author_id <> $4
          AND (state = 'public' OR (state = 'held' AND held_for = $4)) RETURNING id, state_before""",
    "allow": """UPDATE comment SET state_before = state, state = 'public', decided_at = $3
        WHERE note_id = $1 AND id = ANY($2) AND deleted_at IS NULL AND state IN ('held', 'hidden') AND held_for = $4
        RETURNING id, state_before""",
    "remove": """UPDATE comment SET deleted_at = $3, deleted_by = $4, decided_at = $3, is_pinned = false
        WHERE note_id = $1 AND id = ANY($2) AND deleted_at IS NULL RETURNING id, state""",
    "unpin": """UPDATE comment SET is_pinned = false WHERE note_id = $1 AND id = ANY($2) AND is_pinned
        AND $3::timestamptz IS NOT NULL AND $4::bigint IS NOT NULL RETURNING id, state""",
}

_UNDO = """UPDATE comment SET state = CASE WHEN deleted_at = $3 THEN state ELSE coalesce(state_before, state) END,
        deleted_at = CASE WHEN deleted_at = $3 THEN NULL ELSE deleted_at END,
        deleted_by = CASE WHEN deleted_at = $3 THEN NULL ELSE deleted_by END, decided_at = NULL
    WHERE note_id = $1 AND id = ANY($2) AND decided_at = $3 AND $4::bigint IS NOT NULL RETURNING id, state"""


async def tend(db: Db, viewer: Viewer, note_id: Id, deed: Deed, ids: Sequence[int]) -> Tended:
    """Hide, let in, remove or unpin comments under a note of the viewer's; those it does not fit stay as they are.

    Raises Invalid nothing_chosen or too_many_comments, NotFound("note_gone"), Forbidden("not_your_note").
    """
    if not ids:
        raise Invalid("nothing_chosen", field="ids")
    if len(ids) > MOST_AT_ONCE:
        raise Invalid("too_many_comments", most=MOST_AT_ONCE, field="ids")
    await get_own_note(db, viewer, note_id)
    return await _change(db, viewer, note_id, list(map(int, ids)), _DEEDS[deed], now(), deed)


async def undo(db: Db, viewer: Viewer, note_id: Id, at: datetime) -> Tended:
    """Undo what was done to comments at a moment; raises Conflict("undo_too_late") after ten minutes."""
    await get_own_note(db, viewer, note_id)
    if now() - at > UNDO_LASTS:
        raise Conflict("undo_too_late")
    rows = await db.rows(
        "SELECT id FROM comment WHERE note_id = $1 AND decided_at = $2 LIMIT $3", note_id, at, MOST_AT_ONCE
    )
    return await _change(db, viewer, note_id, [row[0] for row in rows], _UNDO, at, None)


async def _change(
    db: Db, viewer: Viewer, note_id: Id, ids: list[int], sql: str, at: datetime, deed: Deed | None
) -> Tended:
    me = signed_in(viewer)
    async with db.transaction():
        family = [note_id] * len(ids), ids
        await hold_families(db, *family)
        before = await standing(db, *family)
        changed = await db.rows(sql, note_id, ids, at, me)
        await log_difference(db, before, await standing(db, *family))
        waited = tuple(Id(row[0]) for row in changed if row[1] == "held")
        if deed == "allow" and waited:
            await emit(db, CommentsAllowed(note_id=note_id, comment_ids=waited))
    return Tended(count=len(changed), at=at)
