"""The measurements: each compares alternatives in one run, so that a shared machine's noise falls on both."""
