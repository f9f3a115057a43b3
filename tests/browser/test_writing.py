"""Write in mine, send in theirs, in a real browser; the test is the translator at the real queue."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit, join, note_of
from vermilion.storage.db import Database
from vermilion.storage.postgres import Postgres
from vermilion.translation import queue
from vermilion.translation.schema import Done
from vermilion.translation.state import forget, tell
from vermilion.wiring import WIRING

WORDS = {
    "Que almoço tão bom": "午饭真好",
    "Que almoço tão bom! Onde fica a escola?": "午饭真好！学校在哪里？",
}


@contextmanager
def translator(server: Server, words: Mapping[str, str | Mapping[str, str]] = WORDS) -> Iterator[None]:
    """A translator that knows these words, or these words in these languages, beside the server."""

    def told(text: str, lang: str) -> str:
        found = words.get(text, "")
        return found if isinstance(found, str) else found.get(lang, "")

    stop = threading.Event()

    async def work() -> None:
        database = Database(Postgres(server.data / "postgres").start(), wiring=WIRING)
        db = database.session()
        await tell(db, "browser", "ready")
        while not stop.is_set():
            await queue.finish(db, [
                Done(text_hash=one.text_hash, lang=one.lang, source_lang=one.source_lang, text=told(one.text, one.lang), engine="test/1")
                for one in await queue.claim(db, 20)
            ])  # fmt: skip
            await asyncio.sleep(0.05)
        await forget(db, "browser")
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def test_a_comment_is_written_in_portuguese_and_read_in_chinese_as_the_authors_own(
    visit: Visit, server: Server
) -> None:
    rita = visit("/", lang="pt")
    join(rita, "rita_writes", "Rita", first="pt")
    address = note_of(visit("/", lang="zh-CN"), "haoran_day", "一天")
    rita.goto(address)
    mine, theirs = rita.locator("form[data-say] [name=body]"), rita.locator("[name=body-zh]")
    with translator(server):
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
