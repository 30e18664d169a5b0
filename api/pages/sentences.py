"""What happened, in one plain sentence for each type of event."""

from __future__ import annotations

from api.pages.contents import Reader, plain
from api.pages.vocabularies import KINDS
from api.pages.words import titled
from domain.agreements import ServiceAgreementTerminated
from domain.audits import AuditFindingAnswered
from domain.authority import (
    AuthorityExercised,
    AuthorityGranted,
    AuthorityInstructionIssued,
    AuthorityRevoked,
    AuthoritySubdelegated,
    DelegationRulesAdopted,
)
from domain.benefits import GoalAligned
from domain.bodies import BodyDissolved, SeatFilled, SeatPlanAdopted, SeatVacated, StaffPlacementChanged
from domain.collaboration import AnyEvent
from domain.constitution import CollaborationFounded, LegalFormChanged
from domain.decisions import DecisionChallenged, DecisionMade, DecisionNotified, DecisionReversed
from domain.erasure import PersonalDataErased, entries_of
from domain.meetings import MeetingAdjourned
from domain.members import MemberSucceeded
from domain.minutes import MinutesApproved
from domain.readiness import ModelOptionsAssessed, PitfallRaised
from domain.records import EntryAccessChanged
from domain.resolutions import MemberResolutionRecorded
from domain.text import SealedText
from domain.votes import VoteTaken


def happened(event: AnyEvent, reader: Reader) -> str:
    """Returns what happened, with the names of those it happened to."""
    params = {name: _said(event, name, reader) for name in type(event).model_fields if name != "type"}
    code = f"event.{event.type}{_variant(event)}"
    return titled(reader.speech(code, **{**params, **_more(event, reader)}))


def _said(event: AnyEvent, name: str, reader: Reader) -> str:
    """Returns a field as part of a sentence: ids by name alone, as the sentence has no room for both."""
    value = getattr(event, name)
    kind = KINDS.get(name)
    if kind is not None and isinstance(value, str) and value != "unknown":
        return reader.names.of(kind, value)
    if kind is not None and isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return reader.speech.listed(reader.names.of(kind, item) for item in value)
    if isinstance(value, SealedText):
        return "…"
    return plain(reader.value(value, type(event), name), reader.speech)


def _variant(event: AnyEvent) -> str:
    """Returns which of an event's sentences fits it, as the end of the text's code."""
    match event:
        case LegalFormChanged():
            return ".host" if event.host else ""
        case MemberResolutionRecorded():
            return ".rejected" if event.outcome == "rejected" else ""
        case BodyDissolved():
            return ".successor" if event.successor else ""
        case PersonalDataErased():
            return _erased(event)
        case EntryAccessChanged():
            return ".public" if event.level == "public" else ""
        case StaffPlacementChanged():
            return ".new" if event.from_employer is None else ".ended" if event.to_employer is None else ""
        case MinutesApproved():
            return ".remarks" if event.remarks else ""
        case AuthorityRevoked():
            return ".cascade" if event.cascade else ""
        case DelegationRulesAdopted():
            return ".late" if event.late else ""
        case ModelOptionsAssessed():
            return ".recommended" if event.recommended_form else ""
        case PitfallRaised():
            return ".indicator" if event.raised_by == "indicator" else ""
        case MeetingAdjourned():
            return "" if event.ended else ".continues"
        case DecisionChallenged():
            return ".stay" if event.stay else ""
        case DecisionReversed():
            return ".replaced" if event.replaced_by else ""
        case DecisionMade():
            return ".body" if event.body_id else ".office" if event.office_id else ""
        case SeatFilled() | SeatVacated():
            return _seat(event)
        case VoteTaken():
            return ".chosen" if event.elected else ""
        case _:
            return ""


def _seat(event: SeatFilled | SeatVacated) -> str:
    if event.office_id is not None:
        return ".both" if event.body_id is not None else ".office"
    return ".deputy" if isinstance(event, SeatFilled) and event.deputy_rank is not None else ""


def _erased(event: PersonalDataErased) -> str:
    if event.documents:
        return ".mixed" if event.erased else ".documents"
    return ".person" if event.person_id else ""


def _entries(event: PersonalDataErased) -> list[str]:
    """Returns the numbers of the entries that lost a text or a document, each once."""
    return list(dict.fromkeys(map(str, entries_of(event))))


def _more(event: AnyEvent, reader: Reader) -> dict[str, str]:
    """Returns the parameters that are not fields of their own."""
    speech, names = reader.speech, reader.names
    match event:
        case CollaborationFounded():
            return {"founders": speech.listed(party.name for party in event.founders)}
        case MemberSucceeded():
            return {"successors": speech.listed(party.name for party in event.successors)}
        case SeatPlanAdopted():
            return {"members": speech.listed(names.of("member", seats.member_id) for seats in event.seat_plan)}
        case MemberResolutionRecorded():
            return {"subject": reader.resolved(event.subject)}
        case AuthorityGranted() | AuthoritySubdelegated():
            return {
                holder: names.of(h.kind, h.id) for holder, h in (("grantor", event.grantor), ("grantee", event.grantee))
            }
        case AuthorityExercised():
            return {"actor": names.of(event.actor.kind, event.actor.id)}
        case DelegationRulesAdopted():
            return {"owner": names.of(event.owner.kind, event.owner.id)}
        case AuditFindingAnswered():
            return {"by": names.of(event.by.kind, event.by.id)}
        case PersonalDataErased():
            return {"issued_by": event.order.issued_by, "entries": speech.listed(_entries(event))}
        case GoalAligned():
            return {"aligned": names.of(event.aligned.kind, event.aligned.id)}
        case DecisionNotified():
            return {"who": event.recipient or (names.of(event.to.kind, event.to.id) if event.to else "–")}
        case ServiceAgreementTerminated() | AuthorityInstructionIssued() | DecisionReversed():
            return {"by": names.of(event.by.kind, event.by.id)}
        case _:
            return {}
