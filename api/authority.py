"""Authority asked about: could they, who holds what of whom, and what would fall with a grant.

Each is answered from the book as it was after an entry, folded as it is for deciding, on one day. What rests on
shielded entries is shown without what they say to those who may not see them.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

import orjson
from fastapi import APIRouter, Path, Query, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import documented
from api.authority_answers import AuthorityCascade, AuthorityMap, CouldThey
from api.book_state import day_of, folded, hidden_among
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.problems import Refused, wordings
from domain.authority import Act, Authority, Grant, Step, Use, cascade, chain_of, could
from domain.bodies import Place
from domain.collaboration import Collaboration, book_of
from domain.dates import Interval
from domain.kernel import Rejection
from domain.text import INT_MAX
from domain.vocabulary import Holder, Power
from projections.projection import plain

router = APIRouter(prefix="/api/v1/collaborations", tags=["authority"])

Answer = dict[str, Any]

ID = r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$"
IdParam = Annotated[str | None, Query(pattern=ID)]
NameParam = Annotated[str | None, Query(min_length=1, max_length=300)]
OfficeParam = Annotated[str, Query(pattern=ID, description="The office that would act.", examples=["daglig-leder"])]
PowerParam = Annotated[
    str,
    Query(description="What it takes; with an amount, `spend` as well.", json_schema_extra={"enum": [*get_args(Power)]},
          pattern="^(" + "|".join(get_args(Power)) + ")$"),
]  # fmt: skip
MembersParam = Annotated[list[str] | None, Query(max_length=100, description="Whom it is about; may be repeated.")]
AmountParam = Annotated[int | None, Query(ge=0, le=INT_MAX, description="What it costs, in øre.")]


# Could they? -----------------------------------------------------------------------------


@router.get("/{collaboration_id}/could-they", operation_id="couldThey", **documented(CouldThey))
def could_they(  # noqa: PLR0913, PLR0917
    point: PointOnADayDep,
    house: HouseDep,
    office: OfficeParam,
    power: PowerParam,
    person: IdParam = None,
    service: IdParam = None,
    member: MembersParam = None,
    amount_ore: AmountParam = None,
    party: NameParam = None,
    case_type: NameParam = None,
    law_ref: NameParam = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """May an office do this, on a day, as the book was known: yes, no or unknown, by the rules that judge the act.

    With yes comes the whole chain of entries, from what the first grant rests on to the person who holds the office;
    with no and unknown every rule that stands against it, with its law, the entries that led to it and how to go on.
    """
    powers: tuple[Any, ...] = (power,) if amount_ore is None or power == "spend" else (power, "spend")
    act = Act(
        actor=Holder.model_construct(kind="office", id=office),
        powers=powers,
        interval=Interval.exact(day_of(house, point)),
        person_id=person,
        amount_ore=amount_ore,
        party=party,
        service_id=service,
        member_ids=tuple(member or ()),
        case_type=case_type,
        law_ref=law_ref,
    )
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(answered(house, point, act))))


def answered(house: House, point: Point, act: Act) -> Answer:
    """Returns the answer to whether an act could be done, as seen from a point."""
    state = folded(house, point)
    verdict = could(act, book_of(state, act.interval.latest))
    cited = {step.entry for step in verdict.chain if step.entry is not None}
    cited.update(number for reason in verdict.reasons for number in reason.entries)
    hidden = hidden_among(house, point, cited)
    steps = [_step(step, state, hidden) for step in verdict.chain]
    reasons = [_reason(reason, hidden) for reason in verdict.reasons]
    return {
        "collaboration": point.collaboration_id,
        "entry": point.entry,
        "effective_on": act.interval.latest.isoformat(),
        "answer": verdict.answer,
        "chain": steps,
        "reasons": reasons,
        "withheld": sum(step["withheld"] for step in steps) + sum(reason["withheld"] for reason in reasons),
    }


def _step(step: Step, state: Collaboration, hidden: frozenset[int]) -> Answer:
    entry = step.entry
    if entry is None and step.id.startswith("decision:"):
        made = state.decisions.by_id.get(step.id.removeprefix("decision:"))
        entry = None if made is None else made.entry
    withheld = entry in hidden
    return {
        "kind": step.kind,
        "id": None if withheld else step.id,
        "entry": entry,
        "certain": step.certain,
        "grantor": None if withheld else plain(step.grantor),
        "grantee": None if withheld else plain(step.grantee),
        "withheld": withheld,
    }


def _reason(reason: Rejection, hidden: frozenset[int]) -> Answer:
    """Returns a rule that stands against an act; of one that rests on a shielded entry only which rule it is."""
    withheld = not hidden.isdisjoint(reason.entries)
    return {
        "code": reason.code,
        "nature": reason.nature,
        "law": reason.law,
        "entries": list(reason.entries),
        "params": {} if withheld else {name: plain(value) for name, value in reason.params.items()},
        "texts": None
        if withheld
        else {language: wording.model_dump() for language, wording in wordings(reason).items()},
        "withheld": withheld,
    }


# The map ---------------------------------------------------------------------------------


@router.get("/{collaboration_id}/authority-map", operation_id="getAuthorityMap", **documented(AuthorityMap))
def authority_map(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """Every grant that may be in force on a day, from the sources of power down.

    Each says what it rests on and what rests on it, whether the chain holds, who holds the office, and how far it is
    used up in the year.
    """
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(mapped(house, point))))


def mapped(house: House, point: Point) -> Answer:
    """Returns the map as seen from a point."""
    state, day = folded(house, point), Interval.exact(day_of(house, point))
    authority = state.authority
    there = [grant for _, grant in sorted(authority.grants.items()) if grant.life.during(day) is not False]
    hidden = hidden_among(house, point, {grant.entry for grant in there})
    shown = [grant for grant in there if grant.entry not in hidden]
    chains = {grant.grant_id: chain_of(authority, grant, day) for grant in shown}
    parents = {id_: chain.links[-2].grant_id for id_, chain in chains.items() if len(chain.links) > 1}
    visible = {grant.grant_id for grant in shown}
    return {
        "collaboration": point.collaboration_id,
        "entry": point.entry,
        "effective_on": day.latest.isoformat(),
        "grants": [
            {
                **_granted(grant, day),
                "parent": parents.get(grant.grant_id) if parents.get(grant.grant_id) in visible else None,
                "children": sorted(id_ for id_, parent in parents.items() if parent == grant.grant_id),
                "holds": {2: "yes", 1: "unknown", 0: "no"}[chains[grant.grant_id].strength],
                "suspended": {True: "yes", None: "unknown", False: "no"}[grant.suspended(day)],
                "vacant": _vacant(state, grant, day),
                "used_ore": _used(authority, grant, day),
                "unreported": sum(done.reported_by is None for done in authority.done_under(grant.grant_id)),
            }
            for grant in shown
        ],
        "withheld": len(there) - len(shown),
    }


def _granted(grant: Grant, day: Interval) -> Answer:
    terms = grant.terms_on(day.latest)
    return {
        "id": grant.grant_id,
        "entry": grant.entry,
        "certain": grant.life.during(day) is True,
        "grantor": plain(terms.grantor),
        "grantee": plain(terms.grantee),
        "powers": plain(terms.powers),
        "scope": plain(terms.scope),
        "limits": plain(terms.limits),
        "depth": terms.depth,
    }


def _vacant(state: Collaboration, grant: Grant, day: Interval) -> bool | None:
    """Returns whether nobody certainly or possibly holds the grantee's office; None where it is no office."""
    grantee = grant.terms_on(day.latest).grantee
    if grantee.kind != "office":
        return None
    sitting = state.bodies.sitting(Place("office", grantee.id), day.latest)
    return not (sitting.certain or sitting.possible)


def _used(authority: Authority, grant: Grant, day: Interval) -> int:
    used = authority.used.get(Use(grant.grant_id, year=day.latest.year))
    return 0 if used is None else used.ore


# What would fall -------------------------------------------------------------------------


@router.get(
    "/{collaboration_id}/authority/{grant_id}/cascade",
    operation_id="getAuthorityCascade",
    **documented(AuthorityCascade),
)
def authority_cascade(
    grant_id: Annotated[str, Path(pattern=ID, description="The grant that would be taken back.")],
    point: PointOnADayDep,
    house: HouseDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The grants that would fall if one were taken back on a day. Nothing is recorded."""
    state, day = folded(house, point), Interval.exact(day_of(house, point))
    grant = state.authority.grants.get(grant_id)
    if grant is None or hidden_among(house, point, {grant.entry}):
        raise Refused("unknown_grant", grant=grant_id)

    def made() -> Made:
        standing = state.constitution.standing(day.latest)
        grants = state.authority.grants
        fallen = [grants[id_] for id_ in cascade(state.authority, grant_id, state.bodies, standing, day)]
        hidden = hidden_among(house, point, {one.entry for one in fallen})
        answer = {
            "collaboration": point.collaboration_id,
            "entry": point.entry,
            "effective_on": day.latest.isoformat(),
            "grant": grant_id,
            "falls": [_granted(one, day) for one in fallen if one.entry not in hidden],
            "withheld": sum(one.entry in hidden for one in fallen),
        }
        return Made(orjson.dumps(answer))

    return from_point(house, point, if_none_match, made)
