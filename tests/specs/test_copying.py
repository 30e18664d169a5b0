"""A copy of a frozen state differs in what was changed, and in nothing else."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field
from typing import Any

import pytest

from domain.collaboration import Collaboration
from domain.copying import replace


@dataclass(frozen=True)
class Kept:
    """Without slots, as the states of registers are."""

    a: int = 1
    b: tuple[int, ...] = ()
    c: dict[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Many:
    """With slots, as what there is much of."""

    a: int = 1
    b: tuple[int, ...] = ()


@pytest.mark.parametrize("kind", [Kept, Many])
def test_a_copy_has_the_change_and_the_original_has_not(kind: type[Any]) -> None:
    original = kind(b=(2,))
    copy = replace(original, a=3)
    assert (copy, original) == (kind(3, (2,)), kind(1, (2,)))
    assert type(copy) is kind


@pytest.mark.parametrize("kind", [Kept, Many])
def test_a_field_that_is_not_there_is_refused(kind: type[Any]) -> None:
    with pytest.raises(TypeError, match="d"):
        replace(kind(), d=4)


def test_what_is_not_changed_is_shared() -> None:
    original = Kept(c={"one": 1})
    assert replace(original, a=2).c is original.c


def test_a_copy_is_frozen() -> None:
    copy = replace(Collaboration(), head=3)
    assert copy.head == 3
    with pytest.raises(FrozenInstanceError):
        copy.head = 4  # type: ignore[misc]
