"""What may be sent to a book as it stands, of corrections and of entries as records; see `acts`."""

from __future__ import annotations

from typing import Any

from domain.collaboration import COMMANDS
from domain.corrections import KINDS, Held
from tests.properties.acts import Act, Fields, Scene
from tests.properties.acts_of_agreements import row

CORRECTED = 0.03
"""How often something that was recorded before is corrected."""

NAMES = ("title", "council", "name")

OTHERWISE: dict[str, Fields] = {
    "audit_finding.raise": {"text": "Rettet funn (prøve)."},
    "audit_finding.answer": {"text": "Rettet svar (prøve)."},
    "deviation.report": {"explanation": "Rettet forklaring (prøve)."},
    "meeting.call": {"urgent_reason": None, "place": "Rettet sted (prøve)"},
    "meeting.open": {"others_present": ["rettet (prøve)"]},
    "office.establish": {"purpose": None, "accountabilities": None},
}
"""What is corrected in acts of a kind, and what of them is a text that the book has only the commitment to."""


def correct(s: Scene) -> tuple[str, Fields] | None:
    """Corrects now and then one of the acts that may be corrected, most often one that nothing has corrected before."""
    if s.r.random() >= CORRECTED:
        return None
    held = sorted(s.state.corrections.by_entry.items())
    chosen = s.one([one for _, one in held if one.corrected_by is None or s.r.random() < 0.05])
    if chosen is None:
        return None
    name = KINDS[chosen.type].command
    return name, {**_replacement(s, name, chosen), "effective": None, "corrects": chosen.fact.number}


def _replacement(s: Scene, name: str, held: Held) -> Fields:
    """Returns what should have been recorded: most often something else than what was."""
    told: dict[str, Any] = held.fact.event.model_dump(mode="json")
    fields = {field: value for field, value in told.items() if field in COMMANDS[name].model_fields and field != "type"}
    if name == "person.register":
        return {**fields, "name": f"Rettet Prøvesen {s.r.randint(1, 99)}"}
    if name == "service_review.hold":
        return {**fields, "findings": None, "provider_present": not fields["provider_present"]}
    if name == "targets.measure":
        return {**fields, "rows": [row(s, one["target_id"]) for one in fields["rows"]]}
    if name in ("actuals.record", "cost_drivers.record", "benefit.measure"):
        return {**fields, **_figures(s, fields)}
    fields |= OTHERWISE.get(name, {})
    changed = next((field for field in NAMES if field in fields), None)
    if changed is not None and s.r.random() < 0.9:
        fields[changed] = f"Rettet {s.r.randint(1, 99)} (prøve)"
    return fields


def _figures(s: Scene, fields: Fields) -> Fields:
    """Returns other figures than those recorded."""
    if "value" in fields:
        return {"value": str(s.r.randint(0, 90))}
    if "driver_values" in fields:
        return {"driver_values": [{**one, "value": str(s.r.randint(0, 9_000))} for one in fields["driver_values"]]}
    return {"rows": [{**one, "amount_ore": s.r.randint(-9_000, 9_000)} for one in fields["rows"]]}


def change_access(s: Scene) -> Fields | None:
    """Shields an entry, or opens one that is shielded."""
    records = s.state.records
    here = {"effective": None, "mode": "decide"}
    opened = sorted(entry for entry in records.shielded if entry not in records.never_public)
    if opened and s.r.random() < 0.5:
        return {**here, "entry": s.r.choice(opened), "level": "public"}
    until = s.later(30, 400) if s.r.random() < 0.3 else None
    entry = s.r.randint(1, s.state.head)
    fields = sorted(records.fields_of(entry)) if entry not in records.never_public else []
    part = s.r.sample(fields, 1) if fields and s.r.random() < 0.4 else []
    told = {"entry": entry, "level": "shielded", "until": until, "fields": part}
    return {**here, **told, "legal_basis": s.r.choice(["offentleglova § 13", "offentleglova § 23 første ledd"])}


def link_record(s: Scene) -> Fields | None:
    """Ties an entry to a record of another system."""
    return {
        "entry": s.r.randint(1, s.state.head),
        "system": s.r.choice(["noark", "fiks", "einnsyn", "bronnoysund", "archive", "other"]),
        "external_id": f"{s.r.randint(1, 99)}/{s.r.randint(1, 99)} (prøve)",
        "direction": s.r.choice(["sent", "received", "refers_to"]),
        "receipt": s.r.choice([None, "mottatt (prøve)"]),
    }


def take_in(s: Scene) -> Fields | None:
    """Takes in what a source tells of the time before the book."""
    return {
        "mode": "import",
        "source": {"title": "Årsmelding (prøve)", "read_on": s.day.isoformat()},
        "effective": f"{s.r.randint(1960, 2015)}-05-01",
        "historical_id": f"historie-{s.r.randint(1, 99)}",
        "kind": "Årsmelding (prøve)",
        "data": [{"what": "Sum", "value": str(s.r.randint(1, 9_999))}],
        "text": s.r.choice([None, "Slik sto det (prøve)."]),
        "certainty": s.r.choice(["certain", "likely", "uncertain"]),
    }


ACTS: dict[str, Act] = {
    "entry_access.change": change_access,
    "external_record.link": link_record,
    "historical_entry.import": take_in,
}
