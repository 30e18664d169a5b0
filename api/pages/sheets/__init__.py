"""Composed answers as pages: sections of sentences and tables, made of the very answer the JSON route gives."""

from api.pages.sheets import (
    audits,
    benefits,
    bill,
    budget,
    formality,
    prices,
    radar,
    readiness,
    reasons,
    service_levels,
    simulation,
    strategies,
)

SHEETS = (
    service_levels,
    prices,
    budget,
    bill,
    reasons,
    strategies,
    benefits,
    radar,
    readiness,
    formality,
    audits,
    simulation,
)
"""The modules with a route each."""
