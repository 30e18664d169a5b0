"""What a service level asks for: what is good enough, what would be ideal, and the review it comes from."""

from __future__ import annotations

import pytest

from domain.agreements import ServiceReviewHeld
from tests.spec import At, at
from tests.specs.agreement_books import IMPORTED, book, concluded
from tests.specs.test_agreements_levels import UPTIME, revise, revised


@pytest.mark.parametrize(
    ("operator", "value", "good_enough", "stricter"),
    [
        ("at_least", "99.5", "99.500001", True),
        ("at_least", "99.5", "99.50", False),
        ("at_least", "100", "99.9", False),
        ("at_most", "4", "3.999999", True),
        ("at_most", "4", "4", False),
        ("at_most", "-4", "10", False),
        ("at_most", "4", "unknown", False),
        ("at_most", "4", None, False),
    ],
)
def test_good_enough_asks_for_no_more_than_the_target(
    operator: str, value: str, good_enough: str | None, *, stricter: bool
) -> None:
    target = {**UPTIME, "operator": operator, "value": value, "good_enough": good_enough}
    sent = book(concluded()).when(revise(targets=[target]))
    if not stricter:
        sent.then(revised(targets=[target]))
        return
    refused = sent.then_rejected(
        "agreement.good_enough_stricter",
        agreement_id="sla",
        target_id="uptime",
        value=value,
        good_enough=good_enough,
    )
    assert refused.nature == "rule"


@pytest.mark.parametrize(
    ("operator", "value", "ideal", "weaker"),
    [
        ("at_least", "99.5", "99.499999", True),
        ("at_least", "99.5", "99.50", False),
        ("at_least", "99.5", "100", False),
        ("at_most", "4", "4.000001", True),
        ("at_most", "4", "4", False),
        ("at_most", "-4", "-10", False),
        ("at_most", "4", "unknown", False),
        ("at_most", "4", None, False),
    ],
)
def test_the_ideal_asks_for_no_less_than_the_target(
    operator: str, value: str, ideal: str | None, *, weaker: bool
) -> None:
    target = {**UPTIME, "operator": operator, "value": value, "good_enough": None, "ideal": ideal}
    sent = book(concluded()).when(revise(targets=[target]))
    if not weaker:
        sent.then(revised(targets=[target]))
        return
    refused = sent.then_rejected(
        "agreement.ideal_weaker", agreement_id="sla", target_id="uptime", value=value, ideal=ideal
    )
    assert refused.nature == "rule"


def test_of_a_target_whose_value_is_not_known_the_ideal_is_not_judged() -> None:
    target = {**UPTIME, "value": "unknown", "ideal": "1"}
    sent = book(concluded()).when(revise(**{**IMPORTED, "targets": [target]}))
    sent.then(revised(targets=[target]), unverified=["agreement.target_uncomputable"])


def reviewed(agreement_id: str, day: str, latest: str | None = None) -> At:
    """Returns that a review was held."""
    event = ServiceReviewHeld(agreement_id=agreement_id, customers_present=("aukra",), provider_present=True)
    return at(day, event, latest)


@pytest.mark.parametrize(
    ("ref", "held"),
    [
        ("sla", True),
        ("sla:2026-10-01", True),
        ("sla:2026-10-02", False),
        ("other:2026-11-01", False),
        ("other", False),
        ("none", False),
    ],
)
def test_a_version_comes_from_a_review_of_its_own_agreement(ref: str, *, held: bool) -> None:
    both = concluded(), concluded(agreement_id="other")
    before = book(*both, reviewed("sla", "2026-10-01"), reviewed("other", "2026-11-01"))
    sent = before.when(revise(review_ref=ref))
    if held:
        after = sent.then(revised(review_ref=ref))
        last = after.state.agreements.levels["sla"].last
        assert last is not None
        assert last.value.review_ref == ref
        return
    refused = sent.then_rejected("agreement.review_not_held", agreement_id="sla", review_ref=ref)
    assert refused.nature == "fact"
