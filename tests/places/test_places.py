"""Places: towns by any of their names, chosen or only written, and the notes written there."""

from urllib.parse import quote

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.statements import statements
from vermilion.kernel.ids import Id
from vermilion.notes import actions as notes
from vermilion.notes.places import match_unplaced
from vermilion.places.jobs import entry_of, load_gazetteer, read_entries
from vermilion.places.names import keys_of, names_of, zone_towns
from vermilion.places.reads import Said, match
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.web.context import State
from vermilion.work.jobs import Job

API = "/api/v1"
NAMES = (
    "Lisbon", "Lishui", "Limoges", "Kyoto", "York", "Porto", "Paris", "Leeds", "Beijing", "Munich", "Ohio", "Dakar", "Lima",
)  # fmt: skip


@pytest.fixture
def db(state: State) -> Db:
    return state.database.session()


@pytest.fixture
async def towns(db: Db) -> dict[str, Id]:
    return await factories.gazetteer(db, *NAMES)


async def offered(client: httpx.AsyncClient, typed: str, **more: str) -> list[str]:
    answer = await client.get(f"{API}/places", params={"q": typed, **more})
    assert answer.status_code == 200, answer.text
    return [one["town"]["name"] for one in answer.json()]


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    "typed", ["lisboa", "LISB", "Lisabon", "里斯本", "리스본", "Лиссабон", "لشبونة", "lisib", "li si ben"]
)
async def test_a_town_is_found_by_the_beginning_of_any_of_its_names(
    client: httpx.AsyncClient, typed: str
) -> None:
    assert "Lisbon" in await offered(client, typed)


@pytest.mark.usefixtures("towns")
async def test_the_larger_comes_first_then_the_nearer(client: httpx.AsyncClient) -> None:
    found = await offered(client, "li")
    assert found[0] == "Lima"
    assert (await offered(client, "li", near="45.8,1.3"))[0] == "Limoges"
    assert (await offered(client, "li", near="38.7,-9.1"))[0] == "Lisbon"


async def test_towns_are_called_as_the_reader_calls_them(
    client: httpx.AsyncClient, towns: dict[str, Id], mei: Person
) -> None:
    town = (await client.get(f"{API}/places/{towns['Lisbon']}", headers=mei.bearer)).json()
    assert (town["name"], town["country"]) == ("里斯本", "PT")
    page = await client.get(f"/place/{towns['Lisbon']}", headers={**mei.cookie, "accept-language": "zh"})
    assert "里斯本" in page.text
    assert "葡萄牙" in page.text
    assert "GeoNames" in page.text


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("near", ["91,0", "nan,nan", "1e5,2", "1;2", "0,181"])
async def test_degrees_that_are_none_are_refused(client: httpx.AsyncClient, near: str) -> None:
    answer = await client.get(f"{API}/places", params={"q": "li", "near": near})
    assert answer.status_code == 400
    assert answer.json()["code"] == "out_of_range"


@pytest.mark.usefixtures("towns")
async def test_a_place_that_is_not_there_is_told(client: httpx.AsyncClient) -> None:
    for path in (f"{API}/places/999999999", f"{API}/feeds/places/999999999", "/place/999999999"):
        answer = await client.get(path)
        assert answer.status_code == 404
    assert (await client.get(f"{API}/places", params={"q": "x" * 10_000})).status_code == 400


async def test_a_note_keeps_the_town_that_was_chosen(
    client: httpx.AsyncClient, towns: dict[str, Id], ines: Person
) -> None:
    sent = {"title": "Trams", "place_name": "My hill", "place_id": str(int(towns["Lisbon"]))}
    answer = await client.post(f"{API}/notes", json=sent, headers=ines.bearer)
    assert answer.status_code == 201, answer.text
    note = answer.json()
    assert note["place_name"] == "My hill"
    assert note["place"]["id"] == sent["place_id"]
    alone = await client.post(
        f"{API}/notes", json={"title": "Trams", "place_id": sent["place_id"]}, headers=ines.bearer
    )
    assert alone.json()["place_name"] == "Lisbon"
    refused = await client.post(f"{API}/notes", json={**sent, "place_id": "5"}, headers=ines.bearer)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        400,
        "town_unknown",
        "place_id",
    )
    long = await client.post(f"{API}/notes", json={**sent, "place_name": "x" * 10_000}, headers=ines.bearer)
    assert (long.status_code, long.json()["code"], long.json()["field"]) == (400, "too_long", "place_name")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Lisboa", "Lisbon"), ("京都 · 西陣", "Kyoto"), ("Paris, France", "Paris"), ("巴黎，法国", "Paris"), ("München", "Munich"),
        ("Paris, Texas", None), ("My kitchen", None), ("Graça · Lisboa", None), ("·", None), ("", None),
    ],
)  # fmt: skip
async def test_a_written_place_means_a_town_where_it_is_certain(
    db: Db, towns: dict[str, Id], text: str, meant: str | None
) -> None:
    assert await match(db, [Said(text=text)]) == [towns[meant] if meant else None]


async def test_degrees_decide_which_town_is_meant(db: Db, towns: dict[str, Id]) -> None:
    close = Said(text="Graça · Lisboa", latitude=38.72, longitude=-9.13)
    far = Said(text="Lisboa", latitude=41.0, longitude=-91.0)
    assert await match(db, [close, far]) == [towns["Lisbon"], None]


async def test_of_towns_of_one_name_none_is_guessed(db: Db) -> None:
    towns = await factories.gazetteer(db, "Lisbon")
    await db.run(
        """INSERT INTO town (id, name, country, latitude, longitude, population, names)
           VALUES (1, 'Lisboa', 'BR', -9, -40, 400000, '{}')"""
    )
    await db.run("INSERT INTO town_name (key, town_id, weight) VALUES ('lisboa', 1, 400000)")
    assert await match(db, [Said(text="Lisboa"), Said(text="Lisboa, Portugal")]) == [None, towns["Lisbon"]]


async def test_the_page_of_a_place_keeps_to_the_rule_of_sight(
    client: httpx.AsyncClient, towns: dict[str, Id], ines: Person, mei: Person, db: Db
) -> None:
    await factories.note(db, ines, "Trams for all", place_name="Lisboa")
    await factories.note(db, ines, "Trams for me", place_id=towns["Lisbon"], audience="me")
    pages = (f"/place/{towns['Lisbon']}", f"{API}/feeds/places/{towns['Lisbon']}")
    for path in [page + sort for page in pages for sort in ("", "?sort=best")]:
        theirs = await client.get(path, headers={**mei.cookie})
        own = await client.get(path, headers={**ines.cookie})
        assert "Trams for all" in theirs.text
        assert "Trams for me" not in theirs.text
        assert "Trams for me" in own.text


async def test_a_note_moves_with_its_place_and_goes_with_its_note(
    client: httpx.AsyncClient, towns: dict[str, Id], ines: Person, db: Db
) -> None:
    note = await factories.note(db, ines, "Trams", place_name="Lisboa")

    async def stands() -> list[str]:
        return [
            name
            for name in ("Lisbon", "Porto")
            if (await client.get(f"{API}/feeds/places/{towns[name]}")).json()["items"]
        ]

    assert await stands() == ["Lisbon"]
    edited = {"title": "Trams", "place_name": "Porto"}
    answer = await client.put(f"{API}/notes/{note.id}", json=edited, headers=ines.bearer)
    assert answer.status_code == 200, answer.text
    assert await stands() == ["Porto"]
    await notes.delete(db, ines.viewer, note.id)
    assert await stands() == []
    await notes.restore(db, ines.viewer, note.id)
    assert await stands() == ["Porto"]
    await notes.edit(db, ines.viewer, factories.Language(), note.id, notes.EditNote(title="Trams"))
    assert await stands() == []


async def test_paging_reaches_every_note_once_in_both_orders(
    client: httpx.AsyncClient, towns: dict[str, Id], ines: Person, db: Db
) -> None:
    made = [
        str(int((await factories.note(db, ines, f"Tram {n}", place_name="Lisboa")).id)) for n in range(23)
    ]
    await db.run("UPDATE note_count SET like_count = 50 WHERE note_id = $1", int(made[3]))
    for sort in ("newest", "best"):
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            with statements(db, at_most=7):
                answer = await client.get(
                    f"{API}/feeds/places/{towns['Lisbon']}",
                    params={"sort": sort, **({"cursor": cursor} if cursor else {})},
                )
            page = answer.json()
            seen += [card["id"] for card in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == sorted(made)
        assert seen[0] == (made[3] if sort == "best" else made[-1])


async def test_places_written_before_the_gazetteer_was_there_get_their_towns(
    client: httpx.AsyncClient, ines: Person, db: Db
) -> None:
    old = await factories.note(db, ines, "Trams", place_name="Lisboa · Graça")
    own = await factories.note(db, ines, "Kettle", place_name="My kitchen")
    job = Job(db=db, blobs=Blobs("memory:///"))
    assert await match_unplaced(job) == 0
    towns = await factories.gazetteer(db, *NAMES)
    assert await match_unplaced(job) == 2
    assert await match_unplaced(job) == 0
    page = (await client.get(f"{API}/notes/{old.id}")).json()
    assert page["place"]["id"] == str(int(towns["Lisbon"]))
    assert (await client.get(f"{API}/notes/{own.id}")).json()["place"] is None
    html = (await client.get(f"/n/{old.id}")).text
    assert f'href="/place/{towns["Lisbon"]}"' in html
    assert "Lisboa · Graça" in html
    assert "Portugal" in html
    near = await client.get(f"{API}/search", params={"q": "", "near": "38.7,-9.1"})
    assert [hit["note"]["id"] for hit in near.json()["items"]] == [str(int(old.id))]


async def test_search_leads_to_places_by_their_other_names(
    client: httpx.AsyncClient, towns: dict[str, Id], ines: Person, db: Db
) -> None:
    await factories.note(db, ines, "Trams", place_name="Lisboa")
    hidden = await factories.note(db, ines, "Temples", place_name="Kyoto", audience="me")
    for typed in ("lisb", "里斯本"):
        page = (await client.get("/search", params={"q": typed, "tab": "places"})).text
        assert f'href="/place/{towns["Lisbon"]}"' in page
    assert hidden.place_id == towns["Kyoto"]
    assert "/place/" not in (await client.get("/search", params={"q": "kyoto", "tab": "places"})).text
    go = await client.get("/place", params={"name": "京都"})
    assert go.headers["location"] == f"/place/{towns['Kyoto']}"
    lost = await client.get("/place", params={"name": "My kitchen"})
    assert (
        lost.headers["location"]
        == f"/search?q={quote(chr(34) + 'My kitchen' + chr(34)).replace('%20', '+')}&tab=places"
    )
    near = await client.get("/search", params={"q": "", "near": "Lissabon"})
    assert "Trams" in near.text


async def test_the_form_keeps_a_town_only_as_long_as_its_name_stands(
    client: httpx.AsyncClient, towns: dict[str, Id], ines: Person, db: Db
) -> None:
    note = await factories.note(db, ines, "Trams", place_name="My hill", place_id=towns["Lisbon"])
    form = (await client.get(f"/n/{note.id}/edit", headers=ines.cookie)).text
    assert f'name="place_id" value="{towns["Lisbon"]}"' in form
    assert "Lisbon, Portugal" in form
    sent = {
        "title": "Trams",
        "audience": "everyone",
        "place_id": str(int(towns["Lisbon"])),
        "place_for": "My hill",
    }

    async def town_after(place: str) -> str | None:
        answer = await client.post(
            f"/n/{note.id}/edit", data={**sent, "place_name": place}, headers=ines.cookie
        )
        assert answer.status_code == 303, answer.text
        found = (await client.get(f"{API}/notes/{note.id}", headers=ines.bearer)).json()["place"]
        return found and found["name"]

    assert await town_after("My hill") == "Lisbon"
    assert await town_after("京都") == "Kyoto"
    assert await town_after("My other hill") is None
    assert await town_after("") is None


async def test_a_reader_that_was_stopped_goes_on_where_it_was(database: Database) -> None:
    db = database.session()
    await factories.gazetteer(db, "Lisbon", "Kyoto")
    assert await db.value("SELECT count(*) FROM town") == 2
    assert await load_gazetteer(Job(db=db, blobs=Blobs("memory:///"))) == 0


def test_names_by_language_are_certain_or_not_said() -> None:
    entries = map(entry_of, read_entries())
    found = {one.name: one for one in entries if one.name in NAMES and one.population > 100_000}
    zones = zone_towns(found.values())
    lisbon = names_of(found["Lisbon"], zones.get(found["Lisbon"].geonameid))
    assert (lisbon["pt"], lisbon["de"], lisbon["ru"], lisbon["zh"]) == (
        "Lisboa",
        "Lissabon",
        "Лиссабон",
        "里斯本",
    )
    kyoto = names_of(found["Kyoto"], zones.get(found["Kyoto"].geonameid))
    assert (kyoto["zh"], kyoto["ja"], kyoto["ko"]) == (
        "京都",
        "京都",
        "교토",
    )
    assert "ru" not in kyoto
    assert "lis" not in keys_of(found["Lisbon"], lisbon)
