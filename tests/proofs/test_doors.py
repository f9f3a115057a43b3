"""What strangers may try at the doors: other people's names, other sites, other machines, too much at once."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from litestar import Litestar

from tests import factories
from tests.conftest import client_of
from tests.factories import PASSWORD, Person
from tests.proofs import live
from vermilion.accounts import entry
from vermilion.settings import Settings
from vermilion.storage.blobs import Blobs
from vermilion.storage.db import Database
from vermilion.web.context import State
from vermilion.web.files import ANYWHERE
from vermilion.web.limits import SIGN_IN_BY_ADDRESS, Limits, network
from vermilion.web.security import HEADERS, POLICY

MakePerson = Callable[..., Awaitable[Person]]
API = "/api/v1"
HERE = "http://localhost:8000"
FORM = {"content-type": "application/x-www-form-urlencoded"}
OWN = {"sec-fetch-site": "same-origin"}


# Looking around as a sample person


@pytest.fixture
async def sample(app: Litestar, state: State) -> Settings:
    """Settings of a server for this machine, with a sample world whose people have a password."""
    db, handle = state.database.session(), "mei_lin"
    person = await factories.person(db, handle)
    secret = await state.passwords.hash("sample password")
    await db.run(
        "INSERT INTO credential (account_id, kind, secret, created_at) VALUES ($1, 'password', $2, now())",
        person.id, secret,
    )  # fmt: skip
    (state.settings.data / "sample.password").write_text("sample password\n")
    settings = Settings(
        data=state.settings.data, blobs="memory:///", origin=HERE, models=state.settings.models, sample=True
    )
    app.state.vermilion.settings = settings
    return settings


async def try_from(app: Litestar, peer: str, address: str, **headers: str) -> tuple[int, bool]:
    """The status of looking around, and whether the front page offers it."""
    transport = httpx.ASGITransport(app, client=(peer, 1234), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=address, headers=headers) as client:
        pages = [await client.get(path) for path in ("/", "/sign-in")]
        assert {page.status_code for page in pages} == {200}
        offered = ["/try/mei_lin" in page.text for page in pages]
        assert offered[0] == offered[1]
        answer = await client.post("/try/mei_lin", headers=OWN)
    return answer.status_code, offered[0]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("name", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
async def test_this_machine_may_look_around(app: Litestar, name: str) -> None:
    assert await try_from(app, "127.0.0.1", name) == (303, True)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("peer", "name", "headers"),
    [
        ("203.0.113.9", HERE, {}),
        ("127.0.0.1", "http://room.example", {}),
        ("127.0.0.1", "http://127.0.0.1.room.example", {}),
        ("127.0.0.1", HERE, {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", HERE, {"x-real-ip": "203.0.113.9"}),
        ("127.0.0.1", HERE, {"forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", HERE, {"via": "1.1 proxy"}),
        ("127.0.0.1", HERE, {"host": "room.example"}),
        ("127.0.0.1", HERE, {"host": "[::1"}),
    ],
)
async def test_nobody_else_may_look_around(
    app: Litestar, peer: str, name: str, headers: dict[str, str]
) -> None:
    assert await try_from(app, peer, name, **headers) == (404, False)


async def test_nobody_looks_around_where_the_address_is_public(app: Litestar, sample: Settings) -> None:
    public = Settings(
        data=sample.data, blobs=sample.blobs, origin="https://room.example", models=sample.models, sample=True
    )
    app.state.vermilion.settings = public
    assert await try_from(app, "127.0.0.1", HERE) == (404, False)


# Other sites


async def test_a_page_of_the_unencrypted_site_does_not_speak_for_the_encrypted_one(
    app: Litestar, client: httpx.AsyncClient, ines: Person, state: State
) -> None:
    kept = state.settings
    app.state.vermilion.settings = Settings(
        data=kept.data, blobs="memory:///", origin="https://vermilion.test", models=kept.models
    )
    cookie = {"cookie": ines.cookie["cookie"]}
    for origin, status in (("http://vermilion.test", 403), ("https://vermilion.test", 200)):
        answer = await client.patch(f"{API}/me", json={"bio": "x"}, headers={**cookie, "origin": origin})
        assert answer.status_code == status
        assert "max-age" in answer.headers["strict-transport-security"]


OUTSIDE = (
    "//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil.example", "/\t/evil.example",
    "javascript:alert(1)", "/\r\nset-cookie: a=b", " //evil.example", "//evil.example/%2f..", "x", "",
)  # fmt: skip


@pytest.mark.parametrize("address", OUTSIDE)
async def test_no_form_leads_off_the_site(
    client: httpx.AsyncClient, people: MakePerson, ines: Person, address: str
) -> None:
    await people("mei")
    ways = [
        await client.post("/@mei/mute", data={"on": "1", "next": address}, headers=ines.cookie),
        await client.post(
            "/@mei/mute", data={"on": "0"}, headers={**ines.cookie, "referer": _quoted(address)}
        ),
        await client.post(
            "/sign-in", data={"handle": "mei", "password": "wrong wrong", "next": address}, headers=OWN
        ),
    ]
    for answer in ways:
        where = answer.headers.get("location", "/")
        assert where.startswith("/")
        assert not where.startswith(("//", "/\\"))
        assert "evil" not in where
        assert "set-cookie" not in where
    assert "evil.example" not in (await client.get(f"/following?{quote(address)}")).headers["location"]


def _quoted(address: str) -> str:
    return "http://vermilion.test" + "".join(char for char in address if char.isprintable())


# Every kind of answer


async def test_every_kind_of_answer_carries_the_headers(
    app: Litestar, client: httpx.AsyncClient, state: State, ines: Person
) -> None:
    note = await factories.note(state.database.session(), ines)
    asked = [
        ("GET", "/", {}), ("GET", "/nope/x", {}), ("PUT", "/", {}), ("OPTIONS", "/", {}), ("GET", "/following", {}),
        ("POST", "/sign-out", OWN), ("POST", "/sign-out", {}), ("GET", "/cover/sea-1.svg", {}), ("GET", "/metrics", {}),
        ("GET", "/static/nothing", {}), ("GET", f"/n/{int(note.id)}", {"x-fragment": "note"}), ("GET", "/u/1", {}),
        ("GET", f"{API}/me", {}), ("GET", f"{API}/openapi.json", {}), ("POST", f"{API}/notes", ines.bearer),
        ("GET", "/?cursor=made-up", {}), ("GET", "/healthz", {}), ("GET", "/developers", {}),
    ]  # fmt: skip
    for method, path, headers in asked:
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code < 500
        # What is drawn for everybody may be shown by other sites.
        expected = HEADERS | (ANYWHERE if path.startswith("/cover/") else {})
        for name, value in expected.items():
            assert answer.headers[name] == value
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        policy = answer.headers["content-security-policy"]
        assert policy == POLICY if is_html else "sandbox" in policy
        assert answer.headers["cache-control"]
        assert "server" not in answer.headers
    app.state.vermilion.database = Database("postgresql://x@/x?host=/nonexistent")
    answer = await client.get("/")
    assert answer.status_code == 503
    assert answer.headers["content-security-policy"] == POLICY


WALKS = ("%2e%2e", "..%2f..%2f..%2fetc", "....//", "%00", "%ff", "..%5c..", "a" * 4000)


@pytest.mark.parametrize("walk", WALKS)
async def test_no_path_leads_out_of_its_folder(client: httpx.AsyncClient, ines: Person, walk: str) -> None:
    key = "a" * 22
    for path in (
        f"/static/{walk}/app.py", f"/static/{walk}", f"/avatar/{walk}/s.webp", f"/avatar/{key}/{walk}.webp",
        f"/m/1/{walk}/s.webp", f"/m/1/{key}/{walk}", f"/cover/{walk}-1.svg", f"/cover/sea-{walk}.svg", f"/u/{walk}",
    ):  # fmt: skip
        answer = await client.get(path, headers=ines.cookie)
        assert answer.status_code == 404, path


async def test_markup_in_addresses_comes_back_as_text(client: httpx.AsyncClient) -> None:
    for path in (
        "/topic/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/sign-in?next=/%22%3E%3Cscript%3E",
        "/@%3Cscript%3E",
    ):
        answer = await client.get(path)
        assert "<script>" not in answer.text
        assert '"><script' not in answer.text


# Too much at once


async def test_a_form_with_too_many_words_is_refused_before_it_is_read(
    client: httpx.AsyncClient, ines: Person
) -> None:
    for path in ("/publish", "/sign-in", "/settings/profile"):
        for body in (b"title=" + b"a" * 1_100_000, b"a=1&" * 300_000):
            answer = await client.post(path, content=body, headers={**ines.cookie, **FORM})
            assert answer.status_code == 413
    part = (
        b'--x\r\ncontent-disposition: form-data; name="title"\r\n\r\n' + b"a" * 1_100_000 + b"\r\n--x--\r\n"
    )
    headers = {**ines.cookie, "content-type": "multipart/form-data; boundary=x"}
    assert (await client.post("/publish", content=part, headers=headers)).status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"abc"),
        ("multipart/form-data; boundary=x", b"--x\r\nfoo"),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n" * 2000 + b"--x--"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\ncontent-disposition: form-data; name=title\r\ncontent-type: text/plain; charset=nope\r\n\r\n1\r\n--x--\r\n",
        ),
        ("application/json", b"[1, 2]"),
        ("application/json", b"{"),
        ("application/x-msgpack", b"\x93\x01"),
        ("nonsense", b"\xff\xfe"),
    ],
)  # fmt: skip
async def test_a_broken_form_is_the_senders_fault(
    client: httpx.AsyncClient, ines: Person, kind: str, body: bytes
) -> None:
    answer = await client.post("/publish", content=body, headers={**ines.cookie, "content-type": kind})
    assert 400 <= answer.status_code < 500
    assert (await client.post("/join", content=body, headers={**OWN, "content-type": kind})).status_code < 500


async def test_json_may_be_deep_or_broken(client: httpx.AsyncClient, ines: Person) -> None:
    headers = {**ines.bearer, "content-type": "application/json"}
    deep = b'{"title": "\\u0000", "x": ' + b"[" * 900 + b"]" * 900 + b"}"
    for body in (
        b"[" * 200_000,
        b'{"title": ' + b"[" * 90_000 + b"]" * 90_000 + b"}",
        deep,
        b'{"title": "\xff"}',
    ):
        assert (await client.post(f"{API}/notes", content=body, headers=headers)).status_code == 400


async def test_guessing_the_old_password_is_slowed_down(
    app: Litestar, client: httpx.AsyncClient, ines: Person
) -> None:
    app.state.vermilion.limits = Limits(1.0, lambda: 0.0)
    form = {"old": "wrong wrong", "new": "another lighthouse"}
    sent = [client.post("/settings/password", data=form, headers=ines.cookie) for _ in range(70)]
    answers = [await one for one in sent]
    assert sum(one.status_code == 429 for one in answers) >= 70 - SIGN_IN_BY_ADDRESS.burst - 1


def test_a_household_counts_as_one() -> None:
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1")
    assert network("") == ""


# Who one is


async def test_signing_in_gives_a_secret_nobody_knew_before(client: httpx.AsyncClient, state: State) -> None:
    db = state.database.session()
    joined = await client.post(
        f"{API}/accounts", json={"handle": "nour", "display_name": "Nour", "password": PASSWORD}
    )
    assert joined.status_code == 201
    planted = f"s.{joined.json()['id']}.planted"
    headers = {**OWN, "cookie": f"__Host-session={planted}"}
    entered = await client.post("/sign-in", data={"handle": "nour", "password": PASSWORD}, headers=headers)
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert planted not in cookie
    assert cookie.startswith("__Host-session=s.")
    secret = cookie.split("=", 1)[1].split(";")[0]
    assert await entry.viewer_of_secret(db, planted) is None
    assert secret not in str(await db.rows("SELECT * FROM session"))


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    client: httpx.AsyncClient, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in hashes, not in time: one for each attempt."""
    joining = {"handle": "nour", "display_name": "Nour", "password": PASSWORD}
    await client.post(f"{API}/accounts", json=joining)
    await state.passwords.verify(None, "the first one makes the hash of nobody")
    hashed: list[str] = []
    real = state.passwords._matches  # noqa: SLF001 - what costs the time
    monkeypatch.setattr(
        state.passwords, "_matches", lambda encoded, word: hashed.append(encoded) or real(encoded, word)
    )
    for handle in ("nour", "nobody", "x" * 29, "Nour"):
        body = {"handle": handle, "password": "wrong wrong wrong", "application": "x"}
        answer = await client.post(f"{API}/tokens", json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password")
    assert len(hashed) == 4
    assert {len(one) for one in hashed} == {len(hashed[0])}


# What is written down


async def test_neither_logs_nor_processes_tell_what_people_sent(
    cloned_dsn: str, server_dsn: str, tmp_path: Path
) -> None:
    secrets = ("a very secret lighthouse", "hidden_handle", "hidden words", "HiddenBrowser")
    log = tmp_path / "log"
    parts = urlsplit(server_dsn)
    with log.open("wb") as file, live.web(cloned_dsn, tmp_path, stderr=file) as (origin, pid):
        async with httpx.AsyncClient(
            base_url=origin, headers={"user-agent": "HiddenBrowser/1"}, timeout=60
        ) as client:
            join = {
                "handle": "hidden_handle",
                "display_name": "hidden words",
                "password": "a very secret lighthouse",
            }
            twice = await asyncio.gather(*(client.post(f"{API}/accounts", json=join) for _ in range(3)))
            assert {one.status_code for one in twice} == {201, 409}
            ask = {
                "handle": "hidden_handle",
                "password": "a very secret lighthouse",
                "application": "hidden words",
            }
            token = (await client.post(f"{API}/tokens", json={**ask, "scopes": ["read", "write"]})).json()[
                "access_token"
            ]
            headers = {"authorization": f"Bearer {token}"}
            await client.post(f"{API}/notes", json={"title": "hidden words"}, headers=headers)
            await client.post(f"{API}/notes", content=b'{"title": "hidden words', headers=headers)
            await client.get("/topic/hidden words?cursor=hidden words")
            listed = await asyncio.to_thread(_processes)
    told = log.read_text() + listed
    home = Path(parse_qs(parts.query).get("host", ["/nonexistent"])[0]).parent
    if (home / "log").exists():
        told += (home / "log").read_text()
    assert pid > 0
    for secret in (*secrets, token):
        assert secret not in told, secret


def _processes() -> str:
    return subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    Blobs((tmp_path / "data" / "blobs").as_uri())
    assert (tmp_path / "data" / "blobs").stat().st_mode & 0o077 == 0


async def test_another_origin_gets_nothing_of_who_is_signed_in_here(app: Litestar, ines: Person) -> None:
    """What needs no cookie it may read; see tests/web/test_cors.py."""
    paths = [
        f"{API}/feeds/explore",
        f"{API}/me",
        f"{API}/notices",
        "/",
        "/inbox",
        "/settings",
        "/oauth/authorize",
    ]
    headers = {"origin": "https://elsewhere.example", **ines.cookie}
    async with client_of(app) as client:
        for path in paths:
            answer = await client.get(path, headers=headers)
            assert not [name for name in answer.headers if name.startswith("access-control-")], path
