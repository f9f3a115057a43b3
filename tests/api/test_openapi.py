"""The OpenAPI document is whole, and what a real server answers agrees with it, whatever is sent."""

import contextlib
import os
from random import Random
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import factories
from tests.factories import Person
from vermilion.kernel.pages import Page
from vermilion.storage.db import Database
from vermilion.web.api.routes import PATH, RESOURCES
from vermilion.web.openapi import document_of
from vermilion.wiring import WIRING

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))

DOCUMENT, _ = document_of(tuple(RESOURCES), PATH)
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_it_is_openapi_3_1_and_covers_every_resource() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert len(OPERATIONS) == len(RESOURCES)


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert {"publish", "getNote", "addComment", "issueToken", "explore"} <= set(names)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_each_operation_is_documented(path: str, method: str, operation: dict[str, Any]) -> None:
    assert path.startswith(PATH)
    assert operation["summary"]
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    if method == "post":
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        # Asking for these twice does nothing more.
        assert "Idempotency-Key" in names or operation["operationId"] in {
            "askPicture",
            "closeAccount",
            "reopenAccount",
            "reportSeen",
            "reportWatched",
            "draft",
            "readUpload",
            "restoreDraft",
            "restoreSeries",
        }


def test_ids_are_strings_and_answers_give_every_field() -> None:
    note = DOCUMENT["components"]["schemas"]["NotePage"]
    assert note["properties"]["id"]["type"] == "string"
    assert set(note["required"]) == set(note["properties"])
    assert "lang" not in DOCUMENT["components"]["schemas"]["NewNote"].get("required", [])
    assert set(Page.__struct_fields__) == set(DOCUMENT["components"]["schemas"]["Page_NoteCard_"]["required"])


@pytest.fixture
async def known(cloned_dsn: str) -> tuple[Person, dict[str, list[str]]]:
    """Somebody with a token, and ids that exist, so that requests reach deeper than "not there"."""
    database = Database(cloned_dsn, wiring=WIRING)
    db = database.session()
    ines = await factories.person(db, "ines", learns="zh")
    mei = await factories.person(db, "mei", reads=("zh",))
    notes = [await factories.note(db, author, f"Note #{author.viewer.handle}") for author in (ines, mei)]
    comments = [await factories.comment(db, mei, note.id) for note in notes]
    await database.close()
    return ines, {
        "note_id": [str(note.id) for note in notes],
        "comment_id": [str(comment.id) for comment in comments],
        "account_id": [str(mei.id), str(ines.id)],
        "handle": ["ines", "mei", "nobody"],
        "tag": ["ines", "mei"],
        "key": ["food", "cats"],
    }


@pytest.mark.slow
def test_whatever_is_sent_the_answer_agrees_with_the_document(
    server: str, known: tuple[Person, dict[str, list[str]]]
) -> None:
    person, ids = known
    schema = schemathesis.openapi.from_url(f"{server}{PATH}/openapi.json")
    found: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.definition.raw["operationId"] == "changePassword":
            continue  # it would end the token this test asks with
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            found += _probe(operation, mode, person, ids)
    assert found == [], "\n\n".join(found)


def _probe(
    operation: APIOperation, mode: GenerationMode, person: Person, ids: dict[str, list[str]]
) -> list[str]:
    """Send generated requests to one operation; gives what was wrong with the answers."""
    found: dict[str, str] = {}
    random = Random(operation.label)  # noqa: S311 - it picks ids
    checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters or {}:
                if name in ids and random.random() < 0.7:
                    case.path_parameters[name] = random.choice(ids[name])
        try:
            case.call_and_validate(headers=person.bearer, checks=checks)
        except (Failure, FailureGroup) as failure:
            for each in getattr(failure, "exceptions", [failure]):
                found.setdefault(f"{operation.label}: {each.title}", str(each)[:600])

    with contextlib.suppress(Unsatisfiable):  # an operation without parameters or body has no wrong form
        send()
    return [f"{label}\n{message}" for label, message in found.items()]


def test_the_probe_finds_an_answer_that_disagrees(
    server: str, known: tuple[Person, dict[str, list[str]]]
) -> None:
    """Planted fault: a document that promises another answer than the server gives."""
    raw = httpx.get(f"{server}{PATH}/openapi.json").json()
    promised = raw["components"]["schemas"]["RoomLanguage"]
    promised["properties"]["speakers"] = {"type": "integer"}
    promised["required"].append("speakers")
    schema = schemathesis.openapi.from_dict(raw)
    schema.config.update(base_url=server)
    operation = next(
        each.ok()
        for each in schema.get_all_operations()
        if each.ok().definition.raw["operationId"] == "listLanguages"
    )
    assert _probe(operation, GenerationMode.POSITIVE, *known)
