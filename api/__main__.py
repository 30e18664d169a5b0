"""`python -m api`: the command line where it is not installed as `styringsbok`."""

from __future__ import annotations

from api.cli import main

main()
