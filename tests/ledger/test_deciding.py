"""What a submission is known by, and what is decided when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from domain.kernel import Command
from domain.text import Id, Name
from ledger.deciding import Drawer, fingerprint, today_in_oslo
from tests.ledger.support import person, service

SALT = b"s" * 32


class Earlier(Command):
    """A command as one version knows it."""

    type: Literal["thing.do"]
    thing_id: Id


class Later(Earlier):
    """The same command in a later version, with an optional field more."""

    name: Name | None = None


def test_a_fingerprint_tells_content_from_content_and_nothing_else() -> None:
    first = (service("it-drift"), person("p1"))
    assert fingerprint(first, SALT) == fingerprint((service("it-drift", consumers=[]), person("p1")), SALT)
    others = [
        first[::-1],
        first[:1],
        (service("vakt"), person("p1")),
        (service("it-drift", statutory=True), person("p1")),
    ]
    assert len({fingerprint(commands, SALT) for commands in (first, *others)}) == 1 + len(others)
    assert fingerprint(first, SALT) != fingerprint(first, b"t" * 32)
    assert len(fingerprint(first, SALT)) == 32


def test_a_fingerprint_survives_a_version_with_more_optional_fields() -> None:
    earlier, later = (cls(type="thing.do", thing_id="a") for cls in (Earlier, Later))
    assert fingerprint((earlier,), SALT) == fingerprint((later,), SALT)  # type: ignore[arg-type]
    named = Later(type="thing.do", thing_id="a", name="A")
    assert fingerprint((earlier,), SALT) != fingerprint((named,), SALT)  # type: ignore[arg-type]


def test_a_fingerprint_is_pinned_for_what_is_stored() -> None:
    """Stored fingerprints are compared with new ones: a change here lets no earlier submission be known again."""
    pinned = "3db75ff1060fa926658f19181e3f98b950f1bce4aa602323223ea1d2ec5c5971"
    assert fingerprint((service("it-drift"),), SALT).hex() == pinned


def test_each_sealing_has_a_salt_of_its_own() -> None:
    drawer = Drawer()
    first, second = drawer.seal("the same"), drawer.seal("the same")
    assert first != second
    rows = list(drawer.rows("book", 7))
    assert [(row.commitment, row.number, row.text) for row in rows] == [
        (first.commitment, 7, "the same"),
        (second.commitment, 7, "the same"),
    ]
    assert len({row.salt for row in rows}) == 2


def test_today_is_the_date_in_oslo() -> None:
    assert today_in_oslo(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert today_in_oslo(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert today_in_oslo(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == date(2026, 7, 1)
