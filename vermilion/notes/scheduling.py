"""Drafts that publish themselves at a chosen time: once, and never before it."""

from datetime import datetime, timedelta

import structlog

from vermilion.accounts.rules import signed_in
from vermilion.engines.language import Language
from vermilion.kernel.clock import find_zone, now
from vermilion.kernel.errors import Conflict, Invalid, Problem, Unavailable
from vermilion.kernel.ids import Id
from vermilion.kernel.record import columns
from vermilion.kernel.viewer import Viewer
from vermilion.notes.draft_schema import DraftNotPublished, NoteDraft, NoteDraftCard
from vermilion.notes.drafts import get_draft, locked, take_out
from vermilion.notes.writing import prepare
from vermilion.storage.db import Db
from vermilion.work.events import emit
from vermilion.work.jobs import Job

SOONEST, LATEST = timedelta(hours=1), timedelta(days=60)
LEEWAY = timedelta(minutes=5)
"""So much of the hour may have passed while somebody was choosing."""
AT_ONCE = 50
PATIENCE = timedelta(minutes=10)
"""So long a draft is tried that fails for no reason of its writer's."""

log = structlog.get_logger(__name__)

# Both clocks have to say so, that of the process and that of the database: neither publishes early by itself.
_DUE = "due_at <= $1 AND due_at <= clock_timestamp() AND deleted_at IS NULL"


async def schedule(
    db: Db, viewer: Viewer, language: Language, draft_id: Id, at: datetime, zone: str
) -> NoteDraftCard:
    """Let a draft publish itself at a moment, between one hour and 60 days from now; another moment takes its place.

    Raises NotFound("draft_gone"), Invalid("schedule_range"), Invalid("no_such_zone"), and whatever keeps it from being
    published as it stands.
    """
    if (known := find_zone(zone)) is None:
        raise Invalid("no_such_zone", field="zone")
    if not now() + SOONEST - LEEWAY <= at <= now() + LATEST + LEEWAY:
        raise Invalid("schedule_range", field="due_at")
    async with db.transaction():
        standing = await locked(db, viewer, draft_id)
        prepare(viewer, language, standing.note, draft_id)
        card = await get_draft(db, viewer, draft_id)
        if card.gone_count:
            raise Conflict("upload_gone", field="pictures")
        await db.run(
            "UPDATE note_draft SET due_at = $3, zone = $4, failed = NULL WHERE account_id = $1 AND id = $2",
            viewer.account_id,
            draft_id,
            at,
            known,
        )
        return await get_draft(db, viewer, draft_id)


async def call_off(db: Db, viewer: Viewer, draft_id: Id) -> NoteDraftCard:
    """Let a draft wait for its writer again; twice is once. Raises NotFound("draft_gone")."""
    await db.run(
        "UPDATE note_draft SET due_at = NULL WHERE account_id = $1 AND id = $2", signed_in(viewer), draft_id
    )
    return await get_draft(db, viewer, draft_id)


async def publish_due(job: Job) -> int:
    """Publish the drafts whose time has come, each in a transaction of its own; gives how many.

    One that fails holds up none of the others.
    """
    rows = await job.db.rows(
        f"SELECT account_id, id, due_at FROM note_draft WHERE {_DUE} ORDER BY due_at LIMIT {AT_ONCE}", now()
    )
    if not rows:
        return 0
    language = Language()
    done = [await _publish_or_tell(job.db, language, Id(row[0]), Id(row[1]), row[2]) for row in rows]
    return sum(done)


async def _publish_or_tell(
    db: Db, language: Language, account_id: Id, draft_id: Id, due_at: datetime
) -> bool:
    try:
        return await _publish(db, language, account_id, draft_id)
    except Unavailable:
        raise
    except Problem as problem:
        await _give_up(db, account_id, draft_id, problem.code)
    except Exception as error:  # noqa: BLE001 - those after it must be published whatever is wrong with this one
        log.error("draft_failed", draft=str(draft_id), why=type(error).__name__)  # noqa: TRY400 - its words are private
        if due_at + PATIENCE < now():
            await _give_up(db, account_id, draft_id, "not_published")
    return False


async def _publish(db: Db, language: Language, account_id: Id, draft_id: Id) -> bool:
    """The note and the end of its draft in one transaction: whoever is killed in it has done neither."""
    async with db.transaction():
        draft = await _due(db, account_id, draft_id)
        if draft is None:
            return False
        # Held until the note stands: an account is closed before this or after it.
        rows = await db.rows(
            "SELECT handle, reads, state FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id
        )
        handle, reads, state = rows[0]
        if state != "active":
            raise Conflict("author_away")
        viewer = Viewer(account_id=account_id, handle=handle, reads=tuple(reads))
        await take_out(db, viewer, language, draft.id, draft.note)
        return True


async def _due(db: Db, account_id: Id, draft_id: Id) -> NoteDraft | None:
    return await db.maybe(
        NoteDraft,
        f"""SELECT {columns(NoteDraft)} FROM note_draft
            WHERE {_DUE} AND account_id = $2 AND id = $3 FOR UPDATE SKIP LOCKED""",
        now(),
        account_id,
        draft_id,
    )


async def _give_up(db: Db, account_id: Id, draft_id: Id, code: str) -> None:
    """Leave what cannot be published as a draft, and tell its writer why."""
    async with db.transaction():
        if await _due(db, account_id, draft_id) is None:
            return
        await db.run(
            "UPDATE note_draft SET due_at = NULL, failed = $3 WHERE account_id = $1 AND id = $2",
            account_id,
            draft_id,
            code,
        )
        await emit(db, DraftNotPublished(account_id=account_id, draft_id=draft_id))
