"""Rules a body lays down for itself: refusals in order of precedence, each at the act's limit and one step beyond."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.bodies import BodyDissolved, BodyRules, BodyRulesAdopted, MajorityRule, Threshold
from domain.collaboration import subjects
from domain.constitution import CharterEnteredIntoForce, CharterProposed, Clause
from domain.kernel import Subject
from domain.text import Share
from domain.vocabulary import BodyKind, LegalFormId
from tests.spec import At, Given, at, command, given, seal
from tests.specs.body_books import PLAN, SINCE, SOURCE, allotted, body, council, founded


def share(numerator: int, denominator: int, *, more_than: bool = False) -> dict[str, Any]:
    """Returns a threshold as a client sends it."""
    return {"share": {"numerator": numerator, "denominator": denominator}, "more_than": more_than}


HALF, OVER_HALF, TWO_THIRDS = share(1, 2), share(1, 2, more_than=True), share(2, 3)


def adopt(body_id: str = "council", text: str | None = None, **rules: Any) -> Any:
    """Returns a command to lay down a body's rules from 2023."""
    return command("body_rules.adopt", body_id=body_id, effective="2023-01-01", rules=rules, text=text)


def adopted(body_id: str = "council", text: str | None = None, **rules: Any) -> BodyRulesAdopted:
    """Returns the event that lays them down."""
    sealed = None if text is None else seal(text)
    return BodyRulesAdopted(body_id=body_id, rules=BodyRules.model_validate(rules, strict=False), text=sealed)


def majority(needed: dict[str, Any], about: str = "ordinary", base: str = "votes_cast") -> tuple[dict[str, Any], ...]:
    """Returns the one majority of a body as a client sends it."""
    return ({"about": about, "needed": needed, "base": base},)


def bodied(form: LegalFormId, kind: BodyKind, plan: Any = PLAN, *facts: At) -> Given:
    """Returns a book of a legal form with one body."""
    return given(founded(form, day="2022-01-01"), body("council", kind, plan), *facts)


def charter(*keys: str) -> tuple[At, At]:
    """Returns a charter in force with these clauses."""
    clauses = tuple(Clause(key=key, text=None) for key in keys)
    shape: dict[str, Any] = {"kind": "cooperation_agreement", "legal_form": "ko", "route": "member_councils"}
    proposed = CharterProposed(charter_version="v1", clauses=clauses, **shape)
    return at(SINCE, proposed), at(SINCE, CharterEnteredIntoForce(charter_version="v1", ratified_by=()))


# Accepted ---------------------------------------------------------------------------------


def test_rules_hold_from_their_day_until_others_replace_them() -> None:
    first: dict[str, Any] = {"notice_days": 14, "quorum": TWO_THIRDS}
    after = (
        given(founded(), council()).when(adopt(text="Reglement.", **first)).then(adopted(text="Reglement.", **first))
    )
    known = after.and_(at("2024-01-01", adopted(minute_signers=2))).state.bodies.bodies["council"]
    days = ("2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01")
    held = [known.rules_on(date.fromisoformat(day)) for day in days]
    assert [None if rules is None else rules.notice_days for rules in held] == [None, 14, 14, None]
    assert held[-1] is not None
    assert held[-1].minute_signers == 2


def test_rules_touch_the_body() -> None:
    assert subjects(adopted()) == (Subject("body", "council"),)


def test_a_matter_without_a_majority_of_its_own_has_the_ordinary_one() -> None:
    over = Threshold(share=Share(numerator=1, denominator=2), more_than=True)
    most = Threshold(share=Share(numerator=3, denominator=4))
    rules = BodyRules(majorities=(MajorityRule(needed=over), MajorityRule(about="budget", needed=most)))
    assert [found.needed for about in ("budget", "charter") if (found := rules.majority(about))] == [most, over]
    assert BodyRules().majority("ordinary") is None


def test_a_body_that_advises_decides_by_what_rules_it_likes() -> None:
    free: dict[str, Any] = {
        "quorum": share(1, 10),
        "consensus": True,
        "notice_days": 0,
        "casting_vote": False,
        "minute_signers": 0,
    }
    bodied("ko", "steering_group").when(adopt(**free)).then(adopted(**free))


def test_rules_for_a_body_the_book_does_not_know_change_nothing() -> None:
    book = given(founded())
    assert book.and_(at(SINCE, adopted())).state == book.state


# What contradicts the book ----------------------------------------------------------------


def test_only_a_known_body_has_rules() -> None:
    twice = (*majority(HALF), *majority(OVER_HALF))
    given(founded()).when(adopt("nobody", majorities=twice)).then_rejected("body.unknown_body", body_id="nobody")


def test_that_stands() -> None:
    gone = body("group", "steering_group"), at("2023-01-01", BodyDissolved(body_id="group"))
    given(founded(), *gone).when(adopt("group")).then_rejected("body.dissolved", body_id="group")


def test_a_matter_has_one_majority() -> None:
    twice = (*majority(share(1, 4)), *majority(share(1, 3)))
    sent = adopt(majorities=twice)
    given(founded(), council()).when(sent).then_rejected("body_rules.majority_listed_twice", about=["ordinary"])


def test_rules_that_hold_already_change_nothing() -> None:
    book = given(founded(), council(), at("2022-06-01", adopted(notice_days=14)))
    assert book.when(adopt(notice_days=14)).then_rejected("body_rules.nothing_changed").entries == (3,)
    book.when(adopt(notice_days=15)).then(adopted(notice_days=15))


def test_but_the_same_rules_may_come_with_a_new_text() -> None:
    book = given(founded(), council(), at("2022-06-01", adopted(notice_days=14)))
    book.when(adopt(text="Nytt reglement.", notice_days=14)).then(adopted(text="Nytt reglement.", notice_days=14))


def test_before_the_founding_it_is_not_known_what_the_act_asks() -> None:
    early = body("council", "board", day="2015-01-01")
    sent = command("body_rules.adopt", body_id="council", effective="2016-01-01", rules={"quorum": share(1, 10)})
    book = given(founded(), early)
    assert book.when(sent).then_rejected("body.form_unknown", kind="board").nature == "unknown"
    imported = sent.model_copy(update={"mode": "import", "source": SOURCE})
    book.when(imported).then(adopted(quorum=share(1, 10)), unverified=["body.form_unknown"])


# Weaker than the act ----------------------------------------------------------------------

COUNCIL: BodyKind = "council_of_representatives"


@pytest.mark.parametrize(
    ("form", "kind", "weak", "least", "law", "enough"),
    [
        ("ko", COUNCIL, {"quorum": share(499, 1000)}, "1/2", "kommuneloven § 11-9", {"quorum": HALF}),
        ("ipr", "board", {"quorum": share(1, 3)}, "1/2", "kommuneloven § 11-9", {"quorum": HALF}),
        ("host_joint_board", "joint_board", {"quorum": share(1, 3)}, "1/2", "kommuneloven § 11-9", {"quorum": HALF}),
        ("iks", COUNCIL, {"quorum": share(499, 1000)}, "1/2", "IKS-loven § 9", {"quorum": HALF}),
        ("iks", "board", {"quorum": share(499, 1000)}, "1/2", "IKS-loven § 12", {"quorum": HALF}),
        ("as", "board", {"quorum": HALF}, "> 1/2", "aksjeloven § 6-24", {"quorum": OVER_HALF}),
        ("iks", COUNCIL, {"notice_days": 27}, "28", "IKS-loven § 8", {"notice_days": 28}),
        ("as", "general_meeting", {"notice_days": 6}, "7", "aksjeloven § 5-10", {"notice_days": 7}),
        ("iks", COUNCIL, {"minute_signers": 1}, "2", "IKS-loven § 9a", {"minute_signers": 2}),
        ("iks", "board", {"minute_signers": 9}, "all_present", "IKS-loven § 12", {"all_present_sign": True}),
        ("as", "board", {"minute_signers": 1}, "2", "aksjeloven § 6-29", {"all_present_sign": True}),
        ("as", "general_meeting", {"minute_signers": 0}, "1", "aksjeloven § 5-16", {"minute_signers": 1}),
        ("ko", COUNCIL, {"casting_vote": False}, "true", "kommuneloven § 11-9", {"casting_vote": True}),
        ("as", "general_meeting", {"casting_vote": False}, "true", "aksjeloven § 5-17", {"casting_vote": True}),
        (
            "as", "board", {"majorities": majority(HALF, base="attending")}, "> 1/2", "aksjeloven § 6-25",
            {"majorities": majority(OVER_HALF, base="attending")},
        ),
        (
            "as", "board", {"majorities": majority(OVER_HALF)}, "> 1/2", "aksjeloven § 6-25",
            {"majorities": majority(OVER_HALF, base="attending")},
        ),
        (
            "iks", COUNCIL, {"majorities": majority(share(665, 1000), "charter")}, "2/3", "IKS-loven § 4",
            {"majorities": majority(TWO_THIRDS, "charter")},
        ),
        (
            "ko", COUNCIL, {"majorities": majority(HALF, "budget")}, "> 1/2", "kommuneloven § 11-9",
            {"majorities": majority(OVER_HALF, "budget")},
        ),
    ],
)  # fmt: skip
def test_no_rule_asks_for_less_than_the_act(
    form: LegalFormId, kind: BodyKind, weak: Any, least: str, law: str, enough: Any
) -> None:
    book = bodied(form, kind)
    rejection = book.when(adopt(**weak)).then_rejected("body_rules.weaker_than_law", body_id="council", least=least)
    assert (rejection.law, rejection.nature, rejection.entries) == (law, "rule", (1,))
    book.when(adopt(**enough)).then(adopted(**enough))


def test_a_weak_quorum_is_told_before_short_notice() -> None:
    sent = adopt(quorum=share(1, 3), notice_days=1, minute_signers=0, term_years=5)
    bodied("iks", COUNCIL).when(sent).then_rejected("body_rules.weaker_than_law", rule="quorum")
    sent = adopt(notice_days=1, minute_signers=0, term_years=5)
    bodied("iks", COUNCIL).when(sent).then_rejected("body_rules.weaker_than_law", rule="notice_days")


def test_in_a_company_board_of_five_two_may_sign_and_in_one_of_four_all_do() -> None:
    five, four = (allotted("aukra", 3), allotted("molde", 2)), (allotted("aukra"), allotted("molde"))
    rejection = bodied("as", "board", four).when(adopt(minute_signers=2)).then_rejected("body_rules.weaker_than_law")
    assert (rejection.law, rejection.params["least"]) == ("aksjeloven § 6-29", "all_present")
    bodied("as", "board", five).when(adopt(minute_signers=2)).then(adopted(minute_signers=2))
    bodied("as", "board", five).when(adopt(minute_signers=1)).then_rejected("body_rules.weaker_than_law", least="2")


def test_how_large_a_board_is_may_be_unknown() -> None:
    for plan in ((), (allotted("aukra", 5), allotted("molde", "unknown"))):
        rejection = (
            bodied("as", "board", plan).when(adopt(minute_signers=2)).then_rejected("body_rules.weaker_than_law")
        )
        assert rejection.nature == "unknown"


def test_equal_votes_in_a_general_meeting_are_for_the_articles_to_settle() -> None:
    book = bodied("as", "general_meeting", PLAN, *charter("voting"))
    book.when(adopt(casting_vote=False)).then(adopted(casting_vote=False))
    board = bodied("as", "board", PLAN, *charter("voting"))
    board.when(adopt(casting_vote=False)).then_rejected("body_rules.weaker_than_law", rule="casting_vote")


# Majorities that are not the body's to lay down -------------------------------------------


@pytest.mark.parametrize("rules", [{"consensus": True}, {"majorities": majority(TWO_THIRDS)}])
def test_a_municipal_body_decides_by_the_majority_of_the_act_and_no_other(rules: Any) -> None:
    book = bodied("ko", COUNCIL, PLAN, *charter("voting"))
    rejection = book.when(adopt(**rules)).then_rejected("body_rules.majority_fixed_by_law", needed="> 1/2")
    assert (rejection.law, rejection.entries) == ("kommuneloven § 11-9", (1, 4))


@pytest.mark.parametrize(
    ("form", "kind", "rules", "law"),
    [
        ("iks", COUNCIL, {"majorities": majority(share(1, 3))}, "IKS-loven § 9"),
        ("iks", COUNCIL, {"consensus": True}, "IKS-loven § 9"),
        ("iks", "board", {"majorities": majority(OVER_HALF)}, "IKS-loven § 12"),
        ("as", "board", {"majorities": majority(TWO_THIRDS, base="attending")}, "aksjeloven § 6-25"),
        ("as", "general_meeting", {"majorities": majority(share(3, 4), "charter")}, "aksjeloven § 5-18"),
        ("ko", COUNCIL, {"majorities": majority(share(3, 4), "charter")}, "kommuneloven § 19-4"),
        ("ipr", COUNCIL, {"majorities": majority(HALF, "charter")}, "kommuneloven § 18-4"),
    ],
)
def test_another_majority_is_the_charters_to_lay_down(form: LegalFormId, kind: BodyKind, rules: Any, law: str) -> None:
    rejection = bodied(form, kind).when(adopt(**rules)).then_rejected("body_rules.majority_belongs_in_charter")
    assert (rejection.law, rejection.nature) == (law, "rule")
    bodied(form, kind, PLAN, *charter("voting")).when(adopt(**rules)).then(adopted(**rules))


def test_elections_are_won_by_other_rules_and_not_compared() -> None:
    rules: dict[str, Any] = {"majorities": majority(share(1, 10), "election")}
    bodied("ko", COUNCIL).when(adopt(**rules)).then(adopted(**rules))


# Terms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kind", "law"),
    [
        ("ko", COUNCIL, "kommuneloven § 19-3"),
        ("ipr", COUNCIL, "kommuneloven § 18-3"),
        ("iks", COUNCIL, "IKS-loven § 6"),
        ("iks", "board", "IKS-loven § 10"),
    ],
)
def test_terms_are_four_years_at_most(form: LegalFormId, kind: BodyKind, law: str) -> None:
    book = bodied(form, kind)
    assert book.when(adopt(term_years=5)).then_rejected("body_rules.term_over_four_years", longest=4).law == law
    book.when(adopt(term_years=4)).then(adopted(term_years=4))


def test_unless_the_charter_says_otherwise_but_never_in_the_board_of_an_iks() -> None:
    council_of_iks = bodied("iks", COUNCIL, PLAN, *charter("term_of_office"))
    council_of_iks.when(adopt(term_years=6)).then(adopted(term_years=6))
    board_of_iks = bodied("iks", "board", PLAN, *charter("term_of_office"))
    board_of_iks.when(adopt(term_years=5)).then_rejected("body_rules.term_over_four_years", term_years=5)


def test_weak_rules_may_be_recorded_afterwards_without_effect() -> None:
    fields = {"mode": "record", "reason": "Slik sto det i reglementet.", "effective": "2023-01-01"}
    sent = command("body_rules.adopt", body_id="council", rules={"quorum": share(1, 3), "term_years": 5}, **fields)
    given(founded(), council()).when(sent).then(
        adopted(quorum=share(1, 3), term_years=5),
        irregular=["body_rules.weaker_than_law", "body_rules.term_over_four_years"],
    )
