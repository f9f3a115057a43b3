"""Drafts of notes."""

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody

from vermilion.kernel.ids import Id
from vermilion.notes import drafts, scheduling
from vermilion.notes.draft_schema import EditNoteDraft, NewNoteDraft, NoteDraftCard, Schedule
from vermilion.notes.schema import NotePage
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.limits import KEEPS
from vermilion.web.security import NOTE_BODY


@get("/me/drafts", tags=["drafts"])
async def list_drafts(db: TheDb, viewer: TheViewer) -> list[NoteDraftCard]:
    """One's drafts, the last changed first; a hundred at the most."""
    return await drafts.drafts(db, known(viewer))


@post("/me/drafts", request_max_body_size=NOTE_BODY, opt={"limit": KEEPS}, tags=["drafts"])
async def keep_draft(
    request: AnyRequest,
    data: JSONBody[NewNoteDraft],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[NoteDraftCard]:
    """Keep what one has begun to write. Its pictures and films live as long as it does."""
    return await do_once(request, db, known(viewer), key, lambda: drafts.keep_new(db, viewer, data.note))


@get("/me/drafts/{draft_id:str}", tags=["drafts"])
async def get_draft(draft_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> NoteDraftCard:
    """A draft of one's own."""
    return await drafts.get_draft(db, known(viewer), draft_id)


@put("/me/drafts/{draft_id:str}", request_max_body_size=NOTE_BODY, opt={"limit": KEEPS}, tags=["drafts"])
async def change_draft(
    draft_id: FromPath[Id], data: JSONBody[EditNoteDraft], db: TheDb, viewer: TheViewer, parts: TheParts
) -> NoteDraftCard:
    """Put the whole draft as it shall stand.

    `version` is the one it was written from. Where the draft has another by now, it is left alone, and what is sent is
    kept as a draft of its own: the answer has another `id`, and `parted_from` is the draft it was to change.
    """
    return await drafts.keep_changed(db, known(viewer), parts.blobs, draft_id, data.version, data.note)


@delete("/me/drafts/{draft_id:str}", tags=["drafts"])
async def delete_draft(draft_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Delete a draft; for ten minutes it can be restored."""
    await drafts.delete(db, known(viewer), draft_id)


@post("/me/drafts/{draft_id:str}/restore", status_code=200, tags=["drafts"])
async def restore_draft(
    request: AnyRequest, draft_id: FromPath[Id], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[NoteDraftCard]:
    """Undo a deletion."""
    return await do_once(
        request, db, known(viewer), key, lambda: drafts.restore(db, viewer, draft_id), status=200
    )


@post("/me/drafts/{draft_id:str}/publish", request_max_body_size=NOTE_BODY, tags=["drafts"])
async def publish_draft(
    request: AnyRequest,
    draft_id: FromPath[Id],
    data: JSONBody[EditNoteDraft],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[NotePage]:
    """Publish what is written from a version of a draft, which is no more then."""

    async def deed() -> NotePage:
        return await drafts.publish(db, viewer, parts.language, draft_id, data.version, data.note)

    return await do_once(request, db, known(viewer), key, deed)


@put("/me/drafts/{draft_id:str}/schedule", tags=["drafts"])
async def schedule_draft(
    draft_id: FromPath[Id], data: JSONBody[Schedule], db: TheDb, viewer: TheViewer, parts: TheParts
) -> NoteDraftCard:
    """Let a draft publish itself at a moment between one hour and 60 days from now; another moment takes its place.

    Where it cannot be published then, it stays a draft with `failed`, and a notice tells so.
    """
    return await scheduling.schedule(db, known(viewer), parts.language, draft_id, data.at, data.zone)


@delete("/me/drafts/{draft_id:str}/schedule", status_code=200, tags=["drafts"])
async def call_off_draft(draft_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> NoteDraftCard:
    """Let a draft wait again."""
    return await scheduling.call_off(db, known(viewer), draft_id)


HANDLERS = [
    list_drafts, keep_draft, get_draft, change_draft, delete_draft, restore_draft, publish_draft, schedule_draft,
    call_off_draft,
]  # fmt: skip
