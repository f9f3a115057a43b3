"""Headers on every answer, and whom an unsafe request may come from."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.conftest import ORIGIN, client_of
from tests.factories import Person
from vermilion.app import create_app
from vermilion.settings import Settings
from vermilion.web.context import State, session_cookie
from vermilion.web.security import HEADERS, POLICY, admit

MakePerson = Callable[..., Awaitable[Person]]

OWN = {"sec-fetch-site": "same-origin", "origin": ORIGIN}
REFUSED = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://elsewhere.example"},
    {"origin": "null"},
    {"origin": "http://vermilion.test.elsewhere.example"},
    {"origin": "http://vermilion.test:81"},
    {"sec-fetch-site": "same-origin", "origin": "https://elsewhere.example"},
    {},
]
ACCEPTED = [OWN, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": ORIGIN}]


@pytest.mark.parametrize(
    "address", ["/api/v1/feeds/explore", "/nothing", "/healthz", "/api/v1/nothing", "/cover/none"]
)
async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"]


async def test_html_carries_the_policy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing", headers={"accept": "text/html"})
    assert answer.headers["content-security-policy"] == POLICY


def cookie_of(person: Person) -> dict[str, str]:
    return {"cookie": f"__Host-session={person.secret}"}


@pytest.mark.parametrize("headers", REFUSED)
async def test_a_cookie_does_not_speak_for_other_sites(
    client: httpx.AsyncClient, ines: Person, headers: dict[str, str]
) -> None:
    answer = await client.patch("/api/v1/me", json={"bio": "x"}, headers={**cookie_of(ines), **headers})
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_origin")


@pytest.mark.parametrize("headers", ACCEPTED)
async def test_a_cookie_speaks_for_our_own_pages(
    client: httpx.AsyncClient, ines: Person, headers: dict[str, str]
) -> None:
    answer = await client.patch("/api/v1/me", json={"bio": "x"}, headers={**cookie_of(ines), **headers})
    assert answer.status_code == 200


async def test_without_the_check_another_site_gets_through(
    state: State, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusals above come from the check and from nothing else."""

    async def admits_all(*_args: object) -> None:
        pass

    monkeypatch.setattr("vermilion.app.admit", admits_all)
    async with client_of(create_app(state=state)) as client:
        answer = await client.patch(
            "/api/v1/me", json={"bio": "x"}, headers={**cookie_of(ines), **REFUSED[0]}
        )
    assert answer.status_code == 200


async def test_a_bearer_token_needs_no_origin(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.patch(
        "/api/v1/me", json={"bio": "x"}, headers={**ines.bearer, "origin": "https://an.application.example"}
    )
    assert answer.status_code == 200


async def test_a_bearer_token_does_not_lend_its_freedom_to_a_cookie(
    client: httpx.AsyncClient, ines: Person
) -> None:
    headers = {**cookie_of(ines), "authorization": "Bearer nonsense", "sec-fetch-site": "cross-site"}
    answer = await client.patch("/api/v1/me", json={"bio": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


async def test_reading_is_free_from_anywhere(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.get("/api/v1/me", headers={**cookie_of(ines), "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


def test_the_session_cookie_is_strict(app: Litestar) -> None:
    written = session_cookie(app.state.vermilion.settings, "s.1.x").to_header(header="")
    assert written.startswith("__Host-session=s.1.x;")
    for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert flag in written
    assert "Domain" not in written


def test_a_plain_cookie_needs_the_insecure_setting(app: Litestar) -> None:
    kept = app.state.vermilion.settings
    settings = Settings(
        data=kept.data, blobs="memory:///", origin=ORIGIN, models=kept.models, insecure_cookies=True
    )
    written = session_cookie(settings, "s.1.x").to_header(header="")
    assert written.startswith("session=s.1.x;")
    assert "Secure" not in written
    assert "HttpOnly" in written


@pytest.mark.parametrize(("scopes", "method", "address", "status"), [
    (("read",), "GET", "/api/v1/me", 200),
    (("read",), "PUT", "/api/v1/accounts/1/follow", 403),
    (("read",), "PATCH", "/api/v1/me", 403),
    (("write",), "GET", "/api/v1/me", 403),
    (("write",), "PUT", "/api/v1/accounts/1/follow", 403),
    (("react",), "PUT", "/api/v1/accounts/1/follow", 404),
    (("write",), "PATCH", "/api/v1/me", 403),
    (("account",), "PATCH", "/api/v1/me", 200),
    (("read",), "GET", "/api/v1/me/sessions", 403),
    (("account",), "GET", "/api/v1/me/sessions", 403),
    (("public",), "GET", "/api/v1/me", 403),
    (("public",), "GET", "/api/v1/feeds/explore", 200),
    (("read",), "GET", "/api/v1/notices", 403),
    (("notices",), "GET", "/api/v1/notices", 200),
])  # fmt: skip
async def test_a_token_does_what_its_scopes_say(
    client: httpx.AsyncClient,
    people: MakePerson,
    scopes: tuple[str, ...],
    method: str,
    address: str,
    status: int,
) -> None:
    person = await people("ines", scopes=scopes)
    content = {"json": {}} if method == "PATCH" else {}
    answer = await client.request(method, address, headers=person.bearer, **content)
    assert answer.status_code == status
    if status == 403:
        is_in_person = address.endswith("/sessions")
        assert answer.json()["code"] == ("only_in_person" if is_in_person else "scope_missing")


async def test_a_body_too_large_is_refused(client: httpx.AsyncClient, ines: Person) -> None:
    body = b'{"bio": "' + b"x" * 300_000 + b'"}'
    answer = await client.patch(
        "/api/v1/me", content=body, headers={**ines.bearer, "content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_the_check_stands_before_every_handler(app: Litestar) -> None:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.handler_name != "options_handler":
                assert handler.resolve_before_request() is admit
    assert {type(route) for route in app.routes} == {HTTPRoute}  # it stands before no other kind
