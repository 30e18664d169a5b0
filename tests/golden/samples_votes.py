"""What the golden corpus says of proposals and votes. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

HALF = {"numerator": 1, "denominator": 2}

EVENT: dict[str, Fields] = {
    "proposal.tabled": {
        "proposal_id": "forslag-2",
        "case_id": "sak-4",
        "meeting_id": "moete-1",
        "kind": "amendment",
        "text": sealed("Kjøpet blir utsett til hausten (oppdikta)."),
        "proposer": {
            "person_id": "person-1",
            "office_id": "leiar",
            "body_id": "styret",
            "member_id": "lom",
            "group_name": "Prøvelista (oppdikta)",
        },
        "amends": "forslag-1",
    },
    "proposal.withdrawn": {"proposal_id": "forslag-2"},
    "vote.taken": {
        "vote_id": "roysting-1",
        "body_id": "representantskapet",
        "case_id": "sak-4",
        "meeting_id": "moete-1",
        "about": "election",
        "matter_kind": "charter",
        "proposals": ["forslag-1"],
        "method": "roll",
        "unanimous": True,
        "ballots": [
            {"person_id": "person-1", "choice": "option", "option": "liste-a", "weight": 9_007_199_254_740_991}
        ],
        "counts": {"in_favour": 3, "against": 2, "blank": 1, "options": [{"option": "liste-a", "votes": 3}]},
        "groups": [{"group_name": "Prøvelista (oppdikta)", "choice": "option", "option": "liste-a", "votes": 3}],
        "election": {
            "procedure": "proportional",
            "elected_as": "members",
            "to_body": "styret",
            "places": 2,
            "round": 2,
            "needs_majority": True,
            "candidates": ["person-1"],
            "lists": [
                {
                    "list_id": "liste-a",
                    "group_name": "Prøvelista (oppdikta)",
                    "candidates": ["person-1", "person-2"],
                    "moved_up": ["person-2"],
                }
            ],
        },
        "concerns": ["person-3"],
        "agreed_in_writing": True,
        "chair_choice": "option",
        "chair_option": "liste-a",
        "lot": {"winners": ["liste-a"], "drawn_by": "person-3"},
        "taken_at": "23:59",
        "stated_result": "elected",
        "stated_option": "forslag-1",
        "stated_elected": ["person-1"],
        "rule_id": "KL-7-6",
        "law": "kommuneloven §§ 7-5, 7-6",
        "entitled": [
            {"person_id": "person-1", "on_behalf_of": "lom", "deputy_for": "person-4", "weight": 9_007_199_254_740_991}
        ],
        "quorum": {
            "law": "kommuneloven § 11-9",
            "members": 4,
            "counted": 3,
            "needed": HALF,
            "more_than": True,
            "weight_total": 9_007_199_254_740_991,
            "weight_present": 7,
            "met": True,
        },
        "tally": {"in_favour": 3, "against": 2, "blank": 1, "options": [{"option": "liste-a", "votes": 3}]},
        "majorities": [
            {
                "law": "kommuneloven § 19-4",
                "needed": {"numerator": 2, "denominator": 3},
                "more_than": False,
                "majority_of": "votes_cast",
                "base": 5,
                "counted": 3,
                "reached": False,
            }
        ],
        "chair_decided": True,
        "lot_decided": True,
        "result": "elected",
        "adopted": "forslag-1",
        "elected": ["person-1", "person-2"],
    },
}
