"""Finds a story for every refusal and keeps it in stories.json: `python -m tests.properties.keeping_stories`.

The specs show how each refusal comes about: facts, and a command that is refused. Here they are run, and their facts
are sent as commands to a real ledger; where that ends in the same refusal, the commands are a story any client could
tell. It is made as short as it can be and kept. Run it when a rule is new or another; what still holds, stays.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

import orjson
import pytest

from domain.collaboration import AnyCommand, Collaboration
from domain.kernel import Rejection
from domain.meetings.state import Meeting
from domain.rulebook import FORMS
from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.errors import LedgerError
from ledger.rebuilding import COMMAND_OF, sent_fields
from tests.api.test_rejection_texts import PARAMS
from tests.properties.acts import Fields
from tests.properties.checking import empty
from tests.properties.generator import noon, sendable
from tests.properties.stories import PATH, STORIES, STORY_DAY
from tests.properties.stories_by_hand import BY_HAND, SOURCE, Line
from tests.spec import At, Given, When
from tests.specs import vote_books

TEXT = "Prøve."
REPAIRS_MAX = 12
LONG_MAX = 48
"""Commands in a story, at most: a history tells no more than fifty."""

Script = list[Line]


# What the specs show -----------------------------------------------------------------------


@dataclass
class Shown:
    """Facts and commands in their order, and what is refused after them."""

    lines: list[At | AnyCommand | Meeting]
    sent: AnyCommand
    code: str


@dataclass
class Watch:
    """Watches the specs, and notes how each book came about and what was refused in it."""

    shown: list[Shown] = field(default_factory=list)
    _told: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    """By the identity of a state: what it was folded from."""
    _held: list[Collaboration] = field(default_factory=list)
    """Keeps identities from being used again."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Watches from now on."""
        and_, then, refused, meeting = Given.and_, When.then, When.then_rejected, vote_books.with_meeting

        def watched_and(given: Given, *facts: At) -> Given:
            return self._from(and_(given, *facts), given.state, facts)

        def watched_then(when: When, *events: Any, **more: Any) -> Given:
            for code in more.get("unverified", ()):
                # What a source leaves open is taken on trust in an import, and refused where it is decided.
                self._show(when.given, when.sent.model_copy(update={"mode": "decide", "source": None}), code)
            return self._from(then(when, *events, **more), when.given.state, (when.sent,))

        def watched_meeting(book: Given, *held: Meeting) -> Given:
            return self._from(meeting(book, *held), book.state, held)

        def watched_refused(when: When, code: str, **params: Any) -> Rejection:
            found = refused(when, code, **params)
            self._show(when.given, when.sent, code)
            return found

        patch.setattr(Given, "and_", watched_and)
        patch.setattr(When, "then", watched_then)
        patch.setattr(When, "then_rejected", watched_refused)
        patch.setattr(vote_books, "with_meeting", watched_meeting)

    def _show(self, given: Given, sent: AnyCommand, code: str) -> None:
        told = self._told.get(id(given.state), () if given.number == 0 else None)
        if told is not None:
            self.shown.append(Shown(list(told), sent, code))

    def _from(self, made: Given, state: Collaboration, more: Sequence[Any]) -> Given:
        before = self._told.get(id(state), () if state == Collaboration() else None)
        if before is not None:
            self._held.append(made.state)
            self._told[id(made.state)] = (*before, *more)
        return made


_ALREADY = "pytest.PytestAssertRewriteWarning"


def shown_by_specs() -> list[Shown]:
    """Runs the specs and returns what they show."""
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        watch.install(patch)
        code = pytest.main(
            [
                "-q",
                "-p",
                "no:cacheprovider",
                "--no-header",
                "-W",
                "ignore::pytest.PytestAssertRewriteWarning",
                "tests/specs",
            ]
        )
    if code != 0:
        sys.exit(f"the specs fail ({code}); stories are kept of rules that hold")
    return watch.shown


# From what is shown to commands --------------------------------------------------------------


def script_of(shown: Shown) -> Script | None:
    """Returns the commands of what a spec shows, None where some fact is no command's."""
    script: Script = []
    for line in shown.lines:
        match line:
            case At():
                name = COMMAND_OF.get(line.event.type)
                if name is None:
                    return None
                script.append(Line(name, _of_fact(line, name)))
            case Meeting():
                script += _of_meeting(line)
            case _:
                script.append(_of_command(line))
    return [*script, _of_command(shown.sent)]


def _of_command(sent: AnyCommand) -> Line:
    return Line(sent.type, sent.model_dump(mode="json", exclude_defaults=True, exclude={"type"}))


def _of_fact(fact: At, name: str) -> Fields:
    fields = sent_fields(name, fact.event.model_dump(mode="json", exclude={"type"}), TEXT)
    effective = fact.effective
    day: Any = effective.earliest.isoformat() if effective.is_exact else effective.model_dump(mode="json")
    told: Fields = {**fields, "effective": day, "basis": [basis.model_dump(mode="json") for basis in fact.basis]}
    return told | ({"mode": "record", "reason": TEXT} if fact.irregular else {"mode": "import", "source": SOURCE})


def _of_meeting(meeting: Meeting) -> Iterator[Line]:
    """Yields the opening of a meeting a spec stands in, as a source would show it, and who is shut out of its cases."""
    told = {"meeting_id": meeting.meeting_id, "effective": meeting.on.isoformat(), "mode": "import", "source": SOURCE}
    head = {
        "body_id": meeting.body_id,
        "meeting_mode": meeting.mode,
        "agenda": [{"case_id": case_id} for case_id in meeting.agenda],
    }
    present = [
        {"person_id": a.person_id, "on_behalf_of": a.on_behalf_of, "deputy_for": a.deputy_for}
        for _, a in sorted(meeting.attendees.items())
    ]
    yield Line("meeting.open", {**told, "head": head, "present": present, "chair": meeting.chair})
    for question, answered in sorted(meeting.answers.items()):
        asked = {"case_id": question.case_id, "person_id": question.person_id, "outcome": answered.outcome}
        yield Line("impartiality.decide", {**told, **asked, "legal_basis": "forvaltningsloven § 6"})


# Facts that no rule would let in ----------------------------------------------------------------


def repaired(script: Script, at: int, rejection: Rejection) -> Script | None:
    """Returns the script with a line as it must be to be accepted, None where it is not known how.

    A spec's facts are only what it needs: a charter without its clauses, a decision of no body.
    """
    repair = _REPAIRS.get((script[at].name, rejection.code))
    if repair is None:
        return None
    fields = orjson.loads(orjson.dumps(script[at].fields))
    before = repair(fields, rejection.params)
    return [*script[:at], *before, Line(script[at].name, fields), *script[at + 1 :]]


def _named_for_its_form(fields: Fields, params: Any) -> Script:
    fields["name"] = f"{fields['name']} {FORMS[fields['legal_form']].name_marker.abbreviation}"  # type: ignore[union-attr]
    return []


def _with_deputies(fields: Fields, params: Any) -> Script:
    for allotment in fields["seat_plan"]:
        allotment["deputies"] = 2 * allotment.get("seats", 1)
    return []


def _with_its_clauses(fields: Fields, params: Any) -> Script:
    fields["clauses"] = [*fields.get("clauses", ()), *({"key": key, "text": TEXT} for key in params["clauses"])]
    return []


def _by_a_body(fields: Fields, params: Any) -> Script:
    """By a council of representatives, which may decide most; where the form has none, by a steering group."""
    fields["body_id"] = "laget"
    body = {"body_id": "laget", "name": "Laget (prøve)", "kind": "council_of_representatives"}
    return [Line("body.establish", {**body, "mode": "import", "source": SOURCE, "effective": fields["effective"]})]


def _of_any_form(fields: Fields, params: Any) -> Script:
    fields["kind"] = "steering_group"
    return []


_REPAIRS: Mapping[tuple[str, str], Callable[[Fields, Any], Script]] = {
    ("collaboration.found", "collaboration.name_lacks_form_marker"): _named_for_its_form,
    ("body.establish", "body.deputies_missing"): _with_deputies,
    ("body.establish", "body.kind_not_in_legal_form"): _of_any_form,
    ("charter.propose", "charter.clause_missing"): _with_its_clauses,
    ("decision.make", "decision.no_maker"): _by_a_body,
}


# From commands to a story that holds -----------------------------------------------------------


_books = count(1)


def told(ledger: Ledger, script: Script) -> Iterator[Rejection | None]:
    """Sends a script to an empty book, and yields for each line what refuses it; stops at what no rule refuses."""
    book = f"b-{next(_books)}"
    for line in script:
        sent = sendable(line.name, line.fields)
        if sent is None:
            return
        try:
            ledger.record(Submission(book, (sent.command,), "teller"))
        except Rejection as rejection:
            yield rejection
        except LedgerError:  # there is no such book yet
            return
        else:
            yield None


def ends_in(ledger: Ledger, script: Script) -> str | None:
    """Returns the code the last command is refused with, when those before it are sent to an empty book."""
    said = list(told(ledger, script))
    return said[-1].code if len(said) == len(script) and said[-1] is not None else None


def mended(ledger: Ledger, script: Script) -> Script:
    """Returns the script with every line repaired that can be, but the last."""
    for _ in range(REPAIRS_MAX):
        said = list(told(ledger, script))
        refused = [(at, one) for at, one in enumerate(said) if one is not None and at + 1 < len(script)]
        better = next((new for at, one in refused if (new := repaired(script, at, one)) is not None), None)
        if better is None:
            break
        script = better
    return script


def shortest(script: Script, holds: Callable[[Script], bool]) -> Script:
    """Returns the script without the lines it can do without."""
    at = len(script) - 2
    while at >= 0:
        shorter = script[:at] + script[at + 1 :]
        if holds(shorter):
            script = shorter
        at -= 1
    return script


def variants(script: Script) -> Iterator[Script]:
    """Yields the script as it is, and with what came before decided instead of imported."""
    yield script
    plain = {"mode", "source", "reason"}
    decided = [Line(one.name, {k: v for k, v in one.fields.items() if k not in plain}) for one in script[:-1]]
    yield [*decided, script[-1]]


def main() -> None:
    """Finds stories for the refusals that have none that holds, and keeps them all."""
    shown = shown_by_specs()
    with empty() as kept:
        kept.ledger.clock = partial(noon, STORY_DAY)
        held = {code: list(story) for code, story in STORIES.items() if code in PARAMS}
        stories = {code: story for code, story in held.items() if ends_in(kept.ledger, story) == code}
        for one in sorted(shown, key=lambda one: len(one.lines)):
            if one.code in stories or (script := script_of(one)) is None:
                continue
            for variant in (*variants(script), *variants(mended(kept.ledger, script))):
                if ends_in(kept.ledger, variant) == one.code:
                    story = shortest(variant, lambda s, code=one.code: ends_in(kept.ledger, s) == code)  # type: ignore[misc]
                    if len(story) <= LONG_MAX:
                        stories[one.code] = story
                    break
    kept_here = {code: story for code, story in sorted(stories.items()) if code not in BY_HAND}
    plain = {code: [[line.name, line.fields] for line in story] for code, story in kept_here.items()}
    lines = [b"%s: %s" % (orjson.dumps(code), orjson.dumps(story)) for code, story in plain.items()]
    PATH.write_bytes(b"{\n" + b",\n".join(lines) + b"\n}\n")
    missing = sorted(set(PARAMS) - stories.keys())
    print(  # noqa: T201
        f"{len(stories)} of {len(PARAMS)} refusals have a story; {len(missing)} have none: {' '.join(missing)}"
    )


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
