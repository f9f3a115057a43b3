import io
import random

import httpx
import pytest
from PIL import Image, ImageEnhance

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as accounts
from vermilion.engines.looks import look_of
from vermilion.kernel.ids import Id
from vermilion.media.jobs import look_at_pictures
from vermilion.media.looks import keep_looks
from vermilion.notes.schema import NewPicture
from vermilion.search.jobs import count_words
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

API = "/api/v1"


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A made picture of shapes large and small, another one for each seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    layers = []
    for width, height in ((8, 6), (32, 24), (80, 60)):
        layer = Image.new("RGB", (width, height))
        layer.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(width * height)])
        layers.append(layer.resize(size, Image.Resampling.BICUBIC))
    return Image.blend(Image.blend(layers[0], layers[1], 0.5), layers[2], 0.3)


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def differ(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


async def write(db: Db, author: Person, title: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def alike(client: httpx.AsyncClient, note_id: Id, viewer: Person | None = None) -> dict[str, list[str]]:
    answer = await client.get(f"{API}/notes/{note_id}/alike", headers=viewer.bearer if viewer else {})
    assert answer.status_code == 200, answer.text
    return {hit["note"]["title"]["original"]: hit["shared"] for hit in answer.json()["items"]}


async def test_alike_are_notes_of_the_same_words_topics_and_place_in_any_language(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    note_id = await write(
        db, ines, "Three days in Lisbon", body="Trams and pastries. #lisbon", place_name="Alfama"
    )
    await write(db, mei, "里斯本三日游", lang="zh", body="#里斯本")
    await write(db, mei, "Pastries and trams again")
    await write(db, mei, "Stairs", place_name="Alfama")
    await write(db, mei, "Winter in Beijing", body="Cold and clear.")
    await count_words(job)
    found = await alike(client, note_id)
    assert set(found) == {"里斯本三日游", "Pastries and trams again", "Stairs"}
    assert found["里斯本三日游"] == ["#lisbon"]
    assert set(found["Pastries and trams again"]) == {"trams", "pastries"}
    assert found["Stairs"] == ["Alfama"]
    page = (await client.get(f"/n/{note_id}/alike")).text
    assert "Three days in Lisbon" in page
    assert "Winter in Beijing" not in page


async def test_what_a_viewer_may_not_see_is_not_alike(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    note_id = await write(db, ines, "Trams and pastries", body="#lisbon")
    hidden = await write(db, ines, "Trams and pastries, for me", body="#lisbon", audience="me")
    await write(db, mei, "Trams, pastries", body="#lisbon")
    await count_words(job)
    assert set(await alike(client, note_id)) == {"Trams, pastries"}
    assert set(await alike(client, note_id, ines)) == {"Trams, pastries", "Trams and pastries, for me"}
    await accounts.block(db, mei.viewer, ines.id)
    assert set(await alike(client, note_id, ines)) == {"Trams and pastries, for me"}
    assert (await client.get(f"{API}/notes/{hidden}/alike")).status_code == 404
    assert (await client.get(f"/n/{hidden}/alike")).status_code == 404
    assert (await client.get(f"{API}/notes/{note_id}/alike", headers=mei.bearer)).status_code == 404


def test_a_picture_is_known_again_when_it_was_shrunk_squeezed_or_coloured() -> None:
    for seed in range(6):
        first = look_of(scene(seed))
        assert len(first) == 32
        changed = [
            scene(seed, (200, 150)),
            Image.open(io.BytesIO(jpeg(scene(seed), 20))),
            ImageEnhance.Brightness(scene(seed)).enhance(1.2),
            scene(seed).convert("L"),
        ]
        assert max(differ(first, look_of(one)) for one in changed) <= 40
        assert differ(first, look_of(scene(seed + 100))) > 80


def test_a_plain_picture_is_like_no_other() -> None:
    assert look_of(Image.new("RGB", (300, 300), "white")) == b""


async def _shown(
    client: httpx.AsyncClient, db: Db, author: Person, title: str, picture: bytes, **fields: object
) -> Id:
    sent = await client.post(f"{API}/uploads", content=picture, headers=author.bearer)
    assert sent.status_code == 201, sent.text
    return await write(db, author, title, pictures=(NewPicture(id=Id.parse(sent.json()["id"])),), **fields)


async def picture_of(client: httpx.AsyncClient, note_id: Id, viewer: Person) -> str:
    return str(
        (await client.get(f"{API}/notes/{note_id}", headers=viewer.bearer)).json()["pictures"][0]["id"]
    )


@pytest.mark.usefixtures("images")
async def test_a_picture_finds_the_notes_it_stands_in(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note_id = await _shown(client, db, ines, "Harbour", jpeg(scene(1)))
    await _shown(client, db, mei, "Harbour again", jpeg(scene(1, (900, 700)), 40))
    await _shown(client, db, mei, "Harbour for me", jpeg(scene(1)), audience="me")
    await _shown(client, db, mei, "Mountain", jpeg(scene(2)))
    at = f"/notes/{note_id}/pictures/{await picture_of(client, note_id, ines)}/alike"

    async def same(viewer: Person | None = None) -> set[str]:
        found = (await client.get(API + at, headers=viewer.bearer if viewer else {})).json()
        assert found["similar"] == []
        return {hit["note"]["title"]["original"] for hit in found["same"]}

    assert await same() == {"Harbour again"}
    assert await same(mei) == {"Harbour again", "Harbour for me"}
    page = await client.get(at.replace("/notes/", "/n/"))
    assert "Harbour again" in page.text
    assert "Mountain" not in page.text
    await accounts.block(db, mei.viewer, ines.id)
    assert await same(ines) == set()
    assert (await client.get(API + at.replace("/pictures/", "/pictures/1"))).status_code == 404


@pytest.mark.usefixtures("images")
async def test_a_picture_that_is_sent_as_a_question_is_answered_and_not_kept(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    await _shown(client, db, mei, "Harbour", jpeg(scene(1)))
    before = await db.rows("SELECT count(*) FROM upload")
    asked = await client.post(
        f"{API}/search/picture", content=jpeg(scene(1, (500, 380)), 60), headers=ines.bearer
    )
    assert [hit["note"]["title"]["original"] for hit in asked.json()["same"]] == ["Harbour"]
    form = {"files": {"file": ("x.jpg", jpeg(scene(1)), "image/jpeg")}, "headers": ines.cookie}
    assert "Harbour" in (await client.post("/search/picture", **form)).text
    white = await client.post(
        f"{API}/search/picture", content=jpeg(Image.new("RGB", (99, 99), "white")), headers=ines.bearer
    )
    assert white.json() == {"same": [], "similar": [], "is_plain": True}
    assert await db.rows("SELECT count(*) FROM upload") == before
    for body, status in ((b"", 400), (b"no picture", 400), (jpeg(scene(1))[:300], 400)):
        assert (
            await client.post(f"{API}/search/picture", content=body, headers=ines.bearer)
        ).status_code == status
    assert (await client.post(f"{API}/search/picture", content=jpeg(scene(1)))).status_code == 401
    broken = {"files": {"file": ("x.jpg", b"no picture", "image/jpeg")}, "headers": ines.cookie}
    assert 'role="alert"' in (await client.post("/search/picture", **broken)).text


@pytest.mark.usefixtures("images")
async def test_pictures_from_before_an_update_are_looked_at_later(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    note_id = await _shown(client, db, ines, "Harbour", jpeg(scene(1)))
    await _shown(client, db, mei, "Harbour again", jpeg(scene(1)))
    await db.run("UPDATE picture_look SET bits = NULL, is_due = true")
    at = f"{API}/notes/{note_id}/pictures/{await picture_of(client, note_id, ines)}/alike"
    assert (await client.get(at)).json()["is_plain"]
    assert await look_at_pictures(job) == 2
    assert await look_at_pictures(job) == 0
    assert len((await client.get(at)).json()["same"]) == 1


async def test_a_file_that_is_gone_is_not_looked_for_again(db: Db, job: Job, ines: Person) -> None:
    await db.run("DELETE FROM picture_look")
    note_id = await write(db, ines, "Harbour")
    await db.run(
        """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color)
           VALUES ($1, 5, $1, 0, 'picture', 'nowherenowherenowherex', 1, 1, 'x', '#000000')""",
        note_id,
    )
    await keep_looks(db, note_id, {Id(5): b""})
    assert await look_at_pictures(job) == 1
    assert await look_at_pictures(job) == 0
