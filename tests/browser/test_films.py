"""Publishing a film: sent over a broken line, given a cover, prepared while its author looks on, then watched."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import WORKS_S, Server, Visit, sign_in, until
from tests.factories import picture
from tests.films import film

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VIDEO = ".media-film video"


def chosen(data: bytes, name: str = "day.mov") -> dict[str, Any]:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": "video/quicktime", "buffer": data}


@pytest.fixture(scope="module")
def heavy() -> bytes:
    """A film that goes in several pieces."""
    return film(6, 480, 640, rate=15, codec="mjpeg", pix="yuvj420p", form="mov")


@pytest.fixture(scope="module")
def light() -> bytes:
    """A film that goes at once."""
    return film(4, 180, 240, rate=15)


@contextmanager
def worker_at_rest(server: Server) -> Iterator[None]:
    """Meanwhile the worker of this server does nothing."""
    told = f"VERMILION_DATA={server.data}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            found = command[1:4] == [b"-m", b"vermilion", b"work"] and told in (
                process / "environ"
            ).read_bytes().split(b"\0")
        except OSError:
            continue
        if found:
            os.kill(int(process.name), signal.SIGSTOP)
            try:
                yield
            finally:
                os.kill(int(process.name), signal.SIGCONT)
            return
    raise AssertionError("there is no worker")


def publishing(visit: Visit, server: Server, handle: str, **options: Any) -> Page:  # noqa: ANN401 - as visit
    page = visit("/sign-in", **options)
    sign_in(page, server, handle)
    page.goto("/publish")
    return page


def offsets(page: Page) -> list[int]:
    """Where each piece that is sent begins, as they are sent."""
    found: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            found.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return found


def plays(page: Page) -> None:
    page.locator(".film-bar [data-do=play]").click()
    page.wait_for_function(
        f"() => {{ const v = document.querySelector('{VIDEO}'); return !v.paused && v.currentTime > 0.2; }}"
    )


def test_a_film_is_sent_over_a_broken_line_covered_published_and_watched(
    visit: Visit, server: Server, heavy: bytes
) -> None:
    page = publishing(visit, server, "jess_writes")
    sent, broken = offsets(page), []

    def once(route: Route) -> None:
        if route.request.method == "PATCH" and len(sent) == 2:
            broken.append(sent[-1])
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/api/v1/films/*", once)
    state = page.locator("[data-film-state]")
    with worker_at_rest(server):
        page.locator("[data-pick-film]").set_input_files(chosen(heavy))
        expect(state).to_contain_text("The line broke")
        expect(state.get_by_role("progressbar")).to_have_attribute("aria-label", "day.mov")
        expect(state).to_contain_text("being prepared", timeout=WORKS_S * 1000)
        assert broken
        assert broken[0] == sent[1] == sent[2] > 0  # what has arrived is not sent again
        cover = page.locator("[data-film-shot] img")
        expect(cover).to_have_js_property("complete", True)
        state.get_by_role("slider").fill("4")
        state.get_by_role("button", name="Show this one").click()
        page.wait_for_function("() => document.querySelector('[data-film-shot] img').src.endsWith('?4')")
        film_id = page.locator("[data-film-shot]").get_attribute("data-id")
        told = page.evaluate("id => fetch('/api/v1/films/' + id).then(answer => answer.json())", film_id)
        assert (told["cover_ms"], told["state"]) == (4000, "preparing")
        # Or a picture is the cover.
        state.get_by_label("Or a picture of yours").set_input_files(
            {"name": "cover.png", "mimeType": "image/png", "buffer": picture(color="red")}
        )
        page.wait_for_function(
            """() => { const image = document.querySelector('[data-film-shot] img');
            const drawn = new OffscreenCanvas(1, 1).getContext('2d');
            if (!image.complete || image.src.endsWith('?4')) return false;
            drawn.drawImage(image, 0, 0, 1, 1);
            const [red, green] = drawn.getImageData(0, 0, 1, 1).data;
            return red > 200 && green < 60; }"""
        )
        page.locator("[name=title]").fill("Published while it is prepared")
        page.locator("form[data-publish] .button").click()
        page.wait_for_url("**/n/*")
        expect(page.locator(".film-waits")).to_contain_text("Nobody else sees it")
        expect(page.locator(".film-waits").get_by_role("progressbar")).to_be_visible()
        other = visit(page.url)
        expect(other.locator(VIDEO)).to_have_count(0)
    expect(page.locator(".film-live")).to_be_visible(timeout=WORKS_S * 1000)
    plays(page)
    page.get_by_role("slider").fill("5")
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').currentTime >= 5")
    sizes = page.locator("[data-set=size] option")

    def watch_again() -> None:
        page.reload()
        plays(page)
        page.locator(".film-menu summary").click()

    until(page, lambda: sizes.count() == 3, watch_again)
    expect(sizes).to_have_text(["Automatic", "120p", "180p"])
    page.locator("[data-set=size]").select_option("180p")
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').videoWidth === 180")
    other.reload()
    expect(other.locator(".film-live")).to_be_visible()


def test_a_film_goes_on_after_a_reload_and_says_when_it_is_ready(
    visit: Visit, server: Server, heavy: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "day.mov"  # known again by its name, size and date
    file.write_bytes(heavy)
    page = publishing(visit, server, "jess_writes", **PHONE)
    sent = offsets(page)

    def later(route: Route) -> None:
        if route.request.method == "PATCH" and len(sent) > 1:
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/api/v1/films/*", later)
    state = page.locator("[data-film-state]")
    page.locator("[data-pick-film]").set_input_files(file)
    expect(state).to_contain_text("The line broke")
    page.unroute("**/api/v1/films/*")
    page.reload()
    expect(state).to_contain_text("Choose the same file again")
    sent.clear()
    page.locator("[data-pick-film]").set_input_files(file)
    expect(page.locator("[data-film-shot] img")).to_be_visible(timeout=WORKS_S * 1000)
    assert sent[0] > 0
    expect(state).to_contain_text("ready in all sizes", timeout=WORKS_S * 1000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator("[data-film-shot]")).to_have_count(0)


def test_a_film_is_published_by_keyboard(visit: Visit, server: Server, light: bytes) -> None:
    page = publishing(visit, server, "jess_writes")
    page.locator("[data-pick-film]").set_input_files(chosen(light))
    slider = page.locator("[data-film-state]").get_by_role("slider")
    expect(slider).to_be_visible(timeout=60_000)
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show this one")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('[data-film-shot] img').src.endsWith('?0.1')")
    page.locator("[name=title]").focus()
    page.keyboard.type("By keyboard alone")
    # Opened again from its draft, the film is a film still.
    expect(page.locator("[data-kept]")).to_contain_text("Kept as a draft")
    page.reload()
    expect(slider).to_have_value("0.1")
    expect(page.locator("[data-film-state] p")).to_be_visible()
    expect(page.locator("[data-film-shot]").get_by_role("button")).to_have_accessible_name("Remove")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url("**/n/*")
    expect(page.locator(".film-live")).to_be_visible(timeout=WORKS_S * 1000)
    page.goto(f"{page.url}/edit")
    expect(page.locator("[data-film-shot]").get_by_role("button", name="Remove")).to_be_visible()
    expect(page.get_by_role("button", name="Crop and turn")).to_have_count(0)


GIVE = """([way, name, type, bytes]) => {
    const files = new DataTransfer();
    files.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    const how = { bubbles: true, cancelable: true };
    const event = way === 'paste'
        ? new ClipboardEvent('paste', { clipboardData: files, ...how })
        : new DragEvent('drop', { dataTransfer: files, ...how });
    document.querySelector('[name=title]').dispatchEvent(event);
}"""
"""Drops or pastes a file into the form."""


def test_a_film_is_taken_however_it_comes_and_stands_alone(
    visit: Visit, server: Server, light: bytes
) -> None:
    page = publishing(visit, server, "jess_writes")
    shots, toasts = page.locator("[data-picked] .shot"), page.locator("#toasts")
    page.evaluate(GIVE, ["drop", "day.mp4", "video/mp4", list(light)])
    expect(page.locator("[data-film-shot] img")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-film-state]").get_by_role("slider")).to_be_visible()
    expect(shots).to_have_count(1)
    page.locator("[data-pick]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    )
    expect(toasts).to_contain_text("A film stands alone in its note")
    expect(shots).to_have_count(1)
    page.get_by_role("button", name="Remove").click()
    expect(shots).to_have_count(0)
    page.evaluate(GIVE, ["paste", "day.mp4", "video/mp4", list(light)])
    expect(page.locator("[data-film-shot] img")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Remove").click()
    expect(shots).to_have_count(0)
    page.locator("[data-pick]").set_input_files(chosen(light))
    expect(page.locator("[data-film-shot] img")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Remove").click()
    expect(shots).to_have_count(0)
    page.locator("[data-pick]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    )
    expect(shots).to_have_count(1)
    page.evaluate("document.querySelector('#toasts').replaceChildren()")
    page.evaluate(GIVE, ["drop", "day.mkv", "", list(light)])
    expect(toasts).to_contain_text("A film stands alone in its note")
    expect(page.locator("[data-film-state]")).to_be_empty()


def test_the_cover_of_a_published_film_is_chosen_anew(visit: Visit, server: Server, light: bytes) -> None:
    page = publishing(visit, server, "jess_writes")
    page.locator("[data-pick-film]").set_input_files(chosen(light))
    expect(page.locator("[data-film-shot] img")).to_be_visible(timeout=60_000)
    page.locator("[name=title]").fill("A cover of another day")
    page.locator("form[data-publish] .buttons .button").click()
    page.wait_for_url("**/n/*")
    expect(page.locator(".film-live")).to_be_visible(timeout=60_000)
    poster, note = page.locator(VIDEO).get_attribute("poster"), page.url
    page.goto(f"{note}/edit")
    image, tool = page.locator("[data-film-shot] img"), page.locator("[data-cover-of]")
    before = image.get_attribute("src")
    assert before == poster
    tool.get_by_role("slider").fill("3")
    tool.get_by_role("button", name="Show this one").click()
    expect(image).not_to_have_attribute("src", str(before))
    expect(image).to_have_js_property("complete", True)
    frame = image.get_attribute("src")
    tool.get_by_label("Or a picture of yours").set_input_files(
        {"name": "cover.png", "mimeType": "image/png", "buffer": picture(color="red")}
    )
    expect(image).not_to_have_attribute("src", str(frame))
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(note)
    assert page.locator(VIDEO).get_attribute("poster") not in {before, frame}


def test_a_film_that_is_replaced_no_longer_waits(visit: Visit, server: Server, light: bytes) -> None:
    page = publishing(visit, server, "jess_writes")
    gone: list[str] = []
    page.on("request", lambda sent: gone.append(sent.url) if sent.method == "DELETE" else None)
    films = set()
    for number in range(2):
        page.locator("[data-pick-film]").set_input_files(chosen(light, f"{number}.mp4"))
        shot = page.locator("[data-film-shot]")
        page.wait_for_function(
            "known => { const shot = document.querySelector('[data-film-shot]');"
            " return shot && !known.includes(shot.dataset.filmShot); }",
            arg=list(films),
        )
        films.add(str(shot.get_attribute("data-film-shot")))
    assert len(films) == 2
    assert [address.rsplit("/", 1)[-1] for address in gone] == [min(films, key=int)]


def test_what_is_no_film_is_told_and_nothing_is_lost(visit: Visit, server: Server) -> None:
    page = publishing(visit, server, "jess_writes")
    page.locator("[name=title]").fill("Kept")
    page.locator("[data-pick-film]").set_input_files(chosen(b"once upon a time " * 99, "story.mp4"))
    expect(page.locator("[data-film-state]")).to_contain_text("MP4")
    expect(page.locator("[data-film-shot]")).to_have_count(0)
    expect(page.locator("[name=title]")).to_have_value("Kept")


def test_a_film_is_published_and_watched_without_script(visit: Visit, server: Server, light: bytes) -> None:
    page = publishing(visit, server, "jess_writes", java_script_enabled=False)
    page.locator("[name=title]").fill("Without script")
    page.locator("[name=film]").set_input_files(chosen(light))
    page.locator("form[data-publish] .buttons .button").click()
    page.wait_for_url("**/n/*")
    until(page, page.locator(VIDEO).count, page.get_by_role("link", name="Look again").click)
    expect(page.locator(VIDEO)).to_be_visible()
    assert page.locator(VIDEO).get_attribute("controls") is not None
