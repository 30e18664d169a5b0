"""Rules on delegation, and use reported: refusals in order of precedence, and the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.authority import ActRef, AuthorityExercised, AuthorityUseReported, ChainLink, DelegationRulesAdopted
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.rulebook.delegation import term_of
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command
from tests.specs.body_books import COUNCIL, DEPUTY, MANAGER, SOURCE, governed, granted
from tests.specs.test_bodies import AUKRA_LEFT

AUKRA = Holder(kind="member", id="aukra")
RESOLVED = [{"kind": "law", "ref": "kommuneloven § 5-14"}]
G1, G2 = ChainLink(grant_id="g-1", entry=9), ChainLink(grant_id="g-2", entry=10)


def adopt(owner: Holder = AUKRA, **fields: Any) -> Any:
    """Returns a command by which Aukra adopts its first rules in 2024."""
    known = {"owner": owner.model_dump(), "version": 1, "effective": "2024-06-01", "basis": RESOLVED}
    return command("delegation_rules.adopt", **{**known, **fields})


def adopted(owner: Holder = AUKRA, **fields: Any) -> DelegationRulesAdopted:
    """Returns the event it leads to."""
    return DelegationRulesAdopted(**{"owner": owner, "version": 1, "due": date(2024, 12, 31), **fields})


def report(*acts: str, **fields: Any) -> Any:
    """Returns a report on the manager's grant in 2023, to the council."""
    known = {
        "report_id": "r-1",
        "grants": ["g-1"],
        "period_from": "2023-01-01",
        "period_to": "2023-12-31",
        "acts": [{"kind": "act", "id": act_id} for act_id in acts],
        "to_body": "council",
    }
    return command("authority_use.report", **{**known, **fields})


def reported(*acts: str, **fields: Any) -> AuthorityUseReported:
    """Returns the event it leads to."""
    known: dict[str, Any] = {
        "report_id": "r-1",
        "grants": ("g-1",),
        "period_from": date(2023, 1, 1),
        "period_to": date(2023, 12, 31),
        "acts": tuple(ActRef(kind="act", id=act_id) for act_id in acts),
        "to_body": "council",
    }
    return AuthorityUseReported(**{**known, **fields})


def done(act_id: str, day: str, *links: ChainLink, latest: str | None = None) -> At:
    """Returns an act under the chain, the manager's grant unless told."""
    event = AuthorityExercised(act_id=act_id, title="Kjøp", actor=MANAGER, power="spend", chain=links or (G1,))
    return at(day, event, latest)


def used(*facts: At) -> Given:
    """Returns a book in which the manager passed power on to the deputy, and both used it."""
    return governed(granted("g-1", COUNCIL, MANAGER, depth=1), granted("g-2", MANAGER, DEPUTY), *facts)


# Rules on delegation ----------------------------------------------------------------------


def test_a_council_adopts_its_rules_once() -> None:
    days: dict[str, Any] = {"covers_from": date(2024, 6, 1), "covers_until": date(2027, 12, 31)}
    after = governed().when(adopt(**days)).then(adopted(**days))
    after.when(adopt(version=2)).then(adopted(version=2))
    assert subjects(adopted()) == (Subject("member", "aukra"),)


def test_the_rules_are_due_at_the_end_of_the_year_after_the_council_was_constituted() -> None:
    """Kommuneloven § 5-14; the councils elected in 2023 were constituted by the end of October (§ 7-1)."""
    governed().when(adopt(effective="2024-12-31")).then(adopted(late=False))
    governed().when(adopt(effective="2025-01-01")).then(adopted(late=True))
    late: dict[str, Any] = {"due": date(2020, 12, 31), "late": True}
    governed().when(adopt(effective="2023-10-31")).then(adopted(**late))
    governed().when(adopt(effective="2023-11-01")).then(adopted())


def test_rules_changed_later_in_the_term_are_not_late() -> None:
    book = governed(at("2024-01-01", adopted()))
    book.when(adopt(version=2, effective="2026-01-01")).then(adopted(version=2))
    before = governed(at("2023-01-01", adopted()))
    before.when(adopt(version=2, effective="2026-01-01")).then(adopted(version=2, late=True))


def test_a_bodys_rules_have_no_day() -> None:
    governed().when(adopt(COUNCIL)).then(adopted(COUNCIL, due=None))
    whole = Holder(kind="collaboration", id="this")
    governed().when(adopt(whole)).then(adopted(whole, due=None))


@pytest.mark.parametrize(
    ("day", "since"),
    [("2019-10-31", None), ("2019-11-01", 2019), ("2023-10-31", 2019), ("2023-11-01", 2023), ("2027-06-01", 2023)],
)
def test_a_term_begins_when_every_council_of_it_is_constituted(day: str, since: int | None) -> None:
    term = term_of(date.fromisoformat(day))
    assert (None if term is None else term.since) == (None if since is None else date(since, 11, 1))
    assert (None if term is None else term.rules_due) == (None if since is None else date(since + 1, 12, 31))


def test_no_day_lies_beyond_the_last_the_book_knows() -> None:
    last = date(2199, 12, 31)
    governed().when(adopt(effective=last, version=9)).then(adopted(due=last, version=9))


@pytest.mark.parametrize("kind", ["member", "body", "office"])
def test_the_owner_of_rules_must_be_known(kind: Any) -> None:
    sent = adopt(Holder(kind=kind, id="nobody"), version=2)
    rejection = governed(at("2024-01-01", adopted())).when(sent).then_rejected("delegation_rules.unknown_owner")
    assert (rejection.nature, rejection.params["kind"]) == ("fact", kind)
    governed().when(adopt(MANAGER)).then_rejected("delegation_rules.unknown_owner", owner="manager")
    governed(AUKRA_LEFT).when(adopt()).then_rejected("delegation_rules.unknown_owner", owner="aukra")


def test_versions_follow_one_another() -> None:
    book = governed(at("2024-01-01", adopted(version=3)))
    for version in (3, 5):
        sent = adopt(version=version, covers_from="2025-01-01", covers_until="2024-12-31")
        rejection = book.when(sent).then_rejected("delegation_rules.version_not_next", expected=4)
        assert (rejection.nature, rejection.entries) == ("fact", (9,))
    book.when(adopt(version=4)).then(adopted(version=4))


def test_rules_cover_a_day_and_rest_on_something() -> None:
    backwards = adopt(covers_from="2025-01-01", covers_until="2024-12-31", basis=[])
    governed().when(backwards).then_rejected("delegation_rules.period_empty", until="2024-12-31")
    sent = adopt(basis=[{"kind": "document", "ref": "Reglement"}])
    rejection = governed().when(sent).then_rejected("delegation_rules.basis_missing", owner="aukra")
    assert (rejection.nature, rejection.law) == ("unknown", "kommuneloven § 5-14")
    told = adopt(basis=[], mode="import", source=SOURCE)
    governed().when(told).then(adopted(), unverified=["delegation_rules.basis_missing"])


# Reports ----------------------------------------------------------------------------------


def test_every_act_of_the_period_is_reported_those_of_sub_delegates_too() -> None:
    book = used(done("a-1", "2023-01-01"), done("a-2", "2023-12-31", G1, G2), done("a-3", "2024-01-01"))
    after = book.when(report("a-1", "a-2")).then(reported("a-1", "a-2", counted_against=("g-2",)))
    unreported = [d.ref.id for d in after.state.authority.done_under("g-1") if d.reported_by is None]
    assert unreported == ["a-3"]
    for some in (["a-1"], ["a-2"], []):
        rejection = book.when(report(*some)).then_rejected("authority_use.acts_missing_from_report")
        assert rejection.nature == "rule"
    assert rejection.params["acts"] == ["act:a-1", "act:a-2"]
    assert rejection.entries == (11, 12)


def test_a_report_on_what_was_passed_on_lists_that_alone() -> None:
    book = used(done("a-1", "2023-01-01"), done("a-2", "2023-12-31", G1, G2))
    event = reported("a-2", grants=("g-2",), counted_against=("g-1",))
    book.when(report("a-2", grants=["g-2"])).then(event)
    assert Subject("grant", "g-1") in subjects(event)


def test_a_report_touches_its_grants_acts_and_body() -> None:
    assert subjects(reported("a-1", meeting_id="m-1")) == (
        Subject("authority_report", "r-1"),
        Subject("grant", "g-1"),
        Subject("act", "a-1"),
        Subject("body", "council"),
        Subject("meeting", "m-1"),
    )


def test_nothing_done_is_a_report_too() -> None:
    used().when(report()).then(reported())


def test_a_report_names_what_is_there() -> None:
    book = used(at("2024-01-01", reported()))
    rejection = book.when(report(grants=["g-9"])).then_rejected("authority_use.already_reported", report_id="r-1")
    assert (rejection.nature, rejection.entries) == ("fact", (11,))
    used().when(report(grants=["g-9"], to_body="none")).then_rejected("authority_use.unknown_grants", grants=["g-9"])
    nowhere = report(to_body="none", meeting_id="none")
    used().when(nowhere).then_rejected("authority_use.unknown_body", body_id="none")
    sent = report(meeting_id="none", period_to="2022-12-31")
    used().when(sent).then_rejected("authority_use.unknown_meeting", meeting_id="none")


def test_a_period_has_a_day_and_is_over() -> None:
    used().when(report(period_to="2022-12-31")).then_rejected("authority_use.period_empty", period_to="2022-12-31")
    sent = {"period_from": "2026-01-01", "period_to": "2026-11-25"}
    used().when(report(**sent)).then_rejected("authority_use.period_in_future", today="2026-11-24")
    days = {"period_from": date(2026, 1, 1), "period_to": date(2026, 11, 24)}
    used().when(report(**{name: str(day) for name, day in days.items()})).then(reported(**days))


def test_a_day_of_a_grant_is_reported_once() -> None:
    book = used(at("2024-01-01", reported(report_id="r-0", period_to=date(2023, 6, 30))))
    rejection = book.when(report("none")).then_rejected("authority_use.period_overlap", report_id="r-0")
    assert (rejection.nature, rejection.entries) == ("fact", (11,))
    first = date(2023, 7, 1)
    book.when(report(period_from=first)).then(reported(period_from=first))
    book.when(report(grants=["g-2"])).then(reported(grants=("g-2",)))


def test_what_is_not_under_the_grants_or_in_the_period_is_not_in_the_report() -> None:
    book = used(done("a-1", "2023-01-01"), done("a-3", "2024-01-01"))
    for act_id in ("a-3", "a-9"):
        rejection = book.when(report(act_id)).then_rejected("authority_use.act_outside_report", acts=[f"act:{act_id}"])
        assert rejection.nature == "fact"
    sent = report("a-1", grants=["g-2"])
    book.when(sent).then_rejected("authority_use.act_outside_report", acts=["act:a-1"])


def test_an_act_on_a_rough_date_may_be_in_the_report_and_need_not() -> None:
    book = used(done("a-1", "2023-12-01", latest="2024-01-31"))
    book.when(report()).then(reported())
    book.when(report("a-1")).then(reported("a-1"))


def test_what_no_report_lists_is_caught_up_with_in_a_later_one() -> None:
    forgotten = used(at("2023-01-01", reported(report_id="r-0", period_from=date(2022, 1, 1),
                                                period_to=date(2022, 12, 31))), done("a-1", "2022-06-01"))  # fmt: skip
    after = forgotten.when(report("a-1")).then(reported("a-1"))
    later = {"report_id": "r-2", "period_from": "2024-01-01", "period_to": "2024-12-31"}
    after.when(report("a-1", **later)).then_rejected("authority_use.act_outside_report", acts=["act:a-1"])
