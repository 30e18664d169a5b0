"""What the answer with minutes looks like, for the API's description; see `api.answers`."""

from __future__ import annotations

from typing import Any, Literal

from api.answers import Answer, Erased, Shown, Texts


class MinutesHead(Shown):
    """What stands over the minutes: the meeting's body, number, day, place, and who led it; null where not known."""

    body: str | None
    number: str | None
    """As the secretary writes it."""
    date: str | None
    time: str | None
    place: str | None
    mode: str | None
    chair: str | None
    called: dict[str, Any] | None
    opened: dict[str, Any] | None
    adjourned: dict[str, Any] | None


class Attendance(Shown):
    """One person's time in the meeting, from one entry to another; null where it lasted to the end."""

    person_id: str | None
    on_behalf_of: str | None
    """The member that elected the person."""
    deputy_for: str | None
    from_entry: int
    from_case: str | None
    to_entry: int | None
    to_case: str | None


class OnAgenda(Answer):
    """A case on the agenda, by its place there."""

    case: str
    number: str | None
    title: str | None
    added_by_entry: int | None
    """Null for what came with the call."""
    removed_by_entry: int | None


class TreatedCase(Answer):
    """A case with everything that was done with it in the meeting."""

    order: int
    """The place in the order the cases were treated in."""
    case: str
    number: str | None
    title: str | None
    kind: str | None
    documents: list[dict[str, Any]]
    impartiality: list[dict[str, Any]]
    doors: list[dict[str, Any]]
    """That the meeting was closed and opened again, with the provision."""
    proposals: list[dict[str, Any]]
    """Each with its result, and the entry that says so."""
    votes: list[dict[str, Any]]
    """Each with what it was judged by: who was entitled, the quorum, the votes, the rule."""
    decisions: list[dict[str, Any]]
    """Each with dissents and effects."""
    outcome: dict[str, Any] | None
    """What became of a case that was not decided."""
    other: list[dict[str, Any]]
    entries: list[int]
    """The entries of the meeting that are about the case."""


class MinutesEntry(Answer):
    """An entry the minutes are made of."""

    number: int
    type: str
    sha256: str
    """Of its stored bytes, also where it is withheld."""
    shielded_by: str | None
    """The legal basis it is exempt from access by; null for what everyone may read."""


class Addition(Answer):
    """An entry that came after the latest signature."""

    entry: int
    type: str


class WithheldPart(Shown):
    """An entry whose content is withheld from whoever asks."""

    entry: int
    type: str
    legal_basis: str | None
    """Null where the entry is damaged."""


class CorrectedPart(Shown):
    """A correction of an entry of the meeting."""

    entry: int
    corrects: int
    type: str
    changes: list[dict[str, Any]]
    """Every value that was and that is, by where it stands; null where there is none."""


class MeetingMinutes(Answer):
    """The minutes of a meeting."""

    collaboration: str
    meeting: str
    entry: int
    """The number of the last entry of the book as it was asked about."""
    head: MinutesHead
    attendance: list[Attendance]
    absent: list[dict[str, Any]]
    agenda: list[OnAgenda]
    cases: list[TreatedCase]
    """In the order they were treated; those of the agenda that nothing was done with come last."""
    doors: list[dict[str, Any]]
    """That the meeting as a whole was closed and opened again."""
    impartiality: list[dict[str, Any]]
    votes: list[dict[str, Any]]
    """Votes in no case."""
    approves: list[dict[str, Any]]
    """Minutes of earlier meetings that this one approved."""
    other: list[dict[str, Any]]
    """Entries that belong to no case."""
    corrections: list[CorrectedPart]
    """Entries that correct others of the meeting, which are told as they should have been."""
    withheld: list[WithheldPart]
    status: Literal["draft", "signed", "added_to", "published"]
    """`added_to`: entries came after the latest signature. `published`: everything in them is signed and published."""
    signatures: list[dict[str, Any]]
    approvals: list[dict[str, Any]]
    publications: list[dict[str, Any]]
    additions: list[Addition]
    first_entry: int | None
    last_entry: int | None
    minutes_sha256: str
    """Over the entries below, in order; what is to be given when the minutes are signed."""
    entries: list[MinutesEntry]
    names: dict[str, str]
    """What people, bodies and members are called, by kind and id, as far as everyone may know."""
    texts: Texts
    erased: Erased
