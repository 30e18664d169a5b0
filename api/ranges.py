"""Ranges of a document (RFC 9110 section 14): which bytes a request asks for, where it asks for one range of them.

More than one range, or another unit, is answered with the whole, as the section allows.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from api.problems import Refused

Range = Annotated[
    str | None,
    Header(alias="Range", description="One range of bytes, such as `bytes=0-1023`: 206 with those alone."),
]
IfRange = Annotated[
    str | None,
    Header(alias="If-Range", description="An entity tag: the range is answered while it holds, else the whole."),
]

_ONE = re.compile(r"bytes=[ \t]*(\d{0,19})-(\d{0,19})[ \t]*", re.ASCII | re.IGNORECASE)
"""Of more digits than any size has it is no range."""


def asked_range(header: str | None, if_range: str | None, tag: str, size: int) -> tuple[int, int] | None:
    """Returns the first and the last byte asked for of `size`, from 0; None where the whole is to be answered.

    Raises Refused with 416 for a range that begins after the last byte.
    """
    found = _ONE.fullmatch(header or "")
    if found is None or (if_range is not None and if_range.strip() != tag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < begin:
            return None
    if begin >= size:
        raise Refused("range_not_satisfiable", headers={"Content-Range": f"bytes */{size}"}, size=size)
    return begin, end
