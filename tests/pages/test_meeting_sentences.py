"""The sentences of minutes, one by one: what is known is said, what is not is left out, in every language."""

from __future__ import annotations

from typing import Any

import pytest

from api.catalogue import LANGUAGES, Language
from api.minutes.reading import Read
from api.pages.contents import Reader
from api.pages.meeting_cases import ANSWERS, BECAME, OUTCOMES, case_told
from api.pages.meeting_effects import effect
from api.pages.meeting_end import signing, to_sign, withheld
from api.pages.meeting_head import agenda, attendance, facts, title
from api.pages.meeting_parts import Said, Teller
from api.pages.meeting_votes import ABOUT, ELECTIONS, METHODS, PROPOSALS, RESULTS, vote
from api.pages.names import Names
from api.pages.speech import Speech
from domain.decisions.effects import acts_known

NAMES = {
    **{("person", f"p-{n}"): f"Prøve {n}" for n in range(1, 10)},
    ("body", "rep"): "Representantskapet",
    ("body", "styret"): "Styret",
    ("member", "nordvik"): "Nordvik",
    ("office", "leder"): "Leder",
    ("agreement", "drift"): "Driftsavtalen",
}
TEXT = {"commitment": "c" * 64}
ENTITLED = {"met": True, "law": "kommuneloven § 11-9", "needed": {"numerator": 1, "denominator": 2}}
UNKNOWN = {"in_favour": "unknown", "against": "unknown", "blank": "unknown", "options": []}


def teller(language: Language = "nb", /, **minutes: Any) -> Teller:
    """Returns what tells minutes in which these parts are as given."""
    blank = dict.fromkeys(("number", "date", "time", "place", "mode", "chair", "called", "opened", "adjourned"))
    told: dict[str, Any] = {"meeting": "m-1", "head": {"body": "rep", **blank}, "status": "draft"}
    lists = ("attendance", "absent", "agenda", "cases", "withheld", "signatures", "approvals", "publications")
    told |= {key: [] for key in (*lists, "additions", "approves")}
    told |= {"minutes_sha256": "a" * 64, **minutes}
    texts = {TEXT["commitment"]: "En tekst."}
    return Teller(told, Read((), {}), Reader(Speech(language), Names("bok", "Boken", NAMES), texts))


def case(**parts: Any) -> dict[str, Any]:
    """Returns a case of the minutes in which these parts are as given."""
    lists = ("documents", "impartiality", "doors", "proposals", "votes", "decisions", "other", "entries")
    blank = {"order": 1, "case": "s-1", "number": "1/26", "title": "Budsjett", "outcome": None}
    return {**blank, **{key: [] for key in lists}, **parts}


def proposal(id_: str = "f-1", kind: str = "proposal", **fields: Any) -> dict[str, Any]:
    """Returns a proposal that a person made."""
    return {"proposal_id": id_, "kind": kind, "proposer": {"person_id": "p-1"}, "entry": 10, "result": None, **fields}


def voted(language: Language = "nb", /, *proposals: dict[str, Any], **fields: Any) -> str:
    """Returns the sentence of a vote on these proposals."""
    told = {"entry": 20, "proposals": [one["proposal_id"] for one in proposals], "result": "adopted", **fields}
    said = vote(teller(language), told, case(proposals=list(proposals)), "Sak 1/26").said
    assert said is not None
    return said.text


def decided(**fields: Any) -> list[str]:
    """Returns what is said of a decision: its label, its terms and its dissents."""
    told = {"entry": 30, "title": "Budsjett", "kind": "resolution", "body_id": "rep", "text": TEXT, **fields}
    (one,) = case_told(teller(), case(decisions=[told])).treated
    assert one.decision is not None
    return [said.text for said in (one.decision.label, *one.decision.terms, *one.decision.dissents)]


# Votes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"tally": {"in_favour": 1, "against": 0, "blank": 0}}, "vedtatt med 1 stemme for og 0 mot."),
        ({"tally": {"in_favour": 7, "against": 3, "blank": 2}}, "vedtatt med 7 stemmer for og 3 mot, 2 blanke."),
        ({"tally": {**UNKNOWN, "against": 2}}, "vedtatt mot 2 stemmer."),
        ({"tally": {**UNKNOWN, "in_favour": 6}}, "vedtatt med 6 stemmer."),
        ({"tally": UNKNOWN}, "vedtatt."),
        ({"tally": UNKNOWN, "unanimous": True}, "enstemmig vedtatt."),
        ({"tally": {"in_favour": 5, "against": 5}, "result": "tie"}, "likt stemmetall med 5 stemmer for og 5 mot."),
        (
            {"tally": {"in_favour": 5, "against": 5}, "chair_decided": True},
            "vedtatt med 5 stemmer for og 5 mot; møtelederens stemme avgjorde.",
        ),
        ({"tally": UNKNOWN, "lot_decided": True}, "vedtatt; avgjort ved loddtrekning."),
    ],
)
def test_a_result_is_told_with_as_much_as_is_known(fields: dict[str, Any], sentence: str) -> None:
    assert voted("nb", proposal(), **fields) == f"Avstemning over forslaget fra Prøve 1: {sentence}"


def test_those_who_were_against_are_named_people_and_groups_alike() -> None:
    ballots = [{"person_id": f"p-{n}", "choice": choice} for n, choice in enumerate(("for", "against", "blank"), 1)]
    groups = [{"group_name": "Bygdelista (prøve)", "choice": "against"}]
    said = voted("nb", proposal(), ballots=ballots, groups=groups, method="roll", taken_at="10:15")
    assert said == (
        "Avstemning over forslaget fra Prøve 1, ved navneopprop kl. 10.15: vedtatt; "
        "mot stemte Prøve 2 og Bygdelista (prøve); blankt stemte Prøve 3."
    )


def test_nobody_is_named_in_a_secret_vote() -> None:
    ballots = [{"person_id": "p-1", "choice": "against"}]
    said = voted("nb", proposal(), ballots=ballots, method="secret")
    assert said == "Avstemning over forslaget fra Prøve 1, hemmelig: vedtatt."


def test_proposals_put_against_each_other_are_told_apart_by_who_made_them() -> None:
    other = proposal("f-2", "recommendation", proposer={"office_id": "leder", "group_name": "Flertallet"})
    options = [{"option": "f-1", "votes": 4}, {"option": "f-2", "votes": 6}]
    said = voted("nb", proposal(), other, adopted="f-2", tally={**UNKNOWN, "options": options})
    assert said == (
        "Avstemning mellom forslaget fra Prøve 1 og innstillingen fra Leder (Flertallet): "
        "vedtatt ble innstillingen fra Leder (Flertallet); "
        "forslaget fra Prøve 1 fikk 4 stemmer og innstillingen fra Leder (Flertallet) fikk 6 stemmer."
    )


@pytest.mark.parametrize(
    ("quorum", "clause"),
    [
        ({**ENTITLED, "counted": 6, "members": 10}, "; vedtaksført etter kommuneloven § 11-9: 6 av 10 medlemmer"),
        ({**ENTITLED, "counted": "unknown", "members": 10}, "; vedtaksført etter kommuneloven § 11-9"),
        ({**ENTITLED, "law": None, "counted": 6, "members": 10}, "; vedtaksført: 6 av 10 medlemmer"),
        ({**ENTITLED, "met": False, "counted": 4, "members": 10}, "; ikke vedtaksført etter kommuneloven § 11-9: 4 av"),
        ({**ENTITLED, "met": "unknown", "counted": "unknown", "members": 10}, "vedtatt."),
        ({"met": True, "needed": None, "counted": 6, "members": 10}, "vedtatt."),
    ],
)
def test_a_quorum_is_told_where_a_rule_asks_for_it_and_the_book_knows(quorum: dict[str, Any], clause: str) -> None:
    said = voted("nb", proposal(), quorum=quorum)
    assert clause in said
    assert said.count("vedtaksført") == clause.count("vedtaksført")


def test_an_election_names_who_was_elected_and_to_what() -> None:
    election = {"elected_as": "members", "to_body": "styret", "candidates": ["p-1", "p-2"], "lists": []}
    came = {"result": "elected", "elected": ["p-1", "p-2"], "unanimous": True, "election": election}
    assert voted("nb", **came) == "Valg av medlemmer til Styret: valget falt enstemmig på Prøve 1 og Prøve 2."
    nobody = {"result": "not_elected", "elected": [], "election": {**election, "elected_as": "leader"}}
    assert voted("nb", **nobody) == "Valg av leder i Styret: ingen ble valgt."
    lists = [{"list_id": "l-1", "group_name": "Fellesliste (prøve)"}]
    votes = {**UNKNOWN, "options": [{"option": "l-1", "votes": 9}]}
    listed = {"result": "elected", "elected": ["p-1"], "election": {**election, "lists": lists}, "tally": votes}
    assert "Fellesliste (prøve) fikk 9 stemmer" in voted("nb", **listed)


def test_what_the_minutes_leave_out_of_a_vote_is_not_told() -> None:
    assert voted("nb", proposal(), result=None) == "Avstemning over forslaget fra Prøve 1."


# Proposals, doors, impartiality ----------------------------------------------------------


def test_a_proposal_that_was_not_settled_is_told_from_one_that_was_not_put() -> None:
    votes = [{"entry": 20, "proposals": ["f-1"], "result": "tie"}]
    told = case_told(teller(), case(proposals=[proposal(), proposal("f-2")], votes=votes)).proposals
    assert [one.became.text for one in told] == ["Ikke avgjort ved avstemningen.", "Ikke votert over."]
    assert [len(one.became.entries) for one in told] == [1, 0]


def test_a_text_that_was_erased_says_so_and_one_that_was_never_told_does_not() -> None:
    texts = [{"commitment": "d" * 64}, None, TEXT]
    told = case_told(teller(), case(proposals=[proposal(text=text) for text in texts])).proposals
    shown = [None if one.proposed.words is None else one.proposed.words.text for one in told]
    assert shown == ["Teksten er slettet", None, "En tekst."]
    assert [one.proposed.text for one in told] == [
        "Forslag fra Prøve 1",
        "Forslag fra Prøve 1.",
        "Forslag fra Prøve 1",
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"legal_basis": "IKS-loven § 8a", "ground": None}, "Møtet ble lukket etter IKS-loven § 8a."),
        ({"legal_basis": None, "ground": "privacy"}, "Møtet ble lukket (personvern)."),
        ({"legal_basis": None, "ground": "unknown"}, "Møtet ble lukket."),
        ({"doors": "open"}, "Møtet ble åpnet igjen."),
    ],
)
def test_doors_are_told_with_the_provision_that_is_known(fields: dict[str, Any], sentence: str) -> None:
    (one,) = case_told(teller(), case(doors=[{"entry": 11, "doors": "closed", **fields}])).treated
    assert one.said is not None
    assert one.said.text == sentence


def test_an_answer_on_impartiality_says_where_all_took_part_in_it() -> None:
    answers = [
        {"entry": 12, "person_id": "p-1", "outcome": "excused", "legal_basis": "kommuneloven § 11-11"},
        {"entry": 13, "person_id": "p-2", "outcome": "qualified", "legal_basis": "unknown", "all_for_quorum": True},
    ]
    told = [one.said.text for one in case_told(teller(), case(impartiality=answers)).treated if one.said]
    assert told == [
        "Prøve 1 er fritatt etter kommuneloven § 11-11.",
        "Prøve 2 er ikke inhabil; alle var med på å avgjøre det, for at organet skulle være vedtaksført.",
    ]


# Decisions -------------------------------------------------------------------------------


def test_a_decision_says_who_made_it_and_under_what_where_that_is_worth_saying() -> None:
    assert decided() == ["Vedtak"]
    assert decided(body_id=None, office_id="leder", kind="individual_decision") == ["Enkeltvedtak av Leder"]
    assert decided(body_id="styret", title="Ansettelse") == ["Vedtak av Styret: Ansettelse"]
    terms = {"law_ref": "kommuneloven § 14-3", "amount": 200_000_00, "principle_matter": True}
    assert decided(**terms, binding_on=["nordvik"], party="Prøve AS") == [
        "Vedtak",
        "Det er truffet etter kommuneloven § 14-3.",
        "Saken er prinsipiell.",
        "Beløp: 200\u00a0000,00\u00a0kr.",
        "Den andre parten er Prøve AS.",
        "Det binder Nordvik.",
    ]


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ({"form": "unanimous"}, "Enstemmig vedtatt."),
        ({"form": "consensus"}, "Vedtatt, ved enighet."),
        ({"form": "against_only", "against": 2}, "Vedtatt mot 2 stemmer."),
        (
            {"form": "roll_call", "in_favour": 5, "against": 5, "casting_vote": True},
            "Vedtatt med 5 stemmer for og 5 mot, ved navneopprop; møtelederens stemme avgjorde.",
        ),
    ],
)
def test_a_vote_that_only_the_decision_tells_of_is_told_with_it(summary: dict[str, Any], sentence: str) -> None:
    assert decided(vote=summary) == ["Vedtak", sentence]


def test_conditions_say_whether_they_are_met_and_dissents_whether_they_are_known() -> None:
    conditions = [{"condition_id": f"v-{n}", "text": TEXT} for n in (1, 2)]
    met = [{"condition_id": "v-2", "entry": 35}]
    dissents = [{"person_id": "p-1", "text": None, "entry": 31}, {"person_id": "p-2", "text": TEXT, "entry": 32}]
    told = decided(conditions=conditions, conditions_fulfilled=met, dissents=dissents)
    assert told[1:] == [
        "Vilkår",
        "Vilkår, nå oppfylt",
        "Prøve 1 fikk dissens ført inn.",
        "Protokolltilførsel fra Prøve 2",
    ]


@pytest.mark.parametrize(
    ("act", "subject", "terms", "sentence"),
    [
        ("budget.adopt", "2027", {}, "Virkning: budsjettet vedtas, 2027."),
        ("legal_form.change", "iks", {}, "Virkning: organisasjonsformen endres, interkommunalt selskap (IKS)."),
        ("service_agreement.terminate", "drift", {}, "Virkning: en tjenesteavtale sies opp, Driftsavtalen."),
        ("body.establish", "nytt", {"kind": '"board"'}, "Virkning: et organ opprettes (type: styre)."),
        (
            "authority.grant",
            "g-1",
            {"grantee": '{"kind":"office","id":"leder"}', "until": '"2026-12-31"'},
            "Virkning: en fullmakt gis (gitt til: Leder; til og med: 31.12.2026).",
        ),
        (
            "seat.fill",
            "p-1",
            {"on_behalf_of": '"nordvik"'},
            "Virkning: noen velges eller settes inn, Prøve 1 (valgt av:",
        ),
    ],
)
def test_an_effect_is_told_in_words(act: str, subject: str, terms: dict[str, str], sentence: str) -> None:
    told = {"act": act, "subject": subject, "terms": [{"field": name, "value": value} for name, value in terms.items()]}
    assert effect(teller().reader, told).startswith(sentence)


# The head and the end --------------------------------------------------------------------


def test_minutes_are_called_by_number_else_by_day_else_by_id() -> None:
    head = {**teller().minutes["head"]}
    assert title(teller(head={**head, "number": "1/26"})) == "Møtebok for Representantskapet, møte 1/26"
    assert title(teller(head={**head, "number": "unknown", "date": "2026-03-10"})).endswith(
        "Representantskapet, 10.3.2026"
    )
    assert title(teller(head={**head, "body": None})) == "Møtebok, møte m-1"


def test_a_head_of_which_nothing_is_known_says_only_how_far_the_minutes_have_come() -> None:
    assert [(label, said.text) for label, said in facts(teller())] == [("Møtebokens stand", "Ikke underskrevet")]
    remote = {**teller().minutes["head"], "mode": "remote", "time": "09:00"}
    assert [said.text for _, said in facts(teller(head=remote))] == ["09.00", "Fjernmøte", "Ikke underskrevet"]


def there(person: str, **fields: Any) -> dict[str, Any]:
    """Returns a person's time in the meeting, from its opening in entry 5."""
    blank = dict.fromkeys(("on_behalf_of", "deputy_for", "from_case", "to_entry", "to_case"))
    return {"person_id": person, "from_entry": 5, **blank, **fields}


def test_who_came_and_left_is_told_by_the_case_it_was_at() -> None:
    cases = [case(entries=[10, 14]), case(case="s-2", number=None, title="Regnskap", entries=[16, 18])]
    came = [
        there("p-1", to_entry=12),
        there("p-2", to_entry=15),
        there("p-3", to_entry=6, from_entry=5),
        there("p-4", from_entry=7, to_entry=20, to_case="s-1"),
        there("p-5", from_entry=8, from_case="s-1", deputy_for="p-9", on_behalf_of="nordvik"),
    ]
    minutes = {"head": {**teller().minutes["head"], "opened": {"entry": 5}}, "cases": cases, "attendance": came}
    told = attendance(teller(**minutes))
    assert [said.text for said in told.others] == [
        "Prøve 3 gikk før møtet var slutt.",
        "Prøve 4 kom etter at møtet var satt.",
        "Prøve 5 (Nordvik, vara for Prøve 9) møtte fra sak 1/26.",
        "Prøve 1 gikk under sak 1/26.",
        "Prøve 2 gikk etter sak 1/26.",
        "Prøve 4 gikk før sak 1/26.",
    ]
    assert [(seated.member, seated.people) for seated in told.seated] == [(None, ("Prøve 1", "Prøve 2", "Prøve 3"))]


def test_where_nobody_is_named_the_number_stands() -> None:
    head = {**teller().minutes["head"], "opened": {"entry": 5}, "present_count": 7, "others_present": ["Revisor"]}
    told = attendance(teller(head=head))
    assert told.opening is None
    assert [said.text for said in told.others] == ["Til stede og stemmeberettigede: 7.", "Dessuten til stede: Revisor."]


def test_what_was_put_on_the_agenda_and_taken_off_it_is_told_by_case() -> None:
    changes = [{"entry": 6, "added": ["s-2"], "removed": ["s-1"]}]
    head = {**teller().minutes["head"], "agenda_changes": changes}
    on = [{"case": "s-1", "number": "1/26"}, {"case": "s-2", "number": None}]
    told = teller(head=head, agenda=on)
    assert [said.text for said in agenda(told)] == [
        "Satt på sakslisten: saken «s-2».",
        "Tatt av sakslisten: sak 1/26.",
    ]


def test_what_came_after_a_signature_or_is_left_out_is_marked_where_it_stands() -> None:
    marked = {"after_signature": True, "left_out": ["text"], "legal_basis_for_leaving_out": "offentleglova § 13"}
    said = teller().say("Noe.", {"entry": 40, "irregular": ["vote.no_quorum"], **marked})
    assert said.notes == ("Kom til etter underskriften.", "Deler er utelatt etter offentleglova § 13.")
    assert [mark.code for mark in said.irregular] == ["vote.no_quorum"]


def test_what_is_withheld_is_told_once_for_each_provision() -> None:
    hidden = [{"entry": n, "legal_basis": f"offentleglova § {13 + n % 2}"} for n in (1, 2, 3)]
    told = list(withheld(teller(withheld=hidden)))
    assert [(said.text, [link.text for link in said.entries]) for said in told] == [
        ("Unntatt offentlighet etter offentleglova § 14:", ["innførsel 1", "innførsel 3"]),
        ("Unntatt offentlighet etter offentleglova § 13:", ["innførsel 2"]),
    ]


def test_nobody_signs_twice_and_nothing_is_signed_before_anything_is_done() -> None:
    head = {**teller().minutes["head"], "chair": "p-1", "minute_signers": ["p-1", "p-2"]}
    assert list(to_sign(teller(head=head))) == ["Prøve 1 (møteleder)", "Prøve 2 (valgt underskriver)"]
    assert list(to_sign(teller(head=head, status="signed"))) == []
    assert list(to_sign(teller())) == []
    assert list(signing(teller())) == []


# Languages -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_whole_in_every_language(language: Language) -> None:
    tally = {"in_favour": 1, "against": 2, "blank": 3, "options": []}
    said = [voted(language, proposal(kind=kind), tally=tally, quorum=ENTITLED) for kind in PROPOSALS]
    said += [voted(language, about=about) for about in (*ABOUT, "something")]
    said += [voted(language, election={"elected_as": kind, "to_body": "styret"}) for kind in (*ELECTIONS, "other")]
    said += [voted(language, method=method, taken_at="10:15") for method in METHODS]
    said += [voted(language, result=result, elected=["p-1"]) for result in RESULTS]
    told = teller(language)
    outcomes = [case_told(told, case(outcome={"entry": 9, "outcome": one})).outcome for one in OUTCOMES]
    said += [one.text for one in outcomes if isinstance(one, Said)]
    answers = [{"entry": 12, "person_id": "p-1", "outcome": one, "all_for_quorum": True} for one in ANSWERS]
    said += [one.said.text for one in case_told(told, case(impartiality=answers)).treated if one.said]
    became = [proposal(result=one, result_entry=20) for one in BECAME]
    said += [one.became.text for one in case_told(told, case(proposals=became)).proposals]
    said += [effect(told.reader, {"act": act, "subject": "x", "terms": []}) for act in sorted(acts_known())]
    assert len(said) > 50
    assert [text for text in said if not text.endswith(".")] == []
    assert [text for text in said if "…" in text or "meeting." in text or "vote_" in text or "None" in text] == []
