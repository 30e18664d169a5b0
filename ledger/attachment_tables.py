"""The tables attachments are kept in, the same on either engine but for the name of a type."""

from __future__ import annotations


def attachment_tables(blob: str) -> tuple[str, ...]:
    """Returns the statements that make the tables; `blob` is what the engine calls bytes."""
    return (
        """CREATE TABLE IF NOT EXISTS attachments (
        sha256 TEXT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, media_type TEXT NOT NULL, added_by TEXT NOT NULL,
        added_at TEXT NOT NULL)""",
        f"""CREATE TABLE IF NOT EXISTS attachment_blocks (
        sha256 TEXT NOT NULL, number BIGINT NOT NULL, content {blob} NOT NULL, PRIMARY KEY (sha256, number))""",
    )
