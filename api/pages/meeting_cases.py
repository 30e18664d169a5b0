"""The cases of a meeting: what was proposed, what was done with it in order, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from api.pages.meeting_effects import effect
from api.pages.meeting_parts import CaseTold, DecisionTold, ProposalTold, Said, Teller, Told, Treated, known
from api.pages.meeting_votes import counted, proposer, the_proposal, vote
from api.pages.parts import Shown
from api.pages.words import money, titled

BECAME: Mapping[str, str] = {
    "adopted": "proposal_became.adopted",
    "fallen": "proposal_became.fallen",
    "withdrawn": "proposal_became.withdrawn",
}
"""What became of a proposal."""

ANSWERS: Mapping[str, str] = {
    "disqualified": "meeting.disqualified",
    "qualified": "meeting.qualified",
    "excused": "meeting.excused",
}
"""The answers to whether someone may take part."""

OUTCOMES: Mapping[str, str] = {
    "postponed": "meeting.postponed",
    "withdrawn": "meeting.withdrawn",
    "not_handled": "meeting.not_handled",
    "noted": "meeting.noted",
}
"""What became of a case that was not decided."""

FORMS: Mapping[str, str] = {"roll_call": "vote_by.roll", "consensus": "vote_by.consensus"}
"""How a vote was held that only the decision tells of."""

ABOUT_A_DECISION = ("notified", "challenges", "reversed")
"""What was said of a decision, beside dissent and conditions."""


def case_told(teller: Teller, case: Told) -> CaseTold:
    """Returns a case and what was done with it."""
    place = heading(teller, case)
    proposals = case["proposals"]
    outcome = case["outcome"]
    return CaseTold(
        anchor=f"case-{case['order']}",
        heading=place,
        documents=tuple(_document(teller, one) for one in case["documents"]),
        proposals=tuple(_proposal(teller, one, case) for one in proposals),
        treated=treated(teller, case, place),
        outcome=None if outcome is None else teller.say(_outcome(teller, outcome), outcome),
    )


def heading(teller: Teller, case: Told) -> str:
    """Returns what a case is called: by number and title as far as they are known, else by id."""
    number, title = case["number"], case["title"]
    if not known(number):
        return str(title if known(title) else case["case"])
    return teller.speech("meeting.case", number=number, title=title if known(title) else "").strip()


def treated(teller: Teller, held: Told, place: str) -> tuple[Treated, ...]:
    """Returns what was done with a case, or in the meeting as a whole, in the order of its entries."""
    told: list[tuple[int, Treated]] = [(one["entry"], vote(teller, one, held, place)) for one in held["votes"]]
    told += _sentences(held["doors"], lambda one: teller.say(_doors(teller, one), one))
    told += _sentences(held["impartiality"], lambda one: _impartiality(teller, one))
    told += [(one["entry"], Treated(decision=_decision(teller, one, held))) for one in held.get("decisions", ())]
    told += [
        (one["entry"], Treated(said=teller.happened(one["entry"], one)))
        for part in ("other", "approves")
        for one in held.get(part, ())
    ]
    for decision in held.get("decisions", ()):
        about = [one for part in ABOUT_A_DECISION for one in decision.get(part, ())]
        told += [(one["entry"], Treated(said=teller.happened(one["entry"], one))) for one in about]
    return tuple(one for _, one in sorted(told, key=lambda pair: pair[0]))


def _sentences(found: Iterable[Told], say: Callable[[Told], Said]) -> Iterator[tuple[int, Treated]]:
    yield from ((one["entry"], Treated(said=say(one))) for one in found)


def _document(teller: Teller, one: Told) -> Said:
    if one["title"] is not None:
        return teller.say(one["title"], None, one["entry"])
    basis = one["access"]["legal_basis"]
    return teller.say(teller.speech("meeting.document_withheld", basis=basis), None, one["entry"])


def _proposal(teller: Teller, told: Told, case: Told) -> ProposalTold:
    speech, who = teller.speech, proposer(teller, told)
    text = speech.word("proposal_kind", told.get("kind", "proposal"))
    if who is not None:
        text = speech("meeting.from", what=text, who=who)
    if known(told.get("amends")):
        text = speech("meeting.to", what=text, other=the_proposal(teller, case, told["amends"]))
    if told.get("before_the_meeting"):
        text = speech("meeting.before_the_meeting", what=text)
    words = teller.sealed(told.get("text"))
    colon = "meeting.text_follows" if words is not None else "meeting.no_text_follows"
    proposed = teller.say(titled(speech(colon, what=text)), told, words=words)
    return ProposalTold(proposed=proposed, became=_became(teller, told, case))


def _became(teller: Teller, told: Told, case: Told) -> Said:
    if told.get("result") in BECAME:
        return teller.say(teller.speech(BECAME[told["result"]]), None, told.get("result_entry"))
    votes = [one["entry"] for one in case["votes"] if told.get("proposal_id") in one.get("proposals", ())]
    code = "proposal_became.unsettled" if votes else "proposal_became.not_put"
    return teller.say(teller.speech(code), None, *votes)


def _doors(teller: Teller, one: Told) -> str:
    speech, basis, ground = teller.speech, one.get("legal_basis"), one.get("ground")
    if one.get("doors") == "open":
        return speech("meeting.doors_opened")
    why = speech.word("closing_ground", str(ground)) if known(ground) else None
    if known(basis):
        return speech("meeting.doors_closed", basis=basis if why is None else f"{basis} ({why})")
    return speech("meeting.doors_shut") if why is None else speech("meeting.doors_closed_for", ground=why)


def _impartiality(teller: Teller, one: Told) -> Said:
    speech, person, outcome = teller.speech, teller.person(one.get("person_id")), str(one.get("outcome"))
    text = speech(ANSWERS[outcome], person=person) if outcome in ANSWERS else speech("meeting.asked", person=person)
    if known(one.get("legal_basis")):
        text = speech("meeting.under", said=text, law=one["legal_basis"])
    if one.get("all_for_quorum"):
        text = speech("meeting.all_took_part", said=text)
    return teller.say(f"{text}.", one, words=teller.sealed(one.get("grounds")))


def _outcome(teller: Teller, outcome: Told) -> str:
    return teller.speech(OUTCOMES.get(str(outcome.get("outcome")), "meeting.not_handled"))


# Decisions -------------------------------------------------------------------------------


def _decision(teller: Teller, told: Told, case: Told) -> DecisionTold:
    words = teller.sealed(told.get("text"))
    title = told.get("title")
    if words is None and title:
        words = Shown(text=title, long=True)
    label = teller.say(_made(teller, told), told, words=words)
    # A title that says no more than the heading of the case is left to the heading.
    if title and title != case.get("title") and words is not None and words.text != title:
        label = label.model_copy(update={"text": teller.speech("meeting.called_so", what=label.text, title=title)})
    return DecisionTold(
        label=label,
        terms=tuple(_terms(teller, told)),
        dissents=tuple(_dissent(teller, one) for one in told.get("dissents", ())),
    )


def _made(teller: Teller, told: Told) -> str:
    """Returns which kind of decision it is, and who made it where that is not the body that meets."""
    speech, body = teller.speech, told.get("body_id")
    label = titled(speech.word("decision_kind", told.get("kind", "resolution")))
    by = None
    if body is not None and body != teller.minutes["head"]["body"]:
        by = teller.names.of("body", body)
    elif body is None and told.get("office_id") is not None:
        by = teller.names.of("office", told["office_id"])
    return label if by is None else speech("meeting.made_by", what=label, who=by)


def _terms(teller: Teller, told: Told) -> Iterator[Said]:
    speech = teller.speech
    if told.get("vote"):
        yield Said(text=_summary(teller, told["vote"]))
    if told.get("law_ref"):
        yield Said(text=speech("meeting.decided_under", law=told["law_ref"]))
    if told.get("principle_matter"):
        yield Said(text=speech("meeting.of_principle"))
    if isinstance(told.get("amount"), int):
        yield Said(text=speech("meeting.amount", amount=money(told["amount"], speech)))
    if told.get("party"):
        yield Said(text=speech("meeting.party", party=told["party"]))
    if told.get("binding_on"):
        members = speech.listed(teller.names.of("member", one) for one in told["binding_on"])
        yield Said(text=speech("meeting.binding_on", members=members))
    fulfilled = {one.get("condition_id"): one for one in told.get("conditions_fulfilled", ())}
    for one in told.get("conditions", ()):
        met = fulfilled.get(one["condition_id"])
        words = teller.sealed(one["text"])
        if met is None:
            yield teller.say(speech("meeting.condition"), None, told["entry"], words=words)
        else:
            yield teller.say(speech("meeting.condition_met"), met, told["entry"], words=words)
    for one in told.get("effects", ()):
        yield teller.say(effect(teller.reader, one), None, told["entry"])


def _summary(teller: Teller, summary: Told) -> str:
    """Returns what the source says of the vote, where the vote is not in the book by itself."""
    speech, came = teller.speech, teller.speech("vote_came.adopted")
    said = counted(teller, came, summary, unanimous=summary.get("form") == "unanimous")
    if summary.get("form") in FORMS:
        said = speech("meeting.vote_by", vote=said, how=speech(FORMS[summary["form"]]))
    if summary.get("casting_vote") is True:
        said = "; ".join((said, speech("meeting.chair_decided")))
    return titled(f"{said}.")


def _dissent(teller: Teller, told: Told) -> Said:
    words, person = teller.sealed(told.get("text")), teller.person(told.get("person_id"))
    code = "meeting.dissent" if words is not None else "meeting.dissent_unsaid"
    return teller.say(teller.speech(code, person=person), told, words=words)
