"""Real speech is heard by the real model: five languages, a whole film, and nothing where nobody speaks."""

import os
import re

import httpx
import numpy as np
import pytest

from tests.factories import Person
from tests.media.test_films import publish, sent
from tests.voices import CLEAR, FOLDER, RATE, said, talking, word_errors
from vermilion.captions.hearing import hear_films
from vermilion.engines.film import FilmWorks
from vermilion.engines.models import listener, path_of, whole_set
from vermilion.engines.speech import Speech
from vermilion.engines.speech_child import Ears
from vermilion.engines.speech_lines import Belief, cues
from vermilion.engines.speech_wire import Order
from vermilion.media.film_jobs import prepare_films
from vermilion.sample.drawing import tune
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job
from vermilion.work.runner import run_due


@pytest.fixture(scope="module")
def ears() -> Ears:
    """The model in this process, for sounds of our own."""
    weights = {one.called: str(path_of(one, FOLDER)) for one in whole_set(listener())}
    return Ears(Order(weights=weights, threads=os.cpu_count() or 1, parent=os.getpid()))


def heard(ears: Ears, sound: np.ndarray) -> tuple[str, str]:
    """The language of a sound, and what is believed of what was heard."""
    belief, lang, words = Belief(), "", []
    for one in ears.listen(sound):
        lang = one.lang
        words += [cue.text for cue in cues(belief.of(one.lines))]
    return lang, " ".join(words)


@pytest.mark.parametrize("lang", ["en", "es", "fr", "pt", "zh"])
def test_a_sentence_is_heard_in_its_language(ears: Ears, lang: str) -> None:
    text, sound = said(lang)
    found, words = heard(ears, sound)
    assert found == lang
    assert word_errors(text, words, lang) <= 0.5, words


@pytest.mark.parametrize("what", ["silence", "noise", "a tone", "music", "a hum that is switched"])
def test_where_nobody_speaks_nothing_is_invented(ears: Ears, what: str) -> None:
    time = np.arange(12 * RATE) / RATE
    made = {
        "silence": np.zeros_like(time),
        "noise": np.random.default_rng(3).normal(0, 0.2, len(time)),
        "a tone": np.sin(time * 2 * np.pi * 440) * 0.5,
        "music": tune("C4+G3 E4 G4 A4 . E4 D4", 0.4, 12)[::3] * 2,
        "a hum that is switched": np.sign(np.sin(time * 2 * np.pi * 120)) * (np.sin(time * 9) > 0) * 0.4,
    }
    assert heard(ears, made[what].astype(np.float32))[1] == ""


async def test_what_is_said_in_a_film_becomes_its_captions_and_is_found(
    client: httpx.AsyncClient, ines: Person, db: Db, blobs: Blobs, database: Database
) -> None:
    text, sound = said("en", CLEAR["en"][:1])
    note_id = await publish(client, ines, await sent(client, ines, talking(sound)))
    works, speech = FilmWorks(), Speech(FOLDER)
    job = Job(db=db, blobs=blobs, films=works, speech=speech)
    assert await prepare_films(job) == 1
    await run_due(database, blobs, WIRING)
    assert await hear_films(job) == 1
    await run_due(database, blobs, WIRING)
    assert speech.child_pid is None
    (track,) = (await client.get(f"/api/v1/notes/{note_id}/captions")).json()
    assert (track["lang"], track["origin"]) == ("en", "heard")
    file = (await client.get(track["url"])).text
    assert word_errors(text, " ".join(file.splitlines()[3:]), "en") <= 0.5, file
    assert re.search(r"^00:00:0[01]\.\d{3} --> 00:00:0[2-5]\.", file, re.MULTILINE), file
    hits = (await client.get("/api/v1/search", params={"q": "lazy dog"})).json()
    assert [hit["note"]["id"] for hit in hits["items"]] == [note_id]
