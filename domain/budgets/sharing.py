"""How costs are shared: the weights a key gives members on figures of a day, and the rules on sharing by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from domain.budgets.allocation import AllocateCosts, Allocations, CostsAllocated, MemberAmount
from domain.budgets.around import Around
from domain.budgets.drivers import Recording, Recordings, latest
from domain.budgets.frames import may_be_member_in, nature_of_missing
from domain.budgets.keys import Keys, KeyVersion
from domain.budgets.plan import ByYear
from domain.budgets.splitting import split
from domain.dates import Timeline
from domain.kernel import Context, Decision, Nature, Rejection, judge
from domain.members import Members
from domain.members.state import Shares
from domain.resolutions import ratification


@dataclass(frozen=True, slots=True)
class Held:
    """What the register of budgets holds that sharing rests on."""

    by_year: ByYear
    keys: Keys
    recordings: Recordings
    allocations: Allocations


# What it is shared by --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an amount is shared by: the key, and each of its drivers' figures that the book has."""

    key: KeyVersion
    sharing: tuple[str, ...]
    figures: Mapping[str, Recording]
    shares: Shares | None
    shares_entry: int | None

    def values(self, driver: str) -> Mapping[str, Fraction] | None:
        """Returns the members' figures of a driver, None where the book has none."""
        if driver == "equal":
            return dict.fromkeys(self.sharing, Fraction(1))
        if driver == "share":
            owned = None if self.shares is None else self.shares.ownership
            return None if owned is None else {member_id: share.fraction for member_id, share in owned.items()}
        return self.figures[driver].values if driver in self.figures else None

    def lacking(self) -> Iterator[tuple[str, list[str] | None]]:
        """Yields each driver it cannot be shared by, with the members it has no figure of; None where it has none at
        all, and an empty list where what there is comes to nothing."""
        for part in self.key.parts:
            values = self.values(part.driver)
            if values is None:
                yield part.driver, None
            elif missing := [member_id for member_id in self.sharing if member_id not in values]:
                yield part.driver, missing
            elif not _weighs([values[member_id] for member_id in self.sharing]):
                yield part.driver, []

    def weights(self) -> dict[str, Fraction]:
        """Returns each member's exact share; they sum to one. Of grounds that nothing is lacking in."""
        shared = dict.fromkeys(self.sharing, Fraction(0))
        for part, weight in zip(self.key.parts, self.key.shares, strict=True):
            values = self.values(part.driver) or {}
            total = sum((values[member_id] for member_id in self.sharing), Fraction(0))
            for member_id in self.sharing:
                shared[member_id] += weight * values[member_id] / total
        return shared

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries whose figures it is shared by, in the order of the parts of the key."""
        return tuple(self.figures[part.driver].entry for part in self.key.parts if part.driver in self.figures)


def _weighs(values: list[Fraction]) -> bool:
    return min(values) >= 0 and sum(values) > 0


def day_in(year: int, on: date) -> date:
    """Returns the day of the year that is nearest to `on`: its first day where that is earlier, else its last."""
    return min(max(on, date(year, 1, 1)), date(year, 12, 31))


def _key(command: AllocateCosts, keys: Keys) -> KeyVersion | None:
    versions = keys.get(command.key_id, ())
    return next((one for one in versions if one.key_version == command.key_version), None)


def _sharing(command: AllocateCosts, around: Around, context: Context) -> tuple[str, ...]:
    if command.sharing is not None:
        return tuple(sorted(set(command.sharing)))
    if command.member_amounts is not None:
        return tuple(sorted({one.member_id for one in command.member_amounts}))
    members = around.members.deciding_on(day_in(command.year, context.on))
    if command.project_id is None:
        return members
    return tuple(m for m in members if _nature_of_no(m, command.project_id, around, context) is None)


def _nature_of_no(member_id: str, project_id: str, around: Around, context: Context) -> Nature | None:
    """Returns what it means that a member's council has not accepted a project, None where it has."""
    resolved = ratification(around.resolutions, ("project", project_id), required=(member_id,), on=context.on)
    return nature_of_missing(resolved, context)


def grounds(command: AllocateCosts, key: KeyVersion, held: Held, around: Around, context: Context) -> Grounds:
    """Returns what the amount is shared by: the figures that are named, else the newest up to the act or the year's
    end, whichever comes first."""
    drivers = [part.driver for part in key.parts]
    if command.driver_entries is None:
        by = min(context.on, date(command.year, 12, 31))
        found = (latest(held.recordings, driver, by) for driver in drivers)
    else:
        found = (held.recordings.get(number) for number in command.driver_entries)
    figures: dict[str, Recording] = {one.driver: one for one in found if one is not None and one.driver in drivers}
    mark = around.members.shares.on(day_in(command.year, context.on)).certain if "share" in drivers else None
    shares, entry = (None, None) if mark is None else (mark.value, mark.number)
    return Grounds(key, _sharing(command, around, context), figures, shares, entry)


# Rules -----------------------------------------------------------------------------------


def decide(command: AllocateCosts, held: Held, around: Around, context: Context) -> Decision:
    """Returns the amount shared out, to the øre. Raises Rejection."""
    key = _key(command, held.keys)
    if key is None:
        raise Rejection("costs.key_unknown", "fact", key_id=command.key_id, key_version=command.key_version)
    by = grounds(command, key, held, around, context)
    computed = None if not by.sharing or any(by.lacking()) else split(command.amount_ore, by.weights())
    ruling = judge(_against(command, by, computed, held, around, context), context.mode)
    amounts = command.member_amounts or _amounts(computed or {})
    event = CostsAllocated(
        allocation_id=command.allocation_id,
        cost_basis=command.cost_basis,
        year=command.year,
        line_id=command.line_id,
        agreement_id=command.agreement_id,
        project_id=command.project_id,
        amount_ore=command.amount_ore,
        key_id=command.key_id,
        key_version=command.key_version,
        sharing=by.sharing,
        driver_entries=by.entries,
        shares_entry=by.shares_entry,
        member_amounts=tuple(sorted(amounts, key=lambda one: one.member_id)),
    )
    return Decision((event,), ruling)


def _amounts(computed: Mapping[str, int]) -> tuple[MemberAmount, ...]:
    return tuple(MemberAmount(member_id=member_id, amount_ore=ore) for member_id, ore in computed.items())


def _against(
    command: AllocateCosts,
    by: Grounds,
    computed: Mapping[str, int] | None,
    held: Held,
    around: Around,
    context: Context,
) -> Iterator[Rejection]:
    yield from _against_contents(command, held, around)
    yield from _against_figures_named(command, by.key, held)
    yield from _against_members(command, by, around)
    yield from _against_lack(command, by)
    if command.cost_basis == "budget" and command.year not in held.by_year:
        yield Rejection("costs.budget_missing", "unknown", year=command.year)
    yield from _against_line(command, held)
    yield from _against_key(command, by.key, held.keys, context)
    yield from _against_stale(command, by, held, context)
    yield from _against_project(command, by, around, context)
    yield from _against_amounts(command, computed, context)


def _against_contents(command: AllocateCosts, held: Held, around: Around) -> Iterator[Rejection]:
    """What contradicts the book or itself."""
    taken = held.allocations.by_id.get(command.allocation_id)
    if taken is not None:
        entries, allocation_id = (taken.entry,), command.allocation_id
        yield Rejection("costs.already_allocated", "fact", entries=entries, allocation_id=allocation_id)
    budget = held.by_year.get(command.year)
    if budget is not None and command.line_id is not None and command.line_id not in budget.lines:
        entries, line_id = (budget.entry,), command.line_id
        yield Rejection("costs.line_unknown", "fact", entries=entries, line_id=line_id, year=command.year)
    if command.agreement_id is not None and command.agreement_id not in around.agreements:
        yield Rejection("costs.agreement_unknown", "fact", agreement_id=command.agreement_id)
    if command.cost_basis == "project" and command.project_id is None:
        yield Rejection("costs.project_not_named", "fact", allocation_id=command.allocation_id)


def _against_line(command: AllocateCosts, held: Held) -> Iterator[Rejection]:
    """No more of a line is shared than it has, as it is amended: what members bear of a budget is the budget."""
    budget = held.by_year.get(command.year)
    line = None if budget is None or command.line_id is None else budget.lines.get(command.line_id)
    if command.cost_basis != "budget" or budget is None or line is None:
        return
    before = [held.allocations.by_id[id_] for id_ in held.allocations.by_year.get(command.year, ())]
    same = [one for one in before if (one.event.cost_basis, one.event.line_id) == ("budget", command.line_id)]
    taken, has = sum(one.event.amount_ore for one in same), line.amended[0]
    if taken + command.amount_ore > has:
        yield Rejection(
            "costs.exceeds_line",
            entries=(budget.entry, *(one.entry for one in same)),
            line_id=command.line_id,
            year=command.year,
            amount_ore=command.amount_ore,
            budgeted_ore=has,
            taken_ore=taken,
            missing_ore=taken + command.amount_ore - has,
        )


def _against_figures_named(command: AllocateCosts, key: KeyVersion, held: Held) -> Iterator[Rejection]:
    """Figures that are named are in the book, each of another driver of the key."""
    named = command.driver_entries or ()
    unknown = sorted(number for number in named if number not in held.recordings)
    if unknown:
        yield Rejection("costs.drivers_unknown", "fact", numbers=unknown)
    drivers = [held.recordings[number].driver for number in named if number in held.recordings]
    counted, wanted = Counter(drivers), {part.driver for part in key.parts}
    if idle := sorted(driver for driver, times in counted.items() if times > 1 or driver not in wanted):
        yield Rejection(
            "costs.drivers_not_of_key",
            "fact",
            entries=(key.entry,),
            drivers=idle,
            key_id=command.key_id,
            key_version=key.key_version,
        )


def _against_members(command: AllocateCosts, by: Grounds, around: Around) -> Iterator[Rejection]:
    members: Members = around.members
    given = [one.member_id for one in command.member_amounts or ()]
    listed = [*(command.sharing or ()), *given]
    if strangers := sorted(set(listed) - set(members.parties)):
        yield Rejection("costs.unknown_member", "fact", member_ids=strangers)
    twice = {m for one in (command.sharing or (), given) for m, times in Counter(one).items() if times > 1}
    if twice:
        yield Rejection("costs.member_listed_twice", "fact", member_ids=sorted(twice))
    if given and set(given) != set(by.sharing):
        yield Rejection("costs.amounts_of_others", "fact", member_ids=sorted(set(given) ^ set(by.sharing)))
    if not by.sharing:
        yield Rejection("costs.nobody_shares", "fact", allocation_id=command.allocation_id, year=command.year)
    outside = [m for m in by.sharing if m in members.parties and not may_be_member_in(command.year, m, members)]
    if outside:
        entries = members.entries(*outside)
        yield Rejection("costs.not_a_member", entries=entries, member_ids=outside, year=command.year)


def _against_lack(command: AllocateCosts, by: Grounds) -> Iterator[Rejection]:
    """What the key follows and the book has no figures of. An amount can be kept as a source gives it; without figures
    and without amounts there is nothing to keep."""
    nature: Nature = "fact" if command.member_amounts is None else "unknown"
    about: dict[str, Any] = {"key_id": command.key_id, "key_version": command.key_version}
    for driver, missing in by.lacking() if by.sharing else ():
        entries = by.entries
        if missing is None:
            yield Rejection("costs.drivers_missing", nature, entries=(by.key.entry,), driver=driver, **about)
        elif missing:
            yield Rejection(
                "costs.drivers_without_member", nature, entries=entries, driver=driver, member_ids=missing, **about
            )
        else:
            yield Rejection("costs.nothing_to_share_by", nature, entries=entries, driver=driver, **about)


def _against_key(command: AllocateCosts, key: KeyVersion, keys: Keys, context: Context) -> Iterator[Rejection]:
    versions = Timeline[KeyVersion]()
    for version in keys.get(command.key_id, ()):
        versions = versions.with_mark(version.effective, version.entry, version)
    day = day_in(command.year, context.on)
    reading = versions.on(day)
    in_force = reading.certain is not None and reading.certain.value is key
    if in_force and not reading.possible:
        return
    possible = in_force or any(mark.value is key for mark in reading.possible)
    yield Rejection(
        "costs.key_not_in_force",
        "unknown" if possible else "rule",
        entries=(key.entry, *(() if reading.certain is None else (reading.certain.number,))),
        key_id=command.key_id,
        key_version=key.key_version,
        day=day.isoformat(),
    )


def _against_stale(command: AllocateCosts, by: Grounds, held: Held, context: Context) -> Iterator[Rejection]:
    """Figures as of an earlier day than the newest the book has, up to the act or the year's end."""
    until = min(context.on, date(command.year, 12, 31))
    for driver, used in sorted(by.figures.items()):
        newest = latest(held.recordings, driver, until)
        if newest is not None and newest.order > used.order:
            yield Rejection(
                "costs.drivers_stale",
                entries=(used.entry, newest.entry),
                driver=driver,
                as_of=used.as_of.isoformat(),
                newest=newest.as_of.isoformat(),
                entry=newest.entry,
            )


def _against_project(command: AllocateCosts, by: Grounds, around: Around, context: Context) -> Iterator[Rejection]:
    if command.project_id is None:
        return
    for member_id in by.sharing:
        nature = _nature_of_no(member_id, command.project_id, around, context)
        if nature is not None:
            yield Rejection("costs.project_not_accepted", nature, member_id=member_id, project_id=command.project_id)


def _against_amounts(
    command: AllocateCosts, computed: Mapping[str, int] | None, context: Context
) -> Iterator[Rejection]:
    """Amounts that are given sum to what is shared and are those of the key; a source is kept as it is printed."""
    if command.member_amounts is None:
        return
    nature: Nature = "unknown" if context.mode == "import" else "rule"
    given = {one.member_id: one.amount_ore for one in command.member_amounts}
    total = sum(given.values())
    if total != command.amount_ore:
        yield Rejection(
            "costs.does_not_sum",
            nature,
            amount_ore=command.amount_ore,
            total_ore=total,
            difference_ore=total - command.amount_ore,
        )
    others = sorted(m for m, ore in (computed or {}).items() if given.get(m) != ore)
    if others:
        yield Rejection("costs.not_by_the_key", nature, member_ids=others, key_id=command.key_id)
