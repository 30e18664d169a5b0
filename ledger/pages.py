"""A book read as rows, a page at a time, each page with what is kept beside the book for its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from eventsourcing.persistence import StoredEvent

from ledger.application import Ledger
from ledger.glancing import Glance, Key, glance
from ledger.rows import CommandRow, Glanced, Led, Page, TextRow

PAGE_ROWS = 1_000

_VALUES_AT_A_TIME = 500
"""Values in one `IN (...)`."""

_COMMAND_COLUMNS = "collaboration_id, principal, command_id, salt, fingerprint, first_number, last_number"
_TEXT_COLUMNS = "collaboration_id, commitment, number, salt, text"


def pages(
    ledger: Ledger, collaboration_id: str, up_to: int | None = None, at_a_time: int = PAGE_ROWS
) -> Iterator[Page]:
    """Yields a book as it is stored, in order, so many rows a page. Raises LedgerUnavailable."""
    for page, glances, keys in _glanced(ledger.rows(collaboration_id, 0, up_to, at_a_time), at_a_time, None):
        texts = sorted(_texts_of(ledger, collaboration_id, page, glances), key=lambda one: (one.number, one.commitment))
        found = _commands(ledger, collaboration_id, keys, _COMMAND_COLUMNS)
        commands = {(row[1], row[2]): CommandRow(*row) for row in found}
        yield Page(page, [commands[key] for key in keys if key in commands], texts, glances=glances)


def glanced(
    ledger: Ledger,
    collaboration_id: str,
    after: int,
    up_to: int | None,
    at_a_time: int = PAGE_ROWS,
    begun: Key | None = None,
) -> Iterator[Glanced]:
    """Yields the same from after an entry on, of each command only which entries it led to.

    The command of that entry, `begun`, is not given again. Raises LedgerUnavailable.
    """
    for page, glances, keys in _glanced(ledger.rows(collaboration_id, after, up_to, at_a_time), at_a_time, begun):
        texts = sorted(_texts_of(ledger, collaboration_id, page, glances), key=lambda one: (one.number, one.commitment))
        found = map(Led._make, _commands(ledger, collaboration_id, keys, ", ".join(Led._fields)))
        commands = {(row.principal, row.command_id): row for row in found}
        yield Glanced(page, glances, [commands[key] for key in keys if key in commands], texts)


def _glanced(
    rows: Iterator[StoredEvent], at_a_time: int, last: Key | None
) -> Iterator[tuple[list[StoredEvent], list[Glance], list[Key]]]:
    """Yields so many rows at a time with what they show, and the commands that begin with one of them."""
    while page := list(islice(rows, at_a_time)):
        glances = [glance(row) for row in page]
        keys = list(dict.fromkeys(one.key for one in glances if one.key is not None))
        yield page, glances, keys[1:] if keys and keys[0] == last else keys
        last = keys[-1] if keys else last


def _texts_of(
    ledger: Ledger, collaboration_id: str, page: Sequence[StoredEvent], glances: Sequence[Glance]
) -> Iterator[TextRow]:
    numbers = {row.originator_version for row in page}
    statement = f"SELECT {_TEXT_COLUMNS} FROM sealed_texts WHERE collaboration_id = %s"  # noqa: S608
    held = list(places(page, glances))
    found = (TextRow(*row) for row in _where_in(ledger, statement, (collaboration_id,), "commitment", held))
    return (text for text in found if text.number in numbers)


def places(rows: Iterable[StoredEvent], glances: Iterable[Glance]) -> dict[str, list[int]]:
    """Returns the numbers of the entries that hold each commitment."""
    found: dict[str, list[int]] = {}
    for row, seen in zip(rows, glances, strict=True):
        for commitment in seen.commitments:
            found.setdefault(commitment, []).append(row.originator_version)
    return found


def _commands(ledger: Ledger, collaboration_id: str, keys: Sequence[Key], columns: str) -> Iterator[tuple[Any, ...]]:
    for principal in {key[0] for key in keys}:
        ids = [command_id for sender, command_id in keys if sender == principal]
        statement = f"SELECT {columns} FROM command_identities WHERE collaboration_id = %s AND principal = %s"  # noqa: S608
        yield from _where_in(ledger, statement, (collaboration_id, principal), "command_id", ids)


def _where_in(
    ledger: Ledger, statement: str, params: Sequence[str], column: str, values: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(values), _VALUES_AT_A_TIME):
        part = values[start : start + _VALUES_AT_A_TIME]
        yield from ledger.query(f"{statement} AND {column} IN ({','.join(['%s'] * len(part))})", [*params, *part])


# What is kept beside a book, all of it ---------------------------------------------------


def count(ledger: Ledger, table: str, collaboration_id: str, up_to: int | None = None) -> int:
    """Returns how many rows of a side table belong to a book, or to its entries up to one."""
    number = "first_number" if table == "command_identities" else "number"
    statement = f"SELECT COUNT(*) FROM {table} WHERE collaboration_id = %s"  # noqa: S608
    if up_to is None:
        return int(ledger.query(statement, (collaboration_id,))[0][0])
    return int(ledger.query(f"{statement} AND {number} <= %s", (collaboration_id, up_to))[0][0])


def all_commands(ledger: Ledger, collaboration_id: str) -> Iterator[CommandRow]:
    """Yields every command identity kept for a book."""
    for row in _all(ledger, "command_identities", _COMMAND_COLUMNS, collaboration_id, ("principal", "command_id")):
        yield CommandRow(*row)


def all_texts(ledger: Ledger, collaboration_id: str) -> Iterator[TextRow]:
    """Yields every text kept for a book."""
    for row in _all(ledger, "sealed_texts", _TEXT_COLUMNS, collaboration_id, ("commitment",)):
        yield TextRow(*row)


def _all(
    ledger: Ledger, table: str, columns: str, collaboration_id: str, key: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    names = columns.split(", ")
    after: list[Any] = []
    while True:
        further = f" AND ({', '.join(key)}) > ({', '.join(['%s'] * len(key))})" if after else ""
        rows = ledger.query(
            f"SELECT {columns} FROM {table} WHERE collaboration_id = %s{further} "  # noqa: S608
            f"ORDER BY {', '.join(key)} LIMIT {PAGE_ROWS}",
            [collaboration_id, *after],
        )
        yield from rows
        if len(rows) < PAGE_ROWS:
            return
        after = [rows[-1][names.index(name)] for name in key]
