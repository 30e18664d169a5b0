"""The words every register is written in: command, event, rejection, fact, context.

A register holds its events, commands, state and rules, in that order. Its `decide` answers a command with a
`Decision` or raises a `Rejection`; its `evolve` folds a `Fact` into the state and never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from domain.dates import Day, Interval, RoughDate
from domain.text import INT_MAX, Frozen, Id, Name, SealedText, Sha256, Text

RULEBOOK = "nb-2026-01"
"""The rules this version judges by: Norwegian law as in force from 1 January 2026, with the dated rules before it."""

Mode = Literal["decide", "record", "import"]
"""`decide`: the ledger constitutes the act. `record`: it already happened. `import`: history from a source."""


class Actor(Frozen):
    """Who performed the act, as far as it is known. At least one of the three is given."""

    person: Id | None = None
    office: Id | None = None
    body: Id | None = None

    @model_validator(mode="after")
    def _someone(self) -> Self:
        if self.person is None and self.office is None and self.body is None:
            raise PydanticCustomError("actor_missing", "give at least one of person, office and body")
        return self


class Basis(Frozen):
    """What an act rests on: a decision or resolution of this book, a provision, a charter version, or a document."""

    kind: Literal["decision", "resolution", "law", "charter", "document"]
    ref: Name


class Source(Frozen):
    """Where a historical fact was read. Required in mode `import`."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^https?://[^\s<>\"]+$")] | None = (
        None
    )
    title: Name
    read_on: Day
    """The day the source was read: a rough date is certain from then on."""


class Evidence(Frozen):
    """A document by its hash; the document itself is kept outside the entry."""

    sha256: Sha256
    name: Name


class Access(Frozen):
    """Who may read: everyone, or those who may see what a provision exempts (offentleglova §§ 13-26)."""

    level: Literal["public", "shielded"] = "public"
    legal_basis: Name | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _basis_for_shield(self) -> Self:
        if self.level == "shielded" and self.legal_basis is None:
            raise PydanticCustomError("shield_without_basis", "a shielded entry names its legal basis")
        if self.level == "public" and (self.legal_basis or self.until):
            raise PydanticCustomError("basis_without_shield", "a public entry has no legal basis for shielding")
        return self


class Event(Frozen):
    """What was decided, in the past tense. Knows no book, number or clock."""


class Command(Frozen):
    """What someone wants recorded, with what is known of the act itself. Subclasses add `type` and their own fields."""

    effective: Day | RoughDate | None = None
    """From when it holds: a date, or bounds where only those are known. Left out: today."""
    mode: Mode = "decide"
    reason: Text | None = None
    """Why an act that breaks a rule is recorded all the same; required in mode `record`."""
    acted_by: Actor | None = None
    basis: Annotated[tuple[Basis, ...], Field(max_length=20)] = ()
    source: Source | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] = ()
    access: Access = Access()
    corrects: Annotated[int, Field(ge=1, le=INT_MAX)] | None = None
    """The number of an entry that was wrong, which this one stands in the place of from then on."""

    @model_validator(mode="after")
    def _complete_for_its_mode(self) -> Self:
        if self.mode == "record" and self.reason is None:
            raise PydanticCustomError("reason_missing", "mode record needs a reason")
        if self.mode == "import" and self.source is None:
            raise PydanticCustomError("source_missing", "mode import needs a source")
        if isinstance(self.effective, RoughDate):
            self.effective.until(self.source.read_on if self.source else self.effective.earliest)
        return self


Nature = Literal["rule", "fact", "unknown"]
"""`rule`: law, charter or agreement is broken. `fact`: the book itself says otherwise.

`unknown`: it rests on what the book does not know.
"""


class Rejection(Exception):
    """The rules say no. `code` is `register.reason`; its texts live in the catalogues, by code and language."""

    def __init__(
        self,
        code: str,
        nature: Nature = "rule",
        *,
        law: str | None = None,
        entries: Iterable[int] = (),
        **params: object,
    ) -> None:
        super().__init__(code, params)
        self.code = code
        self.nature: Nature = nature
        self.law = law
        """The provision, such as `kommuneloven § 20-8`; None where the rule is the book's own."""
        self.entries = tuple(sorted(set(entries)))
        """Numbers of the entries that led to it."""
        self.params = params
        self.index: int | None = None
        """Where several commands are decided together: which of them was rejected, from 0."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say of a command that is accepted."""

    irregular: tuple[str, ...] = ()
    """Codes of the rules an act recorded in mode `record` broke; it then has no effects until healed."""
    unverified: tuple[str, ...] = ()
    """Codes of the rules that an imported act could not be held against, for want of a fact."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command leads to."""

    events: tuple[Event, ...]
    ruling: Ruling


def judge(objections: Iterable[Rejection], mode: Mode) -> Ruling:
    """Returns how `mode` takes the objections, which come in order of precedence.

    Raises the first Rejection that the mode does not let pass: in `decide` any; in `import` a broken rule or a
    contradicted fact; in `record` a contradicted fact.
    """
    irregular: dict[str, None] = {}
    unverified: dict[str, None] = {}
    for objection in objections:
        if mode == "record" and objection.nature != "fact":
            irregular[objection.code] = None
        elif mode == "import" and objection.nature == "unknown":
            unverified[objection.code] = None
        else:
            raise objection
    return Ruling(tuple(irregular), tuple(unverified))


@dataclass(frozen=True, slots=True)
class Context:
    """What deciding may know beside the command and the state."""

    effective: Interval
    """The act's date; the rules applied are those of its last day."""
    today: date
    """In Europe/Oslo."""
    seal: Callable[[str], SealedText]
    """Returns the commitment to a text; the ledger keeps the text."""
    mode: Mode = "decide"
    actor: Actor | None = None
    basis: tuple[Basis, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    rulebook: str = RULEBOOK

    @property
    def on(self) -> date:
        """The day whose rules apply: the last day of the act's interval."""
        return self.effective.latest


def context_for(command: Command, today: date, seal: Callable[[str], SealedText]) -> Context:
    """Returns the context a command is decided in, its date closed by the day its source was read, else by today."""
    match command.effective:
        case None:
            effective = Interval.exact(today)
        case RoughDate() as rough:
            effective = rough.until(command.source.read_on if command.source else max(today, rough.earliest))
        case exact:
            effective = Interval.exact(exact)
    return Context(
        effective=effective,
        today=today,
        seal=seal,
        mode=command.mode,
        actor=command.acted_by,
        basis=command.basis,
        evidence=command.evidence,
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with what folding may know of its entry."""

    event: Event
    number: int
    effective: Interval
    recorded_at: datetime
    mode: Mode = "decide"
    irregular: tuple[str, ...] = ()
    """Codes of the rules an act recorded in mode `record` broke."""
    basis: tuple[Basis, ...] = ()
    """What the act rests on: of the decisions among them, the effect each lays down is spent."""
    actor: Actor | None = None
    sha256: bytes = b""
    """Of the entry's stored bytes, so that minutes can be signed over the entries they are made of."""
    access: Access = Access()
    """Who may read the entry, so that minutes are not published with what everyone may not read."""
    reason: SealedText | None = None
    """Why an act that breaks a rule was recorded, so that this text too can be erased by order."""
    corrects: int | None = None
    """The entry it stands in the place of."""
    documents: tuple[str, ...] = ()
    """SHA-256 of the documents the entry names as evidence, so that one can be erased by order."""

    @property
    def regular(self) -> bool:
        """False for an act recorded with irregular codes: it has no effects until healed."""
        return not self.irregular


class Subject(NamedTuple):
    """An entity an entry touches, such as ("member", "aukra")."""

    kind: str
    id: str
