"""What an event says, as a reader sees it: every field with its label, every id with its name, every gap as a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api.pages.names import Names
from api.pages.parts import Shown
from api.pages.speech import Speech
from api.pages.words import kept_or_erased, money, on, org_no, quantity, titled
from domain.irregularities import Touched
from domain.resolutions import ResolutionSubject
from domain.text import Frozen, SealedText, Share
from domain.vocabulary import Holder, Limits, Scope

UNKNOWN = "unknown"

WORDS: Mapping[str, str] = {
    "legal_form": "legal_form",
    "from_form": "legal_form",
    "to_form": "legal_form",
    "member_class": "member_class",
    "organ": "organ",
    "route": "route",
    "power": "power",
    "powers": "power",
    "group": "product_group",
    "operator": "operator",
    "part": "budget_part",
    "direction": "budget_direction",
    "driver": "cost_driver",
    "weighing": "weighing",
    "cost_basis": "cost_basis",
    "form": "vote_form",
    "language": "language",
    "reason_codes": "founding_reason",
    "meeting_mode": "meeting_mode",
    "change": "attendance_change",
    "doors": "doors",
    "ground": "closing_ground",
    "level": "access_level",
    "majority_of": "majority_base",
    "method": "vote_method",
    "choice": "ballot_choice",
    "chair_choice": "ballot_choice",
    "result": "vote_result",
    "stated_result": "vote_result",
    "procedure": "election_procedure",
    "elected_as": "elected_as",
    "matter_kind": "vote_matter",
    "pricing_model": "pricing_model",
    "from_phase": "agreement_phase",
    "to_phase": "agreement_phase",
    "gross": "target_outcome",
    "strategy_level": "strategy_level",
    "aim": "goal_aim",
    "arena": "goal_arena",
    "reason_code": "founding_reason",
    "contribution": "contribution",
    "category": "benefit_category",
    "benefit_type": "benefit_type",
    "hierarchy_level": "product_group",
    "change_kind": "change_kind",
    "measured_as": "measured_as",
    "instrument": "readiness_instrument",
    "pair": "readiness_pair",
    "criterion": "model_criterion",
    "recommended_form": "legal_form",
    "pitfall_id": "pitfall",
    "raised_by": "pitfall_source",
    "catalogue": "pitfall_catalogue",
    "system": "external_system",
    "certainty": "certainty",
}
"""The vocabulary of a field, by its name."""

WORDS_OF: Mapping[tuple[str, str], str] = {
    ("Party", "kind"): "member_kind",
    ("CharterProposed", "kind"): "charter_kind",
    ("BodyEstablished", "kind"): "body_kind",
    ("OfficeEstablished", "kind"): "office_kind",
    ("BodyRules", "weights"): "vote_weights",
    ("MajorityRule", "about"): "majority_about",
    ("InterestDeclared", "kind"): "interest_kind",
    ("InterestDeclared", "position"): "position",
    ("MajorityRule", "base"): "majority_base",
    ("DecisionMade", "kind"): "decision_kind",
    ("CaseOpened", "kind"): "case_kind",
    ("ImpartialityDecided", "outcome"): "qualification",
    ("UndecidedCase", "outcome"): "undecided",
    ("CaseClosed", "outcome"): "case_closing",
    ("CaseDocumentAttached", "kind"): "document_kind",
    ("ActRef", "kind"): "act_kind",
    ("ProposalTabled", "kind"): "proposal_kind",
    ("VoteTaken", "about"): "vote_about",
    ("CaseOpened", "case_type"): "case_type",
    ("DecisionMade", "case_type"): "case_type",
    ("Condition", "kind"): "condition_kind",
    ("Effect", "act"): "effect_act",
    ("DecisionChallenged", "challenge"): "challenge_kind",
    ("ChallengeResolved", "outcome"): "challenge_outcome",
    ("DecisionNotified", "ground"): "notification_ground",
    ("Origin", "kind"): "follow_up_origin",
    ("FollowUpReported", "status"): "follow_up_status",
    ("Holder", "kind"): "holder_kind",
    ("ResolutionSubject", "kind"): "resolution_subject",
    ("GrantMapping", "outcome"): "grant_outcome",
    ("MemberResolutionRecorded", "outcome"): "resolution_outcome",
    ("MemberDeparted", "cause"): "departure_cause",
    ("MemberSucceeded", "cause"): "succession_cause",
    ("AgreementMapping", "outcome"): "agreement_outcome",
    ("CollaborationDissolved", "cause"): "dissolution_cause",
    ("Custodian", "kind"): "custodian_kind",
    ("Obligation", "kind"): "obligation_kind",
    ("Obligation", "outcome"): "obligation_outcome",
    ("Transfer", "kind"): "transfer_kind",
    ("SeatVacated", "cause"): "vacating_cause",
    ("Signer", "role"): "signer_role",
    ("Verdict", "outcome"): "target_outcome",
    ("Reviewed", "outcome"): "target_outcome",
    ("BreachResolved", "outcome"): "breach_outcome",
    ("Order", "kind"): "erasure_order",
    ("GoalDefined", "kind"): "goal_kind",
    ("AlignedNode", "kind"): "subject_kind",
    ("BenefitStatusDecided", "status"): "benefit_status",
    ("ExternalRecordLinked", "direction"): "link_direction",
    ("AuditOpened", "kind"): "audit_kind",
    ("AuditFindingRaised", "severity"): "finding_severity",
    ("AuditFindingAnswered", "status"): "answer_status",
    ("PitfallRaised", "severity"): "pitfall_severity",
    ("PitfallHandled", "outcome"): "pitfall_outcome",
    ("IndicatorShown", "unit"): "figure_unit",
}
"""The vocabulary of a field whose name means different things in different events."""

KINDS: Mapping[str, str] = {
    "member_id": "member",
    "host": "member",
    "predecessors": "member",
    "consumers": "member",
    "customers": "member",
    "transfers_to": "member",
    "on_behalf_of": "member",
    "binding_on": "member",
    "member_ids": "member",
    "members": "member",
    "body_id": "body",
    "parent": "body",
    "successor": "body",
    "to_body": "body",
    "office_id": "office",
    "owner_office": "office",
    "person_id": "person",
    "concerns": "person",
    "drawn_by": "person",
    "candidates": "person",
    "moved_up": "person",
    "elected": "person",
    "stated_elected": "person",
    "into": "person",
    "interest_id": "interest",
    "function_id": "function",
    "from_employer": "member",
    "to_employer": "member",
    "agreement_id": "agreement",
    "agreements": "agreement",
    "services": "service",
    "service_id": "service",
    "successor_service": "service",
    "customers_present": "member",
    "grant_id": "grant",
    "parent_grant_id": "grant",
    "grants": "grant",
    "cascade": "grant",
    "counted_against": "grant",
    "charter_version": "charter",
    "decision_id": "decision",
    "replaced_by": "decision",
    "council_of": "member",
    "by_body": "body",
    "persons": "person",
    "case_id": "case",
    "responds_to": "case",
    "continued_as": "case",
    "at_case": "case",
    "added": "case",
    "removed": "case",
    "absent": "person",
    "minute_signers": "person",
    "took_part": "person",
    "chair": "person",
    "deputy_for": "person",
    "control_committees": "member",
    "meeting_id": "meeting",
    "audit_id": "audit",
    "finding_id": "finding",
    "bodies": "body",
    "sharing": "member",
    "proposal_case": "case",
    "option": "option",
    "chair_option": "option",
    "stated_option": "option",
    "winners": "option",
    "list_id": "option",
    "strategy_id": "strategy",
    "strategy_for": "member",
    "goal_id": "goal",
    "goal_ids": "goal",
    "benefit_id": "benefit",
    "by_office": "office",
}
"""The kind of subject a field's ids name."""

MONEY = frozenset(
    {
        "amount",
        "amount_ore",
        "price_ore",
        "credit_ore",
        "amounts",
        "operating_frame",
        "investment_frame",
        "per_act",
        "per_year",
        "per_party",
        "new_loans",
        "forecast_ore",
        "income_ore",
        "expense_ore",
        "result_ore",
        "equity_ore",
        "original_ore",
        "amended_ore",
    }
)
"""Fields that hold whole øre."""

ORG_NUMBERS = frozenset({"org_no", "successor_org_no"})
QUANTITIES = frozenset({"value", "net_value", "good_enough", "man_years", "target", "minimum"})


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
