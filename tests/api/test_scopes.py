"""Every route of the OpenAPI document asks a token for its scope, and some for a person."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests import factories
from tests.factories import EVERY_SCOPE, Person, token
from tests.scene import upload
from vermilion.notes.schema import NewPicture
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database, Db
from vermilion.web.api.routes import PATH, RESOURCES
from vermilion.web.openapi import document_of
from vermilion.web.scopes import ABOUT, WORDS

DOCUMENT, _ = document_of(tuple(RESOURCES), PATH)
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]
IN_PERSON = {"changePassword", "closeAccount", "listSessions", "endSession", "getOperation", "registerApplication"}  # fmt: skip
OPEN = {"join", "issueToken", "reopenAccount", "listLanguages", "listChannels"}


def scopes_of(operation: dict[str, Any]) -> set[str]:
    """The scopes a token of an application may have to be answered; none: no token is."""
    return {scope for way in operation["security"] for scope in way.get("oauth2", ())}


async def ask(client: httpx.AsyncClient, path: str, method: str, bearer: str) -> httpx.Response:
    """The bare request, with ids of nothing: whoever is let in gets 400, 404, or what is there."""
    address = path
    for part in DOCUMENT["paths"][path][method].get("parameters", ()):
        if part["in"] == "path":
            address = address.replace(f"{{{part['name']}}}", "1")
    return await client.request(method.upper(), address, headers={"authorization": f"Bearer {bearer}"})


def test_every_scope_is_there_in_words() -> None:
    assert set(WORDS) == set(ABOUT) == set(EVERY_SCOPE)
    flow = DOCUMENT["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]
    assert set(flow["scopes"]) == set(EVERY_SCOPE)
    named = {scope for _, _, operation in OPERATIONS for scope in scopes_of(operation)}
    assert named == set(EVERY_SCOPE)


async def test_every_route_asks_for_its_scope(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    db = database.session()
    found: list[str] = []
    for path, method, operation in OPERATIONS:
        name, scopes = operation["operationId"], scopes_of(operation)
        if not operation["security"]:
            assert name in OPEN
            continue
        others = tuple(scope for scope in EVERY_SCOPE if scope not in scopes)
        without = await ask(client, path, method, await token(db, ines.id, others))
        if without.status_code != 403 or not without.headers.get("www-authenticate", "").startswith(
            'Bearer error="insufficient_scope"'
        ):
            found.append(f"{name}: {without.status_code} to a token for {others}")
        for scope in scopes:
            answer = await ask(client, path, method, await token(db, ines.id, (scope,)))
            # What the address does not tell: some lists are one's own.
            refused = {401} if scope == "public" else {401, 403}
            if answer.status_code in refused or answer.status_code >= 500:
                found.append(f"{name}: {answer.status_code} {answer.text} to a token for {scope}")
    assert found == []


async def test_a_picture_for_a_few_is_had_with_a_token(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person, mei: Person
) -> None:
    picture = NewPicture(id=await upload(db, blobs, ines))
    note = await factories.note(db, ines, audience="me", pictures=(picture,))
    key = await db.value("SELECT key FROM media WHERE note_id = $1", note.id)
    path = f"/m/{note.id}/{key}/m.webp"

    async def status(address: str, bearer: str) -> int:
        return (await client.get(address, headers={"authorization": f"Bearer {bearer}"})).status_code

    assert (await client.get(path)).status_code == 404
    assert await status(path, await token(db, ines.id, ("read",))) == 200
    assert await status(path, await token(db, ines.id, ("public",))) == 404
    assert await status(path, await token(db, mei.id, ("read",))) == 404
    assert await status(path, "none") == 401
    # Pages take no token.
    assert await status(f"/n/{note.id}", await token(db, ines.id)) == 404


async def test_some_deeds_are_a_person_s_own(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    every = await token(database.session(), ines.id)
    closed = [
        (path, method, operation["operationId"])
        for path, method, operation in OPERATIONS
        if operation["security"] == [{"session": []}]
    ]
    assert {name for _, _, name in closed} >= IN_PERSON
    for path, method, _ in closed:
        answer = await ask(client, path, method, every)
        assert (answer.status_code, answer.json()["code"]) == (403, "only_in_person")
    for path, method, name in closed:  # signed in, the same is let in
        if method == "get":
            address = path.replace("{application_id}", "1")
            answer = await client.get(address, headers=ines.cookie)
            assert answer.status_code in {200, 404}, name


@pytest.mark.parametrize(
    ("scopes", "sees"), [(("public",), False), (("read",), True), (("public", "read"), True)]
)
async def test_a_token_for_what_is_public_sees_what_guests_see(
    client: httpx.AsyncClient,
    people: Callable[..., Awaitable[Person]],
    scopes: tuple[str, ...],
    sees: bool,
) -> None:
    mei = await people("mei", reads=("zh",), scopes=scopes)
    note = {"title": "For me alone", "audience": "me"}
    made = await client.post("/api/v1/notes", json=note, headers=mei.cookie)
    answer = await client.get(f"/api/v1/notes/{made.json()['id']}", headers=mei.bearer)
    assert answer.status_code == (200 if sees else 404)
