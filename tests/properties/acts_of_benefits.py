"""What may be sent to a book as it stands, of strategies, goals and benefits; see `acts`."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from domain.benefits import Benefit
from domain.benefits.alignment import Contribution
from domain.benefits.goals import Arena
from domain.benefits.planning import BenefitType, Category
from domain.benefits.strategies import Level, versions_of
from domain.constitution import ReasonCode
from domain.vocabulary import ProductGroup
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_money import adopting
from tests.properties.acts_of_power import holders


def adopt_strategy(s: Scene) -> Fields | None:
    """Adopts a strategy or its next version, on a decision where there is one."""
    decision_id = adopting(s)
    if decision_id == "unknown" and s.r.random() < 0.8:
        return None
    strategy_id = s.r.choice(["ikt", "helse"])
    return {
        "strategy_id": strategy_id,
        "strategy_version": len(versions_of(s.state.benefits.strategies, strategy_id).marks) + 1,
        "title": "Strategien (prøve)",
        "strategy_level": s.often(s.r.choice(get_args(Level)), "unknown", 0.95),
        "owned_by": s.one(holders(s)) or {"kind": "collaboration", "id": "this"},
        "strategy_for": s.some(s.members, 0),
        "goal_ids": s.some(sorted(s.state.benefits.goals), 0),
        "until": s.often(None, s.later(300, 1_500), 0.6),
        "decision_id": decision_id,
    }


def define_goal(s: Scene) -> Fields | None:
    """Sets a goal; now and then one that cannot be measured."""
    return {
        "goal_id": s.fresh("maal", s.state.benefits.goals),
        "kind": s.r.choice(["effect", "operating"]),
        "title": "Målet (prøve)",
        "statement": s.often("Færre feil (prøve)."),
        "indicator": "Feil i måneden",
        "unit": "feil",
        "operator": "at_most",
        "target": s.often("10.5", "unknown", 0.95),
        "good_enough": s.often("12", s.r.choice([None, "9"]), 0.8),
        "due": s.later(),
        "owned_by": s.often(s.one(holders(s)) or {"kind": "collaboration", "id": "this"}, "unknown", 0.95),
        "arena": s.often(s.r.choice(get_args(Arena))),
        "reason_code": s.often(s.r.choice(get_args(ReasonCode))),
        "tied_to": s.often(None, _tie(s), 0.9),
    }


def _tie(s: Scene) -> Fields | None:
    """Returns what some agreement promises, now and then by another name."""
    levels = s.state.agreements.levels
    promised = s.one(
        (agreement_id, target.metric)
        for agreement_id, line in sorted(levels.items())
        for mark in line.marks
        for target in mark.value.targets
    )
    if promised is None:
        return None
    return {"agreement_id": promised[0], "metric": s.often(promised[1], "Noe annet", 0.9)}


def measure_goal(s: Scene) -> Fields | None:
    """Measures a goal as of a day that has been."""
    goal_id = s.one(sorted(s.state.benefits.goals))
    if goal_id is None:
        return None
    as_of = s.day - timedelta(days=s.r.randint(0, 20))
    return {"goal_id": goal_id, "as_of": as_of.isoformat(), "value": s.r.choice(["9", "10.5", "11", "-3"])}


def align(s: Scene) -> Fields | None:
    """Holds something against a goal, now and then so that goals would go in a circle."""
    benefits, agreements = s.state.benefits, s.state.agreements
    goal_id = s.one(sorted(benefits.goals))
    kinds = {
        "goal": benefits.goals,
        "service": agreements.services,
        "agreement": agreements.agreements,
        "benefit": benefits.by_id,
    }
    node = s.one((kind, id_) for kind, held in kinds.items() for id_ in sorted(held) if id_ != goal_id)
    if goal_id is None or node is None:
        return None
    contribution = s.r.choice(get_args(Contribution))
    return {"aligned": {"kind": node[0], "id": node[1]}, "goal_id": goal_id, "contribution": contribution}


def plan(s: Scene) -> Fields | None:
    """Plans a benefit, or the next version of its plan; now and then without an owner."""
    owner = s.one(office.office_id for office in s.alive(s.state.bodies.offices))
    if owner is None and s.r.random() < 0.9:
        return None
    benefit_id = s.often(s.fresh("gevinst", s.state.benefits.by_id), s.one(sorted(s.state.benefits.by_id)) or "gevinst")
    held = s.state.benefits.by_id.get(benefit_id)
    return {
        "benefit_id": benefit_id,
        "benefit_version": 1 if held is None else len(held.plans.marks) + 1,
        "title": "Gevinsten (prøve)",
        "category": s.r.choice(get_args(Category)),
        "benefit_type": s.r.choice(get_args(BenefitType)),
        "hierarchy_level": s.r.choice(get_args(ProductGroup)),
        "member_ids": s.some(s.members, 0),
        "owner_office": owner or "unknown",
        "unit": "timer",
        "target": "100",
        "minimum": s.often("50", "101", 0.95),
        "baseline_due": s.later(1, 30),
        "effect_from": s.later(31, 90),
        "due": s.later(200, 900),
        "measures": [{"what": "Gjøre det (prøve)", "by_office": s.often("unknown", owner or "unknown")}],
    }


def _unsettled(s: Scene) -> Benefit | None:
    return s.one(benefit for _, benefit in sorted(s.state.benefits.by_id.items()) if benefit.settled_by is None)


def measure(s: Scene) -> Fields | None:
    """Measures a benefit as of a day that has been."""
    benefit = _unsettled(s)
    if benefit is None:
        return None
    baseline = not benefit.measurements and s.r.random() < 0.6
    return {
        "benefit_id": benefit.benefit_id,
        "measured_as": "baseline" if baseline else "follow_up",
        "as_of": (s.day - timedelta(days=s.r.randint(0, 20))).isoformat(),
        "value": s.r.choice(["0", "49.5", "50", "100", "-3"]),
    }


def settle(s: Scene) -> Fields | None:
    """Settles a benefit: realised once it is measured, and in the budget where an amendment gives room for it."""
    benefit, decision_id = _unsettled(s), adopting(s)
    if benefit is None or (decision_id == "unknown" and s.r.random() < 0.8):
        return None
    measured = benefit.measured("follow_up", s.day) is not None or s.r.random() < 0.1
    status = s.r.choice(["realised", "partly"] if measured else ["dropped", "extended"])
    amended = s.one(
        (year, amendment.amendment_no)
        for year, budget in sorted(s.state.budgets.by_year.items())
        for amendment in budget.amendments
        if "salg" in budget.order
    )
    saving = None
    if measured and amended is not None:
        year, number = amended
        amount = s.often(1, 90_000_000, 0.8)
        saving = {"year": year, "amendment_no": number, "line_id": "salg", "amount_ore": amount}
    elif measured and benefit.plan_on(s.day).benefit_type == "budget" and s.r.random() < 0.9:
        status = "dropped"
    return {
        "benefit_id": benefit.benefit_id,
        "status": status,
        "budget_saving": saving,
        "extended_to": s.later(1_000, 2_000) if status == "extended" else None,
        "decision_id": decision_id,
    }
