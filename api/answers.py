"""What answers look like, for the API's description. The answers themselves are bytes and pass through none of this.

Rows and entries may have more fields than are named here; what an event holds is told by its command's schema.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.dates import Interval
from domain.kernel import Actor, Basis, Evidence, Mode, Source
from domain.records import AccessNow
from domain.text import SealedText


class Answer(BaseModel):
    """An answer: these fields and no others."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, populate_by_name=True)


class Shown(BaseModel):
    """Something in an answer: these fields, and those of its kind."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)


def documented(model: type[Answer], *statuses: str) -> dict[str, Any]:
    """Returns what a route says of its answer: the model under each status, 200 unless told."""
    return {"response_model": None, "responses": {status: {"model": model} for status in statuses or ("200",)}}


Texts = dict[str, str | None]
"""The text of each commitment in the answer; null where it was erased."""

Erased = dict[str, int]
"""The entry of the order, by commitment, for each text that was erased."""

# Collaborations --------------------------------------------------------------------------


class CollaborationSummary(Answer):
    """One collaboration in a list, as it is today."""

    id: str
    name: str | None
    legal_form: str | None
    """Null before the founding takes effect."""
    members: int
    """How many there are today."""
    entry: int
    """The number of its last entry."""
    url: str


class Collaborations(Answer):
    """Collaborations by id."""

    collaborations: list[CollaborationSummary]
    next: str | None
    """The address of the following page, null on the last."""


class Dated(Shown):
    """Something with the days from which it holds and the entry that says so."""

    effective: Interval
    entry: int


class Member(Dated):
    """A party that takes part."""

    id: str
    name: str
    status: Literal["member"]


class Body(Dated):
    """A body with its seats."""

    id: str
    name: str
    kind: str
    seats: list[dict[str, Any]]


class Office(Dated):
    """An office."""

    id: str
    title: str


class Service(Dated):
    """A service."""

    id: str
    name: str


class Agreement(Dated):
    """A service agreement with the service levels in force."""

    id: str
    name: str
    sla_version: int | None
    """The version that is certain, null where none is."""
    service_level: dict[str, Any] | None
    possible_sla_versions: list[int]


class Grant(Dated):
    """Authority in force."""

    id: str


class Possible(Dated):
    """Something that is possible on the day, but not certain."""

    kind: Literal[
        "legal_form", "name", "host", "charter", "member", "body", "office", "service", "agreement", "grant",
        "seat_plan", "sla_version",
    ]  # fmt: skip
    id: str | None
    """Of the entity; for a legal form, name, host or charter its value."""
    name: str | None


class Overview(Answer):
    """One collaboration at a glance."""

    id: str
    name: str | None
    legal_form: str | None
    """Null before the founding takes effect."""
    host: str | None
    """The id of the host municipality."""
    charter: str | None
    """The version of the charter in force."""
    members: list[Member]
    bodies: list[Body]
    offices: list[Office]
    services: list[Service]
    agreements: list[Agreement]
    authority: list[Grant]
    possible: list[Possible]
    withheld: int
    """How many rows are left out because they are shielded from whoever asks."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date
    head: int
    """The number of the book's last entry."""
    texts: Texts
    erased: Erased


class WheelItem(Answer):
    """Something that falls due."""

    key: str
    """What: such as `budget_and_plan`, `delegation_rules`, `grant_review` or `term_ends`."""
    kind: Literal["law", "book"]
    """`law`: an act sets the day for the legal form. `book`: an entry does."""
    on: date
    """The last day."""
    law: str | None
    legal_form: str | None
    """The form on that day."""
    whose: Literal["collaboration", "members"] | None
    """Who has to meet it: the collaboration, or each member."""
    about_year: int | None
    subject: str | None
    """The kind of entity it is about."""
    id: str | None
    entry: int | None
    """The entry it rests on, or that met it."""
    status: Literal["open", "overdue", "done", "done_late", "past"] | None
    """On the day asked about; null where the book holds nothing that could tell."""


class AnnualWheel(Answer):
    """What falls due in a year."""

    collaboration: str
    year: int
    entry: int
    """The number of the last entry folded."""
    effective_on: date
    items: list[WheelItem]
    """In the order of their days."""


class LogConsistency(Answer):
    """The proof that a log, such as the installation's, only grew between two sizes."""

    first: int
    second: int
    first_root: str
    """The root of the first so many entries, or leaves, in base64."""
    second_root: str
    proof: list[str]
    """The hashes of the proof in base64, in the order of RFC 6962 section 2.1.2."""


class Consistency(LogConsistency):
    """The proof that a book only grew between two sizes."""

    collaboration: str


class Row(Shown):
    """A row of a projection."""

    certain: bool
    """False where it is possible on the day but not certain."""
    from_entry: int
    """The entry that made the row as it is."""


class Rows(Answer):
    """Rows of a projection."""

    rows: list[Row]
    collaboration: str
    entry: int
    """The number of the last entry folded."""
    effective_on: date | None
    """Null for all days."""
    withheld: int
    """How many rows, on all pages together, are left out because they are shielded from whoever asks."""
    next: str | None
    """The address of the following page, null on the last."""
    texts: Texts
    erased: Erased


# Entries ---------------------------------------------------------------------------------


class EntryShown(Answer):
    """An entry as it is stored."""

    schema_number: Annotated[int, Field(alias="schema")]
    type: str
    """The event's stored name."""
    collaboration_id: str
    number: int
    entry_id: str
    command_id: str
    recorded_at: datetime
    recorded_by: str
    acted_by: Actor | None = None
    mode: Mode
    effective: Interval
    basis: list[Basis]
    source: Source | None = None
    evidence: list[Evidence]
    access: AccessNow
    rulebook_version: str
    irregular: list[str]
    """Codes of the rules the act broke; it then has no effects until healed."""
    unverified: list[str]
    """Codes of the rules it could not be held against, for want of a fact."""
    reason: SealedText | None = None
    corrects: int | None = None
    event: dict[str, Any]
    withheld_fields: list[str] | None = None
    """The event's fields that are withheld; left out where none is."""


class WithheldEntry(Answer):
    """What everyone may know of a shielded entry."""

    schema_number: Annotated[int, Field(alias="schema")]
    type: str
    collaboration_id: str
    number: int
    recorded_at: datetime
    mode: Mode
    access: AccessNow
    rulebook_version: str
    withheld: Literal[True]


class DamagedEntryShown(Answer):
    """The place of an entry that is no longer as it was written."""

    collaboration_id: str
    number: int
    damaged: Literal[True]


class Recording(Answer):
    """What was recorded, or would be."""

    entries: list[EntryShown]
    collaboration: str
    entry: int
    """The number of the last one."""
    dry_run: bool
    repeated: bool
    """True where the same had been recorded before: these are the entries of that time."""


class AttachmentKept(Answer):
    """A document that is kept, to be named by an entry's evidence."""

    sha256: str
    size: int
    media_type: str


class EntryList(Answer):
    """Entries of a book in order."""

    entries: list[EntryShown | WithheldEntry | DamagedEntryShown]
    collaboration: str
    entry: int
    """The number of the last entry of the book as it was asked about."""
    withheld: int
    """How many of these entries are withheld because they are shielded from whoever asks."""
    next: str | None
    """The address of the following page, null on the last."""
    texts: Texts
    erased: Erased


class EntryAnswer(Answer):
    """One entry."""

    entry: EntryShown | WithheldEntry
    sha256: str
    """Of its bytes as they are stored, also where they are withheld."""
    access: AccessNow
    """Who may read it now; the entry itself tells who might when it was recorded."""
    corrected_by: int | None
    """The entry that stands in its place as of the entry asked about, null where nothing has corrected it."""
    texts: Texts
    erased: Erased


# Commands --------------------------------------------------------------------------------


class CommandSummary(Answer):
    """One command in the list."""

    type: str
    summary: str
    url: str


class CommandList(Answer):
    """Every command by name."""

    commands: list[CommandSummary]


class CommandDescribed(Answer):
    """A command's schema and an example of it."""

    type: str
    summary: str
    json_schema: Annotated[dict[str, Any], Field(alias="schema")]
    """JSON Schema, draft 2020-12."""
    example: dict[str, Any]
