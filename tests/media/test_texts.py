"""What is written in pictures: read once, shown to those who see the picture, gone with it."""

from collections.abc import Callable

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later, Signs, line, upload
from vermilion.kernel.clock import now
from vermilion.media.jobs import read_pictures
from vermilion.media.texts import MOST_TRIES, claim
from vermilion.notes import actions as notes
from vermilion.notes.jobs import purge_deleted
from vermilion.notes.schema import EditNote, NewPicture, Note
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.queue import claim as claim_words
from vermilion.translation.queue import finish
from vermilion.translation.schema import Done
from vermilion.web.context import State
from vermilion.work.jobs import Job

SIGN = "老王牛肉面"


@pytest.fixture
def reading(db: Db, blobs: Blobs) -> Callable[[Signs], Job]:
    return lambda signs: Job(db=db, blobs=blobs, ocr=signs)


async def signposted(db: Db, blobs: Blobs, author: Person, **fields: object) -> Note:
    """A note with one picture that nobody has read yet."""
    pictures = (NewPicture(id=await upload(db, blobs, author)),)
    return await factories.note(db, author, pictures=pictures, **fields)


async def page_of(client: httpx.AsyncClient, note: Note, reader: Person | None = None) -> dict[str, object]:
    answer = await client.get(f"/api/v1/notes/{int(note.id)}", headers=reader.bearer if reader else {})
    assert answer.status_code == 200
    page: dict[str, object] = answer.json()
    return page


async def texts_of(
    client: httpx.AsyncClient, note: Note, reader: Person | None = None
) -> list[dict[str, object]]:
    page = await page_of(client, note, reader)
    found: list[dict[str, object]] = page["pictures"][0]["texts"]  # type: ignore[index]
    return found


async def test_a_sign_is_found_and_translated_for_who_does_not_read_it(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    mei: Person,
    ines: Person,
    reading: Callable[[Signs], Job],
) -> None:
    note = await signposted(db, blobs, mei)
    assert await texts_of(client, note, ines) == []
    assert await read_pictures(reading(Signs(line(SIGN)))) == 1
    (missing,) = await texts_of(client, note, ines)
    assert missing["words"]["kind"] == "missing"  # type: ignore[index]
    assert missing["words"]["original"] == SIGN  # type: ignore[index]
    digest, lang = missing["words"]["key"].split(".")  # type: ignore[index]
    done = Done(
        text_hash=bytes.fromhex(digest),
        lang=lang,
        source_lang="zh",
        text="Lao Wang's beef noodles",
        engine="e",
    )
    await finish(db, [done])
    (found,) = await texts_of(client, note, ines)
    assert found["words"]["text"] == "Lao Wang's beef noodles"  # type: ignore[index]
    assert found["words"]["kind"] == "machine"  # type: ignore[index]
    place = [found[name] for name in ("left", "top", "width", "height", "angle", "ground")]
    assert place == [0.2, 0.1, 0.6, 0.1, 0.0, "#c8102e"]
    (own,) = await texts_of(client, note, mei)
    assert own["words"]["text"] == SIGN  # type: ignore[index]
    assert own["words"]["kind"] == "original"  # type: ignore[index]


async def test_a_line_that_leans_keeps_its_angle(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person, reading: Callable[[Signs], Job]
) -> None:
    note = await signposted(db, blobs, mei)
    leaning = line(SIGN, quad=(0.2, 0.2, 0.6, 0.6, 0.55, 0.65, 0.15, 0.25))
    await read_pictures(reading(Signs(leaning)))
    (found,) = await texts_of(client, note, mei)
    assert found["angle"] == 45
    assert found["height"] == pytest.approx(0.0707, abs=0.001)
    assert found["width"] == pytest.approx(0.5657, abs=0.001)


async def test_public_signs_are_queued_ahead_and_others_are_not(
    db: Db, blobs: Blobs, mei: Person, reading: Callable[[Signs], Job], later: Later
) -> None:
    await db.run("INSERT INTO reader_count (lang, count, counted_at) VALUES ('en', 3, $1)", now())
    for audience, queued in (("followers", []), ("everyone", [SIGN])):
        await signposted(db, blobs, mei, audience=audience, title="")
        await read_pictures(reading(Signs(line(SIGN))))
        await later()
        assert [one.text for one in await claim_words(db, 9) if one.part == "picture"] == queued


async def test_a_picture_is_read_once_and_tried_again_when_the_reader_fell(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person, reading: Callable[[Signs], Job]
) -> None:
    note, signs = await signposted(db, blobs, mei), Signs(line(SIGN), fails=1)
    with pytest.raises(Exception, match="pictures_busy"):
        await read_pictures(reading(signs))
    assert await texts_of(client, note, mei) == []
    assert await read_pictures(reading(signs)) == 1
    assert await read_pictures(reading(signs)) == 0
    assert signs.read_count == 2
    assert len(await texts_of(client, note, mei)) == 1


async def test_a_picture_that_fells_every_reader_is_given_up(
    db: Db, blobs: Blobs, mei: Person, reading: Callable[[Signs], Job]
) -> None:
    await signposted(db, blobs, mei)
    signs = Signs(fails=99)
    for _ in range(MOST_TRIES):
        with pytest.raises(Exception, match="pictures_busy"):
            await read_pictures(reading(signs))
    assert await claim(db) is None
    assert await read_pictures(reading(signs)) == 0
    assert await db.value("SELECT count(*) FROM picture_queue") == 0


async def test_what_is_written_goes_with_the_picture_and_so_do_its_renderings(
    db: Db,
    blobs: Blobs,
    mei: Person,
    ines: Person,
    reading: Callable[[Signs], Job],
    client: httpx.AsyncClient,
    state: State,
) -> None:
    note = await signposted(db, blobs, mei)
    await read_pictures(reading(Signs(line(SIGN))))
    (missing,) = await texts_of(client, note, ines)
    digest, lang = missing["words"]["key"].split(".")  # type: ignore[index]
    kept = Done(text_hash=bytes.fromhex(digest), lang=lang, source_lang="zh", text="Noodles", engine="e")
    await finish(db, [kept])
    await notes.edit(db, mei.viewer, state.language, note.id, EditNote(title="No picture"))
    assert await db.value("SELECT count(*) FROM picture_text") == 0
    assert await db.value("SELECT count(*) FROM rendering") == 0


async def test_a_purged_note_leaves_no_text_behind(
    db: Db, blobs: Blobs, mei: Person, reading: Callable[[Signs], Job]
) -> None:
    note = await signposted(db, blobs, mei)
    await read_pictures(reading(Signs(line(SIGN))))
    assert await db.value("SELECT count(*) FROM picture_text") == 1
    await notes.delete(db, mei.viewer, note.id)
    await db.run("UPDATE note SET deleted_at = deleted_at - interval '1 hour' WHERE id = $1", note.id)
    assert await purge_deleted(reading(Signs())) == 1
    assert await db.value("SELECT count(*) FROM picture_text") == 0


async def test_pictures_of_comments_are_read_too(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    mei: Person,
    ines: Person,
    reading: Callable[[Signs], Job],
) -> None:
    note = await factories.note(db, ines)
    await factories.comment(db, mei, note.id, pictures=(NewPicture(id=await upload(db, blobs, mei)),))
    await read_pictures(reading(Signs(line(SIGN))))
    answer = await client.get(f"/api/v1/notes/{int(note.id)}/comments", headers=ines.bearer)
    (text,) = answer.json()["items"][0]["pictures"][0]["texts"]
    assert (text["words"]["original"], text["words"]["kind"]) == (SIGN, "missing")


async def test_the_owner_of_an_upload_is_told_what_is_written_in_it(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    mei: Person,
    ines: Person,
    reading: Callable[[Signs], Job],
) -> None:
    address = f"/api/v1/uploads/{int(await upload(db, blobs, mei))}/text"
    first = await client.post(address, headers=mei.bearer)
    assert first.json() == {"is_read": False, "text": ""}
    await read_pictures(reading(Signs(line(SIGN), line("每日现做", 0.3))))
    assert (await client.post(address, headers=mei.bearer)).json() == {
        "is_read": True,
        "text": f"{SIGN}\n每日现做",
    }
    assert (await client.post(address, headers=ines.bearer)).status_code == 404
    assert (await client.post(address)).status_code == 401


async def test_an_upload_that_was_asked_about_and_published_is_read_for_its_note(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person, reading: Callable[[Signs], Job]
) -> None:
    picture = await upload(db, blobs, mei)
    await client.post(f"/api/v1/uploads/{int(picture)}/text", headers=mei.bearer)
    note = await factories.note(db, mei, pictures=(NewPicture(id=picture),))
    await read_pictures(reading(Signs(line(SIGN))))
    assert len(await texts_of(client, note, mei)) == 1
    assert await db.value("SELECT count(*) FROM picture_queue") == 0
