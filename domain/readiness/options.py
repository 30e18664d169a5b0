"""Comparisons of models (modellvurderinger): forms of cooperation held against the same six criteria."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import Field
from rpds import HashTrieMap

from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.readiness.assessors import against_assessor, subject_of
from domain.readiness.book import Book
from domain.rulebook import FORMS, LegalForm
from domain.rulebook.readiness import CRITERIA, LEAST, MOST, Criterion
from domain.text import Frozen, Id, SealedText, Text, Unknown
from domain.vocabulary import Holder, LegalFormId

# Events: stored for ever -----------------------------------------------------------------


class CriterionScore(Frozen):
    """How well one option does by one criterion: from -2, poorly, to 2, well."""

    criterion: Criterion
    score: Annotated[int, Field(ge=LEAST, le=MOST)] | Unknown


CriterionScores = Annotated[tuple[CriterionScore, ...], Field(max_length=12)]


class ModelOption(Frozen):
    """One form of cooperation, judged by each criterion."""

    legal_form: LegalFormId
    criterion_scores: CriterionScores


class ModelOptionsAssessed(Event):
    """Forms of cooperation were compared."""

    type: Literal["model_options.assessed"] = "model_options.assessed"
    comparison_id: Id
    assessor: Holder | Unknown
    options: Annotated[tuple[ModelOption, ...], Field(min_length=1, max_length=20)]
    recommended_form: LegalFormId | None = None
    """The form that was recommended; None where none was."""
    rationale: SealedText | None = None


# Commands --------------------------------------------------------------------------------


class OfferedOption(Frozen):
    """One form of cooperation, by its id as in the table of legal forms, judged by each criterion."""

    legal_form: Id
    criterion_scores: CriterionScores


class AssessModelOptions(Command):
    """Compare forms of cooperation by the six criteria, with or without recommending one."""

    type: Literal["model_options.assess"]
    comparison_id: Id
    assessor: Holder | Unknown = "unknown"
    options: Annotated[tuple[OfferedOption, ...], Field(min_length=1, max_length=20)]
    recommended_form: Id | None = None
    rationale: Text | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison as it was made."""

    event: ModelOptionsAssessed
    entry: int
    on: Interval


Comparisons: TypeAlias = "HashTrieMap[str, Comparison]"
"""Comparisons by id."""


def evolve(comparisons: Comparisons, event: ModelOptionsAssessed, fact: Fact) -> Comparisons:
    """Returns the comparisons after one more."""
    return comparisons.insert(event.comparison_id, Comparison(event, fact.number, fact.effective))


def subjects(event: ModelOptionsAssessed) -> Iterator[Subject]:
    """Yields the comparison, and who made it where that is known."""
    yield Subject("comparison", event.comparison_id)
    yield from subject_of(event.assessor)


# Rules -----------------------------------------------------------------------------------


def decide(command: AssessModelOptions, comparisons: Comparisons, book: Book, context: Context) -> Decision:
    """Returns the comparison as made. Raises Rejection."""
    ruling = judge(_against(command, comparisons, book, context), context.mode)
    event = ModelOptionsAssessed(
        comparison_id=command.comparison_id,
        assessor=command.assessor,
        options=tuple(_known(option) for option in command.options),
        recommended_form=cast("LegalFormId | None", command.recommended_form),
        rationale=None if command.rationale is None else context.seal(command.rationale),
    )
    return Decision((event,), ruling)


def _known(option: OfferedOption) -> ModelOption:
    """Returns an option whose form is one of the table: one that is not has been refused, in every mode."""
    form_id = cast("LegalFormId", option.legal_form)
    return ModelOption(legal_form=form_id, criterion_scores=option.criterion_scores)


def _against(
    command: AssessModelOptions, comparisons: Comparisons, book: Book, context: Context
) -> Iterator[Rejection]:
    comparison_id = command.comparison_id
    held = comparisons.get(comparison_id)
    if held is not None:
        yield Rejection("model_options.already_assessed", "fact", entries=(held.entry,), comparison_id=comparison_id)
    forms: dict[str, LegalForm] = {form.id: form for form in FORMS.values()}
    unknown = sorted({option.legal_form for option in command.options} - forms.keys())
    if unknown:
        yield Rejection("model_options.form_unknown", "fact", comparison_id=comparison_id, options=unknown)
    yield from _against_repeating(command)
    if command.recommended_form is not None and all(
        command.recommended_form != option.legal_form for option in command.options
    ):
        yield Rejection(
            "model_options.recommended_not_judged",
            "fact",
            comparison_id=comparison_id,
            recommended_form=command.recommended_form,
        )
    yield from against_assessor(command.assessor, book)
    form = forms.get(command.recommended_form or "")
    if form is not None and _repealed(form, context.effective):
        yield Rejection(
            "model_options.recommended_form_repealed",
            law="kommuneloven § 31-1",
            comparison_id=comparison_id,
            recommended_form=form.id,
            on=context.on.isoformat(),
        )
    incomplete = [option.legal_form for option in command.options if _missing(option)]
    if incomplete:
        # What an old source does not show of a comparison is not known to have been left out of it.
        yield Rejection("model_options.incomplete", "unknown", comparison_id=comparison_id, options=incomplete)


def _against_repeating(command: AssessModelOptions) -> Iterator[Rejection]:
    """Yields options that are listed more than once, or judged more than once by the same criterion."""
    times = Counter(option.legal_form for option in command.options)
    twice = {form_id for form_id, count in times.items() if count > 1}
    for option in command.options:
        if len({score.criterion for score in option.criterion_scores}) < len(option.criterion_scores):
            twice.add(option.legal_form)
    if twice:
        yield Rejection(
            "model_options.judged_twice", "fact", comparison_id=command.comparison_id, options=sorted(twice)
        )


def _repealed(form: LegalForm, effective: Interval) -> bool:
    """Returns whether no collaboration can take the form any more; one that is to come may well be recommended."""
    return form.available_until is not None and effective.earliest > form.available_until


def _missing(option: OfferedOption) -> list[Criterion]:
    judged = {score.criterion for score in option.criterion_scores if score.score != "unknown"}
    return [criterion for criterion in CRITERIA if criterion not in judged]
