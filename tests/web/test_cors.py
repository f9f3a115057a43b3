"""What scripts of other sites may ask: with a token, and what is for everybody; never with a session's cookie, and no pages."""

import httpx
import pytest

from tests import factories
from tests.conftest import ORIGIN
from tests.factories import Person
from tests.scene import upload
from vermilion.media.actions import attach
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Db

ELSEWHERE = {"origin": "https://client.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
OPEN = [
    ("/api/v1/feeds/explore", "get"),
    ("/api/v1/nothing", "get"),
    ("/api/v1/me", "get"),
    ("/oauth/token", "post"),
    ("/oauth/revoke", "post"),
    ("/.well-known/oauth-authorization-server", "get"),
    ("/oembed?url=none", "get"),
    ("/search.atom?q=tea", "get"),
    ("/@nobody/feed.atom", "get"),
    ("/m/1/none/m.webp", "get"),
]
CLOSED = [
    "/",
    "/n/1",
    "/search?q=tea",
    "/settings",
    "/oauth/authorize",
    "/sign-in",
    "/healthz",
    "/operate",
    "/u",
]


def allowance(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize(("path", "method"), OPEN)
async def test_what_takes_a_token_and_what_is_for_everybody_is_read_from_anywhere(
    client: httpx.AsyncClient, path: str, method: str
) -> None:
    answer = await client.request(method, path, headers=ELSEWHERE)
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"etag", "retry-after", "link", "location", "upload-offset", "www-authenticate"} <= set(exposed)
    assert "access-control-allow-credentials" not in answer.headers
    asked = await client.options(
        path,
        headers={
            **ELSEWHERE,
            "access-control-request-method": method.upper(),
            "access-control-request-headers": "authorization,content-type,idempotency-key",
        },
    )
    assert asked.status_code == 204
    assert allowance(asked).keys() > {"access-control-allow-methods", "access-control-max-age"}
    assert asked.headers["access-control-allow-origin"] == "*"
    named = asked.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "idempotency-key", "tus-resumable", "upload-offset"} <= set(
        named
    )
    assert "access-control-allow-credentials" not in asked.headers


@pytest.mark.parametrize("path", CLOSED)
async def test_pages_are_not_for_scripts_of_other_sites(client: httpx.AsyncClient, path: str) -> None:
    assert allowance(await client.get(path, headers=ELSEWHERE)) == {}
    asked = await client.options(path, headers={**ELSEWHERE, "access-control-request-method": "GET"})
    assert asked.status_code == 403
    assert allowance(asked) == {}


async def test_a_token_speaks_from_anywhere_and_a_cookie_does_not(
    client: httpx.AsyncClient, db: Db, ines: Person
) -> None:
    bearer = {"authorization": f"Bearer {await factories.token(db, ines.id)}"}
    for headers in (bearer, {}):
        assert allowance(await client.get("/api/v1/me", headers={**ELSEWHERE, **headers}))
    changed = await client.patch("/api/v1/me", json={"bio": "from afar"}, headers={**ELSEWHERE, **bearer})
    assert changed.status_code == 200
    assert allowance(changed)

    read = await client.get("/api/v1/me", headers={**ELSEWHERE, **ines.cookie})
    assert read.json()["handle"] == ines.viewer.handle
    assert allowance(read) == {}
    wrote = await client.patch("/api/v1/me", json={"bio": "x"}, headers={**ELSEWHERE, **ines.cookie})
    assert (wrote.status_code, wrote.json()["code"], allowance(wrote)) == (403, "bad_origin", {})
    both = await client.get("/api/v1/me", headers={**ELSEWHERE, **bearer, **ines.cookie})
    assert allowance(both) == {}


async def test_what_all_may_see_is_the_same_answer_for_everybody(
    client: httpx.AsyncClient, db: Db, blobs: Blobs, ines: Person
) -> None:
    note = await factories.note(db, ines, "Tea")
    picture = await upload(db, blobs, ines)
    await attach(db, ines.viewer, note.id, note.id, [(picture, 0, "", "und")])
    key = await db.value("SELECT key FROM media WHERE note_id = $1", note.id)
    for path in (f"/m/{note.id}/{key}/s.webp", "/search.atom?q=tea", f"/oembed?url={ORIGIN}/n/{note.id}"):
        for headers in ({}, ines.cookie):  # a shared cache may keep either
            answer = await client.get(path, headers={**ELSEWHERE, **headers})
            assert answer.status_code == 200
            assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    await db.run("UPDATE note SET audience = 'me' WHERE id = $1", note.id)
    own = await client.get(f"/m/{note.id}/{key}/s.webp", headers={**ELSEWHERE, **ines.cookie})
    assert (own.status_code, allowance(own)) == (200, {})


async def test_what_tus_says_of_itself_is_no_question_of_another_site(client: httpx.AsyncClient) -> None:
    said = await client.options("/api/v1/films", headers=ELSEWHERE)
    assert said.headers["tus-version"] == "1.0.0"
    assert said.headers["access-control-allow-origin"] == "*"
