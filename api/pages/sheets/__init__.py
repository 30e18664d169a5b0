"""Composed answers as pages: sections of sentences and tables, made of the very answer the JSON route gives."""

from api.pages.sheets import bill, budget, prices, service_levels

SHEETS = (service_levels, prices, budget, bill)
"""The modules with a route each."""
