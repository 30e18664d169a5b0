"""Stories of refusals of consents to be compared with other books; see `stories`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.properties.stories_by_hand import BODY, Line, founded, imported, line

CONSENT = {"consent_id": "s-1", "compared_on": ["days_to_decide"], "decision_id": "sak-12"}
MADE = imported(
    "decision.make",
    decision_id="sak-12",
    title="Sammenligning (prøve)",
    kind="resolution",
    body_id=BODY.fields["body_id"],
)
ADVISED = imported(
    "decision.make", decision_id="sak-13", title="Råd (prøve)", kind="recommendation", body_id=BODY.fields["body_id"]
)


def give(on: str = "2020-03-01", **fields: object) -> Line:
    """Returns that the collaboration lets itself be compared."""
    return line("benchmark_consent.give", on, **{**CONSENT, **fields})


def withdraw(on: str = "2020-04-01", **fields: object) -> Line:
    """Returns that it does no longer."""
    return line("benchmark_consent.withdraw", on, **{"consent_id": "s-1", **fields})


HERE = [founded(), BODY, MADE]

OF_BENCHMARKING: Mapping[str, Sequence[Line]] = {
    "benchmark_consent.already_given": [*HERE, give(), give()],
    "benchmark_consent.measure_listed_twice": [*HERE, give(compared_on=["days_to_decide", "days_to_decide"])],
    "benchmark_consent.ends_before_it_begins": [*HERE, give(until="2020-02-29")],
    "benchmark_consent.decision_unknown": [*HERE, give(decision_id="sak-99")],
    "benchmark_consent.decision_adopts_nothing": [*HERE, ADVISED, give(decision_id="sak-13")],
    "benchmark_consent.decision_missing": [*HERE, give(decision_id="unknown")],
    "benchmark_consent.not_given": [*HERE, withdraw()],
    "benchmark_consent.already_withdrawn": [*HERE, give(), withdraw(), withdraw()],
    "benchmark_consent.withdrawn_before_given": [*HERE, give(), withdraw("2020-02-29")],
}
"""By the code the last command of each is refused with."""
