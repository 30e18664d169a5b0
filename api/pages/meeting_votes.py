"""Votes in the minutes of a meeting: one sentence each, with what they were judged by beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from api.pages.meeting_parts import Teller, Told, Treated, known
from api.pages.parts import Shown
from domain.votes import VoteTaken

PROPOSALS: Mapping[str, str] = {
    "recommendation": "the_proposal.recommendation",
    "proposal": "the_proposal.proposal",
    "amendment": "the_proposal.amendment",
    "alternative": "the_proposal.alternative",
    "postponement": "the_proposal.postponement",
}
"""What a proposal of each kind is called in a sentence."""

ABOUT: Mapping[str, str] = {
    "appointment": "vote_on.appointment",
    "closing": "vote_on.closing",
    "impartiality": "vote_on.impartiality",
    "agenda": "vote_on.agenda",
    "procedure": "vote_on.procedure",
}
"""What a vote is called that is on no proposal."""

ELECTIONS: Mapping[str, str] = {
    "leader": "election_of.leader",
    "deputy_leader": "election_of.deputy_leader",
    "members": "election_of.members",
}
"""What an election is called."""

METHODS: Mapping[str, str] = {
    "roll": "vote_by.roll",
    "secret": "vote_by.secret",
    "written": "vote_by.written",
    "acclamation": "vote_by.acclamation",
    "consensus": "vote_by.consensus",
}
"""How a vote was held, where that is worth a word: hands are shown where nothing is said."""

RESULTS: Mapping[str, str] = {
    "adopted": "vote_came.adopted",
    "rejected": "vote_came.rejected",
    "elected": "vote_came.elected",
    "not_elected": "vote_came.not_elected",
    "tie": "vote_came.tie",
}
"""What came of a vote."""

NOT_EVIDENCE = frozenset(
    {"type", "vote_id", "body_id", "case_id", "meeting_id", "about", "proposals", "method", "unanimous", "taken_at"}
    | {"result", "adopted", "elected", "chair_decided", "lot_decided", "concerns"}
)
"""Fields of a vote that its place or its sentence says."""


def proposer(teller: Teller, proposal: Told) -> str | None:
    """Returns who put a proposal forward, as much as is known; None where nothing is."""
    by = proposal.get("proposer")
    if not isinstance(by, Mapping):
        return None
    kinds = (("person", "person_id"), ("office", "office_id"), ("body", "body_id"), ("member", "member_id"))
    named = [teller.names.of(kind, by[name]) for kind, name in kinds if by.get(name)]
    named += [by["group_name"]] if by.get("group_name") else []
    if len(named) > 1:
        return f"{named[0]} ({', '.join(named[1:])})"
    return named[0] if named else None


def the_proposal(teller: Teller, case: Told, proposal_id: str) -> str:
    """Returns a proposal as part of a sentence: by its kind and who put it forward."""
    tabled = next((one for one in case.get("proposals", ()) if one.get("proposal_id") == proposal_id), None)
    if tabled is None or tabled.get("kind") not in PROPOSALS:
        return teller.speech("the_proposal.proposal")
    what, who = teller.speech(PROPOSALS[tabled["kind"]]), proposer(teller, tabled)
    return what if who is None else teller.speech("meeting.from", what=what, who=who)


def vote(teller: Teller, told: Told, case: Told, place: str) -> Treated:
    """Returns a vote in one sentence, and what it was judged by; `place` is what the case is called."""
    clauses = [clause for clause in _clauses(teller, told, case) if clause]
    text = _called(teller, told, case)
    said = teller.speech("meeting.vote", vote=text, clauses="; ".join(clauses)) if clauses else f"{text}."
    evidence = _evidence(teller, told, case)
    number = teller.speech("state.entry", number=told["entry"])
    return Treated(said=teller.say(said, told), evidence=evidence, name=f"{place}, {number}")


# What was voted on -----------------------------------------------------------------------


def _called(teller: Teller, told: Told, case: Told) -> str:
    """Returns what was voted on, how, and when, as the beginning of a sentence."""
    speech, text = teller.speech, _on(teller, told, case)
    if told.get("method") in METHODS:
        text = speech("meeting.vote_by", vote=text, how=speech(METHODS[told["method"]]))
    if told.get("taken_at"):
        text = speech("meeting.vote_at", vote=text, time=teller.clock(told["taken_at"]))
    return text


def _on(teller: Teller, told: Told, case: Told) -> str:
    speech, proposals = teller.speech, told.get("proposals", ())
    if told.get("election"):
        return _election(teller, told["election"])
    if told.get("about") == "impartiality" and told.get("concerns"):
        return speech("vote_on.impartiality_of", people=teller.people(told["concerns"]))
    if told.get("about") in ABOUT:
        return speech(ABOUT[told["about"]])
    named = [the_proposal(teller, case, proposal_id) for proposal_id in proposals]
    if len(named) == 1:
        return speech("vote_on.proposal", proposal=named[0])
    return speech("vote_on.proposals", proposals=speech.listed(named)) if named else speech("vote_on.something")


def _election(teller: Teller, election: Told) -> str:
    speech, body = teller.speech, election.get("to_body")
    text = speech(ELECTIONS.get(election["elected_as"], "election_of.other"))
    if body is None or body == teller.minutes["head"]["body"]:
        return text
    code = "election_of.in_body" if election["elected_as"] in ("leader", "deputy_leader") else "election_of.to_body"
    return speech(code, election=text, body=teller.names.of("body", body))


# What came of it -------------------------------------------------------------------------


def _clauses(teller: Teller, told: Told, case: Told) -> Iterator[str]:
    """Yields what came of it, how those voted who were against, and whether the body could decide."""
    speech = teller.speech
    yield _result(teller, told, case)
    yield _options(teller, told, case)
    if told.get("chair_decided"):
        yield speech("meeting.chair_decided")
    if told.get("lot_decided"):
        yield speech("meeting.lot_decided")
    if told.get("method") != "secret":
        for choice, code in (("against", "meeting.voted_against"), ("blank", "meeting.voted_blank")):
            who = list(_voting(teller, told, choice))
            if who:
                yield speech(code, people=speech.listed(who))
    yield _quorum(teller, told.get("quorum") or {})


def _result(teller: Teller, told: Told, case: Told) -> str:
    speech, result = teller.speech, str(told.get("result"))
    if result not in RESULTS:
        return ""
    if result == "elected":
        people = teller.people(told.get("elected", ()))
        code = "meeting.elected_unanimously" if told.get("unanimous") else "meeting.elected"
        return speech(code, people=people) if told.get("elected") else speech(RESULTS[result])
    came = speech(RESULTS[result])
    if len(told.get("proposals", ())) > 1 and told.get("adopted"):
        return speech("meeting.adopted_one", proposal=the_proposal(teller, case, told["adopted"]))
    tally = told.get("tally") or {}
    return counted(teller, came, tally, unanimous=bool(told.get("unanimous")))


def counted(teller: Teller, came: str, tally: Told, *, unanimous: bool) -> str:
    """Returns what came of a vote with as much as is known of how many were for it and against it."""
    speech, in_favour, against = teller.speech, tally.get("in_favour"), tally.get("against")
    if tally.get("options"):
        return speech("meeting.unanimously", came=came) if unanimous else came
    if unanimous:
        if not isinstance(in_favour, int) or in_favour == 0:
            return speech("meeting.unanimously", came=came)
        return speech("meeting.unanimously_by", came=came, votes=_votes(teller, in_favour))
    if isinstance(in_favour, int) and isinstance(against, int):
        said = speech("meeting.for_and_against", came=came, votes=_votes(teller, in_favour), against=against)
    elif isinstance(against, int):
        said = speech("meeting.against", came=came, votes=_votes(teller, against))
    elif isinstance(in_favour, int):
        said = speech("meeting.by", came=came, votes=_votes(teller, in_favour))
    else:
        said = came
    blank = tally.get("blank")
    return speech("meeting.and_blank", said=said, blank=blank) if isinstance(blank, int) and blank else said


def _votes(teller: Teller, number: int) -> str:
    return teller.speech("meeting.one_vote" if number == 1 else "meeting.votes", number=number)


def _options(teller: Teller, told: Told, case: Told) -> str:
    """Returns how many votes each got, where the choice was between several and that is known."""
    named = _option_names(teller, told, case)
    got = [
        teller.speech("meeting.got", name=named.get(one["option"], one["option"]), votes=_votes(teller, one["votes"]))
        for one in (told.get("tally") or {}).get("options", ())
        if isinstance(one["votes"], int)
    ]
    return teller.speech.listed(got) if got else ""


def _option_names(teller: Teller, told: Told, case: Told) -> dict[str, str]:
    """Returns what the proposals, candidates or lists are called that votes were given to."""
    election: Told = told.get("election") or {}
    named = {person: teller.person(person) for person in election.get("candidates", ())}
    named |= {one["list_id"]: one["group_name"] for one in election.get("lists", ())}
    return named | {one: the_proposal(teller, case, one) for one in told.get("proposals", ())}


def _voting(teller: Teller, told: Told, choice: str) -> Iterator[str]:
    """Yields the persons and groups that are known to have voted so."""
    yield from (teller.person(one["person_id"]) for one in told.get("ballots", ()) if one["choice"] == choice)
    yield from (one["group_name"] for one in told.get("groups", ()) if one["choice"] == choice)


def _quorum(teller: Teller, quorum: Told) -> str:
    """Returns whether the body could decide; nothing where no rule asks it, or where the book does not know."""
    met, law, speech = quorum.get("met"), quorum.get("law"), teller.speech
    if met not in (True, False) or quorum.get("needed") is None:
        return ""
    said = speech("meeting.quorate" if met else "meeting.not_quorate")
    if law:
        said = speech("meeting.under", said=said, law=law)
    if known(quorum.get("counted")) and known(quorum.get("members")):
        return speech("meeting.of_members", said=said, counted=quorum["counted"], members=quorum["members"])
    return said


# What it was judged by -------------------------------------------------------------------


def _evidence(teller: Teller, told: Told, case: Told) -> Shown | None:
    """Returns who could vote, how each did, the count and the rule; nothing of what the minutes leave out."""
    recorded = teller.found.recorded.get(told["entry"])
    event: Any = None if recorded is None else recorded.entry.event
    if not isinstance(event, VoteTaken):
        return None
    options = {("option", id_): name for id_, name in _option_names(teller, told, case).items()}
    names = replace(teller.names, by_key={**teller.names.by_key, **options})
    reader = replace(teller.reader, names=names, brief=True)
    shown = _fields(event, {*NOT_EVIDENCE, *told.get("left_out", ())})
    fields = tuple((reader.label(name), reader.field(event, name)) for name in shown)
    return Shown(fields=fields) if fields else None


def _fields(event: VoteTaken, hidden: Iterable[str]) -> Iterator[str]:
    """Yields the fields that tell something: not what is unknown, denied, or as it is in every ordinary matter."""
    nothing = (None, (), "unknown", False, "ordinary")
    for name in type(event).model_fields:
        if name not in hidden and getattr(event, name) not in nothing:
            yield name
