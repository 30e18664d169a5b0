"""Every projection, in one tuple."""

from __future__ import annotations

from projections.agreements import AGREEMENTS, SERVICE_LEVELS, SERVICES
from projections.audits import AUDITS, FINDINGS
from projections.authority import AUTHORITY, AUTHORITY_CEILINGS, AUTHORITY_USE, POWER_BALANCE
from projections.authority_reports import AUTHORITY_REPORTS, DELEGATION_RULES
from projections.benefits import BENEFIT_MEASUREMENTS, BENEFITS
from projections.bodies import BODIES, BODY_RULES, OFFICES, SEAT_PLANS, TENURES
from projections.budgets import BUDGET_LINES, MEMBER_FRAMES
from projections.cases import CASES, DOCUMENTS
from projections.charters import CHARTERS
from projections.constitution import CONSTITUTION
from projections.corrections import CORRECTIONS
from projections.cost_keys import COST_KEYS
from projections.costs import ALLOCATIONS, COST_DRIVERS, MEMBER_BILL
from projections.decisions import DECISIONS, EFFECTS_WITHOUT_DECISION, OPEN_EFFECTS
from projections.deliveries import (
    AGREEMENT_PHASES,
    BREACHES,
    PRICE_LIST,
    PRODUCT_GROUPS,
    SCORECARD,
    SERVICE_REVIEWS,
)
from projections.erasures import ERASURES
from projections.evidence import EVIDENCE
from projections.follow_up import CHALLENGES, FOLLOW_UPS
from projections.founding_reasons import FOUNDING_REASONS
from projections.history import HISTORY
from projections.irregular_acts import IRREGULAR_ACTS
from projections.meetings import ATTENDANCE, IMPARTIALITY, MEETINGS
from projections.members import MEMBERS
from projections.minute_book import MINUTE_BOOK
from projections.minutes import MINUTES, MINUTES_ITEMS
from projections.people import INTERESTS, PERSONS, STAFFING
from projections.projection import Projection
from projections.readiness import MODEL_OPTIONS, PITFALLS, READINESS
from projections.records import BENCHMARK_CONSENTS, ENTRY_ACCESS, EXTERNAL_RECORDS, HISTORICAL_ENTRIES
from projections.resolutions import RESOLUTIONS
from projections.seating import SEATING_GAPS, VACANT_OFFICES
from projections.shares import NOTICES, SHARES
from projections.statements import ACCOUNTS, BALANCES, BUDGET_STATEMENT, DEVIATIONS, LOANS
from projections.strategies import ALIGNMENTS, GOAL_MEASUREMENTS, GOALS, STRATEGIES
from projections.votes import BALLOTS, PROPOSALS, VOTES

ALL: tuple[Projection, ...] = (
    MINUTE_BOOK,
    EVIDENCE,
    HISTORY,
    CONSTITUTION,
    FOUNDING_REASONS,
    CHARTERS,
    MEMBERS,
    SHARES,
    NOTICES,
    RESOLUTIONS,
    BODIES,
    SEAT_PLANS,
    BODY_RULES,
    OFFICES,
    TENURES,
    SEATING_GAPS,
    VACANT_OFFICES,
    PERSONS,
    INTERESTS,
    STAFFING,
    AUTHORITY,
    AUTHORITY_USE,
    AUTHORITY_CEILINGS,
    AUTHORITY_REPORTS,
    DELEGATION_RULES,
    POWER_BALANCE,
    CASES,
    DOCUMENTS,
    MEETINGS,
    ATTENDANCE,
    IMPARTIALITY,
    PROPOSALS,
    VOTES,
    BALLOTS,
    DECISIONS,
    MINUTES,
    MINUTES_ITEMS,
    OPEN_EFFECTS,
    EFFECTS_WITHOUT_DECISION,
    IRREGULAR_ACTS,
    CHALLENGES,
    FOLLOW_UPS,
    SERVICES,
    AGREEMENTS,
    SERVICE_LEVELS,
    PRODUCT_GROUPS,
    PRICE_LIST,
    AGREEMENT_PHASES,
    SCORECARD,
    SERVICE_REVIEWS,
    BREACHES,
    BUDGET_LINES,
    MEMBER_FRAMES,
    COST_KEYS,
    AUDITS,
    FINDINGS,
    COST_DRIVERS,
    ALLOCATIONS,
    MEMBER_BILL,
    BUDGET_STATEMENT,
    DEVIATIONS,
    BALANCES,
    ACCOUNTS,
    STRATEGIES,
    GOALS,
    GOAL_MEASUREMENTS,
    ALIGNMENTS,
    BENEFITS,
    BENEFIT_MEASUREMENTS,
    READINESS,
    MODEL_OPTIONS,
    PITFALLS,
    CORRECTIONS,
    ENTRY_ACCESS,
    EXTERNAL_RECORDS,
    HISTORICAL_ENTRIES,
    BENCHMARK_CONSENTS,
    LOANS,
    ERASURES,
)
BY_NAME = {projection.name: projection for projection in ALL}
