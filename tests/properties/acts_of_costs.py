"""What may be sent to a book as it stands, of how members share costs; see `acts`."""

from __future__ import annotations

from typing import get_args

from domain.budgets.keys import Driver
from tests.properties.acts import Fields, Scene
from tests.properties.acts_of_money import adopting


def adopt_key(s: Scene) -> Fields | None:
    """Adopts a key or its next version, on a decision where there is one; now and then of shares that are off."""
    decision_id = adopting(s)
    if decision_id == "unknown" and s.r.random() < 0.8:
        return None
    key_id = s.r.choice(["drift", "prosjekt"])
    held = s.state.budgets.keys.get(key_id, ())
    drivers = s.r.sample(get_args(Driver), s.r.randint(1, 4))
    weighing = s.r.choice(["shares", "numbers"])
    off = weighing == "numbers" or s.r.random() < 0.1
    count = len(drivers) + (s.r.randint(1, 3) if off else 0)
    if s.r.random() < 0.03:
        drivers = [*drivers, drivers[0]]
        count += 1
    return {
        "key_id": key_id,
        "key_version": held[-1].key_version + 1 if held else 1,
        "weighing": weighing,
        "key_parts": [{"driver": driver, "numerator": 1, "denominator": count} for driver in drivers],
        "decision_id": decision_id,
    }
