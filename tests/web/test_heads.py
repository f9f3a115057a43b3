"""What pages say of themselves to other sites, read by a reader of structured data."""

import json
import re
from typing import Any

import extruct
import httpx
import pytest

from tests import factories
from tests.factories import Person
from tests.scene import upload
from vermilion.kernel.clock import now
from vermilion.moderation.actions import label
from vermilion.notes import series_actions
from vermilion.notes.schema import NewPicture
from vermilion.notes.series_schema import NewSeries
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.web.heads import data_block

ORIGIN = "http://vermilion.test"
SAYS = re.compile(r'property="(?:og|article|profile):|application/ld\+json')


def read(page: str, at: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The OpenGraph pairs of a page (the first of each name) and its one block of JSON-LD."""
    found = extruct.extract(page, base_url=ORIGIN + at, syntaxes=["opengraph", "json-ld"], errors="strict")
    (linked,) = found["json-ld"]
    pairs: dict[str, str] = {}
    for name, value in found["opengraph"][0]["properties"]:
        pairs.setdefault(name, value)
    return pairs, linked


async def head(client: httpx.AsyncClient, at: str, **headers: str) -> tuple[dict[str, str], dict[str, Any]]:
    answer = await client.get(at, headers=headers)
    assert answer.status_code == 200
    assert re.findall(r'<link rel="canonical" href="([^"]*)">', answer.text) == [ORIGIN + at]
    assert not re.search(r"<link[^>]*hreflang", answer.text)  # one address in all languages
    return read(answer.text, at)


async def test_a_note_says_who_wrote_it_when_and_in_which_language(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, mei: Person
) -> None:
    picture = await upload(db, blobs, mei)
    note = await factories.note(
        db, mei, "里斯本三日游", lang="zh", body="坐电车去吧 #travel", place_name="Lisbon", made_with_ai=True,
        pictures=(NewPicture(id=picture, alt="A yellow <tram>"),),
    )  # fmt: skip
    await db.run("UPDATE note_count SET like_count = 3, comment_count = 2 WHERE note_id = $1", note.id)
    at = f"/n/{note.id}"
    pairs, linked = await head(client, at, host="evil.test")
    assert pairs["og:url"] == linked["url"] == linked["@id"] == ORIGIN + at
    assert (pairs["og:type"], pairs["og:title"], pairs["og:site_name"]) == (
        "article",
        "里斯本三日游",
        "Vermilion",
    )
    assert pairs["article:published_time"] == linked["datePublished"] == note.created_at.isoformat()
    assert (pairs["article:author"], pairs["article:tag"]) == (f"{ORIGIN}/@mei", "travel")
    assert linked["@type"] == "SocialMediaPosting"
    assert (linked["headline"], linked["articleBody"]) == ("里斯本三日游", "坐电车去吧 #travel")
    assert (linked["inLanguage"], linked["keywords"], linked["commentCount"]) == ("zh", ["travel"], 2)
    assert linked["author"] == {
        "@type": "Person", "name": "Mei", "alternateName": "@mei", "url": f"{ORIGIN}/@mei",
    }  # fmt: skip
    assert linked["contentLocation"]["name"] == "Lisbon"
    assert linked["digitalSourceType"].endswith("trainedAlgorithmicMedia")
    (image,) = linked["image"]
    assert (image["width"], image["height"], image["caption"]) == (720, 720, "A yellow <tram>")
    assert image["url"].startswith(f"{ORIGIN}/m/{note.id}/")
    assert pairs["og:image"].startswith(f"{ORIGIN}/card/n/{note.id}/zh/")
    assert (pairs["og:image:width"], pairs["og:image:height"], pairs["og:image:type"]) == (
        "1200",
        "630",
        "image/jpeg",
    )
    assert pairs["og:image:alt"] == "里斯本三日游"
    likes = {one["interactionType"]: one["userInteractionCount"] for one in linked["interactionStatistic"]}
    assert likes["https://schema.org/LikeAction"] == 3
    assert "evil.test" not in json.dumps(linked) + json.dumps(pairs)


async def test_a_film_is_told_with_its_length(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    note = await factories.film(db, ines, "The harbour at six", lang="en")
    pairs, linked = await head(client, f"/n/{note.id}")
    (film,) = linked["video"]
    assert (film["@type"], film["duration"], film["width"], film["height"]) == (
        "VideoObject",
        "PT20S",
        1080,
        1920,
    )
    assert film["contentUrl"] == pairs["og:video"]
    assert film["contentUrl"].startswith(f"{ORIGIN}/f/{note.id}/")
    assert film["thumbnailUrl"].startswith(f"{ORIGIN}/m/{note.id}/")


async def test_a_person_a_topic_and_the_room(client: httpx.AsyncClient, db: Db, ines: Person) -> None:
    await db.run("UPDATE account SET bio = 'Boats & bread', avatar_key = $2 WHERE id = $1", ines.id, "k" * 22)
    note = await factories.note(db, ines, "Harbour", body="At six #Boats", lang="en")
    pairs, linked = await head(client, "/@ines")
    person = linked["mainEntity"]
    assert (linked["@type"], person["@type"], person["alternateName"]) == ("ProfilePage", "Person", "@ines")
    assert (pairs["og:type"], pairs["profile:username"]) == ("profile", "ines")
    assert person["description"] == pairs["og:description"] == "Boats & bread"
    assert person["image"]["url"] == f"{ORIGIN}/avatar/{'k' * 22}/m.webp"
    assert person["agentInteractionStatistic"][0]["userInteractionCount"] == 1
    pairs, linked = await head(client, "/topic/boats")
    assert (pairs["og:title"], linked["@type"]) == ("#boats", "CollectionPage")
    assert [one["url"] for one in linked["mainEntity"]["itemListElement"]] == [f"{ORIGIN}/n/{note.id}"]
    _, linked = await head(client, "/")
    assert linked["@type"] == "WebSite"
    assert linked["potentialAction"]["target"]["urlTemplate"] == f"{ORIGIN}/search?q={{search_term_string}}"


@pytest.mark.parametrize(
    "why", ["audience", "hidden", "withheld", "withheld in a region", "deleted", "closed"]
)
async def test_what_a_guest_may_not_see_gives_no_card(
    client: httpx.AsyncClient, db: Db, ines: Person, why: str
) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    at = f"/n/{note.id}"
    assert SAYS.search((await client.get(at)).text)
    if why == "audience":
        await db.run("UPDATE note SET audience = 'followers' WHERE id = $1", note.id)
    elif why == "hidden":
        await db.run("UPDATE note SET state = 'hidden' WHERE id = $1", note.id)
    elif why.startswith("withheld"):
        region = "DE" if why.endswith("region") else None
        await label(db, note.id, note.id, "withheld", region=region, reason="test")
    elif why == "deleted":
        await db.run("UPDATE note SET deleted_at = $2 WHERE id = $1", note.id, now())
    else:
        await db.run("UPDATE account SET state = 'closed' WHERE id = $1", ines.id)
    answer = await client.get(at)
    assert answer.status_code == (200 if why == "withheld in a region" else 404)
    assert not SAYS.search(answer.text)
    own = (await client.get(at, headers=ines.cookie)).text
    assert not SAYS.search(own)


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "]]>&lt;", "\u2028", '"\\']
)
async def test_no_text_ends_the_block(client: httpx.AsyncClient, db: Db, ines: Person, text: str) -> None:
    note = await factories.note(db, ines, f"A {text}"[:90], body=text + " end", lang="en")
    answer = await client.get(f"/n/{note.id}")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.text.count("</script>") == answer.text.count("<script ")
    pairs, linked = read(answer.text, f"/n/{note.id}")
    assert (linked["headline"], linked["articleBody"]) == (note.title, note.body)
    assert pairs["og:title"] == " ".join(note.title.split())


def test_a_block_holds_no_sign_that_means_something_in_html() -> None:
    block = str(data_block({"a": "</SCRIPT><!-- & \u2029"}))
    inner = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>\n")
    assert not set("<>&\u2028\u2029") & set(inner)
    assert json.loads(inner) == {"a": "</SCRIPT><!-- & \u2029"}


async def test_a_series_names_its_parts(
    client: httpx.AsyncClient, db: Db, state: State, ines: Person
) -> None:
    made = await series_actions.open_series(
        db, ines.viewer, state.language, NewSeries(title="Nets & boats", lang="en")
    )
    notes = [await factories.note(db, ines, f"Part {at}", lang="en") for at in (1, 2)]
    limited = await factories.note(db, ines, "For followers", lang="en", audience="followers")
    for note in (*notes, limited):
        await series_actions.put_into(db, ines.viewer, note.id, made.id)
    _, linked = await head(client, f"/@ines/series/{made.id}")
    assert (linked["@type"], linked["name"], linked["inLanguage"]) == (
        "CreativeWorkSeries",
        "Nets & boats",
        "en",
    )
    assert linked["author"]["alternateName"] == "@ines"
    assert [part["url"] for part in linked["hasPart"]] == [f"{ORIGIN}/n/{note.id}" for note in notes]
