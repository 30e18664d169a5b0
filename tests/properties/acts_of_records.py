"""What may be sent to a book as it stands, of corrections; see `acts`."""

from __future__ import annotations

from typing import Any

from domain.collaboration import COMMANDS
from domain.corrections import KINDS, Held
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_agreements import row

CORRECTED = 0.03
"""How often something that was recorded before is corrected."""

NAMES = ("title", "council", "name")


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
    changed = next(field for field in NAMES if field in fields)
    if s.r.random() < 0.9:
        fields[changed] = f"Rettet {s.r.randint(1, 99)} (prøve)"
    return fields
