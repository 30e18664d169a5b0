"""What the page of a meeting is made of, and how its sentences are made: each with the entry it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.minutes.reading import Read
from api.pages.contents import Reader
from api.pages.minutes import marks
from api.pages.names import Names
from api.pages.parts import Link, Mark, Part, Shown
from api.pages.sentences import happened
from api.pages.speech import Speech
from api.pages.words import clock, on, when

Told = Mapping[str, Any]
"""A piece of the minutes as the API answers them."""


class Said(Part):
    """A sentence of the minutes, and what stands under it."""

    text: str
    """The sentence."""
    opens: bool = False
    """Whether what stands under it completes it: then a colon comes after its entries, not in the text."""
    entries: tuple[Link, ...] = ()
    """The entries that say so."""
    notes: tuple[str, ...] = ()
    """That it came after the signature, that parts are left out, or what it corrects."""
    irregular: tuple[Mark, ...] = ()
    """Rules the act broke: it has no effect."""
    unverified: tuple[Mark, ...] = ()
    """Rules it could not be held against."""
    words: Shown | None = None
    """Running text that belongs to it: a proposal, a dissent, a condition."""


class ProposalTold(Part):
    """A proposal."""

    proposed: Said
    """Of which kind, by whom, and its text."""
    became: Said
    """What became of it."""


class DecisionTold(Part):
    """A decision: the main thing of its case."""

    label: Said
    """Which kind of decision it is, by whom where that is not the body that meets, and its text."""
    terms: tuple[Said, ...]
    """What it rests on, whom it binds, its conditions and its effects."""
    dissents: tuple[Said, ...]
    """What those who would not have it so had entered."""


class Treated(Part):
    """One thing that was done: a sentence or a decision."""

    said: Said | None = None
    """The sentence."""
    evidence: Shown | None = None
    """What a vote was judged by, in full."""
    name: str = ""
    """What the evidence is called: no two on the page are called the same."""
    decision: DecisionTold | None = None
    """The decision."""


class CaseTold(Part):
    """A case and what was done with it."""

    anchor: str
    """Where links to it lead."""
    heading: str
    """Its number and title, else its id."""
    documents: tuple[Said, ...]
    """Its documents, by title."""
    proposals: tuple[ProposalTold, ...]
    """What was proposed, before the meeting and in it."""
    treated: tuple[Treated, ...]
    """What was done, in order."""
    outcome: Said | None
    """What became of it where it was not decided."""


class Seated(Part):
    """Those who were there for one member."""

    member: str | None
    """The member; None where the source does not say who elected them."""
    people: tuple[str, ...]
    """Their names."""


class Attendance(Part):
    """Who was there."""

    opening: Said | None
    """That they were there when the meeting was opened."""
    seated: tuple[Seated, ...]
    """Those who were, by the member that elected them."""
    others: tuple[Said, ...]
    """Who was absent, who came later and who left, and who else was there."""


# Sentences -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one meeting to one reader."""

    minutes: Told
    found: Read
    """The entries, which say of themselves what marks them."""
    reader: Reader

    @property
    def speech(self) -> Speech:
        """The language it is told in."""
        return self.reader.speech

    @property
    def names(self) -> Names:
        """What everything is called."""
        return self.reader.names

    def person(self, id_: str | None) -> str:
        """Returns what a person is called."""
        return self.names.of("person", id_ or "–")

    def people(self, ids: Iterable[str]) -> str:
        """Returns people as one says them."""
        return self.speech.listed(map(self.person, ids))

    def case(self, id_: str) -> str:
        """Returns a case as part of a sentence: by its number, else its title, else its id."""
        for case in (*self.minutes["cases"], *self.minutes["agenda"]):
            if case["case"] == id_ and known(case["number"]):
                return self.speech("meeting.case_no", number=case["number"])
        return self.speech("meeting.case_called", name=self.names.of("case", id_))

    def day(self, told: Told) -> str:
        """Returns when something took effect, in words."""
        return when(told["effective"], self.speech).text

    def date(self, text: str) -> str:
        """Returns a date, given in ISO form, in words."""
        return on(date.fromisoformat(text), self.speech)

    def clock(self, text: str) -> str:
        """Returns a time of day, given as HH:MM, as the language writes it."""
        return clock(text, self.speech)

    def sealed(self, told: Told | None) -> Shown | None:
        """Returns a text kept beside the book, or that it was erased; None where there is none."""
        if told is None:
            return None
        text = self.reader.texts.get(told["commitment"])
        return Shown(text=self.speech("entry.erased"), gap=True) if text is None else Shown(text=text, long=True)

    def links(self, *numbers: int | None) -> tuple[Link, ...]:
        """Returns the links to entries, each once."""
        return tuple(self._link(number) for number in dict.fromkeys(numbers) if number is not None)

    def _link(self, number: int) -> Link:
        url = self.speech.collaboration(self.names.collaboration_id, "entries", str(number))
        return Link(text=self.speech("state.entry", number=number), url=url)

    def say(self, text: str, told: Told | None = None, *more: int | None, words: Shown | None = None) -> Said:
        """Returns a sentence that an entry says, with what marks that entry; `more` are other entries behind it."""
        opens = words is not None and text.endswith(":")
        text = text[:-1] if opens else text
        if told is None:
            return Said(text=text, opens=opens, entries=self.links(*more), words=words)
        number = told["entry"]
        recorded = self.found.recorded.get(number)
        entry = None if recorded is None else recorded.entry
        return Said(
            text=text,
            opens=opens,
            entries=self.links(number, *more),
            notes=tuple(self._notes(told, None if entry is None else entry.corrects)),
            irregular=marks(told.get("irregular", ()), self.speech),
            unverified=marks(told.get("unverified", ()), self.speech),
            words=words,
        )

    def _notes(self, told: Told, corrects: int | None) -> Iterator[str]:
        if told.get("after_signature"):
            yield self.speech("meeting.after_signature")
        if told.get("left_out"):
            yield self.speech("meeting.parts_left_out", basis=told["legal_basis_for_leaving_out"] or "–")
        if corrects is not None:
            yield self.speech("book.corrects", number=corrects) + "."

    def happened(self, number: int, told: Told | None = None) -> Said:
        """Returns what an entry says in the one sentence it has everywhere, without what is left out of the minutes."""
        recorded, told = self.found.recorded.get(number), told or {}
        if recorded is None:
            return Said(text=self.speech("book.damaged"), entries=self.links(number))
        entry = recorded.entry
        if entry.access.level == "shielded":
            return Said(
                text=self.speech("book.withheld", basis=entry.access.legal_basis or "–"), entries=self.links(number)
            )
        marked = {**told, "entry": number, "irregular": entry.irregular, "unverified": entry.unverified}
        if told.get("left_out"):
            return self.say(self.speech("meeting.something"), marked)
        texts = (self.sealed(value) for value in told.values() if isinstance(value, Mapping) and "commitment" in value)
        return self.say(happened(entry.event, self.reader), marked, words=next(texts, None))


def known(value: Any) -> bool:
    """Returns whether something is told."""
    return value not in (None, "unknown", "")
