"""Writes `clients/python/vermilion_client/api.py` from the OpenAPI document: shapes as Structs, operations as methods.

`python clients/generate.py` writes it, `--check` only says whether it is current.
"""

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vermilion import __version__
from vermilion.web.api.routes import PATH, RESOURCES
from vermilion.web.openapi import document_of

HERE = Path(__file__).parent
TARGET = HERE / "python" / "vermilion_client" / "api.py"
BY_HAND = frozenset({"beginFilm", "sendFilm", "beginPicture", "sendPicturePart"})
"""Films and pictures are sent by tus, in `client.py`."""
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

Json = dict[str, Any]

HEAD = '''"""The shapes and operations of the API of vermilion {version}. Generated: see clients/generate.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import {imported}Literal, TypeVar{cast}
from urllib.parse import quote

import msgspec

T = TypeVar("T")
'''
OPERATIONS = '''
class Operations:
    """Every operation as a method; how they are sent is in `client.py`."""

    def _call(
        self,
        gives: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: msgspec.Struct | None = None,
        content: bytes | None = None,
    ) -> T:
        raise NotImplementedError
'''


def module() -> str:
    """The whole module, as the formatter leaves it."""
    document, _ = document_of(tuple(RESOURCES), PATH)
    schemas: Json = document["components"]["schemas"]
    sent = _reached(_bodies(document), schemas)
    shapes = [_shape(name, schemas[name], is_sent=name in sent) for name in sorted(schemas)]
    methods = [
        _method(path, verb, operation)
        for path, item in document["paths"].items()
        for verb, operation in item.items()
        if operation["operationId"] not in BY_HAND
    ]
    names = ", ".join(f'"{_name(name)}"' for name in sorted(schemas, key=_name))
    parts = [f"__all__ = [{names}]\n", *shapes, OPERATIONS, *methods]
    code = "\n".join((*shapes, *methods))
    imported = "Any, " * bool(re.search(r"\bAny\b", code))
    cast = ", cast" * ("cast(" in code)
    text = "\n".join([HEAD.format(version=__version__, imported=imported, cast=cast), *parts])
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def _bodies(document: Json) -> list[Json]:
    return [
        operation["requestBody"]
        for item in document["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    ]


def _reached(value: object, schemas: Json) -> set[str]:
    """The names of all schemas these lead to."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return found


def _name(name: str) -> str:
    """`Page_NoteCard_` is a NoteCardPage."""
    outer, _, inner = name.strip("_").partition("_")
    return f"{inner}{outer}" if inner else outer


def _kind(schema: Json) -> str:  # noqa: PLR0911 - a table of cases
    """A schema as an annotation."""
    if "$ref" in schema:
        return _name(str(schema["$ref"]).rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(_kind, schema["anyOf"])))
    if "enum" in schema:
        words = [one for one in schema["enum"] if one is not None]
        return f"Literal[{', '.join(map(_literal, words))}]{' | None' * (len(words) < len(schema['enum']))}"
    if "const" in schema:
        return f"Literal[{_literal(schema['const'])}]"
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_kind({**schema, "type": one}) for one in kind)
    if kind == "array":
        if "prefixItems" in schema:
            return f"tuple[{', '.join(map(_kind, schema['prefixItems']))}]"
        return f"tuple[{_kind(schema.get('items') or {})}, ...]"
    if kind == "object":
        return (
            f"dict[str, {_kind(schema['additionalProperties'])}]"
            if schema.get("additionalProperties")
            else "dict[str, Any]"
        )
    return PLAIN.get(str(kind), "Any")


def _literal(value: object) -> str:
    return "None" if value is None else f'"{value}"' if isinstance(value, str) else repr(value)


def _shape(name: str, schema: Json, *, is_sent: bool) -> str:
    if "properties" not in schema and schema.get("type") != "object":
        return f"{_name(name)} = {_kind(schema)}\n"
    options = "frozen=True, kw_only=True" + (", omit_defaults=True" if is_sent else "")
    lines = [
        f"class {_name(name)}(msgspec.Struct, {options}):",
        f"    {_doc(schema.get('description') or name)}",
        "",
    ]
    required = set(schema.get("required", ()))
    for field, kind in schema.get("properties", {}).items():
        default = "" if field in required else f" = {_default(kind)}"
        if keyword.iskeyword(field):
            inner = "" if not default else f", default={_default(kind)}"
            lines.append(f'    {field}_: {_kind(kind)} = msgspec.field(name="{field}"{inner})')
        else:
            lines.append(f"    {field}: {_kind(kind)}{default}")
        if words := kind.get("description"):
            lines.append(f"    {_doc(words)}")
    return "\n".join(lines) + "\n"


def _default(schema: Json) -> str:
    value = schema.get("default")
    if value == {}:
        return "msgspec.field(default_factory=dict)"
    if isinstance(value, list):
        return f"({''.join(f'{_literal(one)}, ' for one in value)})"
    return _literal(value)


def _doc(text: str) -> str:
    words = " ".join(text.replace("\\", "\\\\").replace('"""', "'''").split())
    return f'"""{words}{" " if words.endswith(chr(34)) else ""}"""'


def _snake(name: str) -> str:
    word = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower().replace("-", "_").replace("__", "_")
    return f"{word}_" if keyword.iskeyword(word) else word


def _method(path: str, verb: str, operation: Json) -> str:
    parameters = operation.get("parameters", ())
    in_path = [one for one in parameters if one["in"] == "path"]
    others = list(_others(parameters))
    arguments = ["self", *(f"{_snake(one['name'])}: str" for one in in_path)]
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        arguments.append(f"data: {_kind(body['application/json']['schema'])}")
    elif body:
        arguments.append("content: bytes")
    arguments += ["*", *(text for _, _, text in others)] if others else []
    answer = next(iter(operation["responses"].values())).get("content", {}).get("application/json")
    gives = _kind(answer["schema"]) if answer else "None"
    given = gives if answer else "type(None)"
    if gives.startswith("tuple[") and gives.endswith(", ...]"):
        gives = given = f"list[{gives.removeprefix('tuple[').removesuffix(', ...]')}]"
    if "|" in given.partition("[")[0]:
        given = f'cast("type[{given}]", {given})'
    told = [given, f'"{verb.upper()}"', _address(path, in_path)]
    for place in ("query", "header"):
        held = ", ".join(
            f'"{one["name"]}": {_snake(one["name"])}' for one, where, _ in others if where == place
        )
        told += [f"{'headers' if place == 'header' else place}={{{held}}}"] if held else []
    told += ["body=data"] if "application/json" in body else ["content=content"] if body else []
    about = f"{operation['summary']}. {operation['description']}"
    call = f"self._call({', '.join(told)})"
    return (
        f"    def {_snake(operation['operationId'])}({', '.join(arguments)}) -> {gives}:\n"
        f"        {_doc(about)}\n        {call if gives == 'None' else f'return {call}'}\n"
    )


def _others(parameters: list[Json]) -> Iterator[tuple[Json, str, str]]:
    """Parameters that are named: what they are, where they go, how they stand in the signature."""
    for one in parameters:
        if one["in"] == "path":
            continue
        kind, name = _kind(one["schema"]), _snake(one["name"])
        if one["required"]:
            yield one, one["in"], f"{name}: {kind}"
        else:
            yield one, one["in"], f"{name}: {kind if 'None' in kind else f'{kind} | None'} = None"


def _address(path: str, in_path: list[Json]) -> str:
    if not in_path:
        return f'"{path}"'
    for one in in_path:
        path = path.replace(f"{{{one['name']}}}", f"{{quote({_snake(one['name'])}, safe='')}}")
    return f'f"{path}"'


def main() -> int:
    """Write the module, or compare it."""
    made = module()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text("utf-8") == made:
            return 0
        sys.stderr.write(f"{TARGET} is not current: run `make client`\n")
        return 1
    TARGET.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
