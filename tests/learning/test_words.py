from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as accounts
from vermilion.comments import actions as comments
from vermilion.kernel.ids import Id
from vermilion.notes import actions as notes
from vermilion.storage.db import Db
from vermilion.translation import queue
from vermilion.translation.state import tell
from vermilion.web.context import State
from vermilion.web.limits import Limits

API = "/api/v1/learning"
People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def ines(people: People) -> Person:
    return await people("ines", learns="zh")


async def save(client: httpx.AsyncClient, who: Person, word: str, **fields: object) -> httpx.Response:
    return await client.post(f"{API}/words", json={"word": word, "lang": "zh", **fields}, headers=who.bearer)


async def words(client: httpx.AsyncClient, who: Person, **query: str) -> list[dict]:
    answer = await client.get(f"{API}/words", params={"lang": "zh", **query}, headers=who.bearer)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_texts_come_back_in_words_with_readings_and_levels(
    client: httpx.AsyncClient, ines: Person
) -> None:
    await save(client, ines, "银行")
    await save(client, ines, "明天", known=True)
    answer = await client.post(
        f"{API}/readings", json={"lang": "zh", "texts": ["明天去银行！", "OK"]}, headers=ines.bearer
    )
    assert answer.status_code == 200
    first, second = answer.json()["texts"]
    assert [(one["text"], one["reading"], one["level"]) for one in first] == [
        ("明天", "míngtiān", 4),
        ("去", "qù", 0),
        ("银行", "yínháng", 1),
        ("！", "", 0),
    ]
    assert [one["text"] for one in second] == ["OK"]


async def test_more_text_than_is_read_at_once_is_refused(client: httpx.AsyncClient, ines: Person) -> None:
    ask = {"lang": "zh", "texts": ["好" * 5000] * 4}
    assert (await client.post(f"{API}/readings", json=ask, headers=ines.bearer)).status_code == 200
    ask["texts"] = ["好" * 5000] * 5
    refused = await client.post(f"{API}/readings", json=ask, headers=ines.bearer)
    assert (refused.status_code, refused.json()["code"]) == (400, "too_much_text")
    guest = await client.post(f"{API}/readings", json={"lang": "zh", "texts": []})
    assert guest.status_code == 401


async def test_the_glossary_explains_before_the_dictionary(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.get(f"{API}/meaning", params={"word": "破防", "lang": "zh"}, headers=ines.bearer)
    slang, plain = answer.json()["meanings"]
    assert (slang["senses"][0]["source"], plain["senses"][0]["source"]) == ("glossary", "cc-cedict")
    assert slang["senses"][0]["example"]
    assert answer.json()["reading"] == "pòfáng"


async def test_a_reading_brings_its_own_entry_first(client: httpx.AsyncClient, ines: Person) -> None:
    ask = {"word": "长", "lang": "zh", "reading": "cháng"}
    answer = await client.get(f"{API}/meaning", params=ask, headers=ines.bearer)
    assert "long" in answer.json()["meanings"][0]["senses"][0]["meaning"]["text"]


async def test_a_meaning_in_another_language_is_the_english_one_until_it_is_translated(
    client: httpx.AsyncClient, people: People, db: Db, state: State
) -> None:
    tomas = await people("tomas", reads=("es",), learns="zh")
    await tell(db, "here", "ready")
    ask = {"word": "银行", "lang": "zh"}
    answer = await client.get(f"{API}/meaning", params=ask, headers=tomas.bearer)
    meaning = answer.json()["meanings"][0]["senses"][0]["meaning"]
    assert (meaning["text"], meaning["kind"], meaning["original_lang"]) == ("bank", "missing", "en")
    assert meaning["subject_id"] is None  # a dictionary's words stand under nobody's number
    await state.asking.flush()
    assert [one.text for one in await queue.claim(db, 9)] == ["bank"]
    hashed = bytes.fromhex(meaning["key"].split(".")[0])
    await db.run(
        "INSERT INTO rendering (text_hash, lang, source_lang, engine, text, created_at) VALUES ($1, 'es', 'en', 'test', 'banco', now())",
        hashed,
    )
    answer = await client.get(f"{API}/meaning", params=ask, headers=tomas.bearer)
    meaning = answer.json()["meanings"][0]["senses"][0]["meaning"]
    assert (meaning["text"], meaning["kind"]) == ("banco", "machine")


async def test_who_looks_up_words_without_end_is_slowed(
    client: httpx.AsyncClient, people: People, state: State
) -> None:
    tomas = await people("tomas", reads=("es",), learns="zh")
    state.limits = Limits(0.02, lambda: 0.0)
    ask = {"word": "银行", "lang": "zh"}
    answers = [await client.get(f"{API}/meaning", params=ask, headers=tomas.bearer) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    page = await client.get("/learn/word", params={"w": "银行"}, headers=tomas.cookie)
    assert page.status_code == 429


async def test_what_the_glossary_says_in_ones_own_language_needs_no_machine(
    client: httpx.AsyncClient, people: People
) -> None:
    tomas = await people("tomas", reads=("es",), learns="zh")
    answer = await client.get(f"{API}/meaning", params={"word": "种草", "lang": "zh"}, headers=tomas.bearer)
    meaning = answer.json()["meanings"][0]["senses"][0]["meaning"]
    assert (meaning["kind"], meaning["lang"]) == ("version", "es")
    assert "recomendar" in meaning["text"]


async def test_an_english_word_is_told_in_chinese_to_those_who_read_it(
    client: httpx.AsyncClient, mei: Person
) -> None:
    answer = await client.get(f"{API}/meaning", params={"word": "bank", "lang": "en"}, headers=mei.bearer)
    assert "银行" in answer.json()["meanings"][-1]["senses"][0]["meaning"]["text"]


async def test_a_saved_word_keeps_its_sentence_as_long_as_its_reader_may_see_it(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, mei, "早上好", body="我昨天去了。明天去银行取钱！好累", lang="zh")
    said = await factories.comment(db, mei, note.id, "银行周末不开门。", lang="zh")
    saved = await save(client, ines, "银行", note_id=str(note.id))
    assert saved.status_code == 201
    sentence = saved.json()["sentence"]
    assert sentence["text"] == "明天去银行取钱！"
    assert sentence["text"][sentence["start"] : sentence["end"]] == "银行"
    await save(client, ines, "周末", note_id=str(note.id), comment_id=str(said.id))
    by_word = {one["word"]: one for one in await words(client, ines)}
    assert by_word["周末"]["sentence"]["text"] == "银行周末不开门。"
    await comments.delete(db, mei.viewer, note.id, said.id)
    by_word = {one["word"]: one for one in await words(client, ines)}
    assert by_word["周末"]["sentence"] is None
    assert by_word["银行"]["sentence"] is not None
    await accounts.block(db, mei.viewer, ines.id)
    assert [one["sentence"] for one in await words(client, ines)] == [None, None]
    await accounts.unblock(db, mei.viewer, ines.id)
    assert {one["word"]: one for one in await words(client, ines)}["银行"]["sentence"] is not None
    await notes.delete(db, mei.viewer, note.id)
    assert [one["sentence"] for one in await words(client, ines)] == [None, None]


async def test_a_note_one_may_not_see_gives_no_sentence(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    note = await factories.note(db, mei, "秘密", body="我的银行密码", lang="zh", audience="me")
    assert (await save(client, ines, "银行", note_id=str(note.id))).json()["sentence"] is None
    ask = {"word": "银行", "lang": "zh", "note_id": str(note.id)}
    assert (await client.get(f"{API}/meaning", params=ask, headers=ines.bearer)).json()["sentence"] is None
    mine = await client.get(f"{API}/meaning", params=ask, headers=mei.bearer)
    assert mine.json()["sentence"]["text"] == "我的银行密码"


async def test_words_are_found_removed_and_kept_apart_from_others(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    bank = (await save(client, ines, "银行")).json()
    await save(client, ines, "明天", known=True)
    assert [one["word"] for one in await words(client, ines)] == ["明天", "银行"]
    assert [one["word"] for one in await words(client, ines, q="yính")] == ["银行"]
    assert [one["word"] for one in await words(client, ines, show="known")] == ["明天"]
    assert await words(client, mei) == []
    path = f"{API}/words/{bank['id']}"
    assert (await client.put(f"{path}/known", headers=mei.bearer)).status_code == 404
    assert (await client.put(f"{path}/known", headers=ines.bearer)).json()["level"] == 4
    assert (await client.delete(f"{path}/known", headers=ines.bearer)).json()["level"] == 1
    assert (await client.delete(path, headers=mei.bearer)).status_code == 204
    assert len(await words(client, ines)) == 2
    assert (await client.delete(path, headers=ines.bearer)).status_code == 204
    assert [one["word"] for one in await words(client, ines)] == ["明天"]


async def test_saved_twice_is_one_word_that_keeps_its_number(client: httpx.AsyncClient, ines: Person) -> None:
    first, second = (await save(client, ines, "银行")).json(), (await save(client, ines, "银行")).json()
    assert first["id"] == second["id"]
    refused = await save(client, ines, "，。")
    assert (refused.status_code, refused.json()["code"]) == (400, "no_word")


async def test_words_of_a_number_nobody_has(client: httpx.AsyncClient, ines: Person) -> None:
    path = f"{API}/words/{Id(5)}/known"
    refused = await client.put(path, headers=ines.bearer)
    assert (refused.status_code, refused.json()["code"]) == (404, "word_gone")
