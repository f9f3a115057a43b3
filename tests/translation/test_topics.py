"""The same topic in several languages: our table, the operator's, and what authors agree on."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import Later
from vermilion.notes.schema import NewVersion
from vermilion.storage.db import Db
from vermilion.translation.topics import Pair, Topics, grown, read
from vermilion.web.context import Brief, State

TOPICS = Topics(read())


@pytest.mark.parametrize(
    ("tag", "lang", "name"),
    [
        ("旅行", "en", "travel"),
        ("TRAVEL", "zh", "旅行"),
        ("travel", "es-MX", TOPICS.in_language("travel", "es")),
        ("nobodyeverusedthistag", "en", None),
        ("travel", "xx", None),
        ("", "en", None),
    ],
)
def test_a_topic_in_another_language(tag: str, lang: str, name: str | None) -> None:
    assert TOPICS.in_language(tag, lang) == name


def test_every_name_of_a_topic_leads_to_the_same_ones() -> None:
    same = TOPICS.same("travel")
    assert {"travel", "旅行", "viaje"} <= set(same)
    assert same[0] == "travel"
    assert set(TOPICS.same("旅行")) == set(same)


def test_a_tag_of_no_topic_is_alone() -> None:
    assert TOPICS.same("NobodyEver") == ["nobodyever"]


def test_a_reader_finds_a_topic_by_the_name_they_know() -> None:
    topics = Topics(read())
    assert topics.for_reader("旅行", ("en",)) == "travel"
    assert topics.for_reader("旅行", ("pt", "en")) == "viagem"
    assert topics.for_reader("旅行", ("en", "zh")) is None
    assert topics.for_reader("nobody_knows", ("en",)) is None
    assert {"travel", "旅行", "viaje"} <= set(topics.same("Viagem"))


def test_the_operator_s_table_comes_before_ours(tmp_path: Path) -> None:
    extra = tmp_path / "topics.toml"
    extra.write_text('[[topic]]\nen = ["m62"]\nzh = ["六十二号公路"]\n', "utf-8")
    topics = Topics(read(extra), [Pair(lang="en", tag="m62", other_lang="pt", other="autoestrada62")])
    assert topics.for_reader("六十二号公路", ("en",)) == "m62"
    assert topics.for_reader("m62", ("pt",)) == "autoestrada62"
    assert topics.for_reader("旅行", ("en",)) == "travel"


async def test_what_three_authors_call_the_same_becomes_the_same(
    db: Db, state: State, client: httpx.AsyncClient, people: Callable[..., Awaitable[Person]], later: Later
) -> None:
    for number in range(3):
        assert await grown(db) == []
        author = await people(f"author{number}", reads=("zh",))
        await factories.note(
            db, author, "船", body="今天去看船 #旧港口 #猫",
            versions=(NewVersion(lang="en", body="Saw the boats today #oldharbour #cats"),),
        )  # fmt: skip
        await later()
    assert Pair(lang="zh", tag="旧港口", other_lang="en", other="oldharbour") in await grown(db)
    state.known = Brief(seconds=600)
    found = (await client.get("/api/v1/feeds/topics/oldharbour")).json()["items"]
    assert len(found) == 3
    assert (await client.get("/api/v1/topics/旧港口")).json()["name"] == "oldharbour"


async def test_a_topic_page_gathers_every_name_and_texts_call_it_by_the_reader_s(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    chinese = await factories.note(db, mei, "火车", body="坐火车去 #旅行")
    await factories.note(db, ines, "Trains", body="On the train #travel")
    page = (await client.get("/topic/travel", headers=ines.cookie)).text
    assert page.count('class="card') >= 2
    assert "<bdi>#travel</bdi>" in page
    assert ">#旅行</bdi>" in page
    shown = (await client.get(f"/n/{chinese.id}", headers=ines.cookie)).text
    assert 'href="/topic/旅行" title="#旅行">#travel</a>' in shown
    assert ">#旅行</a>" in (await client.get(f"/n/{chinese.id}", headers=mei.cookie)).text
