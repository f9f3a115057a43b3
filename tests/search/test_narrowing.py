import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as accounts
from vermilion.kernel.clock import now
from vermilion.kernel.ids import Id
from vermilion.notes import actions as notes
from vermilion.places.reads import km_between
from vermilion.search.jobs import count_words, spell
from vermilion.search.narrowing import coarse
from vermilion.search.schema import Spot
from vermilion.search.suggesting import readings_of
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

API = "/api/v1"
LISBON = {"place_name": "Lisboa", "latitude": 38.7223, "longitude": -9.1393}
SINTRA = {"place_name": "Sintra", "latitude": 38.8029, "longitude": -9.3817}
PORTO = {"place_name": "Porto", "latitude": 41.1579, "longitude": -8.6291}


async def write(db: Db, author: Person, title: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def found(client: httpx.AsyncClient, viewer: Person | None = None, **params: str) -> set[str]:
    answer = await client.get(
        f"{API}/search", params={"q": "", **params}, headers=viewer.bearer if viewer else {}
    )
    assert answer.status_code == 200, answer.text
    return {hit["note"]["title"]["original"] for hit in answer.json()["items"]}


async def test_notes_near_by_are_found_by_degrees_or_by_a_place(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    await write(db, ines, "Trams", **LISBON)
    await write(db, ines, "Palace", **SINTRA)
    await write(db, ines, "Bridges", **PORTO)
    await write(db, ines, "Nowhere in particular", place_name="Lisboa")
    assert await found(client, near="38.72,-9.14") == {"Trams", "Palace"}
    assert await found(client, near="lisboa") == {"Trams", "Palace"}
    assert await found(client, near="Porto") == {"Bridges"}
    assert await found(client, q="palace", near="38.7223344,-9.13") == {"Palace"}
    unknown = await client.get(f"{API}/search", params={"q": "", "near": "Atlantis"})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "place_unknown")
    page = (await client.get("/search", params={"near": "38.7223344,-9.1393221"})).text
    assert "Trams" in page
    assert "38.7223" not in page
    assert "No note that you may see says where that is" in (await client.get("/search?near=Atlantis")).text


@pytest.mark.parametrize("params", [
    {"q": "tea", "lang": "xx"}, {"q": "tea lang:xx"}, {"q": "tea -lang:xx"}, {"q": "lang:xx tea"}, {"q": "tea 语言:xx"},
])  # fmt: skip
async def test_a_language_that_is_none_is_an_error_and_on_the_page_a_sentence(
    client: httpx.AsyncClient, db: Db, ines: Person, params: dict[str, str]
) -> None:
    await write(db, ines, "Tea")
    for path in (f"{API}/search", f"{API}/search/answers", "/search.atom"):
        if "lang" in params and path.endswith("answers"):
            continue
        answer = await client.get(path, params=params, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "language_unknown"), path
        assert answer.json()["detail"] == "We do not know this language."
    asked = {"question": params["q"], "lang": params.get("lang")}
    saved = await client.post(f"{API}/me/saved-searches", json=asked, headers=ines.bearer)
    assert (saved.status_code, saved.json()["code"]) == (400, "language_unknown")
    page = (await client.get("/search", params=params, headers=ines.cookie)).text
    assert "There is no language “xx” here; the search is made without it." in page
    assert 'href="/n/' in page
    assert 'action="/search/saved"' not in page or "lang" in params
    told = (await client.get("/search/answers", params={"q": params["q"]}, headers=ines.cookie)).text
    assert ("There is no language “xx” here" in told) == ("lang" not in params)


async def test_a_language_may_be_named_by_a_region_of_it(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    await write(db, ines, "Tea", lang="pt")
    await write(db, ines, "Tea and bread")
    assert await found(client, q="tea", lang="pt-BR") == {"Tea"}
    assert await found(client, q="tea lang:PT-br") == {"Tea"}


async def test_where_a_hidden_note_is_tells_nobody_where_a_place_is(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    await write(db, ines, "Hut", audience="me", place_name="Shangri-La", latitude=1.0, longitude=1.0)
    assert await found(client, ines, near="1,1") == {"Hut"}
    assert (await client.get(f"{API}/search", params={"q": "", "near": "shangri-la"})).status_code == 400
    assert await found(client, near="1,1") == set()


async def test_near_reaches_over_the_edge_of_the_map(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await write(db, ines, "Taveuni", place_name="Taveuni", latitude=-16.8, longitude=179.95)
    assert await found(client, near="-16.8,-179.95") == {"Taveuni"}
    assert round(km_between(38.72, -9.14, 41.16, -8.63)) == 275
    assert coarse(38.7223, -9.1393) == Spot(latitude=38.72, longitude=-9.14)
    assert coarse(float("nan"), 0) is coarse(91, 0) is None


async def test_one_looks_among_what_one_saved_or_has_or_has_not_opened(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    kept = await write(db, ines, "Harbour at dawn")
    await write(db, ines, "Harbour at night")
    await notes.save(db, mei.viewer, kept, True)
    await db.run(
        "INSERT INTO opening (account_id, note_id, surface, created_at) VALUES ($1, $2, 'search', $3)",
        mei.id, kept, now(),
    )  # fmt: skip
    for params in (
        {"in": "saved"},
        {"q": "harbour in:saved"},
        {"q": "in:saved"},
        {"q": "harbour", "seen": "yes"},
    ):
        assert await found(client, mei, **params) == {"Harbour at dawn"}
    assert await found(client, mei, q="harbour", seen="no") == {"Harbour at night"}
    assert await found(client, mei, q="night", **{"in": "saved"}) == set()
    assert await found(client, ines, q="harbour in:saved") == set()
    assert await found(client, q="harbour in:saved") == set()
    led = await client.get("/saved", params={"q": "harbour"}, headers=mei.cookie)
    assert (led.status_code, led.headers["location"]) == (303, "/search?q=harbour&in=saved")
    page = (await client.get(led.headers["location"], headers=mei.cookie)).text
    assert "at dawn" in page
    assert "at night" not in page
    assert 'action="/search"' in (await client.get("/saved", headers=mei.cookie)).text


async def test_in_saved_holds_for_answers_as_for_notes(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    kept = await write(db, ines, "Ferry to the island", body="The ferry to the island costs 3 euro.")
    await write(db, ines, "The island ferry", body="The ferry to the island costs 8 euro.")
    await notes.save(db, mei.viewer, kept, True)
    asked = "how much is the ferry to the island"

    async def said(typed: str, headers: dict[str, str]) -> set[str]:
        answer = await client.get(f"{API}/search/answers", params={"q": typed}, headers=headers)
        return {quote["note_id"] for quote in answer.json()["quotes"]}

    assert len(await said(asked, mei.bearer)) == 2
    assert await said(f"{asked} in:saved", mei.bearer) == {str(kept)}
    assert await said(f"{asked} in:saved", {}) == set()
    page = (await client.get("/search", params={"q": asked, "in": "saved"}, headers=mei.cookie)).text
    assert "/search/answers?q=how+much+is+the+ferry+to+the+island+in%3Asaved" in page


async def test_in_saved_is_a_filter_like_the_others_and_comes_off_like_them(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    await notes.save(db, ines.viewer, await write(db, mei, "Harbour at dawn"), True)
    page = (await client.get("/search", params={"q": "harbour in:saved"}, headers=ines.cookie)).text
    assert 'value="harbour in:saved"' in page
    chip = page.partition('class="chip-off" href="')[2]
    assert chip.startswith('/search?q=harbour"')
    assert "Take the filter off: Saved by me" in chip[:120]
    assert 'action="/search/saved"' not in page
    asked = {"q": "harbour in:saved", "lang": "ja"}
    drops = (await client.get("/search", params=asked, headers=ines.cookie)).text.partition('class="drops"')[
        2
    ]
    assert "Japanese" in drops
    await notes.save(db, ines.viewer, (await write(db, mei, "港", lang="ja", body="harbour")), False)
    drops = (await client.get("/search", params=asked, headers=ines.cookie)).text.partition('class="drops"')[
        2
    ]
    assert "Saved by me" in drops
    guest = (await client.get("/search", params=asked)).text
    assert "Saved by me" not in guest


async def test_the_page_says_which_filter_leaves_nothing_and_no_more_than_the_viewer_may_know(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    await write(db, ines, "Harbour")
    page = (await client.get("/search?q=harbour&near=0,0&lang=ja")).text
    assert "Nothing fits these filters" in page
    assert "There is something without" not in page
    page = (await client.get("/search?q=harbour&within=day&lang=ja")).text
    drops = page.partition('class="drops"')[2]
    assert "Japanese" in drops
    assert "Past day" not in drops
    await accounts.block(db, ines.viewer, mei.id)
    page = (await client.get("/search?q=harbour&within=day&lang=ja", headers=mei.cookie)).text
    assert 'class="drops"' not in page


async def test_what_shares_only_small_words_is_shown_where_nothing_answers_and_said_to_be_weak(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    await write(db, ines, "What does this do")
    question = {"q": "what does zzyzx mean"}
    answer = (await client.get(f"{API}/search", params=question)).json()
    assert (answer["is_weak"], len(answer["items"]), answer["next"]) == (True, 1, None)
    assert "Nothing fits exactly" in (await client.get("/search", params=question)).text
    hidden = await write(db, mei, "zzyzx", audience="me")
    assert (await client.get(f"{API}/search", params=question)).json() == answer
    await notes.delete(db, mei.viewer, hidden)
    await write(db, mei, "zzyzx explained")
    answer = (await client.get(f"{API}/search", params=question)).json()
    assert (answer["is_weak"], [hit["note"]["title"]["original"] for hit in answer["items"]]) == (
        False,
        ["zzyzx explained"],
    )
    assert await found(client, q="what does") == {"What does this do"}


@pytest.mark.parametrize("typed", ["ramen", "raamen", "RĀMEN"])
async def test_latin_letters_find_kana(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person, typed: str
) -> None:
    note_id = await write(db, ines, "ラーメンの夜", lang="ja")
    await write(db, ines, "すしを食べる", lang="ja")
    await count_words(job)
    await spell(db, [note_id])
    assert await found(client, q=typed) == {"ラーメンの夜"}
    assert await found(client, q="susi") == await found(client, q="sushi") == {"すしを食べる"}
    offered = (await client.get(f"{API}/search/suggestions", params={"q": typed[:4]})).json()
    assert [one["text"] for one in offered] == ["ラーメンの夜"]


def test_kana_is_offered_by_its_readings() -> None:
    assert readings_of("ラーメンの食べ方") == ["ramenno", "ramen"]
    assert readings_of("東京タワー") == ["tawa"]
    assert readings_of("上海") == ["shanghai", "sh"]


async def test_a_topic_asked_for_is_found_in_other_languages(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    await write(db, ines, "A", body="#lisbon")
    await write(db, ines, "里", body="#里斯本", lang="zh")
    await write(db, ines, "B", body="#berlin")
    assert await found(client, q="#lisbon") == {"A", "里"}
    assert await found(client, q="#lisbon -#里斯本") == {"A"}
