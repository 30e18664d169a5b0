"""Commands to a book as it stands, by chance: any history a book could have, the same for the same seed.

Most are such as the rules accept; the rest name what is not there, come twice, are in another mode, or at another time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import NamedTuple

import orjson
from pydantic import ValidationError

from domain.collaboration import COMMANDS, AnyCommand
from domain.dates import Interval
from ledger.deciding import FOUNDING
from tests.properties import (
    acts,
    acts_of_agreements,
    acts_of_audits,
    acts_of_authority,
    acts_of_benchmarking,
    acts_of_benefits,
    acts_of_bodies,
    acts_of_cases,
    acts_of_constitution,
    acts_of_costs,
    acts_of_decisions,
    acts_of_meetings,
    acts_of_minutes,
    acts_of_money,
    acts_of_power,
    acts_of_readiness,
    acts_of_records,
    acts_of_votes,
)
from tests.properties.acts import Act, Fields, Scene
from tests.properties.wildness import before, wild

ACTS: dict[str, Act] = {
    "collaboration.found": acts.found,
    "charter.propose": acts.propose_charter,
    "charter.enter_into_force": acts.enter_into_force,
    "legal_form.change": acts.change_form,
    "collaboration.dissolve": acts_of_constitution.dissolve,
    "member_resolution.record": acts.resolve,
    "member.admit": acts.admit,
    "withdrawal_notice.give": acts.give_notice,
    "member.depart": acts.depart,
    "shares.restate": acts_of_constitution.restate_shares,
    "withdrawal_notice.rescind": acts_of_constitution.rescind_notice,
    "member.succeed": acts.succeed,
    "body.establish": acts.establish_body,
    "seat_plan.adopt": acts.adopt_seat_plan,
    "body_rules.adopt": acts_of_bodies.adopt_rules,
    "body.dissolve": acts.dissolve_body,
    "office.establish": acts.establish_office,
    "office.abolish": acts_of_bodies.abolish_office,
    "person.register": acts.register_person,
    "person_contact.record": acts_of_bodies.record_contact,
    "person.merge": acts_of_bodies.merge_persons,
    "interest.declare": acts_of_bodies.declare_interest,
    "interest.end": acts_of_bodies.end_interest,
    "staff_placement.change": acts_of_bodies.change_staffing,
    "seat.fill": acts.fill_seat,
    "seat.vacate": acts.vacate_seat,
    "authority.grant": acts_of_power.grant,
    "authority.revoke": acts_of_authority.revoke,
    "authority.subdelegate": acts_of_authority.subdelegate,
    "authority.suspend": acts_of_authority.suspend,
    "authority.restore": acts_of_authority.restore,
    "authority_instruction.issue": acts_of_authority.instruct,
    "authority.exercise": acts_of_authority.exercise,
    "delegation_rules.adopt": acts_of_authority.adopt_rules,
    "authority_use.report": acts_of_authority.report,
    "case.open": acts_of_cases.open_case,
    "case_document.attach": acts_of_cases.attach,
    "case.close": acts_of_cases.close,
    "meeting.call": acts_of_meetings.call,
    "agenda.change": acts_of_meetings.change_agenda,
    "meeting.open": acts_of_meetings.open_meeting,
    "attendance.change": acts_of_meetings.change_attendance,
    "meeting_access.change": acts_of_meetings.change_doors,
    "impartiality.decide": acts_of_meetings.decide_impartiality,
    "meeting.adjourn": acts_of_meetings.adjourn,
    "proposal.table": acts_of_votes.table,
    "proposal.withdraw": acts_of_votes.withdraw,
    "vote.take": acts_of_votes.take,
    "minutes.sign": acts_of_minutes.sign,
    "minutes.approve": acts_of_minutes.approve,
    "minutes.publish": acts_of_minutes.publish,
    "decision.make": acts_of_decisions.decide,
    "decision_condition.fulfil": acts_of_decisions.fulfil,
    "irregularity.heal": acts_of_decisions.heal,
    "dissent.record": acts_of_decisions.dissent,
    "decision.notify": acts_of_decisions.notify,
    "decision.challenge": acts_of_decisions.challenge,
    "challenge.resolve": acts_of_decisions.resolve,
    "decision.reverse": acts_of_decisions.reverse,
    "follow_up.assign": acts_of_decisions.assign,
    "follow_up.report": acts_of_decisions.report,
    "member_frame.set": acts_of_money.set_frame,
    "budget.adopt": acts_of_money.adopt_budget,
    "budget.amend": acts_of_money.amend_budget,
    **acts_of_costs.ACTS,
    "service.register": acts_of_money.register_service,
    "service_agreement.conclude": acts_of_money.conclude,
    "service_level.revise": acts_of_money.revise,
    "product_group.define": acts_of_agreements.define_group,
    "service.retire": acts_of_agreements.retire,
    "agreement_phase.change": acts_of_agreements.change_phase,
    "price_terms.revise": acts_of_agreements.revise_prices,
    "targets.measure": acts_of_agreements.measure,
    "service_review.hold": acts_of_agreements.review,
    "breach.declare": acts_of_agreements.declare_breach,
    "breach.resolve": acts_of_agreements.resolve_breach,
    "service_agreement.terminate": acts_of_money.terminate,
    "readiness.assess": acts_of_readiness.assess,
    "model_options.assess": acts_of_readiness.compare,
    "pitfall.raise": acts_of_readiness.raise_pitfall,
    "pitfall.handle": acts_of_readiness.handle_pitfall,
    "audit.open": acts_of_audits.open_audit,
    "audit_finding.raise": acts_of_audits.raise_finding,
    "audit_finding.answer": acts_of_audits.answer_finding,
    "strategy.adopt": acts_of_benefits.adopt_strategy,
    "goal.define": acts_of_benefits.define_goal,
    "goal.measure": acts_of_benefits.measure_goal,
    "goal.align": acts_of_benefits.align,
    "benefit.plan": acts_of_benefits.plan,
    "benefit.measure": acts_of_benefits.measure,
    "benefit_status.decide": acts_of_benefits.settle,
    "personal_data.erase": acts_of_audits.erase,
    **acts_of_records.ACTS,
    **acts_of_benchmarking.ACTS,
}
"""How fields of each type of command are found. A type that is missing here fails the tests that use this."""

FIRST_DAY = date(2016, 1, 1)
LAST_DAY = date(2027, 12, 31)

READY = 12
"""How much likelier a command is that something in the book waits for."""

SELDOM = dict.fromkeys((
    "person.merge", "cost_key.adopt", "person_contact.record", "interest.declare", "office.abolish",
    "service_review.hold", "personal_data.erase", "cost_drivers.record", "actuals.record", "deviation.report",
    "strategy.adopt", "goal.define", "readiness.assess", "model_options.assess", "pitfall.raise",
    "entry_access.change", "external_record.link", "benchmark_consent.give",
), 0.4)  # fmt: skip
"""What there is always something to do it to, and few stories are about."""

WILD_AGAIN = 0.4
"""How often what was changed is changed once more."""


REGISTER_OF: dict[str, str] = {name: cls.__module__.split(".")[1] for name, cls in COMMANDS.items()}
"""The register by type of command."""


class Sent(NamedTuple):
    """A command, and what it was made of."""

    fields: Fields
    command: AnyCommand


def first_day(r: Random) -> date:
    """Returns the day a history begins."""
    return FIRST_DAY + timedelta(days=r.randrange((LAST_DAY - FIRST_DAY).days))


def next_day(r: Random, day: date) -> date:
    """Returns the day of the next command: the same, soon after, or now and then a year later."""
    return day + timedelta(days=r.choice((0, 0, 0, 1, 2, 7, 14, 30, 30, 60, 400)))


def noon(day: date) -> datetime:
    """Returns noon of a day."""
    return datetime.combine(day, time(12), UTC)


def next_command(scene: Scene, mood: Mapping[str, float] = MappingProxyType({}), wildness: float = 0.25) -> Sent:
    """Returns a command to a book on a day; `mood` says how likely each register is, evenly where it says nothing.

    `wildness` is how often something about it is changed so that the rules may well refuse it.
    """
    while True:
        name, fields = acts_of_records.correct(scene) or _act(scene, mood)
        fields = {**envelope(scene, name, fields), **fields}
        if scene.r.random() < wildness:
            name, fields = wild(scene, name, fields)
            if scene.r.random() < WILD_AGAIN:
                name, fields = wild(scene, name, fields)
        sent = sendable(name, fields)
        if sent is not None:
            return sent


def sendable(name: str, fields: Fields) -> Sent | None:
    """Returns the command with what it was made of, None where no client could send it."""
    try:
        return Sent(fields, COMMANDS[name].model_validate_json(orjson.dumps({"type": name, **fields})))
    except ValidationError:
        return None


def _act(s: Scene, mood: Mapping[str, float]) -> tuple[str, Fields]:
    if s.state.constitution.founding is None:
        return FOUNDING, acts.found(s) or {}  # nothing else opens a book
    weights = {name: mood.get(REGISTER_OF[name], 1.0) for name in ACTS} | _likelier(s)
    while True:
        (name,) = s.r.choices(list(weights), list(weights.values()))
        fields = ACTS[name](s)
        if fields is not None:
            return name, fields
        del weights[name]


def _likelier(s: Scene) -> dict[str, float]:
    """Returns the weights of what the book waits for, so that long stories come to their end."""
    constitution, weights = s.state.constitution, {"seat.fill": 2.0, "decision.make": 2.0, **SELDOM}
    if constitution.dissolution is not None:
        return {"member_resolution.record": READY * READY}
    waiting = {ref for kind, ref, _ in acts.unresolved(s) if kind == "charter"}
    charter = constitution.charter_on(s.day)
    if waiting:
        weights["member_resolution.record"] = READY
        weights["charter.propose"] = 0.1
    if any(not c.in_force_entry and v not in waiting for v, c in constitution.charters.items()):
        weights["charter.enter_into_force"] = READY
    if charter is not None and s.standing.form is not None and charter.legal_form != s.standing.form.id:
        weights["legal_form.change"] = READY
    weights |= _of_meetings(s)
    if any(kept.healed_by is None and kept.overtaken_by is None for kept in s.state.irregular.by_entry.values()):
        weights["irregularity.heal"] = 3.0
    if any(grant.suspended(Interval.exact(s.day)) for grant in s.state.authority.grants.values()):
        weights["authority.restore"] = 4.0
    if any(task.status == "open" for task in s.state.decisions.follow_ups.values()):
        weights["follow_up.report"] = READY
    if any(breach.resolved_by is None for breach in s.state.agreements.breaches.values()):
        weights["breach.resolve"] = READY
    if any(line.last is not None and line.last.value.targets for line in s.state.agreements.levels.values()):
        weights |= {"targets.measure": 2.0, "breach.declare": READY}
    if any(benefit.settled_by is None for benefit in s.state.benefits.by_id.values()):
        weights |= {"benefit.measure": 4.0, "benefit_status.decide": 8.0}
    if any(kind == "frame" for kind, _ in s.state.resolutions.rounds):
        weights["member_frame.set"] = 2
    weights |= acts_of_costs.likelier(s)
    if any(made.open_effects and made.open_conditions for made in s.state.decisions.by_id.values()):
        weights["decision_condition.fulfil"] = 4.0
    return weights | dict.fromkeys(acts_of_decisions.waiting(s), READY)


def _of_meetings(s: Scene) -> dict[str, float]:
    """Returns the weights of what meetings wait for."""
    meetings = s.state.meetings.by_id.values()
    weights: dict[str, float] = {}
    if any(meeting.opened_by is None for meeting in meetings):
        weights["meeting.open"] = 5
    if any(meeting.is_open for meeting in meetings):
        weights |= dict.fromkeys(("attendance.change", "meeting_access.change", "impartiality.decide"), 5.0)
        weights |= {"proposal.table": 3.0, "vote.take": 4.0, "meeting.adjourn": 3.0, "impartiality.decide": 12.0}
    if any(meeting.adjourned_by is not None for meeting in meetings):
        weights |= dict.fromkeys(("minutes.sign", "minutes.approve", "minutes.publish"), 3.0)
        weights |= {"minutes.sign": 6.0, "minutes.approve": 8.0}
    if s.state.minutes.signed:
        weights["minutes.publish"] = 8.0
    return weights


def envelope(s: Scene, name: str, sent: Fields) -> Fields:
    """Returns what comes with any command: when, in which mode, on what it rests."""
    day = s.day.isoformat()
    fields: Fields = {
        "effective": s.often(None, day),
        "basis": [{"kind": "law", "ref": "kommuneloven § 5-4"}],
        "evidence": [{"sha256": hashlib.sha256(day.encode()).hexdigest(), "name": "sak.pdf"}],
    }
    decided = acts_of_decisions.resting_on(s, name, sent)
    if decided is not None and s.r.random() < 0.7:
        fields["basis"] = [{"kind": "decision", "ref": decided}]
    chance = s.r.random()
    if chance < 0.15:
        fields |= {
            "mode": "import",
            "source": {"title": "Møtebok (prøve)", "read_on": day, "url": "https://example.invalid/"},
        }
        fields["effective"] = s.often(day, {"earliest": before(s, 40), "text": "i løpet av våren"}, 0.5)
    elif chance < 0.25:
        fields |= {"mode": "record", "reason": "Ført i ettertid (prøve)."}
    if s.r.random() < 0.05:
        fields["access"] = {"level": "shielded", "legal_basis": "offentleglova § 13"}
    return fields
