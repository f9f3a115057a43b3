"""Notes."""

from typing import Literal

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.types import NoLang
from vermilion.notes import actions, editions, reads
from vermilion.notes.edition_schema import EditionCard
from vermilion.notes.saved import Choice, saved
from vermilion.notes.schema import EditNote, Liked, NewNote, NoteCard, NotePage, NoteSource
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_note
from vermilion.web.security import NOTE_BODY

_REACT = {"scope": "react"}


@post("/notes", request_max_body_size=NOTE_BODY, tags=["notes"])
async def publish(
    request: AnyRequest,
    data: JSONBody[NewNote],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[NotePage]:
    """Publish a note. Its pictures are uploads of one's own."""
    return await do_once(
        request, db, known(viewer), key, lambda: actions.publish(db, viewer, parts.language, data)
    )


@get("/notes/{note_id:str}", tags=["notes"])
async def get_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer, parts: TheParts) -> NotePage:
    """A note with everything its page shows, in the reader's language. What is missing in it is being translated."""
    note = await reads.get_note_page(db, viewer, note_id)
    ask_for(parts, await manner_of(viewer, parts), of_note(note))
    return note


@get("/notes/{note_id:str}/source", tags=["notes"])
async def get_note_source(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> NoteSource:
    """One's own note as it was sent, to edit it."""
    return await reads.get_source(db, viewer, note_id)


@get("/notes/{note_id:str}/history", tags=["notes"])
async def get_note_history(
    note_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[EditionCard]:
    """How a note stood before each edit, the newest first, with what changed; the first item stands now.

    A version is for those whom the note was for then, as far as they may see the note now.
    """
    return await editions.history(db, viewer, note_id, cursor)


@put("/notes/{note_id:str}", request_max_body_size=NOTE_BODY, tags=["notes"])
async def edit_note(
    note_id: FromPath[Id], data: JSONBody[EditNote], db: TheDb, viewer: TheViewer, parts: TheParts
) -> NotePage:
    """Put the whole note as it shall stand."""
    return await actions.edit(db, viewer, parts.language, note_id, data)


@delete("/notes/{note_id:str}", tags=["notes"])
async def delete_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Delete one's note; for ten minutes it can be restored."""
    await actions.delete(db, viewer, note_id)


@post("/notes/{note_id:str}/restore", status_code=200, tags=["notes"])
async def restore_note(
    request: AnyRequest, note_id: FromPath[Id], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[NotePage]:
    """Undo a deletion."""
    return await do_once(
        request, db, known(viewer), key, lambda: actions.restore(db, viewer, note_id), status=200
    )


@put("/notes/{note_id:str}/like", opt=_REACT, tags=["notes"])
async def like_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Liked:
    """Like a note."""
    return await actions.like(db, viewer, note_id, True)


@delete("/notes/{note_id:str}/like", status_code=200, opt=_REACT, tags=["notes"])
async def unlike_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Liked:
    """Take a like back."""
    return await actions.like(db, viewer, note_id, False)


@put("/notes/{note_id:str}/save", opt=_REACT, tags=["notes"])
async def save_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Liked:
    """Save a note for later."""
    return await actions.save(db, viewer, note_id, True)


@delete("/notes/{note_id:str}/save", status_code=200, opt=_REACT, tags=["notes"])
async def unsave_note(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> Liked:
    """Take a note out of what one saved."""
    return await actions.save(db, viewer, note_id, False)


@get("/accounts/{account_id:str}/notes", tags=["notes"])
async def list_notes(
    account_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[NoteCard]:
    """A person's notes, the newest first."""
    return await reads.notes_by(db, viewer, account_id, cursor)


@get("/me/saved", tags=["notes"])
async def list_saved(
    db: TheDb,
    viewer: TheViewer,
    cursor: Cursor = None,
    kind: FromQuery[Literal["", "film", "picture", "text"]] = "",
    lang: FromQuery[NoLang] = "",
    sort: FromQuery[Literal["newest", "oldest"]] = "newest",
) -> Page[NoteCard]:
    """The notes one has saved: all, films, notes with pictures or words alone; in any language or one.

    `sort` is by when they were saved.
    """
    return await saved(db, known(viewer), cursor, Choice(kind=kind, lang=lang, sort=sort))


HANDLERS = [
    publish, get_note, get_note_source, get_note_history, edit_note, delete_note, restore_note, like_note, unlike_note, save_note,
    unsave_note, list_notes, list_saved,
]  # fmt: skip
