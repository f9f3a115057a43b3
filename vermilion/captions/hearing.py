"""Listening to films: one after another, each stretch of it standing once it was heard, so that a kill costs half a minute."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import NamedTuple

import structlog

from vermilion.captions.actions import keep_heard
from vermilion.captions.schema import Cue
from vermilion.engines.models import ModelError, listener
from vermilion.engines.models_pull import pull
from vermilion.engines.speech import UNSURE, Heard, Speech
from vermilion.engines.speech_lines import Cue as HeardCue
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, NotFound, Unavailable
from vermilion.kernel.ids import Id
from vermilion.media.films import find_film, sizes_of
from vermilion.media.schema import FilmPlayable, film_blob
from vermilion.notes.schema import NoteEdited, NoteReleased, NoteRestored
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

CLAIM_LASTS = timedelta(minutes=16)
"""Longer than listening is patient with a child that says nothing."""
MOST_TRIES = 5
FETCH_AGAIN_S = 600.0
PIECE = 512 * 1024


class _Claimed(NamedTuple):
    media_id: Id
    note_id: Id
    heard_ms: int
    lang: str
    cues: list[Cue]
    tries: int


async def ask_to_hear(job: Job, event: NoteReleased | NoteRestored | NoteEdited | FilmPlayable) -> None:
    """Queue the films of a note in which somebody may speak and that nobody has captioned."""
    await job.db.run(
        """INSERT INTO caption_queue (media_id, note_id) SELECT m.id, m.note_id FROM media m
           WHERE m.note_id = $1 AND m.subject_id = $1 AND m.film_key <> '' AND m.has_sound AND m.is_playable
             AND NOT EXISTS (SELECT 1 FROM caption c WHERE c.note_id = $1 AND c.media_id = m.id)
           ON CONFLICT DO NOTHING""",
        event.note_id,
    )


async def hear_films(job: Job) -> int:
    """Listen to the films that wait, one after another; gives to how many. Nothing where there is no folder for weights.

    The weights are pulled when the first film waits for them.
    """
    if job.speech is None or not await job.db.value("SELECT EXISTS (SELECT FROM caption_queue)"):
        return 0
    if not await _is_equipped(job.speech):
        return 0
    count = 0
    while (job.stop is None or not job.stop.is_set()) and (claimed := await _claim(job.db)) is not None:
        await _hear(job, job.speech, claimed)
        count += 1
    return count


async def _is_equipped(speech: Speech) -> bool:
    if await asyncio.to_thread(speech.is_ready):
        return True
    if time.monotonic() < speech.fetch_after:
        return False
    try:
        await asyncio.to_thread(pull, listener(), speech.models, lambda _done, _total: None)
    except ModelError as error:
        structlog.get_logger().warning("speech_model_missing", why=str(error))
        speech.fetch_after = time.monotonic() + FETCH_AGAIN_S
        return False
    return True


async def _claim(db: Db) -> _Claimed | None:
    await db.run("DELETE FROM caption_queue WHERE tries >= $1 AND claimed_at IS NULL", MOST_TRIES)
    rows = await db.rows(
        """UPDATE caption_queue SET claimed_at = $1, tries = tries + 1 WHERE media_id = (
               SELECT media_id FROM caption_queue WHERE (claimed_at IS NULL OR claimed_at < $2) AND tries < $3
               ORDER BY tries, media_id LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING media_id, note_id, heard_ms, lang, cues, tries""",
        now(),
        now() - CLAIM_LASTS,
        MOST_TRIES,
    )
    if not rows:
        return None
    media_id, note_id, heard_ms, lang, cues, tries = rows[0]
    return _Claimed(Id(media_id), Id(note_id), heard_ms, lang, [Cue(**cue) for cue in cues], tries)


async def _hear(job: Job, speech: Speech, claimed: _Claimed) -> None:
    """Listen to one film, from where somebody left it; each stretch that was heard stands at once."""
    log = structlog.get_logger()
    cues, lang = claimed.cues, claimed.lang
    try:
        likely, sound = await _source(job.db, job.blobs, claimed)
        async for heard in speech.hear(sound, lang=lang, likely=likely, since_ms=claimed.heard_ms):
            lang = heard.lang
            cues += [_cue(one) for one in heard.cues]
            if not await _note_down(job.db, claimed, heard, cues):
                return  # the film is gone, or its author was faster
            if job.stop is not None and job.stop.is_set():
                await _give_back(job.db, claimed)
                return
        await keep_heard(job.db, claimed.note_id, claimed.media_id, lang, tuple(cues))
    except asyncio.CancelledError:
        await asyncio.shield(_give_back(job.db, claimed))
        raise
    except NotFound:
        await job.db.run("DELETE FROM caption_queue WHERE media_id = $1", claimed.media_id)
    except Invalid as problem:
        log.info("film_not_heard", why=problem.code)
        await keep_heard(job.db, claimed.note_id, claimed.media_id, lang, tuple(cues))
    except Unavailable as problem:
        log.warning("film_waits_to_be_heard", why=problem.code)
        await job.db.run("UPDATE caption_queue SET claimed_at = NULL WHERE media_id = $1", claimed.media_id)
        raise


def _cue(heard: HeardCue) -> Cue:
    return Cue(
        start_ms=heard.start_ms, end_ms=heard.end_ms, text=heard.text, is_unsure=heard.confidence < UNSURE
    )


async def _source(db: Db, blobs: Blobs, claimed: _Claimed) -> tuple[tuple[str, ...], AsyncIterator[bytes]]:
    """The smallest size of a film, piece by piece, and the languages its author writes in."""
    rows = await db.rows(
        "SELECT author_id, body_lang, title_lang FROM note WHERE id = $1 AND deleted_at IS NULL",
        claimed.note_id,
    )
    if not rows:
        raise NotFound("note_gone")
    author_id = Id(rows[0][0])
    reads = await db.value("SELECT reads FROM account WHERE id = $1", author_id) or ()
    film, sizes = (
        await find_film(db, author_id, claimed.media_id),
        await sizes_of(db, author_id, claimed.media_id),
    )
    if film is None or not sizes:
        raise NotFound("film_gone")
    key, length = film_blob(film.key, f"{sizes[0].name}.mp4"), sizes[0].bytes

    async def sound() -> AsyncIterator[bytes]:
        for at in range(0, length, PIECE):
            yield await blobs.get_range(key, at, min(PIECE, length - at))

    langs = dict.fromkeys(lang for lang in (rows[0][1], rows[0][2], *reads) if lang)
    return tuple(langs), sound()


async def _note_down(db: Db, claimed: _Claimed, heard: Heard, cues: list[Cue]) -> bool:
    """Keep how far it is and the claim with it; gives whether anybody still waits for it."""
    return bool(
        await db.run(
            """UPDATE caption_queue SET claimed_at = $2, heard_ms = $3, total_ms = $4, lang = $5, cues = $6, tries = 1
               WHERE media_id = $1""",
            claimed.media_id,
            now(),
            heard.until_ms,
            heard.total_ms,
            heard.lang,
            cues,
        )
    )


async def _give_back(db: Db, claimed: _Claimed) -> None:
    await db.run(
        "UPDATE caption_queue SET claimed_at = NULL, tries = greatest(0, tries - 1) WHERE media_id = $1",
        claimed.media_id,
    )
