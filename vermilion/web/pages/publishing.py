"""Writing a note and changing it; pictures on their way into one."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post

from vermilion.kernel.errors import Conflict, NotFound, Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.learning.reads import get_learner
from vermilion.media.actions import discard, upload
from vermilion.media.film_table import FilmTable
from vermilion.media.keeping import kept_uploads
from vermilion.notes import actions, drafts, reads
from vermilion.notes.draft_schema import NoteDraftCard
from vermilion.notes.schema import MOST_PICTURES, EditNote, NewNote, NewPicture, NoteSource
from vermilion.places.reads import towns_of
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import DRAFTS, UPLOADS
from vermilion.web.pages.answers import Html, go, said, to_door, whole
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.pages.gathering import cover_film, gather, in_order
from vermilion.web.pages.versions import Own, helped, own_versions, preview, sent_versions, texts_of
from vermilion.web.problems import sentence
from vermilion.web.received import from_fields
from vermilion.web.render import fallback
from vermilion.web.security import PICTURE_BODY, PUBLISH_BODY
from vermilion.web.wording import wording


@post("/uploads", include_in_schema=False, opt={"limit": UPLOADS}, request_max_body_size=PICTURE_BODY)
async def send_picture(
    body: bytes, request: AnyRequest, db: Db, viewer: Viewer, parts: State
) -> Response[Any]:
    """A picture as the script sends it, the file itself as body; answered with its card as JSON."""
    if viewer.is_guest:
        return to_door(request)
    card = await upload(db, viewer, parts.blobs, parts.images, body)
    shown = {"id": str(int(card.id)), "preview": card.preview, "width": card.width, "height": card.height}
    return Response(shown, status_code=201)


@post("/uploads/{upload_id:str}/discard", include_in_schema=False, opt={"limit": UPLOADS})
async def discard_picture(
    request: AnyRequest, db: Db, viewer: Viewer, parts: State, upload_id: Id
) -> Response[Any]:
    """A picture of one's own that shall stand in no note after all."""
    if viewer.is_guest:
        return to_door(request)
    await discard(db, viewer, parts.blobs, upload_id)
    return Response(b"", status_code=204)


@get("/publish", include_in_schema=False)
async def new_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, draft: str = ""
) -> Html:
    """The form for a new note, or with a draft of one's own."""
    if viewer.is_guest:
        return to_door(request)
    values: dict[str, Any] = {"audience": "everyone"}
    if draft:
        draft_id = draft_id_of(draft)
        try:
            values = drafted(await drafts.get_draft(db, viewer, draft_id))
        except NotFound:  # who goes back to where they published or deleted it finds an empty form
            return go("/publish")
    return await form_page(db, viewer, locale, "/publish", values, films=parts.film_table)


@post("/publish", include_in_schema=False, request_max_body_size=PUBLISH_BODY)
async def publish(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Publish a note."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    pictures: list[NewPicture] = []
    standing = standing_in(form)
    values: dict[str, Any] = {}
    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        new = note_in(form, pictures, NewNote)

        async def deed() -> Answer:
            if standing:
                note = await drafts.publish(db, viewer, parts.language, *standing, new)
            else:
                note = await actions.publish(db, viewer, parts.language, new)
            return Answer(location=f"/n/{note.id}", status=303)

        try:
            stored = await once(db, viewer, form.key, fingerprint(request, content_of(form)), deed)
        except Conflict as problem:
            if problem.code == "draft_changed" and standing:
                # What was written here came too late for the draft: it is kept as one of its own.
                values = drafted(await drafts.keep_changed(db, viewer, parts.blobs, *standing, new))
            raise
    except Problem as problem:
        if problem.code == "draft_gone":
            standing = None
        values = values or {**typed(form, pictures), **(of_draft(form) if standing else {})}
        return await form_page(
            db, viewer, locale, "/publish", values, problem=said(request, problem), films=parts.film_table
        )
    return go(stored.location or "/")


@get("/n/{note_id:str}/edit", include_in_schema=False)
async def edit_note(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """The form for a note of one's own."""
    if viewer.is_guest:
        return to_door(request)
    source = await reads.get_source(db, viewer, note_id)
    return await form_page(db, viewer, locale, f"/n/{note_id}/edit", _stored(source), note_id=note_id)


@post("/n/{note_id:str}/edit", include_in_schema=False, request_max_body_size=PUBLISH_BODY)
async def change_note(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """Put the note as it shall stand, with the author's versions as the form has them."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    source = await reads.get_source(db, viewer, note_id)
    pictures: list[NewPicture] = []
    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        await actions.edit(db, viewer, parts.language, note_id, note_in(form, pictures, EditNote))
        await cover_film(db, viewer, parts, form)
    except Problem as problem:
        return await form_page(
            db, viewer, locale, f"/n/{note_id}/edit", typed(form, pictures, source),
            note_id=note_id, problem=said(request, problem),
        )  # fmt: skip
    return go(f"/n/{note_id}")


@post(
    "/publish/drafts",
    include_in_schema=False,
    opt={"limit": DRAFTS},
    request_max_body_size=PUBLISH_BODY,
    status_code=200,
)
async def help_new(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """The form for a new note again, with drafts in other languages or a preview; for browsers without script."""
    if viewer.is_guest:
        return to_door(request)
    return await _helped(request, db, viewer, locale, parts, None)


@post(
    "/n/{note_id:str}/edit/drafts",
    include_in_schema=False,
    opt={"limit": DRAFTS},
    request_max_body_size=PUBLISH_BODY,
    status_code=200,
)
async def help_edit(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, note_id: Id
) -> Html:
    """The form for a note of one's own again, likewise."""
    if viewer.is_guest:
        return to_door(request)
    return await _helped(request, db, viewer, locale, parts, await reads.get_source(db, viewer, note_id))


async def _helped(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, source: NoteSource | None
) -> Html:
    form = await read_form(request)
    texts = texts_of(form, ("title", "body"))
    pictures: list[NewPicture] = []
    more: dict[str, Any] = {}
    problem = None
    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        if form.text("preview") or form.is_on("tap"):
            more = {"preview": await preview(parts, viewer, locale, form, texts)}
        else:
            more = {"versions": await helped(parts, viewer, form, texts)}
    except Problem as raised:
        problem = said(request, raised)
    note_id = source.id if source else None
    return await form_page(
        db, viewer, locale, f"/n/{note_id}/edit" if note_id else "/publish", {**typed(form, pictures, source), **of_draft(form), **more},
        note_id=note_id, problem=problem, films=parts.film_table,
    )  # fmt: skip


async def form_page(
    db: Db, viewer: Viewer, locale: str, action: str, values: dict[str, Any], *,
    note_id: Id | None = None, problem: dict[str, Any] | None = None, films: FilmTable | None = None,
) -> Html:  # fmt: skip
    place_id = str(values.get("place_id") or "")
    towns = await towns_of(db, viewer, [int(place_id)]) if place_id.isdecimal() and len(place_id) < 16 else {}
    named = values.get("place_for", values.get("place_name", ""))
    pictures = await _with_uploads(db, viewer, values.get("pictures", []))
    values = {**values, "pictures": pictures, "place_for": named, "town": next(iter(towns.values()), None)}
    if note_id is None:
        values = {**values, "zone": values.get("zone") or (await get_learner(db, viewer)).zone}
    kept: NoteDraftCard | None = values.get("kept")
    return await whole(
        db, viewer, locale, "publish.html",
        here="publish", due=told_time(locale, kept) if kept else "",
        failed=sentence(kept.failed, {}, locale) if kept and kept.failed else "",
        films=films, action=action, values=values, note_id=note_id, form_key=new_key(), **(problem or {}),
    )  # fmt: skip


async def _with_uploads(db: Db, viewer: Viewer, pictures: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The pictures of a form; those that stand in no note yet as they are turned and cut by now."""
    if not pictures:
        return []
    found = await kept_uploads(db, viewer, [Id.parse(one["id"]) for one in pictures])
    cards = {
        str(int(key)): {"kind": card.kind, "preview": card.preview, "edit": msgspec.to_builtins(card.edit)}
        for key, (card, _) in found.items()
    }
    return [{**one, **cards.get(one["id"], {})} for one in pictures]


def note_in(form: Form, pictures: list[NewPicture], kind: type[NewNote]) -> Any:  # noqa: ANN401 - NewNote or EditNote
    return from_fields(
        {
            "title": form.text("title"),
            "body": form.text("body"),
            "lang": form.maybe("lang"),
            "audience": form.text("audience") or "everyone",
            "made_with_ai": form.is_on("made_with_ai"),
            "place_name": form.maybe("place_name"),
            "latitude": form.maybe("latitude"),
            "longitude": form.maybe("longitude"),
            "place_id": _chosen(form),
            "pictures": [{"id": str(int(picture.id)), "alt": picture.alt} for picture in pictures],
            "versions": sent_versions(form, ("title", "body")),
        },
        kind,
    )


def _chosen(form: Form) -> str | None:
    """The town that was chosen, as long as the field says what it said then."""
    said = form.text("place_name").strip()
    return form.maybe("place_id") if said and said == form.text("place_for").strip() else None


def content_of(form: Form) -> bytes:
    names = (
        "title", "body", "lang", "audience", "made_with_ai", "place_name", "place_id", "latitude", "longitude",
    )  # fmt: skip
    pictures = [str(int(key)) for key in in_order(form)]
    alts = [form.text(f"alt-{key}") for key in pictures]
    versions = sent_versions(form, ("title", "body"))
    return msgspec.json.encode(
        [[form.text(name) for name in names], pictures, alts, form.texts("drop"), versions]
    )


def _shown(source: NoteSource) -> list[dict[str, str]]:
    return [
        {"id": str(int(p.id)), "alt": p.alt, "kind": p.kind, "preview": fallback(p)} for p in source.shown
    ]


def _stored(source: NoteSource) -> dict[str, Any]:
    """A note as its form shows it; what is not there is an empty field."""
    fields = msgspec.structs.asdict(source)
    return {
        **{name: "" if value is None else value for name, value in fields.items()},
        "versions": [Own(lang=one.lang, title=one.title, body=one.body) for one in source.versions],
        "pictures": _shown(source),
    }


def drafted(card: NoteDraftCard) -> dict[str, Any]:
    """A draft as the form shows it."""
    alts = {picture.id: picture.alt for picture in card.note.pictures}
    fields = msgspec.structs.asdict(card.note)
    return {
        **{name: "" if value is None else value for name, value in fields.items()},
        "versions": [Own(lang=one.lang, title=one.title, body=one.body) for one in card.note.versions],
        "pictures": [
            {"id": str(int(one.id)), "alt": alts[one.id], "preview": one.preview} for one in card.pictures
        ],
        "due_at": f"{card.due_at.astimezone(ZoneInfo(card.zone)):%Y-%m-%dT%H:%M}" if card.due_at else "",
        "zone": card.zone if card.due_at else "",
        "draft": card.id,
        "draft_version": card.version,
        "kept": card,
    }


def told_time(locale: str, card: NoteDraftCard) -> str:
    """When a draft publishes itself, in its writer's time; empty where it does not."""
    return wording(locale).at(card.due_at, card.zone) if card.due_at else ""


def draft_id_of(text: str) -> Id:
    """The draft an address names; raises NotFound("draft_gone")."""
    try:
        return Id.parse(text)
    except ValueError as error:
        raise NotFound("draft_gone") from error


def of_draft(form: Form) -> dict[str, Any]:
    """The draft a form was opened from, for its fields."""
    standing = standing_in(form)
    return {"draft": standing[0], "draft_version": standing[1]} if standing else {}


def standing_in(form: Form) -> tuple[Id, int] | None:
    """The draft a form was opened from, and its version; None: it was not."""
    if not form.text("draft"):
        return None
    version = form.text("draft_version")
    return draft_id_of(form.text("draft")), int(version) if version.isdecimal() and len(version) < 9 else 0


def typed(form: Form, pictures: list[NewPicture], source: NoteSource | None = None) -> dict[str, Any]:
    """What was in the form, to show it again beside what is the matter."""
    standing = {picture["id"]: picture for picture in (_shown(source) if source else [])}
    names = (
        "title", "body", "lang", "audience", "place_name", "place_id", "place_for", "latitude", "longitude",
    )  # fmt: skip
    return {
        **{name: form.text(name) for name in names},
        "made_with_ai": form.is_on("made_with_ai"),
        "versions": own_versions(form),
        "due_at": form.text("due_at"),
        "zone": form.text("zone"),
        "pictures": [
            {"preview": f"/u/{p.id}", **standing.get(key := str(int(p.id)), {}), "id": key, "alt": p.alt}
            for p in pictures
        ],
    }


HANDLERS = [send_picture, discard_picture, new_note, publish, edit_note, change_note, help_new, help_edit]
