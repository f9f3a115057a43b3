"""Whatever an engine does, no passage is lost, and who waits goes first."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.translation.engine import Engine, Engines, Wire, engine_on_loopback
from vermilion.engines.language import Language
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.storage.db import Database, Db
from vermilion.translation import actions, queue, rests, state, translating
from vermilion.translation.glossary import Glossary
from vermilion.translation.queue import AHEAD, SEEN, WAITED
from vermilion.translation.schema import Done, Wanted, Words
from vermilion.translation.translating import Translating


@pytest.fixture
async def room(cloned_dsn: str) -> AsyncIterator[Database]:
    database = Database(cloned_dsn, max_size=6)
    yield database
    await database.close()


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with engine_on_loopback() as engine:
        yield engine


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary({})


Translate = Callable[..., object]


@pytest.fixture
def translator(room: Database, engine: Engine, language: Language, glossary: Glossary) -> Translate:
    """Runs a translator, or several by name, over the room and its engine."""

    @asynccontextmanager
    async def run(*names: str, slots: int = 3, seconds: float = 5.0) -> AsyncIterator[None]:
        stop, db = asyncio.Event(), room.session()
        makes = [Wire(engine, slots, seconds) for _ in names or ("one",)]
        tasks = []
        for name, make in zip(names or ("one",), makes, strict=True):
            await state.tell(db, name, "ready")
            loop = Translating(room, Engines(make), language, glossary, name)
            tasks.append(asyncio.create_task(loop.run(stop)))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(asyncio.gather(*tasks), 60)
            for make in makes:
                await make.close()

    return run


def wanted(text: str, *, lang: str = "en", part: str = "comment") -> Wanted:
    words = Words(text=text, lang="zh", subject_id=Id(7), part="comment", is_public=True)
    return Wanted(text_hash=words.hash, lang=lang, source_lang="zh", text=text, part=part)


def comments(count: int, first: int = 100) -> list[Wanted]:
    return [wanted(f"今天我们去了海边看日落 {number}") for number in range(first, first + count)]


async def texts(db: Db) -> list[str]:
    return [row[0] for row in await db.rows("SELECT text FROM rendering ORDER BY created_at")]


async def waiting(db: Db) -> int:
    return int(await db.value("SELECT count(*) FROM translation_queue"))


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.02)


async def done(db: Db, count: int, seconds: float = 60) -> list[str]:
    """The renderings, once there are so many and nothing waits any more."""

    async def so() -> bool:
        return len(await texts(db)) >= count and await waiting(db) == 0

    await until(so, seconds)
    return await texts(db)


async def test_an_idle_translator_is_woken_when_a_page_asks(
    room: Database, translator: Translate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translating, "IDLE_S", 600.0)
    db = room.session()
    async with translator():
        await asyncio.sleep(0.3)
        await queue.ask(db, comments(1), SEEN)
        assert await done(db, 1) == ["We went to the seaside today and watched the sun go down 100"]


async def test_an_idle_translator_hardly_asks_the_database(room: Database, translator: Translate) -> None:
    async with translator():
        await asyncio.sleep(0.3)
        sent: list[str] = []
        room.observers.append(lambda sql, _seconds: sent.append(sql))
        await asyncio.sleep(1.0)
        assert len(sent) <= 1


async def test_400_comments_at_once_keep_the_order_of_who_waits(
    room: Database, engine: Engine, translator: Translate
) -> None:
    db = room.session()
    await queue.ask(db, comments(150, 1000), AHEAD)
    await queue.ask(db, comments(150, 2000), SEEN)
    await queue.ask(db, comments(70, 3000), WAITED)
    titles = [wanted(f"去海边看日落 {number}", part="title") for number in range(4000, 4030)]
    await queue.ask(db, titles, SEEN)
    async with translator(slots=4):
        made = await done(db, 400, 120)
    assert len(made) == 400
    assert all(made)
    assert engine.most_at_once <= 4 + translating.MORE
    rank = {"3": 0, "4": 1, "2": 2, "1": 3}
    ranks = [rank[text[-4]] for text in engine.asked]
    # Those under way side by side may come in either order, and no others.
    assert all(ranks[at] <= min(ranks[at + 5 :], default=9) for at in range(len(ranks)))


@pytest.mark.parametrize("answer", ["很 depressing", "", "As an AI language model I cannot", "]]]}", "\0"])
async def test_nonsense_is_no_rendering_and_is_not_asked_for_for_ever(
    room: Database, engine: Engine, translator: Translate, answer: str
) -> None:
    db, good = room.session(), engine.answer
    engine.answer = lambda text: answer if "公园" in text else good(text)
    await queue.ask(db, [*comments(2), wanted("今天我们去了公园散步")], SEEN)
    async with translator():
        made = await done(db, 3)
    assert sorted(map(bool, made)) == [False, True, True]
    assert len([text for text in engine.asked if "公园" in text]) <= 3


async def test_a_text_in_a_language_no_engine_serves_is_left_as_it_is(
    room: Database, engine: Engine, translator: Translate
) -> None:
    db = room.session()
    await queue.ask(db, [wanted("今天去了海边看日落", lang="ar"), *comments(1)], SEEN)
    async with translator():
        await done(db, 2)
    rows = await db.rows("SELECT lang, engine, text FROM rendering ORDER BY lang")
    assert [row["engine"] for row in rows] == ["none", "wire/1"]
    assert [bool(row["text"]) for row in rows] == [False, True]
    assert len(engine.asked) == 1


async def test_an_engine_that_dies_in_the_middle_loses_no_passage(
    room: Database, engine: Engine, translator: Translate
) -> None:
    db = room.session()
    engine.seconds = 0.03
    await queue.ask(db, comments(60), SEEN)
    async with translator():
        for _ in range(3):
            begun = len(engine.asked)
            await until(lambda begun=begun: _is(len(engine.asked) > begun + 8))
            await engine.stop()
            await asyncio.sleep(0.3)
            await engine.start()
        made = await done(db, 60, 60)
    assert len(made) == 60
    assert all(made)


async def test_an_engine_that_is_away_costs_no_text_its_tries(
    room: Database, engine: Engine, translator: Translate
) -> None:
    db = room.session()
    await engine.stop()
    await queue.ask(db, comments(20), SEEN)
    async with translator():
        await asyncio.sleep(4)
        tried = await db.value("SELECT max(tries) FROM translation_queue")
        assert tried <= 1
        assert (await texts(db), await waiting(db)) == ([], 20)
        await engine.start()
        assert all(await done(db, 20))


async def test_a_text_that_ends_its_engine_takes_no_others_with_it(
    room: Database, engine: Engine, translator: Translate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translating, "MOST_TRIES", 4)
    monkeypatch.setattr(rests, "FIRST_S", 0.05)
    monkeypatch.setattr(rests, "LONGEST_S", 0.2)
    db, good = room.session(), engine.answer
    alive = True

    def answer(text: str) -> str | None:
        """Whoever is asked together with the poison hears nothing either."""
        nonlocal alive
        alive = "666" not in text and (alive or text == "Hello")
        return good(text) if alive else None

    engine.answer, engine.seconds = answer, 0.02
    await queue.ask(db, [*comments(1, 666), *comments(12)], SEEN)
    async with translator():
        made = await done(db, 13, 60)
    assert len([text for text in made if not text]) == 1
    rows = await db.rows("SELECT text_hash FROM rendering WHERE text = ''")
    assert rows[0][0] == comments(1, 666)[0].text_hash


async def test_a_slow_engine_is_asked_again_and_what_it_never_answers_stays_as_it_is(
    room: Database, engine: Engine, translator: Translate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translating, "MOST_TRIES", 3)
    monkeypatch.setattr(rests, "FIRST_S", 0.05)
    db = room.session()
    engine.seconds = 1.0
    await queue.ask(db, comments(3), SEEN)
    async with translator(seconds=0.2):
        await until(lambda: _is(len(engine.asked) > 4))
        assert await texts(db) == []
        engine.most_asks, begun = 0, len(engine.asked)
        await until(lambda: _is(len(engine.asked) > begun + 2))
        assert engine.most_asks == 1  # it may be that it cannot bear more
        engine.seconds = 0.0
        assert all(await done(db, 3))


async def test_whoever_is_told_to_stop_gives_back_what_is_under_way(
    room: Database, engine: Engine, translator: Translate
) -> None:
    db = room.session()
    engine.seconds = 5.0
    await queue.ask(db, comments(9), SEEN)
    async with translator():
        await until(lambda: _is(len(engine.asked) >= 4))
    rows = await db.rows("SELECT tries, claimed_at, claimed_by FROM translation_queue")
    assert [tuple(row) for row in rows] == [(0, None, None)] * 9


async def test_two_translators_share_one_queue(room: Database, engine: Engine, translator: Translate) -> None:
    db = room.session()
    engine.seconds = 0.01
    await queue.ask(db, comments(60), SEEN)
    async with translator("here", "there"):
        made = await done(db, 60)
    assert (len(made), len(engine.asked)) == (60, 60)
    assert 4 < engine.most_at_once <= 8


async def test_a_cut_connection_loses_no_passage(
    room: Database, engine: Engine, translator: Translate
) -> None:
    db = room.session()
    engine.seconds = 0.02
    await queue.ask(db, comments(80), SEEN)
    async with translator():
        for _ in range(4):
            await asyncio.sleep(0.15)
            await db.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user"
            )
        made = await done(db, 80)
    assert len(made) == 80
    assert all(made)


# Claims


async def test_what_a_dead_translator_held_is_free_when_it_is_not_heard_of(db: Db) -> None:
    await queue.ask(db, comments(4), SEEN)
    await state.tell(db, "living", "ready")
    await state.tell(db, "dead", "ready")
    await queue.claim(db, 2, "living")
    await queue.claim(db, 2, "dead")
    assert await queue.free_claims(db) == 0
    await db.run("UPDATE translator SET seen_at = $1 WHERE name = 'dead'", now() - 2 * state.SILENT)
    assert await queue.free_claims(db) == 2
    assert len(await queue.claim(db, 9, "living")) == 2
    await state.forget(db, "living")
    assert await queue.free_claims(db) == 4


async def test_pairs_that_rest_are_left_alone(db: Db) -> None:
    await queue.ask(db, [*comments(2), wanted("海边", lang="ja")], SEEN)
    assert [one.lang for one in await queue.claim(db, 9, "one", without=["zh>en"])] == ["ja"]
    assert len(await queue.claim(db, 9, "one")) == 2


async def test_a_rendering_of_words_that_are_gone_is_not_kept(db: Db) -> None:
    words = Words(text="别留下我", lang="zh", subject_id=Id(7), part="comment", is_public=True)
    made = Done(text_hash=words.hash, lang="en", source_lang="zh", text="do not keep me", engine="x")
    await queue.ask(db, [words.into("en")], SEEN)
    await queue.claim(db, 1, "one")
    await actions.forget(db, [words])
    assert await queue.deliver(db, [made]) == 0
    assert await texts(db) == []
    await queue.ask(db, [words.into("en")], SEEN)
    assert await queue.deliver(db, [made]) == 1
    assert await texts(db) == ["do not keep me"]


async def test_other_engines_try_anew_what_could_not_be_translated(db: Db) -> None:
    for engine, number in (("old/1", 1), ("old/1 + new/2", 2), ("none", 3)):
        one = comments(1, number)[0]
        await queue.finish(
            db, [Done(text_hash=one.text_hash, lang="en", source_lang="zh", text="", engine=engine)]
        )
    assert await queue.forget_poor(db, lambda *_: ["new/2"]) == 2
    assert [row[0] for row in await db.rows("SELECT engine FROM rendering")] == ["old/1 + new/2"]


async def _is(holds: bool) -> bool:
    return holds
