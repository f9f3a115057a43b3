"""The whole way through the API: joining, publishing, answering, following, blocking."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests import factories
from tests.factories import PASSWORD, Person, picture
from vermilion.kernel.ids import Id
from vermilion.kernel.types import LANGS
from vermilion.notes.schema import NewPicture
from vermilion.storage.db import Database

People = Callable[..., Awaitable[Person]]


async def test_somebody_joins_and_gets_a_token(client: httpx.AsyncClient) -> None:
    joining = {"handle": "Ines", "display_name": "Inês", "password": PASSWORD, "reads": ["pt", "en"]}
    joined = await client.post("/api/v1/accounts", json=joining)
    assert joined.status_code == 201
    assert "set-cookie" not in joined.headers
    asking = {"handle": "ines", "password": PASSWORD, "application": "x", "scopes": ["read", "account"]}
    token = (await client.post("/api/v1/tokens", json=asking)).json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "account read")
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    me = (await client.get("/api/v1/me", headers=bearer)).json()
    assert (me["display_name"], me["reads"], me["id"]) == ("Inês", ["pt", "en"], joined.json()["id"])
    assert isinstance(me["id"], str)


@pytest.mark.usefixtures("ines")
async def test_a_handle_is_taken_in_any_case(client: httpx.AsyncClient) -> None:
    joining = {"handle": "INES", "display_name": "x", "password": PASSWORD}
    answer = await client.post("/api/v1/accounts", json=joining)
    assert (answer.status_code, answer.json()["code"], answer.json()["handle"]) == (
        409,
        "handle_taken",
        "ines",
    )


@pytest.mark.usefixtures("ines")
async def test_a_wrong_password_does_not_say_which_was_wrong(client: httpx.AsyncClient) -> None:
    asking = {"password": PASSWORD + "?", "application": "x"}
    known = await client.post("/api/v1/tokens", json={"handle": "ines", **asking})
    unknown = await client.post("/api/v1/tokens", json={"handle": "nobody", **asking})
    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()
    assert known.headers["www-authenticate"] == "Bearer"


async def test_the_profile_is_edited_field_by_field(client: httpx.AsyncClient, ines: Person) -> None:
    first = await client.patch(
        "/api/v1/me", json={"bio": "Bakes at night", "region": "PT"}, headers=ines.bearer
    )
    assert (first.json()["bio"], first.json()["region"]) == ("Bakes at night", "PT")
    second = await client.patch("/api/v1/me", json={"display_name": "Inês"}, headers=ines.bearer)
    assert (second.json()["bio"], second.json()["display_name"]) == ("Bakes at night", "Inês")


async def test_reading_languages_count_from_the_next_request_on(
    client: httpx.AsyncClient, ines: Person
) -> None:
    await client.get("/api/v1/me", headers=ines.bearer)
    await client.patch("/api/v1/me", json={"reads": ["zh"]}, headers=ines.bearer)
    assert (await client.get("/api/v1/me", headers=ines.bearer)).json()["reads"] == ["zh"]


async def test_a_session_that_has_ended_ends_at_once(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    other = {"cookie": f"__Host-session={await factories.session(database.session(), ines.id)}"}
    sessions = (await client.get("/api/v1/me/sessions", headers=ines.cookie)).json()
    assert [session["kind"] for session in sessions].count("session") == 2
    assert "token" in {session["kind"] for session in sessions}
    assert (await client.get("/api/v1/me", headers=other)).status_code == 200
    assert (
        await client.delete(f"/api/v1/me/sessions/{sessions[0]['id']}", headers=ines.cookie)
    ).status_code == 204
    assert (await client.get("/api/v1/me", headers=other)).status_code == 401
    assert (await client.get("/api/v1/me", headers=ines.cookie)).status_code == 200
    assert (await client.get("/api/v1/me/sessions", headers=ines.bearer)).status_code == 403


GUESTS_MAY_NOT = [
    ("GET", "me/drafts"), ("POST", "me/drafts"), ("GET", "me/drafts/1"), ("PUT", "me/drafts/1"), ("DELETE", "me/drafts/1"),
    ("POST", "me/drafts/1/restore"), ("POST", "me/drafts/1/publish"), ("PUT", "me/drafts/1/schedule"),
    ("DELETE", "me/drafts/1/schedule"), ("POST", "me/series"), ("PATCH", "me/series/1"), ("DELETE", "me/series/1"),
    ("POST", "me/series/1/restore"), ("PUT", "notes/1/series"), ("PUT", "notes/1/comments/1"),
    ("GET", "notes/1/comments/1/source"),
    ("GET", "me"), ("PATCH", "me"), ("PUT", "me/password"), ("DELETE", "me/avatar"), ("PUT", "me/avatar"),
    ("GET", "me/sessions"), ("DELETE", "me/sessions/1"), ("GET", "me/saved"), ("GET", "me/blocked"), ("GET", "me/muted"),
    ("GET", "me/follow-requests"), ("PUT", "me/follow-requests/1"), ("DELETE", "me/follow-requests/1"), ("POST", "notes"),
    ("PUT", "notes/1"), ("DELETE", "notes/1"), ("POST", "notes/1/restore"), ("PUT", "notes/1/like"),
    ("DELETE", "notes/1/like"), ("PUT", "notes/1/save"), ("DELETE", "notes/1/save"), ("GET", "notes/1/source"),
    ("POST", "notes/1/comments"), ("DELETE", "notes/1/comments/1"), ("PUT", "notes/1/comments/1/like"),
    ("PUT", "notes/1/comments/1/pin"), ("PUT", "accounts/1/follow"), ("PUT", "accounts/1/block"), ("POST", "uploads"),
    ("PUT", "accounts/1/mute"), ("DELETE", "accounts/1/follow"), ("GET", "feeds/following"), ("GET", "notices"),
    ("GET", "notices/unread"), ("POST", "notices/read"), ("DELETE", "uploads/1"), ("GET", "me/access"),
    ("DELETE", "me/access/1"), ("GET", "me/applications"), ("GET", "me/applications/1"), ("DELETE", "me/applications/1"),
    ("POST", "me/applications/1/secret"),
]  # fmt: skip
BODIES = {
    "me": {}, "me/password": {"old": PASSWORD, "new": PASSWORD}, "notes": {"title": "x"}, "notes/1": {"title": "x"},
    "notes/1/comments": {"body": "x"}, "me/drafts": {"note": {"title": "x"}}, "me/series": {"title": "x"},
    "me/drafts/1": {"version": 1, "note": {"title": "x"}}, "me/drafts/1/publish": {"version": 1, "note": {"title": "x"}},
    "me/drafts/1/schedule": {"at": "2030-01-01T08:00:00Z"}, "me/series/1": {}, "notes/1/series": {"series_id": None},
    "notes/1/comments/1": {"body": "x"},
}  # fmt: skip


@pytest.mark.parametrize(("method", "address"), GUESTS_MAY_NOT)
async def test_a_guest_is_asked_to_sign_in(client: httpx.AsyncClient, method: str, address: str) -> None:
    body = {"json": BODIES[address]} if method in {"POST", "PUT", "PATCH"} and address in BODIES else {}
    answer = await client.request(method, f"/api/v1/{address}", **body)
    assert (answer.status_code, answer.json()["code"]) in {(401, "sign_in_first"), (404, "note_gone")}


async def test_a_note_with_a_picture_is_published_and_seen(client: httpx.AsyncClient, ines: Person) -> None:
    sent = await client.post(
        "/api/v1/uploads", content=picture(), headers={**ines.bearer, "content-type": "image/png"}
    )
    assert sent.status_code == 201
    note = {"title": "Rain", "pictures": [{"id": sent.json()["id"], "alt": "A grey square"}]}
    answer = await client.post("/api/v1/notes", json=note, headers=ines.bearer)
    assert answer.status_code == 201
    page = answer.json()
    assert page["pictures"][0]["alt"] == "A grey square"
    source = page["pictures"][0]["sources"][0]["url"]
    file = await client.get(source, headers=ines.cookie)
    assert (file.status_code, file.headers["content-type"]) == (200, "image/webp")
    assert "private" in file.headers["cache-control"]
    assert (await client.get(source)).status_code == 404, "it is still pending: only its author sees it"


async def test_a_released_picture_is_for_everybody_and_for_ever(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    sent = await client.post(
        "/api/v1/uploads", content=picture(), headers={**ines.bearer, "content-type": "image/png"}
    )
    pictures = (NewPicture(id=Id.parse(sent.json()["id"])),)
    note = await factories.note(database.session(), ines, pictures=pictures)
    page = (await client.get(f"/api/v1/notes/{note.id}")).json()
    file = await client.get(page["pictures"][0]["sources"][0]["url"])
    assert file.status_code == 200
    assert "immutable" in file.headers["cache-control"]


@pytest.mark.parametrize(
    "body", [b"", b"no picture", picture()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 100, b"GIF89a"]
)
async def test_what_is_no_picture_is_a_problem(client: httpx.AsyncClient, ines: Person, body: bytes) -> None:
    answer = await client.post(
        "/api/v1/uploads", content=body, headers={**ines.bearer, "content-type": "image/png"}
    )
    assert answer.status_code == 400
    assert answer.json()["code"].startswith("picture_")


async def test_people_talk_under_a_note(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    note = await factories.note(database.session(), mei, "一个男孩的一天")
    said = await client.post(
        f"/api/v1/notes/{note.id}/comments", json={"body": "好看！"}, headers=ines.bearer
    )
    assert said.status_code == 201
    comment = said.json()["id"]
    answer = await client.post(
        f"/api/v1/notes/{note.id}/comments", json={"body": "谢谢", "reply_to": comment}, headers=mei.bearer
    )
    assert answer.json()["parent_id"] == comment
    liked = await client.put(f"/api/v1/notes/{note.id}/comments/{comment}/like", headers=mei.bearer)
    assert liked.json() == {"is_on": True, "count": 1}
    thread = (await client.get(f"/api/v1/notes/{note.id}/comments")).json()
    assert [item["body"]["original"] for item in thread["items"]] == ["好看！"]
    assert [item["body"]["original"] for item in thread["items"][0]["replies"]] == ["谢谢"]
    replies = (await client.get(f"/api/v1/notes/{note.id}/comments/{comment}/replies")).json()
    assert len(replies["items"]) == 1
    assert (
        await client.put(f"/api/v1/notes/{note.id}/comments/{comment}/pin", headers=mei.bearer)
    ).status_code == 204
    refused = await client.put(f"/api/v1/notes/{note.id}/comments/{comment}/pin", headers=ines.bearer)
    assert refused.status_code == 403
    gone = await client.delete(f"/api/v1/notes/{note.id}/comments/{comment}", headers=ines.bearer)
    assert gone.status_code == 204
    back = await client.post(f"/api/v1/notes/{note.id}/comments/{comment}/restore", headers=ines.bearer)
    assert back.status_code == 200


async def test_a_comment_under_a_note_that_is_gone_is_refused(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    note = await factories.note(database.session(), mei)
    address = f"/api/v1/notes/{note.id}/comments"
    assert (await client.post(address, json={"body": "x"}, headers=ines.bearer)).status_code == 201
    await client.delete(f"/api/v1/notes/{note.id}", headers=mei.bearer)
    answer = await client.post(address, json={"body": "x"}, headers=ines.bearer)
    assert (answer.status_code, answer.json()["code"]) == (404, "note_gone")


async def test_a_note_is_edited_deleted_and_restored(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    note = await factories.note(database.session(), ines, "Before")
    address = f"/api/v1/notes/{note.id}"
    assert (await client.put(address, json={"title": "Mine now"}, headers=mei.bearer)).status_code == 403
    edited = await client.put(address, json={"title": "After", "body": "#new"}, headers=ines.bearer)
    assert (edited.status_code, edited.json()["title"]["original"], edited.json()["tags"]) == (
        200,
        "After",
        ["new"],
    )
    assert (await client.get(f"{address}/source", headers=ines.bearer)).json()["body"] == "#new"
    assert (await client.delete(address, headers=mei.bearer)).status_code == 403
    assert (await client.delete(address, headers=ines.bearer)).status_code == 204
    assert (await client.get(address, headers=mei.bearer)).status_code == 404
    assert (await client.post(f"{address}/restore", headers=ines.bearer)).status_code == 200


async def test_likes_and_saves_are_put_and_taken_back(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    note = await factories.note(database.session(), mei)
    for deed in ("like", "save"):
        address = f"/api/v1/notes/{note.id}/{deed}"
        for _ in range(2):
            assert (await client.put(address, headers=ines.bearer)).json() == {"is_on": True, "count": 1}
        if deed == "save":
            saved = (await client.get("/api/v1/me/saved", headers=ines.bearer)).json()["items"]
            assert [card["id"] for card in saved] == [str(note.id)]
        assert (await client.delete(address, headers=ines.bearer)).json() == {"is_on": False, "count": 0}


async def test_a_follower_is_approved(client: httpx.AsyncClient, ines: Person, people: People) -> None:
    mei = await people("mei", approves_followers=True)
    asked = await client.put(f"/api/v1/accounts/{mei.id}/follow", headers=ines.bearer)
    assert asked.json()["follow"] == "requested"
    waiting = (await client.get("/api/v1/me/follow-requests", headers=mei.bearer)).json()["items"]
    assert [card["handle"] for card in waiting] == ["ines"]
    assert (await client.put(f"/api/v1/me/follow-requests/{ines.id}", headers=mei.bearer)).status_code == 200
    followers = (await client.get(f"/api/v1/accounts/{mei.id}/followers")).json()["items"]
    assert [card["handle"] for card in followers] == ["ines"]
    profile = (await client.get("/api/v1/profiles/mei", headers=ines.bearer)).json()
    assert (profile["follow"], profile["follower_count"]) == ("accepted", 1)


async def test_after_a_block_neither_sees_the_other(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    note = await factories.note(database.session(), mei)
    assert (await client.get(f"/api/v1/notes/{note.id}", headers=ines.bearer)).status_code == 200
    assert (await client.put(f"/api/v1/accounts/{ines.id}/block", headers=mei.bearer)).json()["is_blocked"]
    assert (await client.get(f"/api/v1/notes/{note.id}", headers=ines.bearer)).status_code == 404
    assert (await client.get("/api/v1/profiles/mei", headers=ines.bearer)).status_code == 404
    blocked = (await client.get("/api/v1/me/blocked", headers=mei.bearer)).json()["items"]
    assert [card["handle"] for card in blocked] == ["ines"]
    assert not (await client.delete(f"/api/v1/accounts/{ines.id}/block", headers=mei.bearer)).json()[
        "is_blocked"
    ]


async def test_feeds_come_in_pages(client: httpx.AsyncClient, mei: Person, database: Database) -> None:
    ids = [str((await factories.note(database.session(), mei, f"Note {n} #page")).id) for n in range(23)]
    for address in ("feeds/topics/page", f"accounts/{mei.id}/notes"):
        first = (await client.get(f"/api/v1/{address}")).json()
        second = (await client.get(f"/api/v1/{address}", params={"cursor": first["next"]})).json()
        assert [card["id"] for card in first["items"] + second["items"]] == ids[::-1]
        assert second["next"] is None
    explored = (await client.get("/api/v1/feeds/explore")).json()
    assert explored["items"][0]["reason"]["terms"]


async def test_what_was_seen_is_taken_in(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    note = await factories.note(database.session(), mei)
    events = [{"kind": "impression", "note_id": str(note.id), "surface": "explore", "position": 3}]
    answer = await client.post("/api/v1/events", json={"events": events}, headers=ines.bearer)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_how_a_film_was_watched_is_told_to_its_author(
    client: httpx.AsyncClient, ines: Person, mei: Person, database: Database
) -> None:
    film = await factories.film(database.session(), mei)
    listed = (await client.get("/api/v1/watch")).json()
    assert [card["id"] for card in listed["items"]] == [str(film.id)]
    assert listed["items"][0]["cover"]["picture"]["film"]["duration_ms"] == 20_000
    watch = {
        "note_id": str(film.id),
        "key": "0b8cbd5e-6a0f-4c2e-9d0a-111111111111",
        "seconds": 9.5,
        "share": 0.4,
    }
    for headers in (ines.bearer, {}):
        answer = await client.post("/api/v1/watched", json={"watches": [watch]}, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
    for wrong in ({"seconds": -1}, {"share": 1.5}, {"key": "mine"}):
        answer = await client.post("/api/v1/watched", json={"watches": [{**watch, **wrong}]})
        assert answer.status_code == 400, wrong
    address = f"/api/v1/notes/{film.id}/watches"
    assert set((await client.get(address, headers=mei.bearer)).json()) == {"watches", "mean_share", "seconds"}
    statuses = [(await client.get(address, headers=headers)).status_code for headers in (ines.bearer, {})]
    assert statuses == [403, 401]


async def test_notices_are_counted_and_read(client: httpx.AsyncClient, ines: Person) -> None:
    assert (await client.get("/api/v1/notices/unread", headers=ines.bearer)).json()["count"] == 0
    assert (await client.get("/api/v1/notices", headers=ines.bearer)).json() == {"items": [], "next": None}
    assert (await client.post("/api/v1/notices/read", headers=ines.bearer)).status_code == 204


async def test_the_rooms_languages_are_listed(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/v1/languages")).json()
    assert [item["lang"] for item in listed] == list(LANGS)
    assert next(item["name"] for item in listed if item["lang"] == "zh") == "中文"
