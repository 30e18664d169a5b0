"""Every answer that is not what was asked for: problem+json (RFC 9457) with a code, a cause and how to go on.

The body of a problem never repeats more than a few words of what was sent, and never shows what is inside.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.catalogue import LANGUAGES, Language, catalogue, language_of
from api.field_errors import Fault, FieldError, Pointer, excerpt, faults_in, faults_in_request, pointer_text, worded
from domain.kernel import Rejection

MEDIA_TYPE = "application/problem+json"
BODY_STATUS_MIN = 400
"""Below this a status is no error, and some may not carry a body."""

RETRY_SECONDS = 5
"""How long to wait before trying again what cannot be answered now."""

_log = logging.getLogger("styringsbok.door")

STATUS: Final[Mapping[str, HTTPStatus]] = MappingProxyType(
    {
        "bad_request": HTTPStatus.BAD_REQUEST,
        "conflicting_headers": HTTPStatus.BAD_REQUEST,
        "body_incomplete": HTTPStatus.BAD_REQUEST,
        "json_empty": HTTPStatus.BAD_REQUEST,
        "json_syntax": HTTPStatus.BAD_REQUEST,
        "json_truncated": HTTPStatus.BAD_REQUEST,
        "json_not_utf8": HTTPStatus.BAD_REQUEST,
        "json_bom": HTTPStatus.BAD_REQUEST,
        "json_duplicate_key": HTTPStatus.BAD_REQUEST,
        "json_not_finite": HTTPStatus.BAD_REQUEST,
        "json_integer_too_large": HTTPStatus.BAD_REQUEST,
        "json_too_deep": HTTPStatus.BAD_REQUEST,
        "json_list_too_long": HTTPStatus.BAD_REQUEST,
        "json_too_many_values": HTTPStatus.BAD_REQUEST,
        "json_character": HTTPStatus.BAD_REQUEST,
        "not_authenticated": HTTPStatus.UNAUTHORIZED,
        "not_allowed": HTTPStatus.FORBIDDEN,
        "unknown_route": HTTPStatus.NOT_FOUND,
        "unknown_collaboration": HTTPStatus.NOT_FOUND,
        "nothing_signed": HTTPStatus.NOT_FOUND,
        "unknown_command": HTTPStatus.NOT_FOUND,
        "unknown_entry": HTTPStatus.NOT_FOUND,
        "unknown_attachment": HTTPStatus.NOT_FOUND,
        "unknown_key": HTTPStatus.NOT_FOUND,
        "attachment_erased": HTTPStatus.GONE,
        "range_not_satisfiable": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "attachment_not_its_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "attachment_other_hash": HTTPStatus.UNPROCESSABLE_ENTITY,
        "attachment_damaged": HTTPStatus.INTERNAL_SERVER_ERROR,
        "unknown_agreement": HTTPStatus.NOT_FOUND,
        "unknown_grant": HTTPStatus.NOT_FOUND,
        "unknown_meeting": HTTPStatus.NOT_FOUND,
        "unknown_projection": HTTPStatus.NOT_FOUND,
        "unknown_member": HTTPStatus.NOT_FOUND,
        "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
        "body_too_slow": HTTPStatus.REQUEST_TIMEOUT,
        "rejected": HTTPStatus.CONFLICT,
        "idempotency_key_reused": HTTPStatus.CONFLICT,
        "stale": HTTPStatus.PRECONDITION_FAILED,
        "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "url_too_long": HTTPStatus.REQUEST_URI_TOO_LONG,
        "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported_charset": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported_encoding": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
        "command_count": HTTPStatus.UNPROCESSABLE_ENTITY,
        "day_out_of_bounds": HTTPStatus.UNPROCESSABLE_ENTITY,
        "entry_and_instant": HTTPStatus.UNPROCESSABLE_ENTITY,
        "entry_not_yet": HTTPStatus.UNPROCESSABLE_ENTITY,
        "if_match_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
        "instant_without_zone": HTTPStatus.UNPROCESSABLE_ENTITY,
        "no_such_day": HTTPStatus.UNPROCESSABLE_ENTITY,
        "sizes_reversed": HTTPStatus.UNPROCESSABLE_ENTITY,
        "leaf_not_yet": HTTPStatus.UNPROCESSABLE_ENTITY,
        "precondition_required": HTTPStatus.PRECONDITION_REQUIRED,
        "unexpected": HTTPStatus.INTERNAL_SERVER_ERROR,
        "damaged_entry": HTTPStatus.INTERNAL_SERVER_ERROR,
        "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
        "outcome_unknown": HTTPStatus.SERVICE_UNAVAILABLE,
        "book_held": HTTPStatus.SERVICE_UNAVAILABLE,
        "book_importing": HTTPStatus.SERVICE_UNAVAILABLE,
        "signing_held": HTTPStatus.SERVICE_UNAVAILABLE,
        "installation_held": HTTPStatus.SERVICE_UNAVAILABLE,
        "signing_key": HTTPStatus.SERVICE_UNAVAILABLE,
        "storage_full": HTTPStatus.INSUFFICIENT_STORAGE,
    }
)
"""Every problem the door itself has, and its status. Each has its texts in every language."""

_BY_STATUS: Mapping[int, str] = MappingProxyType(
    {
        int(STATUS[code]): code
        for code in ("bad_request", "not_authenticated", "not_allowed", "unknown_route", "unexpected")
    }
)

# What is answered ------------------------------------------------------------------------


class Wording(BaseModel):
    """A rejection in one language."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    detail: str
    how_to_go_on: str


class Problem(BaseModel):
    """What went wrong and how to go on (RFC 9457), in the language asked for."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str
    """`urn:styringsbok:problem:` or `urn:styringsbok:rejection:` and the code: what a program branches on."""
    title: str
    status: int
    detail: str
    how_to_go_on: str
    code: str
    params: dict[str, Any] = Field(default_factory=dict)
    """The values the texts are made from."""
    instance: str
    """`urn:uuid:` and the request's id: this one occurrence."""
    request_id: str
    """What to name when asking for help; the log has it too."""
    pointer: str | None = None
    """Of a list of commands, the one that was rejected: a JSON Pointer."""
    errors: tuple[FieldError, ...] | None = None
    """What is wrong with which field, at most 20; `params.count` is how many there are."""
    law: str | None = None
    """The provision a rejection rests on."""
    entries: tuple[int, ...] | None = None
    """Numbers of the entries that led to a rejection."""
    texts: dict[Language, Wording] | None = None
    """A rejection in every language."""


class Refused(Exception):
    """The door says no. `code` is one of `STATUS`; `params` are plain values for its texts and for programs."""

    def __init__(
        self, code: str, *, headers: Mapping[str, str] | None = None, faults: Sequence[Fault] = (), **params: object
    ) -> None:
        super().__init__(code, params)
        self.code = code
        self.headers = dict(headers or {})
        self.faults = tuple(faults)
        self.params = params


def request_id(scope: Scope) -> str:
    """Returns the id of a request, made at the first asking and kept in its state."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        state["request_id"] = str(uuid.uuid4())
    made: str = state["request_id"]
    return made


def language_for(scope: Scope) -> Language:
    """Returns the language a request asks for."""
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return language_of(header.decode("latin-1"))


def problem_response(scope: Scope, refused: Refused, status: int | None = None) -> Response:
    """Returns the answer to a request that the door refuses; `status` where it is not the code's own."""
    language, texts, code = language_for(scope), catalogue(), refused.code
    problem = Problem(
        type=f"urn:styringsbok:problem:{code}",
        title=texts.text("problem", code, "title", refused.params, language),
        status=status or STATUS[code],
        detail=texts.text("problem", code, "detail", refused.params, language),
        how_to_go_on=texts.text("problem", code, "how", refused.params, language),
        code=code,
        params=refused.params,
        instance=f"urn:uuid:{request_id(scope)}",
        request_id=request_id(scope),
        errors=tuple(worded(fault, texts, language) for fault in refused.faults) or None,
    )
    return _response(problem, language, refused.headers)


def wordings(rejection: Rejection) -> dict[Language, Wording]:
    """Returns what a rejection says, in every language."""
    texts, code, params = catalogue(), rejection.code, rejection.params
    return {
        spoken: Wording(
            detail=texts.text("rejection", code, "detail", params, spoken),
            how_to_go_on=texts.text("rejection", code, "how", params, spoken),
        )
        for spoken in LANGUAGES
    }


def rejection_response(scope: Scope, rejection: Rejection, at: Pointer = ()) -> Response:
    """Returns the answer to a command the rules reject; `at` is where it stood in the body, as (3,) in a list."""
    language, texts, code = language_for(scope), catalogue(), rejection.code
    worded = wordings(rejection)
    problem = Problem(
        type=f"urn:styringsbok:rejection:{code}",
        title=texts.text("problem", "rejected", "title", {}, language),
        status=STATUS["rejected"],
        detail=worded[language].detail,
        how_to_go_on=worded[language].how_to_go_on,
        code=code,
        params=rejection.params,
        instance=f"urn:uuid:{request_id(scope)}",
        request_id=request_id(scope),
        pointer=pointer_text(at) if at else None,
        law=rejection.law,
        entries=rejection.entries,
        texts=worded,
    )
    return _response(problem, language, {})


def _response(problem: Problem, language: Language, headers: Mapping[str, str]) -> Response:
    return Response(
        problem.model_dump_json(exclude_none=True, fallback=str),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={
            "Cache-Control": "no-store",
            "Content-Language": language,
            "Vary": "Accept-Language",
            "X-Request-ID": problem.request_id,
            **headers,
        },
    )


# Refusals with more to them than a code --------------------------------------------------


def invalid(error: ValidationError, document: object, at: Pointer = ()) -> Refused:
    """Returns the refusal of a document that did not validate; see `faults_in`."""
    faults, count = faults_in(error, document, at)
    return Refused("invalid", faults=faults, count=count)


def stale(current: int, etag: str) -> Refused:
    """Returns the refusal of an If-Match that no longer holds: the book has come to entry `current`, `etag` says so."""
    return Refused("stale", headers={"ETag": etag}, current=current)


def unavailable(code: str = "unavailable", retry_seconds: int = RETRY_SECONDS) -> Refused:
    """Returns the refusal `unavailable`, `outcome_unknown` or `storage_full`, with the seconds to wait first."""
    return Refused(code, headers={"Retry-After": str(retry_seconds)}, retry_seconds=retry_seconds)


def key_reused(key: str) -> Refused:
    """Returns the refusal of an Idempotency-Key that was used with other content."""
    return Refused("idempotency_key_reused", key=excerpt(key))


def damaged(collaboration: str, number: int) -> Refused:
    """Returns the answer where a stored entry no longer fits its row or its proof."""
    return Refused("damaged_entry", collaboration=collaboration, number=number)


def allowed_methods(app: Starlette, scope: Scope) -> Iterator[str]:
    """Yields the methods of a path over all routes that match it; Starlette names those of the first alone."""
    root = scope.get("app_root_path", scope.get("root_path", ""))
    path = scope["path"].removeprefix(root) if root else scope["path"]
    for route in iter_route_contexts(app.routes):
        regex, methods = getattr(route, "path_regex", None), route.methods
        if regex is not None and methods and regex.match(path):
            yield from methods


def _method_not_allowed(methods: Iterable[str]) -> Refused:
    named = sorted(set(methods))
    return Refused("method_not_allowed", headers={"Allow": ", ".join(named)}, allowed=named)


# Handlers --------------------------------------------------------------------------------


async def _on_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    if STATUS[error.code] == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request %s: %s %s", request_id(request.scope), error.code, error.params)
    return problem_response(request.scope, error)


async def _on_rejection(request: Request, error: Exception) -> Response:
    if not isinstance(error, Rejection):
        raise error
    return rejection_response(request.scope, error)


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status, headers = error.status_code, dict(error.headers or {})
    if status < BODY_STATUS_MIN:
        return Response(status_code=status, headers=headers)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        # Mounted files name no methods: they are read.
        methods = set(allowed_methods(request.app, request.scope))
        return problem_response(request.scope, _method_not_allowed(methods or ("GET", "HEAD")))
    code = _BY_STATUS.get(status, "http_error")
    return problem_response(request.scope, Refused(code, headers=headers, status=status), status)


async def _on_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults, count = faults_in_request(error.errors(), error.body)
    return problem_response(request.scope, Refused("invalid", faults=faults, count=count))


async def _on_anything_else(request: Request, error: Exception) -> Response:
    # The server logs the error itself with its trace; this line ties it to what the caller was told.
    _log.error("request %s failed: %s", request_id(request.scope), type(error).__name__)
    return problem_response(request.scope, Refused("unexpected"))


def install(app: Starlette) -> None:
    """Makes every error of `app` a problem: refusals, rejections, unknown routes and methods, bad input, our bugs."""
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(Rejection, _on_rejection)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(Exception, _on_anything_else)
