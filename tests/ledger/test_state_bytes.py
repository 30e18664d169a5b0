"""A state's bytes: what was written is read, and a pickle that asks for anything else runs nothing."""

from __future__ import annotations

import io
import os
import pickle
import pickletools
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from rpds import HashTrieMap

from domain.bodies import PersonRegistered
from domain.collaboration import Collaboration
from domain.dates import Timeline
from domain.kernel import Rejection
from ledger import state_bytes
from ledger.application import Ledger
from ledger.state_bytes import NoState, event_class, maker, read_state, same_state, write_state
from tests.ledger.support import BOOK, begin, person, service


def written(state: Any) -> bytes:
    """Returns the bytes of a state."""
    file = io.BytesIO()
    write_state(state, file)
    return file.getvalue()


class Asking:
    """Is pickled as a call."""

    def __init__(self, called: Any, *args: Any, state: Any = None) -> None:
        self.reduced = (called, args) if state is None else (called, args, state)

    def __call__(self) -> None:
        """Lets it stand where something is called."""

    def __reduce__(self) -> Any:
        return self.reduced


def test_what_is_written_is_read(ledger: Ledger) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    state = ledger.book(BOOK).state
    read = read_state(written(state))
    assert same_state(read, state)
    assert read.corrections.by_entry[3].fact.event.model_fields_set == {"person_id", "name"}
    assert read.records.kinds[3] is PersonRegistered
    assert hash(read.corrections.by_entry[3].fact.effective) == hash(state.corrections.by_entry[3].fact.effective)
    with pytest.raises(Exception, match="frozen"):
        read.corrections.by_entry[3].fact.event.person_id = "p2"  # type: ignore[attr-defined]


def test_states_that_differ_only_in_what_is_not_compared_are_told_apart(ledger: Ledger) -> None:
    begin(ledger, person("p1"))
    state = ledger.book(BOOK).state
    other = Collaboration(**{name: getattr(state, name) for name in Collaboration.__dataclass_fields__} | {"head": 9})
    assert state == other
    assert not same_state(state, other)


def test_all_of_it_is_made_by_few_names(ledger: Ledger) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    content = written(ledger.book(BOOK).state)
    texts = [value for code, value, _ in pickletools.genops(content) if code.name == "SHORT_BINUNICODE"]
    assert {"maker", "HashTrieMap"} <= set(texts)
    assert "Prøve Prøvesen" not in texts
    assert not {"eval", "getattr", "system", "__reduce__"} & set(texts)


@pytest.mark.parametrize("value", [object(), io.BytesIO(), len, Rejection("a.b"), Collaboration, {1: [set()], 2: os}])
def test_a_state_that_holds_something_else_is_not_written(value: Any) -> None:
    state = Collaboration(head=value)
    with pytest.raises(NoState):
        written(state)


# Hostile pickles -------------------------------------------------------------------------

WAYS: dict[str, Callable[[str, str], Any]] = {
    "system": lambda shell, _: Asking(os.system, shell),
    "a process": lambda shell, _: Asking(subprocess.check_call, shell.split()),
    "eval": lambda _, code: Asking(eval, code),
    "exec": lambda _, code: Asking(exec, code),
    "getattr": lambda shell, _: Asking(Asking(getattr, Asking(__import__, "os"), "system"), shell),
    "within": lambda _, code: [Collaboration(), Asking(exec, code)],
    "in a map": lambda _, code: Asking(HashTrieMap, [("a", Asking(exec, code))]),
    "as a state": lambda _, code: Asking(date, 2026, 1, 1, state={"year": Asking(exec, code)}),
    "for a maker": lambda _, code: Asking(maker, "domain.kernel", Asking(exec, code)),
}
"""Pickles that run a command of the shell, or Python."""


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize("way", WAYS)
def test_a_pickle_that_would_run_something_runs_nothing(tmp_path: Path, way: str, protocol: int) -> None:
    ran = tmp_path / "ran"
    content = pickle.dumps(WAYS[way](f"touch {ran}", f"open({str(ran)!r}, 'w').close()"), protocol)
    with pytest.raises(NoState):
        read_state(content)
    assert not ran.exists()
    with suppress(Exception):
        pickle.loads(content)
    assert ran.exists(), "it would not have run anything anyway"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("domain.folding", "replace"),
        ("domain.kernel", "Rejection"),
        ("domain.kernel", "date"),
        ("domain.kernel", "Event.model_validate"),
        ("domain.kernel", "__builtins__"),
        ("domain", "kernel"),
        ("domain.nowhere", "Event"),
        ("ledger.application", "Ledger"),
        ("ledger.state_bytes", "sys.modules"),
    ],
)
def test_only_values_of_the_domain_have_a_maker(module: str, name: str) -> None:
    for ask in (maker, event_class):
        with pytest.raises(NoState):
            ask(module, name)
        with pytest.raises(NoState):
            read_state(pickle.dumps(Asking(ask, module, name)))
    with pytest.raises(NoState):
        read_state(f"c{module}\n{name}\n.".encode())


@pytest.mark.parametrize(
    "content",
    [b"", b"N.", b"\x80\x05K\x01.", b"P0\n.", b"\x80\x02\x82\x01.", b"not a pickle", pickle.dumps({"head": 1})],
)
def test_what_is_no_state_is_refused(content: bytes) -> None:
    with pytest.raises(NoState):
        read_state(content)


def test_a_pickle_that_changes_what_it_is_given_changes_nothing_that_stays() -> None:
    """BUILD sets attributes on whatever stands there, such as a class or a function."""
    before = {name: dict(vars(thing)) for name, thing in {"maker": maker, "person": PersonRegistered}.items()}
    defaults = maker.__defaults__
    for named in (
        Asking(event_class, "domain.bodies.people", "PersonRegistered", state=(None, {"model_config": {}})),
        Asking(event_class, "domain.bodies.people", "PersonRegistered", state={"model_config": {}}),
        Asking(maker, "domain.dates", "Timeline", state=(None, {"on": 1, "__defaults__": (1,)})),
        Asking(maker, "domain.kernel", "Access", state={"__defaults__": (1,)}),
    ):
        with pytest.raises(NoState):
            read_state(pickle.dumps(named))
    for raw in (
        b"cledger.state_bytes\nmaker\n(N(dV__defaults__\n)stb.",
        b"crpds\nHashTrieMap\n(N(dVget\nI1\nstb.",
        b"cdatetime\ndate\n(N(dVtoday\nI1\nstb.",
        b"cfractions\nFraction\n(N(dVnumerator\nI1\nstb.",
    ):
        with pytest.raises(NoState):
            read_state(raw)
    assert (maker.__defaults__, vars(maker)) == (defaults, before["maker"])
    assert dict(vars(PersonRegistered)) == before["person"]
    assert callable(HashTrieMap.get)
    assert callable(date.today)
    assert isinstance(vars(Fraction)["numerator"], property)
    assert callable(Timeline.on)


def test_without_the_wrapping_a_pickle_could_change_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_bytes, "_disposable", lambda make: make)
    there = vars(Fraction)["numerator"]
    try:
        with pytest.raises(NoState):
            read_state(b"cfractions\nFraction\n(N(dVnumerator\nI1\nstb.")
        assert vars(Fraction)["numerator"] == 1
    finally:
        setattr(Fraction, "numerator", there)  # noqa: B010 (mypy takes it for a method)
