"""``@frozen`` makes what ``@dataclass(frozen=True)`` makes; only later, and for less."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, field, fields, replace
from functools import cached_property
from itertools import combinations
from typing import Any, ClassVar

import pytest

from ftlab.frozen import frozen, mutable

MAKERS = {
    "dataclass": dataclass(frozen=True),
    "dataclass, slots": dataclass(frozen=True, slots=True),
    "frozen": frozen,
    "frozen, slots": frozen(slots=True),
}
OURS = ("frozen", "frozen, slots")


def kind_of(make: Callable[[type[Any]], type[Any]]) -> type[Any]:
    class Kind:
        """One of each sort of field."""

        number: int
        word: str = "w"
        hidden: int = field(default=0, repr=False)
        beside: int = field(default=0, compare=False)
        names: tuple[str, ...] = field(default_factory=tuple)
        told: str = field(default="told", init=False)
        all_have: ClassVar[int] = 7
        unnamed = 8

        @property
        def twice(self) -> int:
            return self.number * 2

    return make(Kind)


KINDS = {name: kind_of(make) for name, make in MAKERS.items()}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
our_kinds = pytest.mark.parametrize("kind", [KINDS[name] for name in OURS], ids=OURS)


@frozen
class Travels:
    number: int
    names: tuple[str, ...] = ()


@frozen(slots=True)
class SmallTravels:
    number: int
    names: tuple[str, ...] = ()


@every_kind
def test_its_fields_are_those_of_a_dataclass(kind: Any) -> None:
    value = kind(1, "a", names=("x",))
    assert (value.number, value.word, value.names, value.told) == (1, "a", ("x",), "told")
    assert (kind.all_have, kind.unnamed, value.twice) == (7, 8, 2)
    assert [each.name for each in fields(kind)][:3] == ["number", "word", "hidden"]
    assert kind.__match_args__ == ("number", "word", "hidden", "beside", "names")
    assert replace(value, number=2) == kind(2, "a", names=("x",))
    assert asdict(value)["names"] == ("x",)
    assert astuple(value)[:2] == (1, "a")
    assert repr(value).endswith("Kind(number=1, word='a', beside=0, names=('x',), told='told')")


@every_kind
def test_it_is_compared_by_what_counts(kind: Any) -> None:
    assert kind(1) == kind(1, beside=5)
    assert hash(kind(1)) == hash(kind(1, beside=5))
    assert kind(1) != kind(2)
    assert kind(1) != (1,)
    assert {kind(1), kind(1), kind(2)} == {kind(2), kind(1)}


def test_those_of_two_classes_are_never_the_same() -> None:
    for one, other in combinations(KINDS.values(), 2):
        assert one(1) != other(1)


@every_kind
def test_it_cannot_be_changed(kind: Any) -> None:
    value = kind(1)
    with pytest.raises(FrozenInstanceError, match="number"):
        value.number = 2
    with pytest.raises(FrozenInstanceError, match="number"):
        del value.number
    assert kind.__dataclass_params__.frozen


@every_kind
def test_what_is_missing_or_too_much_is_an_error(kind: Any) -> None:
    with pytest.raises(TypeError, match=r"Kind\.__init__\(\) missing .*'number'"):
        kind()
    with pytest.raises(TypeError, match="unexpected keyword argument 'told'"):
        kind(1, told="x")
    with pytest.raises(TypeError, match="positional"):
        kind(1, "a", 0, 0, (), "told")


@every_kind
def test_a_default_is_made_anew_for_each(kind: Any) -> None:
    assert list(inspect.signature(kind(1).__init__).parameters)[:2] == ["number", "word"]
    assert kind(1).names == ()


@pytest.mark.parametrize("kind", [Travels, SmallTravels])
def test_it_goes_to_a_worker_and_comes_back(kind: Any) -> None:
    value = kind(1, ("a",))
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - bytes of our own
    assert copy.deepcopy(value) == copy.copy(value) == value


@pytest.mark.parametrize("slots", [False, True])
def test_with_and_without_slots(slots: bool) -> None:
    @frozen(slots=slots)
    class One:
        number: int

    assert hasattr(One(1), "__dict__") is not slots


def test_its_own_methods_stay_and_the_checks_after_init_are_made() -> None:
    @frozen
    class Even:
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise ValueError(self.number)

        def __repr__(self) -> str:
            return "even"

        @cached_property
        def half(self) -> int:
            return self.number // 2

    assert (repr(Even(4)), Even(4).half) == ("even", 2)
    with pytest.raises(ValueError, match="3"):
        Even(3)


def test_arguments_by_name_alone() -> None:
    @frozen(kw_only=True)
    class Named:
        number: int = 1
        word: str

    assert Named(word="a") == Named(number=1, word="a")
    with pytest.raises(TypeError, match="positional"):
        Named("a")


@pytest.mark.parametrize("heir", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("base", MAKERS.values(), ids=MAKERS)
def test_either_can_be_derived_from_either(base: Any, heir: Any) -> None:
    @base
    class Base:
        number: int
        names: list[str] = field(default_factory=list)

    class Heir(Base):
        more: int = 0

    kind = heir(Heir)
    assert kind(1, more=2) == kind(1, more=2) != kind(1, more=3)
    with pytest.raises(FrozenInstanceError):
        kind(1).more = 3
    assert Base(1).names == []  # nor is the base spoilt, whose first value this is
    assert kind(2, more=3).more == 3


def test_one_that_can_be_changed_is_not_derived_from_it() -> None:
    with pytest.raises(TypeError, match="non-frozen"):
        dataclass(type("Heir", (Travels,), {}))


@our_kinds
def test_the_method_is_written_once(kind: Any) -> None:
    kind(1)
    written = kind.__init__
    kind(2)
    assert kind.__init__ is written


def test_a_class_that_nobody_uses_costs_no_compilation() -> None:
    code = (
        "import sys, dataclasses\n"
        "seen = []\n"
        "sys.addaudithook(lambda what, of: seen.append(of[1]) if what == 'compile' else None)\n"
        "from ftlab.frozen import frozen\n"
        "@frozen\n"
        "class One:\n"
        "    number: int\n"
        "made = seen.count('<string>')\n"
        "assert made <= 1\n"  # from Python 3.13 on dataclasses compiles one, of nothing
        "One(1), One(2)\n"
        "assert seen.count('<string>') == made + 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("slots", [False, True])
def test_what_can_be_changed_is_made_as_late_and_equal_to_itself_alone(slots: bool) -> None:
    @mutable(slots=slots)
    class Counter:
        name: str
        seen: list[int] = field(default_factory=list)
        _count: int = 0
        host: str = field(init=False)

        def __post_init__(self) -> None:
            self.host = self.name.upper()

    one, other = Counter("a"), Counter("a")
    one.seen.append(1)
    one._count += 1
    assert (one.seen, other.seen, one._count, other._count, one.host) == ([1], [], 1, 0, "A")
    assert one == one != other  # noqa: PLR0124
    assert len({one, other}) == 2
    assert [each.name for each in fields(Counter)] == ["name", "seen", "_count", "host"]
    assert replace(one, name="b").host == "B"
    assert hasattr(one, "__dict__") is not slots
    with pytest.raises(TypeError, match=r"Counter\.__init__\(\) missing"):
        Counter()


def test_a_class_without_a_docstring_has_its_name_for_one() -> None:
    @frozen
    class Silent:
        number: int

    assert Silent.__doc__ == "Silent"
