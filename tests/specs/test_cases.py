"""Cases opened, documented and closed: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from domain.agreements import ServiceRegistered
from domain.cases import CaseClosed, CaseDocumentAttached, CaseOpened, names_exemption
from domain.collaboration import subjects
from domain.kernel import Access, Subject
from domain.vocabulary import LegalFormId
from tests.spec import At, Given, at, command
from tests.specs.body_books import governed, imported

SHA = hashlib.sha256(b"oppdiktet").hexdigest()
MADE = "2024-03-01"


def sent(case_id: str = "c-1", **fields: Any) -> Any:
    """Returns a command to open a case."""
    return command("case.open", **{"case_id": case_id, "title": "Kjøp", "effective": MADE, **fields})


def opened(case_id: str = "c-1", **fields: Any) -> CaseOpened:
    """Returns the event that opens a case."""
    known: dict[str, Any] = {"case_number": "unknown", "kind": "decision", "title": "Kjøp", **fields}
    return CaseOpened(case_id=case_id, **known)


def a_case(case_id: str = "c-1", **fields: Any) -> At:
    """Returns a case that was opened."""
    return at(MADE, opened(case_id, **fields))


def attach(**fields: Any) -> Any:
    """Returns a command to put a document on a case."""
    known = {"case_id": "c-1", "document_id": "d-1", "title": "Framlegg", "sha256": SHA, "effective": MADE}
    return command("case_document.attach", **{**known, **fields})


def attached(**fields: Any) -> CaseDocumentAttached:
    """Returns the event that puts a document on a case."""
    known: dict[str, Any] = {"case_id": "c-1", "document_id": "d-1", "title": "Framlegg", "sha256": SHA}
    return CaseDocumentAttached(**{**known, **fields})


def close(**fields: Any) -> Any:
    """Returns a command to close a case."""
    return command("case.close", **{"case_id": "c-1", "outcome": "settled", "effective": "2024-06-01", **fields})


def book(*facts: At, legal_form: LegalFormId = "ko") -> Given:
    """Returns a book with one case."""
    return governed(a_case(), *facts, legal_form=legal_form)


def shielded(legal_basis: str) -> dict[str, str]:
    """Returns who may read a document that is not for everyone."""
    return {"level": "shielded", "legal_basis": legal_basis}


# case.open ---------------------------------------------------------------------------------


def test_a_case_is_opened_with_its_route() -> None:
    fields: dict[str, Any] = {"case_number": "PS 4/24", "matter": "2024/11", "topic": "Drift", "party": "Prøve AS"}
    named: dict[str, Any] = {"bodies": ("council",), "owner_office": "clerk", "responds_to": "c-0"}
    after = governed(a_case("c-0")).when(sent(**fields, **named)).then(opened(**fields, **named))
    case = after.state.cases.by_id["c-1"]
    assert (case.number, case.route, case.party, case.closing) == ("PS 4/24", ("council",), "Prøve AS", None)


def test_a_number_may_be_used_twice_and_a_matter_has_many() -> None:
    same: dict[str, Any] = {"case_number": "57", "matter": "2011/5"}
    book(a_case("c-2", **same)).when(sent("c-3", **same)).then(opened("c-3", **same))


def test_a_case_touches_what_it_names() -> None:
    named: dict[str, Any] = {"bodies": ("council",), "owner_office": "clerk", "service_id": "ikt", "responds_to": "c-0"}
    kinds = (("case", "c-1"), ("case", "c-0"), ("body", "council"), ("office", "clerk"), ("service", "ikt"))
    assert subjects(opened(**named)) == tuple(Subject(*kind) for kind in kinds)
    closed = CaseClosed(case_id="c-1", outcome="settled", continued_as="c-2")
    assert subjects(closed) == (Subject("case", "c-1"), Subject("case", "c-2"))
    assert subjects(attached()) == (Subject("case", "c-1"),)


def test_a_case_is_opened_once() -> None:
    rejection = book().when(sent(bodies=["nowhere"])).then_rejected("case.already_open", case_id="c-1")
    assert rejection.nature == "fact"
    assert rejection.entries == (9,)


def test_only_for_known_bodies() -> None:
    wanted = sent(bodies=["nowhere", "council"], owner_office="nowhere")
    governed().when(wanted).then_rejected("case.unknown_body", bodies=["nowhere"])


def test_only_given_to_a_known_office() -> None:
    wanted = sent(owner_office="nowhere", service_id="nowhere")
    governed().when(wanted).then_rejected("case.unknown_office", office_id="nowhere")


def test_only_about_a_known_service() -> None:
    governed().when(sent(service_id="ikt", responds_to="c-0")).then_rejected("case.unknown_service", service_id="ikt")
    service = at(MADE, ServiceRegistered(service_id="ikt", name="IKT", group="operations"))
    governed(service).when(sent(service_id="ikt")).then(opened(service_id="ikt"))


def test_only_takes_up_a_known_case() -> None:
    wanted = sent(responds_to="c-0", individual=True)
    governed().when(wanted).then_rejected("case.unknown_earlier_case", responds_to="c-0")


@pytest.mark.parametrize(
    ("form", "law"),
    [("ko", "kommuneloven § 19-1"), ("ipr", "kommuneloven § 18-1"), ("purchase", "kommuneloven § 17-1")],
)
def test_a_form_that_may_not_decide_it_is_given_no_individual_case(form: LegalFormId, law: str) -> None:
    rejection = governed(legal_form=form).when(sent(individual=True)).then_rejected("case.form_cannot_decide")
    assert (rejection.law, rejection.nature, rejection.entries) == (law, "rule", (1,))
    heard: dict[str, Any] = {"individual": True, "kind": "report"}
    governed(legal_form=form).when(sent(**heard)).then(opened(**heard))


def test_internal_matters_and_grant_schemes_are_excepted() -> None:
    for case_type in ("internal", "grants"):
        fields: dict[str, Any] = {"individual": True, "case_type": case_type}
        governed().when(sent(**fields)).then(opened(**fields))
        governed(legal_form="purchase").when(sent(**fields)).then_rejected("case.form_cannot_decide")


def test_a_form_with_delegated_power_may_be_given_one() -> None:
    governed(legal_form="host_admin").when(sent(individual=True)).then(opened(individual=True))


def test_before_the_founding_the_form_is_unknown() -> None:
    early: dict[str, Any] = {"individual": True, "effective": "2020-01-01"}
    rejection = governed().when(sent(**early)).then_rejected("case.form_unknown", on="2020-01-01")
    assert rejection.nature == "unknown"
    from_source = sent(**{**early, **imported("2020-01-01", "2020-01-01")})
    governed().when(from_source).then(opened(individual=True), unverified=["case.form_unknown"])


# case_document.attach ----------------------------------------------------------------------


def test_a_document_is_put_on_a_case() -> None:
    fields: dict[str, Any] = {"kind": "annex", "size_bytes": 12}
    after = book().when(attach(**fields)).then(attached(**fields))
    assert after.state.cases.by_id["c-1"].documents["d-1"].sha256 == SHA


def test_only_on_a_known_case() -> None:
    wanted = attach(document_access=shielded("avtale"))
    rejection = governed().when(wanted).then_rejected("case.unknown_case", case_id="c-1")
    assert rejection.nature == "fact"


def test_only_once() -> None:
    wanted = attach(document_access=shielded("avtale"))
    book(at(MADE, attached())).when(wanted).then_rejected("case_document.already_attached", document_id="d-1")


@pytest.mark.parametrize(
    ("legal_basis", "exempts"),
    [
        ("offentleglova § 13", True),
        ("Offl. § 26 femte ledd", True),
        ("offl § 14", True),
        ("offentleglova §§ 12 og 13", False),
        ("offentleglova § 12", False),
        ("offentleglova § 27", False),
        ("forvaltningsloven § 13", False),
        ("forvaltningsloven § 13, jf. offentleglova § 13", True),
        ("etter avtale", False),
    ],
)
def test_an_exemption_names_its_section(legal_basis: str, exempts: bool) -> None:
    assert names_exemption(legal_basis) == exempts
    access = shielded(legal_basis)
    when = book().when(attach(document_access=access, prohibited_content=True))
    if exempts:
        when.then(attached(document_access=Access(level="shielded", legal_basis=legal_basis), prohibited_content=True))
    else:
        rejection = when.then_rejected("case_document.exemption_without_legal_basis", legal_basis=legal_basis)
        assert rejection.law == "offentleglova §§ 13-26"


def test_what_may_never_be_on_the_internet_is_not_public() -> None:
    rejection = book().when(attach(prohibited_content=True)).then_rejected("case_document.prohibited_content")
    assert rejection.law == "offentlegforskrifta § 7"


# case.close --------------------------------------------------------------------------------


def test_a_case_is_closed_and_may_go_on_as_another() -> None:
    fields: dict[str, Any] = {"outcome": "transferred", "continued_as": "c-2"}
    after = book(a_case("c-2")).when(close(**fields)).then(CaseClosed(case_id="c-1", **fields))
    closing = after.state.cases.by_id["c-1"].closing
    assert closing is not None
    assert (closing.outcome, closing.continued_as) == ("transferred", "c-2")


def test_only_a_known_case_is_closed() -> None:
    governed().when(close(continued_as="c-2")).then_rejected("case.unknown_case", case_id="c-1")


def test_once() -> None:
    closed = at("2024-05-01", CaseClosed(case_id="c-1", outcome="dropped"))
    rejection = book(closed).when(close(continued_as="c-2")).then_rejected("case.closed", outcome="dropped")
    assert rejection.entries == (9, 10)


@pytest.mark.parametrize("later", ["c-1", "c-2"])
def test_it_goes_on_as_another_case_of_the_book(later: str) -> None:
    book().when(close(continued_as=later)).then_rejected("case.unknown_later_case", continued_as=later)


def test_folding_what_the_book_does_not_know_changes_nothing() -> None:
    before = governed()
    after = before.and_(at(MADE, attached()), at(MADE, CaseClosed(case_id="c-1", outcome="settled")))
    assert after.state.cases == before.state.cases
