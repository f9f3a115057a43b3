"""oEmbed: what other sites are told about a note, read by a consumer, and the page for their frame."""

import re
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest
from micawber.providers import Provider

from tests import factories
from tests.factories import Person
from tests.scene import upload
from vermilion.kernel.clock import now
from vermilion.moderation.actions import label
from vermilion.notes.schema import NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

ORIGIN = "http://vermilion.test"


async def consumed(client: httpx.AsyncClient, url: str, **wanted: int) -> dict[str, object]:
    """What a consumer makes of the answer to its own question."""
    provider = Provider(f"{ORIGIN}/oembed")
    answer = await client.get(f"/oembed?{provider.encode_params(url, **wanted)}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found: dict[str, object] = provider.handle_response(answer.text, url)
    return found


async def test_a_consumer_gets_a_frame(client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person) -> None:
    picture = NewPicture(id=await upload(db, blobs, mei))
    note = await factories.note(db, mei, 'A "quiet" <street>', lang="en", pictures=(picture,))
    url = f"{ORIGIN}/n/{note.id}"
    found = await consumed(client, url)
    assert (found["type"], found["version"], found["title"]) == ("rich", "1.0", 'A "quiet" <street>')
    assert (found["author_name"], found["author_url"]) == ("Mei", f"{ORIGIN}/@mei")
    assert (found["provider_name"], found["provider_url"]) == ("Vermilion", f"{ORIGIN}/")
    html = str(found["html"])
    assert f'src="{url}/embed"' in html
    assert "<street>" not in html
    assert "allow-scripts" not in html
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (720, 720)
    small = await consumed(client, url, maxwidth=300, maxheight=200)
    assert (small["width"], small["height"]) == (300, 200)
    assert 'width="300" height="200"' in str(small["html"])
    assert "thumbnail_url" not in small  # it would be larger than what was asked for
    assert (await consumed(client, f"{url}/share"))["html"] == html


async def test_pages_tell_where_to_ask(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    page = (await client.get(f"/n/{note.id}")).text
    found = re.findall(
        r'<link rel="alternate" type="(\w+/\w+)\+oembed" title="Harbour" href="([^"]*)">', page
    )
    assert [kind for kind, _ in found] == ["application/json", "text/xml"]
    answers = [await client.get(address.removeprefix(ORIGIN).replace("&amp;", "&")) for _, address in found]
    assert [answer.headers["content-type"].split(";")[0] for answer in answers] == [
        "application/json",
        "text/xml",
    ]
    told = {one.tag: one.text for one in ET.fromstring(answers[1].content)}  # noqa: S314 - our own answer
    assert told == {name: str(value) for name, value in answers[0].json().items()}
    assert answers[0].headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400), ({"url": f"{ORIGIN}/n/1"}, 404), ({"url": f"{ORIGIN}/nowhere"}, 404),
        ({"url": "https://elsewhere.test/n/1"}, 404), ({"url": "http://[bad"}, 404), ({"url": "/n/1"}, 404),
        ({"url": f"{ORIGIN}/n/{'9' * 19}"}, 404), ({"url": f"{ORIGIN}/saved"}, 401), ({"url": f"{ORIGIN}/settings"}, 401),
        ({"url": f"{ORIGIN}/n/NOTE", "format": "yaml"}, 501), ({"url": f"{ORIGIN}/n/NOTE", "maxwidth": "0"}, 400),
        ({"url": f"{ORIGIN}/n/NOTE", "maxheight": "x"}, 400), ({"url": f"{ORIGIN}/n/NOTE", "maxwidth": "1" * 15}, 400),
        ({"url": f"{ORIGIN}/n/NOTE", "maxwidth": "1", "maxheight": "1"}, 200),
    ],
)  # fmt: skip
async def test_what_cannot_be_shown_is_answered_as_the_specification_says(
    client: httpx.AsyncClient, db: Db, ines: Person, query: dict[str, str], status: int
) -> None:
    note = await factories.note(db, ines)
    asked = {name: value.replace("NOTE", str(int(note.id))) for name, value in query.items()}
    answer = await client.get(f"/oembed?{urlencode(asked)}", headers={"accept": "application/json"})
    assert answer.status_code == status
    if status >= 400:
        assert answer.json()["detail"]


@pytest.mark.parametrize(
    "why", ["followers", "me", "hidden", "deleted", "withheld", "withheld in a region", "closed"]
)
async def test_what_is_not_for_everybody_is_not_shown_elsewhere(
    client: httpx.AsyncClient, db: Db, ines: Person, why: str
) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    paths = (f"/oembed?{urlencode({'url': f'{ORIGIN}/n/{note.id}'})}", f"/n/{note.id}/embed")
    for path in paths:
        assert "Harbour" in (await client.get(path)).text
    if why in ("followers", "me"):
        await db.run("UPDATE note SET audience = $2 WHERE id = $1", note.id, why)
    elif why == "hidden":
        await db.run("UPDATE note SET state = 'hidden' WHERE id = $1", note.id)
    elif why == "deleted":
        await db.run("UPDATE note SET deleted_at = $2 WHERE id = $1", note.id, now())
    elif why == "closed":
        await db.run("UPDATE account SET state = 'closed' WHERE id = $1", ines.id)
    else:
        await label(
            db, note.id, note.id, "withheld", region="DE" if why.endswith("region") else None, reason="t"
        )
    for path in paths:
        answer = await client.get(path, headers=ines.cookie)  # who asks does not count
        assert answer.status_code == 404
        assert "Harbour" not in answer.text


async def test_the_frame_runs_nothing_and_any_site_may_hold_it(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    film = await factories.film(db, ines, "The <b>harbour</b>", lang="en")
    for path, status in ((f"/n/{film.id}/embed", 200), ("/n/1/embed", 404)):
        answer = await client.get(path, headers=ines.cookie | {"accept-language": "ar"})
        assert answer.status_code == status
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "script" not in policy.replace("'none'", "")
        assert "<script" not in answer.text
        assert "style=" not in answer.text
        assert "set-cookie" not in answer.headers
        assert "noindex" in answer.headers["x-robots-tag"]
        assert 'dir="rtl"' in answer.text
    page = (await client.get(f"/n/{film.id}/embed")).text
    assert "The &lt;b&gt;harbour&lt;&#x2f;b&gt;" in page
    assert re.search(r'<video controls playsinline preload="none"[^>]*><source src="/f/', page)
    links = re.findall(r"<a [^>]*>", page)
    assert links
    assert all('target="_blank" rel="noopener"' in link and f'href="{ORIGIN}/' in link for link in links)
    for other in (f"/n/{film.id}", "/"):
        assert "frame-ancestors 'none'" in (await client.get(other)).headers["content-security-policy"]
