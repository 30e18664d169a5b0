"""What entries may hold, as JSON Schema: for whoever reads a package of evidence when this program is long gone."""

from __future__ import annotations

from functools import cache

import orjson
from pydantic.json_schema import models_json_schema

from ledger.entry import ENTRY_CLASSES, SCHEMA

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def entry_schema() -> bytes:
    """Returns a JSON Schema (2020-12) that every entry of the form written now keeps to, told apart by its `type`.

    The event's own name stands in the envelope only. Texts that are sealed are commitments.
    """
    places, definitions = models_json_schema([(found, "validation") for found in ENTRY_CLASSES.values()], by_alias=True)
    described = {
        "$schema": DIALECT,
        "title": f"An entry of schema {SCHEMA}",
        "type": "object",
        "required": ["schema", "type"],
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}},
                "then": places[found, "validation"],
            }
            for name, found in sorted(ENTRY_CLASSES.items())
        ],
        "properties": {"type": {"enum": sorted(ENTRY_CLASSES)}},
        "$defs": definitions["$defs"],
    }
    return orjson.dumps(described, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
