"""What a page says of a book nobody outside has seen or stamped for too long, or that somebody outside refused."""

from __future__ import annotations

from api.composition import House
from api.pages.speech import Speech
from ledger.log.tables import INSTALLATION
from ledger.log.timestamping import stamped
from ledger.log.witnessing import Outcome, installation_witnessed, is_unknown, witnessed

ALARMS = {"refused": "witness.refused", "ahead": "witness.ahead"}
"""Codes of what is said where a witness has seen another book than this one."""
LOG_ALARMS = {"refused": "witness.log_refused", "ahead": "witness.log_ahead"}
"""The same of the installation's log."""


def unwitnessed(house: House, speech: Speech, names: dict[str, str]) -> tuple[str, ...]:
    """Returns what is to be said of these books, given by id with their names; nothing where nobody outside is asked.

    The same is told of them in `/readyz`.
    """
    return (*_unseen(house, speech, names), *_unstamped(house, speech, names))


def installation_unwitnessed(house: House, speech: Speech) -> tuple[str, ...]:
    """Returns what is to be said of the installation's log; nothing where the witnesses know books alone."""
    asking = house.asking
    if asking is None:
        return ()
    said = [one for one in list(asking.outcomes.values()) if one.collaboration_id == INSTALLATION]
    log = installation_witnessed(house.signer, [witness.name for witness in asking.witnesses])
    late = log.is_late and not is_unknown(said)
    return (
        *(speech(LOG_ALARMS[one.state], witness=one.witness, size=one.size) for one in said if one.is_alarm),
        *((speech("witness.log_late", hours=int(log.seconds_behind // 3600), head=log.entries),) if late else ()),
    )


def _unseen(house: House, speech: Speech, names: dict[str, str]) -> tuple[str, ...]:
    asking = house.asking
    if asking is None:
        return ()
    asked = [witness.name for witness in asking.witnesses]
    told = [one for one in list(asking.outcomes.values()) if one.is_alarm and one.collaboration_id in names]
    late = [book for book in witnessed(house.signer, asked, only=names) if book.is_late]
    return (
        *(_alarm(one, speech, names[one.collaboration_id]) for one in told),
        *(
            speech(
                "witness.late",
                book=names[book.collaboration_id],
                hours=int(book.seconds_behind // 3600),
                head=book.entries,
            )
            for book in late
        ),
    )


def _alarm(outcome: Outcome, speech: Speech, book: str) -> str:
    return speech(ALARMS[outcome.state], witness=outcome.witness, book=book, size=outcome.size)


def _unstamped(house: House, speech: Speech, names: dict[str, str]) -> tuple[str, ...]:
    if house.stamping is None:
        return ()
    asked = [authority.name for authority in house.stamping.authorities]
    return tuple(
        speech(
            "timestamp.late",
            book=names[book.collaboration_id],
            hours=int(book.seconds_behind // 3600),
            head=book.entries,
        )
        for book in stamped(house.signer, asked, house.stamping.hours, only=names)
        if book.is_late
    )
