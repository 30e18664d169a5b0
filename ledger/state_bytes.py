"""A folded state as bytes and back, for a cache: quick, and able to make nothing but the values states are made of.

The bytes are a pickle in which no class of ours is named for the reader to call. What makes a value is asked for by the
module and the name of its class, and given only for a class of the domain that is a value: a model, a dataclass or a
named tuple. Besides there are dates, and maps and lists that persist. Whatever else a pickle asks for is refused: who
writes one can make it lie, and cannot make it act.

It is also what makes it quick: models and dataclasses are unpickled in their own ways in twice the time.
"""

from __future__ import annotations

import dataclasses
import io
import pickle
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, Protocol

from pydantic import BaseModel
from rpds import HashTrieMap, List

from domain.collaboration import Collaboration
from domain.kernel import Event
from domain.text import Frozen
from ledger.collecting import not_collecting

PROTOCOL = 5
PLAIN = {("datetime", cls.__name__): cls for cls in (date, datetime, timedelta, timezone)}
"""Classes that may be named: of the interpreter, which nothing changes, and making nothing but values."""
WRAPPED = {(cls.__module__, cls.__name__): cls for cls in (Fraction, HashTrieMap, List)}
"""Classes that make nothing but values, and that a pickle could change if it got hold of them."""
AS_THEY_ARE = frozenset((*PLAIN.values(), *WRAPPED.values()))
"""Classes whose values are written in their own way."""

_new, _set = object.__new__, object.__setattr__
_set_fields_set = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__


class Written(Protocol):
    """What bytes are written to."""

    def write(self, content: bytes, /) -> int:
        """Writes them, and returns how many there were."""
        ...


class NoState(Exception):
    """The bytes hold no state, or the state holds something that is not kept. The message says what."""


def write_state(state: Collaboration, file: Written) -> None:
    """Writes a state. Raises NoState or OSError."""
    with not_collecting():
        try:
            _Writer(file).dump(state)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
            raise NoState(f"the state cannot be kept: {error}") from error


def read_state(content: bytes) -> Collaboration:
    """Returns the state in the bytes. Raises NoState, having called nothing but what makes values."""
    with not_collecting():
        try:
            state = _Reader(content).load()
        except NoState:
            raise
        except Exception as error:  # a pickle of something else fails in any way
            raise NoState(f"the bytes hold no state: {error}") from error
    if not isinstance(state, Collaboration):
        raise NoState(f"the bytes hold a {type(state).__name__}")
    return state


def same_state(one: Collaboration, other: Collaboration) -> bool:
    """Returns whether two states are the same in everything, also in what is no part of comparing them."""
    return all(getattr(one, field.name) == getattr(other, field.name) for field in dataclasses.fields(one))


# What may be made ------------------------------------------------------------------------


def value_class(module: str, name: str) -> type:
    """Returns the class of that name, if it is one of the domain's. Raises NoState."""
    found = vars(sys.modules[module]).get(name) if module.startswith("domain.") and module in sys.modules else None
    if not isinstance(found, type) or (found.__module__, found.__qualname__) != (module, name):
        raise NoState(f"{module}.{name} is no class of values")
    return found


def event_class(module: str, name: str) -> type[Event]:
    """Returns the class of events of that name: a state holds some itself. Raises NoState."""
    found = value_class(module, name)
    if not issubclass(found, Event):
        raise NoState(f"{module}.{name} is no class of events")
    return found


def maker(module: str, name: str, given: tuple[str, ...] | None = None) -> Callable[..., Any]:
    """Returns what makes a value of a class out of what it holds. Raises NoState.

    `given` are the fields that a model was given and did not take from their defaults.
    """
    cls = value_class(module, name)
    if issubclass(cls, Frozen):
        return _model_maker(cls, set(given or ()))
    if dataclasses.is_dataclass(cls):
        return _plain_maker(cls) if "__dict__" in dir(cls) else _slots_maker(cls)
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        return _disposable(cls)
    raise NoState(f"{module}.{name} is no class of values")


def _disposable(make: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the same as a function of its own, so that a pickle that sets attributes on it changes nothing else."""

    def made(*args: Any) -> Any:
        return make(*args)

    return made


def _model_maker(cls: type[Frozen], given: set[str]) -> Callable[..., Any]:
    if cls.__private_attributes__:
        raise NoState(f"{cls.__name__} holds more than its fields")

    def make(fields: dict[str, Any]) -> Any:
        made = _new(cls)
        _set(made, "__dict__", fields)
        _set_fields_set(made, given)
        _set_extra(made, None)
        _set_private(made, None)
        return made

    return make


def _plain_maker(cls: type) -> Callable[..., Any]:
    def make(fields: dict[str, Any]) -> Any:
        made: Any = _new(cls)
        _set(made, "__dict__", fields)
        return made

    return make


def _slots_maker(cls: Any) -> Callable[..., Any]:
    setters = [vars(cls)[field.name].__set__ for field in dataclasses.fields(cls)]

    def make(*values: Any) -> Any:
        made = _new(cls)
        for setter, value in zip(setters, values, strict=True):
            setter(made, value)
        return made

    return make


# Writing ---------------------------------------------------------------------------------


class _Maker:
    """Stands for what makes the values of a class, where it is written."""

    def __init__(self, *asked_for: Any) -> None:
        self.asked_for = asked_for
        maker(*asked_for)  # so that what cannot be read is not written

    def __call__(self, *held: Any) -> Any:
        """Is what the reader does."""
        raise NotImplementedError


class _Writer(pickle.Pickler):
    """Writes values by their makers, and what else a state holds as it writes itself."""

    def __init__(self, file: Written) -> None:
        super().__init__(file, PROTOCOL)
        self._makers: dict[tuple[type, frozenset[str] | None], _Maker] = {}
        self._slots: dict[type, tuple[str, ...]] = {}
        """The fields of the classes that keep them in slots."""

    def reducer_override(self, value: Any) -> Any:
        """Returns how to make the value; asked of everything but numbers, text and what holds them."""
        cls = type(value)
        if isinstance(value, Frozen):
            return self._maker(cls, frozenset(value.model_fields_set)), (value.__dict__,)
        if cls in AS_THEY_ARE:
            return NotImplemented
        if cls is _Maker:
            return maker, value.asked_for
        if isinstance(value, type) and issubclass(value, Event):
            return event_class, (value.__module__, value.__qualname__)
        if dataclasses.is_dataclass(cls):
            return self._maker(cls), self._held(cls, value)
        if isinstance(value, tuple):
            return self._maker(cls), tuple(value)
        if value in (maker, event_class) or value in AS_THEY_ARE:
            return NotImplemented
        raise NoState(f"a state holds a {cls.__name__}")

    def _maker(self, cls: type, given: frozenset[str] | None = None) -> _Maker:
        found = self._makers.get((cls, given))
        if found is None:
            fields = None if given is None else tuple(sorted(given))
            found = self._makers[cls, given] = _Maker(cls.__module__, cls.__qualname__, fields)
        return found

    def _held(self, cls: Any, value: Any) -> tuple[Any, ...]:
        names = self._slots.get(cls)
        if names is None:
            if hasattr(value, "__dict__"):
                return (value.__dict__,)
            names = self._slots[cls] = tuple(field.name for field in dataclasses.fields(cls))
        return tuple([getattr(value, name) for name in names])


# Reading ---------------------------------------------------------------------------------


class _Reader(pickle.Unpickler):
    """Reads what `_Writer` wrote, and refuses whatever else a pickle names.

    What it hands out can be changed by a pickle no more than for the time it is read.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._known: dict[tuple[str, str], Any] = {
            **PLAIN,
            (maker.__module__, maker.__name__): _disposable(maker),
            (event_class.__module__, event_class.__name__): _disposable(event_class),
            **{name: _disposable(cls) for name, cls in WRAPPED.items()},
        }

    def find_class(self, module: str, name: str) -> Any:
        """Returns what stands for a name. Raises NoState for any but those few."""
        found = self._known.get((module, name))
        if found is None:
            raise NoState(f"a state has no {module}.{name} in it")
        return found
