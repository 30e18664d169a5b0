"""What may be sent to a book as it stands, of what agreements cost, how they go and what comes of them; see `acts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.agreements import Agreement
from domain.agreements.groups import MODELS
from domain.agreements.phases import NEXT
from domain.agreements.prices import UNPRICED
from domain.agreements.reviews import months_after
from tests.properties.acts import Fields, Scene


def running(s: Scene) -> Agreement | None:
    """Returns an agreement in force, None where there is none."""
    return s.one(s.alive(s.state.agreements.agreements))


def define_group(s: Scene) -> Fields | None:
    """Lays down a product group that is not, all of them soon after each other."""
    left = [group for group in MODELS if group not in s.state.agreements.groups]
    group = s.one(left)
    if group is None:
        return None
    return {"group": group, "pricing_model": MODELS[group], "treatment": s.often("Prøvd ut (prøve)")}


def retire(s: Scene) -> Fields | None:
    """Takes a service out of the catalogue that no agreement covers."""
    covered = {i for a in s.state.agreements.agreements.values() if a.life.outlasts(s.day) for i in a.services}
    there = [i for i, service in sorted(s.state.agreements.services.items()) if service.retired_by is None]
    free = [i for i in there if i not in covered and s.state.agreements.services[i].life.certain_from < s.day]
    service_id = s.one(free)
    if service_id is None or len(there) == 1:
        return None
    successor = s.one([i for i in there if i != service_id])
    return {"service_id": service_id, "successor_service": s.often(None, successor)}


def change_phase(s: Scene) -> Fields | None:
    """Lets an agreement go on to its next phase."""
    agreement = running(s)
    if agreement is None:
        return None
    last = s.state.agreements.stages(agreement.agreement_id).last
    following = () if last is None else NEXT[last.value.phase]
    measured = s.state.agreements.measured(agreement.agreement_id)
    open_ = [phase for phase in following if phase != "operation" or len(measured) > 0]
    if not open_:
        return None
    return {
        "agreement_id": agreement.agreement_id,
        "to_phase": open_[0],
        "conditions_met": [condition.condition_id for condition in agreement.conditions],
        "evidence": [{"sha256": "a" * 64, "name": "Overtakelse (prøve).pdf"}],
    }


def revise_prices(s: Scene) -> Fields | None:
    """Lays down the next version of an agreement's prices."""
    agreement = running(s)
    if agreement is None:
        return None
    line = s.state.agreements.prices.get(agreement.agreement_id)
    last = None if line is None else line.last
    group = s.r.choice(sorted(MODELS))
    price = None if MODELS[group] in UNPRICED else s.r.randint(0, 9_000_00)
    budget = s.one(budget for _, budget in sorted(s.state.budgets.by_year.items()))
    effect = budget and {"year": budget.year, "line_id": "drift", "amount": s.r.randint(1, 1_000)}
    item = {"item_id": "bruker", "name": "Pris (prøve)", "group": group, "unit": "bruker", "price_ore": price}
    return {
        "agreement_id": agreement.agreement_id,
        "price_version": 1 if last is None else last.value.price_version + 1,
        "items": [item | {"price_index": s.often(None, "konsumprisindeksen")}],
        "budget_effect": s.often(None, effect),
    }


def measure(s: Scene) -> Fields | None:
    """Measures what the version in force promised, over the days since it came into force."""
    agreement = running(s)
    mark = None if agreement is None else s.state.agreements.level_on(agreement.agreement_id, s.day).certain
    if agreement is None or mark is None or not mark.value.targets:
        return None
    last_day = s.day - timedelta(days=s.r.choice([0, 0, 1, 7]))
    first_day = max(mark.effective.latest, agreement.life.certain_from, last_day - timedelta(days=30))
    if first_day > last_day:
        return None
    return {
        "agreement_id": agreement.agreement_id,
        "period": {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()},
        "rows": [row(s, target.target_id) for target in mark.value.targets],
    }


def row(s: Scene, target_id: str) -> Fields:
    """Returns what a target came to: most often met, now and then only when minutes are left out."""
    told: dict[str, Any] = {"target_id": target_id, "value": s.r.choice(["99.9", "99.5", "99.2", "97"])}
    if s.r.random() < 0.3:
        told |= {"net_value": "99.7", "excluded": [{"minutes": 60, "why": "Varslet vedlikehold (prøve)"}]}
    return told


def review(s: Scene) -> Fields | None:
    """Reviews an agreement with its customers."""
    agreement = running(s)
    customers = None if agreement is None else agreement.customers.certain(s.day)
    if agreement is None or not customers:
        return None
    months = 12 if agreement.review_months == "unknown" else agreement.review_months
    office = s.one(sorted(s.state.bodies.offices))
    improvement = {"improvement_id": "tiltak", "what": "Raskere svar (prøve)", "owner_office": office}
    return {
        "agreement_id": agreement.agreement_id,
        "customers_present": s.some(list(customers)),
        "provider_present": True,
        "reviewed": s.often([], [{"target_id": "oppetid", "outcome": "met"}]),
        "findings": s.often("Går greit (prøve)."),
        "improvements": s.often([], [improvement]),
        "next_review": months_after(s.day, months).isoformat(),
    }


def declare_breach(s: Scene) -> Fields | None:
    """Declares a breach that a measurement shows, by a party."""
    held = {(b.event.agreement_id, b.event.target_id, b.event.period) for b in s.state.agreements.breaches.values()}
    missed = [
        (agreement_id, measured.period, verdict.target_id)
        for agreement_id, by_period in sorted(s.state.agreements.measurements.items())
        for _, measured in sorted(by_period.items())
        for verdict in measured.verdicts
        if verdict.outcome == "missed" and (agreement_id, verdict.target_id, measured.period) not in held
    ]
    found = s.one(missed)
    if found is None:
        return None
    agreement_id, period, target_id = found
    by = s.one(s.state.agreements.agreements[agreement_id].customers.certain(s.day) or ())
    if by is None:
        return None
    return {
        "breach_id": s.fresh("brudd", s.state.agreements.breaches),
        "agreement_id": agreement_id,
        "target_id": target_id,
        "period": period.model_dump(mode="json"),
        "by": {"kind": "member", "id": by},
        "consequence": s.often(None, "Prisavslag (prøve)"),
    }


def resolve_breach(s: Scene) -> Fields | None:
    """Settles a breach that is open."""
    waiting = sorted(i for i, breach in s.state.agreements.breaches.items() if breach.resolved_by is None)
    breach_id = s.one(waiting)
    if breach_id is None:
        return None
    outcome = s.r.choice(["credited", "remedied", "waived", "rejected"])
    return {
        "breach_id": breach_id,
        "outcome": outcome,
        "credit_ore": s.r.randint(0, 1_000_00) if outcome == "credited" else None,
    }
