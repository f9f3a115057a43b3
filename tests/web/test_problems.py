"""Errors: each code has a sentence, each kind a status, and nobody gets more than they should."""

import ast
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import MakeState, client_of
from tests.factories import Person
from vermilion.app import create_app
from vermilion.kernel import errors
from vermilion.storage.db import Database
from vermilion.web.problems import STATUSES, describe, sentence
from vermilion.web.sentences import SENTENCES

PACKAGE = Path(errors.__file__).parents[1]
KINDS = {
    "Invalid",
    "Unauthorized",
    "Forbidden",
    "NotFound",
    "Conflict",
    "TooMany",
    "Unavailable",
    "Problem",
    "Refused",
}


def raised_codes(source: str) -> Iterator[str]:
    """The codes that a module's source raises as plain words."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in KINDS
            and node.args
        ):
            code = node.args[0]
            choices = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
            yield from (c.value for c in choices if isinstance(c, ast.Constant) and isinstance(c.value, str))


def codes_without_sentence(sources: list[str]) -> set[str]:
    return {code for source in sources for code in raised_codes(source)} - set(SENTENCES)


def test_every_code_has_a_sentence() -> None:
    sources = [path.read_text() for path in PACKAGE.rglob("*.py") if "engines" not in path.parts]
    assert codes_without_sentence(sources) == set()


def test_the_check_finds_a_code_without_a_sentence() -> None:
    assert codes_without_sentence(['raise Conflict("planted_fault", a=1)']) == {"planted_fault"}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_sentences_are_whole_without_facts(code: str) -> None:
    said = sentence(code, {}, "en")
    assert said[0].isupper()
    assert said.endswith(".")


def test_every_kind_of_error_has_a_status() -> None:
    kinds = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Problem)
    }
    assert kinds - {errors.Problem} == set(STATUSES)


def test_a_sentence_counts() -> None:
    assert sentence("too_long", {"max": 1}, "en") == "At most 1 character fits here."
    assert sentence("too_long", {"max": 100}, "en") == "At most 100 characters fit here."


def test_a_problem_names_its_field() -> None:
    detail = describe(errors.Invalid("too_long", field="title", max=100), "en")
    assert [error.field for error in detail.errors] == ["title"]


async def test_an_address_below_the_api_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


async def test_a_browser_gets_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_the_sentence_is_in_the_readers_language(client: httpx.AsyncClient) -> None:
    english = (await client.get("/api/v1/nothing", headers={"accept-language": "en"})).json()["detail"]
    chinese = (await client.get("/api/v1/nothing", headers={"accept-language": "zh-CN,en;q=0.5"})).json()[
        "detail"
    ]
    assert english == SENTENCES["not_found"]
    assert chinese != english


async def test_a_wrong_method_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/v1/feeds/explore", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert "GET" in answer.headers["allow"]


async def test_a_fault_of_ours_tells_only_its_number(
    client: httpx.AsyncClient, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_args: object) -> None:
        raise ZeroDivisionError("secret words of somebody")

    monkeypatch.setattr("vermilion.web.api.notes.reads.get_note_page", fails)
    answer = await client.get("/api/v1/notes/1", headers=ines.bearer)
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] in answer.json()["detail"]
    assert "secret words" not in answer.text


async def test_a_database_that_is_away_gives_503_and_recovers(
    cloned_dsn: str, make_state: MakeState, tmp_path: Path
) -> None:
    state = make_state(Database(f"postgresql://nobody@/nowhere?host={tmp_path}"))
    app = create_app(state=state)
    async with app.lifespan(), client_of(app) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        answer = await client.get("/api/v1/feeds/explore")
        assert answer.status_code == 503
        assert answer.json()["code"] == "database_away"
        assert int(answer.headers["retry-after"]) > 0
        page = await client.get("/readyz", headers={"accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert page.status_code == 503
        state.database.dsn = cloned_dsn
        assert (await client.get("/api/v1/feeds/explore")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
