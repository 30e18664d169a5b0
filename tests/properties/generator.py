"""Commands to a book as it stands, by chance: any history a book could have, the same for the same seed.

Most are such as the rules accept; the rest name what is not there, come twice, are in another mode, or at another time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import orjson
from pydantic import ValidationError

from domain.collaboration import COMMANDS, AnyCommand, Collaboration
from domain.dates import Interval
from domain.kernel import Rejection
from domain.text import INT_MAX
from ledger.application import Ledger
from ledger.deciding import FOUNDING, Submission, advanced
from tests.properties import (
    acts,
    acts_of_agreements,
    acts_of_audits,
    acts_of_authority,
    acts_of_bodies,
    acts_of_cases,
    acts_of_constitution,
    acts_of_costs,
    acts_of_decisions,
    acts_of_meetings,
    acts_of_minutes,
    acts_of_money,
    acts_of_power,
    acts_of_votes,
)
from tests.properties.acts import Act, Fields, Scene

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
    "cost_key.adopt": acts_of_costs.adopt_key,
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
    "audit.open": acts_of_audits.open_audit,
    "audit_finding.raise": acts_of_audits.raise_finding,
    "audit_finding.answer": acts_of_audits.answer_finding,
    "personal_data.erase": acts_of_audits.erase,
}
"""How fields of each type of command are found. A type that is missing here fails the tests that use this."""

FIRST_DAY = date(2016, 1, 1)
LAST_DAY = date(2027, 12, 31)

READY = 12
"""How much likelier a command is that something in the book waits for."""

SELDOM = dict.fromkeys((
    "person.merge", "cost_key.adopt", "person_contact.record", "interest.declare", "office.abolish",
    "service_review.hold", "personal_data.erase",
), 0.4)  # fmt: skip
"""What there is always something to do it to, and few stories are about."""

TOGETHER = 0.2
"""How often one command is followed by another in the same submission."""

WILD = 0.25
"""How often something about a command is changed so that the rules may well refuse it."""


def first_day(r: Random) -> date:
    """Returns the day a history begins."""
    return FIRST_DAY + timedelta(days=r.randrange((LAST_DAY - FIRST_DAY).days))


def next_day(r: Random, day: date) -> date:
    """Returns the day of the next command: the same, soon after, or now and then a year later."""
    return day + timedelta(days=r.choice((0, 0, 0, 1, 2, 7, 14, 30, 30, 60, 400)))


def noon(day: date) -> datetime:
    """Returns noon of a day."""
    return datetime.combine(day, time(12), UTC)


def next_command(r: Random, state: Collaboration, day: date) -> AnyCommand:
    """Returns a command to a book on a day."""
    scene = Scene(r, state, day)
    while True:
        name, fields = _act(scene)
        fields = {**_envelope(scene, name, fields), **fields}
        if r.random() < WILD:
            r.choice(WILDNESS)(scene, fields)
        try:
            return COMMANDS[name].model_validate_json(orjson.dumps({"type": name, **fields}))
        except ValidationError:
            continue  # changed into what no client could send


def _act(s: Scene) -> tuple[str, Fields]:
    if s.state.constitution.founding is None:
        return FOUNDING, acts.found(s) or {}  # nothing else opens a book
    weights = dict.fromkeys(ACTS, 1.0) | _likelier(s)
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
    if any(kind == "frame" for kind, _ in s.state.resolutions.rounds):
        weights["member_frame.set"] = 2
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


def _envelope(s: Scene, name: str, sent: Fields) -> Fields:
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
        fields["effective"] = s.often(day, {"earliest": _before(s, 40), "text": "i løpet av våren"}, 0.5)
    elif chance < 0.25:
        fields |= {"mode": "record", "reason": "Ført i ettertid (prøve)."}
    if s.r.random() < 0.05:
        fields["access"] = {"level": "shielded", "legal_basis": "offentleglova § 13"}
    return fields


def _before(s: Scene, most: int) -> str:
    return (s.day - timedelta(days=s.r.randint(0, most))).isoformat()


# What is changed now and then --------------------------------------------------------------


def _at_another_time(s: Scene, fields: Fields) -> None:
    fields["effective"] = s.r.choice([_before(s, 800), s.later(1, 800), "2199-12-31", "1900-02-28"])


def _roughly(s: Scene, fields: Fields) -> None:
    earliest = _before(s, 400)
    fields["effective"] = {"earliest": earliest, "latest": s.r.choice([None, s.day.isoformat(), s.later(1, 90)])}


def _with_a_stranger(s: Scene, fields: Fields) -> None:
    ids = [name for name, value in fields.items() if name.endswith("_id") and isinstance(value, str)]
    if ids:
        fields[s.r.choice(ids)] = s.r.choice(["ukjent", "m-1", "organ-1", "verv-1", "fullmakt-1", "sla-1", "vedtak-1"])


def _resting_on_nothing(s: Scene, fields: Fields) -> None:
    fields |= {"basis": [], "evidence": []}


def _in_another_mode(s: Scene, fields: Fields) -> None:
    mode = s.r.choice(["decide", "record", "import"])
    source = {"title": "Avis (prøve)", "read_on": s.day.isoformat()}
    fields |= {"mode": mode, "reason": "Slik ble det (prøve).", "source": source}


def _by_someone(s: Scene, fields: Fields) -> None:
    fields["acted_by"] = s.r.choice(
        [{"body": "organ-1"}, {"office": "verv-1", "person": "person-1"}, {"person": "ukjent"}]
    )


def _twice(s: Scene, fields: Fields) -> None:
    lists = [value for value in fields.values() if isinstance(value, list) and value]
    if lists:
        chosen = s.r.choice(lists)
        chosen.append(s.r.choice(chosen))


def _to_the_bounds(s: Scene, fields: Fields) -> None:
    places = list(_whole_numbers(fields))
    if places:
        holder, key = s.r.choice(places)
        holder[key] = s.r.choice([0, 1, INT_MAX - 1, INT_MAX])


def _whole_numbers(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if type(item) is int:
            yield value, key
        else:
            yield from _whole_numbers(item)


WILDNESS: tuple[Callable[[Scene, Fields], None], ...] = (
    _at_another_time,
    _roughly,
    _with_a_stranger,
    _resting_on_nothing,
    _in_another_mode,
    _by_someone,
    _twice,
    _to_the_bounds,
)


# Histories ---------------------------------------------------------------------------------


@dataclass
class Teller:
    """Tells one book's history, command by command."""

    seed: int
    r: Random = field(init=False)
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.r = Random(self.seed)
        self.day = first_day(self.r)

    def clock(self) -> datetime:
        """Returns noon of the day the history has come to."""
        return noon(self.day)

    def turn(self) -> None:
        """Goes on to the day of what comes next."""
        self.day = next_day(self.r, self.day)

    def tell(self, state: Collaboration) -> AnyCommand:
        """Returns the next command to the book, which stands as `state`."""
        return next_command(self.r, state, self.day)


@dataclass
class Told:
    """What became of one history."""

    sent: Counter[str] = field(default_factory=Counter)
    """By type of command."""
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """By code."""


def tell(ledger: Ledger, collaboration_id: str, seed: int, length: int) -> Told:
    """Sends a history of so many commands to a book, now and then some together. Raises what is no Rejection.

    The ledger's clock shows the day the history has come to.
    """
    teller, told = Teller(seed), Told()
    ledger.clock = teller.clock
    while told.sent.total() < length:
        teller.turn()
        book, together = ledger.book(collaboration_id), list[AnyCommand]()
        try:
            while not together or (teller.r.random() < TOGETHER and told.sent.total() < length):
                command = teller.tell(book.state)
                if together and command.type == "minutes.sign":
                    break  # it names the bytes of entries, which are not recorded yet
                told.sent[command.type] += 1
                decided = ledger.decide(book, Submission(collaboration_id, (command,), "teller"))
                book = advanced(book, decided.steps)
                together.append(command)
        except Rejection as rejection:
            told.refused[rejection.code] += 1
        if together:
            ledger.record(Submission(collaboration_id, tuple(together), "teller"))
            told.accepted.update(command.type for command in together)
    return told
