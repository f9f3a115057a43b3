"""The forms of a note over HTTP: coordinates, and the author's words in other languages."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.notes import reads
from vermilion.notes.schema import NewVersion, Note
from vermilion.web.context import State

FORM = {
    "title": "The harbour",
    "body": "One\r\n\r\nTwo",
    "lang": "en",
    "audience": "everyone",
    "place_name": "Essaouira",
}
VERSIONS = (
    NewVersion(lang="es", title="El puerto", body="Uno\n\nDos"),
    NewVersion(lang="pt", title="O porto"),
)


@pytest.fixture
async def harbour(state: State, ines: Person) -> Note:
    return await factories.note(
        state.database.session(), ines, "The harbour", body="One\n\nTwo", lang="en", versions=VERSIONS
    )


async def test_coordinates_are_kept_shown_and_kept_again(client: httpx.AsyncClient, ines: Person) -> None:
    sent = {**FORM, "latitude": "31.508493", "longitude": "-9.7595"}
    answer = await client.post("/publish", data=sent, headers=ines.cookie)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert "31.5085, -9.7595" in (await client.get(address, headers=ines.cookie)).text
    form = (await client.get(f"{address}/edit", headers=ines.cookie)).text
    assert 'value="31.508493"' in form
    assert '<details class="more-fields" open>' in form
    await client.post(f"{address}/edit", data={**sent, "title": "The port"}, headers=ines.cookie)
    note = (await client.get(address, headers=ines.cookie)).text
    assert "31.5085, -9.7595" in note
    await client.post(f"{address}/edit", data=FORM, headers=ines.cookie)
    assert "31.5085" not in (await client.get(address, headers=ines.cookie)).text


@pytest.mark.parametrize("wrong", [
    {"latitude": "91", "longitude": "0"}, {"latitude": "north", "longitude": "0"}, {"latitude": "1"},
    {"latitude": "nan", "longitude": "1"}, {"latitude": "1", "longitude": "1e999"},
    {"latitude": "1", "longitude": "1", "place_name": ""},
])  # fmt: skip
async def test_coordinates_that_cannot_be_say_so_beside_the_field(
    client: httpx.AsyncClient, ines: Person, wrong: dict[str, str]
) -> None:
    answer = await client.post("/publish", data={**FORM, **wrong}, headers=ines.cookie)
    assert answer.status_code == 400
    assert 'aria-invalid="true" aria-describedby="wrong"' in answer.text
    assert (
        f'name="latitude" step="any" min="-90" max="90" inputmode="decimal" dir="ltr" value="{wrong["latitude"]}"'
        in answer.text
    )
    assert '<details class="more-fields" open>' in answer.text


async def test_an_empty_field_stays_empty(client: httpx.AsyncClient, ines: Person, harbour: Note) -> None:
    form = (await client.get(f"/n/{harbour.id}/edit", headers=ines.cookie)).text
    assert "None" not in form
    assert '<details class="more-fields">' in form


VERSION_FIELDS = {
    "version": ["es", "pt"],
    "title-es": "El puerto",
    "body-es": "Uno\r\n\r\nDos",
    "title-pt": "O porto",
    "body-pt": "",
}


@pytest.mark.parametrize(("changed", "left"), [
    ({}, {"es": ("El puerto", "Uno\n\nDos"), "pt": ("O porto", "")}),
    ({"title": "The port"}, {"es": ("El puerto", "Uno\n\nDos"), "pt": ("O porto", "")}),
    ({"title-es": " ", "body-pt": "Um"}, {"es": ("", "Uno\n\nDos"), "pt": ("O porto", "Um")}),
    ({"title-es": "", "body-es": ""}, {"pt": ("O porto", "")}),
    ({"version": ["pt"]}, {"pt": ("O porto", "")}),
    ({"version": []}, {}),
])  # fmt: skip
async def test_the_authors_versions_stand_as_the_form_has_them(
    client: httpx.AsyncClient, state: State, ines: Person, harbour: Note,
    changed: dict[str, str], left: dict[str, tuple[str, str]],
) -> None:  # fmt: skip
    form = (await client.get(f"/n/{harbour.id}/edit", headers=ines.cookie)).text
    assert 'name="title-es" maxlength="100" lang="es" dir="auto" value="El puerto"' in form
    sent = {**FORM, **VERSION_FIELDS, **changed}
    answer = await client.post(f"/n/{harbour.id}/edit", data=sent, headers=ines.cookie)
    assert answer.status_code == 303
    source = await reads.get_source(state.database.session(), ines.viewer, harbour.id)
    assert {version.lang: (version.title, version.body) for version in source.versions} == left


async def test_interests_come_first_among_the_channels(
    client: httpx.AsyncClient, people: Callable[..., Awaitable[Person]]
) -> None:
    yuki = await people("yuki", interests=["outfit", "cats"])
    text = (await client.get("/", headers=yuki.cookie)).text
    places = [text.index(f'href="/channel/{key}"') for key in ("cats", "outfit", "travel", "food")]
    assert places == sorted(places)
    guest = (await client.get("/")).text
    assert guest.index('href="/channel/travel"') < guest.index('href="/channel/cats"')
