"""The table of legal forms, row by row, for whoever reads rather than judges: an answer of the API, a page, a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.rulebook.forms import FORMS
from domain.rulebook.legal_form import Demand, LegalForm
from domain.rulebook.transitions import TRANSITIONS, Transition
from domain.vocabulary import LegalFormId


def form_table() -> tuple[dict[str, Any], ...]:
    """Returns every legal form with all its act allows and demands, in the order of the table; plain JSON values."""
    return tuple(form_row(form_id) for form_id in FORMS)


def form_row(form_id: LegalFormId) -> dict[str, Any]:
    """Returns one legal form as plain JSON values: what it is, each rule beside its provision, and where it may go."""
    form = FORMS[form_id]
    ways = (way for (start, _), way in TRANSITIONS.items() if start == form_id)
    return {
        "id": form.id,
        "law": form.law,
        "available": _available(form),
        "legal_person": form.own_person,
        "assets": form.own_assets,
        "individual_decisions": form.individual_decisions,
        "bodies": sorted(form.body_kinds),
        "top_body": _top_body(form),
        "openness": {"public_meetings": form.openness_law is not None, "law": form.openness_law},
        "charter": {
            "law": form.charter_law,
            "clauses": [_demand(demand) for demand in form.demands],
            "top_body_amends_the_rest": form.top_body_amends,
            "archive_custodian": _ruled(form.archive_clause, form.archive_law),
            "shares": _ruled(form.shares_law is not None, form.shares_law),
        },
        "name": None if form.name_marker is None else [*form.name_marker.words, form.name_marker.abbreviation],
        "members": _members(form),
        "withdrawal": _ruled(form.withdrawal, form.withdrawal_law),
        "exclusion": _ruled(form.exclusion, form.exclusion_law),
        "dissolution": _ruled(form.ending, form.ending_law),
        "liability": _ruled("unlimited_for_own_share" if form.unlimited_liability else "none", form.liability_law),
        "control": _ruled(form.control, form.control_law),
        "notice_to": _ruled(form.notice_to, form.notice_law),
        "host": form.has_host,
        "frames_from_members": form.frames_from_members,
        "loans": form.loans,
        "transitions": [_way(way) for way in ways],
    }


def _ruled(rule: object, law: str | None) -> dict[str, Any]:
    return {"rule": rule, "law": law}


def _available(form: LegalForm) -> dict[str, str | None]:
    days: Mapping[str, Any] = {
        "from": form.available_from,
        "perhaps_from": form.perhaps_from,
        "until": form.available_until,
    }
    return {name: None if day is None else day.isoformat() for name, day in days.items()}


def _top_body(form: LegalForm) -> dict[str, Any] | None:
    if form.top_body is None:
        return None
    return {
        "kind": form.top_body,
        "law": form.top_body_law,
        "seats_per_member": form.min_seats_per_member,
        "deputies_per_seat": form.deputies_per_seat,
    }


def _demand(demand: Demand) -> dict[str, Any]:
    return {
        "key": demand.key,
        "law": demand.law,
        "since": demand.since.isoformat(),
        "where": demand.where,
        "reserved_for_councils": demand.reserved,
    }


def _members(form: LegalForm) -> dict[str, Any]:
    return {
        "law": form.members_law,
        "founders_at_least": form.founders_min,
        "members_at_least": form.members_min,
        "kinds": None if form.member_kinds is None else sorted(form.member_kinds),
    }


def _way(way: Transition) -> dict[str, Any]:
    return {
        "to": way.to_form,
        "law": way.law,
        "needs_transfer_list": way.needs_transfer_list,
        "moves_archive": way.moves_archive,
    }
