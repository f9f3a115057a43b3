"""What programs of others may do: authors and operators say so, and pages, pictures, feeds and the sitemap obey."""

import gzip
import re
from collections.abc import Callable
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import feedparser
import httpx
import msgspec
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import upload
from tests.statements import statements
from vermilion.accounts.schema import Wishes
from vermilion.kernel.clock import now
from vermilion.kernel.ids import new_id
from vermilion.moderation.actions import label
from vermilion.notes import sitemap
from vermilion.notes.album_actions import open_album
from vermilion.notes.album_table import NewAlbum
from vermilion.notes.schema import NewPicture
from vermilion.notes.series_actions import open_series, put_into
from vermilion.notes.series_schema import NewSeries
from vermilion.settings import ROBOTS, BadSettingError, Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.web.robots import rules_of
from vermilion.work.jobs import Job

ORIGIN = "http://vermilion.test"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
NO = "noindex, noai, noimageai"
META = re.compile(r'<meta name="(robots|tdm-reservation)" content="([^"]*)">')

Set = Callable[[str], None]


@pytest.fixture
def room(state: State) -> Set:
    """Sets what the operator says."""

    def change(robots: str) -> None:
        state.settings = msgspec.structs.replace(state.settings, robots=robots)

    return change


async def locations(client: httpx.AsyncClient, path: str) -> list[str]:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml; charset=utf-8")
    return [found.text or "" for found in ET.fromstring(answer.content).iterfind("*/s:loc", NAMES)]  # noqa: S314 - our own answer


async def listed(client: httpx.AsyncClient) -> set[str]:
    """Every address the sitemap leads to, without the room's own pages."""
    found: list[str] = []
    for page in await locations(client, "/sitemap.xml"):
        if not page.endswith("/room.xml"):
            found += await locations(client, page.removeprefix(ORIGIN))
    assert len(found) == len(set(found))
    return {address.removeprefix(ORIGIN) for address in found}


@pytest.mark.parametrize(
    ("robots", "wish", "words"),
    [
        ("listed", Wishes(), "noai, noimageai"), ("open", Wishes(), ""), ("unlisted", Wishes(), NO), ("closed", Wishes(), NO),
        ("listed", Wishes(may_list=False), NO), ("listed", Wishes(may_train=True), ""),
        ("unlisted", Wishes(may_list=True, may_train=True), ""), ("closed", Wishes(may_list=True, may_train=True), NO),
        ("open", Wishes(may_train=False), "noai, noimageai"), ("open", Wishes(may_list=False), "noindex"),
    ],
)  # fmt: skip
async def test_a_page_obeys_its_author_and_the_room(
    client: httpx.AsyncClient,
    db: Db,
    blobs: Blobs,
    ines: Person,
    room: Set,
    robots: str,
    wish: Wishes,
    words: str,
) -> None:
    note = await factories.note(db, ines, pictures=(NewPicture(id=await upload(db, blobs, ines)),))
    key = await db.value("SELECT key FROM media WHERE note_id = $1", note.id)
    await db.run(
        "UPDATE account SET may_list = $2, may_train = $3 WHERE id = $1",
        ines.id,
        wish.may_list,
        wish.may_train,
    )
    room(robots)
    for path in (f"/n/{note.id}", "/@ines", "/@ines/feed.atom", f"/m/{note.id}/{key}/m.webp"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.headers.get("x-robots-tag", "") == words, path
        assert answer.headers.get("tdm-reservation", "") == ("1" if "noai" in words else ""), path
        if "text/html" in answer.headers["content-type"]:
            said = dict(META.findall(answer.text))
            assert said.get("robots", "") == words
            assert ("tdm-reservation" in said) == ("noai" in words)


async def test_every_list_of_an_authors_obeys_them(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person, room: Set
) -> None:
    album = await open_album(db, ines.viewer, NewAlbum(name="Harbours"))
    series = await open_series(db, ines.viewer, state.language, NewSeries(title="Harbours"))
    await put_into(db, ines.viewer, (await factories.note(db, ines)).id, series.id)
    await db.run("UPDATE account SET may_list = false, may_train = true WHERE id = $1", ines.id)
    room("open")
    pages = (f"/@ines/albums/{album.id}", f"/@ines/series/{series.id}")
    for path in (*pages, "/@ines/albums", "/@ines/series", "/@ines/followers", "/@ines/following"):
        answer = await client.get(path)
        assert answer.headers.get("x-robots-tag") == "noindex", path
        assert path not in pages or dict(META.findall(answer.text))["robots"] == "noindex"


def test_several_authors_together_are_as_strict_as_the_strictest(state: State) -> None:
    willing, not_listed = Wishes(may_list=True, may_train=True), Wishes(may_list=False, may_train=True)
    assert rules_of(state.settings, willing, willing).words == ""
    assert rules_of(state.settings, willing, not_listed).words == "noindex"
    assert rules_of(state.settings, willing, not_listed, Wishes()).words == NO


async def test_an_author_says_so_in_the_settings(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    note = await factories.note(db, ines, "Harbour")
    page = (await client.get("/settings", headers=ines.cookie)).text
    assert re.findall(r'name="may_(\w+)" value="1"( checked)?', page) == [("list", " checked"), ("train", "")]
    answer = await client.post("/settings/robots", data={"may_train": "1"}, headers=ines.cookie)
    assert answer.headers["location"] == "/settings?saved=1#robots"
    page = (await client.get("/settings", headers=ines.cookie)).text
    assert re.findall(r'name="may_(\w+)" value="1"( checked)?', page) == [("list", ""), ("train", " checked")]
    assert (await client.get(f"/n/{note.id}")).headers["x-robots-tag"] == "noindex"
    wishes = (await client.get(f"/api/v1/notes/{note.id}")).json()["wishes"]
    assert wishes == {"may_list": False, "may_train": True}
    sent = {"may_list": True, "may_train": False}
    me = (await client.patch("/api/v1/me", json=sent, headers=ines.bearer)).json()
    assert (me["may_list"], me["may_train"]) == (True, False)
    assert (await client.get("/api/v1/profiles/ines")).json()["wishes"] == sent
    guest = await client.post("/settings/robots", data={}, headers={"sec-fetch-site": "same-origin"})
    assert guest.headers["location"].startswith("/sign-in")


async def test_robots_txt_says_where_robots_may_go(client: httpx.AsyncClient, room: Set) -> None:
    async def rules() -> RobotFileParser:
        answer = await client.get("/robots.txt")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        parser = RobotFileParser()
        parser.parse(answer.text.splitlines())
        return parser

    listed_room = await rules()
    assert listed_room.site_maps() == [f"{ORIGIN}/sitemap.xml"]
    assert listed_room.can_fetch("Googlebot", "/n/7")
    assert not listed_room.can_fetch("Googlebot", "/search?q=x")
    assert not listed_room.can_fetch("GPTBot", "/n/7")
    room("open")
    assert (await rules()).can_fetch("GPTBot", "/n/7")
    room("unlisted")
    assert (await rules()).can_fetch("Googlebot", "/n/7")  # so that it reads what the page says
    room("closed")
    closed = await rules()
    assert not closed.can_fetch("Googlebot", "/")
    assert closed.site_maps() is None


async def test_a_closed_room_says_so_everywhere(client: httpx.AsyncClient, room: Set) -> None:
    room("closed")
    for path in ("/", "/nowhere", "/cover/sea-1.svg", "/api/v1/feeds/explore"):
        answer = await client.get(path)
        assert (answer.headers["x-robots-tag"], answer.headers["tdm-reservation"]) == (NO, "1")
    for path in ("/sitemap.xml", "/sitemap/room.xml", "/sitemap/notes/0.xml"):
        assert (await client.get(path)).status_code == 404


async def test_the_sitemap_names_what_is_public_and_allowed(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person, room: Set
) -> None:
    seen = await factories.note(db, ines, "Seen")
    others = await factories.note(db, mei, "By somebody who says no")
    await db.run("UPDATE account SET may_list = false WHERE id = $1", mei.id)
    for audience in ("followers", "mutual", "me"):
        await factories.note(db, ines, audience, audience=audience)
    for state in ("draft", "pending", "held", "hidden"):
        made = await factories.note(db, ines, state)
        await db.run("UPDATE note SET state = $2 WHERE id = $1", made.id, state)
    for name, region in (("withheld", None), ("withheld", "DE"), ("sensitive", None)):
        made = await factories.note(db, ines, name)
        await label(db, made.id, made.id, name, region=region, reason="test")
    deleted = await factories.note(db, ines, "Deleted")
    await db.run("UPDATE note SET deleted_at = $2 WHERE id = $1", deleted.id, now())
    gone = await factories.person(db, "gone")
    await factories.note(db, gone, "Of a closed account")
    await db.run("UPDATE account SET state = 'closed' WHERE id = $1", gone.id)
    await factories.person(db, "silent")
    assert await listed(client) == {f"/n/{seen.id}", "/@ines"}
    await db.run("UPDATE account SET may_list = NULL WHERE id = $1", mei.id)
    assert await listed(client) == {f"/n/{seen.id}", f"/n/{others.id}", "/@ines", "/@mei"}
    room("unlisted")
    assert await listed(client) == set()
    await db.run("UPDATE account SET may_list = true WHERE id = $1", mei.id)
    assert await listed(client) == {f"/n/{others.id}", "/@mei"}
    assert f"{ORIGIN}/watch" in await locations(client, "/sitemap/room.xml")


async def test_a_large_sitemap_comes_in_pages_and_pieces(
    client: httpx.AsyncClient, db: Db, job: Job, ines: Person
) -> None:
    made = [await factories.note(db, ines, f"Note {at}") for at in range(7)]
    assert await sitemap.divide_sitemap(job, page=3) == 2
    assert await sitemap.divide_sitemap(job, page=3) == 0
    pages = [page for page in await locations(client, "/sitemap.xml") if "/notes/" in page]
    assert [page.rpartition("/")[2] for page in pages] == ["0.xml", f"{made[3].id}.xml", f"{made[6].id}.xml"]
    found = [await locations(client, page.removeprefix(ORIGIN)) for page in pages]
    assert [[int(address.rpartition("/")[2]) for address in page] for page in found] == [
        [note.id for note in made[:3]],
        [note.id for note in made[3:6]],
        [made[6].id],
    ]
    index = (await client.get("/sitemap.xml")).text
    assert len(re.findall(r"/sitemap/notes/\d+\.xml</loc><lastmod>\d{4}-\d\d-\d\dT[\d:]{8}Z<", index)) == 3
    with statements(db, at_most=12):
        pieces = [piece async for piece in sitemap.listed_notes(db, 0, 2**63 - 1, unasked=True, piece=2)]
    assert [len(piece) for piece in pieces] == [2, 2, 2, 1]
    assert await sitemap.divide_sitemap(job, page=2) == 0  # pages that stand stay where they are


async def test_a_page_never_has_more_addresses_than_the_protocol_allows(
    db: Db, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(6):
        await factories.note(db, ines, f"Note {at}")
    monkeypatch.setattr(sitemap, "MOST", 5)
    pieces = [piece async for piece in sitemap.listed_notes(db, 0, 2**63 - 1, unasked=True, piece=2)]
    assert sum(map(len, pieces)) == 5


async def test_it_is_sent_packed_and_kept(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    note = await factories.note(db, ines, "Harbour")
    async with client.stream("GET", "/sitemap/notes/0.xml", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "accept-encoding")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert f"/n/{note.id}</loc><lastmod>" in gzip.decompress(raw).decode()


@pytest.mark.parametrize("file", ["1.xml", "-1.xml", "x.xml", "0.txt", "0", "9" * 30 + ".xml", "٣.xml"])
async def test_what_is_no_page_of_the_sitemap(client: httpx.AsyncClient, file: str) -> None:
    for kind in ("notes", "people", "none"):
        assert (await client.get(f"/sitemap/{kind}/{file}")).status_code == 404


async def test_the_feed_of_a_topic_is_as_strict_as_its_strictest_author(
    client: httpx.AsyncClient, db: Db, ines: Person, mei: Person
) -> None:
    for author in (ines, mei):
        await factories.note(db, author, body="#harbour", lang="en")
    await db.run("UPDATE account SET may_list = false WHERE id = $1", mei.id)
    for path in ("/topic/harbour/feed.atom", "/search.atom?q=harbour"):
        answer = await client.get(path)
        assert len(feedparser.parse(answer.content).entries) == 2
        assert answer.headers["x-robots-tag"] == NO


def test_the_operator_s_word_is_one_of_four() -> None:
    assert Settings.read({}).robots == "listed"
    assert [Settings.read({"VERMILION_ROBOTS": word.upper()}).robots for word in ROBOTS] == list(ROBOTS)
    with pytest.raises(BadSettingError, match="VERMILION_ROBOTS"):
        Settings.read({"VERMILION_ROBOTS": "none"})


async def test_an_id_far_in_the_future_belongs_to_the_last_page(db: Db, job: Job) -> None:
    await sitemap.divide_sitemap(job)
    assert await sitemap.ends(db, "notes", 0) == 2**63 - 1
    assert await sitemap.ends(db, "notes", new_id()) is None
