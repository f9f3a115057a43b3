import asyncio
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
from vermilion.media.jobs import drop_unused_looks, look_at_pictures
from vermilion.media.looks import ADD_LOOK, bits_of, drop_look, keep_looks, nearest, unused_looks
from vermilion.notes.schema import NewPicture, Note
from vermilion.search import lookalikes
from vermilion.search.jobs import count_words
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.jobs import Job

API = "/api/v1"


@pytest.fixture(autouse=True)
async def _exact(request: pytest.FixtureRequest) -> None:
    """Without the index: the room of the run is full of rows that were rolled back, equal looks among them."""
    if "db" in request.fixturenames:
        db: Db = request.getfixturevalue("db")
        await db.run(
            "SELECT set_config('enable_indexscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)"
        )


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


async def same_as(client: httpx.AsyncClient, note_id: Id, viewer: Person) -> list[str]:
    """The titles of the notes with the same picture as the first of a note."""
    at = f"{API}/notes/{note_id}/pictures/{await picture_of(client, note_id, viewer)}/alike"
    answer = await client.get(at, headers=viewer.bearer)
    return [hit["note"]["title"]["original"] for hit in answer.json()["same"]]


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
    assert [hit["note"]["title"]["original"] for hit in asked.json()["same"]] == ["Harbour"], asked.text
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


async def with_pictures(db: Db, count: int) -> Note:
    """A note with pictures 1 to `count`, which have no look yet."""
    note = await factories.note(db, await factories.person(db, "ines"), "Harbour")
    await db.run(
        """INSERT INTO media (note_id, id, subject_id, position, kind, key, width, height, thumbhash, mean_color)
           SELECT $1, n, 0, n, 'picture', 'k', 1, 1, '', '#000000' FROM generate_series(1, $2::bigint) AS s (n)""",
        note.id,
        count,
    )
    return note


async def test_a_picture_that_everybody_passes_on_hides_no_other(cloned_dsn: str) -> None:
    base = Database(cloned_dsn, wiring=WIRING)
    chance = random.Random(1)  # noqa: S311 - no secret
    looks = [chance.randbytes(32) for _ in range(3)]
    near = [bytes([look[0] ^ 3, *look[1:]]) for look in looks]
    others = {Id(number): look for number, look in enumerate([*looks, *near], 1)}
    try:
        db = base.session()
        note = await with_pictures(db, 3006)
        async with db.transaction():
            copied = chance.randbytes(32)
            await keep_looks(db, note.id, {Id(number): copied for number in range(7, 3007)})
            await keep_looks(db, note.id, others)
        async with db.transaction():
            await db.run("SET LOCAL enable_seqscan = off")  # so few would be looked through whole
            for look, other in zip(looks, near, strict=True):
                assert await nearest(db, str(bits_of(look)), 80) == [bits_of(look), bits_of(other)]
    finally:
        await base.close()


@pytest.mark.usefixtures("images")
async def test_copies_that_are_not_for_the_viewer_hide_none_that_is(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookalikes, "MOST_OF_A_LOOK", 2)
    first = await _shown(client, db, ines, "First", jpeg(scene(1)))
    await _shown(client, db, mei, "For all", jpeg(scene(1)))
    await _shown(client, db, mei, "Much alike", jpeg(scene(1, (200, 150)), 20))
    for number in range(3):
        await _shown(client, db, mei, f"For me {number}", jpeg(scene(1)), audience="me")
    assert sorted(await same_as(client, first, ines)) == ["For all", "Much alike"]


async def test_a_look_is_not_dropped_while_a_picture_takes_it(cloned_dsn: str) -> None:
    base = Database(cloned_dsn, wiring=WIRING)
    look, other = bytes(range(32)), bytes(range(1, 33))
    try:
        db = base.session()
        note = await with_pictures(db, 2)
        for one in (look, other):
            await db.run(ADD_LOOK, bits_of(one))
        unused, _ = await unused_looks(db, None, 10)
        by_bits = {one.bits: one for one in unused}
        first, second = by_bits[str(bits_of(look))], by_bits[str(bits_of(other))]
        # The picture comes first: who drops waits for it, and lets the look stand.
        adding = base.session()
        async with adding.transaction():
            await keep_looks(adding, note.id, {Id(1): look})
            dropping = asyncio.create_task(drop_look(base.session(), first))
            await asyncio.sleep(0.2)
            assert not dropping.done()
        assert not await dropping
        # Who drops comes first: the picture waits, and brings the look again.
        holding = base.session()
        async with holding.transaction():
            await holding.run("SELECT FROM look WHERE key = $1 FOR UPDATE", second.key)
            adder = base.session()

            async def add() -> None:
                async with adder.transaction():
                    await keep_looks(adder, note.id, {Id(2): other})

            waiting = asyncio.create_task(add())
            await asyncio.sleep(0.2)
            assert not waiting.done()
            await holding.run("DELETE FROM look WHERE key = $1", second.key)
        await waiting
        assert await db.value("SELECT count(*) FROM look") == 2
    finally:
        await base.close()


@pytest.mark.usefixtures("images")
async def test_what_no_picture_looks_like_any_more_is_dropped(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person
) -> None:
    await db.run("DELETE FROM look")
    kept = await _shown(client, db, ines, "Kept", jpeg(scene(1)))
    for seed in (1, 2):
        gone = await _shown(client, db, ines, "Gone", jpeg(scene(seed)))
        await db.run("DELETE FROM note WHERE id = $1", gone)
    assert await drop_unused_looks(job) == 1
    assert await drop_unused_looks(job) == 0
    assert await db.rows("SELECT bits FROM look") == await db.rows(
        "SELECT bits FROM picture_look WHERE note_id = $1", kept
    )


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
