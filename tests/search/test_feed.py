"""A search as an Atom feed, read by a feed reader."""

import re

import feedparser
import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.accounts import actions as accounts
from vermilion.notes import actions as notes
from vermilion.notes.schema import EditNote
from vermilion.storage.db import Db
from vermilion.web.context import State

ORIGIN = "http://vermilion.test"


async def test_a_feed_reader_finds_the_newest_answers(
    client: httpx.AsyncClient, db: Db, mei: Person, ines: Person
) -> None:
    first = await factories.note(
        db, ines, "Lisbon <b>& more", lang="en", body="Three days in Lisbon.\nTake the tram."
    )
    second = await factories.note(db, mei, "里斯本三日游", lang="zh")
    await factories.note(db, ines, "Lisbon for followers", lang="en", audience="followers")
    await factories.note(db, ines, "Something else", lang="en")
    answer = await client.get("/search.atom", params={"q": "lisbon"}, headers=ines.cookie)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert "set-cookie" not in answer.headers
    found = feedparser.parse(answer.content)
    assert (found.bozo, found.version) == (False, "atom10")
    assert found.feed.id == f"{ORIGIN}/search.atom?q=lisbon"
    assert found.feed.title == "lisbon · Vermilion"
    assert [entry.id for entry in found.entries] == [f"{ORIGIN}/n/{second.id}", f"{ORIGIN}/n/{first.id}"]
    newest, oldest = found.entries
    assert (newest.title, newest.title_detail.language, newest.author) == ("里斯本三日游", "zh", "Mei")
    assert oldest.title == "Lisbon <b>& more"
    assert "Three days in Lisbon." in oldest.summary
    assert found.feed.updated == newest.updated
    assert {link.rel: link.href for link in found.feed.links} == {
        "self": f"{ORIGIN}/search.atom?q=lisbon",
        "alternate": f"{ORIGIN}/search?q=lisbon",
    }
    assert all(
        entry.published_parsed and entry.updated_parsed and entry.link == entry.id for entry in found.entries
    )
    only = feedparser.parse((await client.get("/search.atom", params={"q": "lisbon", "lang": "zh"})).content)
    assert [entry.title for entry in only.entries] == ["里斯本三日游"]


async def test_it_is_sent_again_only_where_it_has_changed(
    client: httpx.AsyncClient, state: State, db: Db, ines: Person
) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    answer = await client.get("/search.atom", params={"q": "harbour"})
    assert answer.headers["cache-control"] == "public, max-age=120"
    tag = answer.headers["etag"]
    again = await client.get("/search.atom", params={"q": "harbour"}, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await notes.edit(db, ines.viewer, state.language, note.id, EditNote(title="Harbour lights"))
    changed = await client.get("/search.atom", params={"q": "harbour"}, headers={"if-none-match": tag})
    assert changed.status_code == 200
    (entry,) = feedparser.parse(changed.content).entries
    assert entry.updated >= entry.published
    await notes.delete(db, ines.viewer, note.id)
    gone = feedparser.parse((await client.get("/search.atom", params={"q": "harbour"})).content)
    assert (gone.bozo, gone.entries, bool(gone.feed.updated_parsed)) == (False, [], True)


async def test_a_block_changes_nothing_for_guests(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    await factories.note(db, ines, "Harbour", lang="en")
    await accounts.block(db, ines.viewer, mei.id)
    found = feedparser.parse((await client.get("/search.atom?q=harbour", headers=mei.cookie)).content)
    assert len(found.entries) == 1


@pytest.mark.parametrize("typed", ["", " ", "-a", "***", '"', "lang:en", "\u200b", "\0"])
async def test_nothing_asked_is_told(client: httpx.AsyncClient, typed: str) -> None:
    answer = await client.get("/search.atom", params={"q": typed})
    assert answer.status_code == 400
    assert "Type what you are looking for first." in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 2000,
        "里" * 700,
        "<a> & ]]>",
        "\x01\ufffe\x0b harbour",
        "a'b\"c",
        "#travel",
        "@ines",
        "from:nobody",
    ],
)
async def test_whatever_is_asked_is_well_formed(
    client: httpx.AsyncClient, db: Db, ines: Person, typed: str
) -> None:
    await factories.note(db, ines, typed.replace("\0", "")[:90], lang="en", body=typed)
    answer = await client.get("/search.atom", params={"q": typed})
    assert answer.status_code == 200
    assert not feedparser.parse(answer.content).bozo


async def test_the_page_names_its_feed(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await factories.note(db, ines, "Harbour", lang="en")
    page = (await client.get("/search", params={"q": "harbour & more", "lang": "en"})).text
    found = re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]*)">', page)
    assert found is not None
    assert found[1] == "/search.atom?q=harbour+%26+more&amp;lang=en"
    assert "atom+xml" not in (await client.get("/search")).text
