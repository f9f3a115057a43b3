"""The queue, what is kept, and what a reader gets of it."""

from collections.abc import Awaitable, Callable

import pytest

from tests.factories import Person
from tests.scene import Later
from tests.statements import statements
from vermilion.comments import actions as comments
from vermilion.comments.reads import get_note_and_thread
from vermilion.comments.schema import NewComment
from vermilion.engines.language import Language
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.notes import actions
from vermilion.notes.schema import EditNote, NewNote, NewVersion
from vermilion.storage.db import Db
from vermilion.translation import queue
from vermilion.translation.queue import AHEAD, SEEN, WAITED
from vermilion.translation.reads import passage, renderings
from vermilion.translation.schema import Done, Wanted, Words

PORTUGUESE = Viewer(reads=("pt",))
People = Callable[..., Awaitable[Person]]


def wanted(text: str, part: str = "body", lang: str = "en") -> Wanted:
    words = Words(
        text=text, lang="zh", subject_id=Id(7), part="title" if part == "title" else "body", is_public=True
    )
    return words.into(lang)


def done(one: Wanted, text: str, engine: str = "an engine/1") -> Done:
    return Done(text_hash=one.text_hash, lang=one.lang, source_lang=one.source_lang, text=text, engine=engine)


async def test_who_waits_goes_first_and_titles_before_bodies(db: Db) -> None:
    await queue.ask(db, [wanted("很久以前")], AHEAD)
    await queue.ask(db, [wanted("正文"), wanted("标题", "title")], SEEN)
    await queue.ask(db, [wanted("现在")], WAITED)
    assert [one.text for one in await queue.claim(db, 3)] == ["现在", "标题", "正文"]
    assert [one.text for one in await queue.claim(db, 3)] == ["很久以前"]
    assert await queue.claim(db, 3) == []


async def test_asking_again_raises_and_never_lowers(db: Db) -> None:
    one = wanted("再来一次")
    await queue.ask(db, [one], AHEAD)
    await queue.ask(db, [one, one], WAITED)
    await queue.ask(db, [one], SEEN)
    assert [found.priority for found in await queue.claim(db, 9)] == [WAITED]


async def test_under_a_wave_what_nobody_waits_for_is_dropped(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_AHEAD", 3)
    await queue.ask(db, [wanted("先做的")], AHEAD)
    await queue.ask(db, [wanted(f"看过的 {number}") for number in range(4)], SEEN)
    assert await queue.drop_ahead(db) == 1
    assert await queue.ask(db, [wanted("再先做")], AHEAD) == 0
    assert await queue.ask(db, [wanted("等着的")], WAITED) == 1
    waiting = await queue.backlog(db)
    assert (waiting.waited, waiting.seen, waiting.ahead) == (1, 4, 0)


async def test_even_for_those_who_wait_the_queue_has_an_end(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_WAITED", 2)
    assert await queue.ask(db, [wanted(f"等 {number}") for number in range(2)], WAITED) == 2
    assert await queue.ask(db, [wanted("再等")], WAITED) == 0


async def test_a_dead_engine_loses_no_passage(db: Db) -> None:
    await queue.ask(db, [wanted("别丢了我")], SEEN)
    taken = await queue.claim(db, 1)
    await queue.give_back(db, taken, count=False)
    again = await queue.claim(db, 1)
    assert [one.text for one in again] == ["别丢了我"]
    assert again[0].tries == 1


async def test_the_same_words_are_translated_once_for_everybody(db: Db) -> None:
    here = Words(text="你好", lang="zh", subject_id=Id(1), part="comment", is_public=True)
    there = Words(text="你好", lang="zh", subject_id=Id(2), part="title", is_public=True)
    private = Words(text="你好", lang="zh", subject_id=Id(3), part="title", is_public=False)
    await queue.ask(db, [here.into("pt")], SEEN)
    await queue.finish(db, [done(one, "olá") for one in await queue.claim(db, 1)])
    found = await renderings(db, PORTUGUESE, [here, there, private])
    assert [passage(PORTUGUESE, words, found).text for words in (here, there, private)] == [
        "olá",
        "olá",
        "你好",
    ]
    assert passage(PORTUGUESE, private, found).kind == "missing"
    assert await queue.claim(db, 1) == []


async def test_what_could_not_be_translated_well_shows_the_original_and_says_so(db: Db) -> None:
    words = Words(text="绝绝子", lang="zh", subject_id=Id(1), part="comment", is_public=True)
    await queue.finish(db, [done(words.into("pt"), "")])
    shown = passage(PORTUGUESE, words, await renderings(db, PORTUGUESE, [words]))
    assert (shown.kind, shown.text, shown.wanted) == ("poor", "绝绝子", None)


async def test_the_authors_own_version_comes_before_any_machines(db: Db) -> None:
    words = Words(
        text="早安", lang="zh", subject_id=Id(1), part="body", is_public=True, version="bom dia a todos"
    )
    await queue.finish(db, [done(words.into("pt"), "bom dia")])
    shown = passage(PORTUGUESE, words, await renderings(db, PORTUGUESE, [words]))
    assert (shown.kind, shown.text) == ("version", "bom dia a todos")


async def test_a_page_reads_its_renderings_in_one_statement_more(
    db: Db, language: Language, people: People, later: Later
) -> None:
    mei = await people("mei", reads=("zh",))
    note = await actions.publish(
        db, mei.viewer, language, NewNote(title="旅行", body="今天去了海边，风很大。")
    )
    await later()
    for number in range(5):
        await comments.say(db, mei.viewer, language, note.id, NewComment(body=f"第 {number} 条评论"))
    with statements(db, at_most=4):
        page, thread = await get_note_and_thread(db, PORTUGUESE, note.id)
    assert {said.body.kind for said in thread.items} == {page.body.kind} == {"missing"}
    texts = [page.title, page.body, *(said.body for said in thread.items)]
    await queue.finish(
        db, [done(one, f"em português {at}") for at, text in enumerate(texts) if (one := text.wanted)]
    )
    page, thread = await get_note_and_thread(db, PORTUGUESE, note.id)
    assert [said.body.kind for said in thread.items] == ["machine"] * 5
    assert (page.body.text, page.body.original) == ("em português 1", "今天去了海边，风很大。")


async def test_renderings_go_with_the_words(db: Db, language: Language, people: People, later: Later) -> None:
    mei = await people("mei", reads=("zh",))
    note = await actions.publish(db, mei.viewer, language, NewNote(title="旧标题", body="正文留下来"))
    await later()
    before, _ = await get_note_and_thread(db, PORTUGUESE, note.id)
    await queue.finish(db, [done(one, "x") for text in (before.title, before.body) if (one := text.wanted)])
    await actions.edit(
        db, mei.viewer, language, note.id,
        EditNote(title="新标题", body="正文留下来", versions=(NewVersion(lang="en", title="New"),)),
    )  # fmt: skip
    assert [row[0] for row in await db.rows("SELECT text_hash FROM rendering")] == [
        bytes.fromhex(str(before.body.key).split(".")[0])
    ]
    await actions.edit(
        db, mei.viewer, language, note.id, EditNote(title="新标题", body="正文留下来", audience="me")
    )
    assert await db.rows("SELECT FROM rendering") == []
