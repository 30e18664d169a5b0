"""Which field is wrong with what: one message for each, at its place, in words, repeating nothing."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from api import problems
from api.catalogue import Language, catalogue
from domain.dates import Day, RoughDate
from domain.kernel import Command
from domain.text import Amount, Frozen, Id, Name, OrgNo, Quantity, Sha256, Share, Unknown

ROOT = Path(__file__).resolve().parents[2]


class Sum(Frozen):
    """One form of two."""

    kind: Literal["sum"]
    ore: Amount


class Part(Frozen):
    """The other form."""

    kind: Literal["part"]
    share: Share


def no_odd_things(value: str) -> str:
    """Raises an error of our own, which has no text."""
    if value == "odd":
        raise PydanticCustomError("thing_odd", "the value {secret} is odd", {"secret": value})
    return value


class Sample(Command):
    """A command with the kinds of field that unions make errors of."""

    type: Literal["sample"] = "sample"
    name: Name = "n"
    since: Day | RoughDate | None = None
    votes: Amount | Unknown = 0
    share: Share | Unknown | None = None
    kind: Literal["municipality", "county"] = "county"
    ids: Annotated[tuple[Id, ...], Field(max_length=3)] = ()
    some: Annotated[tuple[Id, ...], Field(min_length=1)] = ("a",)
    either: Annotated[Sum | Part, Field(discriminator="kind")] | None = None
    rows: tuple[Sum | Part, ...] = ()


def errors(fields: dict[str, Any], language: Language = "en", at: tuple[int, ...] = ()) -> list[tuple[str | None, str]]:
    """Returns pointer and message of what is wrong with these fields."""
    document = {"type": "sample", **fields}
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate_json(json.dumps(document))
    scope = {"type": "http", "headers": [(b"accept-language", language.encode())]}
    answer = problems.problem_response(scope, problems.invalid(caught.value, document, at))
    assert answer.status_code == 422
    return [(one.get("pointer"), one["message"]) for one in json.loads(bytes(answer.body))["errors"]]


UNUSABLE = "The value cannot be used: "
BACKWARDS = {"earliest": "2013-01-02", "latest": "2013-01-01"}
ID = "Must be 1 to 64 of a-z, 0-9, dot, hyphen and underscore, and begin and end with a letter or digit."
DATE = "Must be a date that exists, written YYYY-MM-DD."


@pytest.mark.parametrize(
    ("fields", "pointer", "message"),
    [
        ({"name": 5}, "/name", "Must be a text."),
        ({"nmae": "x"}, "/nmae", "There is no such field here."),
        ({"name": "x" * 301}, "/name", "May have at most 300 characters."),
        ({"name": "a\u202eb"}, "/name", "The character U+202E may not stand in the text (place 1, counted from 0)."),
        ({"kind": "town"}, "/kind", 'Must be "municipality" or "county".'),
        ({"since": "2013-02-30"}, "/since", DATE),
        ({"since": "yesterday"}, "/since", DATE),
        ({"since": 86400}, "/since", "Must be a date (YYYY-MM-DD) or an object."),
        ({"since": "2300-01-01"}, "/since", "May be at most 31 Dec 2199."),
        ({"since": {}}, "/since/earliest", "The field is missing."),
        ({"since": {"earliest": "2013-02-30"}}, "/since/earliest", DATE),
        ({"since": BACKWARDS}, "/since", "The last day of the interval is before the first."),
        ({"votes": "three"}, "/votes", 'Must be a whole number or "unknown".'),
        ({"votes": 1.0}, "/votes", 'Must be a whole number or "unknown".'),
        ({"votes": -1}, "/votes", "Must be at least 0."),
        ({"share": {"numerator": 1}}, "/share/denominator", "The field is missing."),
        ({"share": [1, 2]}, "/share", 'Must be an object or "unknown".'),
        ({"ids": ["a", "B"]}, "/ids/1", ID),
        ({"ids": ["a"] * 4}, "/ids", "May have at most 3 values."),
        ({"ids": {}}, "/ids", "Must be a list."),
        ({"some": []}, "/some", "Must have at least 1 values."),
        ({"some": ["B"]}, "/some/0", ID),
        ({"either": {"kind": "sum"}}, "/either/ore", "The field is missing."),
        ({"either": {"kind": "all"}}, "/either", "Must say which form it is, one of 'sum', 'part'."),
        ({"either": {}}, "/either", None),
        ({"rows": [{"kind": "sum", "ore": 1}, {"kind": "sum", "ore": -1}]}, "/rows/1/ore", "Must be at least 0."),
        ({"mode": "record"}, "", "The mode record needs a reason."),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_told_once_at_its_place(fields: dict[str, Any], pointer: str, message: str | None) -> None:
    (only,) = errors(fields)
    assert only[0] == pointer
    assert message is None or only[1] == message


def test_of_two_forms_the_nearer_one_is_told() -> None:
    assert errors({"rows": [{"kind": "part"}]}) == [("/rows/0/share", "The field is missing.")]


def test_no_message_names_a_branch_or_a_class() -> None:
    everything = {"since": 5, "votes": [], "share": 1, "rows": [5, {}], "either": 5, "acted_by": {}, "source": 1}
    told = json.dumps(errors(everything))
    assert not [
        word for word in ("constrained", "function", "RoughDate", "Share", "Sum", "literal", "class") if word in told
    ]


def test_a_command_in_a_list_is_pointed_into() -> None:
    assert errors({"name": 5}, at=(12,)) == [("/12/name", "Must be a text.")]


def test_messages_are_in_the_language_asked_for() -> None:
    assert errors({"votes": "3"}, "nb") == [("/votes", 'Må være et heltall eller "unknown".')]
    assert errors({"votes": "3"}, "nn") == [("/votes", 'Må vere eit heiltal eller "unknown".')]


def test_at_most_twenty_are_told_and_all_are_counted() -> None:
    document = {"type": "sample", "ids": [1] * 900}
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate_json(json.dumps(document))
    refused = problems.invalid(caught.value, document)
    assert (len(refused.faults), refused.params["count"]) == (20, 900)


def test_names_in_pointers_are_escaped_and_cut() -> None:
    assert errors({"a/b~c": 1}) == [("/a~1b~0c", "There is no such field here.")]
    ((pointer, _),) = errors({"x" * 500: 1})
    assert pointer == "/" + "x" * 59 + "…"


def test_an_error_without_a_text_repeats_nothing() -> None:
    class Odd(BaseModel):
        thing: Annotated[str, Field(min_length=1)]

        def model_post_init(self, _: Any, /) -> None:
            no_odd_things(self.thing)

    with pytest.raises(ValidationError) as caught:
        Odd.model_validate({"thing": "odd"})
    answer = problems.problem_response(
        {"type": "http", "headers": []}, problems.invalid(caught.value, {"thing": "odd"})
    )
    assert json.loads(bytes(answer.body))["errors"] == [
        {"pointer": "", "code": "thing_odd", "message": "Er ikke gyldig (thing_odd)."}
    ]


def test_a_form_written_by_hand_is_said_in_words_as_long_as_the_domain_asks_for_that_form() -> None:
    """A pattern that is changed in the domain has its words here, and no bare pattern, or this fails."""
    for kind, sent in ((Id, "Å"), (Quantity, "99,5"), (Sha256, "ab"), (OrgNo, "123")):
        with pytest.raises(ValidationError) as caught:
            TypeAdapter[str](kind).validate_python(sent)
        for language in ("nb", "nn", "en"):
            scope = {"type": "http", "headers": [(b"accept-language", language.encode())]}
            answer = problems.problem_response(scope, problems.invalid(caught.value, sent))
            (only,) = json.loads(bytes(answer.body))["errors"]
            assert only["code"] == "pattern"
            assert "^" not in only["message"]


def own_codes() -> set[str]:
    """Returns the codes of the errors the domain raises about fields by itself."""
    calls = (
        node
        for path in (ROOT / "domain").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "PydanticCustomError"
    )
    return {str(ast.literal_eval(call.args[0])) for call in calls}


def test_every_error_of_the_domain_about_a_field_has_words() -> None:
    assert {"period_reversed", "share_above_one"} <= own_codes()
    languages: tuple[Language, ...] = ("nb", "nn", "en")
    assert [(code, to) for code in own_codes() for to in languages if code not in catalogue().codes("field", to)] == []
