"""Every event in words: a sentence, a label for each field, a word for each value, and gaps that look like gaps."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest

from api.catalogue import LANGUAGES, Language, catalogue
from api.pages.contents import Reader, people_in, vocabulary_of
from api.pages.names import Names
from api.pages.parts import Shown
from api.pages.sentences import happened
from api.pages.speech import Speech
from api.pages.vocabularies import KINDS, MONEY, WORDS, WORDS_OF
from domain.collaboration import EVENTS, AnyEvent
from domain.irregularities import Touched
from domain.meetings import MeetingOpened, PresentPerson
from domain.members import MemberSucceeded
from domain.resolutions import MemberResolutionRecorded, ResolutionSubject, SubjectKind
from domain.text import Frozen, SealedText, Share
from domain.vocabulary import Holder, Limits, Scope

EVENT_CLASSES = sorted(EVENTS.values(), key=lambda event: event.__name__)
COMMITMENT = "c" * 64
STRUCTURED = (SealedText, Holder, Share, Touched)
"""Models that are one value to a reader."""


def models() -> dict[str, type[Frozen]]:
    """Returns the events and every model in them, by name."""
    found: dict[str, type[Frozen]] = {}

    def visit(annotation: Any) -> None:
        for argument in get_args(annotation):
            visit(argument)
        if isinstance(annotation, type) and issubclass(annotation, Frozen) and annotation.__name__ not in found:
            found[annotation.__name__] = annotation
            for name, field in annotation.model_fields.items():
                if name != "type":
                    visit(field.annotation)

    for event in EVENT_CLASSES:
        visit(event)
    return found


def literals(annotation: Any) -> Iterator[str]:
    """Yields the values of the closed vocabularies in an annotation, `unknown` apart."""
    if get_origin(annotation) is Literal:
        yield from (value for value in get_args(annotation) if isinstance(value, str) and value != "unknown")
    for argument in get_args(annotation):
        yield from literals(argument)


FIELDS = [
    (cls, name) for cls in models().values() for name in cls.model_fields if name != "type" and cls not in STRUCTURED
]


# Examples of every event -----------------------------------------------------------------


def example(annotation: Any, *, full: bool) -> Any:
    """Returns a value of an annotation: the richest there is with `full`, else the poorest."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return example(arguments[0], full=full)
    if origin in (Union, types.UnionType):
        poor = [a for a in arguments if a is type(None) or a == Literal["unknown"]]
        rich = [a for a in arguments if a not in poor]
        return example((rich if full or not poor else poor)[0], full=full)
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return (example(arguments[0], full=full),) * (2 if full else 0)
    return simple(annotation, full=full)


def simple(annotation: type, *, full: bool) -> Any:
    """Returns a value of a plain type or a model."""
    if annotation is SealedText:
        return SealedText(commitment=COMMITMENT)
    if issubclass(annotation, Frozen):
        return filled(annotation, full=full)
    values = {bool: full, int: 1_234_500, date: date(2020, 2, 29), str: "noe", type(None): None}
    return values[annotation]


def filled(cls: type[Frozen], *, full: bool) -> Any:
    """Returns an instance of a model, its values not validated."""
    values = {
        name: example(field.rebuild_annotation(), full=full)
        for name, field in cls.model_fields.items()
        if name != "type"
    }
    return cls.model_construct(**values)


def reader(language: Language = "nb", /, **names: str) -> Reader:
    """Returns what puts values in words; `names` are of kind_id."""
    by_key = {(kind, id_): name for key, name in names.items() for kind, _, id_ in (key.partition("_"),)}
    return Reader(Speech(language), Names("bok", "Boken", by_key), {COMMITMENT: "En tekst\npå to linjer."})


def every_text(shown: Shown) -> Iterator[str]:
    """Yields every text in a shown value."""
    if shown.text is not None:
        yield shown.text
    for part in (*shown.items, *(cell for row in shown.rows for cell in row), *(value for _, value in shown.fields)):
        yield from every_text(part)


# Tests -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("full", [True, False], ids=["full", "poor"])
@pytest.mark.parametrize("event", EVENT_CLASSES, ids=lambda event: event.__name__)
def test_every_event_is_a_sentence_and_shows_all_it_says(event: type[AnyEvent], full: bool, language: Language) -> None:
    told = filled(event, full=full)
    sentence = happened(told, reader(language))
    assert sentence.endswith(".")
    assert "…" not in sentence
    assert not sentence.startswith(("event.", "Event."))
    shown = reader(language).record(told)
    assert len(shown.fields) == len([name for name in event.model_fields if name != "type"])
    assert all(text and not text.startswith(("field.", "value.")) for text in every_text(shown))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_label_and_no_label_is_without_a_field(language: Language) -> None:
    labels = {code.partition(".")[2] for code in catalogue().codes("page", language) if code.startswith("field.")}
    assert {name for _, name in FIELDS} == labels


@pytest.mark.parametrize(("cls", "name"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_every_value_of_a_vocabulary_has_a_word(cls: type[Frozen], name: str) -> None:
    values = set(literals(cls.model_fields[name].annotation))
    vocabulary = vocabulary_of(cls, name)
    assert (vocabulary is not None) == bool(values)
    for language in LANGUAGES:
        assert [value for value in values if not Speech(language).knows(f"{vocabulary}.{value}")] == []


def test_what_is_said_of_fields_is_said_of_fields_there_are() -> None:
    names = {name for cls in models().values() for name in cls.model_fields}
    assert set(WORDS) | set(KINDS) | MONEY <= names
    assert {(cls, name) for cls, name in WORDS_OF if name in models()[cls].model_fields} == set(WORDS_OF)


@pytest.mark.parametrize("kind", get_args(SubjectKind))
def test_what_a_council_resolved_on_is_part_of_its_sentence(kind: Any) -> None:
    subject = ResolutionSubject(kind=kind, ref="host_admin")
    event = MemberResolutionRecorded(
        member_id="rauma", council="Rauma kommunestyre", subject=subject, outcome="adopted"
    )
    yes = happened(event, reader())
    assert yes.startswith("Rauma kommunestyre sa ja til ")
    assert happened(event.model_copy(update={"outcome": "rejected"}), reader()) == yes.replace("ja", "nei")


def test_ids_are_told_by_name_and_lists_as_one_says_them() -> None:
    names = {"member_midsund": "Midsund", "member_molde": "Molde", "member_nesset": "Nesset"}
    event = filled(MemberSucceeded, full=True)
    party = event.successors[0].model_copy(update={"name": "Molde", "member_id": "molde-2020"})
    event = event.model_copy(update={"predecessors": ("midsund", "molde", "nesset"), "successors": (party,)})
    assert happened(event, reader(**names)) == "Midsund, Molde og Nesset ble etterfulgt av Molde (sammenslåing)."
    shown = dict(reader("en", **{**names, "member_molde": "Molde kommune"}).record(event).fields)
    assert [item.text for item in shown["Predecessors"].items] == ["Midsund", "Molde kommune (molde)", "Nesset"]


def test_gaps_are_told_apart_from_each_other() -> None:
    said = reader()
    limits = dict(said.record(Limits(per_act=123_450, per_year="unknown")).fields)
    assert [(shown.text, shown.gap) for shown in limits.values()] == [
        ("1\u00a0234,50\u00a0kr", False),
        ("ukjent", True),
        ("uten grense", True),
    ]
    assert {shown.text for _, shown in said.record(Scope()).fields} == {"ikke avgrenset"}
    gone = said.sealed(SealedText(commitment="d" * 64))
    assert (gone.text, gone.gap) == ("Teksten er slettet", True)
    assert said.sealed(SealedText(commitment=COMMITMENT)).long


def test_people_are_found_wherever_an_event_names_them() -> None:
    there = (PresentPerson(person_id="p-1"), PresentPerson(person_id="p-2", deputy_for="p-3"))
    event = MeetingOpened(meeting_id="m", body_id="styret", chair="p-1", present=there, absent=("p-3", "p-4"))
    assert people_in([event]) == ["p-1", "p-2", "p-3", "p-4"]
    assert people_in([event.model_copy(update={"chair": "unknown", "present": (), "absent": ()})]) == []
