"""Write in mine, send in theirs, in a real browser; the test is the translator at the real queue."""

from playwright.sync_api import expect

from tests.browser.conftest import Translator, Visit, join, note_of

WORDS = {
    "Que almoço tão bom": "午饭真好",
    "Que almoço tão bom! Onde fica a escola?": "午饭真好！学校在哪里？",
}


def test_a_comment_is_written_in_portuguese_and_read_in_chinese_as_the_authors_own(
    visit: Visit, translator: Translator
) -> None:
    rita = visit("/", lang="pt")
    join(rita, "rita_writes", "Rita", first="pt")
    address = note_of(visit("/", lang="zh-CN"), "haoran_day", "一天")
    rita.goto(address)
    mine, theirs = rita.locator("form[data-say] [name=body]"), rita.locator("[name=body-zh]")
    with translator.knows(WORDS):
        mine.fill("Que almoço tão bom")
        rita.get_by_role("button", name="Também em chinês").click()
        expect(theirs).to_have_value("午饭真好")
        mine.fill("Que almoço tão bom! Onde fica a escola?")
        expect(theirs).to_have_value("午饭真好！学校在哪里？")
        theirs.fill("午饭好香！你们学校在哪里？")
        mine.fill("Que almoço tão bom")
        rita.wait_for_timeout(1500)
        expect(theirs).to_have_value("午饭好香！你们学校在哪里？")
        rita.reload()
        expect(theirs).to_have_value("午饭好香！你们学校在哪里？")
        expect(mine).to_have_value("Que almoço tão bom")
        rita.get_by_role("button", name="Novo rascunho").click()
        expect(theirs).to_have_value("午饭真好")
        theirs.fill("午饭好香！")
        rita.locator("form[data-say] .send").click()
        expect(rita.locator(".comment", has_text="Que almoço tão bom")).to_be_visible()
        expect(theirs).to_have_count(0)

        # What was typed after the last draft is not sent with a draft that says less.
        mine.fill("Que almoço tão bom")
        rita.get_by_role("button", name="Também em chinês").click()
        expect(theirs).to_have_value("午饭真好")
        mine.fill("Que almoço tão bom! Onde fica a escola?")
        rita.locator("form[data-say] .send").click()
        expect(rita.locator(".comment", has_text="Onde fica a escola?")).to_be_visible()

    reader = visit(address, lang="zh-CN")
    expect(reader.locator(".comment", has_text="午饭好香！")).to_be_visible()
    expect(reader.locator(".comment", has_text="午饭真好！学校在哪里？")).to_be_visible()


def test_who_sends_before_a_draft_is_ready_hears_that_it_was_left_out(
    visit: Visit, translator: Translator
) -> None:
    translator.tell("ready")  # and never answers
    rita = visit("/", lang="en")
    join(rita, "rita_waits", "Rita")
    rita.clock.install()
    rita.goto(note_of(visit("/", lang="zh-CN"), "haoran_day", "一天"))
    rita.locator("form[data-say] [name=body]").fill("What a good lunch!")
    rita.get_by_role("button", name="Also in Chinese").click()
    expect(rita.locator("[name=body-zh]")).to_be_visible()
    rita.locator("form[data-say] .send").click()
    expect(rita.locator("form[data-say]")).to_have_attribute("aria-busy", "true")
    rita.clock.run_for(21_000)
    expect(rita.locator(".comment", has_text="What a good lunch!")).to_be_visible()
    expect(rita.locator(".toast", has_text="Sent without 中文")).to_be_visible()
