"""Authority exercised: refusals in order of precedence, ceilings to the øre, and what counts against which grant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.authority import (
    ActRef,
    AuthorityExercised,
    AuthorityInstructionIssued,
    AuthorityRevoked,
    AuthoritySuspended,
    ChainLink,
    Use,
)
from domain.bodies import SeatVacated
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.vocabulary import Holder, Limits, Scope
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import (
    CLERK,
    COUNCIL,
    DEPUTY,
    MANAGER,
    SINCE,
    SOURCE,
    body,
    governed,
    granted,
    imported,
    seated,
)

AUKRA = Holder(kind="member", id="aukra")
G1 = ChainLink(grant_id="g-1", entry=11)
G2 = ChainLink(grant_id="g-2", entry=12)


def act(actor: Holder = MANAGER, **fields: Any) -> Any:
    """Returns a command by which the manager spends in the summer of 2023."""
    known = {
        "act_id": "a-1",
        "title": "Innkjøp",
        "actor": actor.model_dump(),
        "power": "spend",
        "effective": "2023-06-01",
    }
    return command("authority.exercise", **{**known, **fields})


def acted(actor: Holder = MANAGER, **fields: Any) -> AuthorityExercised:
    """Returns the event it leads to."""
    known: dict[str, Any] = {
        "act_id": "a-1", "title": "Innkjøp", "actor": actor, "power": "spend", "grant_id": "g-1", "chain": (G1,),
    }  # fmt: skip
    return AuthorityExercised(**{**known, **fields})


def staffed(*facts: At, legal_form: Any = "ko") -> Given:
    """Returns a book in which the manager's and the deputy's offices are held."""
    people = (seated("p-1", office_id="manager"), seated("p-2", office_id="deputy"))
    return governed(*people, *facts, legal_form=legal_form)


def under(*facts: At, legal_form: Any = "ko", **terms: Any) -> Given:
    """Returns a staffed book in which the manager holds a grant of the council."""
    return staffed(granted("g-1", COUNCIL, MANAGER, **terms), *facts, legal_form=legal_form)


def chained(*facts: At, upper: Any = None, lower: Any = None) -> Given:
    """Returns a staffed book in which the manager passed power on to the deputy."""
    return staffed(
        granted("g-1", COUNCIL, MANAGER, depth=1, limits=upper or Limits()),
        granted("g-2", MANAGER, DEPUTY, limits=lower or Limits()),
        *facts,
    )


def spent(number: int, ore: int, day: str, *links: ChainLink, **fields: Any) -> At:
    """Returns an earlier act."""
    return at(day, acted(act_id=f"e-{number}", amount_ore=ore, chain=links or (G1,), **fields))


# Accepted ---------------------------------------------------------------------------------


def test_the_chain_is_stored_in_the_act() -> None:
    event = acted(DEPUTY, grant_id="g-2", chain=(G1, G2), amount_ore=70, party="Prøve AS")
    after = chained().when(act(DEPUTY, amount_ore=70, party="Prøve AS")).then(event)
    state = after.state.authority
    assert [(state.used[Use(g, year=2023)].ore, list(state.used[Use(g, year=2023)].entries)) for g in ("g-1", "g-2")] \
        == [(70, [13]), (70, [13])]  # fmt: skip
    assert state.used[Use("g-1", party="prøve as")].ore == 70
    assert [done.ref for done in state.done_under("g-1")] == [ActRef(kind="act", id="a-1")]


def test_an_act_touches_all_it_rests_on_and_is_about() -> None:
    event = acted(DEPUTY, chain=(G1, G2), person_id="p-2", decision_id="d-1", service_id="drift", member_ids=("aukra",))
    assert subjects(event) == (
        Subject("act", "a-1"),
        Subject("office", "deputy"),
        Subject("grant", "g-2"),
        Subject("grant", "g-1"),
        Subject("person", "p-2"),
        Subject("decision", "d-1"),
        Subject("service", "drift"),
        Subject("member", "aukra"),
    )


def test_without_a_grant_named_the_one_that_carries_it_is_found() -> None:
    book = under(granted("g-2", COUNCIL, MANAGER, limits=Limits(per_act=10)), limits=Limits(per_act=20))
    book.when(act(amount_ore=20)).then(acted(amount_ore=20))
    book.when(act(amount_ore=10, grant_id="g-2")).then(acted(amount_ore=10, grant_id="g-2", chain=(G2,)))
    book.when(act(amount_ore=20, grant_id="g-2")).then_rejected("authority.limit_exceeded", grant_id="g-2")
    rejection = book.when(act(amount_ore=21)).then_rejected("authority.limit_exceeded")
    assert rejection.params["grant_id"] == "g-2"


def test_instructions_that_bind_the_act_are_listed() -> None:
    def told(instruction_id: str, **fields: Any) -> At:
        event = AuthorityInstructionIssued(
            instruction_id=instruction_id, grant_id="g-1", by=COUNCIL, text=seal("Spør."), **fields
        )
        return at("2023-01-01", event)

    book = under(told("i-1"), told("i-2", members=("molde",)), told("i-3", until=date(2023, 5, 31)))
    book.when(act(member_ids=["aukra"])).then(acted(member_ids=("aukra",), instructions=(12,)))
    book.when(act(member_ids=["molde"])).then(acted(member_ids=("molde",), instructions=(12, 13)))
    book.when(act()).then(acted(instructions=(12, 13)))


# What contradicts the book ----------------------------------------------------------------


def test_an_act_is_recorded_once() -> None:
    nobody = Holder(kind="office", id="nobody")
    rejection = under(at("2023-01-01", acted())).when(act(nobody)).then_rejected("authority.already_exercised")
    assert (rejection.nature, rejection.entries) == ("fact", (12,))


@pytest.mark.parametrize("kind", ["office", "body", "member"])
def test_whoever_acts_must_be_known(kind: Any) -> None:
    nobody = Holder(kind=kind, id="nobody")
    rejection = under().when(act(nobody, person_id="p-9")).then_rejected("authority.unknown_actor", actor="nobody")
    assert rejection.nature == "fact"


def test_and_the_person_grant_and_decision_it_names() -> None:
    under().when(act(person_id="p-9", grant_id="g-9")).then_rejected("authority.unknown_person", person_id="p-9")
    under().when(act(grant_id="g-9", decision_id="d-9")).then_rejected("authority.unknown_grant", grant_id="g-9")
    sent = act(decision_id="d-9", member_ids=["vestnes"])
    under().when(sent).then_rejected("authority.unknown_decision", decision_id="d-9")
    under().when(act(member_ids=["vestnes"], power="regulation")).then_rejected("authority.unknown_member")


# What law does not allow ------------------------------------------------------------------


def test_a_form_that_may_not_uses_no_such_power() -> None:
    book = under(powers=("individual_decision",), scope=Scope(case_types=("internal", "building")))
    rejection = book.when(act(power="individual_decision", case_type="building", principle_matter=True)).then_rejected(
        "authority.power_not_allowed_for_form", powers=["individual_decision"]
    )
    assert (rejection.law, rejection.entries) == ("kommuneloven § 19-1", (1,))
    book.when(act(power="individual_decision")).then_rejected("authority.power_not_allowed_for_form")
    event = acted(power="individual_decision", case_type="internal")
    book.when(act(power="individual_decision", case_type="internal")).then(event)


def test_before_the_founding_is_certain_the_form_is_unknown() -> None:
    whole = Holder(kind="collaboration", id="this")
    sent = act(whole, power="regulation", effective="2020-12-31")
    governed().when(sent).then_rejected("authority.form_unknown", on="2020-12-31")


@pytest.mark.parametrize(("legal_form", "law"), [("ko", "kommuneloven § 13-1"), ("host_admin", "kommuneloven § 20-2")])
def test_an_office_handles_no_matter_of_principle(legal_form: Any, law: str) -> None:
    book = staffed(legal_form=legal_form)
    rejection = book.when(act(principle_matter=True)).then_rejected("authority.principle_matter", actor="manager")
    assert (rejection.nature, rejection.law) == ("rule", law)
    board = Holder(kind="body", id="board")
    boards = governed(body("board", "board"), granted("g-1", COUNCIL, board), legal_form=legal_form)
    event = acted(board, principle_matter=True, chain=(ChainLink(grant_id="g-1", entry=10),))
    boards.when(act(board, principle_matter=True)).then(event)


# The grant, and what it rests on ----------------------------------------------------------


def test_without_a_grant_nothing_is_done() -> None:
    rejection = staffed().when(act()).then_rejected("authority.no_valid_grant_at_time", grant_id=None, grants=[])
    assert rejection.nature == "unknown"
    told = act(mode="import", source=SOURCE)
    staffed().when(told).then(acted(grant_id=None, chain=()), unverified=["authority.no_valid_grant_at_time"])


def test_nor_under_somebody_elses() -> None:
    rejection = under().when(act(DEPUTY, grant_id="g-1")).then_rejected("authority.no_valid_grant_at_time", grants=[])
    assert (rejection.nature, rejection.entries) == ("rule", (11,))


def test_nor_before_it_begins_or_after_it_ends() -> None:
    book = under(day="2023-06-01", until=date(2023, 6, 30))
    for day in ("2023-05-31", "2023-07-01"):
        book.when(act(effective=day)).then_rejected("authority.no_valid_grant_at_time", on=day, link="g-1")
    for day in ("2023-06-01", "2023-06-30"):
        book.when(act(effective=day)).then(acted())
    gone = under(at("2023-06-01", AuthorityRevoked(grant_id="g-1")))
    assert gone.when(act()).then_rejected("authority.no_valid_grant_at_time").entries == (11, 12)


def test_nor_while_it_or_what_it_rests_on_is_suspended() -> None:
    held_back = at("2023-06-01", AuthoritySuspended(grant_id="g-1", until=date(2023, 6, 30)))
    rejection = chained(held_back).when(act(DEPUTY)).then_rejected("authority.no_valid_grant_at_time", link="g-1")
    assert rejection.entries == (11, 12, 13)
    event = acted(DEPUTY, grant_id="g-2", chain=(G1, G2))
    chained(held_back).when(act(DEPUTY, effective="2023-07-01")).then(event)


def test_a_grant_that_is_only_possible_passes_unverified_in_an_import() -> None:
    book = under(day="2023-01-01", latest="2024-01-01")
    book.when(act()).then_rejected("authority.grant_uncertain", grant_id="g-1", link="g-1")
    book.when(act(mode="import", source=SOURCE)).then(acted(), unverified=["authority.grant_uncertain"])


# Who holds the office ---------------------------------------------------------------------


def test_an_office_acts_only_while_somebody_holds_it() -> None:
    left = at("2023-06-01", SeatVacated(person_id="p-1", office_id="manager", cause="resigned"))
    rejection = under(left, powers=("hire",)).when(act()).then_rejected("authority.office_not_held", person_id=None)
    assert (rejection.nature, rejection.entries) == ("rule", (9, 12))
    under(left).when(act(effective="2023-05-31")).then(acted())


def test_by_the_one_who_holds_it() -> None:
    rejection = under().when(act(person_id="p-2")).then_rejected("authority.office_not_held", person_id="p-2")
    assert rejection.nature == "rule"
    under().when(act(person_id="p-1")).then(acted(person_id="p-1"))


def test_an_office_the_book_never_knew_anyone_in_cannot_be_judged() -> None:
    book = governed(granted("g-1", COUNCIL, MANAGER))
    rejection = book.when(act()).then_rejected("authority.office_not_held", office_id="manager")
    assert rejection.nature == "unknown"
    event = acted(chain=(ChainLink(grant_id="g-1", entry=9),))
    book.when(act(mode="import", source=SOURCE)).then(event, unverified=["authority.office_not_held"])


def test_nor_one_that_is_only_possibly_held() -> None:
    rough = seated("p-1", "2023-01-01", "2024-01-01", office_id="manager")
    book = governed(rough, granted("g-1", COUNCIL, MANAGER))
    rejection = book.when(act()).then_rejected("authority.office_not_held")
    assert (rejection.nature, rejection.entries) == ("unknown", (9,))


# Scope and powers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dimension", "scope", "inside", "outside"),
    [
        ("services", Scope(services=("a",)), {"service_id": "a"}, {"service_id": "b"}),
        ("members", Scope(members=("aukra",)), {"member_ids": ["aukra"]}, {"member_ids": ["aukra", "molde"]}),
        ("law_refs", Scope(law_refs=("a",)), {"law_ref": "a"}, {"law_ref": "b"}),
        ("case_types", Scope(case_types=("a",)), {"case_type": "a"}, {"case_type": "b"}),
    ],
)
def test_an_act_stays_within_the_scope(dimension: str, scope: Scope, inside: Any, outside: Any) -> None:
    book = under(scope=scope)
    rejection = book.when(act(power="hire", **outside)).then_rejected("authority.outside_scope", dimension=dimension)
    assert (rejection.nature, rejection.entries, rejection.params["within"]) == ("rule", (11,), list(
        {"services": "a", "members": ["aukra"], "law_refs": "a", "case_types": "a"}[dimension]
    ))  # fmt: skip
    assert book.when(act()).then_rejected("authority.scope_unknown", dimension=dimension).nature == "unknown"
    told: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in inside.items()}
    book.when(act(**inside)).then(acted(**told))


def test_what_a_council_granted_is_about_that_member_only() -> None:
    book = staffed(granted("g-1", AUKRA, MANAGER))
    book.when(act(member_ids=["molde"])).then_rejected("authority.outside_scope", outside=["molde"])
    book.when(act(member_ids=["aukra"])).then(acted(member_ids=("aukra",)))


def test_an_act_needs_its_power() -> None:
    rejection = under(limits=Limits(per_act=1)).when(act(power="hire")).then_rejected("authority.power_not_granted")
    assert (rejection.params["powers"], rejection.entries) == (["hire"], (11,))
    under(powers=("hire",)).when(act(power="hire")).then(acted(power="hire"))


def test_money_is_a_power_of_its_own() -> None:
    book = under(powers=("contract",))
    book.when(act(power="contract", amount_ore=1)).then_rejected("authority.power_not_granted", powers=["spend"])
    book.when(act(power="contract")).then(acted(power="contract"))
    both = under(powers=("contract", "spend"))
    both.when(act(power="contract", amount_ore=1)).then(acted(power="contract", amount_ore=1))


# Ceilings ---------------------------------------------------------------------------------


def test_a_ceiling_per_act_holds_to_the_oere() -> None:
    book = under(spent(1, 100_00, "2023-01-01"), limits=Limits(per_act=100_00))
    rejection = book.when(act(amount_ore=100_01)).then_rejected(
        "authority.limit_exceeded", ceiling="per_act", limit_ore=100_00, used_ore=0, amount_ore=100_01, excess_ore=1
    )
    assert (rejection.nature, rejection.entries) == ("rule", (11,))
    book.when(act(amount_ore=100_00)).then(acted(amount_ore=100_00))


def test_a_ceiling_per_year_counts_the_acts_of_the_calendar_year() -> None:
    book = under(
        *(spent(1, 30_00, "2023-01-01"), spent(2, 20_00, "2023-12-31"), spent(3, 99_00, "2022-12-31")),
        limits=Limits(per_year=100_00),
    )
    rejection = book.when(act(amount_ore=50_01)).then_rejected(
        "authority.limit_exceeded", ceiling="per_year", limit_ore=100_00, used_ore=50_00, excess_ore=1
    )
    assert rejection.entries == (11, 12, 13)
    book.when(act(amount_ore=50_00)).then(acted(amount_ore=50_00))
    book.when(act(amount_ore=100_00, effective="2024-01-01")).then(acted(amount_ore=100_00))


def test_a_ceiling_per_party_counts_for_as_long_as_the_grant_lasts() -> None:
    book = under(
        *(spent(1, 60_00, "2022-02-01", party="Prøve AS"), spent(2, 99_00, "2023-02-01", party="Andre AS")),
        limits=Limits(per_party=100_00),
    )
    rejection = book.when(act(amount_ore=40_01, party="prøve  as")).then_rejected(
        "authority.limit_exceeded", ceiling="per_party", used_ore=60_00, excess_ore=1
    )
    assert rejection.entries == (11, 12)
    book.when(act(amount_ore=40_00, party="Prøve AS")).then(acted(amount_ore=40_00, party="Prøve AS"))
    unsaid = book.when(act(amount_ore=1)).then_rejected("authority.party_unknown", amount_ore=1)
    assert unsaid.nature == "unknown"
    book.when(act()).then(acted())


def test_what_a_sub_delegate_uses_counts_against_every_grant_above() -> None:
    book = chained(spent(1, 60_00, "2023-01-01", G1, G2), upper=Limits(per_year=100_00), lower=Limits(per_year=100_00))
    rejection = book.when(act(amount_ore=40_01)).then_rejected("authority.limit_exceeded", grant_id="g-1", excess_ore=1)
    assert rejection.entries == (11, 13)
    book.when(act(amount_ore=40_00)).then(acted(amount_ore=40_00))


def test_a_sub_delegate_cannot_use_what_its_grantor_has_used_up() -> None:
    book = chained(spent(1, 60_00, "2023-01-01"), upper=Limits(per_year=100_00), lower=Limits(per_year=100_00))
    book.when(act(DEPUTY, amount_ore=40_01)).then_rejected("authority.limit_exceeded", grant_id="g-1", used_ore=60_00)
    event = acted(DEPUTY, amount_ore=40_00, grant_id="g-2", chain=(G1, G2))
    book.when(act(DEPUTY, amount_ore=40_00)).then(event)


def test_a_ceiling_the_source_does_not_show_passes_unverified() -> None:
    book = under(limits=Limits(per_act="unknown", per_year="unknown"))
    rejection = book.when(act(amount_ore=1)).then_rejected("authority.limit_unknown", ceiling="per_act")
    assert rejection.nature == "unknown"
    told = act(amount_ore=1, mode="import", source=SOURCE)
    book.when(told).then(acted(amount_ore=1), unverified=["authority.limit_unknown"])


def test_a_rough_date_over_new_year_counts_in_the_year_it_ends() -> None:
    book = under(limits=Limits(per_year=100_00), day=SINCE)
    sent = act(amount_ore=1, **imported("2022-12-31", "2023-01-01"))
    after = book.when(sent).then(acted(amount_ore=1), unverified=["authority.year_uncertain"])
    assert after.state.authority.used[Use("g-1", year=2023)].ore == 1
    assert Use("g-1", year=2022) not in after.state.authority.used
    book.when(act(amount_ore=1, **imported("2023-01-01", "2023-12-31"))).then(acted(amount_ore=1))


def test_what_broke_a_ceiling_is_recorded_without_effect() -> None:
    book = under(limits=Limits(per_year=100_00))
    sent = act(amount_ore=100_01, mode="record", reason="Kjøpt før jul.")
    after = book.when(sent).then(acted(amount_ore=100_01), irregular=["authority.limit_exceeded"])
    assert after.state.authority == book.state.authority


def test_a_deeper_chain_is_followed_to_its_end() -> None:
    book = staffed(
        seated("p-3", office_id="clerk"),
        granted("g-1", COUNCIL, MANAGER, depth=2, limits=Limits(per_year=50_00)),
        granted("g-2", MANAGER, DEPUTY, depth=1, limits=Limits(per_year=50_00)),
        granted("g-3", DEPUTY, CLERK, limits=Limits(per_year=50_00)),
    )
    links = tuple(ChainLink(grant_id=f"g-{n}", entry=11 + n) for n in (1, 2, 3))
    after = book.when(act(CLERK, amount_ore=50_00)).then(acted(CLERK, amount_ore=50_00, grant_id="g-3", chain=links))
    for actor, grant_id in ((MANAGER, "g-1"), (DEPUTY, "g-2"), (CLERK, "g-3")):
        sent = act(actor, act_id="a-2", amount_ore=1)
        after.when(sent).then_rejected("authority.limit_exceeded", grant_id=grant_id, excess_ore=1)
