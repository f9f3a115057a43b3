"""One's drafts: kept while one writes, listed, deleted and had back."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post

from vermilion.kernel.clock import find_zone
from vermilion.kernel.errors import Invalid, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import drafts, scheduling
from vermilion.notes.draft_schema import NoteDraftCard
from vermilion.notes.schema import MOST_PICTURES, NewNote, NewPicture
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.idempotency import Answer, fingerprint, key_of, once, to_response
from vermilion.web.limits import KEEPS
from vermilion.web.pages.answers import Html, go, said, to_door, undoable, whole
from vermilion.web.pages.forms import Form, read_form
from vermilion.web.pages.gathering import gather
from vermilion.web.pages.publishing import (
    content_of,
    drafted,
    form_page,
    note_in,
    of_draft,
    standing_in,
    told_time,
    typed,
)
from vermilion.web.problems import sentence
from vermilion.web.security import PUBLISH_BODY
from vermilion.web.wording import wording


@get("/drafts", include_in_schema=False)
async def show_drafts(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, kept: str = "", deleted: str = ""
) -> Html:
    """Everything one has begun."""
    if viewer.is_guest:
        return to_door(request)
    undo = None
    if deleted.isascii() and deleted.isdigit():
        undo = {
            "action": f"/drafts/{deleted}/restore",
            "sentence": wording(locale).gettext("Draft deleted"),
        }
    found = await drafts.drafts(db, viewer)
    rows = [
        {
            "draft": card,
            "due": told_time(locale, card),
            "failed": sentence(card.failed, {}, locale) if card.failed else "",
        }
        for card in found
    ]
    return await whole(db, viewer, locale, "drafts.html", here="drafts", rows=rows, kept=kept, undo=undo)


@post(
    "/publish/keep",
    include_in_schema=False,
    opt={"limit": KEEPS},
    request_max_body_size=PUBLISH_BODY,
    status_code=200,
)
async def keep(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Response[Any]:
    """Keep what stands in the form for a new note: asked by the script every now and then, or by a button."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    pictures: list[NewPicture] = []
    standing = standing_in(form)

    async def first() -> Answer:
        return Answer(value=_told(await kept(db, viewer, parts, form, pictures), None, locale))

    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        if standing is None and wants_fragment(request):  # sent again, it makes no other draft
            return to_response(
                await once(db, viewer, key_of(request), fingerprint(request, content_of(form)), first)
            )
        card = await kept(db, viewer, parts, form, pictures)
    except Problem as problem:
        if wants_fragment(request):
            raise
        shown = said(request, problem)
        return await form_page(
            db,
            viewer,
            locale,
            "/publish",
            {**typed(form, pictures), **of_draft(form)},
            problem=shown,
            films=parts.film_table,
        )
    if wants_fragment(request):
        return Response(_told(card, standing, locale))
    return go(f"/drafts?kept={card.id}")


def _told(card: NoteDraftCard, standing: tuple[Id, int] | None, locale: str) -> dict[str, str | int]:
    told = ""
    if standing is not None and card.id != standing[0]:
        told = sentence("draft_changed" if card.parted_from == standing[0] else "draft_taken", {}, locale)
    other = str(int(card.parted_from)) if card.parted_from else ""
    return {"id": str(int(card.id)), "version": card.version, "told": told, "other": other}


async def kept(db: Db, viewer: Viewer, parts: State, form: Form, pictures: list[NewPicture]) -> NoteDraftCard:
    """What a form holds as a draft: a new one, or the one it was opened from."""
    note: NewNote = note_in(form, pictures, NewNote)
    standing = standing_in(form)
    if standing is not None:
        try:
            return await drafts.keep_changed(db, viewer, parts.blobs, *standing, note)
        except NotFound:  # published or deleted elsewhere: what is written here is not lost for that
            pass
    return await drafts.keep_new(db, viewer, note)


@post("/publish/later", include_in_schema=False, request_max_body_size=PUBLISH_BODY)
async def publish_later(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Keep what stands in the form as a draft that publishes itself at the time chosen."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    pictures: list[NewPicture] = []
    values: dict[str, Any] = {}
    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        card = await kept(db, viewer, parts, form, pictures)
        values = {**drafted(card), "due_at": form.text("due_at"), "zone": form.text("zone")}
        zone = form.text("zone").strip() or "UTC"
        await scheduling.schedule(db, viewer, parts.language, card.id, chosen_time(form, zone), zone)
    except Problem as problem:
        return await form_page(
            db, viewer, locale, "/publish", values or {**typed(form, pictures), **of_draft(form)}, problem=said(request, problem),
            films=parts.film_table,
        )  # fmt: skip
    return go(f"/drafts?kept={card.id}")


def chosen_time(form: Form, zone: str) -> datetime:
    """The moment a form names in a time zone; raises Invalid."""
    if (known := find_zone(zone)) is None:
        raise Invalid("no_such_zone", field="zone")
    if not form.text("due_at"):
        raise Invalid("missing", field="due_at")
    try:
        return datetime.fromisoformat(form.text("due_at")).replace(tzinfo=ZoneInfo(known)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("wrong_form", field="due_at") from error


@post("/drafts/{draft_id:str}/call-off", include_in_schema=False)
async def call_off(request: AnyRequest, db: Db, viewer: Viewer, draft_id: Id) -> Html:
    """Let a draft wait again."""
    if viewer.is_guest:
        return to_door(request)
    await scheduling.call_off(db, viewer, draft_id)
    return go(f"/drafts?kept={draft_id}")


@post("/drafts/{draft_id:str}/delete", include_in_schema=False)
async def delete(request: AnyRequest, db: Db, viewer: Viewer, locale: str, draft_id: Id) -> Html:
    """Delete a draft; what follows offers to undo it."""
    if viewer.is_guest:
        return to_door(request)
    await drafts.delete(db, viewer, draft_id)
    undo = {
        "action": f"/drafts/{draft_id}/restore",
        "gone": f"#d{draft_id}",
        "sentence": wording(locale).gettext("Draft deleted"),
    }
    return undoable(request, viewer, locale, undo, f"/drafts?deleted={draft_id}")


@post("/drafts/{draft_id:str}/restore", include_in_schema=False)
async def restore(request: AnyRequest, db: Db, viewer: Viewer, draft_id: Id) -> Html:
    """Have a deleted draft back."""
    if viewer.is_guest:
        return to_door(request)
    await drafts.restore(db, viewer, draft_id)
    return go("/drafts")


HANDLERS = [show_drafts, keep, publish_later, call_off, delete, restore]
