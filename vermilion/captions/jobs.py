"""What happens to captions later: translating ahead of readers, forgetting."""

from vermilion.captions.groups import passages_of
from vermilion.captions.reads import tracks_of
from vermilion.captions.schema import Caption, CaptionsChanged
from vermilion.kernel.record import columns
from vermilion.notes.schema import NotesPurged
from vermilion.storage.db import Db
from vermilion.translation.actions import forget
from vermilion.translation.queue import AHEAD, ask
from vermilion.translation.schema import Words
from vermilion.translation.state import languages_read
from vermilion.work.jobs import Job


async def render_ahead(job: Job, event: CaptionsChanged) -> None:
    """Queue what is spoken in a public film for the languages that have readers and no track of their own."""
    public = await job.db.value(
        """SELECT 1 FROM note WHERE id = $1 AND audience = 'everyone' AND state = 'public' AND deleted_at IS NULL""",
        event.note_id,
    )
    if public is None:
        return
    tracks = await tracks_of(job.db, event.note_id, event.media_id)
    written = {track.lang for track in tracks}
    langs = [lang for lang in await languages_read(job.db) if lang not in written]
    words = [one for track in tracks if track.is_spoken for one in _words(track, is_public=True)]
    await ask(job.db, [one.into(lang) for one in words for lang in langs], AHEAD)


def _words(track: Caption, *, is_public: bool) -> list[Words]:
    return passages_of(track.cues, track.lang, track.media_id, is_public=is_public)


async def forget_renderings(db: Db, event: NotesPurged) -> None:
    """At once with the removal of notes: what was made of what is said in their films."""
    tracks = await db.all(
        Caption,
        f"SELECT {columns(Caption)} FROM caption WHERE note_id = ANY($1) AND is_spoken",
        list(event.note_ids),
    )
    if tracks:
        both = (True, False)
        await forget(
            db, [one for track in tracks for public in both for one in _words(track, is_public=public)]
        )
    await db.run("DELETE FROM caption_queue WHERE note_id = ANY($1)", list(event.note_ids))
