"""Minutes (møtebok): how far those of each meeting have come, and of which entries they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from domain.collaboration import Collaboration, put_right_in, subjects
from domain.minutes import MinutesEvent, Protocol, Publication, Signature
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated


def minutes_rows(state: Collaboration, meeting_id: str) -> Iterator[Row]:
    """Yields the row of one meeting's minutes, once an entry touches the meeting."""
    protocol = state.minutes.by_meeting.get(meeting_id)
    if protocol is None:
        return
    meeting = state.meetings.by_id.get(meeting_id)
    approval = protocol.approval
    yield Row(
        key=meeting_id,
        body={
            "meeting": meeting_id,
            "body": None if meeting is None else meeting.body_id,
            "held_on": None if meeting is None else meeting.on.isoformat(),
            "status": status(protocol),
            "called_by_entry": None if meeting is None else meeting.called_by,
            "opened_by_entry": None if meeting is None else meeting.opened_by,
            "last_entry": protocol.last_entry,
            "signature": None if protocol.signature is None else _signature(protocol.signature),
            "added_after_signature": [line.number for line in protocol.additions],
            "approval": None if approval is None else {"entry": approval.entry, "meeting": approval.approved_in},
            "publication": None if protocol.publication is None else _publication(protocol.publication),
        },
        columns={"body_id": "" if meeting is None else meeting.body_id, "status": status(protocol)},
    )


def status(protocol: Protocol) -> str:
    """Returns how far minutes have come: `draft`, `signed`, `added_to` since the signature, or `published`."""
    if protocol.signature is None:
        return "draft" if protocol.publication is None else "published"
    if not protocol.is_signed:
        return "added_to"
    published = protocol.publication
    return "signed" if published is None or published.last_entry < protocol.last_entry else "published"


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "entry": signature.entry,
        "first_entry": signature.first_entry,
        "last_entry": signature.last_entry,
        "minutes_sha256": signature.sha256,
        "signers": list(signature.signers),
    }


def _publication(publication: Publication) -> dict[str, Any]:
    return {
        "entry": publication.entry,
        "last_entry": publication.last_entry,
        "public_sha256": publication.sha256,
        "redactions": [
            {"entry": one.entry, "legal_basis": one.legal_basis, "fields": list(one.fields)}
            for one in publication.redactions
        ],
    }


def item_rows(step: Step) -> Iterator[Row]:
    """Yields a row for each meeting an entry touches; `part` tells its minutes from what was done with them."""
    entry = step.recorded.entry
    own = entry.event.meeting_id if isinstance(entry.event, MinutesEvent) else None
    for subject in dict.fromkeys((*subjects(entry.event), *put_right_in(step.after, step.fact))):
        if subject.kind == "meeting":
            yield Row(
                key=f"{subject.id}:{entry.number:010d}",
                body={
                    "meeting": subject.id,
                    "part": "about" if subject.id == own else "minutes",
                    "type": entry.type,
                    "sha256": hashlib.sha256(step.recorded.state).hexdigest(),
                    "effective": dated(entry.effective),
                    **marks(entry),
                },
                possible_from=entry.effective.earliest,
                certain_from=entry.effective.latest,
                columns={"meeting": subject.id},
            )


MINUTES = Projection("minutes", "meeting", minutes_rows, columns=("body_id", "status"))
MINUTES_ITEMS = Projection("minutes_items", None, render_entry=item_rows, columns=("meeting",))
