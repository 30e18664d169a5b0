"""The API's description (OpenAPI 3.1): what the routes say, the commands as one union, problems as the only errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from api import access_keys
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
    "408": "The body took too long to arrive.",
    "409": "The rules say no, or the Idempotency-Key was used for something else.",
    "412": "The book has moved on from the entity tag in If-Match.",
    "413": "The body is too large.",
    "414": "The address is too long.",
    "415": "The body is not JSON.",
    "422": "A field or a parameter is wrong.",
    "500": "An entry is damaged, or something failed; the request id finds it in the log.",
    "503": "The database cannot be reached now; Retry-After says when to try again.",
}
_FOR_POST = frozenset({"403", "408", "409", "412", "413", "415"})
_ALWAYS = frozenset({"400", "401", "404", "405", "414", "422", "500", "503"})

_TAGS = (
    {"name": "collaborations", "description": "Which collaborations there are, and each one's state and history."},
    {"name": "entries", "description": "The minute book: what is recorded, and what was."},
    {"name": "attachments", "description": "Documents that entries name as evidence, by the SHA-256 of their content."},
    {
        "name": "log",
        "description": "The logs of each book and of the installation: checkpoints, tiles, receipts.",
    },
    {"name": "keys", "description": "Who may do what through here: keys listed, made and revoked by administrators."},
    {"name": "commands", "description": "What can be recorded, with schema and example."},
    {"name": "health", "description": "Whether the service lives and can serve."},
)

_HEADERS = {
    "ETag": "The tag of this answer, for If-None-Match; a book's, and that of what was recorded, for If-Match too.",
    "Link": 'The following page, rel="next", where there is one.',
    "Location": "The first of the entries.",
    "Ledger-Position": "The number of the last of the entries.",
    "Retry-After": "Seconds to wait before trying again.",
    "Allow": "The methods the path takes.",
    "WWW-Authenticate": "How to show a key: as a bearer token.",
    "Styringsbok-Stopped": "Projections that have stopped, each with its entry: their rows are old.",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Returns the description, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=_DESCRIPTION,
            routes=app.routes,
            tags=list(_TAGS),
            separate_input_output_schemas=False,
            license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        )
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        _add(schemas, "Problem", TypeAdapter(Problem).json_schema(ref_template=_REF, mode="serialization"))
        _add(schemas, "Command", TypeAdapter(Command).json_schema(ref_template=_REF))
        schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema["servers"] = [{"url": "/"}]
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _finish(operation, path, method)
        app.openapi_schema = schema
    return app.openapi_schema


_DESCRIPTION = """\
One numbered minute book per collaboration. What is recorded is a command; what is kept is its entries; what is read is
the book as of an entry or a time of recording, and what held on a date. Anyone may read what is public; recording takes
a key. Every error is a problem (RFC 9457) with a code, a cause and how to go on, in nb, nn or en by Accept-Language.
"""


def _add(schemas: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    schemas.update(schema.pop("$defs", {}))
    schemas[name] = schema


def _finish(operation: dict[str, Any], path: str, method: str) -> None:
    """Gives an operation its security, its errors, its headers and, for recording, its body."""
    records = method == "post" and not path.startswith(access_keys.PREFIX)
    sends = method in ("post", "put", "delete") or path.startswith(access_keys.PREFIX)
    operation["security"] = [{"key": []}] if sends else [{}, {"key": []}]
    for parameter in operation.get("parameters", ()):
        _without_null(parameter)
    responses: dict[str, Any] = operation["responses"]
    for status, response in responses.items():
        if path.startswith("/api/"):
            response["description"] = "Recorded." if records and status == "201" else "As asked for."
            response["headers"] = _headers("ETag", *(("Location", "Ledger-Position") if records else ()))
    if records:
        responses["200"]["description"] = "A dry run, or recorded before: nothing is recorded now."
        operation["requestBody"] = _commands()
    if any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", ())):
        responses["304"] = {"description": "Nothing has changed.", "headers": _headers("ETag")}
    if "after" in {parameter["name"] for parameter in operation.get("parameters", ())}:
        responses["200"]["headers"] |= _headers("Link")
    for status in sorted(_ALWAYS | (_FOR_POST if sends else frozenset())):
        responses[status] = _problem(status)


def _without_null(parameter: dict[str, Any]) -> None:
    """Takes out that a parameter may be null: it is given, or left out."""
    schema = parameter["schema"]
    forms = [form for form in schema.get("anyOf", ()) if form != {"type": "null"}]
    if len(forms) == 1:
        del schema["anyOf"]
        schema.update(forms[0])


_WITH_ERROR = {"401": ("WWW-Authenticate",), "405": ("Allow",), "412": ("ETag",), "503": ("Retry-After",)}


def _problem(status: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
    headers = _headers(*_WITH_ERROR.get(status, ()))
    return {"description": _ERRORS[status], "content": content, **({"headers": headers} if headers else {})}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def _commands() -> dict[str, Any]:
    """Returns the body that records: one command, or a list of them."""
    one = {"$ref": _REF.format(model="Command")}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": COMMANDS_MAX}
    shown = {name: {"summary": name, "value": value} for name, value in examples().items() if name in COMMANDS}
    return {"required": True, "content": {"application/json": {"schema": {"oneOf": [one, many]}, "examples": shown}}}


def install(app: FastAPI) -> None:
    """Makes `app` describe itself this way at /openapi.json."""
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
