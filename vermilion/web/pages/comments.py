"""What one says under a note, and does to what was said."""

import msgspec
from litestar import post

from vermilion.comments import actions, reads
from vermilion.comments.schema import MOST_PICTURES, CommentCard, NewComment
from vermilion.kernel.errors import Invalid, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import upload
from vermilion.notes.schema import NewPicture
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, whole
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.pages.notes import thread_of, toggled
from vermilion.web.received import from_fields
from vermilion.web.render import preload_of
from vermilion.web.security import MIB
from vermilion.web.threads import comments_html
from vermilion.web.wording import wording

COMMENT_BODY = 62 * MIB
"""A form with three pictures, for browsers without script."""


@post("/n/{note_id:str}/comments", include_in_schema=False, request_max_body_size=COMMENT_BODY)
async def say(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id) -> Html:
    """Say something under a note."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    try:
        comment = await _say(request, db, viewer, parts, note_id, form)
    except Problem as problem:
        if wants_fragment(request):
            raise
        return await _refused(request, db, viewer, locale, note_id, form, problem)
    if not wants_fragment(request):
        return go(f"/n/{note_id}#c{comment.id}")
    note_author = (await reads.get_note_and_thread(db, viewer, note_id))[0].author.id
    level = 2 if comment.parent_id else 1
    shown = comments_html(locale, [comment], note_author, level=level)
    return fragment(locale, "parts/comments.html", viewer, comments=shown)


async def _say(
    request: AnyRequest, db: Db, viewer: Viewer, parts: State, note_id: Id, form: Form
) -> CommentCard:
    pictures = [NewPicture(id=key, alt=form.text(f"alt-{key}")) for key in form.ids("picture")]
    files = await form.files("file")
    if len(pictures) + len(files) > MOST_PICTURES:
        raise Invalid("too_many_pictures", field="pictures", most=MOST_PICTURES)
    for data in files:
        card = await upload(db, viewer, parts.blobs, parts.images, data)
        pictures.append(NewPicture(id=card.id))
    sent = {
        "body": form.text("body"),
        "reply_to": form.maybe("reply_to"),
        "pictures": msgspec.to_builtins(pictures, enc_hook=str),
    }
    new = from_fields(sent, NewComment)

    async def deed() -> Answer:
        card = await actions.say(db, viewer, parts.language, note_id, new)
        return Answer(value=str(int(card.id)), status=201)

    content = msgspec.json.encode(sent) if not files else form.text("body").encode()
    stored = await once(db, viewer, form.key, fingerprint(request, content), deed)
    return await reads.get_comment(db, viewer, note_id, Id.parse(msgspec.json.decode(stored.body, type=str)))


async def _refused(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, form: Form, problem: Problem
) -> Html:
    note, page = await reads.get_note_and_thread(db, viewer, note_id)
    shown = {**thread_of(locale, note, page, "newest"), **said(request, problem)}
    return await whole(
        db, viewer, locale, "note.html",
        here="note", preloads=preload_of(note), form_key=new_key(), said=form.text("body"),
        answering=await _answering(db, viewer, note_id, form), **shown,
    )  # fmt: skip


async def _answering(db: Db, viewer: Viewer, note_id: Id, form: Form) -> CommentCard | None:
    """The comment a form answers, as far as it still stands."""
    try:
        answered = form.ids("reply_to") if form.maybe("reply_to") else []
        return await reads.get_comment(db, viewer, note_id, answered[0]) if answered else None
    except Problem:
        return None


@post("/n/{note_id:str}/comments/{comment_id:str}/like", include_in_schema=False)
async def like(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id) -> Html:
    """Like a comment, or no longer."""
    if viewer.is_guest:
        return to_door(request)
    liked = await actions.like(db, viewer, note_id, comment_id, (await read_form(request)).is_on())
    if wants_fragment(request):
        return toggled(locale, viewer, f"/n/{note_id}/comments/{comment_id}/like", "like", liked)
    return go(f"/n/{note_id}#c{comment_id}")


@post("/n/{note_id:str}/comments/{comment_id:str}/delete", include_in_schema=False)
async def delete(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id
) -> Html:
    """Delete a comment: one's own, or one under one's own note."""
    if viewer.is_guest:
        return to_door(request)
    await actions.delete(db, viewer, note_id, comment_id)
    if not wants_fragment(request):
        return go(f"/n/{note_id}?deleted={comment_id}#thread")
    undo = {
        "action": f"/n/{note_id}/comments/{comment_id}/restore",
        "gone": f"#c{comment_id}",
        "sentence": wording(locale).gettext("Comment deleted"),
    }
    return fragment(locale, "parts/undo.html", viewer, undo=undo)


@post("/n/{note_id:str}/comments/{comment_id:str}/restore", include_in_schema=False)
async def restore(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id
) -> Html:
    """Undo the deletion of a comment."""
    if viewer.is_guest:
        return to_door(request)
    await actions.restore(db, viewer, note_id, comment_id)
    if wants_fragment(request):
        return fragment(locale, "parts/nothing.html", viewer)
    return go(f"/n/{note_id}#c{comment_id}")


@post("/n/{note_id:str}/comments/{comment_id:str}/pin", include_in_schema=False)
async def pin(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id, comment_id: Id) -> Html:
    """Let a comment open the thread under one's note, or no longer."""
    if viewer.is_guest:
        return to_door(request)
    await actions.pin(db, viewer, note_id, comment_id, (await read_form(request)).is_on())
    if not wants_fragment(request):
        return go(f"/n/{note_id}#thread")
    note, page = await reads.get_note_and_thread(db, viewer, note_id)
    return fragment(locale, "parts/thread.html", viewer, **thread_of(locale, note, page, "newest"))


HANDLERS = [say, like, delete, restore, pin]
