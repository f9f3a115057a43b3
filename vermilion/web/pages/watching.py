"""Films one after another, a film that is being prepared, and how films are watched."""

from typing import Any

from litestar import get, post

from vermilion.captions.reads import tracks_under
from vermilion.captions.schema import CaptionTrack
from vermilion.feed import reads as feed
from vermilion.feed import watching
from vermilion.feed.schema import WatchedBatch
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.pages import Page
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.media.films import films_of
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
    tracks: tuple[CaptionTrack, ...]


async def _shown(db: Db, viewer: Viewer, page: Page[NoteCard], manner: Manner, locale: str) -> list[Shown]:
    films = [
        card for card in page.items if card.cover.picture is not None and card.cover.picture.film is not None
    ]
    tracks = await tracks_under(db, viewer, [card.id for card in films])
    return [
        Shown(
            card=card,
            title=told(card.title, manner, locale, f"title.{card.id}.{card.id}"),
            tracks=tuple(tracks.get(card.id, ())),
        )
        for card in films
    ]


@get("/watch", include_in_schema=False)
async def watch(
    request: AnyRequest, db: Db, viewer: Viewer, locale: str, parts: State, cursor: Cursor = None
) -> Html:
    """Films, one after another."""
    page = await feed.watch(db, viewer, cursor)
    films = await _shown(db, viewer, page, await cards_manner(viewer, parts, page), locale)
    onward = after("/watch", page)
    if wants_fragment(request):
        return fragment(locale, "parts/films.html", viewer, films=films, next=onward)
    return await whole(
        db, viewer, locale, "watch.html", here="watch", films=films, next=onward, pulling=await pulling(parts)
    )


async def film_of(db: Db, viewer: Viewer, note: NotePage) -> dict[str, Any]:
    """What templates need of a note's film: its captions; how far it has come, and how it is watched, for its author."""
    film = note.pictures[0].film if note.pictures else None
    if film is None:
        return {}
    if not film.is_playable:
        found = await films_of(db, viewer.account_id, [note.id]) if note.is_mine else []
        return {"preparing": found[0] if found else None}
    tracks = await tracks_under(db, viewer, [note.id])
    watches = await watching.figures(db, viewer, note.id) if note.is_mine else None
    return {"tracks": tracks.get(note.id, []), "watches": watches}


@get("/n/{note_id:str}/film", include_in_schema=False)
async def film(request: AnyRequest, db: Db, viewer: Viewer, locale: str, note_id: Id) -> Html:
    """The film of a note as it is now, for the script that waits for it."""
    note = await notes.get_note_page(db, viewer, note_id)
    picture = next((one for one in note.pictures if one.film is not None), None)
    if picture is None:
        raise NotFound("not_found")
    if not wants_fragment(request):
        return go(f"/n/{note_id}")
    return fragment(
        locale, "parts/one_film.html", viewer, note=note, picture=picture, **await film_of(db, viewer, note)
    )


@post("/watched", include_in_schema=False, status_code=204)
async def report(data: WatchedBatch, db: Db, viewer: Viewer) -> None:
    """How far films were watched."""
    await watching.report(db, viewer, data)


HANDLERS = [watch, film, report]
