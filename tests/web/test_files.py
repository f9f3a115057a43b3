"""Files and the addresses that machines ask."""

import gzip
from pathlib import Path

import httpx
import pytest

from tests.conftest import client_of
from vermilion.app import create_app
from vermilion.web import files
from vermilion.web.context import State


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "app-1a2b.css").write_text("body { color: red }\n" * 100)
    (folder / "app-1a2b.css.br").write_bytes(b"in brotli")
    (folder / "app-1a2b.css.gz").write_bytes(gzip.compress((folder / "app-1a2b.css").read_bytes()))
    (folder / "app-1a2b.js").write_text("1")
    (tmp_path / "secret").write_text("secret")
    monkeypatch.setattr(files, "STATIC", folder)
    files.built_files.cache_clear()
    return folder


async def test_a_built_file_may_be_kept_for_ever(client: httpx.AsyncClient, built: Path) -> None:
    answer = await client.get("/static/app-1a2b.css", headers={"accept-encoding": "gzip, deflate"})
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == (built / "app-1a2b.css").read_text()
    plain = await client.get("/static/app-1a2b.css", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(("accepts", "coding"), [
    ("gzip, deflate, br, zstd", "br"), ("br;q=0.1, gzip;q=1", "br"), ("br;q=0, gzip", "gzip"), ("gzip;q=0.0", None), ("", None),
])  # fmt: skip
@pytest.mark.usefixtures("built")
async def test_a_built_file_is_packed_as_the_browser_can_take_it(
    client: httpx.AsyncClient, accepts: str, coding: str | None
) -> None:
    async with client.stream("GET", "/static/app-1a2b.css", headers={"accept-encoding": accepts}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == coding
    assert (raw == b"in brotli") is (coding == "br")
    assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path", ["../secret", "..%2fsecret", "%2e%2e/secret", "/etc/passwd", "nothing", "", "%00"]
)
@pytest.mark.usefixtures("built")
async def test_no_path_leads_out_of_the_folder(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/static/{path}")
    assert answer.status_code == 404


@pytest.mark.parametrize("address", [
    "/cover/x.svg", "/cover/none-1.svg", "/cover/sea-1.png", "/cover/sea--1.svg", "/cover/sea-١.svg",
    "/cover/sea-999999999999999999999.svg", "/avatar/x/s.webp", "/avatar/" + "a" * 22 + "/s.webp",
    "/avatar/" + "a" * 22 + "/s.png", "/m/1/x/s.webp", "/m/x/x/x", "/u/1", "/u/x",
])  # fmt: skip
async def test_what_is_no_file_is_not_there(client: httpx.AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code in {401, 404}


async def test_a_drawn_cover_is_the_same_for_ever(client: httpx.AsyncClient) -> None:
    first, second = [await client.get("/cover/sea-7.svg") for _ in range(2)]
    assert first.status_code == 200
    assert first.content == second.content
    assert "immutable" in first.headers["cache-control"]
    assert "default-src 'none'" in first.headers["content-security-policy"]


async def test_metrics_count_answers(state: State) -> None:
    async with client_of(create_app(state=state)) as client:
        await client.get("/healthz")
        text = (await client.get("/metrics")).text
    assert 'handler="healthz"' in text
    assert "vermilion_statement_seconds" in text


async def test_metrics_are_not_for_everybody(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/feeds/explore", "/cover/cat-1.svg"])
async def test_head_answers_as_get_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    whole, head = await client.get(path), await client.head(path)
    assert head.status_code == whole.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert (await client.head("/nowhere")).status_code == 404
    assert (await client.head("/sign-out")).status_code == 405
