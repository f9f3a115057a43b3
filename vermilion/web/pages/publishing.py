"""Writing a note and changing it; pictures on their way into one."""

from typing import Any

import msgspec
from litestar import Response, get, post

from vermilion.kernel.errors import Problem
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.media.actions import discard, upload
from vermilion.media.film_table import FilmTable
from vermilion.notes import actions, reads
from vermilion.notes.schema import MOST_PICTURES, EditNote, NewNote, NewPicture, NoteSource
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State
from vermilion.web.idempotency import Answer, fingerprint, once
from vermilion.web.limits import DRAFTS, UPLOADS
from vermilion.web.pages.answers import Html, go, said, to_door, whole
from vermilion.web.pages.forms import Form, new_key, read_form
from vermilion.web.pages.gathering import gather
from vermilion.web.pages.versions import Own, helped, own_versions, preview, sent_versions, texts_of
from vermilion.web.received import from_fields
from vermilion.web.render import fallback
from vermilion.web.security import PICTURE_BODY, PUBLISH_BODY


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
async def new_note(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """The form for a new note."""
    if viewer.is_guest:
        return to_door(request)
    return await _form(db, viewer, locale, "/publish", {"audience": "everyone"}, films=parts.film_table)


@post("/publish", include_in_schema=False, request_max_body_size=PUBLISH_BODY)
async def publish(request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State) -> Html:
    """Publish a note."""
    if viewer.is_guest:
        return to_door(request)
    form = await read_form(request)
    pictures: list[NewPicture] = []
    try:
        await gather(db, viewer, parts, form, pictures, MOST_PICTURES)
        new = _note(form, pictures, NewNote)

        async def deed() -> Answer:
            note = await actions.publish(db, viewer, parts.language, new)
            return Answer(location=f"/n/{note.id}", status=303)

        stored = await once(db, viewer, form.key, fingerprint(request, _content(form)), deed)
    except Problem as problem:
        return await _form(
            db,
            viewer,
            locale,
            "/publish",
            _typed(form, pictures),
            problem=said(request, problem),
            films=parts.film_table,
        )
    return go(stored.location or "/")


@get("/n/{note_id:str}/edit", include_in_schema=False)
async def edit_note(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """The form for a note of one's own."""
    if viewer.is_guest:
        return to_door(request)
    source = await reads.get_source(db, viewer, note_id)
    return await _form(db, viewer, locale, f"/n/{note_id}/edit", _stored(source), note_id=note_id)


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
        await actions.edit(db, viewer, parts.language, note_id, _note(form, pictures, EditNote))
    except Problem as problem:
        return await _form(
            db, viewer, locale, f"/n/{note_id}/edit", _typed(form, pictures, source),
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
    return await _form(
        db, viewer, locale, f"/n/{note_id}/edit" if note_id else "/publish", {**_typed(form, pictures, source), **more},
        note_id=note_id, problem=problem, films=parts.film_table,
    )  # fmt: skip


async def _form(
    db: Db, viewer: Viewer, locale: str, action: str, values: dict[str, Any], *,
    note_id: Id | None = None, problem: dict[str, Any] | None = None, films: FilmTable | None = None,
) -> Html:  # fmt: skip
    return await whole(
        db, viewer, locale, "publish.html",
        here="publish", films=films, action=action, values=values, note_id=note_id, form_key=new_key(), **(problem or {}),
    )  # fmt: skip


def _note(form: Form, pictures: list[NewPicture], kind: type[NewNote]) -> Any:  # noqa: ANN401 - NewNote or EditNote
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
            "pictures": [{"id": str(int(picture.id)), "alt": picture.alt} for picture in pictures],
            "versions": sent_versions(form, ("title", "body")),
        },
        kind,
    )


def _content(form: Form) -> bytes:
    names = ("title", "body", "lang", "audience", "made_with_ai", "place_name", "latitude", "longitude")
    pictures = form.texts("picture")
    alts = [form.text(f"alt-{key}") for key in pictures]
    versions = sent_versions(form, ("title", "body"))
    return msgspec.json.encode(
        [[form.text(name) for name in names], pictures, alts, form.texts("drop"), versions]
    )


def _shown(source: NoteSource) -> list[dict[str, str]]:
    return [{"id": str(int(p.id)), "alt": p.alt, "preview": fallback(p)} for p in source.shown]


def _stored(source: NoteSource) -> dict[str, Any]:
    """A note as its form shows it; what is not there is an empty field."""
    fields = msgspec.structs.asdict(source)
    return {
        **{name: "" if value is None else value for name, value in fields.items()},
        "versions": [Own(lang=one.lang, title=one.title, body=one.body) for one in source.versions],
        "pictures": _shown(source),
    }


def _typed(form: Form, pictures: list[NewPicture], source: NoteSource | None = None) -> dict[str, Any]:
    """What was in the form, to show it again beside what is the matter."""
    standing = {picture["id"]: picture["preview"] for picture in (_shown(source) if source else [])}
    names = ("title", "body", "lang", "audience", "place_name", "latitude", "longitude")
    return {
        **{name: form.text(name) for name in names},
        "made_with_ai": form.is_on("made_with_ai"),
        "versions": own_versions(form),
        "pictures": [
            {"id": (key := str(int(p.id))), "alt": p.alt, "preview": standing.get(key, f"/u/{key}")}
            for p in pictures
        ],
    }


HANDLERS = [send_picture, discard_picture, new_note, publish, edit_note, change_note, help_new, help_edit]
