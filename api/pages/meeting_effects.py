"""What a decision lays down that an act is to carry out, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from api.pages.contents import Reader, vocabulary_of
from api.pages.vocabularies import KINDS, MONEY, WORDS
from api.pages.words import money, on
from domain.collaboration import EVENTS
from domain.decisions.effects import ACTS


def effect(reader: Reader, told: Mapping[str, Any]) -> str:
    """Returns an effect as a sentence: what is to be done, to what where that has a name, and what is laid down."""
    speech, act = reader.speech, told["act"]
    text = speech.word("effect_act", act)
    name = _name(reader, act, told["subject"])
    if name is not None:
        text = speech("meeting.effect_of", effect=text, name=name)
    terms = "; ".join(_term(reader, act, one) for one in told.get("terms", ()))
    return speech("meeting.effect_with", effect=text, terms=terms) if terms else speech("meeting.effect", effect=text)


def _name(reader: Reader, act: str, subject: str) -> str | None:
    """Returns what an effect is about by name; None where it has only an id."""
    field = next((kind.subject for known, kind in ACTS.items() if known == act), "")
    if field in WORDS:
        return reader.speech.word(WORDS[field], subject)
    if field not in KINDS:
        return subject
    name = reader.names.of(KINDS[field], subject)
    return None if name == subject else name


def _term(reader: Reader, act: str, term: Mapping[str, Any]) -> str:
    field = term["field"]
    try:
        value = json.loads(term["value"])
    except ValueError:
        value = term["value"]
    event = next((EVENTS[kind.event] for known, kind in ACTS.items() if known == act), None)
    vocabulary = None if event is None else vocabulary_of(event, field)
    if vocabulary is not None and isinstance(value, str):
        return f"{_label(reader, field)}: {reader.speech.word(vocabulary, value)}"
    return f"{_label(reader, field)}: {_value(reader, field, value)}"


def _label(reader: Reader, field: str) -> str:
    code = f"field.{field}"
    label = reader.label(field) if reader.speech.knows(code) else field
    return label[:1].lower() + label[1:]


def _value(reader: Reader, field: str, value: Any) -> str:
    """Returns a value of a term in words: ids by name, words of a vocabulary, amounts, dates; nothing unsaid."""
    speech = reader.speech
    match value:
        case bool():
            return speech("value.yes" if value else "value.no")
        case int():
            return money(value, speech) if field in MONEY else str(value)
        case str():
            return _text(reader, field, value)
        case list():
            return speech.listed(_value(reader, field, one) for one in value)
        case dict():
            return ", ".join(_parts(reader, value))
        case _:
            return speech("value.unknown")


def _parts(reader: Reader, value: Mapping[str, Any]) -> Iterator[str]:
    if value.keys() == {"kind", "id"}:
        yield reader.names.of(str(value["kind"]), str(value["id"]))
        return
    for name, part in value.items():
        if part is not None:
            yield f"{_label(reader, name)} {_value(reader, name, part)}"


def _text(reader: Reader, field: str, value: str) -> str:
    speech, vocabulary = reader.speech, WORDS.get(field)
    if value == "unknown":
        return speech("value.unknown")
    if vocabulary is not None:
        return speech.word(vocabulary, value)
    if field in KINDS:
        return reader.names.of(KINDS[field], value)
    try:
        return on(date.fromisoformat(value), speech)
    except ValueError:
        return value
