import time
from urllib.parse import quote

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.kernel.pages import to_cursor
from vermilion.storage.db import Db

API = "/api/v1"
QUESTIONS = {
    "empty": "", "a space": " ", "one letter": "a", "one sign": "里", "2,000 characters": "x" * 2000,
    "2,000 signs": "里" * 2000, "2,000 words": "ab " * 666, "only operators": '- # @ " from: lang: in:',
    "only a language": "lang:zh", "only saved": "in:saved", "only minus": "-harbour -boats", "minus twice": "--a",
    "open quote": '"harbour', "empty quotes": '""', "nested quotes": '"a "b" c"',
    "other quotes": "„harbour“ «harbour» 「harbour」", "wildcards": "harb* %_% ?", "tsquery": "a:* | b & !c <-> (d",
    "tsquery quoted": "'a' & 'b'", "sql": "'; DROP TABLE note; --", "backslashes": "\\ \\' \\\\",
    "mixed scripts": "harbour 港口 гавань ميناء ハーバー 항구", "full width": "ＨＡＲＢＯＵＲ　＃ａ　＠ｉｎｅｓ",
    "zero width": "har\u200bbo\u200dur\u2060 \ufeff", "only zero width": "\u200b\u200d\u2060",
    "right to left marks": "\u202eharbour\u202c", "combining": "ÿ\u0301\u0301\u0301" * 50, "emoji": "🐱🏽‍🚀",
    "nul": "a\0b", "control": "a\x01\x1b[0m", "half an emoji": "\ud83d", "half an emoji, sent": "%ED%A0%BD",
    "not utf-8": "%ff%fe", "numbers": "1e999 -0 0x10 1/2", "a topic twice": "#a #a -#a",
    "many topics": "#a #b #c #d #e #f", "many people": "@a @b from:c from:d from:e",
    "nobody": "from:nobody_is_called_so", "stems": "~travel ~", "romaji without end": "nnnnnnnnnnnnnnnnnnnnnnnn",
    "vowels without end": "aiueoaiueoaiueoaiueoaiueo", "thai": "กินข้าว ๆ", "html": "<script>alert(1)</script>",
    "template": "{{ 7*7 }} {% raw %}", "path": "../../etc/passwd", "ligatures": "ﬁ ﬂ ﷺ",
}  # fmt: skip
SECONDS = 20.0
"""Far more than any of them takes, on a busy machine too."""


def encoded(typed: str) -> str:
    return typed if typed.startswith("%") else quote(typed, safe="", errors="surrogatepass")


async def get(client: httpx.AsyncClient, address: str, viewer: Person | None) -> httpx.Response:
    headers = {} if viewer is None else viewer.bearer if address.startswith(API) else viewer.cookie
    begun = time.monotonic()
    answer = await client.get(address, headers=headers)
    assert time.monotonic() - begun < SECONDS, address
    return answer


@pytest.mark.parametrize("kind", QUESTIONS)
async def test_whatever_is_asked_has_an_answer_or_a_clear_message(
    client: httpx.AsyncClient, db: Db, ines: Person, kind: str
) -> None:
    await factories.note(db, ines, "harbour a b 里 1 2 3", body="#a", lang="en")
    typed = encoded(QUESTIONS[kind])
    for viewer in (None, ines):
        page = await get(client, f"/search?q={typed}", viewer)
        assert page.status_code == 200, page.text[:300]
        assert "<script>alert" not in page.text
        assert "49" not in page.text or "7*7" not in QUESTIONS[kind]
        for path in ("/search/answers", "/search.atom"):
            page = await get(client, f"{path}?q={typed}", viewer)
            assert page.status_code == 200 or (path == "/search.atom" and page.status_code == 400), page.text[
                :300
            ]
        for path in (
            "/search", "/search/answers", "/search/people", "/search/topics", "/search/places", "/search/suggestions",
        ):  # fmt: skip
            answer = await get(client, f"{API}{path}?q={typed}", viewer)
            assert answer.status_code == 200 or (answer.status_code == 400 and answer.json()["code"]), (
                answer.text
            )
    offered = await get(client, f"/search/suggestions?q={typed}", ines)
    assert offered.status_code == 200
    kept = await get(client, f"/saved?q={typed}", ines)
    assert kept.status_code in (200, 303)


@pytest.mark.parametrize(
    "name_and_value",
    [
        "cursor=made-up", "cursor=" + "A" * 400, "cursor=W10", "cursor=%00", "sort=worst", "within=eternity", "seen=maybe",
        "who=everyone", "lang=xx", "lang=zh-Hant-TW", "in=elsewhere", "near=999,999", "near=1e3,2", "near=,", "near=nan,nan", "near=%00",
        "near=nowhere at all", "near=" + "1" * 79,
        "near=-90,180", "near=90,-180", "near=0,0", "tab=nonsense", "in=saved&seen=yes&near=0,0&lang=en",
    ],
)  # fmt: skip
async def test_whatever_an_address_says_has_an_answer_or_a_clear_message(
    client: httpx.AsyncClient, db: Db, ines: Person, name_and_value: str
) -> None:
    await factories.note(db, ines, "harbour", lang="en")
    for viewer in (None, ines):
        for asked in ("harbour", ""):
            page = await get(client, f"/search?q={asked}&{name_and_value}", viewer)
            assert page.status_code in (200, 400), page.text[:300]
            answer = await get(client, f"{API}/search?q={asked}&{name_and_value}", viewer)
            assert answer.status_code == 200 or answer.json()["code"], answer.text
            assert answer.status_code < 500


async def test_a_page_far_behind_is_empty(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await factories.note(db, ines, "harbour", lang="en")
    far = to_cursor("2020-01-01T00:00:00+00:00", -1e12, 1)
    answer = await client.get(f"{API}/search", params={"q": "harbour", "cursor": far})
    assert (answer.status_code, answer.json()["items"], answer.json()["next"]) == (200, [], None)
    assert (await client.get("/search", params={"q": "harbour", "cursor": far})).status_code == 200
    endless = to_cursor("9999-12-31T23:59:59+00:00", 1e12, 2**63 - 1)
    assert (await client.get(f"{API}/search", params={"q": "harbour", "cursor": endless})).status_code == 200


@pytest.mark.parametrize("number", ["0", "1", "-1", "x", "9" * 30, "%00", "1e3"])
async def test_what_is_no_note_is_like_nothing(client: httpx.AsyncClient, ines: Person, number: str) -> None:
    for path in (f"{number}/alike", f"{number}/pictures/1/alike", f"1/pictures/{number}/alike"):
        for base in ("/n", f"{API}/notes"):
            answer = await get(client, f"{base}/{path}", ines)
            assert 400 <= answer.status_code < 500
