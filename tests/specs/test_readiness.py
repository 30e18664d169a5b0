"""Assessments, comparisons of models and pitfalls: what is accepted, and every refusal in order of precedence."""

from __future__ import annotations

from typing import Any

import pytest

from domain.collaboration import subjects
from domain.kernel import Subject
from domain.readiness import (
    CriterionScore,
    IndicatorShown,
    ModelOption,
    ModelOptionsAssessed,
    PitfallHandled,
    PitfallRaised,
    ReadinessAssessed,
    Score,
)
from domain.rulebook.readiness import CRITERIA, PAIRS
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, seal
from tests.specs.body_books import SOURCE, governed, office, seated

DAY = "2024-03-01"
SCORES = [{"pair": pair, "score": 0} for pair in PAIRS]
BY_CRITERION = [{"criterion": criterion, "score": 1} for criterion in CRITERIA]
ASSESSED = ReadinessAssessed(
    assessment_id="r-1",
    instrument="landsby_storby-1",
    assessor="unknown",
    scores=tuple(Score(pair=pair, score=0) for pair in PAIRS),
)
IMPORT = {"mode": "import", "source": SOURCE}
RECORD = {"mode": "record", "reason": "Slik var det."}


def assess(**fields: Any) -> Any:
    """Returns a command to assess readiness, complete but for what `fields` change."""
    return command("readiness.assess", **{"assessment_id": "r-1", "scores": SCORES, "effective": DAY, **fields})


def option(legal_form: str, **fields: Any) -> dict[str, Any]:
    """Returns a form as a client offers it, judged by every criterion."""
    return {"legal_form": legal_form, "criterion_scores": BY_CRITERION, **fields}


def compare(**fields: Any) -> Any:
    """Returns a command to compare two forms, complete but for what `fields` change."""
    known = {"comparison_id": "o-1", "options": [option("ko"), option("iks")], "effective": DAY}
    return command("model_options.assess", **{**known, **fields})


def compared(*forms: Any, **fields: Any) -> ModelOptionsAssessed:
    """Returns that these forms were compared."""
    scores = tuple(CriterionScore(criterion=criterion, score=1) for criterion in CRITERIA)
    options = tuple(ModelOption(legal_form=form, criterion_scores=scores) for form in forms or ("ko", "iks"))
    return ModelOptionsAssessed(comparison_id="o-1", assessor="unknown", options=options, **fields)


def raise_(**fields: Any) -> Any:
    """Returns a command to raise a pitfall, complete but for what `fields` change."""
    return command("pitfall.raise", **{"concern_id": "x-1", "pitfall_id": "too_fast", "effective": DAY, **fields})


def raised(concern_id: str = "x-1", pitfall_id: Any = "too_fast", **fields: Any) -> PitfallRaised:
    """Returns that a pitfall was raised by someone."""
    known: dict[str, Any] = {"raised_by": "person", "severity": "unknown", "catalogue": "fallgruver-1", **fields}
    return PitfallRaised(concern_id=concern_id, pitfall_id=pitfall_id, **known)


def handle(**fields: Any) -> Any:
    """Returns a command to say what came of a pitfall, complete but for what `fields` change."""
    return command("pitfall.handle", **{"concern_id": "x-1", "outcome": "avoided", "effective": DAY, **fields})


def concerned(*facts: At) -> Given:
    """Returns a book in which a pitfall was raised, and these facts."""
    return governed(at("2024-02-01", raised()), *facts)


ORDERERS = (
    office("orders-aukra", "orderer", "aukra"),
    office("orders-molde", "orderer", "molde"),
    seated("p-1", office_id="orders-aukra"),
)
"""Both members have an office of orderer, and only Aukra someone in it."""


# Assessments -----------------------------------------------------------------------------


def test_every_pair_is_scored() -> None:
    event = ASSESSED.model_copy(update={"assessor": Holder(kind="body", id="council"), "remarks": seal("Nær.")})
    governed().when(assess(assessor={"kind": "body", "id": "council"}, remarks="Nær.")).then(event)
    assert subjects(event) == (Subject("assessment", "r-1"), Subject("body", "council"))
    assert subjects(ASSESSED) == (Subject("assessment", "r-1"),)


def test_refusals_of_an_assessment_in_order_of_precedence() -> None:
    wrong = {"scores": [*SCORES[:11], SCORES[0]], "assessor": {"kind": "member", "id": "nobody"}}
    before = governed(at(DAY, ASSESSED))
    before.when(assess(**wrong)).then_rejected("readiness.already_assessed", assessment_id="r-1")
    governed().when(assess(**wrong)).then_rejected("readiness.scored_twice", pairs=["culture"])
    short = {**wrong, "scores": SCORES[:11]}
    governed().when(assess(**short)).then_rejected("readiness.unknown_assessor", kind="member", id="nobody")
    refused = governed().when(assess(scores=SCORES[:11])).then_rejected("readiness.incomplete_scores")
    assert (refused.nature, refused.params["missing_pairs"]) == ("unknown", ["complexity"])


@pytest.mark.parametrize("kind", ["member", "body", "office"])
def test_whoever_assessed_is_known(kind: str) -> None:
    known = {"member": "aukra", "body": "council", "office": "manager"}[kind]
    governed().when(assess(assessor={"kind": kind, "id": known})).decide()
    governed().when(assess(assessor={"kind": kind, "id": "nobody"})).then_rejected("readiness.unknown_assessor")


def test_the_collaboration_itself_may_assess() -> None:
    this = Holder(kind="collaboration", id="this")
    event = ASSESSED.model_copy(update={"assessor": this})
    governed().when(assess(assessor=this.model_dump())).then(event)
    assert subjects(event) == (Subject("assessment", "r-1"),)


def test_a_source_may_be_silent_on_a_score() -> None:
    gap = [*SCORES[:11], {"pair": "complexity", "score": "unknown"}]
    scores = tuple(Score.model_validate(score) for score in gap)
    governed().when(assess(scores=gap)).then_rejected("readiness.incomplete_scores", missing_pairs=["complexity"])
    event = ASSESSED.model_copy(update={"scores": scores})
    governed().when(assess(scores=gap, **IMPORT)).then(event, unverified=["readiness.incomplete_scores"])
    governed().when(assess(scores=gap, **RECORD)).then(event, irregular=["readiness.incomplete_scores"])


# Comparisons -----------------------------------------------------------------------------


def test_forms_are_held_against_six_criteria() -> None:
    event = compared(recommended_form="iks", rationale=seal("Eget ansvar."))
    governed().when(compare(recommended_form="iks", rationale="Eget ansvar.")).then(event)
    assert subjects(event) == (Subject("comparison", "o-1"),)
    governed().when(compare()).then(compared())


def test_refusals_of_a_comparison_in_order_of_precedence() -> None:
    twice = [option("ko"), option("ko"), option("guild")]
    wrong = {"options": twice, "recommended_form": "as", "assessor": {"kind": "office", "id": "nobody"}}
    before = governed(at(DAY, compared()))
    before.when(compare(**wrong)).then_rejected("model_options.already_assessed", comparison_id="o-1")
    governed().when(compare(**wrong)).then_rejected("model_options.form_unknown", options=["guild"])
    wrong["options"] = twice[:2]
    governed().when(compare(**wrong)).then_rejected("model_options.judged_twice", options=["ko"])
    old = option("historic_27", criterion_scores=BY_CRITERION[:5])
    wrong["options"] = [old]
    governed().when(compare(**wrong)).then_rejected("model_options.recommended_not_judged", recommended_form="as")
    wrong["recommended_form"] = "historic_27"
    governed().when(compare(**wrong)).then_rejected("readiness.unknown_assessor", id="nobody")
    del wrong["assessor"]
    refused = governed().when(compare(**wrong)).then_rejected("model_options.recommended_form_repealed")
    assert (refused.nature, refused.law) == ("rule", "kommuneloven § 31-1")
    del wrong["recommended_form"]
    refused = governed().when(compare(**wrong)).then_rejected("model_options.incomplete", options=["historic_27"])
    assert refused.nature == "unknown"


def test_a_form_is_judged_once_by_each_criterion() -> None:
    twice = option("ko", criterion_scores=[*BY_CRITERION, BY_CRITERION[0]])
    governed().when(compare(options=[twice])).then_rejected("model_options.judged_twice", options=["ko"])


@pytest.mark.parametrize(("day", "refused"), [("2019-10-31", False), ("2019-11-01", True)])
def test_a_repealed_form_was_recommended_while_it_could_be_taken(day: str, refused: bool) -> None:
    sent = compare(options=[option("historic_27")], recommended_form="historic_27", effective=day, **IMPORT)
    book = governed()
    if refused:
        book.when(sent).then_rejected("model_options.recommended_form_repealed")
    else:
        book.when(sent).decide()


def test_a_form_that_is_to_come_may_be_recommended() -> None:
    sent = compare(options=[option("ko")], recommended_form="ko", effective="2018-09-01", **IMPORT)
    governed().when(sent).then(compared("ko", recommended_form="ko"))


def test_a_criterion_a_source_does_not_show_is_a_gap() -> None:
    gap = option("ko", criterion_scores=[*BY_CRITERION[:5], {"criterion": CRITERIA[5], "score": "unknown"}])
    governed().when(compare(options=[gap])).then_rejected("model_options.incomplete", options=["ko"])
    scores = tuple(CriterionScore.model_validate(score) for score in gap["criterion_scores"])
    event = compared().model_copy(update={"options": (ModelOption(legal_form="ko", criterion_scores=scores),)})
    governed().when(compare(options=[gap], **IMPORT)).then(event, unverified=["model_options.incomplete"])


# Pitfalls --------------------------------------------------------------------------------


def test_anyone_may_raise_a_pitfall_of_the_catalogue() -> None:
    sent = raise_(severity="high", evidence_entries=[2, 1], description="For fort.")
    event = raised(severity="high", evidence_entries=(2, 1), description=seal("For fort."))
    governed().when(sent).then(event)
    assert subjects(event) == (Subject("concern", "x-1"),)


def test_refusals_of_raising_in_order_of_precedence() -> None:
    wrong = {"evidence_entries": [99], "raised_by": "indicator"}
    concerned().when(raise_(pitfall_id="pride", **wrong)).then_rejected("pitfall.already_raised", concern_id="x-1")
    again = {"concern_id": "x-2", **wrong}
    concerned().when(raise_(**{**again, "pitfall_id": "pride"})).then_rejected(
        "pitfall.not_in_catalogue", pitfall_id="pride", catalogue="fallgruver-1"
    )
    refused = concerned().when(raise_(**again)).then_rejected("pitfall.still_open", concern_id="x-1")
    assert refused.entries == (concerned().number,)
    head = governed().number
    governed().when(raise_(**wrong)).then_rejected("pitfall.unknown_entry", unknown=["99"], head=head)
    unknown = governed().when(raise_(raised_by="indicator")).then_rejected("pitfall.indicator_unknown")
    assert unknown.nature == "unknown"
    full = governed(*ORDERERS, seated("p-2", office_id="orders-molde"))
    sent = raise_(raised_by="indicator", pitfall_id="ordering_competence")
    assert full.when(sent).then_rejected("pitfall.indicator_not_raised").nature == "fact"


def test_the_last_entry_may_be_pointed_at_and_the_next_not() -> None:
    head = governed().number
    governed().when(raise_(evidence_entries=[head])).decide()
    governed().when(raise_(evidence_entries=[head + 1])).then_rejected("pitfall.unknown_entry")


def test_raised_by_its_indicator_it_keeps_what_that_came_to() -> None:
    book = governed(*ORDERERS)
    first = book.number - 2
    shown = IndicatorShown(measured=1, out_of=2, unit="members")
    event = raised(
        pitfall_id="ordering_competence", raised_by="indicator", indicator=shown, rests_on=(first, first + 1, first + 2)
    )
    book.when(raise_(raised_by="indicator", pitfall_id="ordering_competence")).then(event)


def test_an_indicator_the_book_does_not_know_is_taken_from_a_source() -> None:
    event = raised(raised_by="indicator")
    sent = raise_(raised_by="indicator", **IMPORT)
    governed().when(sent).then(event, unverified=["pitfall.indicator_unknown"])


def test_a_pitfall_is_raised_anew_once_it_is_handled() -> None:
    done = concerned(at(DAY, PitfallHandled(concern_id="x-1", outcome="avoided")))
    done.when(raise_(concern_id="x-2")).then(raised("x-2"))
    concerned().when(raise_(concern_id="x-2", pitfall_id="sla_at_start")).then(raised("x-2", "sla_at_start"))


def test_what_came_of_a_pitfall() -> None:
    event = PitfallHandled(concern_id="x-1", outcome="accepted", remarks=seal("Vi tåler det."))
    concerned().when(handle(outcome="accepted", remarks="Vi tåler det.")).then(event)
    assert subjects(event) == (Subject("concern", "x-1"),)
    followed = event.model_copy(update={"follow_up_id": "f-1"})
    assert subjects(followed) == (Subject("concern", "x-1"), Subject("follow_up", "f-1"))


def test_refusals_of_handling_in_order_of_precedence() -> None:
    wrong = {"follow_up_id": "f-1", "effective": "2024-01-31", "outcome": "mitigated"}
    governed().when(handle(**wrong)).then_rejected("pitfall.unknown_concern", concern_id="x-1")
    done = concerned(at("2024-02-02", PitfallHandled(concern_id="x-1", outcome="avoided")))
    assert done.when(handle(**wrong)).then_rejected("pitfall.not_open").entries == (done.number - 1, done.number)
    concerned().when(handle(**wrong)).then_rejected("pitfall.unknown_follow_up", follow_up_id="f-1")
    del wrong["follow_up_id"]
    concerned().when(handle(**wrong)).then_rejected(
        "pitfall.handled_before_raised", on="2024-01-31", raised_on="2024-02-01"
    )
    wrong["effective"] = "2024-02-01"
    refused = concerned().when(handle(**wrong)).then_rejected("pitfall.measure_missing")
    assert refused.nature == "unknown"
    concerned().when(handle(effective="2024-02-01")).then(PitfallHandled(concern_id="x-1", outcome="avoided"))


def test_nothing_comes_of_a_pitfall_that_was_never_raised() -> None:
    event = PitfallHandled(concern_id="gone", outcome="avoided")
    assert concerned(at(DAY, event)).state == concerned().state
    twice = (at(DAY, PitfallHandled(concern_id="x-1", outcome=outcome)) for outcome in ("avoided", "accepted"))
    assert concerned(*twice).state.readiness.concerns["x-1"].outcome == "avoided"


def test_only_the_latest_entries_an_indicator_rests_on_are_kept() -> None:
    many = [office(f"o-{n}", "orderer", "aukra") for n in range(120)]
    book = governed(*many)
    (event,) = book.when(raise_(raised_by="indicator", pitfall_id="ordering_competence")).decide().events
    assert isinstance(event, PitfallRaised)
    assert event.rests_on == tuple(range(book.number - 99, book.number + 1))
