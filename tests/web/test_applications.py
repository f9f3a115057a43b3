"""Applications registered, edited, renewed and dropped, over the pages and over the API alike."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.factories import Person, token
from vermilion.accounts.applications import MOST
from vermilion.storage.db import Db

PAGE, API = "/settings/applications", "/api/v1/me/applications"
FORM = {
    "name": "Tide tables",
    "address": "https://tides.example",
    "redirects": "https://tides.example/back\n\nhttp://127.0.0.1/",
}
NEW: dict[str, Any] = {**FORM, "redirects": ["https://tides.example/back"]}


async def test_an_application_is_registered_in_the_page_and_its_secret_shown_once(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    page = (await client.get(PAGE, headers=ines.cookie)).text
    assert "None yet." in page
    key = re.search(r'name="form_key" value="(\w+)"', page)
    assert key is not None
    sent = {**FORM, "kind": "confidential", "form_key": key[1]}
    made = await client.post(PAGE, data=sent, headers=ines.cookie)
    assert made.status_code == 200
    secret = re.search(r'value="(k\.[\w-]+)"', made.text)
    assert secret is not None
    again = await client.post(PAGE, data=sent, headers=ines.cookie)
    assert again.headers["location"] == f"{PAGE}?done=saved"
    (application,) = (await client.get(API, headers=ines.cookie)).json()
    assert application["redirects"] == ["https://tides.example/back", "http://127.0.0.1/"]
    own = f"{PAGE}/{application['id']}"
    assert secret[1] not in (await client.get(own, headers=ines.cookie)).text
    assert (await client.get(own, headers=mei.cookie)).status_code == 404
    changed = await client.post(own, data={**FORM, "name": "Tides"}, headers=ines.cookie)
    assert changed.headers["location"] == f"{own}?done=saved"
    renewed = await client.post(f"{own}/secret", headers=ines.cookie)
    assert re.search(r'value="(k\.[\w-]+)"', renewed.text)
    assert (await client.post(f"{own}/secret", headers=mei.cookie)).status_code == 404
    assert (await client.post(f"{own}/drop", headers=ines.cookie)).headers[
        "location"
    ] == f"{PAGE}?done=dropped"
    assert (await client.get(own, headers=ines.cookie)).status_code == 404


@pytest.mark.parametrize(
    "redirect",
    [
        "http://tides.example/back", "javascript:alert(1)", "data:text/html,x", "tides:/back", "https://", "https://a b.example/",
        "https://me@tides.example/", "https://tides.example/#x", "https://*.tides.example/", "//tides.example", "ftp://tides.example/",
        "https://tides.example:99999/", "https://tides.exämple/", 'https://tides.example/"',
    ],
)  # fmt: skip
async def test_an_address_that_cannot_be_returned_to_is_refused(
    client: httpx.AsyncClient, ines: Person, redirect: str
) -> None:
    answer = await client.post(API, json={**NEW, "redirects": [redirect]}, headers=ines.cookie)
    assert (answer.status_code, answer.json()["code"]) == (400, "redirect_form")
    page = await client.post(
        PAGE, data={**FORM, "redirects": f"https://ok.example/\n{redirect}"}, headers=ines.cookie
    )
    assert page.status_code == 400
    assert "https://ok.example/" in unescape(page.text), "what was typed is kept"
    assert "This cannot be an address to return to" in page.text


@pytest.mark.parametrize(
    "redirect",
    ["https://tides.example/back?a=b", "http://localhost/", "http://[::1]:8000/x", "com.example.tides:/x", "com.example.tides://x"],
)  # fmt: skip
async def test_an_address_that_will_do_is_taken(
    client: httpx.AsyncClient, ines: Person, redirect: str
) -> None:
    answer = await client.post(API, json={**NEW, "redirects": [redirect]}, headers=ines.cookie)
    assert answer.status_code == 201
    assert answer.json()["application"]["redirects"] == [redirect]
    assert answer.json()["client_secret"] is None


async def test_there_are_limits_and_they_say_so(client: httpx.AsyncClient, ines: Person) -> None:
    hundred = [f"https://tides.example/{number}" for number in range(100)]
    answer = await client.post(API, json={**NEW, "redirects": hundred}, headers=ines.cookie)
    assert (answer.status_code, answer.json()["code"], answer.json()["max"]) == (400, "too_many", 10)
    page = await client.post(PAGE, data={**FORM, "redirects": "\n".join(hundred)}, headers=ines.cookie)
    assert page.status_code == 400
    assert "At most 10 fit here." in page.text
    assert "https://tides.example/99" in unescape(page.text)
    for changed in ({"name": " "}, {"address": "http://tides.example"}, {"redirects": []}):
        refused = await client.post(API, json={**NEW, **changed}, headers=ines.cookie)
        assert refused.status_code == 400
    for _ in range(MOST):
        assert (await client.post(API, json=NEW, headers=ines.cookie)).status_code == 201
    answer = await client.post(API, json=NEW, headers=ines.cookie)
    assert (answer.status_code, answer.json()["code"], answer.json()["most"]) == (
        409,
        "too_many_applications",
        MOST,
    )


async def test_the_same_request_sent_twice_registers_once(client: httpx.AsyncClient, ines: Person) -> None:
    headers = {**ines.cookie, "idempotency-key": "once"}
    sent = {**NEW, "is_confidential": True}
    assert (await client.post(API, json=sent, headers=headers)).json()["client_secret"].startswith("k.")
    again = await client.post(API, json=sent, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_answered")
    assert len((await client.get(API, headers=ines.cookie)).json()) == 1


async def test_what_has_access_is_listed_in_words_and_ended(
    client: httpx.AsyncClient, ines: Person, mei: Person, db: Db
) -> None:
    await token(db, ines.id, ("read", "react"))
    page = (await client.get("/settings/access", headers=ines.cookie)).text
    assert "Like, save and follow for you" in page
    listed = (await client.get("/api/v1/me/access", headers=ines.cookie)).json()
    assert {one["kind"] for one in listed} == {"token"}
    assert len(listed) == 2
    path = f"/settings/access/{listed[0]['id']}/end"
    assert (await client.post(path, headers=mei.cookie)).status_code == 404
    assert (await client.post(path, headers=ines.cookie)).headers["location"] == "/settings/access?done=ended"
    gone = await client.post(path, headers=ines.cookie)
    assert gone.status_code == 404
    assert "has no access to your account" in gone.text
    assert len((await client.get("/api/v1/me/access", headers=ines.cookie)).json()) == 1
    for address in ("/settings/access", PAGE, f"{PAGE}/1"):
        assert (await client.get(address)).headers["location"].startswith("/sign-in?next=")
