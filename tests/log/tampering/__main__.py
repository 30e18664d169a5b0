"""Writes docs/tampering.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.log.tampering.installation import built
from tests.log.tampering.table import PAGE, page, tried

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        whole = built(Path(folder) / "whole")
        results = list(tried(whole, Path(folder)))
    PAGE.write_text(page(results), encoding="utf-8")
    missed = [one.kind.name for one in results if one.level is None]
    sys.stdout.write(f"{len(results)} kinds, {len(results) - len(missed)} found: {PAGE.name}\n")
    sys.stdout.writelines(f"not found: {name}\n" for name in missed)
