"""Sharing: the page and the dialog, the card at an address that names what is on it."""

import io
import re
from collections.abc import AsyncIterator

import extruct
import httpx
import pytest
from PIL import Image

from tests import factories
from tests.factories import Person
from vermilion.engines.cards import Card, CardOrder, Cards
from vermilion.kernel.clock import now
from vermilion.media.schema import blob_key
from vermilion.moderation.actions import label
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.web.limits import Limits

ORIGIN = "http://vermilion.test"


class Drawn(Cards):
    """Draws nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[CardOrder] = []

    async def draw(self, name: str, order: CardOrder) -> Card:
        assert name
        self.orders.append(order)
        return Card(data=b"a card", has_words=True)


@pytest.fixture
async def drawn(state: State) -> AsyncIterator[Drawn]:
    before, state.cards = state.cards, Drawn()
    yield state.cards
    state.cards = before


async def card_of(client: httpx.AsyncClient, page: str, **headers: str) -> str:
    """The card that a page names first."""
    answer = await client.get(page, headers=headers)
    found = extruct.extract(answer.text, base_url=ORIGIN, syntaxes=["opengraph"])["opengraph"][0][
        "properties"
    ]
    pairs = dict(reversed(found))
    assert (pairs["og:image:width"], pairs["og:image:height"]) == ("1200", "630")
    assert 'content="summary_large_image"' in answer.text
    return str(pairs["og:image"]).removeprefix(ORIGIN)


async def test_a_card_is_drawn_at_its_own_address_alone(
    client: httpx.AsyncClient, db: Db, drawn: Drawn, ines: Person
) -> None:
    note = await factories.note(db, ines, "Harbour\nlights", lang="en")
    address = await card_of(client, f"/n/{note.id}")
    assert address.startswith(f"/card/n/{note.id}/en/")
    answer = await client.get(address)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (
        200,
        b"a card",
        "image/jpeg",
    )
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-robots-tag"] == "noai, noimageai"
    (order,) = drawn.orders
    assert (order.title, order.below, order.site) == ("Harbour lights", "Ines · @ines", "vermilion")
    assert order.drawing.startswith("<svg")
    for other in ("0" * 24, "x", "%2e%2e"):
        moved = await client.get(f"/card/n/{note.id}/en/{other}.jpg")
        assert (moved.status_code, moved.headers["location"]) == (302, address)
        assert moved.headers["cache-control"] == "no-store"
    assert len(drawn.orders) == 1
    await db.run("UPDATE note SET title = 'Other lights' WHERE id = $1", note.id)
    assert (await client.get(address)).status_code == 302
    assert await card_of(client, f"/n/{note.id}") != address


async def test_a_card_speaks_the_language_the_title_is_shown_in(
    client: httpx.AsyncClient, db: Db, drawn: Drawn, mei: Person
) -> None:
    note = await factories.note(db, mei, "里斯本三日游", lang="zh")
    await db.run(
        "INSERT INTO version (note_id, subject_id, part, lang, text, hash) VALUES ($1, $1, 'title', 'pt', 'Lisboa', '')",
        note.id,
    )
    for lang, shown, title in (
        ("zh", "zh", "里斯本三日游"),
        ("pt", "pt", "Lisboa"),
        ("fr", "zh", "里斯本三日游"),
    ):
        address = await card_of(client, f"/n/{note.id}", **{"accept-language": lang})
        assert address.startswith(f"/card/n/{note.id}/{shown}/")
        assert (await client.get(address)).status_code == 200
        assert (drawn.orders[-1].title, drawn.orders[-1].lang) == (title, shown)


async def test_people_and_topics_have_cards(
    client: httpx.AsyncClient, db: Db, state: State, drawn: Drawn, ines: Person
) -> None:
    assert (await client.get(await card_of(client, "/@ines"))).status_code == 200
    assert (drawn.orders[-1].title, drawn.orders[-1].initial, drawn.orders[-1].picture) == ("Ines", "I", b"")
    await state.blobs.put(f"avatar/{'k' * 22}/m.webp", b"a face", "image/webp")
    await db.run("UPDATE account SET avatar_key = $2 WHERE id = $1", ines.id, "k" * 22)
    assert (await client.get(await card_of(client, "/@ines"))).status_code == 200
    assert drawn.orders[-1].picture == b"a face"
    film = await factories.film(db, ines, "Harbour", body="#Boats", lang="en")
    key = await db.value("SELECT key FROM media WHERE note_id = $1", film.id)
    await state.blobs.put(blob_key(key, "m", "webp"), b"a cover", "image/webp")
    assert (await client.get(await card_of(client, "/topic/boats"))).status_code == 200
    assert (drawn.orders[-1].title, drawn.orders[-1].picture) == ("#boats", b"a cover")
    assert (await client.get(await card_of(client, "/topic/nothing"))).status_code == 200


@pytest.mark.parametrize("why", ["followers", "hidden", "deleted", "withheld in a region", "closed"])
async def test_nothing_is_drawn_of_what_is_not_for_everybody(
    client: httpx.AsyncClient, db: Db, drawn: Drawn, ines: Person, why: str
) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    address = await card_of(client, f"/n/{note.id}")
    if why == "followers":
        await db.run("UPDATE note SET audience = 'followers' WHERE id = $1", note.id)
    elif why == "hidden":
        await db.run("UPDATE note SET state = 'hidden' WHERE id = $1", note.id)
    elif why == "deleted":
        await db.run("UPDATE note SET deleted_at = $2 WHERE id = $1", note.id, now())
    elif why == "closed":
        await db.run("UPDATE account SET state = 'closed' WHERE id = $1", ines.id)
    else:
        await label(db, note.id, note.id, "withheld", region="DE", reason="test")
    for path in (address, f"/card/n/{note.id}/en/x.jpg"):
        assert (await client.get(path, headers=ines.cookie)).status_code == 404
    assert drawn.orders == []
    if why == "followers":
        own = (await client.get(f"/n/{note.id}/share", headers=ines.cookie)).text
        assert "Only those who may see this note can open the address." in own
        assert "/card/" not in own
        assert "iframe" not in own
        assert (await client.get(f"/n/{note.id}/share")).status_code == 404


async def test_who_asks_for_too_many_cards_waits(
    client: httpx.AsyncClient, db: Db, state: State, drawn: Drawn, ines: Person
) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    address = await card_of(client, f"/n/{note.id}")
    state.limits = Limits(1 / 60, lambda: 0.0)
    statuses = [(await client.get(address)).status_code for _ in range(4)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    assert drawn.orders


@pytest.mark.parametrize(
    "path",
    ["/card/n/1/en/x.jpg", "/card/n/x/en/x.jpg", "/card/p/nobody/x.jpg", "/card/t/a/xx/x.jpg", "/card/x"],
)
async def test_what_has_no_card(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_the_page_works_without_script_and_the_dialog_is_its_part(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    note = await factories.note(db, ines, 'A "quiet" <street>', body="#harbour", lang="en")
    for path, held in ((f"/n/{note.id}", "iframe"), ("/@ines", "feed.atom"), ("/topic/harbour", "feed.atom")):
        page = (await client.get(path)).text
        assert f'href="{path}/share" data-share' in page
        answer = await client.get(f"{path}/share")
        assert answer.status_code == 200
        assert "noindex" in answer.headers["x-robots-tag"]
        value = re.search(r'readonly dir="ltr" value="([^"]*)"', answer.text)
        assert value is not None
        assert value[1].replace("&#x2f;", "/") == ORIGIN + path
        assert held in answer.text
        assert re.search(
            r'<a class="quiet-button" href="/card/[^"]+" download="vermilion-\w+\.jpg">', answer.text
        )
        part = (await client.get(f"{path}/share", headers={"x-fragment": "sheet"})).text
        assert part.lstrip().startswith('<section class="share">')
        assert "data-close" in part
    assert "<street>" not in (await client.get(f"/n/{note.id}/share")).text


async def test_a_card_is_really_drawn(client: httpx.AsyncClient, db: Db, state: State, ines: Person) -> None:
    note = await factories.note(db, ines, "Harbour", lang="en")
    try:
        answer = await client.get(await card_of(client, f"/n/{note.id}"))
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    finally:
        await state.cards.close()
