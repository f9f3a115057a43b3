"""A person and a topic as Atom feeds, read by a feed reader."""

import re
from datetime import timedelta

import feedparser
import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import upload
from tests.statements import statements
from vermilion.kernel.clock import now
from vermilion.moderation.actions import label
from vermilion.notes import actions as notes
from vermilion.notes import album_actions
from vermilion.notes.album_table import NewAlbum
from vermilion.notes.schema import NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

ORIGIN = "http://vermilion.test"
PATHS = ("/@ines/feed.atom", "/topic/harbour/feed.atom")


async def read(client: httpx.AsyncClient, path: str) -> feedparser.FeedParserDict:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "application/atom+xml; charset=utf-8",
    )
    found = feedparser.parse(answer.content)
    assert (found.bozo, found.version) == (False, "atom10")
    return found


@pytest.mark.parametrize("path", PATHS)
async def test_a_feed_reader_gets_whole_notes(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person, path: str
) -> None:
    picture = NewPicture(id=await upload(db, blobs, ines), alt="Nets <drying>")
    first = await factories.note(
        db, ines, "港の朝", lang="ja", body="<b>網</b> & @ines #harbour", pictures=(picture,)
    )
    second = await factories.film(db, ines, "", body="Six o'clock #harbour", lang="en")
    found = await read(client, path)
    assert found.feed.id == ORIGIN + path
    assert [entry.id for entry in found.entries] == [f"{ORIGIN}/n/{second.id}", f"{ORIGIN}/n/{first.id}"]
    film, photo = found.entries
    assert (photo.title, photo.title_detail.language, photo.author) == ("港の朝", "ja", "Ines")
    assert photo.author_detail.href == f"{ORIGIN}/@ines"
    assert [tag.term for tag in photo.tags] == ["harbour"]
    (content,) = photo.content
    assert (content.type, content.language) == ("text/html", "ja")
    assert "&lt;b&gt;網&lt;/b&gt; &amp; " in content.value
    addresses = re.findall(r'(?:href|src)="([^"]*)"', content.value)
    assert f"{ORIGIN}/topic/harbour" in addresses
    assert f"{ORIGIN}/@ines" in addresses
    assert all(address.startswith(f"{ORIGIN}/") for address in addresses)
    (image,) = re.findall(r'<img src="([^"]*)"', content.value) or re.findall(
        r' src="([^"]*)"', content.value
    )
    assert image.endswith("/l.webp")
    shown = await client.get(image.removeprefix(ORIGIN).replace("/l.webp", "/m.webp"))
    assert (shown.status_code, shown.headers["cross-origin-resource-policy"]) == (200, "cross-origin")
    assert film.title == "Six o'clock #harbour"
    (enclosure,) = film.enclosures
    assert enclosure.type == "video/mp4"
    assert enclosure.href.startswith(f"{ORIGIN}/f/{second.id}/")


@pytest.mark.parametrize("path", PATHS)
async def test_a_long_feed_is_read_in_pages(
    client: httpx.AsyncClient, db: Db, ines: Person, path: str
) -> None:
    made = [await factories.note(db, ines, f"Harbour {at}", body="#harbour") for at in range(23)]
    seen, at = [], path
    while at:
        found = await read(client, at)
        seen += [entry.id for entry in found.entries]
        at = next((link.href.removeprefix(ORIGIN) for link in found.feed.links if link.rel == "next"), "")
    assert seen == [f"{ORIGIN}/n/{note.id}" for note in reversed(made)]
    with statements(db, at_most=9):
        await client.get(path)


@pytest.mark.parametrize("path", PATHS)
async def test_it_is_sent_again_only_where_it_has_changed(
    client: httpx.AsyncClient, db: Db, ines: Person, path: str
) -> None:
    old = await factories.note(db, ines, "Older", body="#harbour")
    note = await factories.note(db, ines, "Harbour", body="#harbour")
    past = [now() - timedelta(hours=2), now() - timedelta(hours=1)]
    for one, moment in zip((old, note), past, strict=True):
        await db.run("UPDATE note SET created_at = $2, released_at = $2 WHERE id = $1", one.id, moment)
    first = await client.get(path)
    tag, moment = first.headers["etag"], first.headers["last-modified"]
    for known in ({"if-none-match": tag}, {"if-modified-since": moment}):
        again = await client.get(path, headers=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    stale = {"if-none-match": '"other"', "if-modified-since": moment}
    assert (await client.get(path, headers=stale)).status_code == 200  # the tag decides where both are sent
    await notes.delete(db, ines.viewer, note.id)
    for known in ({"if-none-match": tag}, {"if-modified-since": moment}):
        changed = await client.get(path, headers=known)
        assert changed.status_code == 200
        assert [entry.title for entry in feedparser.parse(changed.content).entries] == ["Older"]


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_gets_more_than_a_guest_sees(
    client: httpx.AsyncClient, db: Db, ines: Person, path: str
) -> None:
    body = "#harbour"
    seen = await factories.note(db, ines, "Seen", body=body)
    await factories.note(db, ines, "For followers", body=body, audience="followers")
    hidden = await factories.note(db, ines, "Hidden", body=body)
    await db.run("UPDATE note SET state = 'hidden' WHERE id = $1", hidden.id)
    withheld = await factories.note(db, ines, "Withheld", body=body)
    await label(db, withheld.id, withheld.id, "withheld", region=None, reason="test")
    answer = await client.get(path, headers=ines.cookie)
    assert [entry.id for entry in feedparser.parse(answer.content).entries] == [f"{ORIGIN}/n/{seen.id}"]
    assert "set-cookie" not in answer.headers
    await db.run("UPDATE account SET state = 'closed' WHERE id = $1", ines.id)
    gone = await client.get(path)
    assert "Seen" not in gone.text
    assert gone.status_code == (404 if "@" in path else 200)


async def test_pages_name_their_feeds(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await factories.note(db, ines, "Harbour", body="#harbour #水")
    for page in ("/@ines", "/topic/harbour", "/topic/%E6%B0%B4"):
        named = re.search(
            r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]*)">',
            (await client.get(page)).text,
        )
        assert named is not None
        assert named[1] == f"{ORIGIN}{page}/feed.atom"
        assert len((await read(client, named[1].removeprefix(ORIGIN))).entries) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/@nobody/feed.atom", 404), ("/ines/feed.atom", 404), ("/@ines/feed.atom?cursor=no", 400),
        ("/topic/harbour/feed.atom?cursor=no", 400), ("/topic/none/feed.atom", 200), ("/topic/%00/feed.atom", 200),
    ],
)  # fmt: skip
async def test_what_is_no_feed(client: httpx.AsyncClient, ines: Person, path: str, status: int) -> None:
    assert ines
    answer = await client.get(path)
    assert answer.status_code == status
    if status == 200:
        found = feedparser.parse(answer.content)
        assert (found.bozo, found.entries, bool(found.feed.updated_parsed)) == (False, [], True)


async def test_a_public_album_has_a_feed_and_a_head_and_a_private_one_none(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    first = await factories.note(db, ines, "Harbour", lang="en")
    paths = []
    for is_public in (True, False):
        album = await album_actions.open_album(
            db, ines.viewer, NewAlbum(name="Boats & nets", is_public=is_public)
        )
        await album_actions.add_note(db, ines.viewer, album.id, first.id)
        paths.append(f"/@ines/albums/{album.id}")
    found = await read(client, f"{paths[0]}/feed.atom")
    assert [entry.title for entry in found.entries] == ["Harbour"]
    assert found.feed.title == "Boats & nets · Ines · Vermilion"
    page = (await client.get(paths[0])).text
    assert f'href="{ORIGIN}{paths[0]}/feed.atom"' in page
    assert "CollectionPage" in page
    own = (await client.get(paths[1], headers=ines.cookie)).text
    assert "feed.atom" not in own
    for path in (paths[1], f"{paths[1]}/feed.atom"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get(f"{paths[1]}/feed.atom", headers=ines.cookie)).status_code == 404
