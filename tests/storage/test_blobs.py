import asyncio
from pathlib import Path

import pytest

from vermilion.kernel.errors import NotFound, Unavailable
from vermilion.storage import blobs as module
from vermilion.storage.blobs import Blobs

KEY = "ab/abcdef/m.webp"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return Blobs((tmp_path / "b l o b s").as_uri() if request.param == "file" else "memory:///")


async def test_what_was_put_is_got_and_can_be_replaced(store: Blobs) -> None:
    await store.put(KEY, b"one", "image/webp")
    await store.put(KEY, b"two", "image/webp")
    assert await store.get(KEY) == b"two"
    assert await store.exists(KEY)


async def test_what_is_not_there_is_not_found_and_deleting_it_is_no_error(store: Blobs) -> None:
    assert not await store.exists(KEY)
    with pytest.raises(NotFound, match="blob_missing"):
        await store.get(KEY)
    await store.put(KEY, b"one", "image/webp")
    await store.delete([KEY, "no/such/key"])
    assert not await store.exists(KEY)


@pytest.mark.parametrize("key", ["../secret", "ab/../../secret", "./../secret", "ab/../secret"])
async def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("x")
    store = Blobs((tmp_path / "blobs").as_uri())
    with pytest.raises(NotFound):
        await store.get(key)
    with pytest.raises(NotFound):
        await store.put(key, b"x", "image/webp")


async def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        await asyncio.sleep(0)
        raise module.exceptions.GenericError(
            "Unable to copy data to file: No space left on device (os error 28)"
        )

    store = Blobs(tmp_path.as_uri())
    monkeypatch.setattr(module.obstore, "put_async", full)
    with pytest.raises(Unavailable, match="disk_full"):
        await store.put(KEY, b"x", "image/webp")
    assert not await store.exists(KEY)
