"""Comments under a note."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from vermilion.comments import actions, editing, reads, tending
from vermilion.comments.reads import Which
from vermilion.comments.schema import (
    CommentCard,
    CommentSource,
    EditComment,
    NewComment,
    Order,
    Tended,
    Tending,
)
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Moment, Page
from vermilion.kernel.record import Record
from vermilion.notes.edition_schema import EditionCard
from vermilion.notes.schema import Liked
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_comments


class Undo(Record, kw_only=True, frozen=True):
    """The moment at which something was done to comments, as its answer had it."""

    at: Moment


_COMMENT = "/notes/{note_id:str}/comments/{comment_id:str}"


@get("/notes/{note_id:str}/comments", tags=["comments"])
async def list_comments(
    note_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    order: FromQuery[Order] = "newest",
    cursor: Cursor = None,
) -> Page[CommentCard]:
    """The comments of the first level, each with its first replies; the pinned one leads."""
    page = await reads.thread(db, viewer, note_id, order, cursor)
    ask_for(parts, await manner_of(viewer, parts), of_comments(page.items))
    return page


@post("/notes/{note_id:str}/comments", tags=["comments"])
async def add_comment(
    request: AnyRequest,
    note_id: FromPath[Id],
    data: JSONBody[NewComment],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[CommentCard]:
    """Say something under a note, or answer a comment."""
    return await do_once(
        request, db, known(viewer), key, lambda: actions.say(db, viewer, parts.language, note_id, data)
    )


@get(f"{_COMMENT}/replies", tags=["comments"])
async def list_replies(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[CommentCard]:
    """The replies to a comment of the first level, the oldest first."""
    return await reads.replies(db, viewer, note_id, comment_id, cursor)


@put(_COMMENT, tags=["comments"])
async def edit_comment(
    note_id: FromPath[Id],
    comment_id: FromPath[Id],
    data: JSONBody[EditComment],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
) -> CommentCard:
    """Put other words in place of what one said; what stood before stays to be read."""
    return await editing.edit(db, known(viewer), parts.language, note_id, comment_id, data)


@get(f"{_COMMENT}/source", tags=["comments"])
async def get_comment_source(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> CommentSource:
    """One's own comment as it was sent, to edit it."""
    return await editing.get_source(db, known(viewer), note_id, comment_id)


@get(f"{_COMMENT}/history", tags=["comments"])
async def get_comment_history(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[EditionCard]:
    """How a comment stood before each edit, the newest first, with what changed; the first item stands now."""
    return await editing.history(db, viewer, note_id, comment_id, cursor)


@delete(_COMMENT, tags=["comments"])
async def delete_comment(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Delete a comment of one's own or under one's own note; for ten minutes it can be restored."""
    await actions.delete(db, viewer, note_id, comment_id)


@post(f"{_COMMENT}/restore", status_code=200, tags=["comments"])
async def restore_comment(
    request: AnyRequest,
    note_id: FromPath[Id],
    comment_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[CommentCard]:
    """Undo the deletion of a comment."""
    return await do_once(
        request, db, viewer, key, lambda: actions.restore(db, viewer, note_id, comment_id), status=200
    )


@put(f"{_COMMENT}/like", opt={"scope": "react"}, tags=["comments"])
async def like_comment(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Liked:
    """Like a comment."""
    return await actions.like(db, viewer, note_id, comment_id, True)


@delete(f"{_COMMENT}/like", status_code=200, opt={"scope": "react"}, tags=["comments"])
async def unlike_comment(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Liked:
    """Take a like back."""
    return await actions.like(db, viewer, note_id, comment_id, False)


@put(f"{_COMMENT}/pin", status_code=204, tags=["comments"])
async def pin_comment(note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Pin a comment under one's own note; it replaces the one pinned before."""
    await actions.pin(db, viewer, note_id, comment_id, True)


@delete(f"{_COMMENT}/pin", tags=["comments"])
async def unpin_comment(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Unpin a comment."""
    await actions.pin(db, viewer, note_id, comment_id, False)


@get("/me/notes/{note_id:str}/comments", tags=["comments"])
async def list_to_tend(
    note_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    which: FromQuery[Which] = "all",
    by: Annotated[str | None, QueryParameter(name="by", max_length=30, required=False)] = None,
    cursor: Cursor = None,
) -> Page[CommentCard]:
    """The comments under one's own note, the newest first: all, those that wait for one, those one has hidden; of one handle."""
    return await reads.comments_to_tend(db, known(viewer), note_id, which, by, cursor)


@post("/me/notes/{note_id:str}/comments/tend", status_code=200, tags=["comments"])
async def tend_comments(
    request: AnyRequest,
    note_id: FromPath[Id],
    data: JSONBody[Tending],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[Tended]:
    """Hide, let in, remove or unpin up to 200 comments under one's own note at once."""
    return await do_once(
        request,
        db,
        known(viewer),
        key,
        lambda: tending.tend(db, viewer, note_id, data.deed, data.ids),
        status=200,
    )


@post("/me/notes/{note_id:str}/comments/undo", status_code=200, tags=["comments"])
async def undo_tending(
    request: AnyRequest,
    note_id: FromPath[Id],
    data: JSONBody[Undo],
    db: TheDb,
    viewer: TheViewer,
    key: IdempotencyKey = None,
) -> Response[Tended]:
    """Undo what was done to many comments at a moment, within ten minutes."""
    return await do_once(
        request, db, known(viewer), key, lambda: tending.undo(db, viewer, note_id, data.at), status=200
    )


HANDLERS = [
    list_to_tend, tend_comments, undo_tending,
    list_comments, add_comment, list_replies, edit_comment, get_comment_source, get_comment_history,
    delete_comment, restore_comment, like_comment, unlike_comment,
    pin_comment, unpin_comment,
]  # fmt: skip
