"""Elections and recalls by the member's own council, by the entry that records its resolution."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.bodies import Place, SeatFilled, SeatVacated
from domain.kernel import Basis
from domain.resolutions import MemberResolutionRecorded
from tests.spec import At, Given, at, command
from tests.specs.body_books import PLAN, SINCE, SOURCE, body, governed, seated

FOR_AUKRA: dict[str, Any] = {"body_id": "council", "on_behalf_of": "aukra"}
IN_COUNCIL = Place("body", "council")
RESOLUTION = 9
"""The entry of a resolution told first in a governed book: it is founded in eight."""


def resolved(member_id: str = "aukra", kind: str = "seat", ref: str = "council", outcome: str = "adopted") -> At:
    """Returns a council's resolution, as told in 2022."""
    shape = {"member_id": member_id, "council": "Kommunestyret", "subject": {"kind": kind, "ref": ref}}
    return at(SINCE, MemberResolutionRecorded.model_validate({**shape, "outcome": outcome}))


def resting_on(*refs: object) -> list[dict[str, str]]:
    """Returns the resolutions an act rests on."""
    return [{"kind": "resolution", "ref": str(ref)} for ref in refs]


def fill(**fields: Any) -> Any:
    """Returns a command to seat a person for Aukra in the council from 2023."""
    return command("seat.fill", **{"person_id": "p-1", "effective": "2023-01-01", **FOR_AUKRA, **fields})


def recall(**fields: Any) -> Any:
    """Returns a command to record that Aukra's representative was recalled in 2025."""
    sent = {"person_id": "p-1", "body_id": "council", "cause": "recalled", "effective": "2025-01-01"}
    return command("seat.vacate", **{**sent, **fields})


RECALLED = SeatVacated(person_id="p-1", body_id="council", cause="recalled")


def told(*facts: At) -> Given:
    """Returns a governed book with these facts."""
    return governed(*facts)


# Elections --------------------------------------------------------------------------------


def test_an_election_is_known_by_the_resolution_it_rests_on() -> None:
    after = told(resolved()).when(fill(basis=resting_on(RESOLUTION))).then(SeatFilled(person_id="p-1", **FOR_AUKRA))
    held = after.state.bodies.sitting(IN_COUNCIL, date(2023, 1, 1)).certain
    assert [tenure.election for tenure in held] == [Basis(kind="resolution", ref="9")]


@pytest.mark.parametrize(
    "other", [resolved("molde"), resolved(ref="board"), resolved(kind="shares"), resolved(outcome="rejected")]
)
def test_the_resolution_is_one_by_which_the_own_council_elects_to_the_body(other: At) -> None:
    rejection = (
        told(other)
        .when(fill(basis=resting_on(RESOLUTION)))
        .then_rejected("seat.election_by_another_council", member_id="aukra", ref=RESOLUTION)
    )
    assert (rejection.nature, rejection.entries) == ("fact", (RESOLUTION,))


def test_and_one_that_is_in_the_book() -> None:
    sent = fill(basis=resting_on(99))
    assert told().when(sent).then_rejected("seat.election_by_another_council", ref=99).entries == ()


def test_one_named_by_its_number_in_the_municipality_cannot_be_looked_up_and_is_taken_as_told() -> None:
    told().when(fill(basis=resting_on("K-sak 12/24"))).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_a_position_from_before_elections_had_a_subject_of_their_own_counts() -> None:
    told(resolved(kind="position", ref="valg")).when(fill(basis=resting_on(RESOLUTION))).then(
        SeatFilled(person_id="p-1", **FOR_AUKRA)
    )


def test_other_bodies_are_not_elected_by_councils() -> None:
    board = body("board", "board", PLAN)
    sent = fill(body_id="board", basis=resting_on(RESOLUTION))
    told(resolved("molde"), board).when(sent).then(SeatFilled(person_id="p-1", body_id="board", on_behalf_of="aukra"))


# Recalls ----------------------------------------------------------------------------------


def test_only_the_own_council_recalls() -> None:
    sits = seated("p-1", **FOR_AUKRA)
    rejection = told(sits).when(recall()).then_rejected("seat.recall_not_by_own_council", body_id="council")
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 19-3")
    told(resolved(), sits).when(recall(basis=resting_on(RESOLUTION))).then(RECALLED)


@pytest.mark.parametrize("other", [resolved("molde"), resolved(kind="shares"), resolved(outcome="rejected")])
def test_and_no_other_resolution_will_do(other: At) -> None:
    book = told(other, seated("p-1", **FOR_AUKRA))
    rejection = book.when(recall(basis=resting_on(RESOLUTION))).then_rejected("seat.recall_not_by_own_council")
    assert (rejection.nature, rejection.entries) == ("rule", (RESOLUTION,))


def test_one_among_several_is_enough() -> None:
    book = told(resolved(), resolved("molde"), seated("p-1", **FOR_AUKRA))
    book.when(recall(basis=resting_on("K-sak 1/25", 10, RESOLUTION))).then(RECALLED)


def test_one_that_cannot_be_looked_up_passes_in_an_import_only() -> None:
    book = told(seated("p-1", **FOR_AUKRA))
    sent = recall(basis=resting_on("K-sak 12/24"))
    assert book.when(sent).then_rejected("seat.recall_resolution_unknown").nature == "unknown"
    history = recall(basis=resting_on("K-sak 12/24"), mode="import", source=SOURCE)
    book.when(history).then(RECALLED, unverified=["seat.recall_resolution_unknown"])


def test_nor_can_it_be_said_whose_resolution_it_must_be_where_nobody_knows_who_elected() -> None:
    book = told(resolved(), seated("p-1", body_id="council"))
    sent = recall(basis=resting_on(RESOLUTION))
    assert book.when(sent).then_rejected("seat.recall_resolution_unknown").entries == (RESOLUTION,)


def test_who_leaves_for_another_reason_needs_no_resolution() -> None:
    book = told(seated("p-1", **FOR_AUKRA))
    resigned = SeatVacated(person_id="p-1", body_id="council", cause="resigned")
    book.when(recall(cause="resigned")).then(resigned)
