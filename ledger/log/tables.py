"""The tables the log of each book is kept in, the same on either engine but for the name of a type.

The installation's own log has its frontier, tiles, checkpoints and cosignatures in the same tables, under an id that no
book can have; its leaves are in a table of their own.
"""

from __future__ import annotations

INSTALLATION = "*"
"""Stands where a book's id does, for the installation's own log. No book can be called so."""


def log_tables(blob: str) -> tuple[str, ...]:
    """Returns the statements that make the tables; `blob` is what the engine calls bytes.

    `log_frontiers` moves with the entries, in their transaction. The rest is written behind, and can be made again from
    the entries, but for what others signed. `installation_log` has what was signed of the books, in the order it was:
    number, book, entries of the book, and the note as it was signed.
    """
    return (
        f"""CREATE TABLE IF NOT EXISTS log_frontiers (
        collaboration_id TEXT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, hashes {blob} NOT NULL)""",
        f"""CREATE TABLE IF NOT EXISTS log_tiles (
        collaboration_id TEXT NOT NULL, level BIGINT NOT NULL, tile_index BIGINT NOT NULL, hashes {blob} NOT NULL,
        PRIMARY KEY (collaboration_id, level, tile_index))""",
        """CREATE TABLE IF NOT EXISTS log_checkpoints (
        collaboration_id TEXT NOT NULL, size BIGINT NOT NULL, note TEXT NOT NULL, signed_at TEXT NOT NULL,
        PRIMARY KEY (collaboration_id, size))""",
        """CREATE TABLE IF NOT EXISTS log_cosignatures (
        collaboration_id TEXT NOT NULL, size BIGINT NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL,
        cosigned_at BIGINT NOT NULL, PRIMARY KEY (collaboration_id, size, witness))""",
        f"""CREATE TABLE IF NOT EXISTS log_keys (
        number BIGINT NOT NULL PRIMARY KEY, public {blob} NOT NULL, since TEXT NOT NULL, statement TEXT NOT NULL)""",
        f"""CREATE TABLE IF NOT EXISTS log_second_keys (
        number BIGINT NOT NULL PRIMARY KEY, public {blob} NOT NULL, since TEXT NOT NULL, statement TEXT NOT NULL)""",
        """CREATE TABLE IF NOT EXISTS log_holds (
        collaboration_id TEXT NOT NULL PRIMARY KEY, since TEXT NOT NULL, why TEXT NOT NULL)""",
        """CREATE TABLE IF NOT EXISTS log_breaks (
        collaboration_id TEXT NOT NULL, recorded_at TEXT NOT NULL, size BIGINT NOT NULL, note TEXT NOT NULL,
        PRIMARY KEY (collaboration_id, recorded_at))""",
        f"""CREATE TABLE IF NOT EXISTS log_timestamps (
        collaboration_id TEXT NOT NULL, size BIGINT NOT NULL, authority TEXT NOT NULL, token {blob} NOT NULL,
        roots TEXT NOT NULL, stamped_at TEXT NOT NULL, PRIMARY KEY (collaboration_id, size, authority))""",
        """CREATE TABLE IF NOT EXISTS log_origin (
        one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, since TEXT NOT NULL)""",
        f"""CREATE TABLE IF NOT EXISTS installation_log (
        number BIGINT NOT NULL PRIMARY KEY, collaboration_id TEXT NOT NULL, size BIGINT NOT NULL,
        leaf {blob} NOT NULL)""",
        "CREATE INDEX IF NOT EXISTS installation_log_of_book ON installation_log (collaboration_id, size)",
    )


UPSERT_FRONTIER = (
    "INSERT INTO log_frontiers VALUES (%s,%s,%s) "
    "ON CONFLICT (collaboration_id) DO UPDATE SET size = excluded.size, hashes = excluded.hashes"
)
INSERT_CHECKPOINT = "INSERT INTO log_checkpoints VALUES (%s,%s,%s,%s)"
INSERT_LEAF = "INSERT INTO installation_log VALUES (%s,%s,%s,%s)"
INSERT_TILE = "INSERT INTO log_tiles VALUES (%s,%s,%s,%s) ON CONFLICT (collaboration_id, level, tile_index) DO NOTHING"
