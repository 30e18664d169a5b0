"""What the acts lay down for a body is told in one way, whether its rules, a call, a vote or its minutes are judged."""

from __future__ import annotations

from datetime import date

import pytest

from domain.rulebook import FORMS
from domain.rulebook.bodies import BODY_LAWS
from domain.rulebook.eligibility import EXCLUSIONS, POSITION_OF, kept_apart, kept_out
from domain.rulebook.meetings import meeting_rules
from domain.rulebook.minutes import minutes_rule
from domain.rulebook.voting import RULES, voting_rule
from domain.vocabulary import BodyKind, LegalFormId

NOW = date(2026, 11, 24)
PLACES = sorted(BODY_LAWS)


@pytest.mark.parametrize(("form", "kind"), PLACES)
def test_a_form_has_the_bodies_that_are_spoken_of(form: LegalFormId, kind: BodyKind) -> None:
    assert kind in FORMS[form].body_kinds


@pytest.mark.parametrize(("form", "kind"), [place for place in PLACES if place in RULES])
def test_a_vote_takes_what_rules_must_ask_for_at_least(form: LegalFormId, kind: BodyKind) -> None:
    law, rule = BODY_LAWS[form, kind], voting_rule(FORMS[form], kind, NOW)
    assert rule is not None
    assert (rule.quorum, rule.quorum_law or "") == (law.quorum, law.quorum_law)
    assert law.majority is not None
    assert (law.majority.needed, law.majority.base) == (rule.majority[0].needed, rule.majority[0].of)
    assert law.majority.law == rule.majority[0].law
    assert rule.chair_breaks_ties is (law.ties is not None)
    if law.charter_majority is not None:
        assert (law.charter_majority.needed, law.charter_majority.law) == (rule.charter[0].needed, rule.charter[0].law)


@pytest.mark.parametrize(("form", "kind"), PLACES)
def test_notice_and_signers_are_those_of_the_call_and_of_the_minutes(form: LegalFormId, kind: BodyKind) -> None:
    law, called, signed = BODY_LAWS[form, kind], meeting_rules(FORMS[form], kind, NOW), minutes_rule(form, kind)
    if called is not None:
        assert law.notice_days == called.notice_days
    if signed is not None and signed.signing == "chair_and_chosen":
        assert law.signers == signed.chosen
    if signed is not None:
        assert (law.signers == "all_present") is signed.signing.startswith("all_present")
        assert (law.large or 0) == signed.two_from


def test_nobody_is_kept_out_of_a_body_no_form_has() -> None:
    places = {place for exclusion in EXCLUSIONS for place in exclusion.seats}
    assert [place for place in sorted(places) if place[1] not in FORMS[place[0]].body_kinds] == []
    assert all(exclusion.positions or exclusion.bodies for exclusion in EXCLUSIONS)


def test_a_ko_is_the_only_form_that_lets_chief_executives_into_a_board_below() -> None:
    position = POSITION_OF["chief_executive"]
    assert kept_out("ko", "board", position) == ()
    assert [exclusion.law for exclusion in kept_out("ipr", "board", position)] == ["kommuneloven § 7-3"]
    assert kept_apart("ko", "board", "council_of_representatives") is None
