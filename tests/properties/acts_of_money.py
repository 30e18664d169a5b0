"""What may be sent to a book as it stands, of budgets, services and agreements; see `acts`."""

from __future__ import annotations

from typing import Any, get_args

from domain.budgets.competence import COMPETENCE
from domain.vocabulary import Ambition, ProductGroup
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_power import holders

# Budgets ---------------------------------------------------------------------------------


def adopting(s: Scene) -> str:
    """Returns a decision that can adopt something, `unknown` where there is none."""
    made = [d for d, m in sorted(s.state.decisions.by_id.items()) if m.kind == "resolution"]
    return s.one(made) or "unknown"


def budgeting(s: Scene) -> str:
    """Returns a decision that can adopt a budget: of the top body, where the form says that it is for that one."""
    form = s.standing.form
    if form is None or form.id not in COMPETENCE:
        return adopting(s)
    tops = {id_ for id_, body in s.state.bodies.bodies.items() if body.is_top_of(s.standing)}
    made = [d for d, m in sorted(s.state.decisions.by_id.items()) if m.kind == "resolution" and m.body in tops]
    return s.one(made) or "unknown"


def set_frame(s: Scene) -> Fields | None:
    """Sets a frame a council has resolved on, where one has."""
    rounds = sorted(
        (ref, m) for (kind, ref), lines in s.state.resolutions.rounds.items() if kind == "frame" for m in lines
    )
    unset = [(year, m) for year, m in rounds if (int(year), m) not in s.state.budgets.frames]
    year, member_id = s.one(unset) or (str(s.day.year), s.one(s.deciding))
    if member_id is None or (not unset and s.r.random() < 0.8):
        return None
    frames = {"operating_frame": 90_000_000, "investment_frame": 9_000_000}
    return {"year": int(year), "member_id": member_id, **frames}


def adopt_budget(s: Scene) -> Fields | None:
    """Adopts the first budget there is not, in balance and within the frames, on a decision where there is one."""
    decision_id = budgeting(s)
    if decision_id == "unknown" and s.r.random() < 0.8:
        return None
    year = next(year for year in range(s.day.year, 2_199) if year not in s.state.budgets.by_year)
    form = s.standing.form
    years = 4 if form is not None and form.id == "iks" else s.r.choice([1, 4])
    framed = [m for m in s.deciding if (year, m) in s.state.budgets.frames]
    payers = framed if form is not None and form.frames_from_members else list(s.deciding)
    amounts = [s.r.randint(1, 50) * 1_000_00 for _ in range(years)]
    lines = [line("drift", "expense", [amount * (len(payers) + 1) for amount in amounts])]
    lines.append(line("salg", "income", amounts))
    lines += [line(f"tilskudd-{m}", "income", amounts, member_id=m) for m in payers]
    if s.r.random() < 0.5:
        lines += [line("kjop", "expense", amounts, "investment"), line("fond", "income", amounts, "investment")]
    return {"year": year, "lines": lines, "decision_id": decision_id, "goals": s.often("Billigere drift (prøve).")}


def line(line_id: str, direction: str, amounts: list[int], part: str = "operating", **fields: Any) -> Fields:
    """Returns a budget line."""
    return {
        "line_id": line_id,
        "name": f"Prøve {line_id}",
        "part": part,
        "direction": direction,
        "amounts": amounts,
        **fields,
    }


def amend_budget(s: Scene) -> Fields | None:
    """Amends a budget by as much income as expense."""
    budget = s.one(budget for _, budget in sorted(s.state.budgets.by_year.items()))
    if budget is None or not {"drift", "salg"} <= set(budget.order):
        return None
    amounts = [s.r.randint(0, 9) * 1_000_00 for _ in range(budget.plan_years)]
    return {
        "year": budget.year,
        "amendment_no": budget.next_amendment,
        "deltas": [{"line_id": "drift", "amounts": amounts}, {"line_id": "salg", "amounts": amounts}],
        "cause": "Mer å gjøre (prøve).",
        "decision_id": budgeting(s),
    }


# Services and agreements -----------------------------------------------------------------


def register_service(s: Scene) -> Fields | None:
    """Enters a service in the catalogue."""
    return {
        "service_id": s.fresh("tjeneste", s.state.agreements.services),
        "name": "Prøvetjenesten",
        "group": s.r.choice(get_args(ProductGroup)),
        "owner_office": s.often("unknown", s.one(sorted(s.state.bodies.offices)) or "unknown"),
        "consumers": s.some(s.members, 0),
        "statutory": s.often("unknown", other=True),
        "ambition": s.often("unknown", s.r.choice(get_args(Ambition))),
    }


def conclude(s: Scene) -> Fields | None:
    """Concludes an agreement with some of the members."""
    if not s.members:
        return None
    providers = [
        {"kind": "collaboration", "id": "this"},
        *holders(s),
        *({"kind": "member", "id": m} for m in s.deciding),
    ]
    return {
        "agreement_id": s.fresh("sla", s.state.agreements.agreements),
        "name": "Driftsavtalen (prøve)",
        "provider": s.r.choice(providers),
        "customers": s.some(s.members),
        "services": s.some(sorted(s.state.agreements.services), 0),
        "until": s.often(None, s.later(300, 1_500), 0.6),
        "review_months": s.r.choice([6, 12, 24]),
        "notice_months": s.often("unknown", s.r.choice([0, 3]), 0.8),
        "conditions": s.often([], [{"condition_id": "samband", "what": "Sambandet er oppe (prøve)"}]),
    }


def revise(s: Scene) -> Fields | None:
    """Lays down the next version of an agreement's service levels."""
    agreement = s.one(s.alive(s.state.agreements.agreements))
    if agreement is None:
        return None
    line_ = s.state.agreements.levels.get(agreement.agreement_id)
    last = None if line_ is None else line_.last
    budget = s.one(budget for _, budget in sorted(s.state.budgets.by_year.items()))
    effect = budget and {"year": budget.year, "line_id": "drift", "amount": s.r.randint(1, 1_000)}
    target = {"target_id": "oppetid", "metric": "Oppetid", "operator": "at_least", "value": "99.5", "unit": "prosent"}
    return {
        "agreement_id": agreement.agreement_id,
        "sla_version": 1 if last is None else last.value.sla_version + 1,
        "name": "Tjenestenivå (prøve)",
        "targets": s.often([target | {"good_enough": s.often("99", None), "ideal": s.often(None, "99.9")}], []),
        "targets_complete": s.often("unknown", other=True),
        "reason_text": s.often("Ny avtale (prøve)."),
        "budget_effect": s.often(None, effect),
        "review_ref": agreement.agreement_id if agreement.agreement_id in s.state.agreements.reviews else None,
    }


def terminate(s: Scene) -> Fields | None:
    """Ends an agreement, by its provider or a customer."""
    agreement = s.one(s.alive(s.state.agreements.agreements))
    if agreement is None:
        return None
    provider = agreement.provider.certain(s.day)
    customers = agreement.customers.certain(s.day) or ()
    parties = [provider.model_dump()] if provider else []
    by = s.one([*parties, *({"kind": "member", "id": m} for m in customers)])
    if by is None:
        return None
    return {
        "agreement_id": agreement.agreement_id,
        "by": by,
        "notice_given_on": s.day.isoformat(),
        "exit_plan": "Tas over av kundene (prøve).",
    }
