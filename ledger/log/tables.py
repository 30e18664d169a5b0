"""The tables the log of each book is kept in, the same on either engine but for the name of a type."""

from __future__ import annotations


def log_tables(blob: str) -> tuple[str, ...]:
    """Returns the statements that make the tables; `blob` is what the engine calls bytes.

    `log_frontiers` moves with the entries, in their transaction. The rest is written behind, and can be made again from
    the entries, but for what others signed.
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
    )


UPSERT_FRONTIER = (
    "INSERT INTO log_frontiers VALUES (%s,%s,%s) "
    "ON CONFLICT (collaboration_id) DO UPDATE SET size = excluded.size, hashes = excluded.hashes"
)
INSERT_TILE = "INSERT INTO log_tiles VALUES (%s,%s,%s,%s) ON CONFLICT (collaboration_id, level, tile_index) DO NOTHING"
