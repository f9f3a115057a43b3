"""Answers to a question: sentences of notes, where they come from, where they disagree, and that nothing answers."""

import re

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.accounts import actions as accounts
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST
from vermilion.moderation.actions import label
from vermilion.notes.schema import NewVersion
from vermilion.search.amounts import amounts
from vermilion.search.answering import MOST_NOTES
from vermilion.search.cues import wish_of
from vermilion.search.jobs import count_words
from vermilion.search.query import cut, understand
from vermilion.search.reads import find_answer, find_notes
from vermilion.search.schema import Filters
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

API = "/api/v1"
FERRY = "How to get to the island"


async def write(db: Db, author: Person, title: str, body: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", "body": body, **fields})).id


async def ask(client: httpx.AsyncClient, typed: str, who: Person | None = None) -> dict[str, object]:
    headers = {"accept-language": "en"} | (who.bearer if who else {})
    answer = await client.get(f"{API}/search/answers", params={"q": typed}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def quoted(answer: dict[str, object]) -> list[str]:
    return [quote["said"]["text"] for quote in answer["quotes"]]  # type: ignore[attr-defined]  # JSON


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("小馄饨 9 元，生煎 4 只 10 元", [("price", "CNY", 9), ("price", "CNY", 10)]),
        ("£4.20, R$ 280 and 1,200 円", [("price", "GBP", 4.2), ("price", "BRL", 280), ("price", "JPY", 1200)]),
        ("Rp415 ribu, 三十块, ٣٠ دينار", [("price", "IDR", 415_000), ("price", "CNY", 30), ("price", "JOD", 30)]),
        ("from 6:00 to 7 p. m., 7点半, às 8h30", [("hour", "h", minutes) for minutes in (360, 1140, 450, 510)]),
        ("TEN minutes, 一个半小时, 2 часа", [("duration", "min", 10), ("duration", "min", 90), ("duration", "min", 120)]),
        ("12 cats in 2024", []),
    ],
)  # fmt: skip
def test_amounts_are_read_in_many_ways_to_write_them(text: str, found: list[tuple[str, str, float]]) -> None:
    assert [(one.sort, one.unit, one.value) for one in amounts(text)] == found


@pytest.mark.parametrize(
    ("typed", "kind", "rest"),
    [
        ("How much is a bowl of wonton in Shanghai?", "price", "bowl wonton Shanghai"),
        ("上海小馄饨多少钱", "price", "上海小馄饨"),
        ("¿A qué hora abre el mercado?", "hour", "abre mercado"),
        ("wie lange kocht das Ragù", "duration", "kocht Ragù"),
        ("أين السوق", "place", "السوق"),
        ("can I take a dog", "yes_no", "dog"),
        ("how to make mapo tofu", "way", "make mapo tofu"),
        ("quiet harbour", "open", "quiet harbour"),
        ("how much", "number", "how much"),
        ("", "open", ""),
    ],
)
def test_the_kind_of_a_question_is_told_by_its_words(typed: str, kind: str, rest: str) -> None:
    assert wish_of(typed) == (kind, rest)


async def test_the_sentence_that_answers_is_quoted_with_its_note_author_place_and_date(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    body = "We love the sea. The ferry to the island costs 15 euro. Bring a hat and some water, it is hot."
    note_id = await write(db, ines, FERRY, body, place_name="Faro")
    await write(db, mei, "A harbour", "Boats everywhere, and one ferry at noon.")
    await count_words(job)
    answer = await ask(client, "how much is the ferry to the island")
    assert answer["kind"] == "price"
    quote = answer["quotes"][0]  # type: ignore[index]  # JSON
    assert "The ferry to the island costs 15 euro." in quote["said"]["text"]
    assert quote["note_id"] == str(int(note_id))
    assert (quote["author"]["handle"], quote["place_name"]) == ("ines", "Faro")
    assert {"words", "around", "cue"} <= set(quote["reason"]["terms"])
    page = await client.get("/search/answers?q=how+much+is+the+ferry+to+the+island")
    assert "The <mark>ferry</mark> to the <mark>island</mark> costs 15 euro." in page.text
    assert f'href="/n/{int(note_id)}"' in page.text
    assert "Faro" in page.text
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\d"', page.text)
    assert "<html" in page.text
    part = await client.get("/search/answers?q=ferry+island", headers={"x-fragment": "1"})
    assert part.text.lstrip().startswith("<section")


async def test_it_is_quoted_in_the_readers_language_with_the_original_beside_it(
    client: httpx.AsyncClient, db: Db, job: Job, mei: Person
) -> None:
    chinese, english = "先睡一觉。\n去岛上的船票三十块。", "Sleep first.\nThe boat to the island is 30 yuan."
    version = NewVersion(lang="en", title="The island by boat", body=english)
    await write(db, mei, "坐船去岛上", chinese, lang="zh", versions=(version,))
    await count_words(job)
    said = (await ask(client, "boat island price"))["quotes"][0]["said"]  # type: ignore[index]  # JSON
    assert (said["text"], said["original"]) == ("The boat to the island is 30 yuan.", "去岛上的船票三十块。")
    assert said["kind"] == "version"


async def test_notes_that_say_something_else_are_said_to_disagree(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    others = [await factories.person(db, name) for name in ("ana", "ben")]
    for person, price in ((ines, "15"), (mei, "15"), (others[0], "15"), (others[1], "20")):
        await write(db, person, FERRY, f"The ferry to the island costs {price} euro.")
    await count_words(job)
    answer = await ask(client, "how much is the ferry to the island")
    assert answer["disagreement"] == [{"says": "15 euro", "count": 3}, {"says": "20 euro", "count": 1}]
    page = await client.get("/search/answers?q=how+much+is+the+ferry+to+the+island")
    assert "Notes disagree:" in page.text
    assert "3 say 15 euro" in page.text
    assert "1 says 20 euro" in page.text
    assert (await ask(client, "where does the ferry to the island leave"))["disagreement"] == []


async def test_prices_of_other_things_and_hours_are_no_disagreement(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    await write(
        db, ines, FERRY, "The ferry to the island costs 15 euro.\nA coffee on the island costs 2 euro."
    )
    await write(db, mei, FERRY, "The ferry to the island costs 15.50 euro and leaves at 8:30.")
    await count_words(job)
    assert (await ask(client, "how much is the ferry to the island"))["disagreement"] == []


async def test_yes_against_no_is_a_disagreement(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    await write(db, ines, "Ferry", "Dogs are allowed on the ferry.")
    await write(db, mei, "Ferry", "Dogs are not allowed on the ferry.")
    await count_words(job)
    answer = await ask(client, "are dogs allowed on the ferry")
    assert {claim["says"]: claim["count"] for claim in answer["disagreement"]} == {"yes": 1, "no": 1}  # type: ignore[attr-defined]  # JSON


async def test_where_nothing_answers_nothing_is_quoted(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person
) -> None:
    await write(db, ines, FERRY, "The ferry leaves every morning. Bring water.")
    await count_words(job)
    for typed in (
        "how much is the ferry to the island",
        "price of a hotel in Reykjavik",
        "zzz",
        "",
        "?",
        '"',
        "-a",
        "x" * 2000,
    ):
        answer = await ask(client, typed)
        assert (answer["quotes"], answer["disagreement"]) == ([], []), typed
    page = (await client.get("/search/answers?q=price+of+a+hotel+in+Reykjavik")).text
    assert "No note answers this question." in page


async def test_only_what_may_be_seen_is_quoted(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, mei: Person
) -> None:
    body = "The ferry to the island costs 15 euro."
    note_id = await write(db, ines, FERRY, body)
    await write(db, ines, FERRY, "The ferry to the island costs 99 euro.", audience="me")
    await count_words(job)
    typed = "how much is the ferry to the island"
    assert quoted(await ask(client, typed)) == [body]
    assert len(quoted(await ask(client, typed, ines))) == 2
    await accounts.block(db, ines.viewer, mei.id)
    assert quoted(await ask(client, typed, mei)) == []
    await label(db, note_id, note_id, "withheld", region=None, reason="test")
    assert quoted(await ask(client, typed)) == []


async def test_the_page_of_results_offers_an_answer(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await write(db, ines, FERRY, "The ferry to the island costs 15 euro.")
    page = (await client.get("/search?q=ferry+price")).text
    assert 'href="/search/answers?q=ferry+price" data-fetch=' in page
    assert "/search/answers" not in (await client.get("/search?q=zzzz")).text


async def test_an_answer_takes_as_many_statements_for_forty_notes_as_for_one(
    db: Db, job: Job, ines: Person
) -> None:
    for at in range(40):
        await write(db, ines, f"{FERRY} {at}", f"The ferry to the island costs {at} euro. " * 30)
    await count_words(job)
    query = understand(cut("ferry island"), "en")
    with statements(db, at_most=12):
        found = await find_notes(db, GUEST, query, Filters(), size=MOST_NOTES)
        answer, _ = await find_answer(db, GUEST, query, "price", found.items)
    assert len(found.items) == MOST_NOTES
    assert 1 <= len(answer.quotes) <= 6
