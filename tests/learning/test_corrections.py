from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as accounts
from vermilion.comments import actions as comments
from vermilion.comments.jobs import purge_deleted_comments
from vermilion.comments.schema import CommentCard
from vermilion.kernel.clock import now
from vermilion.learning.corrections import changes
from vermilion.notes.schema import Note
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

API = "/api/v1/learning/notes"
People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def ines(people: People) -> Person:
    return await people("ines", reads=("pt", "en"), learns="zh")


@pytest.fixture
async def note(db: Db, mei: Person) -> Note:
    return await factories.note(db, mei, "早上好", lang="zh")


@pytest.fixture
async def said(db: Db, ines: Person, note: Note) -> CommentCard:
    return await factories.comment(db, ines, note.id, "我明天去了银行。", lang="zh")


def path(said: CommentCard, what: str = "corrections") -> str:
    return f"{API}/{said.note_id}/comments/{said.id}/{what}"


async def ask(client: httpx.AsyncClient, who: Person, said: CommentCard) -> httpx.Response:
    return await client.put(path(said, "correct-me"), headers=who.bearer)


async def suggest(client: httpx.AsyncClient, who: Person, said: CommentCard, text: str) -> httpx.Response:
    return await client.post(path(said), json={"text": text}, headers=who.bearer)


async def notices(client: httpx.AsyncClient, who: Person) -> list[str]:
    answer = await client.get("/api/v1/notices", headers=who.bearer)
    return [one["kind"] for one in answer.json()["items"]]


async def test_natives_answer_who_asked_to_be_corrected_and_are_thanked(
    client: httpx.AsyncClient, ines: Person, mei: Person, said: CommentCard, later: Later
) -> None:
    refused = await suggest(client, mei, said, "我明天要去银行。")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_asked")
    assert (await ask(client, ines, said)).status_code == 204
    made = await suggest(client, mei, said, "我明天要去银行。")
    assert made.status_code == 201
    await later()
    assert "corrected" in await notices(client, ines)
    shown = (await client.get(path(said), headers=ines.bearer)).json()
    one = shown["suggestions"][0]
    assert (one["text"], one["author"]["handle"], one["is_thanked"]) == ("我明天要去银行。", "mei", False)
    assert (shown["is_mine"], shown["may_suggest"]) == (True, False)
    thanks = f"{API}/{said.note_id}/corrections/{one['id']}/thanks"
    assert (await client.put(thanks, headers=mei.bearer)).json()["code"] == "not_your_comment"
    assert (await client.put(thanks, headers=ines.bearer)).status_code == 204
    await later()
    assert "thanked" in await notices(client, mei)
    assert (await client.get(path(said))).json()["suggestions"][0]["is_thanked"]


async def test_only_who_reads_the_language_first_may_correct(
    client: httpx.AsyncClient, ines: Person, mei: Person, said: CommentCard, people: People
) -> None:
    await ask(client, ines, said)
    other = await people("rolf", reads=("de", "zh"))
    assert (await suggest(client, other, said, "我明天要去银行。")).json()["code"] == "not_your_language"
    assert (await suggest(client, ines, said, "我明天要去银行。")).json()["code"] == "not_your_language"
    assert (await client.post(path(said), json={"text": "好"})).status_code == 401
    assert (await suggest(client, mei, said, "我明天要去银行。")).status_code == 201


@pytest.mark.parametrize("text", ["我明天去了银行。", "   ", "\u200b", " ".join(["https://a.test"] * 11)])
async def test_a_correction_corrects_something(
    client: httpx.AsyncClient, ines: Person, mei: Person, said: CommentCard, text: str
) -> None:
    await ask(client, ines, said)
    assert (await suggest(client, mei, said, text)).status_code == 400
    assert (await suggest(client, mei, said, "我去了银行。")).status_code == 201


async def test_only_ones_own_comment_in_the_language_one_learns_can_ask(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, said: CommentCard, note: Note
) -> None:
    english = await factories.comment(db, ines, note.id, "Good morning", lang="en")
    assert (await ask(client, ines, english)).json()["code"] == "not_what_you_learn"
    assert (await ask(client, mei, said)).json()["code"] == "learns_nothing"
    other = await factories.comment(db, mei, note.id, "你好", lang="zh")
    assert (await ask(client, ines, other)).json()["code"] == "not_your_comment"
    assert (await ask(client, ines, said)).status_code == 204


async def test_a_second_correction_replaces_the_first_and_five_are_enough(
    client: httpx.AsyncClient, ines: Person, mei: Person, said: CommentCard, people: People
) -> None:
    await ask(client, ines, said)
    await suggest(client, mei, said, "我明天要去银行。")
    again = (await suggest(client, mei, said, "我明天去银行。")).json()
    assert [one["text"] for one in again["suggestions"]] == ["我明天去银行。"]
    for number in range(4):
        native = await people(f"native{number}", reads=("zh",))
        assert (await suggest(client, native, said, f"我明天去银行{number}。")).status_code == 201
    sixth = await people("sixth", reads=("zh",))
    assert (await suggest(client, sixth, said, "明天去银行。")).json()["code"] == "too_many_suggestions"
    assert (await suggest(client, mei, said, "明天我去银行。")).status_code == 201


async def test_who_asked_may_hide_a_correction_and_who_made_it_take_it_back(
    client: httpx.AsyncClient, ines: Person, mei: Person, said: CommentCard, people: People
) -> None:
    await ask(client, ines, said)
    one = (await suggest(client, mei, said, "我明天要去银行。")).json()["suggestions"][0]
    gone = f"{API}/{said.note_id}/corrections/{one['id']}"
    stranger = await people("rolf")
    assert (await client.delete(gone, headers=stranger.bearer)).json()["code"] == "not_your_comment"
    assert (await client.delete(gone, headers=ines.bearer)).status_code == 204
    assert (await client.get(path(said), headers=mei.bearer)).json()["suggestions"] == []
    hidden = (await suggest(client, mei, said, "银行我明天去。")).json()
    assert hidden["suggestions"] == []
    native = await people("native", reads=("zh",))
    other = (await suggest(client, native, said, "明天我去银行。")).json()["suggestions"][0]
    gone = f"{API}/{said.note_id}/corrections/{other['id']}"
    assert (await client.delete(gone, headers=native.bearer)).status_code == 204
    assert (await client.delete(gone, headers=native.bearer)).json()["code"] == "suggestion_gone"


async def test_people_apart_see_nothing_of_each_others_corrections(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, said: CommentCard, people: People
) -> None:
    await ask(client, ines, said)
    native = await people("native", reads=("zh",))
    await suggest(client, native, said, "我明天要去银行。")
    await accounts.block(db, mei.viewer, native.id)
    assert (await client.get(path(said), headers=mei.bearer)).json()["suggestions"] == []
    assert len((await client.get(path(said), headers=ines.bearer)).json()["suggestions"]) == 1
    await accounts.block(db, ines.viewer, native.id)
    assert (await client.get(path(said), headers=ines.bearer)).json()["suggestions"] == []
    assert (await suggest(client, native, said, "明天我去银行。")).status_code == 404


async def test_what_was_asked_and_suggested_goes_with_the_comment(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person, said: CommentCard
) -> None:
    await ask(client, ines, said)
    await suggest(client, mei, said, "我明天要去银行。")
    await comments.delete(db, ines.viewer, said.note_id, said.id)
    assert (await client.get(path(said), headers=mei.bearer)).status_code == 404
    await db.run("UPDATE comment SET deleted_at = $1 WHERE id = $2", now() - timedelta(hours=1), said.id)
    assert await purge_deleted_comments(job) == 1
    assert await db.value("SELECT count(*) FROM correct_me") == 0
    assert await db.value("SELECT count(*) FROM suggestion") == 0


def test_a_correction_is_shown_by_sign_in_chinese_and_by_word_elsewhere() -> None:
    assert changes("我明天去了", "我明天要去", "zh") == [
        ("same", "我明天"),
        ("in", "要"),
        ("same", "去"),
        ("out", "了"),
    ]
    assert changes("It is very depress.", "It is very depressing.", "en") == [
        ("same", "It is very "),
        ("out", "depress"),
        ("in", "depressing"),
        ("same", "."),
    ]
