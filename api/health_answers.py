"""What answers about the process's health look like; see `api.answers`."""

from __future__ import annotations

from typing import Literal

from api.answers import Answer


class Health(Answer):
    """The process lives."""

    status: Literal["ok"]


class Stopped(Answer):
    """A projection that stopped; its rows keep the state before the entry."""

    projection: str
    collaboration: str
    entry: int
    category: str


class WitnessSaid(Answer):
    """What a witness answered last, where it did not cosign."""

    witness: str
    state: str
    """unreachable, unknown_log, not_ours; and as an alarm, refused or ahead: it has seen another book than this."""
    why: str | None


class SeenOutside(Answer):
    """How far witnesses have seen a book, or, as `*`, the installation's log."""

    collaboration: str
    entries: int
    """Or leaves."""
    cosigned: dict[str, int]
    """By witness: the last entry it has seen."""
    seconds_behind: int
    """Since the first entry no witness has seen."""
    said: list[WitnessSaid]
    ok: bool
    """False where entries have been unseen for an hour, or a witness has seen another book."""


class AuthoritySaid(Answer):
    """What came of asking a time-stamping authority last, where no timestamp did."""

    authority: str
    state: str
    """unreachable; or not_ours: what it answered is no timestamp of the checkpoint that leads to the trusted root."""
    why: str | None


class StampedUpTo(Answer):
    """How far a book is stamped by authorities (RFC 3161)."""

    collaboration: str
    entries: int
    stamped: dict[str, int]
    """By authority: the last entry of the last checkpoint it stamped."""
    seconds_behind: int
    """Since the first entry no authority has stamped."""
    said: list[AuthoritySaid]
    ok: bool
    """False where an entry has waited for twice the hours there are between timestamps."""


class Held(Answer):
    """A book in which nothing is recorded, and of which nothing is signed, since it was restored.

    As `*` the installation's log: while it is held, no book is begun.
    """

    collaboration: str
    why: str


class Broken(Answer):
    """That a book went on after a restore without proof that it is the one known outside."""

    collaboration: str
    entry: int
    """The last entry the book had."""
    recorded_at: str
    reason: str


class NotAsRecorded(Answer):
    """Something the self-check found that is not as it was recorded."""

    collaboration: str | None
    """None where it cannot be said of which book."""
    entry: int | None
    """The first entry it may be; None where it is beside the entries."""
    code: str
    """As in `styringsbok verify`, which tells more."""


class SelfChecked(Answer):
    """How far the books have been read and hashed again since the process began."""

    passes: int
    """Through all books."""
    last_pass_at: str | None
    """When the last was done."""
    collaboration: str | None
    """Where the pass under way is; None between passes."""
    entry: int | None
    findings: list[NotAsRecorded]
    """Stays until a later pass finds it gone."""


class Readiness(Answer):
    """The process can serve."""

    status: Literal["ready", "degraded"]
    """`degraded` where rows are behind, a projection has stopped, a book is held, witnesses have not seen one or no
    authority has stamped it for too long, or something is not as it was recorded: what is there is served all the
    same."""
    books: int
    entries_behind: dict[str, int]
    """Entries not yet in the rows, by book."""
    projections_stopped: list[Stopped]
    held: list[Held]
    """Books that were restored and not yet shown to be those known outside."""
    breaks: list[Broken]
    """Stays for ever: it is signed in the log."""
    attachments_damaged: dict[str, str]
    """Documents that could not be handed out whole since the process began, by SHA-256, with what is wrong."""
    witnesses: list[SeenOutside]
    """None where no witness is asked."""
    timestamps: list[StampedUpTo]
    """None where no authority is asked."""
    self_check: SelfChecked | None
    """None where it is turned off."""
