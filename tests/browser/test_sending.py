"""Pictures on their way: over a line that breaks, after being signed out, given up."""

import io
import random
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit, join


def large(folder: Path, seed: int = 1) -> Path:
    """A picture of some two megabytes."""
    path, side = folder / "noise.png", 850
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3)).save(file, "PNG")  # noqa: S311 - no secret
    path.write_bytes(file.getvalue())
    return path


def composing(page: Page, handle: str) -> Page:
    join(page, handle, "Rita")
    page.goto("/publish")
    return page


def test_a_picture_goes_on_where_the_line_broke(visit: Visit, tmp_path: Path) -> None:
    page = composing(visit("/"), "rita_breaks")
    sent: list[str] = []

    def break_often(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if len(sent) in {2, 3}:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route(re.compile("/api/v1/pictures/"), break_often)
    page.locator("[data-pick]").set_input_files(large(tmp_path))
    expect(page.locator(".shot-told")).to_have_text("The line broke. It goes on by itself.")
    expect(page.locator(".shot [name=picture]")).to_be_attached()
    assert len(set(sent)) < len(sent)
    assert sent[0] == "0"
    assert sent.count("0") == 1
    expect(page.locator(".shot progress")).to_have_count(0)


def test_who_is_signed_out_meanwhile_goes_on_after_signing_in(visit: Visit, tmp_path: Path) -> None:
    page = composing(visit("/"), "rita_returns")
    ended: list[bool] = [True]

    def sign_out(route: Route) -> None:
        if route.request.method == "PATCH" and ended[0] and route.request.headers["upload-offset"] != "0":
            route.fulfill(status=401, json={"code": "sign_in_first", "detail": "Please sign in first."})
        else:
            route.continue_()

    page.route(re.compile("/api/v1/pictures/"), sign_out)
    page.locator("[data-pick]").set_input_files(large(tmp_path))
    expect(page.locator(".shot-told")).to_have_text(
        "You are signed out. Sign in in another tab, and it goes on."
    )
    page.locator("[name=title]").fill("Snow")
    page.locator("[data-publish] .buttons .button").click()
    expect(page.locator(".toast", has_text="Still uploading")).to_be_visible()
    ended[0] = False
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator(".shot [name=picture]")).to_be_attached()
    page.locator("[data-publish] .buttons .button").click()
    expect(page.locator("article.note img").first).to_be_visible()


def test_a_picture_that_is_taken_away_is_not_sent_to_its_end(visit: Visit, tmp_path: Path) -> None:
    page = composing(visit("/"), "rita_stops")
    page.route(
        re.compile("/api/v1/pictures/"),
        lambda route: None if route.request.method == "PATCH" else route.continue_(),
    )
    page.locator("[data-pick]").set_input_files(large(tmp_path))
    expect(page.locator(".shot progress")).to_be_attached()
    with page.expect_request(lambda request: request.method == "DELETE"):
        page.get_by_role("button", name="Remove").click()
    expect(page.locator(".shot")).to_have_count(0)
    page.wait_for_function("!Object.keys(localStorage).some(name => name.startsWith('picture:'))")


def test_a_small_picture_is_sent_in_one_request(visit: Visit, tmp_path: Path) -> None:
    page = composing(visit("/"), "rita_small")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(f"{request.method} {request.url.partition('/api/v1')[2]}")
    )
    path = tmp_path / "small.png"
    Image.new("RGB", (640, 480), "#336699").save(path)
    page.locator("[data-pick]").set_input_files(path)
    expect(page.locator(".shot [name=picture]")).to_be_attached()
    assert [one for one in asked if "upload" in one or "picture" in one] == ["POST /uploads"]
    no_picture = tmp_path / "none.png"
    no_picture.write_bytes(b"no picture at all")
    page.locator("[data-pick]").set_input_files(no_picture)
    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator(".toast")).to_be_visible()
