"""An author corrects the captions of a film: by pointer, by keyboard, and back again."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

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
BY_HAND = """WEBVTT

NOTE for myself

1
00:01.000 --> 00:02.000 align:start
<i>By</i> hand

00:03.000 --> 00:04.000
<c.unsure>Perhaps</c>
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


def saved(page: Page) -> list[str]:
    """The words of the text that is sent."""
    text = page.locator("textarea[name=text]").input_value()
    return [block.split("\n", 1)[1] for block in text.strip().split("\n\n")[1:]]


@pytest.fixture
def editor(server: Server, visit: Visit, note_id: str) -> Page:
    """The three lines in the editor."""
    page = visit("/about/photographs")
    sign_in(page, server, AUTHOR)
    page.goto(f"/n/{note_id}/captions")
    expect(page.locator("[data-cues] [data-words]")).to_have_count(3)
    return page


@pytest.mark.browser
def test_what_is_refused_stays_in_the_list_and_the_wrong_line_is_told(editor: Page) -> None:
    words, times = editor.locator("[data-cues] [data-words]"), editor.locator("[data-cues] [data-from]")
    words.nth(2).fill("Sleep <well> & long.")
    times.nth(1).fill("0:05")
    times.nth(1).press("Enter")
    expect(editor.get_by_role("alert")).to_have_text("Line 2: it has to end later than it begins.")
    assert lines(editor) == ["First we walk", "to the lighthouse.", "Sleep <well> & long."]
    expect(times.nth(1)).to_have_value("00:00:05.000")
    expect(times.nth(1)).to_be_focused()
    assert editor.locator("[data-cues] li:has([aria-invalid])").count() == 1
    words.nth(0).fill("We walk")
    editor.keyboard.press("Tab")
    assert saved(editor) == ["We walk", "to the lighthouse.", "Sleep &lt;well&gt; &amp; long."]
    expect(editor.locator("[aria-invalid]")).to_have_count(1)
    expect(editor.locator("textarea[name=text]")).to_have_attribute("aria-invalid", "true")


@pytest.mark.browser
def test_what_was_typed_is_taken_in_before_a_key_acts(editor: Page) -> None:
    words = editor.locator("[data-cues] [data-words]")
    words.nth(0).fill("First we run ")
    editor.keyboard.press("Alt+M")
    assert lines(editor) == saved(editor) == ["First we run  to the lighthouse.", "Good night."]
    words.nth(0).fill("We run to the sea.")
    words.nth(0).evaluate("area => area.setSelectionRange(6, 6)")
    editor.keyboard.press("Alt+S")
    assert lines(editor) == saved(editor) == ["We run", "to the sea.", "Good night."]
    expect(words.nth(1)).to_be_focused()
    words.nth(1).fill("to the hills.")
    editor.keyboard.press("Alt+Z")
    assert lines(editor) == saved(editor) == ["We run", "to the sea.", "Good night."]
    expect(words.nth(1)).to_be_focused()
    editor.locator("[data-cues] [data-from]").nth(1).fill("0:01.5")
    editor.keyboard.press("Alt+Z")
    expect(editor.locator("[data-cues] [data-from]").nth(1)).not_to_have_value("00:00:01.500")
    assert "00:00:01.500 -->" not in editor.locator("textarea[name=text]").input_value()
    editor.locator("summary").filter(has_text="As text").click()
    text = editor.locator("textarea[name=text]")
    text.fill(BY_HAND)
    editor.keyboard.press("Tab")
    assert lines(editor) == ["By hand", "Perhaps"]
    words.nth(0).fill("In print")
    editor.keyboard.press("Tab")
    assert saved(editor) == ["In print", "<c.unsure>Perhaps</c>"]
    text.fill("neither line nor remark")
    editor.keyboard.press("Alt+N")
    expect(editor.locator("[data-cues]")).to_be_hidden()
    expect(text).to_have_value("neither line nor remark")


@pytest.mark.browser
def test_lines_that_are_said_at_once_are_edited_and_shown_together(
    editor: Page, visit: Visit, note_id: str
) -> None:
    words, times = editor.locator("[data-cues] [data-words]"), editor.locator("[data-cues] [data-from]")
    times.nth(2).fill("0:00.5")
    times.nth(2).press("Enter")
    expect(editor).to_have_url(re.compile("kept=1"))
    expect(words).to_have_count(3)
    assert lines(editor) == ["First we walk", "Good night.", "to the lighthouse."]
    editor.locator("video").evaluate("film => (film.currentTime = 1)")
    expect(editor.locator("[data-cues] li[data-now]")).to_have_count(2)
    words.nth(1).focus()
    words.nth(1).evaluate("area => area.setSelectionRange(4, 4)")
    editor.keyboard.press("Alt+S")
    assert lines(editor) == saved(editor) == ["First we walk", "Good", "to the lighthouse.", "night."]
    expect(words.nth(3)).to_be_focused()
    editor.keyboard.press("Alt+Z")
    assert lines(editor) == saved(editor) == ["First we walk", "Good night.", "to the lighthouse."]
    words.nth(1).focus()
    editor.keyboard.press("Alt+M")
    assert lines(editor) == saved(editor) == ["First we walk", "Good night. to the lighthouse."]
    expect(editor.locator("[data-cues] [data-to]").nth(1)).to_have_value("00:00:05.500")
    editor.keyboard.press("Alt+Z")
    words.nth(0).focus()
    editor.keyboard.press("Alt+N")
    expect(words.nth(2)).to_be_focused()
    expect(times.nth(2)).to_have_value("00:00:01.900")
    editor.keyboard.press("Alt+Z")
    assert saved(editor) == ["First we walk", "Good night.", "to the lighthouse."]
    cues = "film => [...(film.textTracks[0]?.cues ?? [])].map((cue) => [cue.startTime, cue.line])"
    assert [at for at, _ in editor.locator("video").evaluate(cues)] == [0, 0.5, 2]
    page = visit(f"/n/{note_id}")
    page.wait_for_function(f"() => ({cues})(document.querySelector('.note-page video')).length === 3")
    first, beside, again = (line for _, line in page.locator(".note-page video").evaluate(cues))
    assert beside < first - 2, "the later of two lines stands above the other"
    assert again == pytest.approx(first, abs=0.1), "where a line has ended there is room again"
    editor.get_by_role("button", name="Take back the last change").click()
    expect(times.nth(2)).to_have_value("00:00:04.000")


@pytest.mark.browser
def test_line_after_line_is_corrected_without_losing_the_place(editor: Page) -> None:
    words = editor.locator("[data-cues] [data-words]")
    words.nth(0).fill("One")
    editor.keyboard.press("Tab")
    expect(editor.locator("[data-cues] li").nth(0).get_by_role("button", name="Play")).to_be_focused()
    words.nth(1).click()
    editor.keyboard.press("Control+A")
    editor.keyboard.type("Two words")
    words.nth(2).click()
    expect(words.nth(2)).to_be_focused()
    words.nth(1).fill("Two more")
    editor.locator("[data-cues] li").nth(1).get_by_role("button", name="Split").click()
    expect(words).to_have_count(4)
    assert " ".join(lines(editor)) == " ".join(saved(editor)) == "One Two more Good night."


@pytest.mark.browser
def test_unsaved_lines_are_not_left_and_captions_not_deleted_at_one_touch(editor: Page) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", answer)
    editor.locator("[data-cues] [data-words]").nth(0).click()
    editor.reload()
    assert asked == []
    editor.locator("[data-cues] [data-words]").nth(0).fill("Unsaved")
    editor.reload()
    assert asked == ["beforeunload"]
    editor.locator("[data-cues] [data-words]").nth(0).fill("First we walk on")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_url(re.compile("kept=1"))
    assert asked == ["beforeunload"]
    delete = editor.locator("[formaction$=delete]")
    expect(delete).to_be_hidden()
    editor.get_by_text("Delete these captions").click()
    delete.click()
    expect(editor.locator("[data-cues] [data-words]")).to_have_count(0)
