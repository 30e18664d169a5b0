"""The indicator of each pitfall in the catalogue, worked out from history.

An indicator is a pure function of the book and a day. It answers how much, of how many, whether that shows the pitfall,
and the entries it rests on; what the book does not know it says it does not know. Nothing of it is recorded, unless
someone raises the pitfall because of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.readiness import agreed, starting
from domain.readiness.pitfalls import Indicate

INDICATORS: Mapping[str, Indicate] = {
    indicate.__name__: indicate
    for indicate in (
        starting.transition_costs,
        starting.expectation_gap,
        starting.too_fast,
        starting.dearer_by_higher_standard,
        starting.steering_of_the_company,
        starting.capacity_for_the_service_level,
        starting.development_before_operation,
        starting.no_joint_strategy,
        agreed.sla_at_start,
        agreed.sla_in_operation,
        agreed.sla_evaluation,
        agreed.frame_follow_up,
        agreed.staff_placement,
        agreed.ict_caretaker,
        agreed.member_strategy,
        agreed.ordering_competence,
        agreed.right_of_disposal,
        agreed.dear_and_bad,
    )
}
"""By the id of the pitfall, in the order of the catalogue."""
