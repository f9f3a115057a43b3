"""One's own words in other languages, in the forms."""

import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.notes.schema import Note
from vermilion.storage.db import Db

People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def rita(people: People) -> Person:
    return await people("rita", reads=("pt", "en"))


@pytest.fixture
async def lunch(db: Db, people: People) -> Note:
    """A note in Chinese."""
    boy = await people("haoran", reads=("zh",))
    return await factories.note(db, boy, "学校午饭", body="今天吃了面条", lang="zh")


async def test_the_switch_is_not_there_for_who_writes_that_language_anyway(
    client: httpx.AsyncClient, mei: Person, rita: Person, lunch: Note
) -> None:
    def switch(page: str) -> str:
        found = re.search(r'<button class="also-theirs"[^>]*>', page)
        assert found
        return found[0]

    assert " hidden" in switch((await client.get(f"/n/{lunch.id}", headers=mei.cookie)).text)
    assert " hidden" not in switch((await client.get(f"/n/{lunch.id}", headers=rita.cookie)).text)
    assert "also-theirs" not in (await client.get(f"/n/{lunch.id}")).text


async def test_answering_somebody_offers_their_language(
    client: httpx.AsyncClient, db: Db, ines: Person, rita: Person, lunch: Note
) -> None:
    said = await factories.comment(db, rita, lunch.id, "Que almoço bom!", lang="pt")
    page = (await client.get(f"/n/{lunch.id}", headers=ines.cookie)).text
    assert 'name="add" value="zh"' in page
    assert f'data-reply="{int(said.id)}" data-name="Rita" data-lang="pt"' in page
    page = (await client.get(f"/n/{lunch.id}?reply_to={said.id}", headers=ines.cookie)).text
    assert re.search(r'name="add" value="pt"[^>]*>Also in Portuguese<', page)


async def test_a_version_in_the_comments_own_language_comes_back_with_the_form(
    client: httpx.AsyncClient, rita: Person, lunch: Note
) -> None:
    sent = {"body": "Que almoço bom!", "version": "pt", "body-pt": "Bom!"}
    answer = await client.post(f"/n/{lunch.id}/comments", data=sent, headers=rita.cookie)
    assert answer.status_code == 400
    assert re.search(r'<textarea name="body-pt"[^>]*>Bom!</textarea>', answer.text)
    empty = {**sent, "body-pt": " "}
    assert (await client.post(f"/n/{lunch.id}/comments", data=empty, headers=rita.cookie)).status_code == 303


async def test_the_same_form_with_another_version_is_another_form(
    client: httpx.AsyncClient, rita: Person
) -> None:
    sent = {
        "title": "O porto",
        "audience": "everyone",
        "lang": "pt",
        "form_key": "k",
        "version": "zh",
        "title-zh": "港",
    }
    assert (await client.post("/publish", data=sent, headers=rita.cookie)).status_code == 303
    assert (await client.post("/publish", data=sent, headers=rita.cookie)).status_code == 303
    other = await client.post("/publish", data={**sent, "title-zh": "港口"}, headers=rita.cookie)
    assert other.status_code == 409
