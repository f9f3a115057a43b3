"""Captions, as one viewer may see them: whoever may see the note may read what is said in its films."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from vermilion.captions.groups import grouped, passages_of, spread
from vermilion.captions.schema import SILENT, Caption, CaptionPage, CaptionTrack, Cue, Hearing, Origin
from vermilion.kernel.errors import NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.record import Record, columns
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import SeenNote, get_note
from vermilion.notes.rules import has_public_words
from vermilion.storage.db import Db
from vermilion.translation.reads import passages
from vermilion.translation.schema import Passage


class FilmInNote(Record, kw_only=True, frozen=True):
    """A film of a note, as captions need it."""

    id: Id
    film_key: str
    duration_ms: int
    has_sound: bool
    is_playable: bool


class Shown(NamedTuple):
    """A track for one reader; `missing` are the passages that are not translated yet."""

    page: CaptionPage
    missing: list[Passage]
    is_for_all: bool


class _Head(Record, kw_only=True, frozen=True):
    note_id: Id
    media_id: Id
    lang: str
    origin: str
    is_spoken: bool


async def films_in(db: Db, note_id: Id) -> list[FilmInNote]:
    """The films of a note, whoever may see it."""
    return await db.all(
        FilmInNote,
        """SELECT id, film_key, duration_ms, has_sound, is_playable FROM media
           WHERE note_id = $1 AND subject_id = $1 AND film_key <> '' ORDER BY position""",
        note_id,
    )


async def get_tracks(db: Db, viewer: Viewer, note_id: Id) -> list[CaptionTrack]:
    """The tracks a reader is offered under the films of a note; raises NotFound("note_gone").

    A language they read comes first: the author's own words in it, else a rendering of what is spoken.
    """
    await get_note(db, viewer, note_id)
    return (await tracks_under(db, viewer, [note_id])).get(note_id, [])


async def tracks_under(db: Db, viewer: Viewer, note_ids: Sequence[Id]) -> dict[Id, list[CaptionTrack]]:
    """The same for notes the viewer is being shown, of a page of them at once."""
    heads = await db.all(
        _Head,
        """SELECT note_id, media_id, lang, origin, is_spoken FROM caption WHERE note_id = ANY($1) AND lang <> $2
           ORDER BY is_spoken DESC, lang""",
        list(note_ids),
        SILENT,
    )
    films: dict[tuple[Id, Id], list[_Head]] = {}
    for head in heads:
        films.setdefault((head.note_id, head.media_id), []).append(head)
    found: dict[Id, list[CaptionTrack]] = {}
    for (note_id, _), own in films.items():
        found.setdefault(note_id, []).extend(_offered(viewer, note_id, own))
    return found


def _offered(viewer: Viewer, note_id: Id, heads: Sequence[_Head]) -> Iterable[CaptionTrack]:
    langs = {head.lang for head in heads}
    own = next((lang for lang in viewer.reads if lang in langs), None)
    into = viewer.reads[0] if own is None and any(head.is_spoken for head in heads) else None
    for head in heads:
        yield CaptionTrack(
            media_id=head.media_id,
            lang=head.lang,
            origin=_origin(head.origin),
            is_default=head.lang == own,
            url=address(note_id, head.media_id, head.lang),
        )
    if into is not None:
        media_id = heads[0].media_id
        yield CaptionTrack(
            media_id=media_id,
            lang=into,
            origin="translated",
            is_default=True,
            url=address(note_id, media_id, into),
        )


async def get_captions(db: Db, viewer: Viewer, note_id: Id, media_id: Id, lang: str) -> Shown:
    """One track; in a language it does not stand in, what is spoken as far as it is translated. Raises NotFound."""
    note = await get_note(db, viewer, note_id)
    found = await tracks_of(db, note_id, media_id)
    own = next((track for track in found if track.lang == lang and lang != SILENT), None)
    if own is not None:
        page = CaptionPage(media_id=media_id, lang=lang, origin=_origin(own.origin), cues=own.cues)
        return Shown(page, [], note.is_for_all)
    spoken = next((track for track in found if track.is_spoken and track.lang != SILENT), None)
    if spoken is None or lang not in LANGS:
        raise NotFound("captions_gone")
    return await _translated(db, viewer, note, spoken, lang)


async def _translated(db: Db, viewer: Viewer, note: SeenNote, spoken: Caption, lang: str) -> Shown:
    """What is spoken in another language: one statement for the whole film."""
    words = passages_of(spoken.cues, spoken.lang, spoken.media_id, is_public=has_public_words(note))
    found = await passages(db, replace(viewer, reads=(lang,)), words)
    cues: list[Cue] = []
    for group, passage in zip(grouped(spoken.cues), found, strict=True):
        cues += spread(passage.text, group) if passage.lang == lang else group
    cues.sort(key=lambda cue: cue.start_ms)
    missing = [passage for passage in found if passage.kind == "missing"]
    page = CaptionPage(
        media_id=spoken.media_id, lang=lang, origin="translated", cues=tuple(cues), waits=len(missing)
    )
    return Shown(page, missing, note.is_for_all)


async def tracks_of(db: Db, note_id: Id, media_id: Id) -> list[Caption]:
    """Every track of a film, whoever may see it; for deeds, jobs, and reads that have asked."""
    return await db.all(
        Caption,
        f"SELECT {columns(Caption)} FROM caption WHERE note_id = $1 AND media_id = $2 ORDER BY is_spoken DESC, lang",
        note_id,
        media_id,
    )


async def hearing_of(db: Db, media_id: Id) -> Hearing:
    """How far the machine has listened to a film, whoever may see it."""
    rows = await db.rows("SELECT heard_ms, total_ms FROM caption_queue WHERE media_id = $1", media_id)
    if not rows:
        return Hearing(state="none")
    heard, total = rows[0]
    return Hearing(state="hearing" if total else "waiting", heard_ms=heard, total_ms=total)


def address(note_id: Id, media_id: Id, lang: str) -> str:
    """Where a track is served."""
    return f"/captions/{note_id}/{media_id}/{lang}.vtt"


def _origin(stored: str) -> Origin:
    return "uploaded" if stored == "uploaded" else "author" if stored == "author" else "heard"
