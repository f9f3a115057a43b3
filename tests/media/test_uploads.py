from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests import factories
from tests.factories import Person
from tests.scene import upload
from vermilion.accounts.actions import set_avatar
from vermilion.accounts.reads import get_profile
from vermilion.engines.images import Images
from vermilion.kernel.clock import now
from vermilion.kernel.errors import Invalid, NotFound, Unauthorized
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST
from vermilion.media import actions, reads
from vermilion.media.jobs import UPLOADS_LAST, drop_old_uploads
from vermilion.media.schema import SIZES, blob_key
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.translation.schema import Passage
from vermilion.work.jobs import Job


@pytest.fixture(scope="module")
async def decoder() -> AsyncIterator[Images]:
    """One engine for all pictures of this module."""
    engine = Images()
    await engine.start()
    yield engine
    await engine.close()


async def keys(db: Db) -> list[str]:
    rows = await db.rows("SELECT key, renditions, source_key FROM upload")
    return [key for row in rows for key in actions.keys_of(*row)]


async def test_a_picture_is_taken_in_and_shown_to_its_owner_alone(
    db: Db, blobs: Blobs, decoder: Images, ines: Person, mei: Person
) -> None:
    card = await actions.upload(db, ines.viewer, blobs, decoder, factories.picture(900, 600))
    assert (card.width, card.height, card.preview) == (900, 600, f"/u/{card.id}")
    assert (await reads.get_upload(db, ines.viewer, blobs, card.id))[8:12] == b"WEBP"
    assert [await blobs.exists(key) for key in await keys(db)] == [True] * len(await keys(db))
    with pytest.raises(NotFound, match="upload_gone"):
        await reads.get_upload(db, mei.viewer, blobs, card.id)
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await reads.get_upload(db, GUEST, blobs, card.id)
    with pytest.raises(Unauthorized, match="sign_in_first"):
        await actions.upload(db, GUEST, blobs, decoder, factories.picture())


async def test_what_is_no_picture_leaves_nothing(db: Db, blobs: Blobs, decoder: Images, ines: Person) -> None:
    for data in (b"", b"<svg/>", b"not a picture", factories.picture()[:60]):
        with pytest.raises(Invalid):
            await actions.upload(db, ines.viewer, blobs, decoder, data)
    assert await db.value("SELECT count(*) FROM upload") == 0
    await actions.upload(db, ines.viewer, blobs, decoder, factories.picture())


async def test_an_upload_that_is_thrown_away_goes_with_its_files(
    db: Db, blobs: Blobs, ines: Person, mei: Person
) -> None:
    upload_id = await upload(db, blobs, ines)
    files = await keys(db)
    await actions.discard(db, mei.viewer, blobs, upload_id)
    assert await keys(db) == files
    for _ in range(2):
        await actions.discard(db, ines.viewer, blobs, upload_id)
    assert await keys(db) == []
    assert [await blobs.exists(key) for key in files] == [False, False]
    with pytest.raises(NotFound, match="upload_gone"):
        await reads.get_upload(db, ines.viewer, blobs, upload_id)


async def test_uploads_nobody_published_are_forgotten_after_two_days(
    db: Db, blobs: Blobs, job: Job, ines: Person
) -> None:
    old, fresh = await upload(db, blobs, ines), await upload(db, blobs, ines)
    await db.run(
        "UPDATE upload SET created_at = $1 WHERE id = $2", now() - UPLOADS_LAST - timedelta(minutes=1), old
    )
    files = await keys(db)
    assert await drop_old_uploads(job) == 1
    assert [row[0] for row in await db.rows("SELECT id FROM upload")] == [fresh]
    assert sorted([await blobs.exists(key) for key in files]) == [False, False, True, True]


async def test_a_further_upload_takes_the_place_of_the_oldest_that_waits(
    db: Db, blobs: Blobs, decoder: Images, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    oldest = await upload(db, blobs, ines)
    key = await db.value("SELECT key FROM upload WHERE id = $1", oldest)
    kept = [(await actions.upload(db, ines.viewer, blobs, decoder, factories.picture())).id for _ in range(2)]
    assert [row[0] for row in await db.rows("SELECT id FROM upload ORDER BY id")] == kept
    assert not await blobs.exists(blob_key(key, "s", "webp"))


async def test_an_avatar_replaces_the_one_before_and_can_be_taken_away(
    db: Db, blobs: Blobs, decoder: Images, ines: Person
) -> None:
    first = await set_avatar(db, ines.viewer, blobs, decoder, factories.picture(500, 400))
    assert first.avatar is not None
    key = first.avatar.split("/")[2]
    assert (await reads.get_avatar(blobs, key, "s"))[8:12] == b"WEBP"
    second = await set_avatar(db, ines.viewer, blobs, decoder, factories.picture(400, 500))
    assert second.avatar not in {None, first.avatar}
    with pytest.raises(NotFound):
        await reads.get_avatar(blobs, key, "s")
    assert (await set_avatar(db, ines.viewer, blobs, decoder, None)).avatar is None
    assert (await get_profile(db, GUEST, "ines")).avatar is None
    for made_up in (("../../../../etc/passwd", "s"), (key, "../s"), ("x" * 22, "s"), ("é" * 22, "s")):
        with pytest.raises(NotFound):
            await reads.get_avatar(blobs, *made_up)


def test_addresses_and_keys_name_a_size_and_hold_no_path() -> None:
    key = "abcdefghijklmnopqrst_-"
    assert reads.is_key(key)
    assert not any(map(reads.is_key, ("", key + "x", "../" + key[3:], key[:-1] + "\n", "é" * 22)))
    assert blob_key(key, "s", "webp") == f"ab/{key}/s.webp"
    row = {
        "id": 5, "key": key, "width": 500, "height": 400, "thumbhash": "", "mean_color": "#fff", "avif_sizes": "m",
        "alt": "", "alt_lang": "und",
    }  # fmt: skip
    picture = reads.to_picture(
        Id(7), row, Passage(text="words", lang="en", original="mots", original_lang="fr", kind="version")
    )
    assert [source.url for source in picture.sources if source.format == "avif"] == [f"/m/7/{key}/m.avif"]
    assert [source.width for source in picture.sources if source.format == "webp"] == [
        min(500, width) for width in SIZES.values()
    ]
    assert (picture.alt, picture.alt_lang) == ("words", "en")
