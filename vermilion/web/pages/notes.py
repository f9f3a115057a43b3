"""A note with its thread, and what one does to it."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import QueryParameter

from vermilion.comments import reads as comments
from vermilion.comments.schema import CommentCard, Order
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.viewer import Viewer
from vermilion.notes import actions
from vermilion.notes.schema import Liked, NotePage
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.heads import head_of_note
from vermilion.web.pages.answers import Html, back, fragment, go, to_door, whole
from vermilion.web.pages.correct_me import below_comments
from vermilion.web.pages.feeds import Cursor
from vermilion.web.pages.forms import new_key, read_form
from vermilion.web.pages.series import series_of
from vermilion.web.pages.watching import film_of
from vermilion.web.reading import ask_for, manner_of, of_comments, of_note, pulling, told_note
from vermilion.web.render import preload_of
from vermilion.web.robots import rules_of
from vermilion.web.share_cards import face_of_note
from vermilion.web.signs import of_pictures
from vermilion.web.threads import comments_html
from vermilion.web.wording import wording

Ordered = Annotated[Order, QueryParameter(name="order", required=False)]


async def thread_of(
    viewer: Viewer,
    parts: State,
    locale: str,
    note: NotePage,
    page: Page[CommentCard],
    order: Order,
    asked: str = "",
    shown: str = "",
) -> dict[str, Any]:
    """What the templates of a note and its thread need; what it lacks is asked for."""
    manner = (await manner_of(viewer, parts, asked)).as_shown(shown)
    ask_for(parts, manner, [*of_note(note), *of_comments(page.items)])
    helps = await below_comments(parts.database.session(), viewer, locale, note.id, page.items)
    return {
        "note": note, "note_id": note.id, "comments": comments_html(locale, page.items, note.author.id, manner, helps=helps),
        "told": told_note(note, manner, locale), "signs": of_pictures(note.pictures, note.id, manner),
        "more_comments": page.next, "order": order,
    }  # fmt: skip


@get("/n/{note_id:str}", include_in_schema=False)
async def show_note(  # noqa: PLR0913, PLR0917 - one for each part of the address
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id,
    order: Ordered = "newest", cursor: Cursor = None, asked: str = "", shown: str = "",
    reply_to: str | None = None, deleted: str | None = None,
) -> Html:  # fmt: skip
    """A note and its thread: as a page, or as the article alone for the overlay."""
    note, page = await comments.get_note_and_thread(db, viewer, note_id, order)
    if cursor is not None:
        page = await comments.thread(db, viewer, note_id, order, cursor)
    answering = next((said for said in _flat(page.items) if str(int(said.id)) == reply_to), None)
    context: dict[str, Any] = {
        **await thread_of(viewer, parts, locale, note, page, order, asked, shown),
        "form_key": new_key(),
        "answering": answering,
    }
    context |= await film_of(db, viewer, note)
    context |= await series_of(db, viewer, note)
    if (kind := request.headers.get("x-fragment")) in {"note", "sheet"}:
        return fragment(locale, "parts/note.html", viewer, sheet=kind == "sheet", **context)
    undo = None
    if deleted and deleted.isdigit() and not viewer.is_guest:
        undo = {
            "action": f"/n/{note_id}/comments/{deleted}/restore",
            "sentence": wording(locale).gettext("Comment deleted"),
        }
    rules, origin = rules_of(parts.settings, note.wishes), parts.settings.origin
    return await whole(
        db,
        viewer,
        locale,
        "note.html",
        headers=rules.headers,
        here="note",
        head=rules.metas + head_of_note(origin, viewer, note, face_of_note(note).shown(origin)),
        preloads=preload_of(note),
        undo=undo,
        pulling=await pulling(parts),
        **context,
    )


def _flat(items: list[CommentCard]) -> list[CommentCard]:
    return [said for first in items for said in (first, *first.replies)]


@get("/n/{note_id:str}/thread", include_in_schema=False)
async def show_thread(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id,
    order: Ordered = "newest", cursor: Cursor = None,
) -> Html:  # fmt: skip
    """The thread in another order, or its next comments."""
    if not wants_fragment(request):
        return go(f"/n/{note_id}?order={order}#thread")
    if cursor is None:
        note, page = await comments.get_note_and_thread(db, viewer, note_id, order)
        return fragment(
            locale, "parts/thread.html", viewer, **await thread_of(viewer, parts, locale, note, page, order)
        )
    page = await comments.thread(db, viewer, note_id, order, cursor)
    manner = await manner_of(viewer, parts)
    ask_for(parts, manner, of_comments(page.items))
    helps = await below_comments(db, viewer, locale, note_id, page.items)
    return fragment(
        locale, "parts/comments.html", viewer,
        note_id=note_id, comments=comments_html(locale, page.items, None, manner, helps=helps), more_comments=page.next, order=order,
    )  # fmt: skip


@get("/n/{note_id:str}/comments/{comment_id:str}/replies", include_in_schema=False)
async def show_replies(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    note_id: Id,
    comment_id: Id,
    cursor: Cursor = None,
) -> Html:
    """All replies to a comment, a page at a time."""
    page = await comments.replies(db, viewer, note_id, comment_id, cursor)
    manner = await manner_of(viewer, parts)
    ask_for(parts, manner, of_comments(page.items))
    helps = await below_comments(db, viewer, locale, note_id, page.items)
    context: dict[str, Any] = {
        "comments": comments_html(locale, page.items, None, manner, level=2, helps=helps),
        "more_replies": page.next,
        "note_id": note_id,
        "comment_id": comment_id,
    }
    if wants_fragment(request):
        return fragment(locale, "parts/replies.html", viewer, **context)
    return await whole(db, viewer, locale, "replies.html", **context)


def toggled(locale: str, viewer: Viewer, action: str, kind: str, liked: Liked) -> Html:
    """The button after a like or save."""
    return fragment(
        locale, "parts/toggled.html", viewer, action=action, kind=kind, is_on=liked.is_on, count=liked.count
    )


@post("/n/{note_id:str}/like", include_in_schema=False)
async def like(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """Like a note, or no longer."""
    if viewer.is_guest:
        return to_door(request)
    liked = await actions.like(db, viewer, note_id, (await read_form(request)).is_on())
    if wants_fragment(request):
        return toggled(locale, viewer, f"/n/{note_id}/like", "like", liked)
    return go(back(request, f"/n/{note_id}"))


@post("/n/{note_id:str}/save", include_in_schema=False)
async def save(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """Save a note, or no longer."""
    if viewer.is_guest:
        return to_door(request)
    saved = await actions.save(db, viewer, note_id, (await read_form(request)).is_on())
    if wants_fragment(request):
        return toggled(locale, viewer, f"/n/{note_id}/save", "save", saved)
    return go(back(request, f"/n/{note_id}"))


@post("/n/{note_id:str}/delete", include_in_schema=False)
async def delete(request: AnyRequest, db: Db, viewer: Viewer, note_id: Id) -> Html:
    """Delete one's note; the page that follows offers to undo it."""
    if viewer.is_guest:
        return to_door(request)
    await actions.delete(db, viewer, note_id)
    return go(f"/@{viewer.handle}?deleted={note_id}")


@post("/n/{note_id:str}/restore", include_in_schema=False)
async def restore(request: AnyRequest, db: Db, viewer: Viewer, note_id: Id) -> Html:
    """Undo a deletion."""
    if viewer.is_guest:
        return to_door(request)
    await actions.restore(db, viewer, note_id)
    return go(f"/n/{note_id}")


@get("/n", include_in_schema=False)
async def nowhere() -> None:
    """Notes have no page without a number."""
    raise NotFound("not_found")


HANDLERS = [show_note, show_thread, show_replies, like, save, delete, restore, nowhere]
