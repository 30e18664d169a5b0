"""What may be sent to a book as it stands, of erasures by order; see `acts`."""

from __future__ import annotations

from datetime import timedelta

from tests.properties.acts import Fields, Scene


def erase(s: Scene) -> Fields | None:
    """Erases a person's name and contacts, or a text of an entry, now."""
    known = s.state.erasures
    order = {
        "kind": s.r.choice(["single_item", "disposal_rule", "deletion_duty", "court"]),
        "ref": f"26/{s.r.randint(1, 999)} (prøve)",
        "issued_by": "Nasjonalarkivet",
        "issued_on": (s.day - timedelta(days=s.r.randint(0, 90))).isoformat(),
    }
    there = [
        (entry, text)
        for entry, texts in sorted(known.sealed.items())
        for text in texts
        if text.commitment not in known.erased
    ]
    chosen = s.one(there)
    if chosen is None:
        return None
    entry, text = chosen
    field = text.field if s.r.random() < 0.6 else None
    return {"effective": None, "mode": "decide", "texts": [{"entry": entry, "field": field}], "order": order}
