"""Films among what is found: a tab of the page, a parameter of the API."""

import html

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.search.test_narrowing import LISBON, PORTO, found, write
from vermilion.media.schema import FilmPlayable
from vermilion.notes import actions as notes
from vermilion.search.actions import index_film
from vermilion.storage.db import Db

API = "/api/v1"


@pytest.fixture
async def harbours(db: Db, ines: Person, mei: Person) -> None:
    """Notes about harbours, some of them films."""
    await write(db, ines, "Harbour without a film", **LISBON)
    await factories.film(db, ines, "Harbour in the morning", lang="en", **LISBON)
    await factories.film(db, mei, "Harbour at night", lang="en", **PORTO)
    await factories.film(db, mei, "Harbour for a few", lang="en", audience="followers")
    await factories.film(db, mei, "Something else", lang="en")


@pytest.mark.usefixtures("harbours")
async def test_only_films_are_found_with_the_same_filters(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    films = {"only": "films"}
    assert len(await found(client, q="harbour")) == 3
    assert await found(client, q="harbour", **films) == {"Harbour in the morning", "Harbour at night"}
    assert await found(client, q="harbour -night", **films) == {"Harbour in the morning"}
    assert await found(client, q="from:mei", **films) == {"Harbour at night", "Something else"}
    assert await found(client, q="harbour", near="Lisboa", **films) == {"Harbour in the morning"}
    assert await found(client, near="Lisboa", **films) == {"Harbour in the morning"}
    assert await found(client, q="harbour", lang="ja", **films) == set()
    saved = await db.value("SELECT id FROM note WHERE title = 'Harbour at night'")
    await notes.save(db, ines.viewer, saved, True)
    assert await found(client, ines, q="in:saved", **films) == {"Harbour at night"}
    wrong = await client.get(f"{API}/search", params={"q": "harbour", "only": "plays"})
    assert wrong.status_code == 400


@pytest.mark.usefixtures("harbours")
async def test_the_tab_keeps_its_filters_and_they_keep_the_tab(
    client: httpx.AsyncClient, ines: Person
) -> None:
    page = (await client.get("/search?q=harbour&tab=films&lang=en", headers=ines.cookie)).text
    assert "</mark> at night" in page
    assert "without a film" not in page
    assert '<a href="/search?q=harbour&amp;lang=en&amp;tab=films" aria-current="page">Films</a>' in page
    chip = page.partition('class="chip-off" href="')[2].partition('"')[0]
    assert chip == "/search?q=harbour&amp;tab=films"
    assert 'name="tab" value="films"' in page
    assert "/search.atom" not in page
    assert 'action="/search/saved"' not in page
    assert "/search/answers" not in page


async def test_where_there_is_no_film_the_page_says_so_and_leads_to_notes(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    await write(db, ines, "Harbour")
    page = html.unescape((await client.get("/search?q=harbour&tab=films")).text)
    assert "No film was found" in page
    assert 'href="/search?q=harbour"' in page.partition("No film was found")[2]
    page = (await client.get("/search?q=harbour&tab=films&within=day")).text
    assert "Nothing fits these filters" in page
    assert 'class="drops"' not in page
    await factories.film(db, ines, "Harbour film", lang="en")
    page = (await client.get("/search?q=harbour&tab=films&lang=ja")).text
    assert "Japanese" in page.partition('class="drops"')[2]


async def test_a_note_is_among_films_once_its_film_can_be_played(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    film = await factories.film(db, ines, "Harbour", lang="en", playable=False)
    assert await found(client, q="harbour", only="films") == set()
    await db.run("UPDATE media SET is_playable = true WHERE note_id = $1", film.id)
    await index_film(db, FilmPlayable(account_id=ines.id, film_id=film.id, note_id=film.id))
    assert await found(client, q="harbour", only="films") == {"Harbour"}
    await notes.delete(db, ines.viewer, film.id)
    assert await found(client, q="harbour", only="films") == set()


async def test_nobody_finds_a_film_by_its_mark(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await factories.film(db, ines, "Harbour", lang="en")
    for typed in ("# film", '"# film"', "film", "#film"):
        assert await found(client, q=typed) == set()
