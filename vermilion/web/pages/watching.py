"""Films one after another, a film that is being prepared, and how films are watched."""

from litestar import get, post

from vermilion.feed import reads as feed
from vermilion.feed import watching
from vermilion.feed.schema import WatchedBatch
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.media.films import films_of
from vermilion.media.schema import Film
from vermilion.notes import reads as notes
from vermilion.notes.schema import NoteCard, NotePage
from vermilion.storage.db import Db
from vermilion.web.context import AnyRequest, State, wants_fragment
from vermilion.web.pages.answers import Html, fragment, go, whole
from vermilion.web.pages.feeds import Cursor, after, cards_manner
from vermilion.web.reading import Manner, Told, pulling, told


class Shown(Record, kw_only=True, frozen=True):
    """A film of the list, with its title as its reader reads it."""

    card: NoteCard
    title: Told


def _shown(page: Page[NoteCard], manner: Manner, locale: str) -> list[Shown]:
    return [
        Shown(card=card, title=told(card.title, manner, locale, f"title.{card.id}.{card.id}"))
        for card in page.items
        if card.cover.picture is not None and card.cover.picture.film is not None
    ]


@get("/watch", include_in_schema=False)
async def watch(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, cursor: Cursor = None
) -> Html:
    """Films, one after another."""
    page = await feed.watch(db, viewer, cursor)
    films = _shown(page, await cards_manner(viewer, parts, page), locale)
    onward = after("/watch", page)
    if wants_fragment(request):
        return fragment(locale, "parts/films.html", viewer, films=films, next=onward)
    return await whole(
        db, viewer, locale, "watch.html", here="watch", films=films, next=onward, pulling=await pulling(parts)
    )


async def preparing(db: Db, viewer: Viewer, note: NotePage) -> Film | None:
    """How far a film of the viewer's own that cannot be played yet has come; None: there is none."""
    if not note.is_mine or all(one.film is None or one.film.is_playable for one in note.pictures):
        return None
    found = await films_of(db, viewer.account_id, [note.id])
    return found[0] if found else None


@get("/n/{note_id:str}/film", include_in_schema=False)
async def film(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """The film of a note as it is now, for the script that waits for it."""
    note = await notes.get_note_page(db, viewer, note_id)
    picture = next((one for one in note.pictures if one.film is not None), None)
    if picture is None:
        raise NotFound("not_found")
    if not wants_fragment(request):
        return go(f"/n/{note_id}")
    state = await preparing(db, viewer, note)
    return fragment(locale, "parts/one_film.html", viewer, note=note, picture=picture, preparing=state)


@post("/watched", include_in_schema=False, status_code=204)
async def report(data: WatchedBatch, db: Db, viewer: Viewer) -> None:
    """How far films were watched."""
    await watching.report(db, viewer, data)


HANDLERS = [watch, film, report]
