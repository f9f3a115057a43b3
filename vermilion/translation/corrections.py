"""Corrections of translations, as one viewer may see them."""

from vermilion.accounts.reads import people
from vermilion.accounts.schema import Person
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.translation.rules import is_moderator, may_decide, may_revert
from vermilion.translation.schema import Correction, CorrectionCard, Spot

MOST_SHOWN = 20
IN_FORCE = frozenset({"proposed", "accepted"})


class _Vote(Record, kw_only=True, frozen=True):
    correction_id: Id
    value: int


async def corrections(db: Db, viewer: Viewer, spot: Spot) -> list[CorrectionCard]:
    """What readers wrote for this passage, in whatever language, the newest first.

    Those in force for everybody; one's own always; those hidden for a report for moderators.
    """
    rows = await db.all(
        Correction,
        f"SELECT {columns(Correction)} FROM correction WHERE text_hash = $1 ORDER BY id DESC LIMIT $2",
        spot.words.place,
        MOST_SHOWN,
    )
    if not rows:
        return []
    found = await people(db, viewer, [row.account_id for row in rows])
    votes = await db.all(
        _Vote,
        """SELECT correction_id, value FROM correction_vote
           WHERE text_hash = $1 AND correction_id = ANY($2) AND account_id = $3""",
        spot.words.place,
        [row.id for row in rows],
        viewer.account_id,
    )
    mine = {vote.correction_id: vote.value for vote in votes}
    return [
        _card(viewer, spot, row, found[row.account_id], mine.get(row.id, 0))
        for row in rows
        if _is_visible(viewer, row, found.get(row.account_id))
    ]


async def get_correction(db: Db, viewer: Viewer, spot: Spot, correction_id: Id) -> Correction:
    """A correction of this passage, to be changed; raises NotFound("correction_gone") unless the viewer may see it."""
    row = await db.maybe(
        Correction,
        f"SELECT {columns(Correction)} FROM correction WHERE text_hash = $1 AND id = $2 FOR UPDATE",
        spot.words.place,
        correction_id,
    )
    writer = None if row is None else (await people(db, viewer, [row.account_id])).get(row.account_id)
    if row is None or not _is_visible(viewer, row, writer):
        raise NotFound("correction_gone")
    return row


def _is_visible(viewer: Viewer, row: Correction, writer: Person | None) -> bool:
    if writer is None:
        return False
    if row.account_id == viewer.account_id:
        return True
    return not writer.is_apart and (row.state in IN_FORCE or (row.state == "held" and is_moderator(viewer)))


def _card(viewer: Viewer, spot: Spot, row: Correction, writer: Person, vote: int) -> CorrectionCard:
    in_force, mine = row.state in IN_FORCE, row.account_id == viewer.account_id
    return CorrectionCard(
        id=row.id,
        account=writer.card,
        text=row.text,
        lang=row.lang,
        state=row.state,
        score=row.score,
        vote=vote,
        may_vote=in_force and not mine and not viewer.is_guest,
        may_accept=may_decide(viewer, spot)
        and (row.state == "proposed" or (row.state == "held" and is_moderator(viewer))),
        may_revert=in_force and may_revert(viewer, spot, row),
        created_at=row.created_at,
    )
