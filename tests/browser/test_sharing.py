"""Sharing and other sites in a browser: the dialog by mouse and keyboard, a frame elsewhere."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from micawber.providers import Provider, ProviderRegistry
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit
from tests.browser.test_the_face import PHONE

MAKES: dict[str, dict[str, Any]] = {"desktop": {}, "phone": PHONE}


def first_note(page: Page) -> str:
    """The address of the first note on the first page."""
    page.goto("/")
    address = page.locator("a.cover").first.get_attribute("href")
    assert address is not None
    return address


@pytest.mark.parametrize("make", MAKES)
def test_a_note_is_shared_by_mouse_in_a_dialog(visit: Visit, server: Server, make: str) -> None:
    page = visit("/", permissions=["clipboard-read", "clipboard-write"], **MAKES[make])
    address = first_note(page)
    page.goto(address)
    page.locator(".panel-head .menu summary").click()
    page.get_by_role("link", name="Share").click()
    dialog = page.locator("dialog.deeds-sheet")
    expect(dialog.get_by_role("heading", name="Share")).to_be_visible()
    card = dialog.locator("img")
    expect(card).to_be_visible()
    expect(card).to_have_js_property("naturalWidth", 1200)
    box = card.bounding_box()
    assert box is not None
    assert abs(box["height"] / box["width"] - 630 / 1200) < 0.02
    expect(dialog.get_by_label("Address")).to_have_value(server.address + address)
    assert "<iframe" in dialog.get_by_label("To put it into another page").input_value()
    dialog.get_by_role("link", name="Copy address").click()
    page.wait_for_function(
        "async told => await navigator.clipboard.readText() === told", arg=server.address + address
    )
    with page.expect_download() as kept:
        dialog.get_by_role("link", name="Save the card").click()
    assert kept.value.suggested_filename == f"vermilion-{address.rpartition('/')[2]}.jpg"
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert page.url == server.address + address


def test_a_person_and_a_topic_are_shared_by_keyboard(visit: Visit, server: Server) -> None:
    page = visit("/@mei_lin")
    for path in ("/@mei_lin", "/topic/travel"):
        page.goto(path)
        page.get_by_role("link", name="Share").focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog.deeds-sheet")
        expect(dialog.get_by_label("Address")).to_have_value(server.address + path)
        expect(dialog.get_by_role("link", name="Atom feed")).to_have_attribute("href", f"{path}/feed.atom")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("link", name="Share")).to_be_focused()


def test_what_the_system_offers_comes_first(visit: Visit, server: Server) -> None:
    page = visit("/")
    page.add_init_script(
        "navigator.share = (given) => { window.given = given; return Promise.reject(new DOMException('', window.why)); }"
    )
    page.goto("/@mei_lin")
    page.evaluate("window.why = 'AbortError'")
    page.get_by_role("link", name="Share").click()
    page.wait_for_function("told => window.given?.url === told", arg=f"{server.address}/@mei_lin")
    page.wait_for_timeout(300)
    expect(page.locator("dialog.deeds-sheet")).to_have_count(0)  # somebody thought better of it
    page.evaluate("window.why = 'NotAllowedError'")
    page.get_by_role("link", name="Share").click()
    expect(page.locator("dialog.deeds-sheet")).to_be_visible()


@pytest.fixture
def elsewhere() -> Iterator[http.server.HTTPServer]:
    """Another site, whose one page is whatever is put into it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.server.page.encode())  # type: ignore[attr-defined]

        def log_message(self, *_: object) -> None:
            pass

    site = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


def test_another_site_shows_a_note_in_its_frame(
    visit: Visit, server: Server, elsewhere: http.server.HTTPServer
) -> None:
    page = visit("/")
    address = first_note(page)
    registry = ProviderRegistry()
    registry.register(f"{server.address}/n/\\d+", Provider(f"{server.address}/oembed"))
    found = registry.request(server.address + address, maxwidth=400)
    assert (found["type"], found["width"]) == ("rich", 400)
    held: list[str] = []
    for path in (None, address):  # the frame itself, and for comparison the page that no other site may hold
        frame = found["html"] if path is None else f'<iframe src="{server.address}{path}"></iframe>'
        elsewhere.page = f"<!doctype html><title>Elsewhere</title>{frame}"  # type: ignore[attr-defined]
        other = page.context.browser.new_context().new_page()  # type: ignore[union-attr]
        other.goto(f"http://127.0.0.1:{elsewhere.server_port}/", wait_until="load")
        inner = other.frame_locator("iframe")
        if path is None:
            expect(inner.locator("article")).to_be_visible()
            shown = other.frames[1].evaluate("document.querySelector('.cover img, video').clientHeight")
            assert shown > 100
            loaded = other.frames[1].evaluate(
                "(document.querySelector('.cover img') || {naturalWidth: 1}).naturalWidth"
            )
            assert loaded > 0
            held.append(other.frames[1].evaluate("document.cookie"))
        else:
            expect(inner.locator("article.note")).to_have_count(0)
        other.context.close()
    assert held == [""]


def test_structured_data_is_not_run_and_breaks_no_policy(visit: Visit) -> None:
    page = visit("/")
    page.goto(first_note(page))
    block = page.locator('script[type="application/ld+json"]')
    expect(block).to_have_count(1)
    assert json.loads(block.text_content() or "")["@type"] == "SocialMediaPosting"
