"""Reports of deviation (avviksmelding): where the year is heading, held against the budget.

IKS-loven § 19 second paragraph: the board tells the council of representatives of a material deviation at once, and
lays a proposal of amendments before it thereafter; so the first notice needs no proposal, the next one does.
Kommuneloven § 14-5 third paragraph: with a material deviation comes a proposal. What is material is for whoever
reports to judge; the book asks them to say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.around import Around
from domain.budgets.frames import Year
from domain.budgets.plan import ByYear, twice
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Nature, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.text import Frozen, Id, Ore, SealedText, Text, Unknown

# Parts of events -------------------------------------------------------------------------


class Forecast(Frozen):
    """What one line is expected to come to in the whole year, above zero in the direction of the line."""

    line_id: Id
    forecast_ore: Ore


_FORECASTS = Annotated[tuple[Forecast, ...], Field(min_length=1, max_length=500)]

# Events: stored for ever -----------------------------------------------------------------


class DeviationReported(Event):
    """It was reported where the year is heading."""

    type: Literal["deviation.reported"] = "deviation.reported"
    year: Year
    as_of: Day
    forecasts: _FORECASTS
    material: bool
    """Whether it deviates materially from the budget, in the judgement of whoever reports."""
    to_body: Id | Unknown
    proposal_case: Id | None = None
    """The case in which amendments of the budget are proposed."""
    explanation: SealedText | None = None


# Commands --------------------------------------------------------------------------------


class ReportDeviation(Command):
    """Report where the year is heading; a material deviation is followed by a proposal to amend the budget."""

    type: Literal["deviation.report"]
    year: Year
    as_of: Day
    forecasts: _FORECASTS
    material: bool
    to_body: Id | Unknown = "unknown"
    proposal_case: Id | None = None
    explanation: Text | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """One report."""

    entry: int
    as_of: date
    material: bool
    to_body: str
    proposal_case: str | None
    forecasts: HashTrieMap[str, int]
    """In oere, by line."""


Reports: TypeAlias = "HashTrieMap[int, tuple[Report, ...]]"
"""By year, in the order they were entered."""
_NO_REPORTS: tuple[Report, ...] = ()


def latest(reports: tuple[Report, ...]) -> Report | None:
    """Returns the report as of the last day, of several the one entered last; None of none."""
    return max(reports, key=lambda report: (report.as_of, report.entry), default=None)


def evolve(reports: Reports, event: DeviationReported, fact: Fact) -> Reports:
    """Returns the reports after one more."""
    return reports.insert(event.year, (*reports.get(event.year, _NO_REPORTS), _report(event, fact)))


def without(reports: Reports, recorded: Fact) -> Reports:
    """Returns the reports without the one that an entry made."""
    year = getattr(recorded.event, "year", 0)
    kept = tuple(report for report in reports.get(year, _NO_REPORTS) if report.entry != recorded.number)
    return reports.insert(year, kept) if year in reports else reports


def corrected(reports: Reports, recorded: Fact, event: DeviationReported, fact: Fact) -> Reports:
    """Returns the reports in which another stands in the place of the one that an entry made."""
    there = _report(event, fact)
    held = reports.get(event.year, _NO_REPORTS)
    return reports.insert(event.year, tuple(there if one.entry == recorded.number else one for one in held))


def _report(event: DeviationReported, fact: Fact) -> Report:
    return Report(
        entry=fact.number,
        as_of=event.as_of,
        material=event.material,
        to_body=event.to_body,
        proposal_case=event.proposal_case,
        forecasts=HashTrieMap({one.line_id: one.forecast_ore for one in event.forecasts}),
    )


def subjects(event: DeviationReported) -> Iterator[Subject]:
    """Yields the year's budget, and the body and the case the report names."""
    yield Subject("budget", str(event.year))
    if event.to_body != "unknown":
        yield Subject("body", event.to_body)
    if event.proposal_case is not None:
        yield Subject("case", event.proposal_case)


# Rules -----------------------------------------------------------------------------------

_AT_ONCE: Mapping[str, str] = dict.fromkeys(("ipr", "ko", "host_admin", "host_joint_board"), "kommuneloven § 14-5")
"""Forms whose budget is managed by kommuneloven: the proposal comes with the report."""
_THEREAFTER: Mapping[str, str] = {"iks": "IKS-loven § 19"}
"""Forms in which the notice comes first."""


def decide(command: ReportDeviation, reports: Reports, budgets: ByYear, around: Around, context: Context) -> Decision:
    """Returns the report. Raises Rejection."""
    ruling = judge(_against(command, reports, budgets, around, context), context.mode)
    event = DeviationReported(
        year=command.year,
        as_of=command.as_of,
        forecasts=command.forecasts,
        material=command.material,
        to_body=command.to_body,
        proposal_case=command.proposal_case,
        explanation=None if command.explanation is None else context.seal(command.explanation),
    )
    return Decision((event,), ruling)


def _against(
    command: ReportDeviation,
    reports: Reports,
    budgets: ByYear,
    around: Around,
    context: Context,
) -> Iterator[Rejection]:
    year, budget, earlier = command.year, budgets.get(command.year), reports.get(command.year, _NO_REPORTS)
    same = [r.entry for r in earlier if (r.as_of, r.to_body) == (command.as_of, command.to_body)]
    if same:
        yield Rejection("deviation.already_reported", "fact", entries=same, year=year, as_of=command.as_of.isoformat())
    if repeated := twice(one.line_id for one in command.forecasts):
        yield Rejection("deviation.line_listed_twice", "fact", line_ids=repeated, year=year)
    named = {one.line_id for one in command.forecasts}
    if budget is not None and (unknown := sorted(named - set(budget.lines))):
        yield Rejection("deviation.unknown_line", "fact", entries=(budget.entry,), line_ids=unknown, year=year)
    if command.to_body != "unknown" and command.to_body not in around.bodies:
        yield Rejection("deviation.unknown_body", "fact", body_id=command.to_body, year=year)
    if command.proposal_case is not None and command.proposal_case not in around.cases:
        yield Rejection("deviation.unknown_case", "fact", case_id=command.proposal_case, year=year)
    yield from _against_no_proposal(command, earlier, around.standing, context)
    if budget is None:
        yield Rejection("deviation.budget_missing", "unknown", year=year)


def _against_no_proposal(
    command: ReportDeviation, earlier: tuple[Report, ...], standing: Standing, context: Context
) -> Iterator[Rejection]:
    form = None if standing.form is None else standing.form.id
    if not command.material or command.proposal_case is not None or form is None:
        return
    waiting, year = _waiting(earlier), command.year
    nature: Nature = "unknown" if context.mode == "import" else "rule"
    if form in _AT_ONCE:
        yield Rejection("deviation.proposal_missing", nature, law=_AT_ONCE[form], entries=waiting, year=year)
    elif form in _THEREAFTER and waiting:
        yield Rejection("deviation.proposal_missing", nature, law=_THEREAFTER[form], entries=waiting, year=year)


def _waiting(earlier: tuple[Report, ...]) -> tuple[int, ...]:
    """Returns the entries of material reports that no proposal has followed yet."""
    waiting: tuple[int, ...] = ()
    for report in earlier:
        if report.proposal_case is not None:
            waiting = ()
        elif report.material:
            waiting = (*waiting, report.entry)
    return waiting
