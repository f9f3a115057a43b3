"""Captions over HTTP: the author writes them, whoever may see the note reads them, in their language, and finds them."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest

from tests import factories
from tests.factories import Person
from vermilion.captions.actions import keep_heard
from vermilion.captions.jobs import forget_renderings, render_ahead
from vermilion.captions.schema import CaptionsChanged, Cue
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id, new_id
from vermilion.notes.schema import NotesPurged
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.schema import Words
from vermilion.web.context import State
from vermilion.work.jobs import Job

API = "/api/v1"
People = Callable[..., Awaitable[Person]]
HEARD = (
    Cue(start_ms=0, end_ms=1900, text="First we walk"),
    Cue(start_ms=2000, end_ms=3900, text="to the lighthouse.", is_unsure=True),
    Cue(start_ms=5000, end_ms=6000, text="Good night."),
)
PORTUGUESE = "WEBVTT\n\n00:00.000 --> 00:04.000\nAté ao farol.\n"


@pytest.fixture
def db(state: State) -> Db:
    return state.database.session()


async def film(db: Db, author: Person, **fields: Any) -> tuple[Id, Id]:  # noqa: ANN401 - fields of a note
    """A note with a film of a minute, as it stands once its first size is made."""
    note = await factories.note(db, author, "A day of mine", lang="en", **fields)
    media_id = new_id()
    await db.run(
        """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color,
               avif_sizes, alt, alt_lang, alt_hash, film_key, duration_ms, has_sound, is_playable)
           VALUES ($1, $2, $1, 0, 'film', 'k', 640, 360, '', '#336699', '', '', '', '', 'filmkey', 60000, true, true)""",
        note.id,
        media_id,
    )
    return note.id, media_id


async def track(client: httpx.AsyncClient, person: Person | None, where: str) -> tuple[int, Any]:
    answer = await client.get(f"{API}{where}", headers=person.bearer if person else {})
    return answer.status_code, answer.json()


async def test_what_was_heard_is_read_in_the_readers_language(
    client: httpx.AsyncClient, db: Db, ines: Person, people: People
) -> None:
    note_id, media_id = await film(db, ines)
    assert await keep_heard(db, note_id, media_id, "en", HEARD)
    rosa = await people("rosa", reads=("es",))
    _, tracks = await track(client, rosa, f"/notes/{note_id}/captions")
    assert [(one["lang"], one["origin"], one["is_default"]) for one in tracks] == [
        ("en", "heard", False),
        ("es", "translated", True),
    ]
    where = f"/notes/{note_id}/captions/{media_id}"
    assert (await track(client, rosa, f"{where}/es"))[1]["waits"] == 2
    words = Words(
        text="First we walk to the lighthouse.",
        lang="en",
        subject_id=media_id,
        part="caption",
        is_public=True,
    )
    await db.run(
        """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, account_id, correction_id, created_at)
           VALUES ($1, 'es', 'en', 'test', 'Primero caminamos hasta el faro.', 0, 0, $2)""",
        words.hash,
        now(),
    )
    _, page = await track(client, rosa, f"{where}/es")
    assert page["waits"] == 1
    assert " ".join(cue["text"] for cue in page["cues"][:2]) == "Primero caminamos hasta el faro."
    assert [cue["start_ms"] for cue in page["cues"]] == [0, 2000, 5000]
    assert page["cues"][2]["text"] == "Good night."
    file = await client.get(f"/captions/{note_id}/{media_id}/es.vtt")
    assert file.headers["content-type"].startswith("text/vtt")
    assert "<c.unsure>" in file.text


async def test_the_author_corrects_takes_back_and_deletes_and_nobody_else_does(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note_id, media_id = await film(db, ines)
    await keep_heard(db, note_id, media_id, "en", HEARD)
    where = f"{API}/notes/{note_id}/captions/{media_id}/en"
    said = {"text": "WEBVTT\n\n00:00.000 --> 00:04.000\nFirst we walk to the harbour.\n"}
    refused = await client.put(where, json=said, headers=mei.bearer)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_note")
    written = await client.put(where, json=said, headers=ines.bearer)
    assert (written.status_code, written.json()["origin"]) == (200, "author")
    assert [cue["is_unsure"] for cue in written.json()["cues"]] == [False]
    back = await client.post(f"{where}/undo", headers=ines.bearer)
    assert [cue["text"] for cue in back.json()["cues"]] == [cue.text for cue in HEARD]
    wrong = await client.put(
        where, json={"text": "WEBVTT\n\n00:04.000 --> 00:01.000\na"}, headers=ines.bearer
    )
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["line"]) == (400, "captions_backwards", 3)
    assert (await client.delete(where, headers=ines.bearer)).status_code == 204
    assert (await track(client, ines, f"/notes/{note_id}/captions"))[1] == []


async def test_two_who_speak_at_once_are_kept_translated_and_found(
    client: httpx.AsyncClient, db: Db, ines: Person, people: People
) -> None:
    note_id, media_id = await film(db, ines)
    where = f"/notes/{note_id}/captions/{media_id}"
    file = (
        "1\n00:00:04,000 --> 00:00:06,000\nto the lighthouse.\n\n2\n00:00:00,000 --> 00:00:04,001\nFirst we walk\n\n"
        "3\n00:00:02,000 --> 00:00:05,000\nI shall stay in the harbour!\n"
    )
    sent = {"text": file, "is_file": True}
    written = await client.put(f"{API}{where}/en", json=sent, headers=ines.bearer)
    assert written.status_code == 200
    assert [(cue["start_ms"], cue["end_ms"]) for cue in written.json()["cues"]] == [
        (0, 4000),
        (2000, 5000),
        (4000, 6000),
    ]
    for text, made in (
        ("First we walk to the lighthouse.", "Primero caminamos hasta el faro."),
        ("I shall stay in the harbour!", "¡Yo me quedo en el puerto!"),
    ):
        words = Words(text=text, lang="en", subject_id=media_id, part="caption", is_public=True)
        await db.run(
            """INSERT INTO rendering (text_hash, lang, source_lang, engine, text, account_id, correction_id, created_at)
               VALUES ($1, 'es', 'en', 'test', $2, 0, 0, $3)""",
            words.hash,
            made,
            now(),
        )
    rosa = await people("rosa", reads=("es",))
    _, page = await track(client, rosa, f"{where}/es")
    assert page["waits"] == 0
    assert [(cue["start_ms"], cue["text"]) for cue in page["cues"]] == [
        (0, "Primero caminamos"),
        (2000, "¡Yo me quedo en el puerto!"),
        (4000, "hasta el faro."),
    ]
    for asked in ("harbour", "lighthouse"):
        answer = await client.get(f"{API}/search", params={"q": asked})
        assert [one["note"]["id"] for one in answer.json()["items"]] == [str(int(note_id))]


async def test_captions_are_seen_by_those_who_may_see_the_note(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note_id, media_id = await film(db, ines, audience="me")
    await keep_heard(db, note_id, media_id, "en", HEARD)
    for path in (
        f"{API}/notes/{note_id}/captions",
        f"{API}/notes/{note_id}/captions/{media_id}/en",
        f"/captions/{note_id}/{media_id}/en.vtt",
        f"/captions/{note_id}/{media_id}/es.vtt",
    ):
        for person, status in ((mei, 404), (ines, 200)):
            headers = person.bearer if path.startswith(API) else person.cookie
            assert (await client.get(path, headers=headers)).status_code == status


async def test_a_note_is_found_by_what_is_said_in_its_film_and_not_when_it_is_gone(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    note_id, media_id = await film(db, ines)
    await keep_heard(db, note_id, media_id, "en", HEARD)

    async def found() -> list[str]:
        answer = await client.get(f"{API}/search", params={"q": "lighthouse"})
        return [one["note"]["id"] for one in answer.json()["items"]]

    assert await found() == [str(int(note_id))]
    await client.delete(f"{API}/notes/{note_id}/captions/{media_id}/en", headers=ines.bearer)
    assert await found() == []


async def test_an_authors_own_language_is_offered_before_a_translation(
    client: httpx.AsyncClient, db: Db, ines: Person, people: People
) -> None:
    note_id, media_id = await film(db, ines)
    await keep_heard(db, note_id, media_id, "en", HEARD)
    await client.put(
        f"{API}/notes/{note_id}/captions/{media_id}/pt",
        json={"text": PORTUGUESE, "is_file": True},
        headers=ines.bearer,
    )
    joana = await people("joana", reads=("pt",))
    _, tracks = await track(client, joana, f"/notes/{note_id}/captions")
    assert [(one["lang"], one["origin"], one["is_default"]) for one in tracks] == [
        ("en", "heard", False),
        ("pt", "uploaded", True),
    ]


async def test_the_page_works_without_script(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    note_id, media_id = await film(db, ines)
    await keep_heard(db, note_id, media_id, "en", HEARD)
    page = f"/n/{note_id}/captions"
    shown = await client.get(page, headers=ines.cookie)
    assert shown.status_code == 200
    assert "to the lighthouse." in shown.text
    form = {"film": str(int(media_id)), "lang": "en", "text": "WEBVTT\n\n00:01.000 --> 00:02.000\nAhoy!\n"}
    assert (await client.post(page, data=form, headers=ines.cookie)).status_code == 303
    assert "Ahoy!" in (await client.get(page, headers=ines.cookie)).text
    wrong = await client.post(page, data={**form, "text": "nonsense"}, headers=ines.cookie)
    assert wrong.status_code == 400
    assert "Line 1" in wrong.text
    assert ">nonsense</textarea>" in wrong.text
    assert "Ahoy!" not in wrong.text
    backwards = {**form, "text": f"{form['text']}\n00:03.000 --> 00:01.000\nAgain\n"}
    assert "Line 6: " in (await client.post(page, data=backwards, headers=ines.cookie)).text
    backwards["counted"] = "rows"
    assert "Line 2: " in (await client.post(page, data=backwards, headers=ines.cookie)).text
    sent = await client.post(
        page,
        data={"film": str(int(media_id)), "lang": "pt"},
        files={"file": ("a.vtt", PORTUGUESE.encode("utf-16"))},
        headers=ines.cookie,
    )
    assert sent.status_code == 303
    assert "Até ao farol." in (await client.get(f"{page}?lang=pt", headers=ines.cookie)).text


async def test_where_no_machine_listens_nobody_is_told_that_one_will(
    client: httpx.AsyncClient, db: Db, ines: Person, state: State
) -> None:
    note_id, media_id = await film(db, ines)
    await db.run("INSERT INTO caption_queue (media_id, note_id) VALUES ($1, $2)", media_id, note_id)

    async def told() -> str:
        return (await client.get(f"/n/{note_id}/captions", headers=ines.cookie)).text

    assert "The machine will listen to this film soon." in await told()
    state.settings = msgspec.structs.replace(state.settings, models=None)
    page = await told()
    assert "The machine will listen" not in page
    assert "No machine listens to films here." in page


async def test_renderings_are_asked_for_ahead_and_go_with_the_note(db: Db, ines: Person) -> None:
    note_id, media_id = await film(db, ines)
    await keep_heard(db, note_id, media_id, "en", HEARD)
    await db.run(
        "INSERT INTO reader_count (lang, count, counted_at) VALUES ('es', 9, now()) ON CONFLICT DO NOTHING"
    )
    job = Job(db=db, blobs=Blobs("memory:///"))
    await render_ahead(job, CaptionsChanged(note_id=note_id, media_id=media_id))
    count = "SELECT count(*) FROM translation_queue WHERE part = 'caption' AND lang = 'es'"
    assert await db.value(count) == 2
    await forget_renderings(db, NotesPurged(note_ids=(note_id,)))
    assert await db.value(count) == 0
