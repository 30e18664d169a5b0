"""The tables of a book in an SQLite file, and the triggers that let it only grow."""

from __future__ import annotations

from ledger.attachment_tables import attachment_tables
from ledger.log.tables import log_tables

TABLES = (
    """CREATE TABLE IF NOT EXISTS stored_events (
    notification_id INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (originator_id, originator_version))""",
    """CREATE TABLE IF NOT EXISTS command_identities (
    collaboration_id TEXT NOT NULL, principal TEXT NOT NULL, command_id TEXT NOT NULL,
    salt BLOB NOT NULL, fingerprint BLOB NOT NULL, first_number INTEGER NOT NULL, last_number INTEGER NOT NULL,
    PRIMARY KEY (collaboration_id, principal, command_id)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS sealed_texts (
    collaboration_id TEXT NOT NULL, commitment TEXT NOT NULL, number INTEGER NOT NULL,
    salt BLOB NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (collaboration_id, commitment)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS erased_texts (
    collaboration_id TEXT NOT NULL, commitment TEXT NOT NULL, number INTEGER NOT NULL, of_entry INTEGER NOT NULL,
    finished INTEGER NOT NULL, PRIMARY KEY (collaboration_id, commitment)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS api_keys (
    key_hash BLOB NOT NULL PRIMARY KEY, principal TEXT NOT NULL, role TEXT NOT NULL, books TEXT NOT NULL,
    created_at TEXT NOT NULL, revoked_at TEXT) WITHOUT ROWID""",
    *log_tables("BLOB"),
    *attachment_tables("BLOB"),
)

SEALED_TEXTS_NO_UPDATE = """CREATE TRIGGER IF NOT EXISTS sealed_texts_no_update BEFORE UPDATE ON sealed_texts
    BEGIN SELECT RAISE(ABORT, 'sealed texts are never changed'); END"""

WRITTEN_ANEW = (
    """CREATE TABLE sealed_texts_anew (
    collaboration_id TEXT NOT NULL, commitment TEXT NOT NULL, number INTEGER NOT NULL,
    salt BLOB NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (collaboration_id, commitment)) WITHOUT ROWID""",
    "INSERT INTO sealed_texts_anew SELECT * FROM sealed_texts ORDER BY collaboration_id, commitment",
    "DROP TABLE sealed_texts",
    "ALTER TABLE sealed_texts_anew RENAME TO sealed_texts",
)
"""The table of texts on pages of its own making: a page that was divided keeps deleted rows in its slack."""

TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS stored_events_no_update BEFORE UPDATE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'entries are never changed: record a correction'); END""",
    """CREATE TRIGGER IF NOT EXISTS stored_events_no_delete BEFORE DELETE ON stored_events
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END""",
    """CREATE TRIGGER IF NOT EXISTS stored_events_no_gap BEFORE INSERT ON stored_events
    WHEN NEW.originator_version <> 1 + COALESCE(
        (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = NEW.originator_id), 0)
        OR EXISTS (SELECT 1 FROM stored_events WHERE notification_id = NEW.notification_id)
    BEGIN SELECT RAISE(ABORT, 'entries are numbered without gaps and never replaced'); END""",
    """CREATE TRIGGER IF NOT EXISTS command_identities_no_update BEFORE UPDATE ON command_identities
    WHEN NEW.salt <> X'' OR NEW.fingerprint <> X'' OR NEW.collaboration_id <> OLD.collaboration_id
        OR NEW.principal <> OLD.principal OR NEW.command_id <> OLD.command_id
        OR NEW.first_number <> OLD.first_number OR NEW.last_number <> OLD.last_number
    BEGIN SELECT RAISE(ABORT, 'command identities are never changed'); END""",
    """CREATE TRIGGER IF NOT EXISTS command_identities_no_delete BEFORE DELETE ON command_identities
    BEGIN SELECT RAISE(ABORT, 'command identities are never deleted'); END""",
    SEALED_TEXTS_NO_UPDATE,
    """CREATE TRIGGER IF NOT EXISTS installation_log_no_update BEFORE UPDATE ON installation_log
    BEGIN SELECT RAISE(ABORT, 'what was signed is never changed'); END""",
    """CREATE TRIGGER IF NOT EXISTS installation_log_no_delete BEFORE DELETE ON installation_log
    BEGIN SELECT RAISE(ABORT, 'what was signed is never deleted'); END""",
    """CREATE TRIGGER IF NOT EXISTS installation_log_no_gap BEFORE INSERT ON installation_log
    WHEN NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM installation_log), 0)
    BEGIN SELECT RAISE(ABORT, 'what was signed is numbered without gaps and never replaced'); END""",
)
