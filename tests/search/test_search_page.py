import re

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.accounts import actions as accounts
from vermilion.kernel.ids import Id
from vermilion.moderation.actions import label
from vermilion.notes.schema import NewVersion
from vermilion.search.actions import index_people
from vermilion.search.jobs import count_words
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

API = "/api/v1"


async def write(db: Db, author: Person, title: str, **fields: object) -> Id:
    return (await factories.note(db, author, title, **{"lang": "en", **fields})).id


async def found(client: httpx.AsyncClient, viewer: Person | None = None, **params: str) -> list[str]:
    answer = await client.get(f"{API}/search", params=params, headers=viewer.bearer if viewer else {})
    assert answer.status_code == 200, answer.text
    return [hit["note"]["title"]["original"] for hit in answer.json()["items"]]


async def test_a_question_in_english_finds_a_chinese_note(
    client: httpx.AsyncClient, db: Db, mei: Person
) -> None:
    await write(db, mei, "里斯本三日游", lang="zh")
    await write(db, mei, "北京的冬天", lang="zh")
    await write(db, mei, "成都火锅", lang="zh")
    assert (await found(client, q="lisbon 3 day"))[0] == "里斯本三日游"
    assert await found(client, q="hot pot") == ["成都火锅"]
    assert await found(client, q="winter in beijing") == ["北京的冬天"]


async def test_a_chinese_question_finds_notes_in_other_languages(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    await write(db, ines, "Três dias em Lisboa", lang="pt")
    await write(db, ines, "My application essay")
    assert await found(client, q="里斯本") == ["Três dias em Lisboa"]
    assert await found(client, q="申请") == ["My application essay"]
    hit = (await client.get(f"{API}/search", params={"q": "里斯本"})).json()["items"][0]
    assert hit["note"]["reason"]["source"] == "topic"
    assert hit["original_marks"] == [[13, 19]]


async def test_the_page_marks_the_words_and_tells_languages_and_date(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    await write(
        db, mei, "里斯本三日游", lang="zh", versions=(NewVersion(lang="en", title="Three days in Lisbon"),)
    )
    await write(db, ines, "Lisbon <b>& more")
    page = (await client.get("/search", params={"q": "lisbon"}, headers={"accept-language": "en"})).text
    assert "Three days in <mark>Lisbon</mark>" in page
    assert "<mark>Lisbon</mark> &lt;b&gt;&amp; more" in page
    assert "Chinese" in page
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\d">', page)
    assert 'value="lisbon"' in page
    # The languages of what was found are filters, whatever one reads; another question than words is no weak answer.
    assert 'href="/search?q=lisbon&amp;lang=zh"' in page
    page = (await client.get("/search", params={"q": "from:mei"}, headers={"accept-language": "en"})).text
    assert "Three days in Lisbon" in page
    assert "Nothing fits exactly" not in page
    page = (await client.get("/search", params={"q": "lang:zh"}, headers={"accept-language": "en"})).text
    assert "Type what you are looking for first." in page


async def test_the_page_works_whatever_is_typed(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await write(db, ines, "harbour")
    for typed in (
        "",
        " ",
        "zzzz",
        "x" * 2000,
        '"',
        "-a",
        "*:*&|",
        "\u200b",
        "%00",
        "\0",
        "'",
        "<script>alert(1)</script>",
        "里" * 500,
    ):
        for tab in ("notes", "people", "topics", "places", "nonsense"):
            answer = await client.get("/search", params={"q": typed, "tab": tab})
            assert answer.status_code == 200
            assert "<script>alert" not in answer.text
    assert "Only the first 200 characters" in (await client.get("/search", params={"q": "x " * 400})).text
    assert "What are you looking for?" in (await client.get("/search")).text
    assert "Nothing was found" in (await client.get("/search", params={"q": "zzzz"})).text
    assert (
        "Nothing fits these filters"
        in (await client.get("/search", params={"q": "zzzz", "sort": "liked"})).text
    )


@pytest.mark.parametrize("cursor", ["x", "bm90", "WzEsMiwzXQ", "W10", "\0"])
async def test_a_made_up_cursor_is_refused(
    client: httpx.AsyncClient, db: Db, ines: Person, cursor: str
) -> None:
    await write(db, ines, "harbour")
    answer = await client.get(f"{API}/search", params={"q": "harbour", "cursor": cursor})
    assert answer.status_code == 400


async def test_a_mistyped_word_finds_what_was_meant(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person
) -> None:
    await write(db, ines, "Harbour in Lisbon")
    await write(db, ines, "Quetzal secrets", audience="me")
    await count_words(job)
    answer = (await client.get(f"{API}/search", params={"q": "harbor lisbpn"})).json()
    assert [hit["note"]["title"]["text"] for hit in answer["items"]] == ["Harbour in Lisbon"]
    answer = (await client.get(f"{API}/search", params={"q": "lisbpn"})).json()
    assert answer["instead"] == "lisbon"
    page = (await client.get("/search", params={"q": "lisbpn"}, headers={"accept-language": "en"})).text
    assert "Shown instead: lisbon" in page
    assert "<mark>Lisbon</mark>" in page
    # Words of notes that are not for everyone are no help.
    assert (await client.get(f"{API}/search", params={"q": "quetzel"})).json()["instead"] is None
    assert (await client.get(f"{API}/search", params={"q": "zzzzzz"})).json()["instead"] is None


async def test_filters_narrow_and_sort(client: httpx.AsyncClient, db: Db, ines: Person, mei: Person) -> None:
    first = await write(db, ines, "harbour one")
    await write(db, mei, "harbour dos", lang="es")
    await db.run("UPDATE note_count SET comment_count = 5 WHERE note_id = $1", first)
    assert await found(client, q="harbour", sort="newest") == ["harbour dos", "harbour one"]
    assert await found(client, q="harbour", sort="commented") == ["harbour one", "harbour dos"]
    assert await found(client, q="harbour", lang="es") == ["harbour dos"]
    assert await found(client, q="harbour", within="day", sort="newest") == ["harbour dos", "harbour one"]
    await accounts.follow(db, mei.viewer, ines.id)
    assert await found(client, mei, q="harbour", who="followed") == ["harbour one"]
    await db.run(
        "INSERT INTO opening (account_id, note_id, surface, created_at) VALUES ($1, $2, 'search', now())",
        mei.id,
        first,
    )
    assert await found(client, mei, q="harbour", seen="yes") == ["harbour one"]
    assert await found(client, mei, q="harbour", seen="no") == ["harbour dos"]


async def suggested(
    client: httpx.AsyncClient, typed: str, who: Person | None = None
) -> list[tuple[str, str]]:
    answer = await client.get(
        f"{API}/search/suggestions", params={"q": typed}, headers=who.bearer if who else {}
    )
    assert answer.status_code == 200
    return [(one["kind"], one["text"]) for one in answer.json()]


async def test_beginnings_offer_topics_people_places_and_titles(
    client: httpx.AsyncClient, db: Db, later: Later, mei: Person
) -> None:
    await write(db, mei, "上海三日", lang="zh", body="#上海美食", place_name="上海外滩")
    await write(db, mei, "Shade in the garden")
    await index_people(db, [mei.id])
    await later()
    for typed in ("上海", "shanghai", "sh"):
        assert ("title", "上海三日") in await suggested(client, typed)
    assert ("tag", "上海美食") in await suggested(client, "shanghaimeishi")
    assert ("place", "上海外滩") in await suggested(client, "上海w") + await suggested(client, "shanghaiwai")
    assert await suggested(client, "shade") == [("title", "Shade in the garden")]
    assert await suggested(client, "garden") == [("title", "Shade in the garden")]
    assert ("person", "Mei") in await suggested(client, "me")
    assert {kind for kind, _ in await suggested(client, "@me")} == {"person"}
    assert {kind for kind, _ in await suggested(client, "#上海")} == {"tag"}
    # By whichever of its titles a note is called, once.
    await write(db, mei, "Passeio", lang="pt", versions=(NewVersion(lang="en", title="Stroll to Passeio"),))
    assert await suggested(client, "stroll") == [("title", "Stroll to Passeio")]
    assert len(await suggested(client, "passeio")) == 1
    assert await suggested(client, "") == []
    page = await client.get("/search/suggestions", params={"q": "shade"}, headers={"x-fragment": "1"})
    assert 'href="/n/' in page.text


async def test_nothing_is_offered_or_listed_that_may_not_be_seen(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    for audience in ("followers", "me"):
        await write(
            db, ines, f"quiet {audience}", audience=audience, body="#quietcove", place_name="Quiet Cove"
        )
    shown = await write(db, ines, "quiet open", body="#quietbay", place_name="Quiet Bay")
    assert {text for _, text in await suggested(client, "quiet")} == {"quiet open", "quietbay", "Quiet Bay"}

    await index_people(db, [ines.id])

    async def listed(what: str, typed: str, who: Person | None = None) -> object:
        headers = who.bearer if who else {}
        return (await client.get(f"{API}/search/{what}", params={"q": typed}, headers=headers)).json()

    assert await listed("topics", "quiet") == ["quietbay"]
    assert await listed("places", "quiet") == ["Quiet Bay"]
    assert [one["handle"] for one in await listed("people", "ine")] == ["ines"]  # type: ignore[attr-defined]  # JSON
    await label(db, shown, shown, "withheld", region=None, reason="test")
    assert await suggested(client, "quiet") == []
    assert await listed("topics", "quiet") == []
    await accounts.block(db, ines.viewer, mei.id)
    assert await listed("people", "ine", mei) == []
    assert await suggested(client, "ine", mei) == []


async def test_who_mistypes_is_offered_and_shown_what_was_meant(
    client: httpx.AsyncClient, db: Db, job: Job, later: Later, mei: Person, ines: Person
) -> None:
    for title in ("Lisbon by tram", "Three days in Lisbon"):
        await write(db, mei, title, body="#lisbon", place_name="Lisbon")
    await write(db, ines, "Marrakesh by night", body="#marrakesh", audience="me")
    await count_words(job)
    await later()
    assert ("title", "Lisbon by tram") in await suggested(client, "lisbom")
    assert await suggested(client, "#lisbom") == [("tag", "lisbon")]
    assert await suggested(client, "zzzzzz") == []
    for tab, shown in (("topics", 'href="/topic/lisbon"'), ("places", "<bdi>Lisbon</bdi>")):
        page = (await client.get("/search", params={"q": "lisbom", "tab": tab})).text
        assert "Shown instead: lisbon" in page
        assert shown in page
        page = (await client.get("/search", params={"q": "zzzzzz", "tab": tab})).text
        assert "Shown instead" not in page
    # Nor does a guess give away what may not be seen.
    assert await suggested(client, "marrakech", mei) == []
    page = (await client.get("/search", params={"q": "marrakech", "tab": "topics"}, headers=mei.cookie)).text
    assert "marrakesh" not in page


async def test_who_renames_themselves_is_found_by_the_new_name(
    client: httpx.AsyncClient, later: Later, ines: Person
) -> None:
    edited = await client.patch(f"{API}/me", json={"display_name": "小林同学"}, headers=ines.bearer)
    assert edited.status_code == 200
    await later()
    assert ("person", "小林同学") in await suggested(client, "xiaolin")
    assert ("person", "小林同学") in await suggested(client, "xltx")
