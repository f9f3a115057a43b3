"""Comments under a note."""

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from vermilion.comments import actions, reads
from vermilion.comments.schema import CommentCard, NewComment, Order
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.notes.schema import Liked
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_comments

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


@put(f"{_COMMENT}/like", tags=["comments"])
async def like_comment(
    note_id: FromPath[Id], comment_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> Liked:
    """Like a comment."""
    return await actions.like(db, viewer, note_id, comment_id, True)


@delete(f"{_COMMENT}/like", status_code=200, tags=["comments"])
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


HANDLERS = [
    list_comments, add_comment, list_replies, delete_comment, restore_comment, like_comment, unlike_comment,
    pin_comment, unpin_comment,
]  # fmt: skip
