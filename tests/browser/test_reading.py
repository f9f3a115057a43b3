"""A translation that comes while the page is open: swapped in, marked, told; by keyboard, on a phone, right to left."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Translator, Visit, join, until

TITLE, WORDS = "海边的一天", "今天去了海边，风很大，帽子都被吹跑了。"


def keys(page: Page, selector: str = "") -> list[str]:
    """What waits on a page, or in a part of it."""
    found: list[str] = page.locator(f"{selector} [data-wait]").evaluate_all(
        "places => places.map(place => place.dataset.wait)"
    )
    return found


def publish(page: Page, name: str) -> str:
    """A note in Chinese by a new person; its address."""
    join(page, name, name.title(), first="zh")
    page.goto("/publish")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=body]").fill(WORDS)
    page.locator("form[data-publish] .button").last.click()
    page.wait_for_url("**/n/*")
    return page.url


def ask(page: Page, part: str) -> list[str]:
    """What waits in a part of the page, tapped for where the pair of languages wants it."""
    button = page.locator(f"{part} form[data-translate] button")
    if button.count():
        button.first.click()
    expect(page.locator(f"{part} [data-wait]").first).to_be_attached()
    return keys(page, part)


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds wrong, and where."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


def until_it_waits(page: Page, address: str) -> None:
    """Pages learn within ten seconds that there is a translator."""
    page.goto(address)
    until(page, page.locator("[data-wait], [data-tap]").count)


def test_a_translation_is_swapped_in_while_one_reads(visit: Visit, translator: Translator) -> None:
    translator.tell("pulling", 0.4)
    address = publish(visit("/", lang="zh-CN"), "swap_one")
    page = visit("/", lang="en")
    page.clock.install()
    until_it_waits(page, address)
    # The download's thin line goes by itself, and what waits on the open page is waited for.
    expect(page.locator("progress.pulling")).to_be_attached()
    page.route("**/translator", lambda route: route.fulfill(json={"percent": None}))
    with page.expect_request("**/live/renderings*"):
        page.clock.run_for(11_000)
    expect(page.locator("progress.pulling")).to_have_count(0)
    expect(page.locator(".passage.words .waits")).to_have_text("Being translated…")
    assert WORDS in page.locator(".passage.words").inner_text()
    bar = page.locator(".bar").bounding_box()
    title, body = page.locator("h1").get_attribute("data-wait"), keys(page, ".words")[-1]
    translator.finish([str(title)], "A day by the sea")
    expect(page.locator("h1 .shown")).to_have_text("A day by the sea")
    translator.finish([body], "The wind took my hat. #travel")
    output = page.locator(".words output.shown")
    expect(output).to_have_text("The wind took my hat. #travel")
    expect(output).to_have_attribute("lang", "en")
    expect(page.locator(".words .made")).to_contain_text("Translated from Chinese · by machine")
    expect(page.locator("p[role=status].unseen")).to_contain_text("2")
    assert page.locator(".bar").bounding_box() == bar
    summary = page.locator(".words .switch summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(output).to_be_hidden()
    expect(page.locator(".words .original.prose")).to_have_text(WORDS)
    page.keyboard.press("Enter")
    expect(output).to_be_visible()
    assert violations(page) == []


def test_on_a_phone_right_to_left_and_on_a_card(visit: Visit, translator: Translator) -> None:
    author = visit("/", lang="zh-CN")
    address = publish(author, "swap_two")
    note_id = address.rsplit("/", 1)[1]
    page = visit("/", lang="ar", viewport={"width": 390, "height": 844}, color_scheme="dark")
    until_it_waits(page, "/@swap_two")
    card = page.locator(f"#n{note_id}")
    before = card.bounding_box()
    translator.finish(ask(page, f"#n{note_id}"), "يوم على شاطئ البحر مع ريح قوية وقبعة ضائعة")
    expect(card.locator("h2")).to_contain_text("يوم على شاطئ البحر")
    expect(card.locator(".mark, .by .waits, .by [role=status]").first).to_have_text("中 → ع")
    assert card.bounding_box() == before
    card.locator("a.cover").click()
    words = page.locator("dialog .passage.words")
    expect(words.locator("h1")).to_contain_text("يوم على شاطئ البحر")
    translator.finish(ask(page, "dialog .words"), "أخذت الريح قبعتي.")
    expect(words.locator("output.shown")).to_have_text("أخذت الريح قبعتي.")
    expect(words.locator(".made")).to_contain_text("ترجمة آلية")
    assert violations(page) == []
