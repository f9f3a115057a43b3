"""What cannot be drafted, and for whom nothing is."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests import factories
from tests.factories import Person
from vermilion.notes.schema import Note
from vermilion.storage.db import Db
from vermilion.web.context import State
from vermilion.web.limits import Limits

API = "/api/v1/drafts"

People = Callable[..., Awaitable[Person]]


@pytest.fixture
async def rita(people: People) -> Person:
    return await people("rita", reads=("pt", "en"))


@pytest.fixture
async def lunch(db: Db, people: People) -> Note:
    """A note in Chinese."""
    boy = await people("haoran", reads=("zh",))
    return await factories.note(db, boy, "学校午饭", body="今天吃了面条", lang="zh")


@pytest.mark.parametrize(("wrong", "code"), [
    ({"into": ["xx"]}, "language_unknown"), ({"lang": "tlh"}, "language_unknown"), ({"into": []}, "too_short"),
    ({"into": ["zh", "es", "fr", "de", "it", "ru"]}, "too_many"), ({"text": "x" * 5001}, "too_long"),
    ({"part": "poem"}, "wrong_form"), ({"text": "a\0"}, "text_nul"),
])  # fmt: skip
async def test_what_cannot_be_drafted_is_said(
    client: httpx.AsyncClient, db: Db, rita: Person, wrong: dict[str, object], code: str
) -> None:
    sent = {"text": "Olá", "into": ["zh"]}
    fine = await client.post(API, json=sent, headers=rita.bearer)
    assert [one["state"] for one in fine.json()["drafts"]] == ["no_translator"]
    answer = await client.post(API, json={**sent, **wrong}, headers=rita.bearer)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await db.rows("SELECT FROM translation_draft") == []


async def test_a_guest_is_led_to_the_door_and_haste_is_slowed(
    client: httpx.AsyncClient, state: State, rita: Person, lunch: Note
) -> None:
    sent = {"text": "Olá", "into": ["zh"]}
    assert (await client.post(API, json=sent)).status_code == 401
    near = {"sec-fetch-site": "same-origin"}
    for path in ("/drafts", "/preview"):
        answer = await client.post(path, data=sent, headers={**near, "x-fragment": "1"})
        assert answer.status_code == 401
    for path in (f"/n/{lunch.id}/comments/drafts", "/publish/drafts", f"/n/{lunch.id}/edit/drafts"):
        answer = await client.post(path, data={"add": "zh"}, headers=near)
        assert answer.headers["location"].startswith("/sign-in")
    state.limits = Limits(1.0, lambda: 0.0)
    answers = [(await client.post(API, json=sent, headers=rita.bearer)).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (200, 429)
