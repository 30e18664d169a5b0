"""The API's description (OpenAPI 3.1): what the routes say, with the commands as one union and problems as the only errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from api.commands import examples
from api.problems import MEDIA_TYPE, Problem
from domain.collaboration import COMMANDS, Command
from ledger.application import COMMANDS_MAX

_REF = "#/components/schemas/{model}"

_ERRORS = {
    "400": "The request cannot be read.",
    "401": "A key is needed, or the one given is not known.",
    "403": "The key does not allow this.",
    "404": "There is no such thing.",
    "405": "The path does not take this method.",
    "409": "The rules say no, or the Idempotency-Key was used for something else.",
    "412": "The book has moved on from the entity tag in If-Match.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "A field is wrong.",
    "500": "Something is damaged or failed; the request id finds it in the log.",
    "503": "The database cannot be reached now; Retry-After says when to try again.",
}
_FOR_POST = frozenset({"401", "403", "409", "412", "413", "415"})
_ALWAYS = frozenset({"400", "401", "404", "405", "422", "500", "503"})


def describe(app: FastAPI) -> dict[str, Any]:
    """Returns the description, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes, separate_input_output_schemas=False
        )
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        _add(schemas, "Problem", TypeAdapter(Problem).json_schema(ref_template=_REF, mode="serialization"))
        _add(schemas, "Command", TypeAdapter(Command).json_schema(ref_template=_REF))
        schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema["info"]["license"] = {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _finish(operation, path, method)
        app.openapi_schema = schema
    return app.openapi_schema


def _add(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    schemas.update(schema.pop("$defs", {}))
    schemas[name] = schema


def _finish(operation: dict[str, Any], path: str, method: str) -> None:
    """Gives an operation its security, its errors and, for recording, its body."""
    operation["security"] = [{"key": []}] if method == "post" else [{}, {"key": []}]
    wanted = _ALWAYS | (_FOR_POST if method == "post" else frozenset())
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}}
    for status in sorted(wanted):
        operation["responses"][status] = {"description": _ERRORS[status], **problem}
    if path.endswith("/entries") and method == "post":
        one = {"$ref": _REF.format(model="Command")}
        many = {"type": "array", "items": one, "minItems": 1, "maxItems": COMMANDS_MAX}
        shown = {name: {"summary": name, "value": value} for name, value in examples().items() if name in COMMANDS}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [one, many]}, "examples": shown}},
        }


def install(app: FastAPI) -> None:
    """Makes `app` describe itself this way at /openapi.json."""
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
