"""The page for developers: the OpenAPI document as something to read, made on the server, without script."""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import get
from litestar.types import ControllerRouterHandler

from vermilion.kernel.record import Record
from vermilion.web.api.routes import PATH, RESOURCES
from vermilion.web.context import TheDb, TheLocale, TheParts, TheViewer
from vermilion.web.openapi import Json, document_of
from vermilion.web.pages.answers import Html, whole
from vermilion.web.problems import sentence
from vermilion.web.scopes import ABOUT
from vermilion.web.sentences import SENTENCES


class Field(Record, kw_only=True, frozen=True):
    """A field of a shape: its kind in words, what else is said of it."""

    name: str
    kind: str
    needed: bool
    about: str


class Shape(Record, kw_only=True, frozen=True):
    """A schema of the document."""

    name: str
    about: str
    fields: list[Field]
    example: str


class Operation(Record, kw_only=True, frozen=True):
    """One thing that can be asked."""

    name: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Field]
    sends: str
    status: str
    gives: str


@lru_cache(maxsize=1)
def chapters() -> list[tuple[str, str, list[Operation]]]:
    """Tag, what it is about, and its operations."""
    document, _ = document_of(tuple(RESOURCES), PATH)
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method, raw in item.items():
            found[raw["tags"][0]].append(_operation(path, method, raw))
    return [(tag["name"], tag["description"], found[tag["name"]]) for tag in document["tags"]]


@lru_cache(maxsize=1)
def shapes() -> list[Shape]:
    """Every schema, in the order of its name."""
    document, _ = document_of(tuple(RESOURCES), PATH)
    components = document["components"]["schemas"]
    return [_shape(name, components[name]) for name in sorted(components)]


def _operation(path: str, method: str, raw: Json) -> Operation:
    status = next(iter(raw["responses"]))
    body = raw.get("requestBody", {})
    sent: Json = next(iter(body.get("content", {}).values()), {})
    given: Json = raw["responses"][status].get("content", {}).get("application/json", {})
    return Operation(
        name=raw["operationId"],
        method=method.upper(),
        path=path,
        summary=raw["summary"],
        about=raw["description"],
        parameters=[
            Field(
                name=each["name"],
                kind=_kind(each["schema"]),
                needed=bool(each.get("required")),
                about=each.get("description", ""),
            )
            for each in raw.get("parameters", ())
        ],
        sends=body.get("description") or (_kind(sent["schema"]) if sent else ""),
        status=status,
        gives=_kind(given["schema"]) if given else "",
    )


def _shape(name: str, raw: Json) -> Shape:
    examples = raw.get("examples", [])
    return Shape(
        name=name,
        about=raw.get("description", ""),
        fields=[
            Field(
                name=field,
                kind=_kind(schema),
                needed=field in raw.get("required", ()),
                about=schema.get("description", ""),
            )
            for field, schema in raw.get("properties", {}).items()
        ],
        example=msgspec.json.format(msgspec.json.encode(examples[0]), indent=2).decode() if examples else "",
    )


def _kind(schema: Json) -> str:
    """A schema in a few words, such as `array of NoteCard, at most 18`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f'"{each}"' if isinstance(each, str) else "null" for each in schema["enum"])
    bounds = [
        f"{words} {schema[key]}"
        for key, words in (
            ("minLength", "at least"), ("maxLength", "at most"), ("minItems", "at least"), ("maxItems", "at most"),
            ("minimum", "from"), ("maximum", "to"),
        )
        if key in schema
    ]  # fmt: skip
    kind = str(schema.get("format") or schema.get("type", "object"))
    if kind == "array":
        kind = f"array of {_kind(schema.get('items') or {'type': 'anything'})}"
    return ", ".join([kind, *bounds])


@get("/developers", include_in_schema=False)
async def show_reference(db: TheDb, viewer: TheViewer, locale: TheLocale, parts: TheParts) -> Html:
    """The reference of the API."""
    problems: list[dict[str, Any]] = [
        {"code": code, "sentence": sentence(code, {}, locale)} for code in sorted(SENTENCES)
    ]
    return await whole(
        db, viewer, locale, "developers.html", here="about", origin=parts.settings.origin, chapters=chapters(), scopes=list(ABOUT.items()),
        shapes=shapes(), shape_names=[shape.name for shape in shapes()], problems=problems,
    )  # fmt: skip


HANDLERS: list[ControllerRouterHandler] = [show_reference]
