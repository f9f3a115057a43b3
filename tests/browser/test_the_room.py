"""The main ways through the room, in a real browser."""

import json
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Translator, Visit, join, note_of, sign_in, until
from vermilion.sample.world import notes

BOY = "haoran_day"
LUNCH = "你好！我在葡萄牙。你的学校午饭看起来很好吃！"
ROAD = "And this is my way to work, the M62. It is very depressing."
LAUGH = "哈哈，高速公路也很好看"
SCENE = {
    LUNCH: {
        "pt": "Olá! Estou em Portugal. O almoço da tua escola parece delicioso!",
        "en": "Hello! I am in Portugal. Your school lunch looks delicious!",
        "ar": "مرحبا! أنا في البرتغال. غداء مدرستك يبدو لذيذا!",
    },
    ROAD: {
        "zh": "这是我上班的路，M62。真让人郁闷。",
        "pt": "E este é o meu caminho para o trabalho, a M62. É muito deprimente.",
        "ar": "وهذا طريقي إلى العمل، M62. إنه محبط جدا.",
    },
    LAUGH: {
        "en": "Haha, the motorway looks nice too",
        "pt": "Haha, a autoestrada também é bonita",
        "ar": "هاها، الطريق السريع جميل أيضا",
    },
}
"""What was said under the note of the boy's day, and how it reads in the languages of those who come."""
SEEN_AT, SEEN = 3.5, 1
"""A second of the boy's film, and which of its captions is shown then."""
TONGUES = {"zh": "zh-CN", "pt": "pt-PT", "en": "en-GB", "ar": "ar"}


def motorway() -> bytes:
    """A drawn picture of a motorway at dusk, as JPEG."""
    image = Image.new("RGB", (1200, 800), "#f6b27a")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 420), (1200, 380), (1200, 800), (0, 800)], fill="#5f7d52")
    draw.polygon([(560, 400), (640, 400), (1080, 800), (120, 800)], fill="#4a4a52")
    for step in range(7):
        top = 420 + step * step * 8
        draw.rectangle((600 - step, top, 600 + step, top + 8 + step * 3), fill="#f5f0e6")
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def say(page: Page, words: str) -> None:
    page.locator("form[data-say] textarea").fill(words)
    page.locator("form[data-say] .send").click()
    expect(page.locator("#toasts")).to_contain_text(
        page.evaluate("JSON.parse(document.body.dataset.words).posted")
    )
    expect(page.locator(".comment", has_text=words).first).to_be_visible()


def read_the_film(page: Page, lang: str) -> None:
    """The film of the boy's day, captioned in the language of who watches it."""
    note = next(note for note in notes() if note.slug == "boy-day")
    assert note.film is not None
    page.locator(".film-bar [data-do=play]").click()
    page.get_by_role("slider").fill(str(SEEN_AT))
    shown = """() => [...document.querySelector('.film video').textTracks].filter(t => t.mode === 'showing')
        .map(t => [t.language, t.activeCues?.[0]?.text])"""
    told = json.dumps([[lang, note.film.lines[SEEN].text[lang]]], ensure_ascii=False, separators=(",", ":"))
    page.wait_for_function(f"told => JSON.stringify(({shown})()) === told", arg=told)
    page.locator(".film-bar [data-do=play]").click()


def test_from_welcome_to_being_answered(visit: Visit, server: Server) -> None:
    ana = visit("/", lang="en")
    ana.get_by_role("link", name="Join", exact=True).first.click()
    join(ana, "ana_new", "Ana")
    ana.locator("[name=interests][value=travel]").check()
    ana.get_by_role("button", name="Show me the room").click()
    ana.wait_for_url("**/")

    ana.goto("/publish")
    ana.locator("[data-pick]").set_input_files(
        {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": motorway()}
    )
    ana.locator("[name^=alt-]").fill("A motorway at dusk")
    ana.locator("[name=title]").fill("My road home")
    ana.locator("[name=body]").fill("Every evening the same light. #commute")
    ana.locator("form[data-publish] .button").click()
    ana.wait_for_url("**/n/*")
    expect(ana.locator("h1")).to_have_text("My road home")
    expect(ana.locator(".slide img")).to_have_attribute("alt", "A motorway at dusk")
    address = ana.url

    mei = visit("/sign-in", lang="en")
    sign_in(mei, server, "maddie_in_ohio")
    mei.goto(address)
    say(mei, "That light! Where is it?")

    ana.reload()
    expect(ana.locator(".comment", has_text="That light!")).to_be_visible()
    ana.get_by_role("link", name="Reply to Maddie").click()
    say(ana, "Just outside Porto")
    expect(ana.locator(".replies .comment", has_text="Porto")).to_be_visible()

    mei.goto("/inbox")
    until(mei, mei.locator(".notice", has_text="Ana").count)
    expect(mei.locator(".notice", has_text="Ana").first).to_be_visible()


def test_the_rooms_own_scene(visit: Visit, server: Server) -> None:
    rita = visit("/", lang="pt")
    join(rita, "rita_pt", "Rita", first="pt")
    reader = visit("/", lang="zh-CN")
    address = note_of(reader, BOY, "一天")
    rita.goto(address)
    say(rita, LUNCH)

    oliver = visit("/sign-in", lang="en-GB")
    sign_in(oliver, server, "oliver_leeds")
    oliver.goto(address)
    comment = oliver.locator(".comment.level-1", has_text="葡萄牙")
    comment.locator("[data-reply]").first.click()
    oliver.locator("form[data-say] [data-pick]").set_input_files(
        {"name": "m62.jpg", "mimeType": "image/jpeg", "buffer": motorway()}
    )
    expect(oliver.locator("form[data-say] [name=picture]")).to_have_count(1)
    say(oliver, ROAD)
    expect(oliver.locator(".replies .shots img")).to_be_visible()

    sign_in(reader, server, "mei_lin")
    reader.goto(address)
    reader.locator(".comment", has_text="M62").last.locator("[data-reply]").click()
    say(reader, LAUGH)

    for page in (rita, oliver, reader):
        page.goto(address)
        thread = page.locator(".comment.level-1", has_text="葡萄牙")
        expect(thread.locator(".comment", has_text="M62").locator(".shots img")).to_be_visible()
        expect(thread.locator(".comment", has_text="高速公路")).to_be_visible()
        picture = thread.locator(".shots img").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 100


def test_the_scene_is_read_by_four_in_their_own_languages(visit: Visit, translator: Translator) -> None:
    with translator.knows(SCENE):
        address = note_of(visit("/", lang="zh-CN"), BOY, "一天")
        readers = [(lang, visit("/", lang=tag)) for lang, tag in TONGUES.items()]
        offer = readers[0][1].locator(".said").filter(has_text="M62").locator("[data-wait], [data-tap]")
        readers[0][1].goto(address)
        until(readers[0][1], offer.count)  # a page knows of a translator within ten seconds
        for lang, page in readers:
            page.goto(address)
            said = page.locator(".comment.level-1", has=page.locator(".shots")).locator(".said")
            for at, (original, told) in enumerate(SCENE.items()):
                words = said.nth(at).get_by_text(told.get(lang, original), exact=True)
                ask = said.nth(at).locator("form[data-translate] button")
                switch = said.nth(at).locator(".switch summary")
                if ask.count():
                    ask.click()
                elif (
                    words.count() and not words.is_visible()
                ):  # somebody asked before, and the pair is a doubtful one
                    switch.click()
                expect(words).to_be_visible()
                expect(words).to_have_attribute("lang", lang)
            read_the_film(page, lang)


def test_whoever_is_blocked_is_no_longer_seen(visit: Visit, server: Server) -> None:
    page = visit("/sign-in")
    sign_in(page, server, "jess_writes")
    page.goto("/@hugo_mtl")
    assert page.locator(".card").count()
    page.get_by_label("More about this person").click()
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_role("heading", name="You blocked this person")).to_be_visible()
    page.goto("/")
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator(".card a[href='/@hugo_mtl']")).to_have_count(0)

    other = visit("/sign-in")
    sign_in(other, server, "hugo_mtl")
    other.goto("/@jess_writes")
    expect(other.locator("h1")).to_have_text("Il n’y a rien ici")


def test_a_follower_waits_to_be_approved(visit: Visit, server: Server) -> None:
    careful = visit("/")
    join(careful, "careful_one", "Careful")
    careful.goto("/settings#privacy")
    careful.locator("[name=approves_followers]").check()
    careful.locator("#privacy .button").first.click()
    expect(careful.locator(".done")).to_be_visible()
    careful.goto("/publish")
    careful.locator("[name=title]").fill("For followers alone")
    careful.locator("[name=audience]").select_option("followers")
    careful.locator("form[data-publish] .button").click()
    careful.wait_for_url("**/n/*")

    fan = visit("/sign-in")
    sign_in(fan, server, "priya_toronto")
    fan.goto("/@careful_one")
    expect(fan.locator(".card")).to_have_count(0)
    fan.get_by_role("button", name="Follow", exact=True).click()
    expect(fan.get_by_role("button", name="Requested")).to_be_visible()
    fan.goto("/@careful_one")
    expect(fan.locator(".card")).to_have_count(0)

    careful.goto("/inbox")
    careful.get_by_role("button", name="Approve Priya").click()
    careful.wait_for_url("**/inbox")
    fan.goto("/@careful_one")
    expect(fan.locator(".card", has_text="For followers alone")).to_be_visible()


def test_a_deleted_comment_comes_back(visit: Visit, server: Server) -> None:
    page = visit("/sign-in", lang="en")
    sign_in(page, server, "oliver_leeds")
    page.goto(page.locator("a.cover").first.get_attribute("href") or "/")
    say(page, "A word too many")
    said = page.locator(".comment", has_text="A word too many")
    said.get_by_role("button", name="Delete").click()
    expect(said).to_be_hidden()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(said).to_be_visible()
    page.reload()
    expect(said).to_be_visible()
