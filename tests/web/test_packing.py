"""Pages go out packed to whoever takes them so."""

import httpx
import pytest

from vermilion.web.packing import encodings_accepted


@pytest.mark.parametrize(("header", "codings"), [
    ("", {""}), ("gzip, deflate, br", {"gzip", "deflate", "br"}), ("GZIP;q=0.5", {"gzip"}), ("gzip;q=0", set()),
    ("gzip; q=0.000, br", {"br"}), ("," * 10_000, {""}),
])  # fmt: skip
def test_accept_encoding_is_read_with_its_refusals(header: str, codings: set[str]) -> None:
    assert encodings_accepted(header) == codings


async def test_a_page_is_packed_for_a_browser_and_says_so_to_caches(client: httpx.AsyncClient) -> None:
    packed = await client.get("/sign-in", headers={"accept-encoding": "gzip, br"})
    plain = await client.get("/sign-in", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    for answer in (packed, plain):
        assert "accept-encoding" in answer.headers["vary"]
        assert "cookie" in answer.headers["vary"]


async def test_a_short_fragment_stays_as_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/?cursor=", headers={"x-fragment": "cards", "accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
