"""`history` and `replay`: what a book says, read from its entries and not from rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import orjson
import typer

from api.catalogue import joined
from api.cli import context, terminal
from api.cli.context import Json
from api.cli.terminal import Stopped
from api.composition import House
from api.deps import Point
from api.overview import overview
from api.texts import looked_up
from domain.collaboration import subjects
from domain.dates import FIRST_DAY, LAST_DAY, Interval
from domain.kernel import Actor
from ledger.application import Ledger
from ledger.deciding import today_in_oslo
from ledger.entry import AnyEntry, format_instant
from ledger.errors import DamagedEntry
from ledger.location import SQLiteLocation
from ledger.storage import views_datastore
from projections.registry import ALL
from projections.runner import Projector
from projections.view_engines import open_views

Collaboration = Annotated[str, typer.Argument(metavar="COLLABORATION", help="Its id, such as ror-ikt.")]

Line = dict[str, Any]


def history(
    ctx: typer.Context,
    collaboration: Collaboration,
    subject: Annotated[
        str | None, typer.Option(metavar="KIND:ID", help="Only entries that touch this entity, such as member:aukra.")
    ] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List a book's entries (protokollen): who recorded what, when, and from when it holds.

    A damaged entry is named in its place and the rest is listed; the exit code is then 1.
    """
    if subject is not None and not all(subject.partition(":")):
        raise Stopped(f"--subject takes a kind and an id, such as member:aukra, not {subject!r}.")
    with context.reading(ctx) as ledger:
        context.known(ledger, collaboration)
        lines = list(_lines(ledger, collaboration, subject))
    if as_json:
        terminal.answer({"collaboration": collaboration, "subject": subject, "entries": lines})
    else:
        terminal.table(("no.", "recorded", "effective", "what", "by", "marks"), map(_cells, lines))
    if any("damaged" in line for line in lines):
        raise typer.Exit(terminal.REFUSED)


def _lines(ledger: Ledger, collaboration: str, subject: str | None) -> Iterator[Line]:
    for row in ledger.rows(collaboration):
        try:
            entry = ledger.read(row).entry
        except DamagedEntry as error:
            yield {"number": error.number, "damaged": error.what}
            continue
        if subject is None or subject in {f"{one.kind}:{one.id}" for one in subjects(entry.event)}:
            yield _line(entry)


def _line(entry: AnyEntry) -> Line:
    return {
        "number": entry.number,
        "type": entry.type,
        "recorded_at": format_instant(entry.recorded_at),
        "recorded_by": entry.recorded_by,
        "acted_by": entry.acted_by and entry.acted_by.model_dump(mode="json", exclude_none=True),
        "mode": entry.mode,
        "effective": entry.effective.model_dump(mode="json"),
        "access": entry.access.level,
        "irregular": list(entry.irregular),
        "unverified": list(entry.unverified),
        "corrects": entry.corrects,
        "subjects": [f"{one.kind}:{one.id}" for one in subjects(entry.event)],
    }


def _cells(line: Line) -> tuple[str, ...]:
    if "damaged" in line:
        return str(line["number"]), "", "", "DAMAGED", "", line["damaged"]
    interval = Interval.model_validate_json(orjson.dumps(line["effective"]))
    actor = Actor(**line["acted_by"]) if line["acted_by"] else None
    marks = [
        *(f"irregular: {code}" for code in line["irregular"]),
        *(f"unverified: {code}" for code in line["unverified"]),
    ]
    if line["corrects"]:
        marks.append(f"corrects {line['corrects']}")
    if line["access"] != "public":
        marks.append(line["access"])
    by = line["recorded_by"] if actor is None else f"{line['recorded_by']} for {_actor(actor)}"
    return str(line["number"]), line["recorded_at"][:19] + "Z", _interval(interval), line["type"], by, "; ".join(marks)


def _actor(actor: Actor) -> str:
    return " ".join(part for part in (actor.person, actor.office, actor.body) if part)


def _interval(interval: Interval) -> str:
    days = str(interval.earliest) if interval.is_exact else f"{interval.earliest} – {interval.latest}"
    return f"{days} (derived)" if interval.derived else days


def replay(
    ctx: typer.Context,
    collaboration: Collaboration,
    entry: Annotated[int | None, typer.Option(min=0, metavar="N", help="As the book was after this entry.")] = None,
    recorded_as_of: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="As the book was at this instant, such as 2026-11-24T08:00:00Z."),
    ] = None,
    effective_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="What was in effect on this day; left out: today in Europe/Oslo.")
    ] = None,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Fold a book's entries anew and show the collaboration as of an entry or a time of recording, and on a date."""
    if entry is not None and recorded_as_of is not None:
        raise Stopped("Give --entry or --recorded-as-of, not both: they say the same in two ways.")
    instant = None if recorded_as_of is None else _instant(recorded_as_of)
    day = None if effective_on is None else _day(effective_on)
    with context.reading(ctx) as ledger:
        head = context.known(ledger, collaboration)
        number = head if entry is None else entry
        if number > head:
            raise Stopped(f"{collaboration} has come to entry {head}; {number} is not written yet.")
        if instant is not None:
            number = _last_before(ledger, collaboration, instant)
        point = Point(collaboration, number, day or today_in_oslo(ledger.clock()), head, shielded=True)
        state = replayed(ledger, point)
    if as_json:
        terminal.answer(state)
    else:
        _show(state)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text:
            raise ValueError("another form")
    except ValueError:
        raise Stopped(f"--effective-on takes a date that exists, written YYYY-MM-DD, not {text[:40]!r}.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Stopped(f"--effective-on takes a date between {FIRST_DAY} and {LAST_DAY}, not {day}.")
    return day


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.utcoffset() is None:
            raise ValueError("no zone")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        how = "a date and time with a time zone, such as 2026-11-24T08:00:00Z"
        raise Stopped(f"--recorded-as-of takes {how}, not {text[:40]!r}.") from None


def _last_before(ledger: Ledger, collaboration: str, instant: datetime) -> int:
    """Returns the number of the last entry recorded at or before an instant, 0 if there is none."""
    number = 0
    for recorded in ledger.entries(collaboration):
        if recorded.entry.recorded_at > instant:
            break
        number = recorded.entry.number
    return number


def replayed(ledger: Ledger, point: Point) -> Line:
    """Returns the collaboration as seen from a point, folded from its entries into rows made for this one answer."""
    with TemporaryDirectory(prefix="styringsbok-") as folder:
        views = open_views(views_datastore(SQLiteLocation(Path(folder) / "replay.db")), ALL)
        try:
            house = House(
                ledger, views, Projector(ledger, views, lambda book, number: ledger.book(book, number=number))
            )
            for _ in house.projector.rebuild([point.collaboration_id], up_to=point.entry):
                pass
            state = overview(house, point)
        finally:
            views.datastore.close()
    return {**state, **looked_up(house, point.collaboration_id, [orjson.dumps(state)])}


def _show(state: Line) -> None:
    terminal.say(
        f"{state['name'] or state['id']} as of entry {state['entry']} of {state['head']}, on {state['effective_on']}"
    )
    terminal.say(f"legal form: {state['legal_form'] or 'none'}" + (f", host {state['host']}" if state["host"] else ""))
    terminal.say(f"members ({len(state['members'])}): {_names(state['members'])}")
    terminal.say(f"bodies ({len(state['bodies'])}): {_names(state['bodies'])}")
    for agreement in state["agreements"]:
        possible = ", ".join(map(str, agreement["possible_sla_versions"]))
        level = f"SLA version {agreement['sla_version'] or 'not certain'}" + (
            f" (possible: {possible})" if possible else ""
        )
        terminal.say(f"agreement {agreement['name']}: {level}")
    terminal.say(f"grants of authority: {len(state['authority'])}")
    for one in state["possible"]:
        days = _interval(Interval.model_validate_json(orjson.dumps(one["effective"])))
        terminal.say(f"possible, not certain: {one['kind']} {one['id']} ({days}, entry {one['entry']})")


def _names(things: list[Line]) -> str:
    return joined([str(thing.get("name") or thing["id"]) for thing in things], "en", items_max=400) or "none"
