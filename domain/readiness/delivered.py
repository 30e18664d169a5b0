"""What was promised and delivered by a day, as several indicators look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, Measured, Measurement, PriceTerms, ServiceLevel, Target, Verdict
from domain.dates import Mark, Timeline
from domain.readiness.book import Book


@dataclass(frozen=True, slots=True)
class Judged:
    """One target, measured in one period, with a verdict that could be given."""

    measurement: Measurement
    row: Measured
    verdict: Verdict

    @property
    def missed(self) -> bool:
        """Whether it fell short of what the parties accept."""
        return self.verdict.outcome == "missed"


def agreements_by(book: Book, day: date) -> list[Agreement]:
    """Returns the agreements that certainly had begun by `day`, ended or not, sorted by id."""
    return [a for _, a in sorted(book.agreements.agreements.items()) if a.life.certain_from <= day]


def in_force(book: Book, day: date) -> tuple[Agreement, ...]:
    """Returns the agreements certainly in force on `day`, sorted by id."""
    return book.agreements.in_force(day).certain


def judged(book: Book, agreement: Agreement, first: date, last: date) -> Iterator[Judged]:
    """Yields what was measured in periods that ended from `first` to `last`, the earliest first."""
    measured = sorted(
        book.agreements.measured(agreement.agreement_id).values(),
        key=lambda m: (m.period.last_day, m.period.first_day),
    )
    for measurement in measured:
        if first <= measurement.period.last_day <= last:
            for row in measurement.rows:
                verdict = measurement.verdict_on(row.target_id)
                if verdict is not None and verdict.outcome != "uncomputable":
                    yield Judged(measurement, row, verdict)


def levels_by(book: Book, agreement: Agreement, day: date) -> list[Mark[ServiceLevel]]:
    """Returns the versions of the service levels that certainly had taken effect by `day`, the earliest first."""
    line: Timeline[ServiceLevel] = book.agreements.levels.get(agreement.agreement_id, Timeline())
    return [mark for mark in line.marks if mark.effective.latest <= day]


def prices_by(book: Book, agreement: Agreement, day: date) -> list[Mark[PriceTerms]]:
    """Returns the versions of the prices that certainly had taken effect by `day`, the earliest first."""
    line: Timeline[PriceTerms] = book.agreements.prices.get(agreement.agreement_id, Timeline())
    return [mark for mark in line.marks if mark.effective.latest <= day]


def dearer(first: PriceTerms, last: PriceTerms) -> bool | None:
    """Returns whether something costs more in the later version; None where nothing priced is in both."""
    before = {item.item_id: item.price_ore for item in first.items if item.price_ore is not None}
    pairs = [(before[i.item_id], i.price_ore) for i in last.items if i.price_ore is not None and i.item_id in before]
    return any(now > then for then, now in pairs) if pairs else None


def stricter(first: ServiceLevel, last: ServiceLevel) -> bool | None:
    """Returns whether some target is stricter in the later version; None where no known target is in both."""
    before = {target.target_id: target for target in first.targets}
    compared = [_stricter(before[t.target_id], t) for t in last.targets if t.target_id in before]
    told = [answer for answer in compared if answer is not None]
    return any(told) if told else None


def _stricter(before: Target, now: Target) -> bool | None:
    if before.value == "unknown" or now.value == "unknown" or before.operator != now.operator:
        return None
    then, after = Fraction(before.value), Fraction(now.value)
    return after > then if now.operator == "at_least" else after < then


def worse(first: Measured, last: Measured, target: Target) -> bool:
    """Returns whether a target came to worse the later time; net where minutes were left out."""
    then, now = Fraction(first.net_value or first.value), Fraction(last.net_value or last.value)
    return now < then if target.operator == "at_least" else now > then
