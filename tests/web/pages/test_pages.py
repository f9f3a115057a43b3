"""Pages over HTTP: what guests see, where they are led, what forms answer."""

import re

import httpx
import pytest

from tests.conftest import ORIGIN
from vermilion.web.pages.answers import inside

SAFE = {"origin": ORIGIN}
JOIN = {
    "display_name": "Ana",
    "handle": "ana",
    "password": "a long enough pass phrase",
    "first": "en",
    "reads": ["en", "pt"],
}


async def test_the_first_page_is_whole_and_small(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert answer.status_code == 200
    assert 'lang="zh-Hans"' in answer.text
    assert "<script>" not in answer.text
    assert "<style" not in answer.text
    assert "x-fragment" in answer.headers["vary"]


async def test_one_tap_sets_the_reading_language(client: httpx.AsyncClient) -> None:
    answer = await client.get("/?lang=ar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "read=ar" in answer.headers["set-cookie"]
    client.cookies.set("read", "ar")
    assert 'dir="rtl"' in (await client.get("/")).text


@pytest.mark.parametrize("path", ["/following", "/publish", "/saved", "/inbox", "/settings", "/welcome"])
async def test_a_guest_is_led_to_the_door(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


async def test_a_script_of_a_guest_is_told_to_sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.post("/n/7/like", data={"on": "1"}, headers={**SAFE, "x-fragment": "1"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in_first"


async def test_joining_leads_to_the_welcome(client: httpx.AsyncClient) -> None:
    answer = await client.post("/join", data=JOIN, headers=SAFE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert "httponly" in answer.headers["set-cookie"].lower()


async def test_a_refused_form_comes_back_with_what_was_typed(client: httpx.AsyncClient) -> None:
    await client.post("/join", data=JOIN, headers=SAFE)
    client.cookies.clear()
    answer = await client.post(
        "/join",
        data={**JOIN, "handle": "ANA", "display_name": "Ana <b>", "password": "another long pass phrase"},
        headers=SAFE,
    )
    assert answer.status_code == 409
    assert 'aria-invalid="true"' in answer.text
    assert "Ana &lt;b&gt;" in answer.text
    assert "another long pass phrase" not in answer.text


async def test_the_same_form_sent_twice_joins_once_and_comes_in(client: httpx.AsyncClient) -> None:
    await client.post("/join", data=JOIN, headers=SAFE)
    client.cookies.clear()
    answer = await client.post("/join", data=JOIN, headers=SAFE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    assert "httponly" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("path", ["/n/1", "/nowhere", "/@nobody", "/channel/nothing", "/n/none", "/foo/bar"])
async def test_what_is_not_there_says_so_kindly(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "Back to the room" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "",
        "/a\nb",
        "/" + "a" * 6000,
    ],
)
def test_the_way_on_never_leads_outside(address: str) -> None:
    assert inside(address) == "/"


def test_the_way_on_keeps_an_address_of_our_own() -> None:
    assert inside("/n/7?order=liked#c8") == "/n/7?order=liked#c8"


async def test_next_is_written_into_the_page_as_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sign-in", params={"next": '/"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


async def test_a_form_sent_twice_publishes_once(client: httpx.AsyncClient) -> None:
    joined = await client.post("/join", data=JOIN, headers=SAFE)
    name, value = joined.headers["set-cookie"].split(";")[0].split("=", 1)
    headers = {**SAFE, "cookie": f"{name}={value}"}
    form = {"form_key": "k" * 32, "title": "Once", "body": "only", "audience": "everyone"}
    answers = [await client.post("/publish", data=form, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert re.fullmatch(r"/n/\d+", answers[0].headers["location"])
