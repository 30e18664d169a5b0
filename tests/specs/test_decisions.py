"""Decisions by bodies and offices: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.authority import AuthorityRevoked, ChainLink, Use
from domain.bodies import BodyDissolved, BodyEstablished
from domain.collaboration import subjects
from domain.dates import Interval
from domain.decisions import DecisionMade, Made, VoteSummary
from domain.kernel import Subject
from domain.vocabulary import Holder, Limits, Scope
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import COUNCIL, MANAGER, SINCE, SOURCE, body, governed, granted, imported, seated

AUKRA = Holder(kind="member", id="aukra")
G1 = ChainLink(grant_id="g-1", entry=9)
"""The manager's grant, the first entry after those of a governed book."""
IN_OFFICE = seated("p-1", office_id="manager")
G1 = ChainLink(grant_id="g-1", entry=9)
"""The manager's grant, the first entry after those of a governed book."""
IN_OFFICE = seated("p-1", office_id="manager")
AGREED = VoteSummary(form="unanimous")


def make(**fields: Any) -> Any:
    """Returns a command to record a decision by the council of representatives in 2023."""
    known = {"decision_id": "d-1", "title": "Vedtak", "body_id": "council", "effective": "2023-06-01"}
    return command("decision.make", **{**known, "vote": AGREED.model_dump(), **fields})


def by_manager(**fields: Any) -> Any:
    """Returns a command to record a decision by the managing director under a grant."""
    return make(**{"body_id": None, "office_id": "manager", "grant_id": "g-1", "vote": None, **fields})


def made(**fields: Any) -> DecisionMade:
    """Returns the event of the council's decision."""
    known: dict[str, Any] = {"kind": "resolution", "body_id": "council", "text": None, "vote": AGREED, **fields}
    return DecisionMade(decision_id="d-1", title="Vedtak", **known)


def managed(**fields: Any) -> DecisionMade:
    """Returns the event of the managing director's decision."""
    return made(**{"body_id": None, "office_id": "manager", "grant_id": "g-1", "chain": (G1,), "vote": None, **fields})


def under(*facts: At, legal_form: Any = "ko", **terms: Any) -> Given:
    """Returns a book in which the manager holds a grant of the council, and somebody the manager's office."""
    return governed(granted("g-1", COUNCIL, MANAGER, **terms), *facts, IN_OFFICE, legal_form=legal_form)


def spent(number: int, amount: int, day: str, grant_id: str = "g-1") -> At:
    """Returns an earlier decision by the manager."""
    event = DecisionMade(
        decision_id=f"e-{number}", title="Innkjøp", kind="resolution", office_id="manager", text=None,
        grant_id=grant_id, amount=amount,
    )  # fmt: skip
    return at(day, event)


# Accepted ---------------------------------------------------------------------------------


def test_a_body_decides_once() -> None:
    vote = {"form": "counted", "in_favour": 3, "against": 1}
    after = (
        governed()
        .when(make(text="Vedtatt som foreslått.", vote=vote, case_number="PS 3/23", amount=5))
        .then(
            made(
                text=seal("Vedtatt som foreslått."),
                vote=VoteSummary(form="counted", in_favour=3, against=1),
                case_number="PS 3/23",
                amount=5,
            )
        )
    )
    record = after.state.decisions.by_id["d-1"]
    assert record == Made(record.event, 9, Interval.exact(date(2023, 6, 1)))
    assert (record.body, record.office, record.kind, record.amount) == ("council", None, "resolution", 5)


def test_an_office_decides_under_a_grant_and_uses_it_up() -> None:
    after = under().when(by_manager(amount=70)).then(managed(amount=70))
    used = after.state.authority.used[Use("g-1", year=2023)]
    assert (used.ore, list(used.entries)) == (70, [11])


def test_a_decision_touches_its_maker_grant_and_members() -> None:
    assert subjects(managed(binding_on=("aukra", "molde"))) == (
        Subject("decision", "d-1"),
        Subject("office", "manager"),
        Subject("grant", "g-1"),
        Subject("member", "aukra"),
        Subject("member", "molde"),
    )
    assert subjects(made()) == (Subject("decision", "d-1"), Subject("body", "council"))


# What contradicts the book or itself ------------------------------------------------------


def test_a_decision_is_not_made_twice() -> None:
    rejection = under(at("2023-01-01", made())).when(make(body_id=None)).then_rejected("decision.already_made")
    assert (rejection.nature, rejection.entries) == ("fact", (10,))


def test_somebody_decides() -> None:
    governed().when(make(body_id=None, binding_on=["vestnes"])).then_rejected("decision.no_maker", decision_id="d-1")


def test_and_one_only() -> None:
    sent = make(body_id="nowhere", office_id="manager")
    governed().when(sent).then_rejected("decision.two_makers", body_id="nowhere", office_id="manager")


def test_the_body_must_be_known() -> None:
    governed().when(make(body_id="nowhere")).then_rejected("decision.unknown_body", body_id="nowhere")


def test_and_the_office() -> None:
    sent = by_manager(office_id="nowhere", binding_on=["vestnes"])
    governed().when(sent).then_rejected("decision.unknown_office", office_id="nowhere")


def test_before_it_is_set_up_nobody_decides() -> None:
    early = make(effective="2021-12-31")
    governed().when(early).then_rejected("decision.maker_not_yet_established", maker_id="council", since=SINCE)
    governed().when(make(effective=SINCE)).then(made())
    sent = by_manager(effective="2021-12-31")
    under().when(sent).then_rejected("decision.maker_not_yet_established", maker_id="manager")


def test_nor_after_it_is_dissolved() -> None:
    book = governed(body("board", "board"), at("2023-06-02", BodyDissolved(body_id="board")))
    sent = make(body_id="board", effective="2023-06-02")
    book.when(sent).then_rejected("decision.body_dissolved", body_id="board", since="2023-06-02")
    book.when(make(body_id="board")).then(made(body_id="board"))


def test_a_body_that_is_only_possible_passes_unverified_in_an_import() -> None:
    rough = at("2023-01-01", BodyEstablished(body_id="board", name="Styret", kind="board"), "2024-01-01")
    book = governed(rough)
    rejection = book.when(make(body_id="board")).then_rejected("decision.maker_uncertain", maker_id="board")
    assert rejection.nature == "unknown"
    sent = make(body_id="board", mode="import", source=SOURCE)
    book.when(sent).then(made(body_id="board"), unverified=["decision.maker_uncertain"])


def test_a_decision_binds_only_who_the_book_knows() -> None:
    sent = by_manager(binding_on=["aukra", "vestnes"], grant_id="g-9")
    governed().when(sent).then_rejected("decision.unknown_member", members=["vestnes"])


def test_the_grant_must_be_known() -> None:
    vote = {"form": "unanimous", "against": 1}
    rejection = governed().when(by_manager(vote=vote)).then_rejected("authority.unknown_grant", grant_id="g-1")
    assert rejection.nature == "fact"


@pytest.mark.parametrize("form", ["unanimous", "consensus"])
def test_nobody_is_against_what_all_agree_on(form: str) -> None:
    sent = make(vote={"form": form, "in_favour": 4, "against": 1}, kind="individual_decision")
    rejection = governed().when(sent).then_rejected("decision.counts_do_not_fit", form=form, against=1)
    assert rejection.nature == "fact"
    agreed = {"form": form, "in_favour": 4, "against": 0}
    governed().when(make(vote=agreed)).then(made(vote=VoteSummary.model_validate(agreed)))


# What law does not allow ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["individual_decision", "regulation"])
@pytest.mark.parametrize(("legal_form", "law"), [("ko", "kommuneloven § 19-1"), ("ipr", "kommuneloven § 18-1")])
def test_a_form_that_may_not_makes_no_individual_decisions(legal_form: Any, law: str, kind: Any) -> None:
    book = governed(legal_form=legal_form)
    rejection = book.when(make(kind=kind)).then_rejected("decision.form_cannot_decide", kind=kind)
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", law, (1,))
    governed(legal_form="iks").when(make(kind=kind)).then(made(kind=kind))


def test_except_under_a_grant_for_internal_matters() -> None:
    terms: dict[str, Any] = {"powers": ("individual_decision",), "scope": Scope(case_types=("internal",))}
    sent = by_manager(kind="individual_decision", case_type="internal")
    under(**terms).when(sent).then(managed(kind="individual_decision", case_type="internal"))
    under(powers=("individual_decision",)).when(sent).then_rejected("decision.form_cannot_decide")


def test_before_the_founding_is_certain_the_form_is_unknown() -> None:
    early = at("2019-01-01", BodyEstablished(body_id="group", name="Gruppe", kind="steering_group"))
    sent = make(body_id="group", kind="individual_decision", effective="2020-12-31")
    governed(early).when(sent).then_rejected("decision.form_unknown", on="2020-12-31")


@pytest.mark.parametrize(("legal_form", "law"), [("ko", "kommuneloven § 13-1"), ("host_admin", "kommuneloven § 20-2")])
def test_an_office_decides_no_matter_of_principle(legal_form: Any, law: str) -> None:
    book = under(legal_form=legal_form)
    sent = by_manager(principle_matter=True, grant_id=None)
    rejection = book.when(sent).then_rejected("decision.principle_matter_not_delegable", office_id="manager")
    assert (rejection.nature, rejection.law) == ("rule", law)
    book.when(make(principle_matter=True)).then(made(principle_matter=True))


# The grant --------------------------------------------------------------------------------


def test_an_office_names_the_grant_it_decides_under() -> None:
    rejection = (
        under().when(by_manager(grant_id=None)).then_rejected("authority.no_valid_grant_at_time", grants=["g-1"])
    )
    assert rejection.nature == "unknown"
    told = by_manager(grant_id=None, mode="import", source=SOURCE)
    governed().when(told).then(
        managed(grant_id=None, chain=()), unverified=["authority.no_valid_grant_at_time", "authority.office_not_held"]
    )


def test_and_holds_it() -> None:
    rejection = (
        under().when(by_manager(office_id="deputy")).then_rejected("authority.no_valid_grant_at_time", grants=[])
    )
    assert (rejection.nature, rejection.entries, rejection.params["actor"]) == ("rule", (9,), "deputy")


def test_on_that_day() -> None:
    term = under(day="2023-06-01", until=date(2023, 6, 30))
    for day in ("2023-05-31", "2023-07-01"):
        term.when(by_manager(effective=day)).then_rejected("authority.no_valid_grant_at_time", grant_id="g-1", on=day)
    for day in ("2023-06-01", "2023-06-30"):
        term.when(by_manager(effective=day)).then(managed())


def test_until_it_is_taken_back() -> None:
    book = under(at("2023-06-01", AuthorityRevoked(grant_id="g-1")))
    rejection = book.when(by_manager()).then_rejected("authority.no_valid_grant_at_time", grant_id="g-1")
    assert rejection.entries == (9, 10)
    book.when(by_manager(effective="2023-05-31")).then(managed())


def test_a_grant_that_is_only_possible_passes_unverified_in_an_import() -> None:
    book = under(day="2023-01-01", latest="2024-01-01")
    book.when(by_manager()).then_rejected("authority.grant_uncertain", grant_id="g-1")
    sent = by_manager(mode="import", source=SOURCE)
    book.when(sent).then(managed(), unverified=["authority.grant_uncertain"])


def test_a_body_needs_no_grant_and_borrows_none() -> None:
    under().when(make(grant_id="g-1")).then_rejected("authority.no_valid_grant_at_time", actor="council")
    board = Holder(kind="body", id="board")
    book = governed(body("board", "board"), granted("g-1", COUNCIL, board))
    book.when(make(body_id="board", grant_id="g-1")).then(
        made(body_id="board", grant_id="g-1", chain=(G1.model_copy(update={"entry": 10}),))
    )


def test_it_binds_only_members_in_scope() -> None:
    book = under(scope=Scope(members=("aukra",)))
    rejection = book.when(by_manager(binding_on=["aukra", "molde"])).then_rejected(
        "authority.outside_scope", outside=["molde"]
    )
    assert (rejection.nature, rejection.entries) == ("rule", (9,))
    book.when(by_manager(binding_on=["aukra"])).then(managed(binding_on=("aukra",)))


def test_and_under_a_councils_grant_that_member_only() -> None:
    book = governed(granted("g-1", AUKRA, MANAGER), IN_OFFICE, legal_form="host_admin")
    book.when(by_manager(binding_on=["molde"])).then_rejected("authority.outside_scope", outside=["molde"])
    book.when(by_manager(binding_on=["aukra"])).then(managed(binding_on=("aukra",)))


def test_an_individual_decision_needs_that_power() -> None:
    book = under(legal_form="iks")
    sent = by_manager(kind="individual_decision", amount=1)
    book.when(sent).then_rejected("authority.power_not_granted", powers=["individual_decision"])
    able = under(legal_form="iks", powers=("individual_decision", "spend"))
    able.when(sent).then(managed(kind="individual_decision", amount=1))


def test_money_needs_the_power_to_spend() -> None:
    book = under(powers=("contract", "operate"), limits=Limits(per_act=1))
    book.when(by_manager(amount=2)).then_rejected("authority.power_not_granted", powers=["spend"])
    book.when(by_manager()).then(managed())


# Ceilings ---------------------------------------------------------------------------------


def test_a_ceiling_per_act_holds_to_the_oere() -> None:
    book = under(spent(1, 100_00, "2023-01-01"), limits=Limits(per_act=100_00))
    rejection = book.when(by_manager(amount=100_01)).then_rejected(
        "authority.limit_exceeded", ceiling="per_act", limit_ore=100_00, used_ore=0, amount_ore=100_01, excess_ore=1
    )
    assert (rejection.nature, rejection.entries) == ("rule", (9,))
    book.when(by_manager(amount=100_00)).then(managed(amount=100_00))


def test_a_ceiling_per_year_counts_what_was_decided_under_the_grant() -> None:
    earlier = [spent(1, 30_00, "2023-01-01"), spent(2, 20_00, "2023-12-31")]
    book = under(*earlier, granted("g-2", COUNCIL, MANAGER), spent(3, 99_00, "2023-02-01", "g-2"),
                 limits=Limits(per_year=100_00))  # fmt: skip
    rejection = book.when(by_manager(amount=50_01)).then_rejected(
        "authority.limit_exceeded", ceiling="per_year", limit_ore=100_00, used_ore=50_00, amount_ore=50_01, excess_ore=1
    )
    assert rejection.entries == (9, 10, 11)
    book.when(by_manager(amount=50_00)).then(managed(amount=50_00))


def test_a_new_year_begins_on_its_first_day() -> None:
    book = under(spent(1, 100_00, "2023-12-31"), limits=Limits(per_year=100_00))
    book.when(by_manager(amount=1, effective="2023-06-01")).then_rejected("authority.limit_exceeded", excess_ore=1)
    book.when(by_manager(amount=100_00, effective="2024-01-01")).then(managed(amount=100_00))


def test_what_broke_the_ceiling_does_not_count_until_it_is_healed() -> None:
    book = under(limits=Limits(per_year=100_00))
    sent = by_manager(amount=100_01, mode="record", reason="Kjøpt før jul.")
    after = book.when(sent).then(managed(amount=100_01), irregular=["authority.limit_exceeded"])
    assert after.state.authority == book.state.authority


def test_a_ceiling_the_source_does_not_show_passes_unverified() -> None:
    book = under(limits=Limits(per_act="unknown", per_year="unknown"))
    rejection = book.when(by_manager(amount=1)).then_rejected("authority.limit_unknown", ceiling="per_act")
    assert rejection.nature == "unknown"
    sent = by_manager(amount=1, mode="import", source=SOURCE)
    book.when(sent).then(managed(amount=1), unverified=["authority.limit_unknown"])


def test_a_rough_date_over_new_year_counts_in_the_year_it_ends() -> None:
    book = under(limits=Limits(per_year=100_00))
    sent = by_manager(amount=1, **imported("2022-12-31", "2023-01-01"))
    after = book.when(sent).then(managed(amount=1), unverified=["authority.year_uncertain"])
    assert [use.year for use in after.state.authority.used] == [2023]
    same_year = by_manager(amount=1, **imported("2023-01-01", "2023-12-31"))
    book.when(same_year).then(managed(amount=1))


# Votes ------------------------------------------------------------------------------------


def voted(**vote: Any) -> VoteSummary:
    """Returns a counted vote."""
    return VoteSummary(**{"form": "counted", **vote})


@pytest.mark.parametrize(
    ("legal_form", "law"), [("ko", "kommuneloven § 11-9"), ("iks", "IKS-loven § 9"), ("as", "aksjeloven § 5-17")]
)
def test_what_is_adopted_has_a_majority(legal_form: Any, law: str) -> None:
    book = governed(legal_form=legal_form)
    lost = voted(in_favour=5, against=6, casting_vote=True)
    rejection = book.when(make(vote=lost.model_dump())).then_rejected("decision.majority_not_met", in_favour=5)
    assert (rejection.nature, rejection.law) == ("rule", law)
    won = voted(in_favour=6, against=5)
    book.when(make(vote=won.model_dump())).then(made(vote=won))


def test_a_tie_is_broken_by_the_leader() -> None:
    tie = {"in_favour": 5, "against": 5}
    lost, broken, silent = (voted(**tie, casting_vote=how) for how in (False, True, "unknown"))
    governed().when(make(vote=lost.model_dump())).then_rejected("decision.majority_not_met", against=5)
    governed().when(make(vote=broken.model_dump())).then(made(vote=broken))
    rejection = governed().when(make(vote=silent.model_dump())).then_rejected("decision.casting_vote_unknown")
    assert rejection.nature == "unknown"


@pytest.mark.parametrize("vote", [{"against": 3}, {"in_favour": 1}, {"form": "against_only", "against": 1}])
def test_counts_that_were_not_minuted_are_not_judged(vote: dict[str, Any]) -> None:
    governed().when(make(vote={"form": "counted", **vote})).then(made(vote=voted(**vote)))


@pytest.mark.parametrize("kind", ["election", "noted", "postponed"])
def test_most_votes_may_be_enough_where_nothing_is_adopted(kind: Any) -> None:
    vote = voted(in_favour=4, against=5)
    governed().when(make(kind=kind, vote=vote.model_dump())).then(made(kind=kind, vote=vote))
