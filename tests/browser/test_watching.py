"""Films: played, sought, in another size, over a broken line, by keyboard, one after another, silent until wanted."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Server, Visit, sign_in, until
from tests.factories import picture
from tests.films import film
from vermilion.storage.db import Database
from vermilion.storage.postgres import Postgres

AUTHOR = "maddie_in_ohio"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NO_STREAMS = """() => { const was = HTMLMediaElement.prototype.canPlayType;
    HTMLMediaElement.prototype.canPlayType = function(kind) { return kind.includes('mpegurl') ? '' : was.call(this, kind); }; }"""
PLAYS = "video => !video.paused && video.readyState > 2"
VIDEO = ".media-film video"


class Films:
    """Films that were published on the server, the last first."""

    def __init__(self, ids: list[str], watched: str) -> None:
        self.ids = ids
        self.mine = watched


@contextmanager
def _client(server: Server) -> Iterator[httpx.Client]:
    """The API as the author of the films."""
    told = {
        "handle": AUTHOR,
        "password": server.password,
        "application": "test",
        "scopes": ["read", "write"],
    }
    with httpx.Client(base_url=f"{server.address}/api/v1", timeout=60) as client:
        client.headers["authorization"] = f"Bearer {client.post('/tokens', json=told).json()['access_token']}"
        yield client


CUE = """() => { const video = document.querySelector('.now video');
    const cue = [...video.textTracks].filter(track => track.mode === 'showing').flatMap(track => [...track.activeCues ?? []])[0];
    const box = video.getBoundingClientRect(), deeds = document.querySelector('.now .reel-deeds').getBoundingClientRect();
    return cue && {right: box.left + box.width * (cue.position + cue.size / 2) / 100, deeds: deeds.left}; }"""
"""Where the caption that is shown ends, and where the buttons beside it begin."""


@pytest.fixture(scope="session")
def films(server: Server) -> Iterator[Films]:
    with _client(server) as client:
        ids = [_publish(client, f"Film {number}", film(12, 180, 320, rate=15)) for number in range(4)]
        until = time.monotonic() + 240
        while time.monotonic() < until:
            shown = [card["id"] for card in client.get("/watch").json()["items"]]
            ready = [client.get(f"/notes/{one}").json()["state"] == "public" for one in ids]
            if set(ids) <= set(shown) and all(ready):
                break
            time.sleep(0.5)
        yield Films(shown, ids[0])


def _publish(client: httpx.Client, title: str, data: bytes) -> str:
    begun = client.post("/films", headers={"upload-length": str(len(data))})
    place = begun.headers["location"].removeprefix("/api/v1")
    sent = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
    assert client.patch(place, content=data, headers=sent).status_code == 204
    pictures = [{"id": place.rpartition("/")[2], "alt": "A moving pattern"}]
    answer = client.post("/notes", json={"title": title, "lang": "en", "pictures": pictures})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def open_film(visit: Visit, films: Films, way: str, **options: object) -> Page:
    page = visit("/about/photographs", **options)
    if way == "hls":
        page.add_init_script(f"({NO_STREAMS})()")
    page.goto(f"/n/{films.mine}")
    expect(page.locator(".film-live")).to_be_visible()
    return page


def at(page: Page) -> float:
    return float(page.locator(VIDEO).evaluate("video => video.currentTime"))


def wait_to_play(page: Page, video: str = VIDEO) -> None:
    page.wait_for_function(f"() => [...document.querySelectorAll('{video}')].some({PLAYS})")


@pytest.mark.parametrize("way", ["native", "hls"])
def test_a_film_is_played_sought_and_shown_in_another_size(visit: Visit, films: Films, way: str) -> None:
    page = open_film(visit, films, way)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.locator(VIDEO).evaluate("video => video.paused && !video.controls")
    page.get_by_role("button", name="Play").first.click()
    wait_to_play(page)
    slider = page.get_by_role("slider")
    slider.fill("8")
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').currentTime >= 8")
    expect(slider).to_have_attribute("aria-valuetext", "0:08 / 0:12")
    page.locator(".film-menu summary").click()
    sizes = page.get_by_label("Quality")
    expect(sizes.locator("option")).to_have_text(["Automatic", "120p", "180p"])
    asked.clear()
    slider.fill("0")
    sizes.select_option("120p")
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').videoWidth === 120")
    wait_to_play(page)
    page.get_by_label("Speed").select_option("2")
    expect(page.locator(VIDEO)).to_have_js_property("playbackRate", 2)
    slider.hover()
    expect(page.locator(".film-thumb i")).to_have_attribute("style", re.compile("thumbs.webp"))


@pytest.mark.parametrize("way", ["native", "hls"])
def test_a_broken_line_is_told_and_taken_up_again(visit: Visit, films: Films, way: str) -> None:
    page = open_film(visit, films, way)

    def refuse(route: Route) -> None:
        route.abort("connectionfailed")

    page.route("**/f/**", refuse)
    page.get_by_role("button", name="Play").first.click()
    expect(page.get_by_role("alert")).to_contain_text("connection is broken")
    page.unroute("**/f/**")
    page.get_by_role("button", name="Try again").click()
    wait_to_play(page)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("way", ["native", "hls"])
def test_where_parts_do_not_arrive_it_is_told_and_goes_on_by_itself(
    visit: Visit, films: Films, way: str
) -> None:
    page = open_film(visit, films, way)
    parts = re.compile(r"/f/.*/[2-5]\.m4s")
    page.route(parts, lambda route: route.abort("connectionfailed"))
    page.get_by_role("slider").fill("8")
    page.get_by_role("button", name="Play").first.click()
    expect(page.get_by_role("alert")).to_contain_text("connection is broken")
    for _ in range(2):
        with page.expect_event("requestfailed"):
            page.get_by_role("button", name="Try again").click()
    page.unroute(parts)
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').currentTime > 8.5")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_film_obeys_keys(visit: Visit, films: Films) -> None:
    page = open_film(visit, films, "native")
    page.locator(".film").focus()
    page.keyboard.press("Space")
    wait_to_play(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').currentTime >= 5")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').currentTime < 5")
    page.keyboard.press("m")
    expect(page.locator(VIDEO)).to_have_js_property("muted", True)
    expect(page.get_by_role("button", name="Sound off")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press(">")
    expect(page.locator(VIDEO)).to_have_js_property("playbackRate", 1.25)
    expect(page.locator(".film-said")).to_have_text("1.25×")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".film-said")).to_have_text("90%")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.matches('.film')")
    page.keyboard.press("f")
    page.wait_for_function("() => !document.fullscreenElement")
    page.keyboard.press("Space")
    expect(page.locator(VIDEO)).to_have_js_property("paused", True)
    page.reload()  # how it is liked is kept on the device
    expect(page.locator(".film-live")).to_be_visible()
    said = page.locator(VIDEO).evaluate("video => [video.volume, video.muted, video.playbackRate]")
    assert said == [pytest.approx(0.9), True, 1.25]


def test_a_film_obeys_keys_over_the_feed_and_esc_closes_its_menu_first(visit: Visit, films: Films) -> None:
    page = visit(f"/@{AUTHOR}")
    page.locator(f"#n{films.mine} .cover").click()
    film = page.locator("#overlay .film")
    expect(film).to_be_focused()
    page.keyboard.press("Space")
    wait_to_play(page, "#overlay video")
    page.keyboard.press("m")
    expect(film.locator("video")).to_have_js_property("muted", True)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#overlay video').currentTime >= 5")
    menu = film.locator(".film-menu")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(film).to_be_visible()
    page.keyboard.press("Escape")
    expect(film).to_be_hidden()
    page.wait_for_url(f"**/@{AUTHOR}")


CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:11.000\n{}\n"
SHOWN = """() => [...document.querySelector('video').textTracks].filter(t => t.mode === 'showing')
    .map(t => [t.language, t.activeCues?.[0]?.text])"""


def test_captions_are_shown_in_the_readers_language(visit: Visit, server: Server, films: Films) -> None:
    with _client(server) as client:
        film_id = client.get(f"/notes/{films.mine}").json()["pictures"][0]["id"]
        for lang, text in (("en", "Six in the morning"), ("es", "Las seis de la mañana")):
            told = {"text": CAPTIONS.format(text), "is_file": True}
            answer = client.put(f"/notes/{films.mine}/captions/{film_id}/{lang}", json=told)
            assert answer.status_code == 200, answer.text
    for lang, text in (("en", "Six in the morning"), ("es", "Las seis de la mañana")):
        page = open_film(visit, films, "native", lang=lang)
        page.locator(".film-bar [data-do=play]").click()
        wait_to_play(page)
        page.wait_for_function(
            f"() => JSON.stringify(({SHOWN})()) === '{json.dumps([[lang, text]], ensure_ascii=False, separators=(',', ':'))}'"
        )
    expect(page.locator("[data-do=captions]")).to_have_attribute("aria-pressed", "true")
    page.locator(".film-menu summary").click()
    page.locator("[data-set=captions]").select_option("en")
    page.wait_for_function(f"() => ({SHOWN})()[0][0] === 'en'")
    page.keyboard.press("Escape")
    page.locator(".film").focus()
    page.keyboard.press("c")
    page.wait_for_function(f"() => !({SHOWN})().length")
    page.reload()
    expect(page.locator("[data-do=captions]")).to_have_attribute("aria-pressed", "false")


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("way", ["native", "hls"])
def test_one_film_plays_at_a_time_and_silently(visit: Visit, way: str) -> None:
    page = visit("/about/photographs", **PHONE)
    if way == "hls":
        page.add_init_script(f"({NO_STREAMS})()")
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/watch")
    wait_to_play(page, ".reel video")
    playing = (
        "[...document.querySelectorAll('.reel video')].flatMap((v, i) => v.paused ? [] : [[i, v.muted]])"
    )
    page.wait_for_function(f"() => JSON.stringify({playing}) === '[[0,true]]'")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"() => JSON.stringify({playing}) === '[[1,true]]'")
    page.locator(".now [data-do=mute]").click()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"() => JSON.stringify({playing}) === '[[2,false]]'")
    page.reload()
    wait_to_play(page, ".reel video")
    # What may be heard is not heard unasked.
    page.wait_for_function(f"() => JSON.stringify({playing}) === '[[0,true]]'")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"() => JSON.stringify({playing}) === '[[1,false]]'")


FETCHED = """() => {
    const order = [...document.querySelectorAll('.reel [data-film]')].map(film => film.dataset.film);
    const found = order.map(() => ({segments: 0, bytes: 0}));
    for (const {name, transferSize, encodedBodySize} of performance.getEntriesByType('resource')) {
        const [, note, file] = name.match(/\\/f\\/(\\d+)\\/[^/]+\\/(.*)/) ?? [];
        const of = found[order.indexOf(note)];
        if (of) of.bytes += transferSize;
        if (of && file.endsWith('.m4s') && transferSize) of.segments += 1;
    }
    return found; }"""
"""Of each film under Watch how many segments and bytes came over the line."""
MOST_BYTES = 2_000_000


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("way", ["native", "hls"])
def test_of_the_next_two_films_only_the_beginning_is_fetched(visit: Visit, way: str) -> None:
    page = visit("/about/photographs", **PHONE)
    if way == "hls":
        page.add_init_script(f"({NO_STREAMS})()")
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/watch")
    wait_to_play(page, ".reel video")
    page.wait_for_function(f"() => ({FETCHED})().slice(0, 3).every(film => film.segments)")
    page.wait_for_function("() => document.querySelector('.reel .now video').currentTime > 4")
    found = page.evaluate(FETCHED)
    assert found[0]["segments"] > 2
    assert all(
        one["segments"] <= 2 and one["bytes"] <= MOST_BYTES for one in found[1:3]
    )  # of two seconds each
    assert not any(one["bytes"] for one in found[3:])
    page.keyboard.press("ArrowDown")
    wait_to_play(page, ".reel .now video")
    first = "e => e.initiatorType === 'video' && /0\\.m4s/.test(e.name)"
    cached = f"performance.getEntriesByType('resource').filter({first}).map(e => e.transferSize)"
    if way == "native":  # what was fetched ahead is what it begins with
        page.wait_for_function(f"() => {cached}.at(-1) === 0")


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("way", ["native", "hls"])
def test_who_saves_data_gets_nothing_in_advance(visit: Visit, way: str) -> None:
    page = visit("/about/photographs", **PHONE)
    if way == "hls":
        page.add_init_script(f"({NO_STREAMS})()")
    page.add_init_script("localStorage.setItem('films', JSON.stringify({saves: true}))")
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/watch")
    expect(page.locator(".reel .now .film-live")).to_be_visible()
    page.wait_for_timeout(1500)
    assert not any(one["bytes"] for one in page.evaluate(FETCHED))
    page.locator(".now .film-bar [data-do=play]").click()
    wait_to_play(page, ".reel .now video")
    page.wait_for_function("() => document.querySelector('.reel .now video').currentTime > 2")
    assert not any(one["bytes"] for one in page.evaluate(FETCHED)[1:])
    assert page.locator(".reel .now video").evaluate("video => video.videoWidth") == 120


@pytest.mark.usefixtures("films")
def test_a_film_that_is_too_heavy_is_not_fetched_ahead(visit: Visit) -> None:
    page = visit("/about/photographs", **PHONE)
    page.emulate_media(reduced_motion="no-preference")
    heavy = re.compile(r"/f/.*/0\.m4s")

    def weigh(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.fulfill(status=200, body=b"x" * (MOST_BYTES + 1))
        else:
            route.continue_()

    page.route(heavy, weigh)
    with page.expect_event("requestfailed", lambda request: heavy.search(request.url) is not None):
        page.goto("/watch")


@pytest.mark.usefixtures("films")
def test_nothing_moves_for_who_wants_little_movement(visit: Visit) -> None:
    page = visit("/watch", **PHONE)
    expect(page.locator(".reel .now")).to_be_visible()
    page.wait_for_timeout(700)
    assert page.evaluate(
        "[...document.querySelectorAll('.reel video')].every(v => v.paused && !v.readyState)"
    )
    page.locator(".now .film-bar [data-do=play]").click()
    wait_to_play(page, ".reel video")


def test_captions_stand_beside_the_buttons_and_nothing_shifts(visit: Visit) -> None:
    page = visit("/", lang="en", **PHONE)
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(
        """window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries())
        if (!e.hadRecentInput) window.shift += e.value; }).observe({type: 'layout-shift', buffered: true});"""
    )
    page.goto("/watch")
    page.locator(".reel-item:has(track)").first.scroll_into_view_if_needed()
    seen = page.wait_for_function(CUE).json_value()
    assert seen["right"] <= seen["deeds"] + 1
    page.wait_for_timeout(500)
    assert page.evaluate("window.shift") <= 0.01


@pytest.mark.usefixtures("films")
def test_two_taps_like_a_film_and_comments_come_as_a_sheet(visit: Visit, server: Server) -> None:
    page = visit("/sign-in", **PHONE)
    sign_in(page, server, AUTHOR)
    page.goto("/watch")
    like = page.locator(".now .like")
    expect(like).to_have_attribute("aria-pressed", "false")
    page.locator(".now video").dblclick(position={"x": 150, "y": 200})
    expect(like).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo").click()
    expect(like).to_have_attribute("aria-pressed", "false")
    page.locator(".now").get_by_role("link", name="Comments").click()
    sheet = page.locator("#sheet")
    sheet.locator("textarea").fill("Seen in the sheet")
    sheet.get_by_role("button", name="Send").click()
    expect(sheet.locator(".comment")).to_contain_text("Seen in the sheet")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.wait_for_function("() => history.state === null")
    page.locator(".now").get_by_role("link", name="Comments").click()
    expect(sheet).to_be_visible()
    page.go_back()
    expect(sheet).to_be_hidden()
    assert page.url.endswith("/watch")
    page.go_back()
    page.wait_for_url(f"{server.address}/")


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("look", ["light", "dark"])
def test_two_taps_of_a_guest_show_a_door_that_can_be_read(visit: Visit, look: str) -> None:
    page = visit("/watch", color_scheme=look)
    page.locator(".now video").dblclick(position={"x": 150, "y": 200})
    expect(page.locator("#toasts").get_by_role("link", name="Sign in")).to_be_visible()
    found = Axe().run(page, context="#toasts")
    assert found.violations_count == 0, found.generate_report()


def test_its_author_sees_how_it_is_watched(visit: Visit, server: Server, films: Films) -> None:
    page = open_film(visit, films, "native")
    page.get_by_role("button", name="Play").first.click()
    page.wait_for_function(f"() => document.querySelector('{VIDEO}').currentTime > 4")
    page.goto("/about/photographs")
    own = visit("/sign-in")
    sign_in(own, server, AUTHOR)
    own.goto(f"/n/{films.mine}")
    until(own, own.locator(".watches").filter(has_text="on average").count)
    expect(own.locator(".watches")).to_contain_text("Watched")
    expect(own.locator(".watches")).not_to_contain_text("0 times")


def test_films_are_a_plain_list_without_script(visit: Visit, films: Films) -> None:
    page = visit("/watch", java_script_enabled=False)
    video = page.locator(".reel video").first
    expect(video).to_be_visible()
    assert video.get_attribute("controls") is not None
    assert page.locator(".reel .film-bar").first.is_hidden()
    page.goto(f"/n/{films.mine}")
    expect(page.locator(VIDEO)).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_films_are_for_everybody(visit: Visit, films: Films, look: str, lang: str) -> None:
    page = visit("/watch", lang=lang, color_scheme=look)
    expect(page.locator(".reel .now .film-live")).to_be_visible()
    for path in ("/watch", f"/n/{films.mine}"):
        page.goto(path)
        expect(page.locator(".film-live").first).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_a_card_moves_under_the_pointer(visit: Visit, films: Films) -> None:
    page = visit("/about/photographs")
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"/@{AUTHOR}")
    card = page.locator(f"#n{films.mine} .cover")
    expect(card.locator(".count")).to_contain_text("0:12")
    card.hover()
    expect(card.locator("video.on")).to_be_visible()
    assert card.locator("video").evaluate("video => video.muted")
    page.mouse.move(2, 2)
    expect(card.locator("video")).to_have_count(0)


def _set_ready(server: Server, note_id: str, *, on: bool) -> None:
    async def run() -> None:
        database = Database(Postgres(server.data / "postgres").start(), max_size=1)
        try:
            db = database.session()
            await db.run("UPDATE media SET is_playable = $2 WHERE note_id = $1", int(note_id), on)
        finally:
            await database.close()

    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this thread
        pool.submit(asyncio.run, run()).result()


def test_a_film_appears_where_its_author_waits_for_it(visit: Visit, server: Server, films: Films) -> None:
    page = visit("/sign-in")
    sign_in(page, server, AUTHOR)
    _set_ready(server, films.mine, on=False)
    try:
        page.goto(f"/n/{films.mine}")
        expect(page.locator(".film-waits")).to_contain_text("still being prepared")
        expect(page.locator(".film-waits progress")).to_be_visible()
    finally:
        _set_ready(server, films.mine, on=True)
    expect(page.locator(".film-live video")).to_be_visible()


def test_a_notes_pictures_are_watched_as_a_show(visit: Visit, server: Server) -> None:
    with _client(server) as client:
        sent = [
            client.post("/uploads", content=picture(640, 480, color=one)) for one in ("#336699", "#993366")
        ]
        told = {"title": "Two pictures", "lang": "en", "pictures": [{"id": one.json()["id"]} for one in sent]}
        note_id = client.post("/notes", json=told).json()["id"]
        while client.get(f"/notes/{note_id}").json()["state"] == "pending":
            time.sleep(0.2)
    page = visit(f"/n/{note_id}")
    media = page.locator(".media")
    media.get_by_role("button", name="Slide show").click()
    page.wait_for_function("() => document.fullscreenElement?.matches('.media.showing.halted')")
    page.keyboard.press("ArrowRight")
    expect(media.locator("[data-at]")).to_contain_text("2/")
    page.keyboard.press("Space")
    expect(media).not_to_have_class(re.compile("halted"))
    page.evaluate("document.exitFullscreen()")
    expect(media).not_to_have_class(re.compile("showing"))
    expect(media.get_by_role("button", name="Slide show")).to_be_focused()
