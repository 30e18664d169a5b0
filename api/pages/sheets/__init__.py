"""Composed answers as pages: sections of sentences and tables, made of the very answer the JSON route gives."""

from api.pages.sheets import benefits, bill, budget, prices, reasons, service_levels, strategies

SHEETS = (service_levels, prices, budget, bill, reasons, strategies, benefits)
"""The modules with a route each."""
