"""Erasure by order: which texts go, on what order, once, and never what stands in an entry itself."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from domain.bodies import PersonContactRecorded, PersonMerged, PersonRegistered
from domain.collaboration import Collaboration, evolve, subjects
from domain.constitution import AFTERWARDS, CharterProposed, Clause
from domain.dates import Interval
from domain.erasure import ErasedDocument, ErasedText, Order, PersonalDataErased, TextAt, may_hold_text
from domain.kernel import Fact, Subject
from domain.members import MemberAdmitted
from tests.spec import RECORDED, TODAY, Given, at, command, given, seal
from tests.specs.body_books import founded

ORDERED = Order(kind="single_item", ref="26/1042", issued_by="Nasjonalarkivet", issued_on=date(2026, 11, 24))
ORDER = ORDERED.model_dump(mode="json")
DAY = TODAY.isoformat()


def registered(person_id: str, name: str = "") -> Any:
    """Returns the registration of a person."""
    return at("2024-01-01", PersonRegistered(person_id=person_id, name=seal(name or person_id)))


def reached(person_id: str, contact: str) -> Any:
    """Returns the recording of a person's contact."""
    return at("2024-02-01", PersonContactRecorded(person_id=person_id, contact=seal(contact)))


def proposed() -> Any:
    """Returns a charter of two clauses with a text and one without."""
    clauses = (
        Clause(key="purpose", heading="§ 1", text=seal("Formålet")),
        Clause(key="seat", heading="§ 2", text=None),
        Clause(key="archive", heading="§ 3", text=seal("Arkivet")),
    )
    event = CharterProposed(
        charter_version="v1",
        kind="cooperation_agreement",
        legal_form="ko",
        clauses=clauses,
        route="member_councils",
    )
    return at("2024-03-01", event)


def book(*facts: Any) -> Given:
    """Returns a book with a person, entry 2, whose contact was recorded twice, entries 3 and 4; and these facts."""
    first = (registered("p-1", "Kari"), reached("p-1", "Gate 1"), reached("p-1", "Gate 2"))
    return given(founded(), *first, *facts)


def erase(**fields: Any) -> Any:
    """Returns the erasure of what the person is called and reached by."""
    return command("personal_data.erase", **{"person_id": "p-1", "order": ORDER, **fields})


def of_texts(*texts: Any, **fields: Any) -> Any:
    """Returns the erasure of single texts, each an entry or an entry and a field."""
    named = [{"entry": t} if isinstance(t, int) else {"entry": t[0], "field": t[1]} for t in texts]
    return erase(person_id=None, texts=named, **fields)


def gone(entry: int, field: str, text: str) -> ErasedText:
    """Returns a text as it is erased."""
    return ErasedText(entry=entry, field=field, commitment=seal(text).commitment)


NAME, FIRST, SECOND = (
    gone(2, "event.name", "Kari"),
    gone(3, "event.contact", "Gate 1"),
    gone(4, "event.contact", "Gate 2"),
)


# What goes --------------------------------------------------------------------------------


def test_a_persons_name_and_every_contact_there_was() -> None:
    told = PersonalDataErased(person_id="p-1", order=ORDERED, erased=(NAME, FIRST, SECOND))
    after = book().when(erase()).then(told)
    assert dict(after.state.erasures.erased.items()) == {one.commitment: 5 for one in (NAME, FIRST, SECOND)}
    assert subjects(told) == (
        Subject("person", "p-1"),
        Subject("entry", "2"),
        Subject("entry", "3"),
        Subject("entry", "4"),
    )


def test_one_text_of_an_entry_or_all_of_them() -> None:
    one = PersonalDataErased(texts=(TextAt(entry=4, field="event.contact"),), order=ORDERED, erased=(SECOND,))
    after = book().when(of_texts((4, "event.contact"))).then(one)
    rest = PersonalDataErased(person_id="p-1", order=ORDERED, erased=(NAME, FIRST))
    after.when(erase()).then(rest)
    both = (gone(5, "event.clauses.0.text", "Formålet"), gone(5, "event.clauses.2.text", "Arkivet"))
    every = PersonalDataErased(texts=(TextAt(entry=5),), order=ORDERED, erased=both)
    book(proposed()).when(of_texts(5)).then(every)


def test_a_text_that_two_entries_are_committed_to_goes_from_both() -> None:
    twice = book(proposed(), proposed())
    after = twice.when(of_texts((6, "event.clauses.0.text"))).then(
        PersonalDataErased(
            texts=(TextAt(entry=6, field="event.clauses.0.text"),),
            order=ORDERED,
            erased=(gone(6, "event.clauses.0.text", "Formålet"),),
        )
    )
    after.when(of_texts((5, "event.clauses.0.text"))).then_rejected("erasure.already_erased", erased=[5], by=[7])


def test_what_a_person_and_an_entry_both_name_goes_once() -> None:
    told = PersonalDataErased(
        person_id="p-1", texts=(TextAt(entry=2), TextAt(entry=2)), order=ORDERED, erased=(NAME, FIRST, SECOND)
    )
    book().when(erase(texts=[{"entry": 2}, {"entry": 2}])).then(told)


@pytest.mark.parametrize("named", ["p-1", "p-2", "p-3"])
def test_a_person_known_by_several_ids_goes_by_each(named: str) -> None:
    merged = (
        registered("p-2", "Kari N."),
        registered("p-3", "K. N."),
        at("2024-04-01", PersonMerged(person_id="p-2", into="p-3")),
        at("2024-04-02", PersonMerged(person_id="p-3", into="p-1")),
    )
    names = (NAME, FIRST, SECOND, gone(5, "event.name", "Kari N."), gone(6, "event.name", "K. N."))
    book(*merged).when(erase(person_id=named)).then(PersonalDataErased(person_id=named, order=ORDERED, erased=names))


def test_the_reason_of_an_irregular_act_and_its_texts_go_too() -> None:
    irregular = Fact(
        event=PersonRegistered(person_id="p-9", name=seal("Ola")),
        number=5,
        effective=Interval.exact(TODAY),
        recorded_at=RECORDED,
        mode="record",
        irregular=("person.some_rule",),
        reason=seal("Slik ble det"),
    )
    kept = Given(evolve(book().state, irregular), 5)
    told = PersonalDataErased(
        person_id="p-9", texts=(TextAt(entry=5, field="reason"),), order=ORDERED,
        erased=(gone(5, "event.name", "Ola"), gone(5, "reason", "Slik ble det")),
    )  # fmt: skip
    kept.when(erase(person_id="p-9", texts=[{"entry": 5, "field": "reason"}])).then(told)


def test_an_erasure_is_folded_once_and_changes_nothing_else() -> None:
    told = PersonalDataErased(person_id="p-1", order=ORDERED, erased=(NAME,))
    once = book(at(DAY, told))
    again = once.and_(at(DAY, told))
    assert again.state.erasures.erased[NAME.commitment] == 5
    bare = dataclasses.replace(once.state, erasures=Collaboration().erasures)
    assert bare == dataclasses.replace(book().state, erasures=Collaboration().erasures)


def test_which_events_can_hold_a_text_is_known_by_their_class() -> None:
    assert [may_hold_text(cls) for cls in (PersonRegistered, CharterProposed, MemberAdmitted, PersonalDataErased)] == [
        True, True, False, False,
    ]  # fmt: skip


# Documents --------------------------------------------------------------------------------

PLAN, LETTER = "a" * 64, "b" * 64


def with_documents(*facts: Any) -> Given:
    """Returns a book whose entries 5 and 6 name a document, and 6 another too; and these facts."""
    state = book().state
    for number, documents in ((5, (PLAN,)), (6, (PLAN, LETTER, PLAN))):
        event = PersonContactRecorded(person_id="p-1", contact=seal(f"Gate {number}"))
        day = Interval.exact(date(2024, 5, number))
        state = evolve(state, Fact(event, number, day, RECORDED, documents=documents))
    for number, one in enumerate(facts, start=7):
        state = evolve(state, Fact(one.event, number, one.effective, RECORDED))
    return Given(state, 6 + len(facts))


def of_documents(*documents: str, **fields: Any) -> Any:
    """Returns the erasure of documents."""
    return erase(**{"person_id": None, "documents": documents, **fields})


def gone_documents(asked: tuple[str, ...], *gone: ErasedDocument) -> PersonalDataErased:
    """Returns that documents were erased, and nothing else."""
    return PersonalDataErased(order=ORDERED, erased=(), documents=asked, erased_documents=gone)


def test_a_document_goes_from_every_entry_that_names_it() -> None:
    told = gone_documents((PLAN, PLAN), ErasedDocument(sha256=PLAN, entries=(5, 6)))
    after = with_documents().when(of_documents(PLAN, PLAN)).then(told)
    assert dict(after.state.erasures.erased.items()) == {PLAN: 7}
    assert subjects(told) == (Subject("entry", "5"), Subject("entry", "6"))
    after.when(of_documents(LETTER)).then(gone_documents((LETTER,), ErasedDocument(sha256=LETTER, entries=(6,))))


def test_documents_go_together_with_texts() -> None:
    (event,) = with_documents().when(of_documents(LETTER, PLAN, texts=[{"entry": 5}])).decide().events
    assert isinstance(event, PersonalDataErased)
    assert [one.sha256 for one in event.erased_documents] == [PLAN, LETTER]
    assert [one.entry for one in event.erased] == [5]


def test_not_a_document_no_entry_names_and_none_twice() -> None:
    with_documents().when(of_documents("c" * 64)).then_rejected("erasure.unknown_document", sha256="c" * 64)
    gone = gone_documents((PLAN,), ErasedDocument(sha256=PLAN, entries=(5, 6)))
    again = with_documents(at(DAY, gone)).when(of_documents(LETTER, PLAN))
    rejection = again.then_rejected("erasure.document_already_erased", sha256=PLAN, by=7)
    assert rejection.entries == (5, 6, 7)


# Refused, in order of precedence ----------------------------------------------------------


def test_not_without_an_order() -> None:
    rejection = book().when(erase(order=None, mode="record", reason="Nå.")).then_rejected("erasure.no_order")
    assert (rejection.nature, rejection.law) == ("fact", "arkivlova § 13")


def test_not_of_another_day_nor_in_hindsight() -> None:
    for fields in (
        {"effective": (TODAY - timedelta(days=1)).isoformat()},
        {"effective": (TODAY + timedelta(days=1)).isoformat()},
        {"effective": {"earliest": "2026-11-01", "latest": DAY}},
        {"mode": "record", "reason": "Gjort i fjor."},
        {"mode": "import", "source": {"title": "Arkiv", "read_on": DAY}},
    ):
        late = {**ORDER, "issued_on": "2027-01-01"}
        book().when(erase(**{"order": late, **fields})).then_rejected("erasure.not_now", on=DAY)
    assert book().when(erase(effective=DAY)).decide().events


def test_not_by_an_order_that_is_not_given_yet() -> None:
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    sent = erase(person_id=None, order={**ORDER, "issued_on": tomorrow})
    book().when(sent).then_rejected("erasure.order_not_given_yet", ref="26/1042", on=tomorrow)
    assert book().when(erase(order={**ORDER, "issued_on": DAY})).decide().events


def test_not_of_nothing() -> None:
    book().when(erase(person_id=None)).then_rejected("erasure.nothing_named")


def test_not_of_a_person_the_book_does_not_hold() -> None:
    sent = erase(person_id="p-7", texts=[{"entry": 99}])
    book().when(sent).then_rejected("erasure.unknown_person", person_id="p-7")


def test_not_of_an_entry_that_is_not_there() -> None:
    book().when(of_texts(1, 5, 7)).then_rejected("erasure.unknown_entry", unknown=[5, 7], head=4)
    assert book().when(of_texts(4)).decide().events


@pytest.mark.parametrize(
    ("text", "field"), [(1, "event"), ((2, "event.person_id"), "event.person_id"), ((2, "event"), "event")]
)
def test_not_of_what_stands_in_the_entry_itself(text: Any, field: str) -> None:
    rejection = book().when(of_texts(text)).then_rejected("erasure.not_separable", field=field)
    assert (rejection.law, rejection.entries) == ("arkivlova § 13", (text if isinstance(text, int) else text[0],))
    assert book().when(of_texts((2, "event.name"))).decide().events


def test_not_twice() -> None:
    after = book(at(DAY, PersonalDataErased(person_id="p-1", order=ORDERED, erased=(NAME, FIRST, SECOND))))
    rejection = after.when(erase()).then_rejected("erasure.already_erased", erased=[2, 3, 4], by=[5])
    assert rejection.entries == (2, 3, 4, 5)
    for sent in (of_texts(3), erase(texts=[{"entry": 2}]), of_texts((4, "event.contact"))):
        after.when(sent).then_rejected("erasure.already_erased")


def test_nor_a_text_named_by_its_entry_that_went_among_others() -> None:
    some = book(at(DAY, PersonalDataErased(texts=(TextAt(entry=3),), order=ORDERED, erased=(FIRST,))))
    some.when(of_texts(3, 4)).then_rejected("erasure.already_erased", erased=[3], by=[5])
    assert some.when(erase()).decide().events


def test_an_order_may_come_after_the_collaboration_is_gone() -> None:
    assert "personal_data.erase" in AFTERWARDS
