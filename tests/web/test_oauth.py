"""Applications by OAuth 2.1: asked for in the browser, given a code, tokens for it, and everything that must not work."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.conftest import ORIGIN
from tests.factories import Person
from vermilion.accounts import applications
from vermilion.accounts.applications import NewApplication, Registered
from vermilion.accounts.jobs import forget_old_entries
from vermilion.kernel.clock import now
from vermilion.storage.db import Db
from vermilion.work.jobs import Job

HTTPS, LOOPBACK, PRIVATE = (
    "https://tides.example/back?from=room",
    "http://127.0.0.1/back",
    "example.tides:/back",
)
VERIFIER = "a-verifier-of-at-least-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
NEW = {"name": "Tide tables", "address": "https://tides.example", "redirects": [HTTPS, LOOPBACK, PRIVATE]}


class Tides:
    """The application and what it does."""

    def __init__(self, client: httpx.AsyncClient, made: Registered) -> None:
        self.client, self.application, self.secret = client, made.application, made.client_secret

    def question(self, **changed: str | None) -> str:
        """The address it sends people to."""
        sent: dict[str, str | None] = {
            "response_type": "code", "client_id": str(int(self.application.id)), "redirect_uri": HTTPS,
            "scope": "read write", "state": "a state / ü", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"/oauth/authorize?{urlencode({key: value for key, value in {**sent, **changed}.items() if value is not None})}"

    async def allowed(self, person: Person, **changed: str | None) -> dict[str, str]:
        """What comes back to it after somebody has said yes."""
        answer = await self.client.post(
            self.question(**changed), data={"deed": "allow"}, headers=person.cookie
        )
        return sent_back(answer)

    async def token(self, **fields: str) -> httpx.Response:
        return await self._ask("token", fields)

    async def revoke(self, token: str) -> httpx.Response:
        return await self._ask("revoke", {"token": token})

    async def _ask(self, path: str, fields: dict[str, str]) -> httpx.Response:
        sent = {"client_id": str(int(self.application.id)), "client_secret": self.secret or "", **fields}
        return await self.client.post(f"/oauth/{path}", data={k: v for k, v in sent.items() if v})

    async def exchange(self, code: str, **changed: str) -> httpx.Response:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": HTTPS,
            "code_verifier": VERIFIER,
        }
        return await self.token(**{**fields, **changed})

    async def me(self, access: str) -> httpx.Response:
        return await self.client.get("/api/v1/me", headers={"authorization": f"Bearer {access}"})


def sent_back(answer: httpx.Response, redirect: str = HTTPS) -> dict[str, str]:
    """What an answer says at the application's own address."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(redirect)
    return {key: value[0] for key, value in parse_qs(urlsplit(answer.headers["location"]).query).items()}


MakeTides = Callable[..., Awaitable[Tides]]


@pytest.fixture
async def make_tides(client: httpx.AsyncClient, db: Db, mei: Person) -> MakeTides:
    async def make(**changed: Any) -> Tides:  # noqa: ANN401 - fields of NewApplication
        new = NewApplication(
            **{**NEW, "redirects": tuple(NEW["redirects"]), "is_confidential": True, **changed}
        )
        return Tides(client, await applications.register(db, mei.viewer, new))

    return make


@pytest.fixture
async def tides(make_tides: MakeTides) -> Tides:
    return await make_tides()


async def test_the_whole_way(client: httpx.AsyncClient, tides: Tides, ines: Person) -> None:
    page = await client.get(tides.question(), headers=ines.cookie)
    assert page.status_code == 200
    for words in ("Tide tables", "@mei", "tides.example", "Write, change and delete notes", "@ines"):
        assert words in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "form-action 'self' https:" in page.headers["content-security-policy"]
    back = await tides.allowed(ines)
    assert (back["from"], back["state"], back["iss"]) == ("room", "a state / ü", ORIGIN)
    given = await tides.exchange(back["code"])
    assert (given.status_code, given.headers["cache-control"]) == (200, "no-store")
    tokens = given.json()
    assert (tokens["token_type"], tokens["scope"], tokens["expires_in"]) == ("Bearer", "read write", 3600)
    assert (await tides.me(tokens["access_token"])).json()["handle"] == "ines"
    again = (await tides.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])).json()
    assert (await tides.me(again["access_token"])).status_code == 200
    assert (await tides.revoke(again["refresh_token"])).status_code == 200
    for access in (tokens["access_token"], again["access_token"]):
        assert (await tides.me(access)).status_code == 401
    assert (await tides.revoke("no token at all")).status_code == 200


async def test_a_yes_is_remembered_where_it_is_certain_who_asks(
    client: httpx.AsyncClient, make_tides: MakeTides, ines: Person
) -> None:
    for is_confidential, redirect, is_remembered in (
        (True, HTTPS, True),
        (False, HTTPS, True),
        (False, "http://127.0.0.1:53123/back", False),
        (False, PRIVATE, False),
    ):
        tides = await make_tides(is_confidential=is_confidential)
        changed = {"redirect_uri": redirect}
        assert (await client.get(tides.question(**changed), headers=ines.cookie)).status_code == 200
        answer = await client.post(tides.question(**changed), data={"deed": "allow"}, headers=ines.cookie)
        assert "code" in sent_back(answer, redirect)
        second = await client.get(tides.question(**changed), headers=ines.cookie)
        assert (second.status_code == 303) is is_remembered
        wider = await client.get(tides.question(**changed, scope="read account"), headers=ines.cookie)
        assert "already allowed" in wider.text


async def test_a_no_and_what_cannot_be_asked_go_back_with_an_error(
    client: httpx.AsyncClient, tides: Tides, ines: Person
) -> None:
    answer = await client.post(tides.question(), data={"deed": "refuse"}, headers=ines.cookie)
    assert sent_back(answer) == {
        "from": "room", "error": "access_denied", "state": "a state / ü", "iss": ORIGIN
    }  # fmt: skip
    for changed, error in (
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain", "code_challenge": VERIFIER}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "read everything"}, "invalid_scope"),
    ):
        for headers in (ines.cookie, {}):
            found = sent_back(await client.get(tides.question(**changed), headers=headers))
            assert (found["error"], found["iss"]) == (error, ORIGIN)
            assert found["error_description"].isascii()


@pytest.mark.parametrize(
    "redirect",
    [
        "https://tides.example/back", "https://tides.example/back?from=room&x=1", "https://tides.example.evil.example/back?from=room",
        "https://evil.example/", "http://127.0.0.1/other", "http://127.0.0.1@evil.example/back", "http://localhost/back",
        "http://127.0.0.1:80x/back", "example.tides:/back/..", "javascript:alert(1)", "", None, "//evil.example", "https://[",
    ],
)  # fmt: skip
async def test_a_redirect_that_does_not_match_is_never_followed(
    client: httpx.AsyncClient, tides: Tides, ines: Person, redirect: str | None
) -> None:
    for deed in ("get", "post"):
        sent = {"data": {"deed": "allow"}} if deed == "post" else {}
        answer = await client.request(
            deed,
            tides.question(redirect_uri=redirect),
            headers={**ines.cookie, "accept": "text/html"},
            **sent,
        )
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "an address it has not registered" in answer.text
        assert "evil.example" not in answer.text
    stranger = await client.get(tides.question(client_id="1"), headers=ines.cookie)
    assert (stranger.status_code, "location" in stranger.headers) == (400, False)


async def test_a_guest_signs_in_first_and_comes_back(client: httpx.AsyncClient, tides: Tides) -> None:
    answer = await client.get(tides.question())
    way = parse_qs(urlsplit(answer.headers["location"]).query)["next"][0]
    assert (answer.status_code, way) == (303, tides.question())
    door = await client.get(answer.headers["location"])
    assert f'value="{tides.question()}"' in unescape(door.text)
    assert "form-action 'self' https:;" in door.headers["content-security-policy"]


async def test_no_other_page_says_yes_for_somebody(
    client: httpx.AsyncClient, tides: Tides, ines: Person
) -> None:
    cookie = {"cookie": ines.cookie["cookie"]}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://tides.example"}, {}):
        answer = await client.post(tides.question(), data={"deed": "allow"}, headers={**cookie, **headers})
        assert answer.status_code == 403


async def test_a_code_is_good_once_and_its_replay_ends_what_came_of_it(tides: Tides, ines: Person) -> None:
    code = (await tides.allowed(ines))["code"]
    first = (await tides.exchange(code)).json()
    later = (await tides.token(grant_type="refresh_token", refresh_token=first["refresh_token"])).json()
    other = (await tides.exchange((await tides.allowed(ines))["code"])).json()
    again = await tides.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    for access in (first["access_token"], later["access_token"]):
        assert (await tides.me(access)).status_code == 401
    assert (await tides.me(other["access_token"])).status_code == 200
    dead = await tides.token(grant_type="refresh_token", refresh_token=later["refresh_token"])
    assert dead.json()["error"] == "invalid_grant"


async def test_a_code_is_bound_to_client_redirect_challenge_and_a_minute(
    make_tides: MakeTides, tides: Tides, ines: Person, db: Db
) -> None:
    code = (await tides.allowed(ines))["code"]
    stranger = await make_tides()
    for answer in (
        await stranger.exchange(code),
        await tides.exchange(code, redirect_uri=PRIVATE),
        await tides.exchange(code, code_verifier=VERIFIER + "x"),
        await tides.exchange(code, code_verifier="short"),
        await tides.exchange(code[:-1]),
        await tides.exchange("c.9.x"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (await tides.token(grant_type="authorization_code", code=code)).json()[
        "error"
    ] == "invalid_request"
    assert (await tides.token(grant_type="password")).json()["error"] == "unsupported_grant_type"
    await db.run("UPDATE grant_code SET expires_at = $2 WHERE account_id = $1", ines.id, now())
    assert (await tides.exchange(code)).json()["error"] == "invalid_grant"
    await db.run(
        "UPDATE grant_code SET expires_at = $2 WHERE account_id = $1", ines.id, now() + timedelta(seconds=9)
    )
    assert (await tides.exchange(code)).status_code == 200


async def test_a_refresh_token_that_comes_twice_ends_its_family(tides: Tides, ines: Person) -> None:
    first = (await tides.exchange((await tides.allowed(ines))["code"])).json()
    narrow = (
        await tides.token(grant_type="refresh_token", refresh_token=first["refresh_token"], scope="read")
    ).json()
    assert narrow["scope"] == "read"
    more = await tides.token(
        grant_type="refresh_token", refresh_token=narrow["refresh_token"], scope="read account"
    )
    assert more.json()["error"] == "invalid_scope"
    wide = (await tides.token(grant_type="refresh_token", refresh_token=narrow["refresh_token"])).json()
    assert wide["scope"] == "read write"
    stolen = await tides.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert (await tides.me(wide["access_token"])).status_code == 401
    over = await tides.token(grant_type="refresh_token", refresh_token=wide["refresh_token"])
    assert over.json()["error"] == "invalid_grant"


async def test_an_application_proves_that_it_is_the_one(
    client: httpx.AsyncClient, make_tides: MakeTides, tides: Tides, ines: Person, db: Db, mei: Person
) -> None:
    code = (await tides.allowed(ines))["code"]
    wrong = await tides.exchange(code, client_secret="k.wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    tides.secret, secret = None, tides.secret
    assert (await tides.exchange(code)).json()["error"] == "invalid_client"
    basic = base64.b64encode(f"{int(tides.application.id)}:{secret}".encode()).decode()
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": HTTPS,
        "code_verifier": VERIFIER,
    }
    for sent, status in ((basic[:-4], 401), ("ÿ", 401), (basic, 200)):
        answer = await client.post(
            "/oauth/token", data=fields, headers={"authorization": f"Basic {sent}".encode()}
        )
        assert answer.status_code == status
        assert status == 200 or answer.headers["www-authenticate"] == "Basic"
    renewed = await applications.renew_secret(db, mei.viewer, tides.application.id)
    tides.secret = secret
    assert (await tides.exchange(code)).json()["error"] == "invalid_client"
    tides.secret = renewed.client_secret
    assert (await tides.exchange(code)).json()["error"] == "invalid_grant"
    public = await make_tides(is_confidential=False)
    code = (await public.allowed(ines))["code"]
    assert (await public.exchange(code, client_secret="k.made up")).json()["error"] == "invalid_client"
    assert (await public.exchange(code)).status_code == 200


async def test_only_digests_are_stored(tides: Tides, ines: Person, db: Db) -> None:
    code = (await tides.allowed(ines))["code"]
    tokens = (await tides.exchange(code)).json()
    rows = ""
    for table in ("application", "application_secret", "consent", "grant_code", "refresh_token", "token"):
        rows += str(await db.rows(f"SELECT t::text FROM {table} t"))
    for secret in (tides.secret, code, tokens["access_token"], tokens["refresh_token"]):
        assert str(secret).rpartition(".")[2] not in rows


async def test_an_expired_token_says_how_to_go_on(tides: Tides, ines: Person, db: Db, job: Job) -> None:
    tokens = (await tides.exchange((await tides.allowed(ines))["code"])).json()
    await db.run(
        "UPDATE token SET expires_at = $2 WHERE account_id = $1", ines.id, now() - timedelta(minutes=1)
    )
    await forget_old_entries(job)
    answer = await tides.me(tokens["access_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert "refresh token" in answer.json()["detail"]
    await db.run("UPDATE token SET expires_at = $2 WHERE account_id = $1", ines.id, now() - timedelta(days=2))
    await forget_old_entries(job)
    assert (await tides.me(tokens["access_token"])).json()["code"] == "bad_token"
    assert (
        await tides.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    ).status_code == 200


async def test_the_server_says_what_it_does(client: httpx.AsyncClient) -> None:
    said = (await client.get("/.well-known/oauth-authorization-server")).json()
    assert said["issuer"] == ORIGIN
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert said["response_types_supported"] == ["code"]
    for name in ("authorization_endpoint", "token_endpoint", "revocation_endpoint"):
        assert (await client.get(said[name].removeprefix(ORIGIN))).status_code in {400, 405}


@pytest.mark.parametrize("way", ["withdrawn", "dropped", "password", "developer"])
async def test_what_is_taken_back_ends_at_once(
    client: httpx.AsyncClient, tides: Tides, ines: Person, mei: Person, db: Db, way: str
) -> None:
    tokens = (await tides.exchange((await tides.allowed(ines))["code"])).json()
    assert (await tides.me(tokens["access_token"])).status_code == 200
    listed = (await client.get("/api/v1/me/access", headers=ines.cookie)).json()
    assert [(one["name"], one["scopes"]) for one in listed if one["kind"] == "application"] == [
        ("Tide tables", ["read", "write"])
    ]
    if way == "withdrawn":
        path = f"/api/v1/me/access/{int(tides.application.id)}"
        assert (await client.delete(path, headers=ines.cookie)).status_code == 204
        assert (await client.delete(path, headers=ines.cookie)).status_code == 404
    elif way == "dropped":
        path = f"/api/v1/me/applications/{int(tides.application.id)}"
        assert (await client.delete(path, headers=ines.cookie)).status_code == 204, (
            "not hers: nothing happens"
        )
        assert (await tides.me(tokens["access_token"])).status_code == 200
        assert (await client.delete(path, headers=mei.cookie)).status_code == 204
    elif way == "password":
        await db.run("DELETE FROM consent WHERE account_id = $1", ines.id)
    else:
        await db.run("DELETE FROM token WHERE application_id = $1", tides.application.id)
        await db.run("UPDATE account SET state = 'closed' WHERE id = $1", mei.id)
    client.headers["x-anew"] = "1"
    tides.client._transport.app.state.vermilion.sessions.forget(ines.id)  # type: ignore[attr-defined] # noqa: SLF001 - two seconds go by
    assert (await tides.me(tokens["access_token"])).status_code == 401
    dead = await tides.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert dead.json()["error"] in {"invalid_grant", "invalid_client"}
    left = await db.value("SELECT count(*) FROM token WHERE application_id IS NOT NULL")
    assert left == 0
