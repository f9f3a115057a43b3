"""Who asks and in which languages, and how long that is remembered."""

import httpx
import pytest

from tests.factories import Person
from tests.statements import statements
from vermilion.kernel.ids import Id
from vermilion.kernel.viewer import Viewer
from vermilion.storage.db import Database
from vermilion.translation.schema import Translator
from vermilion.translation.state import tell
from vermilion.web.context import Brief, SessionCache, State, interface_for, languages_accepted


@pytest.mark.parametrize(("header", "langs"), [
    ("", []),
    ("pt-BR,pt;q=0.9,en;q=0.5", ["pt", "en"]),
    ("en;q=0.2, zh-Hans-CN;q=0.8", ["zh", "en"]),
    ("*", []),
    ("de;q=0, fr", ["fr"]),
    ("de;q=x, fr", ["fr"]),
    ("xx-YY, tlh", []),
    ("," * 10_000, []),
    ("ZH-tw", ["zh"]),
])  # fmt: skip
def test_accept_language_becomes_languages_of_ours(header: str, langs: list[str]) -> None:
    assert languages_accepted(header) == langs


def test_the_interface_speaks_the_first_language_it_knows() -> None:
    assert interface_for(("hi", "zh", "en")) == "zh"
    assert interface_for(("hi",)) == "en"


def test_the_interface_speaks_the_language_chosen() -> None:
    assert interface_for(("pt", "zh"), "ko") == "ko"
    assert interface_for(("pt", "zh"), "tlh") == "pt"


@pytest.mark.parametrize(("accepted", "interface"), [
    ("zh-TW,zh;q=0.9", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"), ("zh-hk", "zh-Hant"), ("zh-CN", "zh"), ("zh", "zh"),
    ("zh-Hans-HK", "zh"), ("en", "zh"), ("", "zh"),
])  # fmt: skip
def test_traditional_characters_come_where_the_browser_asks_for_them(accepted: str, interface: str) -> None:
    assert interface_for(("zh",), None, accepted) == interface


def test_a_session_is_remembered_for_two_seconds() -> None:
    now = [100.0]
    cache = SessionCache(clock=lambda: now[0])
    viewer = Viewer(account_id=Id(7))
    cache.keep("secret", viewer)
    now[0] += 1.9
    assert cache.find("secret") == viewer
    now[0] += 0.2
    assert cache.find("secret") is None


def test_a_session_is_forgotten_at_once_when_told() -> None:
    cache = SessionCache()
    cache.keep("one", Viewer(account_id=Id(7)))
    cache.keep("two", Viewer(account_id=Id(8)))
    cache.forget(Id(7))
    assert cache.find("one") is None
    assert cache.find("two") is not None


async def test_what_is_the_same_for_everybody_is_asked_every_ten_seconds() -> None:
    now, asked = [100.0], [0]
    brief: Brief[int] = Brief(clock=lambda: now[0])

    async def ask() -> int:
        asked[0] += 1
        return asked[0]

    assert [await brief.get(ask), await brief.get(ask)] == [1, 1]
    now[0] += 10.1
    assert await brief.get(ask) == 2


async def test_a_second_request_asks_the_database_no_second_time(
    client: httpx.AsyncClient, ines: Person, database: Database
) -> None:
    await client.get("/api/v1/me", headers=ines.bearer)
    asked: list[str] = []
    database.observers.append(lambda sql, _seconds: asked.append(sql))
    await client.get("/api/v1/me", headers=ines.bearer)
    assert len(asked) == 1, "the account, and not the token"


@pytest.mark.parametrize(
    "secret", ["", "x", "s.1.x", "s.99999999999999999999.x", "t.1.x", "\"'", "s..", "a" * 5000]
)
async def test_a_made_up_cookie_is_a_guest(client: httpx.AsyncClient, secret: str) -> None:
    headers = {"cookie": f"__Host-session={secret}"}
    assert (await client.get("/api/v1/feeds/explore", headers=headers)).status_code == 200
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    "given", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer t.1.x", "Bearer s.1.x"]
)
async def test_a_made_up_token_is_refused(client: httpx.AsyncClient, given: str) -> None:
    assert (await client.get("/api/v1/me", headers={"authorization": given})).status_code == 401


async def test_a_cookies_secret_is_no_token_and_a_token_no_cookie(
    client: httpx.AsyncClient, ines: Person
) -> None:
    as_token = await client.get("/api/v1/me", headers={"authorization": f"Bearer {ines.secret}"})
    as_cookie = await client.get("/api/v1/me", headers={"cookie": f"__Host-session={ines.token}"})
    assert (as_token.status_code, as_cookie.status_code) == (401, 401)


async def test_the_plain_cookie_name_counts_for_nothing(client: httpx.AsyncClient, ines: Person) -> None:
    answer = await client.get("/api/v1/me", headers={"cookie": f"session={ines.secret}"})
    assert answer.status_code == 401


async def test_pages_learn_how_the_translator_is_without_asking_each_time(state: State) -> None:
    db = state.database.session()
    assert (await state.translation()).state == "none"
    await tell(db, "here", "pulling", progress=0.5)
    with statements(db, at_most=0):
        assert (await state.translation()).state == "none"
    state.translator = Brief()
    assert await state.translation() == Translator(state="pulling", progress=0.5)
