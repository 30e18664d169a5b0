"""Members' frames, and budgets that keep within them (kommuneloven § 14-8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.budgets import BudgetAdopted, Frame, MemberFrameSet
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import MemberAdmitted, MemberDeparted
from domain.resolutions import MemberResolutionRecorded
from tests.spec import At, at, command
from tests.specs.budget_books import book, line

FRAME = {"year": 2027, "member_id": "aukra", "operating_frame": 100_000, "investment_frame": 50_000}


def resolved(day: str, outcome: str = "adopted", member_id: str = "aukra", year: int = 2027) -> At:
    """Returns a council's resolution on its frame."""
    told = {
        "member_id": member_id,
        "council": f"{member_id.title()} kommunestyre",
        "subject": {"kind": "frame", "ref": str(year)},
        "outcome": outcome,
    }
    return at(day, MemberResolutionRecorded.model_validate(told))


def set_frame(day: str = "2026-11-10", **fields: Any) -> Any:
    """Returns a command to set Aukra's frame of 2027."""
    return command("member_frame.set", **{**FRAME, "effective": day, **fields})


def framed(day: str = "2026-11-10", **fields: Any) -> At:
    """Returns that a frame was set."""
    return at(day, MemberFrameSet.model_validate({**FRAME, **fields}))


# Setting a frame --------------------------------------------------------------------------


def test_a_frame_its_council_has_set_is_recorded_once() -> None:
    after = book("ko", resolved("2026-11-10")).when(set_frame()).then(MemberFrameSet.model_validate(FRAME))
    line_of_frames = after.state.budgets.frames[2027, "aukra"]
    assert line_of_frames.certain(date(2026, 11, 9)) is None
    assert line_of_frames.certain(date(2026, 11, 10)) == Frame(100_000, 50_000)


def test_a_frame_touches_the_budget_and_the_member() -> None:
    assert subjects(MemberFrameSet.model_validate(FRAME)) == (Subject("budget", "2027"), Subject("member", "aukra"))


def test_a_frame_is_some_members() -> None:
    refused = book("ko").when(set_frame(member_id="eide")).then_rejected("budget.unknown_member", member_ids=["eide"])
    assert refused.nature == "fact"


def test_a_frame_is_set_anew_only_by_a_new_resolution_with_another_amount() -> None:
    before = book("ko", resolved("2026-11-10"), framed())
    refused = before.when(set_frame(operating_frame=1)).then_rejected(
        "budget.duplicate_frame", member_id="aukra", year=2027
    )
    assert (refused.nature, refused.entries) == ("fact", (4,))
    later = before.and_(resolved("2026-11-20"))
    later.when(set_frame("2026-11-20")).then_rejected("budget.duplicate_frame")
    raised = later.when(set_frame("2026-11-20", operating_frame=100_001)).then(
        MemberFrameSet.model_validate({**FRAME, "operating_frame": 100_001})
    )
    frames = raised.state.budgets.frames[2027, "aukra"]
    assert frames.certain(date(2026, 11, 19)) == Frame(100_000, 50_000)
    assert frames.certain(date(2026, 11, 20)) == Frame(100_001, 50_000)


def departed(day: str, latest: str | None = None) -> At:
    """Returns that Aukra left."""
    return at(day, MemberDeparted(member_id="aukra", cause="withdrawn"), latest)


def test_whoever_leaves_before_the_year_has_no_frame_in_it() -> None:
    gone = book("ko", departed("2027-01-01"), resolved("2026-11-10"))
    refused = gone.when(set_frame()).then_rejected("budget.not_a_member", member_id="aukra", year=2027)
    assert (refused.nature, refused.entries) == ("rule", (1, 3))
    for still_there in (departed("2027-01-02"), departed("2026-12-01", "2027-01-02")):
        book("ko", still_there, resolved("2026-11-10")).when(set_frame()).then(MemberFrameSet.model_validate(FRAME))


@pytest.mark.parametrize(("joins", "code"), [("2027-12-31", None), ("2028-01-01", "budget.not_a_member")])
def test_whoever_joins_in_the_year_has_a_frame_in_it(joins: str, code: str | None) -> None:
    joining = book("ko", at(joins, MemberAdmitted(member_id="eide", name="Eide")))
    sent = joining.and_(resolved("2026-11-10", member_id="eide")).when(set_frame(member_id="eide"))
    if code is None:
        sent.then(MemberFrameSet.model_validate({**FRAME, "member_id": "eide"}))
    else:
        sent.then_rejected(code, member_id="eide", year=2027)


@pytest.mark.parametrize(
    ("facts", "nature"),
    [
        ([], "unknown"),
        ([resolved("2026-11-10", year=2028)], "unknown"),
        ([resolved("2026-11-10", member_id="molde")], "unknown"),
        ([resolved("2026-11-10", "rejected")], "rule"),
        ([resolved("2026-11-11")], "rule"),
    ],
)
def test_a_frame_is_set_by_the_council_itself(facts: list[At], nature: str) -> None:
    refused = (
        book("ko", *facts).when(set_frame()).then_rejected("budget.frame_not_by_council", member_id="aukra", year=2027)
    )
    assert (refused.nature, refused.law) == (nature, "kommuneloven § 14-8")
    book("ko", *facts, resolved("2026-11-10")).when(set_frame()).then(MemberFrameSet.model_validate(FRAME))


def test_a_resolution_with_a_rough_date_may_have_come_too_late() -> None:
    rough = at("2026-11-01", resolved("2026-11-01").event, "2026-11-15")
    refused = book("ko", rough).when(set_frame()).then_rejected("budget.frame_not_by_council")
    assert refused.nature == "unknown"
    book("ko", rough).when(set_frame("2026-11-15")).then(MemberFrameSet.model_validate(FRAME))


def test_where_the_source_shows_no_resolution_the_frame_is_imported_unverified() -> None:
    sent = set_frame(mode="import", source={"title": "Budsjettvedtak", "read_on": "2026-11-24"})
    book("as").when(sent).then(MemberFrameSet.model_validate(FRAME), unverified=["budget.frame_not_by_council"])
    assert book("as").when(set_frame()).then_rejected("budget.frame_not_by_council").law is None


def test_objections_to_a_frame_come_in_order() -> None:
    before = book("ko", departed("2026-12-31"), framed("2026-11-01", year=2026))
    before.when(set_frame(member_id="eide", year=2026)).then_rejected("budget.unknown_member")
    before.when(set_frame(year=2026)).then_rejected("budget.duplicate_frame")
    before.when(set_frame()).then_rejected("budget.not_a_member")
    before.when(set_frame(member_id="molde")).then_rejected("budget.frame_not_by_council")


# Keeping within it ------------------------------------------------------------------------


def budget(operating: int = 100_000, investment: int = 50_000, payer: str = "aukra", later: int = 0) -> dict[str, Any]:
    """Returns the budget of 2027, in which `payer` contributes; `later` more in the year after."""
    lines = [
        line("base", "operating", "income", operating - 1, operating, member_id=payer),
        line("plus", "operating", "income", 1, later, member_id=payer),
        line("share", "investment", "income", investment, investment + later, member_id=payer),
        line("staff", "operating", "expense", operating - 7, operating + later),
        line("back", "operating", "expense", 7, 0, member_id=payer),
        line("servers", "investment", "expense", investment, investment + later),
    ]
    return {"year": 2027, "lines": lines, "decision_id": "budget-2027"}


def adopting(*, late: bool | None = False, **fields: Any) -> Any:
    """Returns a command to adopt it, with the event it leads to under a form that asks for it before the new year."""
    sent = command("budget.adopt", **budget(**fields))
    told = {name: getattr(sent, name) for name in ("year", "lines", "decision_id", "new_loans")}
    return sent, BudgetAdopted.model_validate(told | {"late": late})


@pytest.mark.parametrize("form", ["ko", "ipr"])
def test_contributions_may_fill_the_frame_but_not_exceed_it(form: str) -> None:
    before = book(form, framed())
    over: list[tuple[str, dict[str, Any], int, int]] = [
        ("operating", {"operating": 100_001}, 100_001, 100_000),
        ("investment", {"investment": 50_001}, 50_001, 50_000),
    ]
    for part, fields, amount, frame in over:
        refused = before.when(adopting(**fields)[0]).then_rejected(
            "budget.exceeds_member_frames",
            member_id="aukra",
            year=2027,
            part=part,
            amount_ore=amount,
            frame_ore=frame,
            excess_ore=1,
        )
        assert (refused.nature, refused.law, refused.entries) == ("rule", "kommuneloven § 14-8", (3,))
    sent, event = adopting(later=1)
    before.when(sent).then(event)


def test_a_single_oere_is_above_a_frame_of_nothing() -> None:
    before = book("ko", framed(operating_frame=0))
    oere = [line("base", "operating", "income", 1, member_id="aukra"), line("staff", "operating", "expense", 1)]
    sent = command("budget.adopt", year=2027, lines=oere, decision_id="budget-2027")
    before.when(sent).then_rejected("budget.exceeds_member_frames", amount_ore=1, frame_ore=0, excess_ore=1)


def test_the_frame_is_the_one_that_holds_when_the_budget_is_adopted() -> None:
    raised = framed("2026-11-25", operating_frame=100_001)
    sent, event = adopting(operating=100_001)
    book("ko", framed(), raised).when(sent).then_rejected("budget.exceeds_member_frames", frame_ore=100_000)
    book("ko", framed(), framed("2026-11-24", operating_frame=100_001)).when(sent).then(event)


@pytest.mark.parametrize(
    "facts", [[], [framed("2026-11-25")], [at("2026-11-01", framed().event, "2026-11-25")], [framed(year=2026)]]
)
def test_a_contribution_needs_a_frame_that_certainly_holds(facts: list[At]) -> None:
    sent, event = adopting()
    refused = (
        book("ko", *facts)
        .when(sent)
        .then_rejected("budget.frame_missing", member_id="aukra", year=2027, part="investment", amount_ore=50_000)
    )
    assert (refused.nature, refused.law) == ("unknown", "kommuneloven § 14-8")
    imported = sent.model_copy(update={"mode": "import"})
    assert book("ko", *facts).when(imported).decide().ruling.unverified == ("budget.frame_missing",)
    assert book("ko", *facts).when(imported).decide().events == (event,)


def test_who_pays_nothing_needs_no_frame() -> None:
    nothing = [line("base", "operating", "income", 0, member_id="aukra"), line("staff", "operating", "expense", 0)]
    sent = command("budget.adopt", year=2027, lines=nothing, decision_id="budget-2027")
    assert book("ko").when(sent).decide().ruling.unverified == ()


def test_what_a_customer_pays_is_within_no_frame() -> None:
    sent, event = adopting(payer="sunndal")
    book("ko").when(sent).then(event)


@pytest.mark.parametrize("form", ["as", "host_admin", "association"])
def test_other_forms_have_no_frames_to_keep_within(form: str) -> None:
    sent, event = adopting(late=None, operating=100_001)
    book(form, framed()).when(sent).then(event)
