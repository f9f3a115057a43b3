"""Hostile and broken input: each field, each kind of wrong."""

from typing import Any

import httpx
import pytest

from tests.factories import PASSWORD, Person
from vermilion.accounts.schema import NewAccount
from vermilion.kernel.errors import Invalid
from vermilion.notes.schema import NewNote
from vermilion.web.received import from_fields, from_json

NUL, HALF = "a\0b", "a\\ud800b"
NOTE: dict[str, Any] = {"title": "A title", "body": "A body"}


@pytest.mark.parametrize("field", ["title", "body", "place_name"])
async def test_nul_is_refused_in_each_text_of_a_note(
    client: httpx.AsyncClient, ines: Person, field: str
) -> None:
    answer = await client.post("/api/v1/notes", json={**NOTE, field: NUL}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (400, "text_nul")
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("path", ["title", "body", "place_name"])
async def test_half_a_character_is_refused(client: httpx.AsyncClient, ines: Person, path: str) -> None:
    body = f'{{"title": "A title", "{path}": "{HALF}"}}'.encode()
    headers = {**ines.bearer, "content-type": "application/json"}
    answer = await client.post("/api/v1/notes", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"text_surrogate", "bad_json"}


@pytest.mark.parametrize(("field", "value", "code"), [
    ("title", "x" * 101, "too_long"),
    ("body", "x" * 5001, "too_long"),
    ("place_name", "x" * 101, "too_long"),
    ("place_name", "", "too_short"),
    ("title", 7, "wrong_type"),
    ("title", None, "wrong_type"),
    ("title", ["x"], "wrong_type"),
    ("made_with_ai", "true", "wrong_type"),
    ("made_with_ai", 1, "wrong_type"),
    ("audience", "nobody", "wrong_form"),
    ("lang", "not a language", "wrong_form"),
    ("latitude", 91, "out_of_range"),
    ("longitude", -181, "out_of_range"),
    ("latitude", "north", "wrong_type"),
    ("pictures", [{"id": str(n + 1)} for n in range(19)], "too_many_pictures"),
    ("pictures", [{"id": 7}], "wrong_form"),
    ("pictures", [{"id": "7.5"}], "wrong_form"),
    ("pictures", [{"alt": "x"}], "missing"),
    ("pictures", "x", "wrong_type"),
    ("versions", [{"lang": "de", "title": "x" * 101}], "too_long"),
    ("versions", [{"lang": "de", "title": "x"}] * 21, "too_many"),
])  # fmt: skip
async def test_what_does_not_fit_a_note_is_named(
    client: httpx.AsyncClient, ines: Person, field: str, value: object, code: str
) -> None:
    answer = await client.post("/api/v1/notes", json={**NOTE, field: value}, headers=ines.bearer)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, code)
    assert problem["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize("field", ["handle", "display_name", "password", "reads"])
@pytest.mark.parametrize("value", ["", "a\0b", "x" * 3000, 7, None, {}, "<script>", "\u202e", "a/b?c#d"])
async def test_joining_survives_anything(client: httpx.AsyncClient, field: str, value: object) -> None:
    body = {"handle": "ines", "display_name": "Ines", "password": PASSWORD, "reads": ["pt"], field: value}
    answer = await client.post("/api/v1/accounts", json=body)
    assert answer.status_code in {201, 400, 409}
    if answer.status_code != 201:
        assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b'{"title": "x"', b'{"title": "\x01"}', b"[" * 5000,
])  # fmt: skip
async def test_what_is_no_json_is_a_problem(client: httpx.AsyncClient, ines: Person, body: bytes) -> None:
    headers = {**ines.bearer, "content-type": "application/json"}
    answer = await client.post("/api/v1/notes", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_other_kinds_of_content_are_refused(client: httpx.AsyncClient, ines: Person, kind: str) -> None:
    headers = {**ines.bearer, "content-type": kind}
    answer = await client.post("/api/v1/notes", content=b'{"title": "x"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("cursor", [
    "abc", "%00", "%ff", "W10", "WyIxIl0", "eyJhIjoxfQ", "x" * 501, "W25hbixuYW5d", "WzFlOTk5LDFd", "LTE", "[]", "😀",
    "WzEsOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
])  # fmt: skip
@pytest.mark.parametrize(
    "address", ["feeds/explore", "feeds/following", "feeds/topics/x", "me/saved", "notices", "me/muted"]
)
async def test_a_made_up_cursor_is_refused(
    client: httpx.AsyncClient, ines: Person, address: str, cursor: str
) -> None:
    answer = await client.get(f"/api/v1/{address}?cursor={cursor}", headers=ines.bearer)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "number", ["0", "-1", "abc", "1.5", "9223372036854775808", "99999999999999999999", "%00", "١٢", "1%00"]
)
@pytest.mark.parametrize(
    "address", ["notes/{}", "notes/{}/comments", "accounts/{}/followers", "accounts/{}/notes"]
)
async def test_what_is_no_id_is_nowhere(client: httpx.AsyncClient, address: str, number: str) -> None:
    answer = await client.get(f"/api/v1/{address.format(number)}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("handle", ["%00", "%ff", "a%00b", "..", "%2e%2e", "x" * 3000, "😀", "%F0%9F"])
async def test_a_strange_handle_is_nobody(client: httpx.AsyncClient, handle: str) -> None:
    answer = await client.get(f"/api/v1/profiles/{handle}")
    assert answer.status_code in {400, 404}


@pytest.mark.parametrize("tag", ["%00", "%ff", "x" * 3000, "😀", "a%2Fb", "%23x"])
async def test_a_strange_tag_has_no_notes(client: httpx.AsyncClient, tag: str) -> None:
    answer = await client.get(f"/api/v1/feeds/topics/{tag}")
    assert answer.status_code in {200, 400, 404}


async def test_markup_stays_text(client: httpx.AsyncClient, ines: Person) -> None:
    markup = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    answer = await client.post(
        "/api/v1/notes", json={"title": markup[:100], "body": markup}, headers=ines.bearer
    )
    assert answer.status_code == 201
    assert answer.json()["body"]["text"] == markup


def test_form_fields_become_a_record() -> None:
    note = from_fields({"title": "x", "made_with_ai": "true", "latitude": "1.5", "place_name": "y"}, NewNote)
    assert (note.made_with_ai, note.latitude) == (True, 1.5)


def test_a_form_field_that_does_not_fit_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        from_fields({"handle": "x", "display_name": "y", "password": PASSWORD}, NewAccount)
    assert (caught.value.code, caught.value.facts["field"]) == ("too_short", "handle")


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert from_json(b'{"title": "\\\\u0000"}', NewNote).title == "\\u0000"
    with pytest.raises(Invalid, match="text_nul"):
        from_json(b'{"title": "\\\\\\u0000"}', NewNote)
