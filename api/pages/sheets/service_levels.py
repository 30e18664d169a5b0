"""The ladder of service levels: what each version demands, what it changed, and how it went while it held."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.pages.parts import Link
from api.pages.sheets.price_versions import version
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import quantity, when
from api.sla_ladder import ladders

router = APIRouter()

NUMBERS = ("value", "good_enough", "ideal")
"""Fields of a target that hold exact decimals."""


@router.api_route("/collaborations/{collaboration_id}/sla-ladder", methods=["GET", "HEAD"], include_in_schema=False)
def service_levels(asked: AskedDep) -> Response:
    """Every version of every agreement's service levels."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says."""
    answer, speech = ladders(desk.house, desk.point, None), desk.speech
    return Written(
        title=speech("ladder.title"),
        lead=speech("ladder.lead"),
        sections=tuple(
            section
            for agreement in answer["agreements"]
            for section in (*_levels(desk, agreement), *_prices(desk, agreement))
        ),
        path="sla-ladder",
        empty=speech("ladder.empty"),
        commands=("service_agreement.conclude", "service_level.revise", "price_terms.revise"),
        withheld=answer["withheld"],
    )


def _levels(desk: Desk, agreement: JSON) -> Iterator[Section]:
    """Yields the versions of an agreement's service levels, the latest first."""
    for rung in reversed(agreement["rungs"]):
        yield _rung(desk, agreement, rung)


def _prices(desk: Desk, agreement: JSON) -> Iterator[Section]:
    """Yields the versions of an agreement's prices, the latest first."""
    rungs = agreement["prices"]
    for rung, before in zip(reversed(rungs), (*reversed(rungs[:-1]), None), strict=True):
        yield version(desk, agreement, rung, before, tuple(_decision(desk, id_) for id_ in rung["decisions"]))


def _rung(desk: Desk, agreement: JSON, rung: JSON) -> Section:
    speech, number = desk.speech, rung["sla_version"]
    return Section(
        id=f"{agreement['agreement']}-{number}",
        title=speech("ladder.version", agreement=agreement["name"], version=number),
        said=tuple(_said(desk, rung)),
        grids=(*_targets(desk, rung), *_redline(desk, rung), *_scorecard(desk, rung)),
        links=(
            desk.entry(rung["entry"]).model_copy(update={"text": speech("state.entry", number=rung["entry"])}),
            *(_decision(desk, id_) for id_ in rung["decisions"]),
        ),
    )


def _decision(desk: Desk, id_: str) -> Link:
    cell = desk.named("decision", id_)
    return Link(text=desk.speech("ladder.decision", name=cell.text), url=cell.url or "")


def _said(desk: Desk, rung: JSON) -> Iterator[str]:
    since = when(rung["effective"], desk.speech).text
    code = "ladder.in_force" if rung["in_force"] else "ladder.not_in_force"
    yield desk.speech(code, name=rung["name"], since=since)
    change = rung["redline"]
    if rung["sla_version"] > 1 and not any(change.values()):
        yield desk.speech("ladder.unchanged")


def _targets(desk: Desk, rung: JSON) -> Iterator[Grid]:
    if not rung["targets"]:
        return
    yield Grid(
        caption=desk.speech("agreements.targets_of", number=rung["sla_version"]),
        columns=desk.columns(
            "targets.metric",
            "targets.demand",
            "field.good_enough",
            "field.ideal",
            "targets.calendar",
            "targets.binding",
        ),
        rows=tuple(
            (
                Cell(text=target["metric"]),
                _demand(desk, target),
                *(_value(desk, name, target[name]) for name in ("good_enough", "ideal", "calendar", "binding")),
            )
            for target in rung["targets"]
        ),
    )


def _demand(desk: Desk, target: JSON) -> Cell:
    if target["value"] == "unknown":
        return Cell(text=desk.speech("targets.unknown_of", unit=target["unit"]), gap=True)
    value = quantity(target["value"], desk.speech)
    return Cell(text=desk.speech(f"targets.{target['operator']}", value=value, unit=target["unit"]))


def _value(desk: Desk, field: str, value: object) -> Cell:
    """Returns the value of a field of a target in words."""
    if value is None:
        return desk.gap("value.none")
    if value == "unknown":
        return desk.gap()
    if isinstance(value, bool):
        return Cell(text=desk.speech("value.yes" if value else "value.no"))
    if field == "operator":
        return desk.word("operator", str(value))
    return Cell(text=quantity(str(value), desk.speech) if field in NUMBERS else str(value))


def _redline(desk: Desk, rung: JSON) -> Iterator[Grid]:
    """Yields what the version changed in the one before, field by field; the first changed nothing."""
    change, called = rung["redline"], {target["target_id"]: target["metric"] for target in rung["targets"]}
    if rung["sla_version"] == 1 or not any(change.values()):
        return
    speech = desk.speech
    rows = [
        (
            Cell(text=called[one["target"]]),
            Cell(text=speech(f"field.{one['field']}")),
            _value(desk, one["field"], one["was"]),
            _value(desk, one["field"], one["now"]),
        )
        for one in change["changed"]
    ]
    whole, none = Cell(text=speech("ladder.whole_target")), desk.gap("ladder.not_there")
    rows += [(Cell(text=called[id_]), whole, none, Cell(text=speech("ladder.added"))) for id_ in change["added"]]
    rows += [(Cell(text=id_), whole, Cell(text=speech("ladder.was_there")), none) for id_ in change["removed"]]
    yield Grid(
        caption=speech("ladder.changes", version=rung["sla_version"], before=rung["sla_version"] - 1),
        columns=desk.columns("targets.metric", "ladder.field", "ladder.was", "ladder.now"),
        rows=tuple(rows),
    )


def _scorecard(desk: Desk, rung: JSON) -> Iterator[Grid]:
    """Yields what was measured: a row for each period, a column for each target measured in any."""
    speech, by_period = desk.speech, dict[tuple[str, str], dict[str, JSON]]()
    for row in rung["scorecard"]:
        period = row["period"]
        by_period.setdefault((period["first_day"], period["last_day"]), {})[row["target_id"]] = row
    if not by_period:
        return
    called = {target["target_id"]: target["metric"] for target in rung["targets"]}
    targets = list(dict.fromkeys(row["target_id"] for row in rung["scorecard"]))
    met = sum(row["outcome"] in ("met", "good_enough") for row in rung["scorecard"])
    columns = desk.columns("ladder.period", *("ladder.period" for _ in targets), "common.entry")
    headed = tuple(columns[0].model_copy(update={"title": called.get(id_, id_)}) for id_ in targets)
    yield Grid(
        caption=speech("ladder.scorecard", met=met, of=len(rung["scorecard"])),
        columns=(columns[0], *headed, columns[-1]),
        rows=tuple(
            (
                Cell(text=speech("ladder.from_to", first=first, last=last)),
                *(_measured(desk, measured.get(id_)) for id_ in targets),
                desk.entries(row["entry"] for row in measured.values()),
            )
            for (first, last), measured in sorted(by_period.items(), reverse=True)
        ),
        folded=True,
    )


def _measured(desk: Desk, row: JSON | None) -> Cell:
    if row is None:
        return desk.gap("ladder.not_measured")
    outcome = desk.speech.word("target_outcome", row["outcome"])
    value = row["net_value"] if row["net_value"] is not None else row["value"]
    if value is None or value == "unknown":
        return Cell(text=outcome)
    notes = [desk.speech("ladder.corrected", count=len(row["earlier"]))] if row["earlier"] else []
    if row["net_value"] is not None and row["net_value"] != row["value"]:
        notes.append(desk.speech("ladder.gross", value=quantity(str(row["value"]), desk.speech)))
    return Cell(text=f"{quantity(str(value), desk.speech)}: {outcome}", notes=tuple(notes))
