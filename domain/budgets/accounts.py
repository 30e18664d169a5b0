"""Annual accounts (årsregnskap) as they were adopted, beside the original and the amended budget of the year.

IKS-loven § 27: audited, adopted by the council of representatives by 30 June, with what becomes of a surplus or how
negative equity is covered, at the latest in the second year after it arose. Kommuneloven § 14-8: adopted by the council
of representatives of an interkommunalt politisk råd or a kommunalt oppgavefellesskap; audited under chapter 24. By
§ 14-12 they cover a deficit in the year after it arose; what is left of it then falls on their members.
Aksjeloven § 5-5: adopted by the general meeting within six months. The two columns of the budget are worked out and
stored (FOR-2023-08-16-1327 §§ 2-3 and 3-3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.around import Around
from domain.budgets.frames import PARTS, Part, Year
from domain.budgets.plan import PLAN_RULE_FROM, Budget, BudgetLine, ByYear
from domain.dates import Day, Interval
from domain.decisions import ADOPTS_NOTHING
from domain.kernel import Command, Context, Decision, Event, Fact, Nature, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.rulebook.deadlines import is_late
from domain.text import INT_MAX, Amount, Frozen, Id, Ore, SealedText, Text, Unknown

Direction = Literal["income", "expense"]
DIRECTIONS: tuple[Direction, Direction] = ("income", "expense")

# Parts of events -------------------------------------------------------------------------


class Budgeted(Frozen):
    """What the budget had of income or expense in one part, as it was adopted and as it was amended."""

    part: Literal["operating", "investment"]
    direction: Literal["income", "expense"]
    original_ore: Ore
    amended_ore: Ore


# Events: stored for ever -----------------------------------------------------------------


class AccountsAdopted(Event):
    """The accounts of a year were adopted."""

    type: Literal["accounts.adopted"] = "accounts.adopted"
    year: Year
    income_ore: Amount
    expense_ore: Amount
    result_ore: Ore
    """As printed: income less expense, above zero for a surplus."""
    equity_ore: Ore | Unknown = "unknown"
    audited_on: Day | Unknown | None = "unknown"
    """When the auditor reported; None where no auditor has."""
    disposition: SealedText | None = None
    """What becomes of a surplus, or how negative equity is covered."""
    covered_by: Year | None = None
    """The year by which negative equity, or the deficit of an IPR or a KO, is covered."""
    decision_id: Id | Unknown
    budgeted: Annotated[tuple[Budgeted, ...], Field(max_length=4)]
    """Empty where the book has no budget of the year."""
    late: bool | None
    """Whether it was after the last day the act gives; None where no act does, or it depends on a rough date."""


# Commands --------------------------------------------------------------------------------


class AdoptAccounts(Command):
    """Adopt the accounts of a year; figures that do not add up in a source are kept as printed, and marked."""

    type: Literal["accounts.adopt"]
    year: Year
    income_ore: Amount
    expense_ore: Amount
    result_ore: Ore
    equity_ore: Ore | Unknown = "unknown"
    audited_on: Day | Unknown | None = "unknown"
    disposition: Text | None = None
    covered_by: Year | None = None
    decision_id: Id | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one year."""

    event: AccountsAdopted
    entry: int
    effective: Interval

    @property
    def in_deficit(self) -> bool:
        """Whether they show negative equity."""
        return isinstance(self.event.equity_ore, int) and self.event.equity_ore < 0


AccountsByYear: TypeAlias = "HashTrieMap[int, Accounts]"


def evolve(held: AccountsByYear, event: AccountsAdopted, fact: Fact) -> AccountsByYear:
    """Returns the accounts after those of one more year."""
    return held.insert(event.year, Accounts(event, fact.number, fact.effective))


def subjects(event: AccountsAdopted) -> Iterator[Subject]:
    """Yields the year's budget, and the decision."""
    yield Subject("budget", str(event.year))
    if event.decision_id != "unknown":
        yield Subject("decision", event.decision_id)


# Rules -----------------------------------------------------------------------------------

_AUDIT_LAW: Mapping[str, str] = {
    "iks": "IKS-loven § 27",
    "ipr": "kommuneloven § 24-8",
    "ko": "kommuneloven § 24-8",
}
_ADOPTION_LAW: Mapping[str, str] = {"iks": "IKS-loven § 27", "ipr": "kommuneloven § 14-8", "ko": "kommuneloven § 14-8"}
_LAST_DAY: Mapping[str, tuple[int, int]] = dict.fromkeys(("iks", "as"), (6, 30))
"""Month and day of the year after (IKS-loven § 27; aksjeloven § 5-5); of others as the rulebook has it."""
_COVERS_DEFICITS = frozenset({"ipr", "ko"})
"""Forms that cover a deficit in the year after it arose (kommuneloven § 14-12), and say how (§ 14-3)."""
YEARS_TO_COVER = 2
"""After the one in which negative equity arose (IKS-loven § 27)."""


def decide(command: AdoptAccounts, held: AccountsByYear, budgets: ByYear, around: Around, context: Context) -> Decision:
    """Returns the accounts as they were adopted, with the budget they are held against. Raises Rejection."""
    ruling = judge(_against(command, held, around, context), context.mode)
    event = AccountsAdopted(
        year=command.year,
        income_ore=command.income_ore,
        expense_ore=command.expense_ore,
        result_ore=command.result_ore,
        equity_ore=command.equity_ore,
        audited_on=command.audited_on,
        disposition=None if command.disposition is None else context.seal(command.disposition),
        covered_by=command.covered_by,
        decision_id=command.decision_id,
        budgeted=tuple(_budgeted(budgets.get(command.year))),
        late=_late(command.year, around.standing, context),
    )
    return Decision((event,), ruling)


def _budgeted(budget: Budget | None) -> Iterator[Budgeted]:
    if budget is None:
        return
    for part in PARTS:
        for direction in DIRECTIONS:
            lines = [line for line in budget.lines.values() if _is(line.original, part, direction)]
            original = sum(line.original.amounts[0] for line in lines)
            amended = sum(line.amended[0] for line in lines)
            if lines and max(original, abs(amended)) <= INT_MAX:  # amendments healed out of turn have no bound
                yield Budgeted(part=part, direction=direction, original_ore=original, amended_ore=amended)


def _late(year: int, standing: Standing, context: Context) -> bool | None:
    form = None if standing.form is None else standing.form.id
    if form is None or form not in _LAST_DAY:
        return is_late("accounts_and_report_adopted", form, year, context.effective)
    last = date(year + 1, *_LAST_DAY[form])
    if context.effective.earliest > last:
        return True
    return False if context.effective.latest <= last else None


def _against(command: AdoptAccounts, held: AccountsByYear, around: Around, context: Context) -> Iterator[Rejection]:
    year, standing, decisions = command.year, around.standing, around.decisions
    form = "" if standing.form is None else standing.form.id
    adopted = held.get(year)
    if adopted is not None:
        yield Rejection("accounts.already_adopted", "fact", entries=(adopted.entry,), year=year)
    made = decisions.by_id.get(command.decision_id)
    if command.decision_id != "unknown" and made is None:
        yield Rejection("accounts.decision_unknown", "fact", decision_id=command.decision_id, year=year)
    yield from _against_time(command, context)
    yield from _against_figures(command, context)
    yield from _against_no_audit(command, _AUDIT_LAW.get(form), context)
    if form == "iks" and context.on >= PLAN_RULE_FROM:
        yield from _against_disposition(command, held)
    elif form in _COVERS_DEFICITS:
        yield from _against_deficit(command)
    law = _ADOPTION_LAW.get(form)
    if command.decision_id == "unknown":
        yield Rejection("accounts.decision_missing", "unknown", law=law, year=year)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        yield Rejection(
            "accounts.decision_adopts_nothing",
            law=law,
            entries=(made.entry,),
            decision_id=command.decision_id,
            kind=made.kind,
            year=year,
        )


def _against_time(command: AdoptAccounts, context: Context) -> Iterator[Rejection]:
    first = date(command.year + 1, 1, 1)
    if context.on < first:
        day = context.on.isoformat()
        yield Rejection("accounts.year_not_over", year=command.year, day=day, first_day=first.isoformat())


def _against_figures(command: AdoptAccounts, context: Context) -> Iterator[Rejection]:
    """The result is income less expense; what a source prints is kept as it is, and marked."""
    should_be = command.income_ore - command.expense_ore
    if command.result_ore != should_be:
        nature: Nature = "unknown" if context.mode == "import" else "rule"
        yield Rejection(
            "accounts.does_not_add_up",
            nature,
            year=command.year,
            result_ore=command.result_ore,
            computed_ore=should_be,
            difference_ore=command.result_ore - should_be,
        )


def _against_no_audit(command: AdoptAccounts, law: str | None, context: Context) -> Iterator[Rejection]:
    audited = command.audited_on
    if audited == "unknown":
        yield Rejection("accounts.audit_unknown", "unknown", law=law, year=command.year)
    elif audited is None:
        yield Rejection("accounts.not_audited", law=law, year=command.year)
    elif audited > context.on:
        day, on = audited.isoformat(), context.on.isoformat()
        yield Rejection("accounts.audited_later", law=law, year=command.year, audited_on=day, day=on)


def _against_disposition(command: AdoptAccounts, held: AccountsByYear) -> Iterator[Rejection]:
    """What the decision on the accounts of an IKS must say (IKS-loven § 27 fifth paragraph)."""
    year, law = command.year, "IKS-loven § 27"
    if command.result_ore > 0 and command.disposition is None:
        yield Rejection("accounts.disposition_missing", "unknown", law=law, year=year, result_ore=command.result_ore)
    if command.equity_ore == "unknown" or command.equity_ore >= 0:
        return
    arose, entries = _arose(year, held)
    if command.covered_by is None:
        yield Rejection(
            "accounts.negative_equity_without_plan", law=law, entries=entries, year=year, equity_ore=command.equity_ore
        )
    elif command.covered_by > (last := arose + YEARS_TO_COVER):
        about: dict[str, Any] = {"covered_by": command.covered_by, "arose": arose, "last_year": last}
        yield Rejection("accounts.negative_equity_covered_late", law=law, entries=entries, year=year, **about)


def _against_deficit(command: AdoptAccounts) -> Iterator[Rejection]:
    """What the decision on the accounts of an IPR or a KO must say of a deficit.

    The book has one result of a year, and takes one below zero for the operating deficit (merforbruk) of the act.
    """
    year, result = command.year, command.result_ore
    if result >= 0:
        return
    if command.covered_by is None:
        law = "kommuneloven §§ 14-3, 14-12"
        yield Rejection("accounts.deficit_without_plan", law=law, year=year, result_ore=result, last_year=year + 1)
    elif command.covered_by > year + 1:
        about: dict[str, Any] = {"covered_by": command.covered_by, "last_year": year + 1}
        yield Rejection("accounts.deficit_covered_late", law="kommuneloven § 14-12", year=year, **about)


def _arose(year: int, held: AccountsByYear) -> tuple[int, tuple[int, ...]]:
    """Returns the first of the years on end with negative equity, and the entries of the accounts before this one."""
    entries: tuple[int, ...] = ()
    while (before := held.get(year - 1)) is not None and before.in_deficit:
        entries, year = (before.entry, *entries), year - 1
    return year, entries


def _is(line: BudgetLine, part: Part, direction: Direction) -> bool:
    return (line.part, line.direction) == (part, direction)
