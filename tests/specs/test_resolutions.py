"""Council resolutions: refusals in order of precedence, and how far a round of councils has come."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies

from domain.collaboration import subjects
from domain.dates import FIRST_DAY, LAST_DAY, Interval
from domain.kernel import Fact, Subject
from domain.resolutions import Outcome, Resolutions, SubjectKind, evolve, ratification
from tests.spec import RECORDED, At, Given, When, command, given
from tests.specs.constitution_books import (
    EVIDENCE,
    SOURCE,
    admitted,
    departed,
    founded,
    party,
    proposed,
    refusal,
    resolution,
    resolved,
)

KINDS: tuple[tuple[SubjectKind, str], ...] = (
    ("charter", "v1"),
    ("admission", "nesset"),
    ("form_change", "host_admin"),
    ("frame", "2027"),
    ("grant", "drift"),
    ("merger", "molde"),
    ("dissolution", "this"),
    ("position", "rauma"),
    ("shares", "andeler-2"),
    ("withdrawal", "rauma"),
    ("rescission", "rauma"),
    ("seat", "representantskapet"),
    ("project", "nytt-nett"),
    ("loan", "lan-1"),
)
COUNCIL_ONLY = ("charter", "admission", "form_change", "frame", "grant", "dissolution", "shares", "seat")


def book(*facts: At) -> Given:
    """Returns a book of three members and a customer with a charter proposed, and these facts."""
    customer = party("sunndal", member_class="external_customer")
    return given(founded("ko", "aukra", "molde", "rauma", customer), proposed("ko"), *facts)


def record(member_id: str, kind: str, ref: str, *facts: At, **fields: Any) -> When:
    """Returns a resolution sent to a book."""
    known: dict[str, Any] = {"council": f"{member_id.title()} kommunestyre", "effective": "2026-03-01"}
    sent = {**known, "member_id": member_id, "subject": {"kind": kind, "ref": ref}, "evidence": EVIDENCE, **fields}
    return book(*facts).when(command("member_resolution.record", **sent))


# What is accepted -------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "ref"), KINDS)
def test_a_council_s_resolution_is_recorded_once(kind: str, ref: str) -> None:
    record("aukra", kind, ref, case_number="PS 14/26").then(resolution("aukra", kind, ref, case_number="PS 14/26"))


def test_a_council_resolves_before_it_is_a_member_and_after_it_has_left() -> None:
    record("nesset", "position", "x", admitted("2026-06-01", "nesset")).decide()
    record("rauma", "position", "x", departed("2025-01-01", "rauma")).decide()


def test_a_council_changes_its_mind() -> None:
    adopted = resolved("2026-02-01", "aukra", "charter", "v1")
    record("aukra", "charter", "v1", adopted, outcome="rejected").decide()
    record("aukra", "charter", "v1", adopted).decide()


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        (KINDS[0], Subject("charter", "v1")),
        (KINDS[1], Subject("member", "nesset")),
        (KINDS[2], Subject("collaboration", "this")),
        (KINDS[3], Subject("budget", "2027")),
        (KINDS[4], Subject("grant", "drift")),
        (KINDS[5], Subject("member", "molde")),
        (KINDS[6], Subject("collaboration", "this")),
        (KINDS[7], Subject("collaboration", "this")),
        (KINDS[8], Subject("collaboration", "this")),
        (KINDS[9], Subject("member", "rauma")),
        (KINDS[10], Subject("member", "rauma")),
        (KINDS[11], Subject("body", "representantskapet")),
        (KINDS[12], Subject("collaboration", "this")),
        (KINDS[13], Subject("collaboration", "this")),
    ],
)
def test_a_resolution_touches_its_member_and_what_it_is_on(kind: tuple[str, str], thing: Subject) -> None:
    assert subjects(resolution("aukra", *kind)) == (Subject("member", "aukra"), thing)


# What is refused, in order of precedence --------------------------------------------------


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_only_a_party_that_was_ever_named_resolves(mode: str) -> None:
    refused = record("oslo", "charter", "v9", organ="administration", evidence=[], source=SOURCE, reason="x")
    rejection = refusal(refused, mode)
    assert (rejection.code, rejection.nature) == ("resolution.not_a_member", "fact")
    assert rejection.params == {"member_id": "oslo"}


@pytest.mark.parametrize(
    ("kind", "ref"),
    [
        ("charter", "v9"),
        ("form_change", "kommune"),
        ("frame", "neste"),
        ("frame", "1837"),
        ("frame", "2200"),
        ("frame", "02027"),
        ("dissolution", "all"),
        ("withdrawal", "oslo"),
        ("rescission", "oslo"),
    ],
)
def test_it_resolves_on_something_that_is_there(kind: str, ref: str) -> None:
    rejection = record("aukra", kind, ref, organ="administration").then_rejected(
        "resolution.subject_unknown", kind=kind, ref=ref
    )
    assert rejection.nature == "fact"


@pytest.mark.parametrize("ref", ["1838", "2199"])
def test_a_frame_is_for_a_year_a_budget_can_have(ref: str) -> None:
    record("aukra", "frame", ref).decide()


@pytest.mark.parametrize("organ", ["executive_committee", "administration"])
@pytest.mark.parametrize(("kind", "ref"), KINDS)
def test_what_belongs_to_the_council_no_other_organ_resolves_on(kind: str, ref: str, organ: str) -> None:
    sent = record("aukra", kind, ref, organ=organ, source=SOURCE)
    if kind not in COUNCIL_ONLY:
        sent.then(resolution("aukra", kind, ref, organ=organ))
        return
    perhaps = kind == "seat" and organ == "executive_committee"
    for mode in ("decide",) if perhaps else ("decide", "import"):
        rejection = refusal(sent, mode)
        nature = "unknown" if perhaps else "rule"
        assert (rejection.code, rejection.nature) == ("resolution.wrong_organ_for_subject", nature)
        assert rejection.params == {"member_id": "aukra", "organ": organ, "kind": kind}
        assert rejection.law


def test_under_parliamentary_government_the_executive_may_elect() -> None:
    sent = record("aukra", "seat", "representantskapet", organ="executive_committee", mode="import", source=SOURCE)
    assert sent.decide().ruling.unverified == ("resolution.wrong_organ_for_subject",)


def test_an_organ_the_source_does_not_name_is_imported_as_unverified() -> None:
    sent = record("aukra", "charter", "v1", organ="unknown", mode="import", source=SOURCE)
    sent.then(resolution("aukra", "charter", "v1", organ="unknown"), unverified=["resolution.wrong_organ_for_subject"])
    assert refusal(sent, "decide").nature == "unknown"
    record("aukra", "position", "x", organ="unknown").decide()


def test_the_same_resolution_is_not_recorded_twice() -> None:
    first = resolved("2026-03-01", "aukra", "charter", "v1")
    rejection = record("aukra", "charter", "v1", first, evidence=[]).then_rejected(
        "resolution.already_recorded", member_id="aukra", kind="charter", ref="v1", outcome="adopted", on="2026-03-01"
    )
    assert (rejection.nature, rejection.entries) == ("fact", (3,))


@pytest.mark.parametrize(
    ("member_id", "fields"),
    [
        ("molde", {}),
        ("aukra", {"outcome": "rejected"}),
        ("aukra", {"effective": "2026-03-02"}),
        ("aukra", {"effective": {"earliest": "2026-02-28", "latest": "2026-03-01"}}),
        ("aukra", {"effective": {"earliest": "2026-03-01", "latest": "2026-03-02"}}),
    ],
)
def test_another_council_outcome_or_day_is_another_resolution(member_id: str, fields: dict[str, Any]) -> None:
    record(member_id, "charter", "v1", resolved("2026-03-01", "aukra", "charter", "v1"), **fields).decide()


def test_a_roughly_dated_resolution_is_not_recorded_twice_either() -> None:
    first = resolved("2026-02-01", "aukra", "charter", "v1", latest="2026-03-01")
    again = {"earliest": "2026-02-01", "latest": "2026-03-01"}
    record("aukra", "charter", "v1", first, effective=again).then_rejected("resolution.already_recorded")


def test_an_older_resolution_is_recognised_behind_a_newer_one() -> None:
    both = (resolved("2026-03-01", "aukra", "charter", "v1"), resolved("2026-04-01", "aukra", "charter", "v1"))
    record("aukra", "charter", "v1", *both).then_rejected("resolution.already_recorded")


def test_a_resolution_rests_on_a_document() -> None:
    bare = record("aukra", "charter", "v1", evidence=[], mode="import", source=SOURCE)
    bare.then(resolution("aukra", "charter", "v1"), unverified=["resolution.evidence_missing"])
    assert refusal(bare, "decide").code == "resolution.evidence_missing"
    assert refusal(bare, "decide").nature == "unknown"


def test_an_executive_committee_s_resolution_on_paper_counts_for_nothing() -> None:
    sent = record("aukra", "charter", "v1", organ="executive_committee", mode="record", reason="Hastesak.")
    after = sent.then(
        resolution("aukra", "charter", "v1", organ="executive_committee"),
        irregular=["resolution.wrong_organ_for_subject"],
    )
    assert not after.state.resolutions.known(("charter", "v1"))


# How far a round has come -----------------------------------------------------------------

TOPIC: tuple[SubjectKind, str] = ("charter", "v1")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def round_of(*told: tuple[str, Outcome, date, date]) -> Resolutions:
    """Returns resolutions on version v1, each by member, outcome, first and last day, numbered from 1."""
    state = Resolutions()
    for number, (member_id, outcome, earliest, latest) in enumerate(told, start=1):
        event = resolution(member_id, "charter", "v1", outcome=outcome)
        state = evolve(state, event, Fact(event, number, Interval(earliest=earliest, latest=latest), RECORDED))
    return state


def test_a_round_nobody_has_heard_of_is_wholly_missing() -> None:
    none = ratification(Resolutions(), TOPIC, required=("molde", "aukra"))
    assert none.missing == none.required == ("aukra", "molde")
    assert (none.rejected, none.adopted, none.entries, none.begun) == ((), (), (), False)
    assert none.nature_of_gap == "unknown"
    assert none.precedes(Interval.exact(FIRST_DAY)) == "yes"


def test_a_round_says_who_adopted_who_rejected_and_who_is_missing() -> None:
    state = round_of(
        ("molde", "adopted", APRIL, APRIL), ("aukra", "adopted", MARCH, MARCH), ("rauma", "rejected", MAY, MAY)
    )
    so_far = ratification(state, TOPIC, required=("aukra", "molde", "rauma", "vestnes"))
    assert so_far.adopted == (("molde", 1), ("aukra", 2))
    assert (so_far.rejected, so_far.missing, so_far.entries) == (("rauma",), ("vestnes",), (1, 2, 3))
    assert (so_far.nature_of_gap, so_far.last_earliest, so_far.last_day) == ("rule", APRIL, APRIL)


def test_who_need_not_resolve_is_left_out_yet_shows_that_the_round_is_begun() -> None:
    so_far = ratification(round_of(("oslo", "rejected", MARCH, MARCH)), TOPIC, required=("aukra",))
    assert (so_far.missing, so_far.rejected, so_far.entries) == (("aukra",), (), ())
    assert so_far.nature_of_gap == "rule"


def test_the_last_resolution_by_a_day_counts_and_a_later_one_where_that_says_no() -> None:
    state = round_of(
        ("aukra", "rejected", MARCH, MARCH), ("aukra", "adopted", APRIL, APRIL), ("aukra", "rejected", MAY, MAY)
    )
    assert ratification(state, TOPIC, required=("aukra",), on=APRIL).adopted == (("aukra", 2),)
    assert ratification(state, TOPIC, required=("aukra",), on=MAY).rejected == ("aukra",)
    assert ratification(state, TOPIC, required=("aukra",), on=MARCH).rejected == ("aukra",)
    assert ratification(state, TOPIC, required=("aukra",)).entries == (3,)


def test_one_of_several_topics_is_enough_unless_the_other_was_rejected_later() -> None:
    state = round_of(("aukra", "adopted", APRIL, APRIL))
    event = resolution("aukra", "form_change", "ko", outcome="rejected")
    earlier = evolve(state, event, Fact(event, 2, Interval.exact(MARCH), RECORDED))
    later = evolve(state, event, Fact(event, 2, Interval.exact(MAY), RECORDED))
    topics: tuple[tuple[SubjectKind, str], ...] = (("form_change", "ko"), TOPIC)
    assert ratification(earlier, *topics, required=("aukra",)).adopted == (("aukra", 1),)
    assert ratification(later, *topics, required=("aukra",)).rejected == ("aukra",)


def test_a_roughly_dated_resolution_may_have_come_in_time() -> None:
    rough = ratification(round_of(("aukra", "adopted", MARCH, MAY)), TOPIC, required=("aukra",))
    assert (rough.last_earliest, rough.last_day) == (MARCH, MAY)
    assert rough.precedes(Interval.exact(date(2026, 2, 28))) == "no"
    assert rough.precedes(Interval.exact(MARCH)) == "unknown"
    assert rough.precedes(Interval.exact(MAY)) == "yes"
    assert rough.precedes(Interval(earliest=FIRST_DAY, latest=MARCH)) == "unknown"
    assert rough.precedes(Interval(earliest=FIRST_DAY, latest=MAY)) == "yes"


def test_a_roughly_dated_yes_is_not_undone_by_a_no_that_came_after_the_day() -> None:
    state = round_of(("aukra", "adopted", MARCH, MAY), ("aukra", "rejected", date(2026, 6, 1), date(2026, 6, 1)))
    assert ratification(state, TOPIC, required=("aukra",), on=APRIL).adopted == (("aukra", 1),)
    assert ratification(state, TOPIC, required=("aukra",), on=date(2026, 2, 28)).rejected == ("aukra",)


TOLD = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(("aukra", "molde")),
        strategies.sampled_from(("adopted", "rejected")),
        strategies.dates(MARCH, MAY),
    ).map(lambda told: (told[0], told[1], told[2], told[2])),
    max_size=8,
)


@examples(TOLD, strategies.dates(MARCH, MAY))
def test_every_required_member_adopted_rejected_or_is_missing(
    told: list[tuple[str, Outcome, date, date]], day: date
) -> None:
    state = round_of(*told)
    for on in (day, LAST_DAY):
        so_far = ratification(state, TOPIC, required=("aukra", "molde"), on=on)
        counted = [*so_far.missing, *so_far.rejected, *(member for member, _ in so_far.adopted)]
        assert sorted(counted) == ["aukra", "molde"]
        assert set(so_far.missing) == {"aukra", "molde"} - {member for member, *_ in told}
