"""Change of legal form: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.authority import AuthorityGranted
from domain.collaboration import subjects
from domain.constitution import GrantMapping, LegalFormChanged
from domain.kernel import Subject
from domain.vocabulary import Holder
from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import (
    SOURCE,
    admitted,
    all_resolved,
    founded,
    in_force,
    party,
    proposed,
    reformed,
    refusal,
    resolved,
    seated,
    top_body,
)

MEMBERS = ("aukra", "molde", "rauma", "vestnes")
DAY = "2021-01-01"


def board(to_form: str, *facts: At, resolve: bool = True, from_form: str = "historic_27") -> Given:
    """Returns a book of four members under § 27 with a charter of another form that all councils adopted and is in
    force from DAY, the top body of that form with everyone in it, and these facts.
    """
    book = given(founded(from_form, *MEMBERS, day="2013-09-26"), proposed(to_form, day="2020-06-01"))
    if resolve:
        book = book.and_(*all_resolved("2020-11-01", MEMBERS, "charter", "v1"))
    return book.and_(in_force(day=DAY), *top_body(to_form, *MEMBERS), *facts)


def change(book: Given, to_form: str, day: Any = DAY, **fields: Any) -> When:
    """Returns a change of form on version v1, sent to a book."""
    known: dict[str, Any] = {"charter_version": "v1", "law": "kommuneloven", "effective": day}
    if to_form in ("ko", "ipr"):
        known["name"] = f"ROR-IKT {to_form.upper()}"
    if to_form.startswith("host"):
        known["host"] = "molde"
    return book.when(command("legal_form.change", to_form=to_form, **{**known, **fields}))


def changed(from_form: str, to_form: str, **fields: Any) -> LegalFormChanged:
    """Returns the event a change leads to."""
    known = {"charter_version": "v1", "law": "kommuneloven", "transfers_to": "unknown"}
    return LegalFormChanged.model_validate({**known, "from_form": from_form, "to_form": to_form, **fields})


# What is accepted -------------------------------------------------------------------------


def test_a_board_under_27_becomes_a_task_community() -> None:
    sent = change(board("ko"), "ko", transfers_to=["molde"])
    after = sent.then(changed("historic_27", "ko", name="ROR-IKT KO", transfers_to=("molde",)))
    constitution = after.state.constitution
    forms = [constitution.standing(day).form for day in (date(2020, 12, 31), date(2021, 1, 1))]
    assert [form and form.id for form in forms] == ["historic_27", "ko"]
    assert [constitution.name_on(day) for day in (date(2020, 12, 31), date(2021, 1, 1))] == ["ROR-IKT", "ROR-IKT KO"]


def test_a_board_under_27_becomes_a_host_cooperation_by_a_new_agreement() -> None:
    after = change(board("host_admin"), "host_admin").then(changed("historic_27", "host_admin", host="molde"))
    assert after.state.constitution.hosts.certain(date(2021, 1, 1)) == "molde"


def test_a_host_cooperation_sets_up_a_joint_board() -> None:
    book = board("host_joint_board", from_form="host_admin")
    change(book, "host_joint_board").then(changed("host_admin", "host_joint_board", host="molde"))


def test_a_resolution_on_the_form_counts_as_one_on_its_agreement_does() -> None:
    some = [*all_resolved("2020-11-01", MEMBERS[:2], "charter", "v1")]
    others = [*all_resolved("2020-11-02", MEMBERS[2:], "form_change", "ko")]
    change(board("ko", *some, *others, resolve=False), "ko").decide()


def test_a_change_touches_collaboration_charter_grants_and_host() -> None:
    mapping = (GrantMapping(grant_id="drift", outcome="continues"),)
    assert subjects(changed("historic_27", "host_admin", host="molde", grants=mapping)) == (
        Subject("collaboration", "this"),
        Subject("charter", "v1"),
        Subject("grant", "drift"),
        Subject("member", "molde"),
    )


# What is refused, in order of precedence ---------------------------------------------------


def test_it_changes_to_another_form() -> None:
    rejection = change(board("ko"), "historic_27", charter_version="v9").then_rejected("legal_form.same_form")
    assert (rejection.nature, rejection.entries) == ("fact", (1,))


def test_it_rests_on_a_charter_that_was_proposed() -> None:
    rejection = change(board("ko"), "iks", charter_version="v9").then_rejected(
        "legal_form.charter_of_target_form_missing", charter_version="v9", to_form="iks", written_for=None
    )
    assert rejection.nature == "fact"


def test_it_rests_on_a_charter_of_the_new_form() -> None:
    rejection = change(board("ipr"), "ko").then_rejected(
        "legal_form.charter_of_target_form_missing", to_form="ko", written_for="ipr"
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 19-4")


def test_it_rests_on_a_charter_in_force() -> None:
    change(board("ko"), "ko", "2020-12-31").then_rejected("legal_form.charter_of_target_form_missing", in_force=False)
    change(board("ko"), "ko", "2021-01-01").decide()


def test_a_charter_that_is_only_possibly_in_force_is_not_known_to_be() -> None:
    book = given(founded("historic_27", *MEMBERS, day="2013-09-26"), proposed("ko", day="2020-06-01"))
    book = book.and_(*all_resolved("2020-11-01", MEMBERS, "charter", "v1"), in_force("v1", "2020-12-01", "2021-12-31"))
    book = book.and_(*top_body("ko", *MEMBERS))
    doubtful = change(book, "ko", mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("legal_form.charter_of_target_form_missing",)
    assert refusal(doubtful, "decide").nature == "unknown"


@pytest.mark.parametrize(
    ("from_form", "to_form"),
    [("ko", "iks"), ("ipr", "ko"), ("iks", "ko"), ("as", "iks"), ("host_admin", "ko"), ("historic_27", "association")],
)
def test_not_every_form_follows_every_other(from_form: str, to_form: str) -> None:
    change(board(to_form, from_form=from_form), to_form).then_rejected(
        "legal_form.transition_not_allowed", from_form=from_form, to_form=to_form
    )


def test_the_new_form_is_lawful_on_the_day() -> None:
    early = given(founded("historic_27", *MEMBERS, day="2013-09-26"), proposed("ko", day="2019-01-01"))
    early = early.and_(*all_resolved("2019-02-01", MEMBERS, "charter", "v1"), in_force(day="2019-03-01"))
    early = early.and_(*top_body("ko", *MEMBERS, day="2019-04-01"))
    change(early, "ko", "2019-10-31").then_rejected("legal_form.not_lawful", window="2019-11-01 –")
    assert refusal(change(early, "ko", "2019-10-02", source=SOURCE), "import").nature == "rule"
    imported = change(early, "ko", "2019-10-03", mode="import", source=SOURCE)
    assert imported.decide().ruling.unverified == ("legal_form.not_lawful",)
    change(early, "ko", "2019-11-01").decide()


def test_after_the_act_of_2018_nothing_becomes_a_board_under_27() -> None:
    book = board("historic_27", from_form="informal")
    change(book, "historic_27").then_rejected("legal_form.not_lawful", window="1993-01-01 – 2019-10-31")


def test_an_iks_becomes_a_company_when_it_is_listed_what_passes_to_whom() -> None:
    book = board("as", from_form="iks")
    rejection = change(book, "as", transfers_to=[]).then_rejected("legal_form.transfer_list_missing", from_form="iks")
    assert rejection.nature == "rule"
    silent = change(book, "as", mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("legal_form.transfer_list_missing",)
    change(book, "as", transfers_to=["molde"]).then(changed("iks", "as", transfers_to=("molde",)))


def test_one_council_s_no_stops_a_change() -> None:
    book = board("ko", resolved("2020-12-01", "rauma", "form_change", "ko", outcome="rejected"))
    rejection = change(book, "ko").then_rejected("legal_form.rejected_by_member", members=["rauma"], to_form="ko")
    assert rejection.law == "kommuneloven § 31-2"


def test_every_council_resolves_on_a_change() -> None:
    book = board("ko", *all_resolved("2020-11-01", MEMBERS[:3], "charter", "v1"), resolve=False)
    rejection = change(book, "ko").then_rejected("legal_form.resolution_missing", members=["vestnes"])
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 31-2")
    assert refusal(change(book, "ko", source=SOURCE), "import").code == "legal_form.resolution_missing"


def test_a_history_that_is_silent_on_every_council_is_imported_as_unverified() -> None:
    silent = change(board("ko", resolve=False), "ko", mode="import", source=SOURCE)
    silent.then(changed("historic_27", "ko", name="ROR-IKT KO"), unverified=["legal_form.resolution_missing"])
    assert refusal(silent, "decide").nature == "unknown"


def test_who_joined_before_the_change_is_asked_too() -> None:
    change(board("ko", admitted("2020-12-31", "nesset")), "ko").then_rejected(
        "legal_form.resolution_missing", members=["nesset"]
    )
    change(board("ko", admitted("2021-01-01", "nesset"), *seated(DAY, "toppen", "nesset")), "ko").decide()


def test_a_change_waits_for_the_last_council() -> None:
    late = resolved("2021-02-01", "vestnes", "form_change", "ko")
    book = board("ko", *all_resolved("2020-11-01", MEMBERS[:3], "charter", "v1"), late, resolve=False)
    rejection = change(book, "ko", "2021-01-31").then_rejected(
        "legal_form.effective_before_last_resolution", earliest="2021-02-01", effective="2021-01-31"
    )
    assert rejection.nature == "rule"
    change(book, "ko", "2021-02-01").decide()


def test_a_roughly_dated_council_may_have_resolved_in_time() -> None:
    rough = resolved("2021-02-01", "vestnes", "form_change", "ko", latest="2021-03-01")
    book = board("ko", *all_resolved("2020-11-01", MEMBERS[:3], "charter", "v1"), rough, resolve=False)
    doubtful = change(book, "ko", "2021-02-15", mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("legal_form.effective_before_last_resolution",)
    assert refusal(doubtful, "decide").nature == "unknown"


def granted(grant_id: str, day: str = "2020-01-01") -> At:
    """Returns a grant by the collaboration as a whole to Molde."""
    event = AuthorityGranted(
        grant_id=grant_id,
        grantor=Holder(kind="collaboration", id="this"),
        grantee=Holder(kind="member", id="molde"),
        powers=("operate",),
    )
    return at(day, event)


def test_every_grant_in_force_is_mapped() -> None:
    book = board("ko", granted("drift"), granted("innkjop"), granted("senere", "2021-01-02"))
    mapped = {"grant_id": "drift", "outcome": "continues"}
    rejection = change(book, "ko", grants=[mapped]).then_rejected(
        "legal_form.open_grants_not_mapped", grants=["innkjop"]
    )
    assert rejection.nature == "rule"
    change(book, "ko", grants=[mapped, {"grant_id": "innkjop", "outcome": "lapses"}]).decide()


@pytest.mark.parametrize("to_form", ["host_admin", "host_joint_board"])
def test_a_host_cooperation_names_its_host(to_form: str) -> None:
    rejection = change(board(to_form), to_form, host=None).then_rejected("legal_form.host_missing", to_form=to_form)
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 20-4")


def test_the_host_is_a_member() -> None:
    stranger = change(board("host_admin"), "host_admin", host="oslo")
    assert stranger.then_rejected("legal_form.host_not_a_member", host="oslo").nature == "fact"
    customer = admitted("2020-01-01", party("sunndal", member_class="external_customer"))
    change(board("host_admin", customer), "host_admin", host="sunndal").then_rejected("legal_form.host_not_a_member")


def test_whether_a_roughly_dated_member_may_be_host_is_not_known() -> None:
    book = board("host_admin", admitted("2020-12-31", "nesset", "2022-01-01"))
    doubtful = change(book, "host_admin", host="nesset", mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("legal_form.host_not_a_member",)


def test_the_name_shows_the_new_form() -> None:
    change(board("ko"), "ko", name=None).then_rejected(
        "legal_form.name_lacks_form_marker", name="ROR-IKT", words="kommunalt oppgavefellesskap", abbreviation="KO"
    )
    change(board("ipr"), "ipr", name="ROR-IKT KO").then_rejected(
        "legal_form.name_lacks_form_marker", name="ROR-IKT KO", abbreviation="IPR"
    )
    change(board("ipr"), "ipr", name="Romsdal interkommunalt politisk råd").decide()


def test_a_name_that_shows_the_new_form_already_may_stay() -> None:
    book = board("ko", reformed("2013-09-26", "informal", "historic_27"), from_form="ko")
    change(book, "ko", "2021-01-01", name=None).decide()


def test_a_change_on_paper_against_the_rules_is_recorded_without_effect() -> None:
    recorded = change(board("ko", resolve=False), "ko", name=None, mode="record", reason="Vedtatt av styret alene.")
    after = recorded.then(
        changed("historic_27", "ko"),
        irregular=["legal_form.resolution_missing", "legal_form.name_lacks_form_marker"],
    )
    form = after.state.constitution.standing(date(2026, 11, 24)).form
    assert form is not None
    assert form.id == "historic_27"
