from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.factories import Person
from vermilion.feed.openings import opened
from vermilion.kernel.errors import Conflict, Invalid, NotFound
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.learning import actions, review
from vermilion.learning.lexicon import Lexicon
from vermilion.learning.schedule import day_of
from vermilion.learning.schema import Day, Learner, NewWord, WordCard
from vermilion.storage.db import Db

People = Callable[..., Awaitable[Person]]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def ines(people: People) -> Viewer:
    person = await people("ines", learns="zh")
    return Viewer(account_id=person.id, handle="ines", reads=("en",), learns="zh")


async def save(db: Db, viewer: Viewer, lexicon: Lexicon, word: str, note_id: Id | None = None) -> WordCard:
    return await actions.save_word(db, viewer, lexicon, NewWord(word=word, lang="zh", note_id=note_id))


async def today(db: Db, viewer: Viewer, lexicon: Lexicon, at: datetime = NOON) -> Day:
    return await review.today(db, viewer, lexicon, await opened(db, viewer), at)


async def test_a_new_word_is_learnt_in_steps_and_then_comes_back_after_days(
    db: Db, ines: Viewer, lexicon: Lexicon
) -> None:
    word = await save(db, ines, lexicon, "银行")
    day = await today(db, ines, lexicon)
    assert day.word is not None
    assert (day.word.word, day.new, day.due, day.done) == ("银行", 1, 0, 0)
    again, hard, good, easy = day.intervals
    assert again == 60 < hard < good == 600 < easy
    await actions.answer(db, ines, word.id, 3, NOON)
    after_ten = await today(db, ines, lexicon, NOON + timedelta(minutes=10))
    assert after_ten.word is not None
    await actions.answer(db, ines, word.id, 3, NOON + timedelta(minutes=10))
    done = await today(db, ines, lexicon, NOON + timedelta(minutes=11))
    assert (done.word, done.done, done.due, done.new, done.intervals) == (None, 2, 0, 0, ())
    assert done.next_at is not None
    assert done.next_at - NOON > timedelta(days=1)
    assert (await today(db, ines, lexicon, done.next_at)).word is not None


async def test_what_was_promised_beside_an_answer_is_what_it_gets(
    db: Db, ines: Viewer, lexicon: Lexicon
) -> None:
    word = await save(db, ines, lexicon, "银行")
    promised = (await today(db, ines, lexicon)).intervals[3]
    await actions.answer(db, ines, word.id, 4, NOON)
    assert (await today(db, ines, lexicon)).next_at == NOON + timedelta(seconds=promised)


async def test_the_last_answer_can_be_taken_back(db: Db, ines: Viewer, lexicon: Lexicon) -> None:
    word = await save(db, ines, lexicon, "银行")
    before = await today(db, ines, lexicon)
    await actions.answer(db, ines, word.id, 4, NOON)
    assert (await today(db, ines, lexicon)).word is None
    await actions.undo_answer(db, ines, NOON)
    assert await today(db, ines, lexicon) == before
    with pytest.raises(Conflict, match="nothing_to_undo"):
        await actions.undo_answer(db, ines, NOON)


async def test_an_answer_cannot_be_taken_back_hours_later(db: Db, ines: Viewer, lexicon: Lexicon) -> None:
    word = await save(db, ines, lexicon, "银行")
    await actions.answer(db, ines, word.id, 4, NOON)
    with pytest.raises(Conflict, match="nothing_to_undo"):
        await actions.undo_answer(db, ines, NOON + timedelta(hours=2))


async def test_a_day_brings_so_many_new_words_and_no_more(db: Db, ines: Viewer, lexicon: Lexicon) -> None:
    await actions.set_learner(db, ines, Learner(new_a_day=2))
    for word in ("银行", "明天", "朋友"):
        await save(db, ines, lexicon, word)
    for left in (2, 1):
        day = await today(db, ines, lexicon)
        assert day.new == left
        assert day.word is not None
        await actions.answer(db, ines, day.word.id, 4, NOON)
    assert (await today(db, ines, lexicon)).word is None
    tomorrow = await today(db, ines, lexicon, NOON + timedelta(days=1))
    assert (tomorrow.new, tomorrow.done) == (1, 0)


async def test_known_words_and_those_of_others_are_not_asked_for(
    db: Db, ines: Viewer, lexicon: Lexicon, mei: Person
) -> None:
    word = await save(db, ines, lexicon, "银行")
    await actions.know(db, ines, word.id, on=True)
    assert (await today(db, ines, lexicon)).word is None
    with pytest.raises(NotFound, match="word_gone"):
        await actions.answer(db, ines, word.id, 3, NOON)
    await actions.know(db, ines, word.id, on=False)
    with pytest.raises(NotFound, match="word_gone"):
        await actions.answer(db, mei.viewer, word.id, 3, NOON)
    await actions.answer(db, ines, word.id, 3, NOON)
    with pytest.raises(Conflict, match="learns_nothing"):
        await today(db, mei.viewer, lexicon)


def test_a_day_begins_when_the_reader_says_and_where_they_live() -> None:
    shanghai = Learner(zone="Asia/Shanghai", day_start=4)
    before, after = datetime(2026, 3, 1, 19, 59, tzinfo=UTC), datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    assert day_of(shanghai, before)[1] == after
    assert day_of(shanghai, after)[0] == after
    assert day_of(Learner(zone="Nowhere/At_All", day_start=0), NOON)[0] == datetime(2026, 3, 2, tzinfo=UTC)


async def test_there_is_no_such_zone(db: Db, ines: Viewer) -> None:
    assert await actions.set_learner(db, ines, Learner(zone="Europe/Lisbon")) == Learner(zone="Europe/Lisbon")
    for zone in ("Mars/Base", "../etc/passwd", "x\u0000"):
        with pytest.raises(Invalid, match="no_such_zone"):
            await actions.set_learner(db, ines, Learner(zone=zone))


async def open_note(db: Db, viewer: Viewer, note_id: Id) -> None:
    await db.run(
        "INSERT INTO opening (account_id, note_id, surface, created_at) VALUES ($1, $2, 'explore', now())",
        viewer.account_id,
        note_id,
    )


async def test_sentences_come_from_notes_one_really_read_in_turn(
    db: Db, ines: Viewer, lexicon: Lexicon, mei: Person
) -> None:
    first = await factories.note(db, mei, "一", body="我明天去银行取钱。", lang="zh")
    second = await factories.note(db, mei, "二", body="这家银行真的很大。长大了", lang="zh")
    unread = await factories.note(db, mei, "三", body="银行今天不开门。", lang="zh")
    hidden = await factories.note(db, mei, "四", body="银行的秘密在这里。", lang="zh", audience="me")
    for note in (second, hidden):
        await open_note(db, ines, note.id)
    word = await save(db, ines, lexicon, "银行", first.id)
    seen = set()
    at = NOON
    for _ in range(4):
        day = await today(db, ines, lexicon, at)
        assert day.word is not None
        assert day.word.sentence is not None
        seen.add(day.word.sentence.note_id)
        await actions.answer(db, ines, word.id, 3, at)
        at = (await today(db, ines, lexicon, at)).next_at or at
    assert seen == {first.id, second.id}
    assert unread.id not in seen


async def test_a_sign_inside_another_word_is_not_the_word(
    db: Db, ines: Viewer, lexicon: Lexicon, mei: Person
) -> None:
    note = await factories.note(db, mei, "一", body="他已经长大了吧。她的头发很长很长。", lang="zh")
    await open_note(db, ines, note.id)
    await actions.save_word(db, ines, lexicon, NewWord(word="长", lang="zh", reading="cháng"))
    day = await today(db, ines, lexicon)
    assert day.word is not None
    assert day.word.sentence is not None
    assert day.word.sentence.text == "她的头发很长很长。"


async def test_words_met_often_lately_are_suggested_until_they_are_saved(
    db: Db, ines: Viewer, lexicon: Lexicon, mei: Person
) -> None:
    note = await factories.note(db, mei, "咖啡", body="咖啡很好喝。我每天喝咖啡，朋友也喝咖啡。", lang="zh")
    await factories.comment(db, mei, note.id, "朋友的咖啡", lang="zh")
    unread = await factories.note(db, mei, "火车", body="火车火车火车火车火车", lang="zh")
    await open_note(db, ines, note.id)
    found = await review.suggestions(db, ines, lexicon, await opened(db, ines))
    assert (found[0].word, found[0].reading, found[0].count) == ("咖啡", "kāfēi", 5)
    assert found[0].sentence.note_id == note.id
    assert not {"火车", "很", "我"} & {one.word for one in found}
    await save(db, ines, lexicon, "咖啡", note.id)
    assert "咖啡" not in {
        one.word for one in await review.suggestions(db, ines, lexicon, [note.id, unread.id])
    }
