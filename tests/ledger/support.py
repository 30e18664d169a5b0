"""What tests of the ledger are written in: a clock to turn, commands that are always accepted, and books of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from domain.collaboration import AnyCommand
from ledger.application import Ledger
from ledger.deciding import Submission
from tests.spec import command

BOOK = "provesamarbeidet"
SECRETARY = "secretary-1"

_ids = count(1)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Returns the time it shows."""
        return self.now

    def turn(self, **by: float) -> None:
        """Turns it, backwards where the difference is negative."""
        self.now += timedelta(**by)


def founding(**fields: Any) -> AnyCommand:
    """Returns the founding of an informal collaboration of two municipalities."""
    founders = [{"member_id": member_id, "name": member_id.title()} for member_id in ("nordvik", "sorvik")]
    given = {"name": "Prøvesamarbeidet", "legal_form": "informal", "founders": founders, "effective": "2020-01-01"}
    return command("collaboration.found", **{**given, **fields})


def service(service_id: str, **fields: Any) -> AnyCommand:
    """Returns the registration of a service, which seals nothing and which no rule speaks against."""
    given = {"service_id": service_id, "name": f"Teneste {service_id}", "group": "operations"}
    return command("service.register", **{**given, **fields})


def person(person_id: str, name: str = "Prøve Prøvesen", **fields: Any) -> AnyCommand:
    """Returns the registration of a person, whose name is sealed."""
    return command("person.register", person_id=person_id, name=name, **fields)


def send(*commands: AnyCommand, book: str = BOOK, by: str = SECRETARY, **fields: Any) -> Submission:
    """Returns a submission; its id is a new one unless given."""
    return Submission(book, commands, by, **{"command_id": f"send-{next(_ids):06d}", **fields})


def begin(ledger: Ledger, *commands: AnyCommand, book: str = BOOK) -> None:
    """Records the founding of a book and then each command by itself."""
    for one in (founding(), *commands):
        ledger.record(send(one, book=book))


def states(ledger: Ledger, book: str = BOOK) -> list[bytes]:
    """Returns the stored bytes of a book's entries."""
    return [recorded.state for recorded in ledger.entries(book)]


def numbers(ledger: Ledger, book: str = BOOK) -> list[int]:
    """Returns the numbers of a book's entries, as their records say."""
    return [recorded.entry.number for recorded in ledger.entries(book)]
