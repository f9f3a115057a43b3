"""Films are listened to stretch by stretch: what was heard stands, whoever is interrupted goes on there."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests import factories
from tests.factories import Person
from vermilion.captions import hearing
from vermilion.captions.hearing import ask_to_hear, hear_films
from vermilion.captions.reads import tracks_of
from vermilion.engines.models import ModelError
from vermilion.engines.speech import Heard, Speech
from vermilion.engines.speech_lines import Cue
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Unavailable
from vermilion.kernel.ids import Id, new_id
from vermilion.media.schema import film_blob
from vermilion.notes.schema import NoteReleased
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.work.jobs import Job

KEY = "heardfilmheardfilmhear"
SOUND = b"sound" * 300_000


class Ears(Speech):
    """Hears a word a second, and is killed after so many."""

    def __init__(self, killed_after: int) -> None:
        super().__init__(Path("/nonexistent"))
        self.killed_after, self.asked, self.got = killed_after, list[tuple[int, str]](), 0

    def is_ready(self) -> bool:
        return True

    async def hear(
        self,
        sound: AsyncIterator[bytes],
        *,
        lang: str = "",
        likely: Sequence[str] = (),
        since_ms: int = 0,
        seconds: int = 4,
    ) -> AsyncIterator[Heard]:
        self.asked.append((since_ms, lang))
        async for piece in sound:
            self.got += len(piece)
        for at in range(since_ms, seconds * 1000, 1000):
            if at == self.killed_after:
                raise Unavailable("speech_busy")
            cue = Cue(start_ms=at, end_ms=at + 900, text=f"word {at}", confidence=0.3 if at else 0.9)
            yield Heard(lang=likely[0], lang_confidence=0.9, until_ms=at + 1000, total_ms=4000, cues=(cue,))


async def film(db: Db, blobs: Blobs, author: Person) -> tuple[Id, Id]:
    note, media_id = await factories.note(db, author, "Um dia", lang="pt"), new_id()
    await db.run(
        """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color,
               avif_sizes, alt, alt_lang, alt_hash, film_key, duration_ms, has_sound, is_playable)
           VALUES ($1, $2, $1, 0, 'film', 'k', 640, 360, '', '#336699', '', '', '', '', $3, 4000, true, true)""",
        note.id, media_id, KEY,
    )  # fmt: skip
    await db.run(
        """INSERT INTO film (account_id, id, note_id, key, state, length, received, created_at, expires_at)
           VALUES ($1, $2, $3, $4, 'playable', 1, 1, $5, $5)""",
        author.id, media_id, note.id, KEY, now(),
    )  # fmt: skip
    await db.run(
        """INSERT INTO film_size (account_id, film_id, name, codecs, width, height, rate, peak, bytes, init, lengths, durations)
           VALUES ($1, $2, '480', '', 640, 360, 25, 1, $3, 0, '{}', '{}')""",
        author.id, media_id, len(SOUND),
    )  # fmt: skip
    await blobs.put(film_blob(KEY, "480.mp4"), SOUND, "video/mp4")
    return note.id, media_id


async def test_listening_goes_on_where_it_was_killed(state: State, ines: Person) -> None:
    db, blobs = state.database.session(), Blobs("memory:///")
    note_id, media_id = await film(db, blobs, ines)
    ears = Ears(killed_after=2000)
    job = Job(db=db, blobs=blobs, speech=ears)
    await ask_to_hear(job, NoteReleased(note_id=note_id, author_id=ines.id))
    with pytest.raises(Unavailable):
        await hear_films(job)
    assert await tracks_of(db, note_id, media_id) == []
    ears.killed_after = -1
    assert await hear_films(job) == 1
    assert ears.asked == [(0, ""), (2000, "pt")]
    assert ears.got == 2 * len(SOUND)
    track = (await tracks_of(db, note_id, media_id))[0]
    assert (track.lang, track.origin, track.is_spoken) == ("pt", "heard", True)
    assert [(cue.text, cue.is_unsure) for cue in track.cues] == [
        ("word 0", False),
        ("word 1000", True),
        ("word 2000", True),
        ("word 3000", True),
    ]
    await ask_to_hear(job, NoteReleased(note_id=note_id, author_id=ines.id))
    assert await hear_films(job) == 0


async def test_weights_that_cannot_be_had_are_not_asked_for_again_and_again(
    state: State, ines: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def pull(_model: object, folder: Path, _progress: object) -> None:
        asked.append(folder)
        raise ModelError("no network")

    monkeypatch.setattr(hearing, "pull", pull)
    db = state.database.session()
    note_id, media_id = await film(db, state.blobs, ines)
    await db.run("INSERT INTO caption_queue (media_id, note_id) VALUES ($1, $2)", media_id, note_id)
    job = Job(db=db, blobs=state.blobs, speech=Speech(tmp_path))
    assert [await hear_films(job), await hear_films(job)] == [0, 0]
    assert asked == [tmp_path]
    assert await db.value("SELECT tries FROM caption_queue") == 0
