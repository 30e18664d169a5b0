"""What the minutes of a meeting are composed of, read from rows and entries as one reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from api.composition import House
from api.deps import Point
from api.entries import corrected_by, recorded_of
from api.entry_access import is_withheld, shielded_fields
from api.minutes.composing import CaseHead, Item, Shown
from api.problems import Refused
from domain.cases import CaseDocumentAttached, CaseOpened
from domain.kernel import Access
from domain.minutes import Line, MinutesApproved, MinutesPublished, MinutesSigned, minutes_digest
from ledger.reading import Recorded
from projections.entry_rows import marks
from projections.history import HISTORY
from projections.minutes import MINUTES_ITEMS
from projections.projection import dated


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands among those of a meeting."""

    number: int
    type: str
    part: str
    """`minutes` for what they are made of, `about` for what was done with them."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Read:
    """The minutes of a meeting as they were read."""

    places: tuple[Place, ...]
    """Of every entry that touches the meeting, in order."""
    recorded: dict[int, Recorded]
    """The entries, without damaged ones."""

    def of(self, part: str) -> tuple[Place, ...]:
        """Returns the places of one part, in order."""
        return tuple(place for place in self.places if place.part == part)

    @property
    def digest(self) -> str:
        """The digest of the minutes as they stand, over the stored bytes of their entries, withheld ones too."""
        return minutes_digest(Line(p.number, p.type, p.sha256, "decide", None) for p in self.of("minutes"))

    def acts(self, cls: type[Any]) -> list[tuple[Recorded, Any]]:
        """Returns what was done with the minutes, of one class and to effect, in order."""
        found = [self.recorded[place.number] for place in self.of("about") if place.number in self.recorded]
        return [(one, one.entry.event) for one in found if isinstance(one.entry.event, cls) and not one.entry.irregular]


def read(house: House, point: Point, meeting_id: str) -> Read:
    """Returns the entries of a meeting as of a point. Raises Refused if no entry touches it."""
    ever = replace(point, on=None, shielded=True)
    rows = house.views.select(MINUTES_ITEMS, ever.query(where={"meeting": meeting_id}))
    if not rows:
        raise Refused("unknown_meeting", meeting=meeting_id)
    places = tuple(_place(row.from_entry, orjson.loads(row.body)) for row in rows)
    return Read(places, recorded_of(house, point.collaboration_id, [place.number for place in places]))


def _place(number: int, body: Shown) -> Place:
    return Place(number, body["type"], body["part"], body["sha256"])


# What a reader may see -------------------------------------------------------------------


def items(found: Read, *, shielded: bool) -> Iterator[Item]:
    """Yields the entries the minutes are made of, in order, as one who may or may not see what is shielded sees them.

    What the public version leaves out is withheld from everyone else, with the legal basis it was left out by.
    """
    left_out = {} if shielded else _left_out(found)
    for place in found.of("minutes"):
        recorded = found.recorded.get(place.number)
        if recorded is None:
            yield Item(place.number, place.type, place.sha256, None, {"damaged": True})
        else:
            yield _item(place, recorded, left_out.get(place.number), shielded=shielded)


def correcting(house: House, point: Point, found: Read) -> dict[int, int]:
    """Returns the entry that each correction among a meeting's entries corrects, of those that had effect by the point.

    One recorded against a rule has effect once it is healed, by the entry that heals it.
    """
    told = {
        number: recorded.entry.corrects
        for number, recorded in found.recorded.items()
        if recorded.entry.corrects is not None
    }
    return {
        number: corrects
        for number, corrects in told.items()
        if not found.recorded[number].entry.irregular or corrected_by(house, point, corrects) is not None
    }


def _left_out(found: Read) -> dict[int, tuple[str | None, tuple[str, ...]]]:
    published = found.acts(MinutesPublished)
    if not published:
        return {}
    event: MinutesPublished = published[-1][1]
    return {one.entry: (one.legal_basis, one.fields) for one in event.redactions}


def _item(
    place: Place, recorded: Recorded, left_out: tuple[str | None, tuple[str, ...]] | None, *, shielded: bool
) -> Item:
    entry, marked = recorded.entry, _marked(recorded)
    basis, fields = left_out or (None, ())
    if is_withheld(recorded) and not shielded:
        return Item(place.number, place.type, place.sha256, None, marked, entry.access.legal_basis)
    if left_out is not None and not fields:
        return Item(place.number, place.type, place.sha256, None, marked, basis)
    hidden = () if shielded else shielded_fields(recorded)
    if hidden:
        basis, fields = entry.access.legal_basis, tuple({*fields, *hidden})
    event = entry.event.model_dump(mode="json", exclude={"type", *fields})
    return Item(place.number, place.type, place.sha256, event, marked, basis, tuple(sorted(fields)))


def _marked(recorded: Recorded) -> Shown:
    entry = recorded.entry
    return {name: mark for name, mark in marks(entry).items() if name != "entry"} | {
        "effective": dated(entry.effective)
    }


# Cases -----------------------------------------------------------------------------------


def cases(house: House, point: Point, meeting_id: str, case_ids: Iterable[str]) -> dict[str, CaseHead]:
    """Returns what stands over each case, as the reader may see it, and what was proposed in it before the meeting."""
    return {case_id: _case(house, point, meeting_id, case_id) for case_id in dict.fromkeys(case_ids)}


_OF_THE_HEAD = frozenset({"case.opened", "case_document.attached", "proposal.tabled"})


def _case(house: House, point: Point, meeting_id: str, case_id: str) -> CaseHead:
    ever = replace(point, on=None, shielded=True)
    rows = house.views.select(HISTORY, ever.query(where={"about": f"case:{case_id}"}))
    wanted = [row.from_entry for row in rows if orjson.loads(row.body)["type"] in _OF_THE_HEAD]
    found = recorded_of(house, point.collaboration_id, wanted)
    seen = [one for _, one in sorted(found.items()) if point.shielded or one.entry.access.level == "public"]
    opened = _opened(found, shielded=point.shielded)
    documents = tuple(_document(one, shielded=point.shielded) for one in seen if _is_document(one))
    proposals = tuple(_whole(one) for one in seen if _was_proposed_before(one, meeting_id))
    if opened is None:
        return CaseHead(documents=documents, proposals=proposals)
    return CaseHead(opened.get("case_number"), opened.get("title"), opened.get("kind"), documents, proposals)


def _opened(found: dict[int, Recorded], *, shielded: bool) -> Shown | None:
    """Returns what the opening of a case says of it, the last that has effect; None where nothing is for the reader."""
    told = [one for _, one in sorted(found.items()) if isinstance(one.entry.event, CaseOpened)]
    seen = [one for one in told if not one.entry.irregular and (shielded or not is_withheld(one))]
    if not seen:
        return None
    hidden = () if shielded else shielded_fields(seen[-1])
    return {name: value for name, value in seen[-1].entry.event.model_dump().items() if name not in hidden}


def _was_proposed_before(recorded: Recorded, meeting_id: str) -> bool:
    """Returns whether an entry is a proposal that an earlier meeting or an office made: one this meeting's has not."""
    entry = recorded.entry
    return entry.type == "proposal.tabled" and entry.event.meeting_id != meeting_id and not entry.irregular


def _whole(recorded: Recorded) -> Item:
    """Returns an entry that belongs to no part of the minutes, as everyone sees it who may see it at all."""
    entry = recorded.entry
    return Item(entry.number, entry.type, "", entry.event.model_dump(mode="json", exclude={"type"}), _marked(recorded))


def _is_document(recorded: Recorded) -> bool:
    return isinstance(recorded.entry.event, CaseDocumentAttached)


def _document(recorded: Recorded, *, shielded: bool) -> Shown:
    """Returns a document; of one that is exempt from access everyone may know that it is there, and on what basis."""
    event: CaseDocumentAttached = recorded.entry.event
    access: Access = event.document_access
    hidden = access.level == "shielded" and not shielded
    return {
        "document": event.document_id,
        "title": None if hidden else event.title,
        "kind": event.kind,
        "sha256": event.sha256,
        "access": access.model_dump(mode="json"),
        "entry": recorded.entry.number,
    }


def case_ids(found: Sequence[Item]) -> Iterator[str]:
    """Yields the cases that entries name, some more than once."""
    for item in found:
        yield from _cases_in(item.event)


def _cases_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("case_id"), str):
            yield value["case_id"]
        for name, part in value.items():
            if name in ("agenda", "added") and isinstance(part, list):
                yield from (one for one in part if isinstance(one, str))
            yield from _cases_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _cases_in(part)


# What was done with the minutes ------------------------------------------------------------


def done_with(found: Read, *, shielded: bool) -> dict[str, Any]:
    """Returns signatures, approvals and publications, in order, and what was added after the latest signature."""
    last = signed_up_to(found)
    places = found.of("minutes")
    added = [place for place in places if last is not None and place.number > last]
    return {
        "status": _status(found, added=bool(added)),
        "signatures": _acts(found, MinutesSigned, shielded=shielded),
        "approvals": _acts(found, MinutesApproved, shielded=shielded),
        "publications": _acts(found, MinutesPublished, shielded=shielded),
        "additions": [{"entry": place.number, "type": place.type} for place in added],
        "first_entry": places[0].number if places else None,
        "last_entry": places[-1].number if places else None,
        "minutes_sha256": found.digest,
        "entries": [_entry(place, found.recorded.get(place.number)) for place in places],
    }


def _status(found: Read, *, added: bool) -> str:
    """Returns how far minutes have come; a publication holds for what was signed before it."""
    signatures, published = found.acts(MinutesSigned), found.acts(MinutesPublished)
    if not signatures:
        return "published" if published else "draft"
    if added:
        return "added_to"
    before = [
        event.last_entry for one, event in signatures if published and one.entry.number < published[-1][0].entry.number
    ]
    places = found.of("minutes")
    return "published" if before and before[-1] >= places[-1].number else "signed"


def _entry(place: Place, recorded: Recorded | None) -> Shown:
    basis = None if recorded is None else recorded.entry.access.legal_basis
    return {"number": place.number, "type": place.type, "sha256": place.sha256, "shielded_by": basis}


def signed_up_to(found: Read) -> int | None:
    """Returns the last entry that the latest signature covers, None where nothing is signed."""
    signatures = found.acts(MinutesSigned)
    return int(signatures[-1][1].last_entry) if signatures else None


def _acts(found: Read, cls: type[Any], *, shielded: bool) -> list[Shown]:
    return [_act(recorded, event, shielded=shielded) for recorded, event in found.acts(cls)]


def _act(recorded: Recorded, event: Any, *, shielded: bool) -> Shown:
    entry = recorded.entry
    told = event.model_dump(mode="json", exclude={"type", "meeting_id"})
    if entry.access.level == "shielded" and not shielded:
        told = {"withheld": True, "legal_basis": entry.access.legal_basis}
    return {**told, "effective": dated(entry.effective), **marks(entry)}
