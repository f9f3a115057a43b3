"""Pictures turned and cut before they stand in a note, and done otherwise from what was sent."""

import html
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.factories import Person
from vermilion.media.schema import SIZES, blob_key, original_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.wiring import WIRING
from vermilion.work.runner import run_due

COLOURS = {"red": (220, 30, 30), "green": (30, 180, 30), "blue": (30, 30, 220), "white": (250, 250, 250)}


def quarters(orientation: int = 1) -> bytes:
    """400 by 300: red and green above, blue and white below; with EXIF that names a place and an orientation."""
    image = Image.new("RGB", (400, 300))
    for at, colour in zip(((0, 0), (200, 0), (0, 150), (200, 150)), COLOURS.values(), strict=True):
        image.paste(colour, (*at, at[0] + 200, at[1] + 150))
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = "secret place"
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, exif=tags)
    return file.getvalue()


async def sent(client: httpx.AsyncClient, who: Person, orientation: int = 1) -> dict[str, Any]:
    answer = await client.post("/api/v1/uploads", headers=who.bearer, content=quarters(orientation))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def edit(client: httpx.AsyncClient, who: Person, upload: str, **to: object) -> httpx.Response:
    return await client.put(f"/api/v1/uploads/{upload}/edit", headers=who.bearer, json=to)


async def seen(client: httpx.AsyncClient, who: Person, upload: str, whole: str = "") -> Image.Image:
    answer = await client.get(f"/u/{upload}{whole}", headers=who.cookie)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def colour_at(image: Image.Image, across: float, down: float) -> str:
    found = image.getpixel((int(image.width * across), int(image.height * down)))
    assert isinstance(found, tuple)
    return min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], found, strict=True)))


def corners(image: Image.Image) -> list[str]:
    return [colour_at(image, across, down) for down in (0.2, 0.8) for across in (0.2, 0.8)]


CROP = {"left": 0.5, "top": 0.0, "width": 0.5, "height": 0.5}


@pytest.mark.parametrize(
    ("turn", "expected", "sides"),
    [
        (0, ["red", "green", "blue", "white"], (400, 300)), (90, ["blue", "red", "white", "green"], (300, 400)),
        (180, ["white", "blue", "green", "red"], (400, 300)), (270, ["green", "white", "red", "blue"], (300, 400)),
    ],
)  # fmt: skip
async def test_a_picture_is_turned_by_quarters_and_then_cut(
    client: httpx.AsyncClient, ines: Person, turn: int, expected: list[str], sides: tuple[int, int]
) -> None:
    upload = (await sent(client, ines))["id"]
    turned = await edit(client, ines, upload, turn=turn)
    assert turned.status_code == 200, turned.text
    assert (turned.json()["width"], turned.json()["height"]) == sides
    assert corners(await seen(client, ines, upload)) == expected
    cut = (await edit(client, ines, upload, turn=turn, crop=CROP)).json()
    assert (cut["width"], cut["height"]) == (sides[0] // 2, sides[1] // 2)
    assert set(corners(await seen(client, ines, upload))) == {expected[1]}
    assert corners(await seen(client, ines, upload, "/whole")) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_cut_is_of_what_is_seen_however_the_file_lies(
    client: httpx.AsyncClient, ines: Person, orientation: int
) -> None:
    upload = (await sent(client, ines, orientation))["id"]
    upright = corners(await seen(client, ines, upload))
    assert (await edit(client, ines, upload, turn=90, crop=CROP)).status_code == 200
    assert set(corners(await seen(client, ines, upload))) == {upright[0]}  # what was above on the left


async def test_what_is_stored_is_of_what_was_kept_and_has_no_metadata(
    client: httpx.AsyncClient, database: Database, db: Db, blobs: Blobs, ines: Person
) -> None:
    upload = (await sent(client, ines))["id"]
    first = (await db.rows("SELECT key, thumbhash, mean_color FROM upload"))[0]
    await edit(client, ines, upload, crop=CROP)
    row = (await db.rows("SELECT key, thumbhash, mean_color, width, height, source_key FROM upload"))[0]
    assert row["source_key"] == first["key"] != row["key"]
    assert row["thumbhash"] != first["thumbhash"]
    green = tuple(bytes.fromhex(row["mean_color"][1:]))
    assert green[1] > 100 > max(green[0], green[2])
    for name in SIZES:
        data = await blobs.get(blob_key(row["key"], name, "webp"))
        assert not Image.open(io.BytesIO(data)).getexif()
        assert b"secret" not in data
    # Done otherwise it begins from what was sent, not from what was left.
    await edit(client, ines, upload)
    assert corners(await seen(client, ines, upload)) == ["red", "green", "blue", "white"]
    await edit(client, ines, upload, crop=CROP)
    last = await db.value("SELECT key FROM upload")
    assert not await blobs.exists(blob_key(row["key"], "m", "webp"))
    note = {"title": "Green", "pictures": [{"id": upload, "alt": "green"}]}
    made = (await client.post("/api/v1/notes", headers=ines.bearer, json=note)).json()
    assert (made["pictures"][0]["width"], made["pictures"][0]["height"], made["pictures"][0]["alt"]) == (
        200,
        150,
        "green",
    )
    await run_due(database, blobs, WIRING)
    assert await blobs.exists(blob_key(last, "m", "webp"))
    assert not await blobs.exists(original_key(first["key"]))
    assert not any([await blobs.exists(blob_key(first["key"], name, "webp")) for name in SIZES])


async def test_a_draft_and_its_form_have_a_picture_as_it_is_cut_by_now(
    client: httpx.AsyncClient, ines: Person
) -> None:
    upload = (await sent(client, ines))["id"]
    note = {"title": "Q", "pictures": [{"id": upload}]}
    kept = (await client.post("/api/v1/me/drafts", headers=ines.bearer, json={"note": note})).json()
    card = (await edit(client, ines, upload, turn=90, crop=CROP)).json()
    draft = (await client.get(f"/api/v1/me/drafts/{kept['id']}", headers=ines.bearer)).json()
    assert draft["pictures"] == [card]
    assert card["preview"] != kept["pictures"][0]["preview"]
    # Also where the form comes back because something in it is wrong.
    sent_again = {"title": "x" * 101, "picture": upload, "draft": kept["id"], "draft_version": "1"}
    for form in (
        await client.get(f"/publish?draft={kept['id']}", headers=ines.cookie),
        await client.post("/publish", headers=ines.cookie, data=sent_again),
    ):
        shot = form.text.split('class="shot"')[1]
        assert f'src="{card["preview"]}"' in html.unescape(shot)
        assert '"turn":90,"crop":{"left":0.5' in html.unescape(shot)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ({"crop": {**CROP, "left": 0.8}}, "crop_outside"), ({"crop": {**CROP, "left": -0.1}}, "out_of_range"),
        ({"crop": {**CROP, "width": 1.5}}, "out_of_range"), ({"crop": {**CROP, "width": 0.0025}}, "crop_too_small"),
        ({"crop": {**CROP, "width": 0}}, "crop_too_small"), ({"crop": {**CROP, "height": "NaN"}}, "wrong_type"),
        ({"turn": 45}, "wrong_form"), ({"turn": "90"}, "wrong_type"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_told_and_changes_nothing(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, to: dict[str, object], code: str
) -> None:
    upload = (await sent(client, ines))["id"]
    before = await db.rows("SELECT * FROM upload")
    refused = await edit(client, ines, upload, **to)
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert refused.json()["detail"]
    assert (await edit(client, mei, upload)).status_code == 404
    assert await db.rows("SELECT * FROM upload") == before


async def test_not_a_number_is_no_crop(client: httpx.AsyncClient, ines: Person) -> None:
    upload = (await sent(client, ines))["id"]
    body = '{"crop": {"left": NaN, "top": 0, "width": 1, "height": 1}}'
    answer = await client.put(
        f"/api/v1/uploads/{upload}/edit",
        headers={**ines.bearer, "content-type": "application/json"},
        content=body,
    )
    assert answer.status_code == 400


async def test_a_picture_of_a_note_is_cut_when_the_note_is_edited(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    upload = (await sent(client, ines))["id"]
    note = (
        await client.post(
            "/api/v1/notes", headers=ines.bearer, json={"title": "Q", "pictures": [{"id": upload}]}
        )
    ).json()
    path = f"/api/v1/notes/{note['id']}/pictures/{upload}/upload"
    assert (await client.post(path, headers=mei.bearer)).status_code in {403, 404}
    taken = await client.post(path, headers=ines.bearer)
    assert taken.status_code == 201, taken.text
    again = taken.json()["id"]
    assert (await edit(client, ines, again, turn=90, crop=CROP)).status_code == 200
    unchanged = (await client.get(f"/api/v1/notes/{note['id']}", headers=ines.bearer)).json()
    assert unchanged["pictures"][0]["width"] == 400
    edited = {"title": "Q", "pictures": [{"id": again, "alt": "red"}]}
    answer = await client.put(f"/api/v1/notes/{note['id']}", headers=ines.bearer, json=edited)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["pictures"][0]["width"], answer.json()["pictures"][0]["height"]) == (150, 200)
    assert (await client.post(path, headers=ines.bearer)).status_code == 404
