"""A third party's client, Authlib's, goes the whole way unpatched: registered, allowed in the browser, used, taken back."""

import os
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Server, Visit, sign_in
from tests.browser.test_the_face import LOOKS, assert_open_to_all

PHONE = {"width": 390, "height": 844}


class Listener:
    """Where an application waits for people to come back, as native ones do."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.came = threading.Event()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>Back</title><h1>You can close this page.</h1>")
                if self.path.startswith("/back"):
                    listener.paths.append(self.path)
                    listener.came.set()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/back"

    def answer(self) -> str:
        """The whole address somebody came back to."""
        assert self.came.wait(PATIENCE_MS / 1000)
        self.came.clear()
        return f"{self.address}{self.paths[-1].removeprefix('/back')}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def register(page: Page, *, name: str, kind: str) -> tuple[str, str | None]:
    """Fill in the form of a developer; gives client_id and secret."""
    page.goto("/settings")
    page.locator("a[href='/settings/applications']").first.click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=address]").fill("https://tides.example")
    page.locator("[name=redirects]").fill("http://127.0.0.1/back")
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("main form .button").click()
    shown = [field.input_value() for field in page.locator("input[readonly]").all()]
    return shown[-1], next((value for value in shown if value.startswith("k.")), None)


def client_of(server: Server, client_id: str, secret: str | None, listener: Listener) -> OAuth2Client:
    said = httpx.get(f"{server.address}/.well-known/oauth-authorization-server").json()
    assert said["issuer"] == server.address
    return OAuth2Client(
        client_id,
        secret,
        scope="read react",
        redirect_uri=listener.address,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        token_endpoint=said["token_endpoint"],
    )


def test_authlib_s_client_goes_the_whole_way(
    browser: Browser, visit: Visit, server: Server, listener: Listener
) -> None:
    developer = visit("/")
    sign_in(developer, server, "mei_lin")
    client_id, secret = register(developer, name="Tide tables", kind="confidential")
    client = client_of(server, client_id, secret, listener)
    verifier = secrets.token_urlsafe(48)
    address, state = client.create_authorization_url(
        f"{server.address}/oauth/authorize", code_verifier=verifier
    )
    context = browser.new_context(base_url=server.address, locale="en", viewport=PHONE)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)  # a guest: the door first, and then on
    page.locator("[name=handle]").fill("carmen_sev")
    page.locator("[name=password]").fill(server.password)
    page.locator("main form .button").first.click()
    expect(page.locator(".granted li")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("Tide tables")
    page.locator("button[value=allow]").click()
    page.wait_for_url("http://127.0.0.1:*/back*")
    answer = listener.answer()
    said = parse_qs(urlsplit(answer).query)
    assert (said["state"], said["iss"]) == ([state], [server.address])
    client.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)
    api = f"{server.address}/api/v1"
    assert client.get(f"{api}/me").json()["handle"] == "carmen_sev"
    narrow = client.patch(f"{api}/me", json={"bio": "x"})
    assert (narrow.status_code, narrow.json()["code"]) == (403, "scope_missing")
    first = client.token["access_token"]
    client.refresh_token()
    assert client.token["access_token"] != first
    assert client.get(f"{api}/feeds/following").status_code == 200
    revoked = client.revoke_token(
        f"{server.address}/oauth/revoke", token=client.token["refresh_token"], token_type_hint="refresh_token"
    )
    assert revoked.status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh_token()
    again, _ = client.create_authorization_url(f"{server.address}/oauth/authorize", code_verifier=verifier)
    page.goto(again)  # remembered: nothing is asked
    page.wait_for_url("http://127.0.0.1:*/back*")
    client.fetch_token(authorization_response=listener.answer(), code_verifier=verifier)
    page.goto("/settings/access")
    item = page.locator("ul.sessions li", has_text="Tide tables")
    expect(item).to_contain_text("seguir por ti")
    item.get_by_role("button").click()
    page.wait_for_url("**/settings/access?done=ended")
    expect(page.get_by_role("status").first).to_contain_text("Quitado.")
    expect(item).to_have_count(0)
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh_token()
    client.close()
    context.close()


def test_by_keyboard_without_script_on_a_phone(
    browser: Browser, visit: Visit, server: Server, listener: Listener
) -> None:
    developer = visit("/", java_script_enabled=False, viewport=PHONE)
    sign_in(developer, server, "mei_lin")
    client_id, secret = register(developer, name="Pocket tides", kind="public")
    assert secret is None
    client = client_of(server, client_id, None, listener)
    verifier = secrets.token_urlsafe(48)
    address, _ = client.create_authorization_url(f"{server.address}/oauth/authorize", code_verifier=verifier)
    context = browser.new_context(
        base_url=server.address, locale="ar", viewport=PHONE, java_script_enabled=False
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, server, "nour_h")
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("button[value=refuse]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("http://127.0.0.1:*/back*")
    assert parse_qs(urlsplit(listener.answer()).query)["error"] == ["access_denied"]
    page.goto(address)
    page.locator("button[value=allow]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("http://127.0.0.1:*/back*")
    client.fetch_token(authorization_response=listener.answer(), code_verifier=verifier)
    assert client.get(f"{server.address}/api/v1/me").json()["handle"] == "nour_h"
    page.goto(address)
    expect(page.locator("button[value=allow]")).to_be_visible()  # on one's own device it is asked each time
    page.goto(address.replace("127.0.0.1", "127.0.0.2"))
    expect(page.locator("main h1")).to_be_visible()
    assert page.url.startswith(server.address)
    assert not listener.came.is_set()
    developer.goto(f"/settings/applications/{client_id}")
    developer.locator("details summary").last.focus()
    developer.keyboard.press("Enter")
    developer.locator("form[action$='/drop'] button").focus()
    developer.keyboard.press("Enter")
    developer.wait_for_url("**/settings/applications?done=dropped")
    with pytest.raises(OAuthError, match="invalid_client"):
        client.refresh_token()
    client.close()
    context.close()


IN_THE_PAGE = """async ({room, form}) => {
    const asked = await fetch(`${room}/oauth/token`, {method: "POST", body: new URLSearchParams(form)});
    const authorization = `Bearer ${(await asked.json()).access_token}`;
    const me = await fetch(`${room}/api/v1/me`, {headers: {authorization}});
    const changed = await fetch(`${room}/api/v1/me`, {
        method: "PATCH", headers: {authorization, "content-type": "application/json"}, body: "{}"});
    const feed = await fetch(`${room}/search.atom?q=tea`);
    const refused = async (path, options) => fetch(`${room}${path}`, options).then(() => "read", () => "refused");
    return {
        me: (await me.json()).handle, narrow: changed.status, etag: feed.headers.has("etag"),
        wants: changed.headers.get("www-authenticate"),
        cookie: await refused("/api/v1/me", {credentials: "include"}),
        page: await refused("/settings"),
        write: await refused("/settings/profile", {method: "POST", headers: {"x-fragment": "1"}}),
    };
}"""


def test_a_client_in_a_page_of_another_site_goes_the_whole_way(
    browser: Browser, visit: Visit, server: Server, listener: Listener
) -> None:
    developer = visit("/")
    sign_in(developer, server, "mei_lin")
    client_id, _ = register(developer, name="Tides in a page", kind="public")
    client = client_of(server, client_id, None, listener)
    verifier = secrets.token_urlsafe(48)
    address, _ = client.create_authorization_url(f"{server.address}/oauth/authorize", code_verifier=verifier)
    context = browser.new_context(base_url=server.address, locale="en")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, server, "mei_lin")
    page.goto(address)
    page.locator("button[value=allow]").click()
    page.wait_for_url("http://127.0.0.1:*/back*")
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": parse_qs(urlsplit(listener.answer()).query)["code"][0],
        "redirect_uri": listener.address,
        "code_verifier": verifier,
    }
    found = page.evaluate(IN_THE_PAGE, {"room": server.address, "form": form})
    wants = found.pop("wants")
    assert found == {
        "me": "mei_lin", "narrow": 403, "etag": True, "cookie": "refused", "page": "refused", "write": "refused",
    }  # fmt: skip
    assert 'error="insufficient_scope"' in wants
    client.close()
    context.close()


@pytest.mark.parametrize("look", ["right-to-left", "phone"])
def test_the_pages_are_open_to_everybody(visit: Visit, server: Server, listener: Listener, look: str) -> None:
    page = visit("/", **LOOKS[look])
    sign_in(page, server, "nour_h")
    client_id, secret = register(page, name="Tide tables", kind="confidential")
    shots = os.environ.get("SHOTS")
    client = client_of(server, client_id, secret, listener)
    address, _ = client.create_authorization_url(f"{server.address}/oauth/authorize", code_verifier="v" * 48)
    for number, path in enumerate(
        (
            "",
            address,
            "/settings/access",
            "/settings/applications",
            f"{address}&client_id=1",
            "/settings/webhooks",
            "",
        )
    ):
        if path:
            page.goto(path)
        elif number:  # on the form for webhooks, by keyboard
            page.locator("[name=address]").fill("https://hooks.example/in")
            page.locator("[name=kinds]").first.focus()
            page.keyboard.press("Space")
            page.locator("main form .button").focus()
            page.keyboard.press("Enter")
            page.locator("button[value=test]").click()
            page.wait_for_url("**/settings/webhooks/*?done=sent")
            expect(page.locator("button[value=again]")).to_have_count(1)
        if shots:
            page.screenshot(path=Path(shots) / f"{look}-{number}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert_open_to_all(page)
    client.close()
