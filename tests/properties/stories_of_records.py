"""Stories of refusals of corrections, of erasures, of changes of access, of links and of history; see `stories`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.properties.acts import Fields
from tests.properties.stories_by_hand import BODY, BY_HAND, PERSON, SOURCE, Line, founded, imported, line

DESK = imported("service.register", service_id="desk", name="Kundesenter", group="operations")
CONTACT = imported("person_contact.record", person_id="p-1", contact="Prøveveien 1")
SHIELD = {"level": "shielded", "legal_basis": "offentleglova § 13"}
HISTORY = {"historical_id": "h-1", "kind": "Årsmelding (prøve)", "certainty": "likely"}
SAID = [{"what": "Sum (prøve)", "value": "17"}]


def now(command: str, /, **fields: object) -> Line:
    """Returns a command without a date."""
    return Line(command, fields)


def corrected(entry: int, person_id: str = "p-1") -> Line:
    """Returns a correction of a person's name."""
    return now("person.register", person_id=person_id, name="Rettet Prøvesen", corrects=entry)


def access(entry: int = 2, **fields: object) -> Line:
    """Returns a change of the access to an entry: a shield unless told otherwise."""
    return now("entry_access.change", **{"entry": entry, **SHIELD, **fields})


def history(on: str = "1998-05-01", **fields: object) -> Line:
    """Returns what a source tells."""
    told: Fields = {"mode": "import", "source": SOURCE, "data": SAID, **HISTORY, **fields}
    return line("historical_entry.import", on, **told)


def _corrected_though_irregular() -> list[Line]:
    told = BY_HAND["basis.decision_irregular"]
    irregular = next(number for number, one in enumerate(told, start=1) if one.fields.get("mode") == "record")
    return [*told[:irregular], corrected(irregular)]


def _corrected_though_signed() -> list[Line]:
    told = BY_HAND["dissent.minutes_already_signed"][:-1]
    number, opened = next((n, one) for n, one in enumerate(told, start=1) if one.name == "case.open")
    kept = {name: value for name, value in opened.fields.items() if name not in ("mode", "source", "effective")}
    return [*told, now("case.open", **{**kept, "title": "Rettet tittel (prøve)", "corrects": number})]


def _linked(entry: int) -> Line:
    return now("external_record.link", entry=entry, system="noark", external_id="1/17", direction="sent")


def _erased(sha256: str = "a" * 64) -> Line:
    order = {"kind": "court", "ref": "26/17 (prøve)", "issued_by": "Prøve tingrett", "issued_on": "2015-01-01"}
    return now("personal_data.erase", documents=[sha256], order=order)


HERE = [founded(), PERSON]
NAMED = Line(PERSON.name, {**PERSON.fields, "evidence": [{"sha256": "a" * 64, "name": "Brev (prøve)"}]})

OF_RECORDS: Mapping[str, Sequence[Line]] = {
    "correction.needs_new_decision": [*HERE, Line(BODY.name, {**BODY.fields, "corrects": 2})],
    "correction.target_missing": [*HERE, corrected(99)],
    "correction.target_irregular": _corrected_though_irregular(),
    "correction.other_type": [*HERE, corrected(1)],
    "correction.already_corrected": [*HERE, corrected(2), corrected(2)],
    "correction.fields_fixed": [*HERE, corrected(2, "p-2")],
    "correction.nothing_changed": [founded(), DESK, Line(DESK.name, {**DESK.fields, "corrects": 2})],
    "correction.signed_without_body": _corrected_though_signed(),
    "erasure.unknown_document": [*HERE, _erased()],
    "erasure.document_already_erased": [founded(), NAMED, _erased(), _erased()],
    "entry_access.not_now": [*HERE, Line("entry_access.change", {**access().fields, "effective": "2020-02-01"})],
    "entry_access.unknown_entry": [*HERE, access(99)],
    "entry_access.legal_basis_missing": [*HERE, access(legal_basis="kommuneloven § 11-5")],
    "entry_access.unknown_field": [*HERE, access(fields=["title"])],
    "entry_access.until_passed": [*HERE, access(until="2016-01-01")],
    "entry_access.basis_of_what_is_public": [*HERE, access(level="public")],
    "entry_access.never_public": [
        *HERE,
        Line(CONTACT.name, {**CONTACT.fields, "access": SHIELD}),
        access(3, level="public", legal_basis=None),
    ],
    "entry_access.already_so": [*HERE, access(level="public", legal_basis=None)],
    "external_record.unknown_entry": [*HERE, _linked(99)],
    "external_record.already_linked": [*HERE, _linked(2), _linked(2)],
    "historical_entry.source_missing": [*HERE, history(mode="decide", source=None)],
    "historical_entry.not_imported": [*HERE, history(mode="decide")],
    "historical_entry.already_imported": [*HERE, history(), history()],
    "historical_entry.nothing_told": [*HERE, history(data=[])],
    "historical_entry.after_book_was_live": [*HERE, _linked(2), history("2026-11-24")],
}
"""By the code the last command of each is refused with."""
