"""What is said in films, as timed text: read in one's language, written by the author."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from vermilion.captions import actions
from vermilion.captions.reads import get_captions, get_tracks
from vermilion.captions.schema import CaptionPage, CaptionTrack, TrackText
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Db
from vermilion.web.api.deeds import IdempotencyKey, do_once, known
from vermilion.web.context import AnyRequest, State, TheDb, TheParts, TheViewer
from vermilion.web.limits import CAPTIONS

_TRACK = "/notes/{note_id:str}/captions/{media_id:str}/{lang:str}"


class WrittenCaptions(Record, kw_only=True, frozen=True):
    """A track as WebVTT or SubRip. is_file: it is a file somebody made, not one corrected here."""

    text: TrackText
    is_file: Annotated[bool, Meta(description="shown as uploaded")] = False


@get("/notes/{note_id:str}/captions", tags=["captions"])
async def list_tracks(note_id: FromPath[Id], db: TheDb, viewer: TheViewer) -> list[CaptionTrack]:
    """The tracks under the films of a note: those there are, and what is spoken in the language you read."""
    return await get_tracks(db, viewer, note_id)


@get(_TRACK, tags=["captions"])
async def get_track(
    note_id: FromPath[Id],
    media_id: FromPath[Id],
    lang: FromPath[str],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
) -> CaptionPage:
    """The cues of one track. `waits` says how many passages are still to be translated: asking begins that."""
    return await _shown(db, viewer, parts, note_id, media_id, lang)


@put(_TRACK, opt={"limit": CAPTIONS}, tags=["captions"])
async def write_track(
    note_id: FromPath[Id],
    media_id: FromPath[Id],
    lang: FromPath[str],
    data: JSONBody[WrittenCaptions],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
) -> CaptionPage:
    """Let a track of a film of your own say this. Lines may come in any order and be shown together.

    What does not fit is told with the number of its line.
    """
    await actions.write_captions(db, known(viewer), note_id, media_id, lang, data.text, is_file=data.is_file)
    return await _shown(db, viewer, parts, note_id, media_id, lang)


@post(f"{_TRACK}/undo", status_code=200, opt={"limit": CAPTIONS}, tags=["captions"])
async def take_back_track(
    request: AnyRequest,
    note_id: FromPath[Id],
    media_id: FromPath[Id],
    lang: FromPath[str],
    db: TheDb,
    viewer: TheViewer,
    parts: TheParts,
    key: IdempotencyKey = None,
) -> Response[CaptionPage]:
    """Let a track say what it said before it was last changed."""

    async def deed() -> CaptionPage:
        await actions.take_back(db, viewer, note_id, media_id, lang)
        return await _shown(db, viewer, parts, note_id, media_id, lang)

    return await do_once(request, db, known(viewer), key, deed, status=200)


@delete(_TRACK, tags=["captions"])
async def drop_track(
    note_id: FromPath[Id], media_id: FromPath[Id], lang: FromPath[str], db: TheDb, viewer: TheViewer
) -> None:
    """Delete a track of a film of your own."""
    await actions.drop_captions(db, known(viewer), note_id, media_id, lang)


async def _shown(db: Db, viewer: Viewer, parts: State, note_id: Id, media_id: Id, lang: str) -> CaptionPage:
    found = await get_captions(db, viewer, note_id, media_id, lang)
    parts.asking.add(found.missing)
    return found.page


HANDLERS = [list_tracks, get_track, write_track, take_back_track, drop_track]
