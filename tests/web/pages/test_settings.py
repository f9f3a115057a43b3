"""The page of settings over HTTP: refused forms, long lists, sessions by name."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.factories import Person
from vermilion.accounts.actions import block
from vermilion.web.context import State
from vermilion.web.pages.browsers import named


async def test_a_refused_profile_keeps_what_was_typed_and_says_so_in_its_section(
    client: httpx.AsyncClient, ines: Person
) -> None:
    sent = {"display_name": " ", "bio": "I paint boats", "region": "PT"}
    answer = await client.post("/settings/profile", data=sent, headers=ines.cookie)
    assert answer.status_code == 400
    assert "I paint boats" in answer.text
    assert '<option value="PT" selected>' in answer.text
    assert answer.text.index('id="profile"') < answer.text.index('class="problem"')
    assert answer.text.count('class="problem"') == 1


async def test_a_refused_password_is_said_in_its_section(client: httpx.AsyncClient, ines: Person) -> None:
    sent = {"old": "not the one it is", "new": "another long pass phrase"}
    answer = await client.post("/settings/password", data=sent, headers=ines.cookie)
    assert answer.text.index('id="password"') < answer.text.index('class="problem"')


async def test_everybody_blocked_can_be_reached(
    client: httpx.AsyncClient, state: State, people: Callable[..., Awaitable[Person]], ines: Person
) -> None:
    db = state.database.session()
    others = [await people(f"other{place}") for place in range(22)]
    for other in others:
        await block(db, ines.viewer, other.viewer.account_id)
    first = (await client.get("/settings", headers=ines.cookie)).text
    address = first.split('href="/settings?blocked=')[1].split("#")[0]
    second = (await client.get(f"/settings?blocked={address}", headers=ines.cookie)).text
    assert all(f'"/@{other.viewer.handle}/block"' in first + second for other in others)
    assert "/settings?blocked=" not in second


async def test_interests_can_be_changed_in_the_settings(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.post("/settings/interests", data={"interests": ["cats"]}, headers=ines.cookie)
    assert answer.headers["location"] == "/settings?saved=1#interests"
    page = (await client.get("/settings", headers=ines.cookie)).text
    assert 'name="interests" value="cats" checked' in page


async def test_how_others_languages_are_shown_can_be_set_and_taken_back(
    client: httpx.AsyncClient, ines: Person
) -> None:
    sent = {"first": "pt", "reads": ["pt", "en"], "translate": "tap", "shown": "both", "interface": "ja"}
    for changed in ({}, {"interface": "", "translate": "auto"}):
        answer = await client.post("/settings/languages", data={**sent, **changed}, headers=ines.cookie)
        assert answer.headers["location"] == "/settings?saved=1#languages"
    me = (await client.get("/api/v1/me", headers=ines.bearer)).json()
    assert (me["reads"], me["translate"], me["shown"], me["interface"]) == (
        ["pt", "en"],
        "auto",
        "both",
        None,
    )


async def test_where_one_is_need_not_be_said(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.post(
        "/settings/profile", data={"display_name": "Ines", "bio": "", "region": ""}, headers=ines.cookie
    )
    assert answer.status_code == 303


async def test_a_guest_s_way_of_reading_is_kept_in_the_browser(client: httpx.AsyncClient) -> None:
    sent = {"first": "pt", "reads": ["pt"], "translate": "tap", "shown": "both", "interface": "fr"}
    answer = await client.post("/reading", data=sent, headers={"sec-fetch-site": "same-origin"})
    assert answer.headers["location"] == "/reading?saved=1"
    page = (await client.get("/reading", headers={"accept-language": "en,de"})).text
    assert '<html lang="fr"' in page
    for kept in (
        'name="translate" value="tap" checked',
        'name="shown" value="both" checked',
        'value="pt" checked',
    ):
        assert kept in page
    assert 'value="en" checked' not in page


CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)


@pytest.mark.parametrize(("agent", "words"), [
    (CHROME, ("Chrome", "Linux")), (f"{CHROME} Edg/126.0", ("Edge", "Linux")), (IPHONE, ("Safari", "iPhone")),
    ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", ("Firefox", "Android")),
    ("curl/8.5.0", ("curl", "")), ("", ("", "")), ("x" * 200, ("x" * 40, "")),
])  # fmt: skip
def test_a_browser_is_called_by_its_name(agent: str, words: tuple[str, str]) -> None:
    assert named(agent) == words


async def test_sessions_are_listed_by_name(client: httpx.AsyncClient, state: State, ines: Person) -> None:
    await state.database.session().run("UPDATE session SET agent = $1", CHROME)
    assert "Chrome on Linux" in (await client.get("/settings", headers=ines.cookie)).text
