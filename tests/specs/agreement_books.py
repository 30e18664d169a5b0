"""Books to try services and agreements on: three members, a customer, a body, an office and three services."""

from __future__ import annotations

from typing import Any

from domain.agreements import ServiceAgreementConcluded, ServiceRegistered
from domain.bodies import BodyEstablished, OfficeEstablished
from domain.constitution import CollaborationFounded
from domain.members import Party
from domain.vocabulary import Holder
from tests.spec import At, Given, at, given

BASIS = [{"kind": "resolution", "ref": "sak-7"}]
IMPORTED = {"mode": "import", "source": {"title": "Tjenestenivåavtale", "read_on": "2026-05-02"}, "basis": BASIS}


def founded(day: str = "2013-09-26") -> At:
    """Returns the founding: three members and a customer."""
    owners = tuple(Party(member_id=name, name=name.title()) for name in ("aukra", "midsund", "molde"))
    customer = Party(member_id="sunndal", name="Sunndal", member_class="external_customer")
    event = CollaborationFounded(name="ROR-IKT", purpose=None, legal_form="historic_27", founders=(*owners, customer))
    return at(day, event)


def service(service_id: str, day: str = "2014-01-01", *consumers: str) -> At:
    """Returns that a service was registered."""
    return at(day, ServiceRegistered(service_id=service_id, name=service_id, group="operations", consumers=consumers))


def book(*facts: At) -> Given:
    """Returns a book with members, the body `board`, the office `manager` and the services `desk` and `mail`."""
    return given(
        founded(),
        at("2013-09-26", BodyEstablished(body_id="board", name="Styret", kind="board")),
        at("2013-09-26", OfficeEstablished(office_id="manager", title="Daglig leder", kind="managing_director")),
        service("desk", "2014-01-01", "aukra", "midsund"),
        service("mail"),
        *facts,
    )


UNIT = Holder(kind="collaboration", id="this")
TERMS: dict[str, Any] = {
    "agreement_id": "sla",
    "name": "Tjenestenivåavtale",
    "provider": UNIT.model_dump(),
    "customers": ["aukra", "molde"],
    "services": ["desk"],
    "review_months": 12,
}


def concluded(day: str = "2026-01-01", latest: str | None = None, **terms: Any) -> At:
    """Returns that the agreement was concluded."""
    told = {**TERMS, **terms}
    told = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    return at(day, ServiceAgreementConcluded.model_validate(told), latest)
