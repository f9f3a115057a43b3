"""Webhooks over the pages and over the API alike."""

import re
from html import unescape

import httpx
import pytest

from tests.factories import Person
from vermilion.webhooks.actions import MOST

PAGE, API = "/settings/webhooks", "/api/v1/me/webhooks"
NEW = {"address": "https://hooks.example/in", "kinds": ["note.commented", "note.liked"]}


async def test_one_is_added_tried_edited_and_dropped_in_the_page(
    client: httpx.AsyncClient, ines: Person, mei: Person
) -> None:
    assert "None yet." in (await client.get(PAGE, headers=ines.cookie)).text
    made = await client.post(PAGE, data=NEW, headers=ines.cookie)
    assert re.search(r'value="whsec_[^"]{40,}"', unescape(made.text))
    (hook,) = (await client.get(API, headers=ines.cookie)).json()
    own = f"{PAGE}/{hook['id']}"
    shown = (await client.get(own, headers=ines.cookie)).text
    assert "whsec_" not in shown
    assert shown.count(" checked") == 2
    for deed, onward in (("test", f"{own}?done=sent"), ("save", f"{own}?done=saved")):
        answer = await client.post(
            own, data={**NEW, "kinds": "note.hidden", "deed": deed}, headers=ines.cookie
        )
        assert answer.headers["location"] == onward
    (delivery,) = (await client.get(f"{API}/{hook['id']}/deliveries", headers=ines.cookie)).json()
    assert (delivery["kind"], delivery["state"]) == ("webhook.test", "waiting")
    again = await client.post(own, data={"deed": "again", "id": delivery["id"]}, headers=ines.cookie)
    assert again.headers["location"] == f"{own}?done=sent"
    for method, path in (
        ("GET", f"{API}/{hook['id']}/deliveries"),
        ("PUT", f"{API}/{hook['id']}/test"),
        ("PUT", f"{API}/{hook['id']}/deliveries/{delivery['id']}/again"),
        ("GET", own),
    ):
        assert (await client.request(method, path, headers=mei.cookie)).status_code == 404
    gone = await client.post(own, data={"deed": "drop"}, headers=ines.cookie)
    assert gone.headers["location"] == f"{PAGE}?done=dropped"
    assert (await client.get(API, headers=ines.cookie)).json() == []


@pytest.mark.parametrize("address", [
    "ftp://hooks.example/", "hooks.example", "https://me@hooks.example/", "https://", "https://a b/", "https://hooks.example:0/",
])  # fmt: skip
async def test_an_address_nothing_can_be_sent_to_is_refused(
    client: httpx.AsyncClient, ines: Person, address: str
) -> None:
    answer = await client.post(API, json={**NEW, "address": address}, headers=ines.cookie)
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook_address")
    page = await client.post(PAGE, data={**NEW, "address": address}, headers=ines.cookie)
    assert page.status_code == 400
    assert address in unescape(page.text)
    assert page.text.count(" checked") == 2


async def test_there_is_a_limit_and_one_kind_at_least(client: httpx.AsyncClient, ines: Person) -> None:
    for kinds in ([], ["note.exploded"]):
        refused = await client.post(API, json={**NEW, "kinds": kinds}, headers=ines.cookie)
        assert refused.status_code == 400
    for _ in range(MOST):
        assert (await client.post(API, json=NEW, headers=ines.cookie)).status_code == 201
    answer = await client.post(API, json=NEW, headers=ines.cookie)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhooks")
