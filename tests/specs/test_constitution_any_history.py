"""Whatever is sent in whatever order: constitution, members and resolutions answer with a decision or a rejection."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.collaboration import AnyCommand, decide, subjects
from domain.kernel import Rejection, context_for
from domain.vocabulary import MemberClass
from tests.spec import TODAY, command, fold, seal
from tests.spec import given as book_with
from tests.specs.constitution_books import EVIDENCE, NAMES, SOURCE, demanded, founded

IDS = st.sampled_from(("aukra", "molde", "rauma", "nesset", "molde-2020"))
VERSIONS = st.sampled_from(("v1", "v2"))
FORMS = st.sampled_from(("informal", "historic_27", "ko", "iks", "host_admin", "as"))
DAYS = st.dates(date(2013, 1, 1), date(2029, 12, 31)).map(str)
SHARES = st.sampled_from(("unknown", {"numerator": 1, "denominator": 3}, {"numerator": 2, "denominator": 3}))
EFFECTIVE = st.one_of(
    st.none(),
    DAYS,
    st.tuples(DAYS, DAYS).map(lambda pair: {"earliest": min(pair), "latest": max(pair)}),
    st.builds(lambda day: {"earliest": day}, st.sampled_from(("1993-01-01", "2013-09-26", "2020-01-01"))),
)
PARTIES = st.fixed_dictionaries(
    {"member_id": IDS, "name": IDS.map(str.title)},
    optional={
        "kind": st.sampled_from(("municipality", "county", "iks", "company")),
        "member_class": st.sampled_from(get_args(MemberClass)),
        "seats": st.sampled_from((0, 1, "unknown")),
        "liability": SHARES,
    },
)
BODIES = st.fixed_dictionaries({"body_id": st.just("styret"), "member_id": IDS})
TOPICS = st.one_of(
    st.builds(lambda ref: {"kind": "charter", "ref": ref}, VERSIONS),
    st.builds(
        lambda kind, ref: {"kind": kind, "ref": ref},
        st.sampled_from(("admission", "position", "merger", "withdrawal", "rescission")),
        IDS,
    ),
    st.builds(lambda ref: {"kind": "form_change", "ref": ref}, FORMS),
    st.sampled_from(
        (
            {"kind": "shares", "ref": "v1"},
            {"kind": "dissolution", "ref": "this"},
            {"kind": "frame", "ref": "2027"},
            {"kind": "grant", "ref": "g"},
        )
    ),
)


def _clauses(form: str, dropped: str | None, silent: str | None) -> list[dict[str, Any]]:
    keys = [key for key in demanded(form, "2026-11-24") if key != dropped]
    return [{"key": key, "text": None if key == silent else key} for key in keys]


KEYS = st.sampled_from((None, "withdrawal", "seats", "name"))
FIELDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "collaboration.found": st.builds(
        lambda form, founders: {"name": NAMES.get(form, "Romsdal IKT"), "legal_form": form, "founders": founders},
        FORMS,
        st.lists(PARTIES, min_size=1, max_size=4, unique_by=lambda named: named["member_id"]),
    ),
    "charter.propose": st.builds(
        lambda version, form, dropped, silent, route: {
            "charter_version": version,
            "kind": "cooperation_agreement",
            "legal_form": form,
            "clauses": _clauses(form, dropped, silent),
            "route": route,
        },
        VERSIONS,
        FORMS,
        KEYS,
        KEYS,
        st.sampled_from(("member_councils", "member_councils", "top_body_two_thirds")),
    ),
    "charter.enter_into_force": st.fixed_dictionaries(
        {"charter_version": VERSIONS, "vote": st.sampled_from((None, {"cast": 3, "in_favour": 2}))}
    ),
    "legal_form.change": st.fixed_dictionaries(
        {"to_form": FORMS, "charter_version": VERSIONS, "law": st.just("kommuneloven")},
        optional={
            "host": IDS,
            "name": st.sampled_from(tuple(NAMES.values())),
            "transfers_to": st.lists(IDS, max_size=2),
        },
    ),
    "member.admit": PARTIES,
    "withdrawal_notice.give": st.fixed_dictionaries({"member_id": IDS, "departs_on": DAYS}),
    "member.depart": st.fixed_dictionaries(
        {"member_id": IDS, "cause": st.sampled_from(("withdrawn", "excluded", "breach", "dissolved"))},
        optional={"residual_liability": SHARES, "settlement": st.just("Ingen.")},
    ),
    "member.succeed": st.fixed_dictionaries(
        {
            "predecessors": st.lists(IDS, min_size=1, max_size=3),
            "successors": st.lists(PARTIES, min_size=1, max_size=2),
            "cause": st.sampled_from(("merger", "split", "change_of_name")),
            "mapping": st.builds(lambda bodies: {"bodies": bodies}, st.lists(BODIES, max_size=2)),
        }
    ),
    "shares.restate": st.builds(
        lambda version, parts: {
            "shares_version": version,
            "shares": [
                {"member_id": m, "share": {"numerator": n, "denominator": max(1, sum(parts.values()))}}
                for m, n in parts.items()
            ],
        },
        VERSIONS,
        st.dictionaries(IDS, st.integers(0, 3), min_size=1, max_size=4),
    ),
    "withdrawal_notice.rescind": st.fixed_dictionaries({"member_id": IDS}, optional={"clause": st.just("§ 9")}),
    "collaboration.dissolve": st.fixed_dictionaries(
        {"cause": st.just("agreed"), "archive_custodian": st.sampled_from((None, "unknown"))}
    ),
    "member_resolution.record": st.fixed_dictionaries(
        {"member_id": IDS, "council": st.just("Kommunestyret"), "subject": TOPICS},
        optional={
            "outcome": st.sampled_from(("adopted", "rejected")),
            "organ": st.sampled_from(("council", "unknown")),
        },
    ),
}


@st.composite
def commands(draw: st.DrawFn) -> AnyCommand:
    """Draws a command of these registers in any mode, on any date."""
    name = draw(st.sampled_from(tuple(FIELDS)))
    mode = draw(st.sampled_from(("import", "import", "decide", "record")))
    envelope = {"mode": mode, "effective": draw(EFFECTIVE), "source": SOURCE, "reason": "Fra papir."}
    evidence = EVIDENCE if draw(st.booleans()) else []
    return command(name, **json.loads(json.dumps(draw(FIELDS[name]))), **envelope, evidence=evidence)


def _hold(rejection: Rejection, last: int) -> None:
    """Asserts that a rejection can be shown: plain parameters, and entries that are in the book."""
    json.dumps(rejection.params)
    assert "." in rejection.code
    assert all(1 <= entry <= last for entry in rejection.entries)


@settings(max_examples=150)
@given(FORMS, st.lists(commands(), min_size=12, max_size=30))
def test_every_command_is_decided_or_rejected_and_every_event_folds(form: str, history: list[AnyCommand]) -> None:
    book = book_with(founded(form, "aukra", "molde", "rauma", day="2013-09-26"))
    state, number = book.state, book.number
    for sent in history:
        try:
            decision = decide(sent, state, context_for(sent, TODAY, seal))
        except Rejection as rejection:
            _hold(rejection, number)
            continue
        state = fold(state, decision, sent, number + 1)
        number += len(decision.events)
        assert all(subjects(event) for event in decision.events)  # type: ignore[arg-type]
        assert not set(state.members.on(TODAY)) & set(state.members.possible_on(TODAY))
        assert set(state.members.required_on(TODAY)) <= set(state.members.parties)
        assert all(mark.value.owned(mark.value.ownership) == 1 for mark in state.members.shares.marks)
        state.constitution.standing(TODAY)
