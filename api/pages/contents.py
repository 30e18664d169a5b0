"""What an event says, as a reader sees it: every field with its label, every id with its name, every gap as a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.pages.names import Names
from api.pages.parts import Shown
from api.pages.speech import Speech
from api.pages.vocabularies import KINDS, MONEY, ORG_NUMBERS, QUANTITIES, WORDS, WORDS_OF
from api.pages.words import kept_or_erased, money, on, org_no, quantity, titled
from domain.irregularities import Touched
from domain.resolutions import ResolutionSubject
from domain.text import Frozen, SealedText, Share
from domain.vocabulary import Holder, Limits, Scope

UNKNOWN = "unknown"


def vocabulary_of(cls: type[Frozen], name: str) -> str | None:
    """Returns the vocabulary a field's values come from, None where it has none."""
    for base in cls.__mro__:
        if found := WORDS_OF.get((base.__name__, name)):
            return found
    return WORDS.get(name)


@dataclass(frozen=True, slots=True)
class Reader:
    """Puts values in words, for one reader."""

    speech: Speech
    names: Names
    texts: Mapping[str, str | None]
    """Sealed texts by commitment, None where erased."""
    brief: bool = False
    """Whether what is not given is left out, and ids where there is a name."""
    erased: Mapping[str, int] = field(default_factory=dict)
    """The entry of the order, for texts that were erased by one."""

    def record(self, model: Frozen) -> Shown:
        """Returns every field of a model with its label."""
        told = (name for name in _fields(type(model)) if not self.brief or getattr(model, name) not in (None, ()))
        return Shown(fields=tuple((self.label(name), self.field(model, name)) for name in told))

    def label(self, name: str) -> str:
        """Returns the label of a field."""
        return self.speech(f"field.{name}")

    def field(self, model: Frozen, name: str) -> Shown:
        """Returns the value of one field."""
        return self.value(getattr(model, name), type(model), name)

    def value(self, value: object, cls: type[Frozen], name: str) -> Shown:
        """Returns a value of the field `name` of `cls`."""
        match value:
            case None:
                return Shown(text="–" if self.brief else self._nothing(cls), gap=True)
            case "unknown":
                return Shown(text=self.speech("value.unknown"), gap=True)
            case bool():
                return Shown(text=self.speech("value.yes" if value else "value.no"))
            case int():
                return Shown(text=money(value, self.speech) if name in MONEY else str(value))
            case date():
                return Shown(text=on(value, self.speech))
            case str():
                return Shown(text=self._string(value, cls, name))
            case tuple():
                return self._many(value, cls, name)
            case Frozen():
                return self._model(value)
            case _:
                return Shown(text=str(value))

    def _nothing(self, cls: type[Frozen]) -> str:
        if issubclass(cls, Limits):
            return self.speech("value.no_limit")
        return self.speech("value.not_narrowed" if issubclass(cls, Scope) else "value.none")

    def _string(self, value: str, cls: type[Frozen], name: str) -> str:
        if vocabulary := vocabulary_of(cls, name):
            return self.speech.word(vocabulary, value)
        if kind := KINDS.get(name):
            return self._named(kind, value)
        if name in ORG_NUMBERS:
            return org_no(value)
        return quantity(value, self.speech) if name in QUANTITIES else value

    def _named(self, kind: str, id_: str) -> str:
        name = self.names.of(kind, id_)
        if self.brief or id_ in (name, name.casefold()):
            return name
        return self.speech("value.named", name=name, id=id_)

    def _many(self, values: Sequence[object], cls: type[Frozen], name: str) -> Shown:
        if not values:
            return Shown(text=self.speech("value.empty"), gap=True)
        models = [value for value in values if isinstance(value, Frozen)]
        if all(isinstance(value, Touched) for value in values):
            return Shown(items=tuple(Shown(text=self._named(t.kind, t.id)) for t in values if isinstance(t, Touched)))
        if models:
            return self._table(models)
        return Shown(items=tuple(self.value(value, cls, name) for value in values))

    def _table(self, models: Sequence[Frozen]) -> Shown:
        """Returns a table of models of one class, without the columns that are empty in every row."""
        names = [n for n in _fields(type(models[0])) if any(getattr(model, n) is not None for model in models)]
        return Shown(
            columns=tuple(map(self.label, names)),
            rows=tuple(tuple(self.field(model, name) for name in names) for model in models),
        )

    def _model(self, value: Frozen) -> Shown:
        match value:
            case SealedText():
                return self.sealed(value)
            case Holder():
                return Shown(text=self._named(value.kind, value.id))
            case Share():
                params = {"numerator": value.numerator, "denominator": value.denominator}
                return Shown(text=self.speech("value.share", **params))
            case ResolutionSubject():
                return Shown(text=titled(self.resolved(value)))
            case _:
                return self.record(value)

    def sealed(self, sealed: SealedText) -> Shown:
        """Returns a text kept beside the book, or that it was erased."""
        return kept_or_erased(sealed.commitment, self.texts, self.erased, self.speech)

    def resolved(self, subject: ResolutionSubject) -> str:
        """Returns what a council resolved on, as part of a sentence."""
        of_members = dict.fromkeys(("admission", "merger", "withdrawal", "rescission"), "member")
        kinds = {**of_members, "grant": "grant", "charter": "charter", "seat": "body"}
        ref = self.names.of(kinds[subject.kind], subject.ref) if subject.kind in kinds else subject.ref
        if subject.kind == "form_change":
            ref = self.speech.word("legal_form", subject.ref)
        return self.speech(f"resolved.{subject.kind}", ref=ref)


def _fields(cls: type[Frozen]) -> Iterator[str]:
    return (name for name in cls.model_fields if name != "type")


def plain(shown: Shown, speech: Speech) -> str:
    """Returns a shown value as part of a sentence; of a table or a record only how many rows or fields it has."""
    if shown.text is not None:
        return shown.text
    if shown.items:
        return speech.listed(plain(item, speech) for item in shown.items)
    return str(len(shown.rows) or len(shown.fields))


def people_in(models: Iterable[Frozen]) -> list[str]:
    """Returns the ids of people in events, and in the models within them, each once."""
    return list(dict.fromkeys(id_ for model in models for id_ in _people_of(model)))


def _people_of(model: Frozen) -> Iterator[str]:
    for name in _fields(type(model)):
        value = getattr(model, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Frozen):
                yield from _people_of(part)
            elif isinstance(part, str) and part != UNKNOWN and KINDS.get(name) == "person":
                yield part
