"""The OpenAPI 3.1 document: paths from the handlers, schemas from their Records."""

import typing
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import NoneType
from typing import Any

import msgspec
from litestar import Litestar, Response, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.types import ControllerRouterHandler

from vermilion.kernel.ids import Id
from vermilion.web.context import DEPENDENCIES
from vermilion.web.openapi_words import DESCRIPTION, EXAMPLES, TAGS
from vermilion.web.problems import PROBLEM_JSON, ProblemDetail
from vermilion.web.received import TYPE_DECODERS
from vermilion.web.scopes import ABOUT, PERSON, PUBLIC, is_for_guests, scope_of

Json = dict[str, Any]

_SCHEMES: Json = {
    "oauth2": {
        "type": "oauth2",
        "description": "OAuth 2.1: authorization code with PKCE (S256), for applications registered in the settings.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "refreshUrl": "/oauth/token",
                "scopes": ABOUT,
            }
        },
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of POST /tokens, for scripts of one's own.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "The cookie of a browser that is signed in.",
    },
}

ID_PATTERN = "^(?:[1-9][0-9]{0,17}|[1-8][0-9]{18})$"
_REF = "#/components/schemas/{name}"
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/heic", "image/gif")
_RAW_BODIES = {"addUpload": "The file itself, at most 25 MB.", "setAvatar": "The file itself, at most 25 MB."}


class _IdSchema(OpenAPISchemaPlugin):
    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:  # noqa: ANN401 - any annotation
        return value is Id

    def to_openapi_schema(self, field_definition: Any, schema_creator: Any) -> Schema:  # noqa: ANN401, ARG002 - Litestar's
        return Schema(type=OpenAPIType.STRING, pattern=ID_PATTERN, description="An id: decimal digits.")


@lru_cache(maxsize=1)
def document_of(resources: tuple[ControllerRouterHandler, ...], path: str) -> tuple[Json, bytes]:
    """The document of these handlers below `path`, as a value and as JSON."""
    config = OpenAPIConfig(
        title="vermilion",
        version="1",
        description=DESCRIPTION,
        operation_id_creator=_operation_id,
        use_handler_docstrings=True,
    )
    router = Router(path, route_handlers=list(resources))
    app = Litestar(
        [router],
        openapi_config=config,
        plugins=[_IdSchema()],
        type_decoders=list(TYPE_DECODERS),
        dependencies=DEPENDENCIES,
    )
    made = app.openapi_schema.to_schema()
    handlers = [handler for handler in resources if isinstance(handler, HTTPRouteHandler)]
    _complete(made, handlers)
    return made, msgspec.json.encode(made)


def _operation_id(handler: HTTPRouteHandler, _method: Any, _path: Any) -> str:  # noqa: ANN401 - Litestar's
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.title() for word in rest)


def _complete(made: Json, handlers: Sequence[HTTPRouteHandler]) -> None:
    sent = {id(handler): _sent(handler) for handler in handlers}
    given = {id(handler): _given(handler) for handler in handlers}
    kinds = [kind for kind in (*sent.values(), *given.values()) if kind not in (None, NoneType)]
    schemas, components = msgspec.json.schema_components(
        [*kinds, ProblemDetail], schema_hook=_schema_of, ref_template=_REF
    )
    by_kind = dict(zip(map(repr, kinds), schemas, strict=False))
    for handler in handlers:
        for operation in _operations(made, handler):
            _describe(
                operation,
                handler,
                by_kind.get(repr(sent[id(handler)])),
                by_kind.get(repr(given[id(handler)])),
            )
    incoming = set(_names([by_kind[repr(kind)] for kind in sent.values() if kind is not None], components))
    for name, schema in components.items():
        if name not in incoming and "properties" in schema:
            schema["required"] = sorted(schema["properties"])
        if name in EXAMPLES:
            schema["examples"] = [EXAMPLES[name]]
    components["ProblemDetail"]["required"] = ["code", "detail", "errors", "status", "title", "type"]
    made["components"] = {
        "schemas": components,
        "responses": {
            "Problem": {
                "description": "What is the matter: `code` is stable, `detail` a sentence, further members its facts.",
                "content": {PROBLEM_JSON: {"schema": {"$ref": _REF.format(name="ProblemDetail")}}},
            }
        },
        "securitySchemes": _SCHEMES,
    }
    made["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    made["servers"] = [{"url": "/"}]


def _operations(made: Json, handler: HTTPRouteHandler) -> Iterator[Json]:
    wanted = _operation_id(handler, None, None)
    for item in made["paths"].values():
        yield from (operation for operation in item.values() if operation.get("operationId") == wanted)


def _describe(operation: Json, handler: HTTPRouteHandler, sent: Json | None, given: Json | None) -> None:
    """Fill in bodies, problems and security of one operation."""
    name = operation["operationId"]
    lines = (handler.fn.__doc__ or "").strip()
    operation["summary"], _, more = lines.partition(".")
    for parameter in operation.get("parameters", ()):
        _simplify(parameter)
    if sent is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    elif name in _RAW_BODIES:
        content = {kind: {"schema": {"type": "string", "contentEncoding": "binary"}} for kind in _PICTURES}
        operation["requestBody"] = {"required": True, "description": _RAW_BODIES[name], "content": content}
    status = str(handler.status_code)
    answer: Json = {"description": "Done." if given is None else "As asked."}
    if given is not None:
        answer["content"] = {"application/json": {"schema": given}}
    operation["responses"] = {status: answer, "default": {"$ref": "#/components/responses/Problem"}}
    operation["security"], scopes = _security(handler)
    operation["description"] = f"{more.strip()}\n\n{scopes}".strip()
    if operation.get("parameters"):
        operation["parameters"].sort(key=lambda parameter: parameter["in"] != "path")


def _simplify(parameter: Json) -> None:
    """A parameter that may be left out is a plain type, and says once what it is."""
    schema = parameter["schema"]
    if "oneOf" in schema:
        schema["type"] = next(kind["type"] for kind in schema.pop("oneOf") if kind["type"] != "null")
    if parameter.get("description") == schema.get("description"):
        schema.pop("description", None)
    for name in ("deprecated", "allowEmptyValue", "allowReserved"):
        parameter.pop(name, None)


def _security(handler: HTTPRouteHandler) -> tuple[list[Json], str]:
    """Who is answered, and the same in words."""
    scope = scope_of(handler)
    if scope is None:
        return [], ""
    if scope == PERSON:
        return [{"session": []}], "For somebody signed in; no token can do this."
    tokens: list[Json] = [{"oauth2": [scope]}, {"bearer": [scope]}]
    if not is_for_guests(handler):
        return tokens, f"Scope of a token: `{scope}`."
    return [
        {},
        *tokens,
        {"oauth2": [PUBLIC]},
    ], f"Scope of a token: `{scope}`, or `{PUBLIC}` for what guests see."


def _sent(handler: HTTPRouteHandler) -> Any:  # noqa: ANN401 - a type
    return typing.get_type_hints(handler.fn, include_extras=True).get("data")


def _given(handler: HTTPRouteHandler) -> Any:  # noqa: ANN401 - a type
    kind = typing.get_type_hints(handler.fn, include_extras=True)["return"]
    return typing.get_args(kind)[0] if typing.get_origin(kind) is Response else kind


def _schema_of(kind: type) -> Json:
    if kind is Id:
        return {"type": "string", "pattern": ID_PATTERN, "description": "An id: decimal digits."}
    raise NotImplementedError(kind)


def _names(schemas: Sequence[Any], components: Json) -> Iterator[str]:
    """The components these schemas lead to."""
    seen: set[str] = set()
    waiting: list[Any] = list(schemas)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                yield name
                waiting.append(components[name])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
