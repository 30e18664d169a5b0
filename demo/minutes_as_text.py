"""Minutes as data, written out as text in bokmål: what a secretary would print and send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Fields = Mapping[str, Any]

RESULTS = {"adopted": "vedtatt", "fallen": "falt", "withdrawn": "trukket", None: "ikke votert over"}
VOTE_RESULTS = {
    "adopted": "vedtatt",
    "rejected": "falt",
    "elected": "valgt",
    "not_elected": "ikke valgt",
    "tie": "stemmelikhet",
}
OUTCOMES = {
    "postponed": "utsatt",
    "withdrawn": "trukket",
    "not_handled": "ikke behandlet",
    "noted": "tatt til orientering",
}
KINDS = {
    "recommendation": "Innstilling",
    "proposal": "Forslag",
    "amendment": "Endringsforslag",
    "alternative": "Alternativt forslag",
    "postponement": "Utsettelsesforslag",
}
ANSWERS = {"disqualified": "er inhabil", "qualified": "er ikke inhabil", "excused": "er fritatt"}
STATUS = {
    "draft": "ikke underskrevet",
    "signed": "underskrevet",
    "added_to": "underskrevet, med tilføyelser",
    "published": "underskrevet og publisert",
}
ABOUT = {"closing": " om å lukke møtet", "impartiality": " om habilitet", "procedure": " om behandlingen"}


class Writer:
    """Writes one meeting's minutes."""

    def __init__(self, minutes: Fields) -> None:
        self.minutes = minutes
        self.names: Mapping[str, str] = minutes["names"]
        self.texts: Mapping[str, str | None] = minutes["texts"]

    def person(self, id_: str | None) -> str:
        """Returns what a person is called."""
        return self.names.get(f"person:{id_}", str(id_))

    def text(self, sealed: Fields | None) -> str:
        """Returns a text kept beside the book, or that it is not kept."""
        return "(teksten er ikke kjent)" if sealed is None else self.texts.get(sealed["commitment"]) or "(slettet)"

    def lines(self) -> Iterator[str]:
        """Yields the minutes line by line."""
        yield from self._head()
        yield from self._attendance()
        for case in self.minutes["cases"]:
            yield from self._case(case)
        yield from self._end()

    def _head(self) -> Iterator[str]:
        head = self.minutes["head"]
        body = self.names.get(f"body:{head['body']}", head["body"])
        title = f"MØTEBOK {body}, møte {head['number']}"
        yield from (title, "=" * len(title), "")
        yield f"Tid og sted: {head['date']} kl. {head['time']}, {head['place']}"
        yield f"Innkalt:     {head['called']['effective']['earliest']} (innførsel {head['called']['entry']})"
        yield f"Møteleder:   {self.person(head['chair'])}"
        yield f"Til å underskrive: {', '.join(self.person(one) for one in head['minute_signers'])}"

    def _attendance(self) -> Iterator[str]:
        yield from ("", "Til stede:")
        for one in self.minutes["attendance"]:
            member = self.names.get(f"member:{one['on_behalf_of']}", "")
            deputy = f", vara for {self.person(one['deputy_for'])}" if one["deputy_for"] else ""
            part = f" (fra {self._number(one['from_case'])})" if one["from_case"] else ""
            left = f" (til innførsel {one['to_entry']})" if one["to_entry"] else ""
            yield f"  {self.person(one['person_id'])}, {member}{deputy}{part}{left}"
        for one in self.minutes["absent"]:
            yield f"  Fraværende: {self.person(one['person_id'])}"

    def _number(self, case_id: str) -> str:
        numbers = {case["case"]: case["number"] for case in self.minutes["cases"]}
        return f"sak {numbers.get(case_id) or case_id}"

    def _case(self, case: Fields) -> Iterator[str]:
        heading = f"Sak {case['number']} {case['title']}"
        yield from ("", heading, "-" * len(heading))
        yield from self._proposals(case)
        told = [
            (one["entry"], list(tell(one)))
            for part, tell in (
                ("doors", self._doors),
                ("impartiality", self._impartiality),
                ("votes", self._vote),
                ("decisions", self._decision),
            )
            for one in case[part]
        ]
        yield from (line for _, lines in sorted(told) for line in lines)
        if case["outcome"]:
            yield f"Saken ble {OUTCOMES[case['outcome']['outcome']]} (innførsel {case['outcome']['entry']})."

    def _doors(self, one: Fields) -> Iterator[str]:
        what = f"lukket etter {one['legal_basis']}" if one["doors"] == "closed" else "åpnet igjen"
        yield f"Møtet ble {what} (innførsel {one['entry']})."

    def _impartiality(self, one: Fields) -> Iterator[str]:
        answer = f"{self.person(one['person_id'])} {ANSWERS[one['outcome']]} etter {one['legal_basis']}"
        yield f"{answer} (innførsel {one['entry']})."

    def _proposals(self, case: Fields) -> Iterator[str]:
        for one in case["proposals"]:
            yield f"{KINDS[one['kind']]} (innførsel {one['entry']}): {self.text(one['text'])}"
            yield f"  {RESULTS[one['result']].capitalize()}."

    def _vote(self, one: Fields) -> Iterator[str]:
        quorum, about = one["quorum"], ABOUT.get(one["about"], "")
        counted = ", ".join(self._counts(one, one["tally"]))
        yield f"Avstemning{about} (innførsel {one['entry']}): {counted}; {VOTE_RESULTS[one['result']]}."
        if one["elected"]:
            yield f"  Valgt: {', '.join(self.person(person) for person in one['elected'])}."
        if quorum["met"] is True:
            rule = one["rule_id"] or "organets egne regler"
            yield f"  Vedtaksfør etter {rule}: {quorum['counted']} av {quorum['members']} medlemmer."
        if one["method"] == "roll":
            against = [self.person(ballot["person_id"]) for ballot in one["ballots"] if ballot["choice"] == "against"]
            yield f"  Navneopprop kl. {one['taken_at']}. Mot stemte: {', '.join(against)}."

    def _counts(self, vote: Fields, tally: Fields) -> Iterator[str]:
        if vote["unanimous"]:
            yield "enstemmig"
        if vote["election"] is not None:
            yield from (f"{self.person(o['option'])} {o['votes']} stemmer" for o in tally["options"])
        elif not vote["unanimous"]:
            yield f"{tally['in_favour']} for og {tally['against']} mot"

    def _decision(self, one: Fields) -> Iterator[str]:
        yield f"VEDTAK (innførsel {one['entry']}): {self.text(one['text'])}"
        for effect in one["effects"]:
            yield f"  Virkning: {effect['act']} {effect['subject']}"
        for dissent in one["dissents"]:
            yield f"  Protokolltilførsel fra {self.person(dissent['person_id'])}: {self.text(dissent['text'])}"

    def _end(self) -> Iterator[str]:
        minutes = self.minutes
        yield ""
        for one in minutes["withheld"]:
            yield f"Innførsel {one['entry']} er unntatt offentlighet etter {one['legal_basis']}."
        for one in minutes["other"]:
            yield f"Innførsel {one['entry']}: {one['type']}"
        yield ""
        yield f"Møteboken er innførslene {minutes['first_entry']} til {minutes['last_entry']} som gjelder møtet."
        yield f"Kontrollsum: {minutes['minutes_sha256']}"
        yield f"Stand: {STATUS[minutes['status']]}"
        for one in minutes["signatures"]:
            who = ", ".join(self.person(signer["person_id"]) for signer in one["signers"])
            yield f"Underskrevet {one['effective']['earliest']} av {who} (innførsel {one['entry']})."
        for one in minutes["publications"]:
            yield f"Publisert {one['effective']['earliest']} (innførsel {one['entry']})."


def as_text(minutes: Fields) -> str:
    """Returns the minutes as text, ending in a line feed."""
    return "\n".join(Writer(minutes).lines()) + "\n"
