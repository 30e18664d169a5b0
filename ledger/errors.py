"""What can go wrong with a book, apart from the rules saying no.

* LedgerError
  - UnknownCollaboration     no book by that id
  - StaleBook                someone recorded first
  - CommandIdReused          the same command id with other content
  - EntryTooLarge            an entry's bytes do not fit
  - BookHeld                 restored, and not yet shown to be the book that is known outside
  - DamagedEntry             a row that cannot be read or does not agree with its record
  - LedgerUnavailable        the database cannot be written or read now
    + LedgerHeld             another process holds the file
    + LedgerBusy             too many wait to be recorded
    + StorageFull            there is no room to write; what was sent has not been recorded
    + BookImporting          another process imports into the book
    + NothingWritten         the connection was lost, and what was sent has not been recorded
    + OutcomeUnknown         it may have been recorded, or not
    + NoLedger               nothing was ever recorded in the database
  - AttachmentDamaged        a document that is not what its name says
  - BadArchive               a file that cannot be restored
  - BadBackup                a backup that is not what was signed
"""

from __future__ import annotations


class LedgerError(Exception):
    """Base of the ledger's errors."""


class UnknownCollaboration(LedgerError):
    """No book has this id."""

    def __init__(self, collaboration_id: str) -> None:
        super().__init__(f"there is no collaboration {collaboration_id!r}")
        self.collaboration_id = collaboration_id


class StaleBook(LedgerError):
    """The book has moved on from the entry the caller had seen."""

    def __init__(self, collaboration_id: str, expected: int, current: int) -> None:
        super().__init__(f"{collaboration_id} is at entry {current}, not {expected}")
        self.collaboration_id, self.expected, self.current = collaboration_id, expected, current


class CommandIdReused(LedgerError):
    """A command id came again with other content."""

    def __init__(self, collaboration_id: str, command_id: str, first_number: int) -> None:
        super().__init__(f"command id {command_id!r} was used for other content, recorded as entry {first_number}")
        self.collaboration_id, self.command_id, self.first_number = collaboration_id, command_id, first_number


class EntryTooLarge(LedgerError):
    """An entry's bytes are more than an entry may have; what is larger is an attachment."""

    def __init__(self, type_: str, size: int, limit: int) -> None:
        super().__init__(f"the entry {type_} has {size} bytes; at most {limit} fit")
        self.type, self.size, self.limit = type_, size, limit


class DamagedEntry(LedgerError):
    """A row of the book cannot be read, or does not agree with the record in it."""

    def __init__(self, collaboration_id: str, number: int, what: str) -> None:
        super().__init__(f"entry {number} of {collaboration_id} is damaged: {what}")
        self.collaboration_id, self.number, self.what = collaboration_id, number, what


class BookHeld(LedgerError):
    """The book was restored: nothing is recorded in it before it is shown to be the one known outside."""

    def __init__(self, collaboration_id: str, why: str) -> None:
        super().__init__(f"nothing is recorded in {collaboration_id}: {why}")
        self.collaboration_id, self.why = collaboration_id, why


class LedgerUnavailable(LedgerError):
    """The database cannot be reached, written or read now."""


class LedgerHeld(LedgerUnavailable):
    """Another process holds the book's file for writing."""

    def __init__(self, path: str, holder: str) -> None:
        super().__init__(f"{path} is held by {holder}; stop it, or send what you want recorded through it")
        self.path, self.holder = path, holder


class LedgerBusy(LedgerUnavailable):
    """As many wait to be recorded as may. Nothing of what was sent is recorded; send it again after a moment."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} commands wait to be recorded, and no more may; send the same again in a moment")
        self.waiting = waiting


class BookImporting(LedgerUnavailable):
    """Another process imports into the book, and holds it until the last of it is written; try again later."""

    def __init__(self, message: str, collaboration_id: str) -> None:
        super().__init__(message)
        self.collaboration_id = collaboration_id


class StorageFull(LedgerUnavailable):
    """There is no room to write. Nothing was recorded; what is recorded can be read."""


class NothingWritten(LedgerUnavailable):
    """The connection to the database was lost, and it is known that nothing was recorded: it can be tried again."""


class OutcomeUnknown(LedgerUnavailable):
    """The database was lost while it was written to: whether it recorded is not known. The same sent again tells."""


class NoLedger(LedgerUnavailable):
    """The database is not there, or was never used for a ledger."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no book at {name}")
        self.name = name


class BadArchive(LedgerError):
    """A file is no archive of ours, or not as it was written."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path} cannot be restored: {what}")
        self.path, self.what = path, what


class BadBackup(LedgerError):
    """What was written as a backup is not what was signed; it was not kept."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"no backup was written to {path}: {what}")
        self.path, self.what = path, what


class AttachmentDamaged(LedgerError):
    """A document is gone, or its content is not what its name says."""

    def __init__(self, sha256: str, what: str) -> None:
        super().__init__(f"the document {sha256} is damaged: {what}")
        self.sha256, self.what = sha256, what
