"""What is done with captions: the author corrects what was heard, writes or sends their own, takes back, deletes."""

from vermilion.captions.groups import passages_of
from vermilion.captions.reads import FilmInNote, films_in, tracks_of
from vermilion.captions.schema import SILENT, Caption, CaptionsChanged, Cue
from vermilion.captions.timed import read
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.types import LANGS
from vermilion.kernel.viewer import Viewer
from vermilion.notes.reads import get_own_note
from vermilion.notes.rules import has_public_words
from vermilion.notes.schema import Note
from vermilion.storage.db import Db
from vermilion.translation.actions import forget
from vermilion.work.events import emit


async def write_captions(
    db: Db, viewer: Viewer, note_id: Id, media_id: Id, lang: str, text: str, *, is_file: bool = False
) -> Caption:
    """Let a track of a film of one's own say this, WebVTT or SubRip.

    Raises Invalid as `timed.read`, Invalid("language_unknown"), NotFound, Forbidden("not_your_note").
    """
    if lang not in LANGS:
        raise Invalid("language_unknown", field="lang")
    async with db.transaction():
        note = await get_own_note(db, viewer, note_id)
        film = await get_film_in(db, note_id, media_id)
        cues = read(text, until_ms=film.duration_ms or None)
        tracks = await tracks_of(db, note_id, media_id)
        before = next((track for track in tracks if track.lang == lang), None)
        spoken = next((track for track in tracks if track.is_spoken and track.lang != SILENT), None)
        made = Caption(
            note_id=note_id,
            media_id=media_id,
            lang=lang,
            origin="uploaded" if is_file else "author",
            is_spoken=before.is_spoken if before is not None else spoken is None,
            cues=cues,
            before=before.cues if before is not None else None,
            updated_at=now(),
        )
        await _put(db, note, made, before)
        return made


async def take_back(db: Db, viewer: Viewer, note_id: Id, media_id: Id, lang: str) -> Caption:
    """Let a track say what it said before it was last changed; done twice, nothing is changed."""
    async with db.transaction():
        note = await get_own_note(db, viewer, note_id)
        before = await _own(db, note_id, media_id, lang)
        if before.before is None:
            raise Conflict("nothing_to_undo")
        made = Caption(
            note_id=note_id,
            media_id=media_id,
            lang=lang,
            origin="author",
            is_spoken=before.is_spoken,
            cues=before.before,
            before=before.cues,
            updated_at=now(),
        )
        await _put(db, note, made, before)
        return made


async def drop_captions(db: Db, viewer: Viewer, note_id: Id, media_id: Id, lang: str) -> None:
    """Delete a track. Of what is spoken nothing remains to be translated; it is not listened to again."""
    async with db.transaction():
        note = await get_own_note(db, viewer, note_id)
        before = await _own(db, note_id, media_id, lang)
        await db.run(
            "DELETE FROM caption WHERE note_id = $1 AND media_id = $2 AND lang = $3", note_id, media_id, lang
        )
        if before.is_spoken:
            await _forget(db, note, before)
            await _keep(
                db,
                Caption(
                    note_id=note_id,
                    media_id=media_id,
                    lang=SILENT,
                    origin="author",
                    is_spoken=False,
                    cues=(),
                    before=None,
                    updated_at=now(),
                ),
            )
        await emit(db, CaptionsChanged(note_id=note_id, media_id=media_id))


async def keep_heard(db: Db, note_id: Id, media_id: Id, lang: str, cues: tuple[Cue, ...]) -> bool:
    """Store what a machine heard, unless the film is gone or somebody wrote captions meanwhile; gives whether it did."""
    async with db.transaction():
        there = await db.value(
            "SELECT 1 FROM media WHERE note_id = $1 AND id = $2 FOR KEY SHARE", note_id, media_id
        )
        await db.run("DELETE FROM caption_queue WHERE media_id = $1", media_id)
        if there is None or any(track.is_spoken for track in await tracks_of(db, note_id, media_id)):
            return False
        made = Caption(
            note_id=note_id,
            media_id=media_id,
            lang=lang if cues else SILENT,
            origin="heard",
            is_spoken=bool(cues),
            cues=cues,
            before=None,
            updated_at=now(),
        )
        await _keep(db, made)
        await emit(db, CaptionsChanged(note_id=note_id, media_id=media_id))
        return True


async def get_film_in(db: Db, note_id: Id, media_id: Id) -> FilmInNote:
    """A film of a note, whoever may see it; raises NotFound("film_gone")."""
    film = next((one for one in await films_in(db, note_id) if one.id == media_id), None)
    if film is None:
        raise NotFound("film_gone")
    return film


async def _own(db: Db, note_id: Id, media_id: Id, lang: str) -> Caption:
    track = next((one for one in await tracks_of(db, note_id, media_id) if one.lang == lang), None)
    if track is None or lang == SILENT:
        raise NotFound("captions_gone")
    return track


async def _put(db: Db, note: Note, made: Caption, before: Caption | None) -> None:
    """Store a track in the place of another, and forget what was made of words that stand no longer."""
    if before is not None and before.is_spoken:
        await _forget(db, note, before, made)
    await db.run("DELETE FROM caption_queue WHERE media_id = $1", made.media_id)
    await _keep(db, made)
    await emit(db, CaptionsChanged(note_id=made.note_id, media_id=made.media_id))


async def _forget(db: Db, note: Note, before: Caption, made: Caption | None = None) -> None:
    public = has_public_words(note)
    old = passages_of(before.cues, before.lang, before.media_id, is_public=public)
    new = passages_of(made.cues, made.lang, made.media_id, is_public=public) if made is not None else []
    kept = {words.text for words in new}
    await forget(db, [words for words in old if words.text not in kept])


async def _keep(db: Db, made: Caption) -> None:
    names = Caption.__struct_fields__
    await db.run(
        f"""INSERT INTO caption ({", ".join(names)}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (note_id, media_id, lang) DO UPDATE SET origin = excluded.origin, is_spoken = excluded.is_spoken,
                cues = excluded.cues, before = excluded.before, updated_at = excluded.updated_at""",
        *(getattr(made, name) for name in names),
    )
