"""The corpus of bad input against a door built of our pieces, and against one that is not, which must fail."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

import orjson
import pytest
from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from api import problems
from api.intake import LimitIntake, chosen, read_json
from domain.dates import Day, RoughDate
from domain.kernel import Command
from domain.text import INT_MAX, Amount, Id, Name, Unknown
from tests.api.asgi import send
from tests.api.hostile import CORPUS, MEBIBYTE, Hostile, Target, complaints, valid


class AdmitTest(Command):
    """A command with a field of every kind that registers have."""

    type: Literal["test.admit"]
    name: Name
    votes: Amount | Unknown
    since: Day | RoughDate
    kind: Literal["municipality", "county"]
    tags: Annotated[tuple[Id, ...], Field(max_length=400)] = ()


COMMANDS: dict[str, type[Command]] = {"test.admit": AdmitTest}

TARGET = Target(
    url="/books/ror-ikt/commands",
    body={
        "type": "test.admit",
        "name": "Aukra kommune",
        "votes": 3,
        "since": "2013-09-26",
        "kind": "municipality",
        "tags": ["a"],
    },
    text=("name",),
    whole=("votes",),
    day=("since",),
    choice=("kind",),
    many=("tags",),
    number_url="/books/ror-ikt/entries/{}",
    query_url="/books/ror-ikt/entries?limit={}",
)


def hardened() -> FastAPI:
    """Returns a door that takes one command or a list of them, and reads entries."""
    app = FastAPI()
    problems.install(app)

    @app.post("/books/{book}/commands")
    async def record(book: str, request: Request) -> Response:
        document = read_json(await request.body())
        listed = isinstance(document, list)
        many = document if isinstance(document, list) and document else [document]
        return Response(b"".join(_taken(item, (index,) if listed else ()) for index, item in enumerate(many)), 201)

    @app.get("/books/{book}/entries/{number}")
    async def entry(number: Annotated[int, Path(ge=1, le=INT_MAX)]) -> int:
        return number

    @app.get("/books/{book}/entries")
    async def entries(limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> int:
        return limit

    app.add_middleware(LimitIntake)
    return app


def _taken(document: object, at: tuple[int, ...]) -> bytes:
    command = chosen(document, COMMANDS, at)
    try:
        taken = command.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        raise problems.invalid(error, document, at) from None
    stored = orjson.dumps(taken.model_dump(mode="json"))
    assert command.model_validate_json(stored) == taken
    return stored


class Loose(BaseModel):
    """A command as one writes it who trusts the sender."""

    type: str
    name: str
    votes: int
    since: str
    kind: str
    tags: list[Any]
    extra: Any = None


def naive() -> FastAPI:
    """Returns a door with nothing before it."""
    app = FastAPI()

    @app.post("/books/{book}/commands")
    async def record(book: str, command: Loose) -> Response:
        return Response(orjson.dumps(command.model_dump()), 201)

    @app.get("/books/{book}/entries/{number}")
    async def entry(number: int) -> Response:
        return Response(orjson.dumps(number))

    @app.get("/books/{book}/entries")
    async def entries(limit: int = 100) -> Response:
        return Response(orjson.dumps(limit))

    return app


HARDENED = hardened()


def test_the_right_command_is_taken() -> None:
    assert asyncio.run(send(HARDENED, valid(TARGET))).status == 201


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_bad_input_is_refused_shortly_and_not_repeated(case: Hostile) -> None:
    sent = case.make(TARGET)
    answer = asyncio.run(send(HARDENED, sent))
    assert complaints(case, sent, answer) == []
    assert answer.raised is None
    assert answer.problem["how_to_go_on"]


def test_every_case_has_its_own_name() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 46


def test_a_door_with_nothing_before_it_falls() -> None:
    """The control: were the corpus harmless, the test above would show nothing."""
    app = naive()
    small = [case for case in CORPUS if len(case.make(TARGET).body) < MEBIBYTE // 2]
    answers = [asyncio.run(send(app, case.make(TARGET))) for case in small]
    assert sum(answer.status >= 500 for answer in answers) >= 8
    assert sum(answer.status == 201 for answer in answers) >= 10
