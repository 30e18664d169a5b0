"""What `verify` makes of the timestamps a database keeps: each is checked whole, and says by when entries were there.

The root an authority must lead to is the one the settings name. For an authority they do not name it is the one kept
beside the token: then the time holds only for whoever knows that root, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.log.timestamping import Timestamp, stamped_bytes, timestamps
from ledger.log.tokens import Authority, BadToken, Wrong, check

CODES: Final[dict[Wrong, str]] = {
    "unreadable": "timestamp_unreadable",
    "not_granted": "timestamp_unreadable",
    "imprint": "timestamp_imprint",
    "nonce": "timestamp_imprint",
    "signature": "timestamp_signature",
    "untrusted": "timestamp_untrusted",
}


def check_timestamps(
    ledger: Ledger, collaboration_id: str, authorities: Mapping[str, Authority], told: list[Finding]
) -> Iterator[Finding]:
    """Yields the timestamps of a book that prove nothing; adds to `told` the first and last time each authority proves.

    A timestamp that was taken away leaves no trace here. Raises LedgerUnavailable.
    """
    proven: dict[str, list[Finding]] = {}
    for one in timestamps(ledger, collaboration_id):
        what = f"the timestamp of {one.size} entries by {one.authority}"
        message = stamped_bytes(ledger, collaboration_id, one.size)
        if message is None:
            yield Finding("timestamp_imprint", collaboration_id, one.size, f"{what} is of a checkpoint that is gone")
            continue
        trusted = authorities.get(one.authority)
        try:
            at = check(one.token, message, one.roots if trusted is None else trusted.roots)
        except BadToken as error:
            yield Finding(CODES[error.wrong], collaboration_id, one.size, f"{what}: {error}")
        except ValueError as error:  # the root that is kept is no certificate
            yield Finding("timestamp_untrusted", collaboration_id, one.size, f"{what}: its root is none: {error}")
        else:
            proven.setdefault(one.authority, []).append(_told(one, f"{at:%Y-%m-%d %H:%M:%S} UTC", trusted))
    for found in proven.values():
        told.extend(found if len(found) == 1 else (found[0], found[-1]))


def _told(one: Timestamp, at: str, trusted: Authority | None) -> Finding:
    what = f"entries 1 to {one.size} were there, and signed, not later than {at}, says {one.authority}"
    if trusted is None:
        what += "; the settings name no such authority, so that its root is the one kept in the database"
    return Finding("timestamped", one.collaboration_id, one.size, what)
