"""The pages of drafts, as a browser without script and the script itself ask for them."""

import re

import httpx

from tests import factories
from tests.factories import Person
from vermilion.kernel.ids import Id

FORM = {"title": "The harbour", "body": "At six", "audience": "followers", "lang": "en"}


async def test_a_form_is_kept_listed_opened_and_published(client: httpx.AsyncClient, ines: Person) -> None:
    files = {"file": ("a.png", factories.picture(), "image/png")}
    answer = await client.post(
        "/publish/keep",
        data={**FORM, "version": "pt", "title-pt": "O porto"},
        files=files,
        headers=ines.cookie,
    )
    assert answer.status_code == 303
    page = (await client.get(answer.headers["location"], headers=ines.cookie)).text
    draft = re.search(r'href="(/publish\?draft=(\d+))"', page)
    assert draft is not None
    assert "The harbour" in page
    assert "1 picture" in page
    form = (await client.get(draft[1], headers=ines.cookie)).text
    for part in (
        'value="The harbour"',
        ">At six<",
        'value="followers" selected',
        'value="O porto"',
        'name="picture"',
    ):
        assert part in form, part
    picture = re.search(r'name="picture" value="(\d+)"', form)
    assert picture is not None
    sent = {**FORM, "draft": draft[2], "draft_version": "1", "picture": picture[1]}
    published = await client.post("/publish", data=sent, headers=ines.cookie)
    assert published.headers["location"].startswith("/n/")
    assert "No drafts" in (await client.get("/drafts", headers=ines.cookie)).text
    back = await client.get(draft[1], headers=ines.cookie)
    assert (back.status_code, back.headers["location"]) == (303, "/publish")


async def keep(client: httpx.AsyncClient, ines: Person, **fields: str) -> dict[str, str | int]:
    headers = {**ines.cookie, "x-fragment": "draft"}
    answer = await client.post("/publish/keep", data={**FORM, **fields}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, str | int] = answer.json()
    return found


async def test_the_script_keeps_and_hears_of_another_device(client: httpx.AsyncClient, ines: Person) -> None:
    first = await keep(client, ines)
    phone = await keep(client, ines, draft=str(first["id"]), draft_version="1", title="From the phone")
    assert (phone["id"], phone["version"], phone["told"]) == (first["id"], 2, "")
    desk = await keep(client, ines, draft=str(first["id"]), draft_version="1", title="From the desk")
    assert desk["id"] != first["id"]
    assert "Both are kept" in str(desk["told"])
    page = (await client.get(f"/publish?draft={desk['id']}", headers=ines.cookie)).text
    assert f'href="/publish?draft={first["id"]}"' in page
    assert "From the desk" in page


async def test_what_is_sent_again_before_its_answer_came_is_one_draft(
    client: httpx.AsyncClient, ines: Person
) -> None:
    headers = {**ines.cookie, "x-fragment": "draft", "idempotency-key": "keep-1"}
    answers = [await client.post("/publish/keep", data=FORM, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert len((await client.get("/api/v1/me/drafts", headers=ines.bearer)).json()) == 1


async def test_who_publishes_too_late_keeps_both(client: httpx.AsyncClient, ines: Person) -> None:
    first = await keep(client, ines)
    await keep(client, ines, draft=str(first["id"]), draft_version="1", title="From the phone")
    late = {**FORM, "title": "From the desk", "draft": str(first["id"]), "draft_version": "1"}
    answer = await client.post("/publish", data=late, headers=ines.cookie)
    assert answer.status_code == 409
    assert "Both are kept" in answer.text
    own = re.search(
        r'name="draft" value="(\d+)"><input type="hidden" name="draft_version" value="1"', answer.text
    )
    assert own is not None
    assert own[1] != str(first["id"])
    page = (await client.get("/drafts", headers=ines.cookie)).text
    assert "From the phone" in page
    assert "From the desk" in page
    again = await client.post("/publish", data={**late, "draft": own[1]}, headers=ines.cookie)
    assert again.status_code == 303


async def test_a_draft_published_elsewhere_loses_nothing_written_here(
    client: httpx.AsyncClient, ines: Person
) -> None:
    first = await keep(client, ines)
    sent = {**FORM, "draft": str(first["id"]), "draft_version": "1"}
    assert (await client.post("/publish", data=sent, headers=ines.cookie)).status_code == 303
    late = await client.post("/publish", data={**sent, "title": "More of it"}, headers=ines.cookie)
    assert late.status_code == 404
    assert "This draft is not there, or not any more." in late.text
    assert 'value="More of it"' in late.text
    assert 'name="draft" value=""' in late.text
    kept = await keep(client, ines, draft=str(first["id"]), draft_version="1", title="More of it")
    assert kept["id"] != first["id"]


async def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    client: httpx.AsyncClient, ines: Person
) -> None:
    answer = await client.post("/publish/keep", data={**FORM, "title": "x" * 101}, headers=ines.cookie)
    assert answer.status_code == 400
    assert "At most 100 characters fit here." in answer.text
    assert "At six" in answer.text
    first = await keep(client, ines)
    wrong = {**FORM, "title": "x" * 101, "draft": str(first["id"]), "draft_version": "1"}
    again = await client.post("/publish/keep", data=wrong, headers=ines.cookie)
    assert f'name="draft" value="{first["id"]}"' in again.text
    empty = await client.post("/publish/keep", data={"title": ""}, headers=ines.cookie)
    assert "A note needs a title, some text or a picture." in empty.text
    for name in ("x", "0", str(2**64), ""):
        page = await client.get(f"/publish?draft={name}", headers=ines.cookie)
        assert page.status_code == (404 if name else 200)


async def test_a_draft_is_deleted_and_had_back(client: httpx.AsyncClient, ines: Person) -> None:
    first = await keep(client, ines)
    gone = await client.post(f"/drafts/{first['id']}/delete", headers=ines.cookie)
    page = (await client.get(gone.headers["location"], headers=ines.cookie)).text
    assert f"{first['id']}&#x2f;restore" in page
    assert "No drafts" in page
    await client.post(f"/drafts/{first['id']}/restore", headers=ines.cookie)
    assert "The harbour" in (await client.get("/drafts", headers=ines.cookie)).text


async def test_guests_are_led_to_the_door(client: httpx.AsyncClient) -> None:
    assert (await client.get("/drafts")).headers["location"] == "/sign-in?next=/drafts"
    own = {"sec-fetch-site": "same-origin"}
    for path in ("/publish/keep", f"/drafts/{Id(7)}/delete", f"/drafts/{Id(7)}/restore"):
        answer = await client.post(path, data=FORM, headers=own)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
