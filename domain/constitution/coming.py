"""What legal form a collaboration is about to take, so that what the new form needs can be set up beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.constitution.state import Constitution
from domain.copying import replace
from domain.members import Members
from domain.resolutions import Resolutions, ratification
from domain.rulebook import Standing, transition
from domain.vocabulary import LegalFormId


def standing(constitution: Constitution, members: Members, resolutions: Resolutions, day: date) -> Standing:
    """Returns the legal form and the charter in force on `day`, with the forms the collaboration is about to take."""
    coming = frozenset(_coming(constitution, members, resolutions, day))
    return replace(constitution.standing(day), coming=coming)


def _coming(constitution: Constitution, members: Members, resolutions: Resolutions, day: date) -> Iterator[LegalFormId]:
    """Yields the forms whose charter every council has adopted by `day`, proposed since the form in force was taken."""
    held = constitution.form_on(day)
    if held is None:
        return
    for version, charter in constitution.charters.items():
        if charter.entry < held.number or transition(held.value, charter.legal_form) is None:
            continue
        round_ = ratification(resolutions, ("charter", version), required=members.required_on(day), on=day)
        if not round_.missing and not round_.rejected and round_.last_earliest <= day:
            yield charter.legal_form
