"""Notes found by what they mean, with the embedded model itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest
from msgspec import structs

from tests import factories
from tests.engines.translation_server import Server, plain
from tests.factories import Person
from vermilion.engines import embed
from vermilion.engines.embed import Embedded, Embedder, Vector
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import GUEST, Viewer
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote
from vermilion.search.jobs import count_words
from vermilion.search.meaning import Meanings
from vermilion.search.query import cut, understand
from vermilion.search.reads import find_notes
from vermilion.search.schema import Filters, Found
from vermilion.search.vectors import embed_notes
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.work.jobs import Job


@pytest.fixture
async def model(search_model: Path) -> AsyncIterator[Embedded]:
    made = Embedded(search_model)
    yield made
    await made.close()


async def write(db: Db, author: Person, title: str, lang: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": lang, **fields})).id


async def learn(db: Db, state: State, embedder: Embedder) -> int:
    while await count_words(Job(db=db, blobs=state.blobs)):
        pass
    return await embed_notes(Job(db=db, blobs=state.blobs, embedder=embedder))


async def ask(db: Db, viewer: Viewer, embedder: Embedder, typed: str, **filters: object) -> Found:
    query = understand(cut(typed), "en", viewer.reads)
    meaning = await Meanings(embedder).of(query, patience=30)
    return await find_notes(db, viewer, structs.replace(query, meaning=meaning), Filters(**filters))


def titles(found: Found) -> list[str]:
    return [hit.note.title.original for hit in found.items]


async def test_a_note_without_any_of_the_words_is_found_and_says_why(
    db: Db, state: State, model: Embedded, ines: Person
) -> None:
    await write(db, ines, "Meu cachorro não quer comer", "pt")
    await write(db, ines, "Arroz de marisco para quatro", "pt")
    assert await learn(db, state, model) == 2
    found = await ask(db, GUEST, model, "狗狗不吃饭怎么办")
    assert titles(found)[0] == "Meu cachorro não quer comer"
    assert found.is_by_meaning
    assert found.items[0].note.reason is not None
    assert found.items[0].note.reason.source == "meaning"


async def test_who_may_not_see_a_note_does_not_find_it_by_meaning(
    db: Db, state: State, model: Embedded, ines: Person, mei: Person
) -> None:
    await write(db, ines, "Meu cachorro não quer comer", "pt", audience="me")
    note_id = await write(db, mei, "我家小狗不肯吃东西", "zh")
    assert await learn(db, state, model) == 2
    typed = "my dog refuses to eat"
    assert titles(await ask(db, GUEST, model, typed)) == ["我家小狗不肯吃东西"]
    assert "Meu cachorro não quer comer" in titles(await ask(db, ines.viewer, model, typed))
    await notes.delete(db, mei.viewer, note_id)
    assert titles(await ask(db, GUEST, model, typed)) == []
    assert await db.value("SELECT count(*) FROM search_vector WHERE note_id = $1", note_id) == 0


async def test_filters_and_operators_hold_for_what_is_found_by_meaning(
    db: Db, state: State, model: Embedded, ines: Person, mei: Person
) -> None:
    await write(db, ines, "Meu cachorro não quer comer", "pt", body="#bicho")
    await write(db, mei, "我家小狗不肯吃东西", "zh")
    await learn(db, state, model)
    assert titles(await ask(db, GUEST, model, "dog refuses to eat", langs=("zh",))) == ["我家小狗不肯吃东西"]
    for typed in ("dog refuses to eat #bicho", "dog refuses to eat @ines", "dog refuses to eat -小狗"):
        assert titles(await ask(db, GUEST, model, typed)) == ["Meu cachorro não quer comer"]


async def test_the_vectors_of_what_was_changed_go_with_the_change_and_are_made_anew(
    db: Db, state: State, model: Embedded, ines: Person
) -> None:
    note_id = await write(db, ines, "Meu cachorro não quer comer", "pt")
    await learn(db, state, model)
    await notes.edit(db, ines.viewer, state.language, note_id, EditNote(title="Três dias em Lisboa"))
    assert await db.value("SELECT count(*) FROM search_vector WHERE note_id = $1", note_id) == 0
    assert await learn(db, state, model) == 1
    assert titles(await ask(db, GUEST, model, "里斯本三日游")) == ["Três dias em Lisboa"]
    assert await learn(db, state, model) == 0


class Flat:
    """A make whose vectors have three numbers."""

    name, outside = "flat", None

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def vectors(self, texts: Sequence[str]) -> list[Vector]:
        return [(1.0, 0.0, 0.0) for _ in texts]


async def test_another_model_makes_all_vectors_anew_and_the_two_do_not_mix(
    db: Db, state: State, model: Embedded, ines: Person
) -> None:
    for title in ("Meu cachorro não quer comer", "Três dias em Lisboa"):
        await write(db, ines, title, "pt")
    await learn(db, state, model)
    assert titles(await ask(db, GUEST, Flat(), "zzyzx")) == []
    assert await learn(db, state, Flat()) == 2
    assert await db.rows("SELECT DISTINCT model, vector_dims(vector) FROM search_vector") == [("flat", 3)]
    assert len(titles(await ask(db, GUEST, Flat(), "zzyzx"))) == 2


async def test_an_engine_that_is_slow_or_gone_is_not_waited_for(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person
) -> None:
    await write(db, ines, "Three days in Lisbon", "en")

    async def sleep(_writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)

    async with Server(sleep).running() as server:
        state.meanings = Meanings(embed.Server(url=server.url, model="slow"))
        answer = await client.get("/api/v1/search", params={"q": "lisbon"})
        assert [hit["note"]["title"]["original"] for hit in answer.json()["items"]] == [
            "Three days in Lisbon"
        ]
        await state.meanings.close()
    state.meanings = Meanings(embed.Server(url=server.url, model="gone"))
    for typed in ("lisbon", "days"):
        answer = await client.get("/api/v1/search", params={"q": typed})
        assert len(answer.json()["items"]) == 1
    await state.meanings.close()


async def test_a_note_that_an_engine_refuses_does_not_hold_up_the_others(
    db: Db, state: State, ines: Person
) -> None:
    for title in ("One", "Two"):
        await write(db, ines, title, "en")
    refused, taken = plain({}, "400 Bad Request"), plain({"data": [{"index": 0, "embedding": [1.0, 0.0]}]})
    async with Server(refused, refused, taken).running() as server:
        made = embed.Server(url=server.url, model="picky")
        assert await learn(db, state, made) == 2
        await made.close()
    assert await db.value("SELECT count(*) FROM search_vector") == 1
    assert await learn(db, state, made) == 0


async def test_an_outside_engine_of_search_is_named(client: httpx.AsyncClient, state: State) -> None:
    assert "no words leave this machine" in (await client.get("/about/translation")).text
    state.meanings = Meanings(embed.Server(url="https://llm.example.org/v1", model="e5"))
    page = (await client.get("/about/translation")).text
    assert "llm.example.org" in page
    assert "no words leave this machine" not in page
