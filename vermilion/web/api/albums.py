"""Albums: notes somebody gathers, in an order of their own."""

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.notes import album_actions, albums
from vermilion.notes.album_table import AlbumCard, AlbumChoice, AlbumPage, EditAlbum, NewAlbum, Placing
from vermilion.notes.schema import NoteCard
from vermilion.web.api.deeds import Cursor, IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, TheDb, TheParts, TheViewer
from vermilion.web.reading import ask_for, manner_of, of_cards

_OWN = "/me/albums/{album_id:str}"


@get("/accounts/{account_id:str}/albums", tags=["albums"])
async def list_albums(
    account_id: FromPath[Id], db: TheDb, viewer: TheViewer, cursor: Cursor = None
) -> Page[AlbumCard]:
    """A person's albums, the newest first; one's own also where they are not public."""
    return await albums.albums_of(db, viewer, account_id, cursor)


@get("/accounts/{account_id:str}/albums/{album_id:str}", tags=["albums"])
async def get_album(
    account_id: FromPath[Id], album_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> AlbumPage:
    """An album. Notes one may not see are not counted; `is_longer`: it has more notes than are counted."""
    return await albums.get_album(db, viewer, account_id, album_id)


@get("/accounts/{account_id:str}/albums/{album_id:str}/notes", tags=["albums"])
async def list_album_notes(
    account_id: FromPath[Id],
    album_id: FromPath[Id],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    cursor: Cursor = None,
) -> Page[NoteCard]:
    """The notes of an album, in its order."""
    page = await albums.album_notes(db, viewer, account_id, album_id, cursor)
    ask_for(parts, await manner_of(viewer, parts), of_cards(page.items))
    return page


@get("/notes/{note_id:str}/albums", tags=["albums"])
async def list_album_choices(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> list[AlbumChoice]:
    """All one's albums, and whether a note is in each."""
    return await albums.choices(db, known(viewer), note_id)


@post("/me/albums", tags=["albums"])
async def open_album(
    request: AnyRequest, data: JSONBody[NewAlbum], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[AlbumPage]:
    """Begin an album."""
    return await do_once(request, db, known(viewer), key, lambda: album_actions.open_album(db, viewer, data))


@patch(_OWN, tags=["albums"])
async def edit_album(
    album_id: FromPath[Id], data: JSONBody[EditAlbum], db: TheDb, viewer: TheViewer
) -> AlbumPage:
    """Change an album's name, who sees it, its cover; what is left out stays."""
    return await album_actions.edit_album(db, known(viewer), album_id, data)


@delete(_OWN, tags=["albums"])
async def delete_album(album_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Delete an album; its notes stay. For ten minutes it can be restored."""
    await album_actions.delete_album(db, known(viewer), album_id)


@post(f"{_OWN}/restore", status_code=200, tags=["albums"])
async def restore_album(
    request: AnyRequest, album_id: FromPath[Id], db: TheDb, viewer: TheViewer, key: IdempotencyKey = None
) -> Response[AlbumPage]:
    """Undo the deletion of an album."""
    return await do_once(
        request,
        db,
        known(viewer),
        key,
        lambda: album_actions.restore_album(db, viewer, album_id),
        status=200,
    )


@put(f"{_OWN}/notes/{{note_id:str}}", status_code=204, tags=["albums"])
async def add_to_album(album_id: FromPath[Id], note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> None:
    """Put a note at the end of an album."""
    await album_actions.add_note(db, known(viewer), album_id, note_id)


@delete(f"{_OWN}/notes/{{note_id:str}}", tags=["albums"])
async def take_out_of_album(
    album_id: FromPath[Id], note_id: FromPath[Id], db: TheDb, viewer: TheViewer
) -> None:
    """Take a note out of an album."""
    await album_actions.take_out(db, known(viewer), album_id, note_id)


@put(f"{_OWN}/notes/{{note_id:str}}/place", status_code=204, tags=["albums"])
async def place_in_album(
    album_id: FromPath[Id], note_id: FromPath[Id], data: JSONBody[Placing], db: TheDb, viewer: TheViewer
) -> None:
    """Put a note of an album before or after another one, at a place counted from 1, or at its end."""
    await album_actions.place(db, known(viewer), album_id, note_id, data)


HANDLERS = [
    list_albums, get_album, list_album_notes, list_album_choices, open_album, edit_album, delete_album, restore_album,
    add_to_album, take_out_of_album, place_in_album,
]  # fmt: skip
