"""Proposals with what became of them; votes with the evidence they were decided on; and who voted what."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from domain.votes import VoteTaken
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated, plain


def proposal_rows(state: Collaboration, proposal_id: str) -> Iterator[Row]:
    """Yields the row of one proposal."""
    proposal = state.votes.proposals.get(proposal_id)
    if proposal is None:
        return
    result = proposal.result or "open"
    shown = {
        "id": proposal_id,
        "case": proposal.case_id,
        "meeting": proposal.meeting_id,
        "kind": proposal.kind,
        "proposer": plain(proposal.proposer),
        "text": plain(proposal.text),
        "amends": proposal.amends,
        "result": result,
        "settled_by_entry": proposal.settled_by,
        "entry": proposal.entry,
    }
    yield Row(key=proposal_id, body=shown, columns={"case_id": proposal.case_id, "result": result})


def vote_rows(step: Step) -> Iterator[Row]:
    """Yields the row of a vote with its evidence, an irregular one too."""
    entry = step.recorded.entry
    if isinstance(entry.event, VoteTaken):
        event = entry.event
        shown = {name: value for name, value in plain(event).items() if name not in ("type", "ballots")}
        yield Row(
            key=f"{entry.number:010d}",
            body={**shown, "ballots": len(event.ballots), "effective": dated(entry.effective), **marks(entry)},
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"vote_id": event.vote_id, "case_id": event.case_id or "", "meeting_id": event.meeting_id or ""},
        )


def ballot_rows(step: Step) -> Iterator[Row]:
    """Yields a row for each ballot of a vote; of a secret one it shows that the person voted and not what."""
    entry = step.recorded.entry
    if not isinstance(entry.event, VoteTaken):
        return
    event = entry.event
    entitled = {one.person_id: one for one in event.entitled}
    for place, ballot in enumerate(event.ballots, start=1):
        holder = entitled.get(ballot.person_id)
        shown = {
            **plain(ballot),
            "weight": ballot.weight if holder is None else holder.weight,
            "on_behalf_of": None if holder is None else holder.on_behalf_of,
            "deputy_for": None if holder is None else holder.deputy_for,
            "vote_id": event.vote_id,
            "effective": dated(entry.effective),
            **marks(entry),
        }
        yield Row(
            key=f"{entry.number:010d}:{place:03d}",
            body=shown,
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"vote_id": event.vote_id, "person_id": ballot.person_id},
        )


PROPOSALS = Projection("proposals", "proposal", proposal_rows, columns=("case_id", "result"))
VOTES = Projection("votes", None, render_entry=vote_rows, columns=("vote_id", "case_id", "meeting_id"))
BALLOTS = Projection("ballots", None, render_entry=ballot_rows, columns=("vote_id", "person_id"))
