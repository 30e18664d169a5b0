"""What a simulation leads to, in words: each act with its refusal, and each row that would be another."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from api.pages.contents import Reader
from api.pages.parts import Link, Part
from api.pages.sentences import happened
from api.pages.sheets.sheet import JSON, Desk
from api.pages.sheets.tables import Cell, Grid
from api.pages.words import titled
from domain.collaboration import EVENTS

ACTS = {
    "withdrawal_notice.give": "act.withdrawal_notice.give",
    "seat.vacate": "act.seat.vacate",
    "shares.restate": "act.shares.restate",
    "member.depart": "act.member.depart",
    "charter.propose": "act.charter.propose",
    "legal_form.change": "act.legal_form.change",
}
"""What the acts of a plan are called."""


class StepShown(Part):
    """One act of a plan."""

    title: str
    """What would be done."""
    accepted: bool
    """Whether the rules accept it."""
    happened: tuple[str, ...]
    """What would stand in the book."""
    why: str | None
    """Why it is refused."""
    how: str | None
    """How to go on."""
    law: str | None
    """The provision."""
    broken: tuple[str, ...]
    """Every rule it would break, by code."""
    entries: tuple[Link, ...]
    """The entries that led to the refusal."""
    command: str
    """The command, as JSON."""


def steps(desk: Desk, told: JSON) -> tuple[StepShown, ...]:
    """Returns the acts of an answer of the simulator, in order."""
    return tuple(
        _step(desk, step, command, told["entry"]) for step, command in zip(told["steps"], told["commands"], strict=True)
    )


def _step(desk: Desk, step: JSON, command: JSON, head: int) -> StepShown:
    refusal = step["refusal"] or {}
    wording = refusal.get("texts", {}).get(desk.speech.language, {})
    reader = Reader(desk.speech, desk.names, {}, brief=True)
    events = (
        EVENTS[entry["type"]].model_validate({**entry["event"], "type": entry["type"]}, strict=False)
        for entry in step["entries"]
    )
    return StepShown(
        title=desk.speech(ACTS[command["type"]]),
        accepted=step["accepted"],
        happened=tuple(happened(event, reader) for event in events),
        why=wording.get("detail"),
        how=wording.get("how_to_go_on"),
        law=refusal.get("law"),
        broken=tuple(refusal.get("broken", ())),
        entries=tuple(desk.entry(number) for number in refusal.get("entries", ()) if number <= head),
        command=orjson.dumps(command, option=orjson.OPT_INDENT_2).decode(),
    )


# Rows ------------------------------------------------------------------------------------

PARTS = {
    "members": "part.members",
    "notices": "part.notices",
    "shares": "part.shares",
    "agreements": "part.agreements",
    "bodies": "part.bodies",
    "seat-plans": "part.seat_plans",
    "offices": "part.offices",
    "vacant-offices": "part.vacant_offices",
    "tenures": "part.tenures",
    "seating-gaps": "part.seating_gaps",
    "constitution": "part.constitution",
    "charters": "part.charters",
    "authority": "part.authority",
}
"""What the parts of the book are called that a plan may change."""
VALUES = {
    "seats_unfilled": "gap.seats_unfilled",
    "deputies_unfilled": "gap.deputies_unfilled",
    "seats_not_laid_down": "gap.seats_not_laid_down",
    "election_not_shown": "gap.election_not_shown",
}
"""What is said of what is missing among the seats."""
VOCABULARIES = ("vacating_cause", "departure_cause", "agreement_outcome", "legal_form", "charter_kind")
"""Where the words for other values are."""
ENVELOPE = frozenset({"effective", "ended", "until", "entry", "from", "to"})
"""Fields of a row that say when it holds, which its days say already."""


def changes(desk: Desk, rows: list[JSON]) -> Grid | None:
    """Returns what would be otherwise, subject by subject; None where nothing would."""
    if not rows:
        return None
    return Grid(
        caption=desk.speech("sim.changes", count=len(rows)),
        columns=desk.columns("sim.what", "sim.before", "sim.after"),
        rows=tuple(
            (
                Cell(text=_about(desk, row), notes=_part_of(desk, row["projection"])),
                _state(desk, row["before"], row["after"]),
                _state(desk, row["after"], row["before"]),
            )
            for row in rows
        ),
    )


def _part_of(desk: Desk, projection: str) -> tuple[str, ...]:
    return (desk.speech(PARTS[projection]),) if projection in PARTS else ()


def _about(desk: Desk, row: JSON) -> str:
    kind = desk.speech.word("subject_kind", row["kind"])
    return titled(desk.speech("map.node", kind=kind, name=desk.names.of(row["kind"], row["id"])))


def _state(desk: Desk, row: JSON | None, other: JSON | None) -> Cell:
    """Returns when a row holds, and what is in it that is not in the other."""
    if row is None:
        return desk.gap("sim.not_there")
    return Cell(
        text=_days(desk, row), notes=tuple(_differing(desk, row["body"], {} if other is None else other["body"]))
    )


def _days(desk: Desk, row: JSON) -> str:
    since, until = row["certain_from"], row["certain_to"]
    if since is not None and until is not None:
        return desk.speech("sim.from_until", since=since, until=until)
    if since is not None:
        return desk.speech("sim.from", since=since)
    return desk.speech("sim.always") if until is None else desk.speech("sim.until", until=until)


def _differing(desk: Desk, body: JSON, other: JSON) -> Iterator[str]:
    for name, value in body.items():
        if name in ENVELOPE or name.endswith("_entry") or value in (None, [], {}) or value == other.get(name):
            continue
        if desk.speech.knows(f"field.{name}"):
            yield desk.speech("sim.field", field=desk.speech(f"field.{name}"), value=_value(desk, value))


def _value(desk: Desk, value: object) -> str:
    if isinstance(value, bool):
        return desk.speech("value.yes" if value else "value.no")
    if isinstance(value, str):
        if value in VALUES:
            return desk.speech(VALUES[value])
        for vocabulary in VOCABULARIES:
            if desk.speech.knows(f"{vocabulary}.{value}"):
                return desk.speech.word(vocabulary, value)
        return value
    if isinstance(value, list):
        return desk.speech.listed(_value(desk, one) for one in value)
    return str(value) if isinstance(value, int) else orjson.dumps(value).decode()
