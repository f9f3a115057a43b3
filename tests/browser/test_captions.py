"""An author corrects the captions of a film: by pointer, by keyboard, and back again."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, sign_in
from tests.films import film

AUTHOR = "maddie_in_ohio"
HEARD = """WEBVTT

00:00.000 --> 00:01.900
First we walk

00:02.000 --> 00:03.900
to the lighthouse.

00:04.000 --> 00:05.500
Good night.
"""


@pytest.fixture(scope="module")
def note_id(server: Server) -> Iterator[str]:
    """A film of the author's with three lines."""
    told = {
        "handle": AUTHOR,
        "password": server.password,
        "application": "test",
        "scopes": ["read", "write"],
    }
    with httpx.Client(base_url=f"{server.address}/api/v1", timeout=60) as client:
        client.headers["authorization"] = f"Bearer {client.post('/tokens', json=told).json()['access_token']}"
        data = film(6, 180, 320, rate=15)
        begun = client.post("/films", headers={"upload-length": str(len(data))})
        place = begun.headers["location"].removeprefix("/api/v1")
        sent = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
        assert client.patch(place, content=data, headers=sent).status_code == 204
        pictures = [{"id": place.rpartition("/")[2], "alt": "A moving pattern"}]
        note = client.post("/notes", json={"title": "A walk", "lang": "en", "pictures": pictures}).json()
        until = time.monotonic() + 240
        while client.get(f"/notes/{note['id']}").json()["state"] != "public" and time.monotonic() < until:
            time.sleep(0.5)
        media_id = note["pictures"][0]["id"]
        where = f"/notes/{note['id']}/captions/{media_id}/en"
        assert client.put(where, json={"text": HEARD}).status_code == 200
        yield note["id"]


def lines(page: Page) -> list[str]:
    return [str(one.input_value()) for one in page.locator("[data-cues] [data-words]").all()]


@pytest.mark.browser
def test_lines_are_split_joined_corrected_undone_and_saved(
    server: Server, visit: Visit, note_id: str
) -> None:
    page = visit("/about/photographs")
    sign_in(page, server, AUTHOR)
    page.goto(f"/n/{note_id}/captions")
    words = page.locator("[data-cues] [data-words]")
    expect(words).to_have_count(3)
    words.nth(0).focus()
    page.keyboard.press("Alt+M")
    expect(words).to_have_count(2)
    assert lines(page)[0] == "First we walk to the lighthouse."
    words.nth(0).evaluate("area => area.setSelectionRange(8, 8)")
    page.keyboard.press("Alt+S")
    expect(words).to_have_count(3)
    assert lines(page)[:2] == ["First we", "walk to the lighthouse."]
    page.keyboard.press("Alt+Z")
    expect(words).to_have_count(2)
    words.nth(1).fill("Sleep well.")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("kept=1"))
    expect(words).to_have_count(2)
    assert lines(page) == ["First we walk to the lighthouse.", "Sleep well."]
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Take back the last change").click()
    expect(words).to_have_count(3)
