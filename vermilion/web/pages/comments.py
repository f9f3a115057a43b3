"""What one says under a note, and does to what was said."""

from typing import Any

import msgspec
from litestar import post

from vermilion.comments import actions, reads
from vermilion.comments.schema import MOST_PICTURES, CommentCard, NewComment
from vermilion.kernel.errors import Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.learning import corrections
from vermilion.notes.schema import NewPicture
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import DRAFTS
from vermilion.web.pages.answers import Html, fragment, go, said, to_door, undoable, whole
from vermilion.web.pages.correct_me import below_comments
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.pages.gathering import gather
from vermilion.web.pages.notes import thread_of, toggled
from vermilion.web.pages.versions import helped, own_versions, preview, sent_versions, texts_of
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
    pictures: list[NewPicture] = []
    try:
        comment = await _say(request, db, viewer, parts, note_id, form, pictures)
    except Problem as problem:
        if wants_fragment(request):
            raise
        return await _again(db, viewer, locale, parts, note_id, form, pictures, said(request, problem))
    if not wants_fragment(request):
        return go(f"/n/{note_id}#c{comment.id}")
    note_author = (await reads.get_note_and_thread(db, viewer, note_id))[0].author.id
    level = 2 if comment.parent_id else 1
    helps = await below_comments(db, viewer, locale, note_id, [comment])
    shown = comments_html(locale, [comment], note_author, level=level, helps=helps)
    return fragment(locale, "parts/comments.html", viewer, comments=shown)


@post(
    "/n/{note_id:str}/comments/drafts",
    include_in_schema=False,
    opt={"limit": DRAFTS},
    request_max_body_size=COMMENT_BODY,
    status_code=200,
)
async def help_to_say(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """The form again, with drafts in other languages or a preview; for browsers without script."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    pictures: list[NewPicture] = []
    texts = texts_of(form, ("body",))
    more: dict[str, Any]
    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        if form.text("preview") or form.is_on("tap"):
            more = {"preview": await preview(parts, viewer, locale, form, texts)}
        else:
            more = {"versions": await helped(parts, viewer, form, texts)}
    except Problem as problem:
        more = said(request, problem)
    return await _again(db, viewer, locale, parts, note_id, form, pictures, more)


async def _say(
    request: AnyRequest,
    db: Db,
    viewer: Viewer,
    parts: State,
    note_id: Id,
    form: Form,
    pictures: list[NewPicture],
) -> CommentCard:
    await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
    sent = {
        "body": form.text("body"),
        "lang": form.maybe("lang"),
        "versions": sent_versions(form, ("body",)),
        "reply_to": form.maybe("reply_to"),
        "pictures": msgspec.to_builtins(pictures, enc_hook=str),
    }
    new = from_fields(sent, NewComment)

    async def deed() -> Answer:
        card = await actions.say(db, viewer, parts.language, note_id, new)
        if form.is_on("correct_me") and card.body.original_lang == viewer.learns:
            await corrections.ask(db, viewer, note_id, card.id)
        return Answer(value=str(int(card.id)), status=201)

    # What was uploaded just now has another id each time.
    named = [(key, form.text(f"alt-{key}")) for key in form.texts("picture")]
    content = msgspec.json.encode({**sent, "pictures": named})
    stored = await once(db, viewer, form.key, fingerprint(request, content), deed)
    return await reads.get_comment(db, viewer, note_id, Id.parse(msgspec.json.decode(stored.body, type=str)))


async def _again(
    db: Db,
    viewer: Viewer,
    locale: str,
    parts: State,
    note_id: Id,
    form: Form,
    pictures: list[NewPicture],
    more: dict[str, Any],
) -> Html:
    """The page with the form as it was sent, and what is to be said about it."""
    note, page = await reads.get_note_and_thread(db, viewer, note_id)
    own = {
        "written_in": form.text("lang"),
        "versions": own_versions(form),
        "attached": [(str(int(picture.id)), picture.alt) for picture in pictures],
    }
    return await whole(
        db, viewer, locale, "note.html",
        here="note", preloads=preload_of(note), form_key=new_key(), said=form.text("body"),
        answering=await _answering(db, viewer, note_id, form),
        **await thread_of(viewer, parts, locale, note, page, "newest"),
        **{**own, **more},
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
    undo = {
        "action": f"/n/{note_id}/comments/{comment_id}/restore",
        "gone": f"#c{comment_id}",
        "sentence": wording(locale).gettext("Comment deleted"),
    }
    return undoable(request, viewer, locale, undo, f"/n/{note_id}?deleted={comment_id}#thread")


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
async def pin(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id, comment_id: Id
) -> Html:
    """Let a comment open the thread under one's note, or no longer."""
    if viewer.is_guest:
        return to_door(request)
    await actions.pin(db, viewer, note_id, comment_id, (await read_form(request)).is_on())
    if not wants_fragment(request):
        return go(f"/n/{note_id}#thread")
    note, page = await reads.get_note_and_thread(db, viewer, note_id)
    return fragment(
        locale, "parts/thread.html", viewer, **await thread_of(viewer, parts, locale, note, page, "newest")
    )


HANDLERS = [say, help_to_say, like, delete, restore, pin]
