"""The store of pictures in S3, against a server that speaks its protocol: a process of its own on loopback."""

import asyncio
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import obstore
import pytest
from obstore.store import from_url

from vermilion.kernel.errors import NotFound, Unavailable
from vermilion.storage.backup import SMALL, write_backup
from vermilion.storage.backup_check import verify
from vermilion.storage.blobs import Blobs
from vermilion.storage.migrate import migrate
from vermilion.storage.restore import restore

SERVER = Path(sys.prefix) / "s3" / "bin" / "moto_server"
KEY = "ab/abcdef/m.webp"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with an empty bucket called room."""
    if not SERVER.exists():
        pytest.skip("what stands in for S3 is not here: `make install-dev` gets it")
    port = free_port()
    process = subprocess.Popen(
        [str(SERVER), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.put(f"http://127.0.0.1:{port}/room", timeout=20)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def lead_to(address: str, patch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ENDPOINT_URL", address),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "room"),
        ("AWS_SECRET_ACCESS_KEY", secrets.token_hex(8)),
    ):
        patch.setenv(name, value)


@pytest.fixture
def store(address: str, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    """A store as an operator sets it up: by the environment, below a path of the bucket."""
    lead_to(address, monkeypatch)
    return Blobs(f"s3://room/{secrets.token_hex(4)}")


async def test_what_was_put_is_got_whole_and_in_part_and_can_be_replaced(store: Blobs) -> None:
    await store.put(KEY, b"one", "image/webp")
    await store.put(KEY, b"a longer one", "image/webp")
    assert await store.get(KEY) == b"a longer one"
    assert await store.get_range(KEY, 2, 6) == b"longer"
    assert await store.exists(KEY)
    await store.delete([KEY, "no/such/key"])
    assert not await store.exists(KEY)
    with pytest.raises(NotFound, match="blob_missing"):
        await store.get(KEY)
    with pytest.raises(NotFound, match="blob_missing"):
        await store.get_range(KEY, 0, 2)


async def told(place: str, key: str) -> httpx.Response:
    """What a browser is told that follows a signed address."""
    signed = await obstore.sign_async(from_url(place), "GET", key, timedelta(minutes=1))  # type: ignore[arg-type] # it can sign
    async with httpx.AsyncClient() as client:
        return await client.get(signed)


async def test_browsers_are_told_what_it_is_and_strangers_nothing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_to(address, monkeypatch)
    await Blobs("s3://room/told").put(KEY, b"x", "image/webp")
    answer = await told("s3://room/told", KEY)
    assert (answer.content, answer.headers["content-type"]) == (b"x", "image/webp")
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{address}/room/told/{KEY}")).status_code == 403


async def test_a_film_goes_in_and_comes_out_in_pieces(store: Blobs) -> None:
    film = secrets.token_bytes(SMALL * 2 + 99)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(film), 1_000_000):
            yield film[at : at + 1_000_000]

    await store.put_stream("fi/film/720.mp4", pieces(), "video/mp4")
    size, chunks = await store.stream("fi/film/720.mp4")
    assert size == len(film)
    assert b"".join([chunk async for chunk in chunks]) == film


async def test_a_film_that_breaks_off_leaves_nothing(store: Blobs) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield secrets.token_bytes(SMALL * 2)
        raise RuntimeError("gone")

    with pytest.raises(Exception, match="gone"):
        await store.put_stream("fi/film/720.mp4", pieces(), "video/mp4")
    assert not await store.exists("fi/film/720.mp4")


async def test_more_than_one_answer_holds_are_listed(store: Blobs) -> None:
    keys = {f"ab/{number:04}/m.webp" for number in range(1_050)}
    for at in range(0, 1_050, 50):
        await store.put_all(dict.fromkeys(sorted(keys)[at : at + 50], (b"x", "image/webp")))
    assert {one[0] async for some in store.listed() for one in some} == keys
    assert (await store.usage(60)).kinds[0].count == 1_050


async def test_a_store_that_is_away_is_told_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    lead_to(f"http://127.0.0.1:{free_port()}", monkeypatch)
    started = time.monotonic()
    with pytest.raises(Unavailable, match="blobs_away"):
        await Blobs("s3://room").get(KEY)
    assert time.monotonic() - started < 20


async def test_a_backup_takes_pictures_out_of_s3_and_brings_them_back(
    store: Blobs, cloned_dsn: str, empty_database: str, tmp_path: Path
) -> None:
    del store
    source, target = (f"s3://room/{secrets.token_hex(4)}" for _ in range(2))
    film = secrets.token_bytes(SMALL + 7)
    await Blobs(source).put_all({KEY: (b"picture", "image/webp"), "fi/film/720.mp4": (film, "video/mp4")})
    await migrate(cloned_dsn)
    await asyncio.to_thread(write_backup, cloned_dsn, source, tmp_path / "file", print)
    assert verify(tmp_path / "file", print).manifest.blobs.count == 2
    await asyncio.to_thread(restore, empty_database, target, tmp_path / "file", print)
    assert await Blobs(target).get(KEY) == b"picture"
    assert await Blobs(target).get("fi/film/720.mp4") == film
    assert (await told(target, "fi/film/720.mp4")).headers["content-type"] == "video/mp4"
