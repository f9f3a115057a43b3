"""What somebody asked themselves: the last fifty questions, theirs to erase or not to keep."""

from datetime import datetime

from vermilion.accounts.rules import signed_in
from vermilion.kernel.clock import now
from vermilion.kernel.errors import NotFound
from vermilion.kernel.viewer import Viewer
from vermilion.search.asked import MOST_KEPT
from vermilion.search.schema import HistoryChoice, PastSearch
from vermilion.storage.db import Db


async def past_searches(db: Db, viewer: Viewer, most: int = MOST_KEPT) -> list[PastSearch]:
    """The viewer's own questions, the last first."""
    return await db.all(
        PastSearch,
        """SELECT id, question, asked_at FROM search_history WHERE account_id = $1 AND erased_at IS NULL
           ORDER BY asked_at DESC, id DESC LIMIT $2""",
        signed_in(viewer),
        min(most, MOST_KEPT),
    )


async def keeps_history(db: Db, viewer: Viewer) -> bool:
    """Whether what the viewer asks is kept."""
    found = await db.value("SELECT keeps_history FROM search_choice WHERE account_id = $1", signed_in(viewer))
    return found is not False


async def erase(db: Db, viewer: Viewer, search_id: int | None = None) -> datetime:
    """Erase one question, or all; gives the moment by which `restore` has them back. Raises NotFound("search_gone")."""
    moment = now()
    gone = await db.run(
        """UPDATE search_history SET erased_at = $3
           WHERE account_id = $1 AND ($2::bigint IS NULL OR id = $2) AND erased_at IS NULL""",
        signed_in(viewer),
        search_id,
        moment,
    )
    if not gone and search_id is not None:
        raise NotFound("search_gone")
    return moment


async def restore(db: Db, viewer: Viewer, moment: datetime) -> int:
    """Have back what was erased at a moment; gives how many questions."""
    return await db.run(
        "UPDATE search_history SET erased_at = NULL WHERE account_id = $1 AND erased_at = $2",
        signed_in(viewer),
        moment,
    )


async def choose(db: Db, viewer: Viewer, choice: HistoryChoice) -> None:
    """Say whether questions are kept; what is kept already is erased at once where that is asked for."""
    async with db.transaction():
        await db.run(
            """INSERT INTO search_choice (account_id, keeps_history) VALUES ($1, $2)
               ON CONFLICT (account_id) DO UPDATE SET keeps_history = excluded.keeps_history""",
            signed_in(viewer),
            choice.keeps_history,
        )
        if choice.erase:
            await db.run("DELETE FROM search_history WHERE account_id = $1", viewer.account_id)
