"""``@frozen`` and ``@mutable``: dataclasses whose methods are made when they are first called.

Python writes six methods for each ``@dataclass(frozen=True)`` as text and compiles them. A run
imports about a hundred such classes, and that was a quarter of its start. Here ``dataclasses``
still sees to the fields; what compares, shows and guards the values is shared by all classes, and
``__init__``, the one method that has to be written for each, waits for the first value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, is_dataclass
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

C = TypeVar("C", bound=type[Any])
_set = object.__setattr__


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: C) -> C: ...


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, slots: bool = False, kw_only: bool = False) -> Callable[[C], C]: ...


def frozen(cls: Any = None, *, slots: bool = False, kw_only: bool = False) -> Any:
    """Make ``cls`` what ``@dataclass(frozen=True)`` makes of it, for a tenth of the time."""

    def made(cls: Any) -> Any:
        heir = any(map(is_dataclass, cls.__bases__))  # a frozen one, since dataclasses insists
        kind = _bare(cls, frozen=heir, slots=slots, kw_only=kw_only)
        kind.__dataclass_params__.frozen = True
        shared = _SHARED | _STATE if slots else _SHARED
        for name, method in shared.items():
            if name not in vars(kind):
                setattr(kind, name, method)
        kind.__init__ = _init_at_need(kind, "_set(self, {!r}, {})")
        return kind

    return made if cls is None else made(cls)


@overload
@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: C) -> C: ...


@overload
@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(*, slots: bool = False) -> Callable[[C], C]: ...


def mutable(cls: Any = None, *, slots: bool = False) -> Any:
    """The same of ``@dataclass(eq=False, repr=False)``: for what changes, and so is equal to
    nothing but itself."""

    def made(cls: Any) -> Any:
        kind = _bare(cls, slots=slots)
        kind.__init__ = _init_at_need(kind, "self.{} = {}")
        return kind

    return made if cls is None else made(cls)


def _bare(cls: Any, **options: bool) -> Any:
    if not cls.__doc__:  # or dataclasses reads and writes a signature to have one
        cls.__doc__ = cls.__name__
    return dataclass(init=False, repr=False, eq=False, **options)(cls)


def _init_at_need(kind: Any, line: str) -> Callable[..., None]:
    """``line`` sets a field, by its name, to an expression."""

    def __init__(self: Any, /, *args: Any, **named: Any) -> None:
        kind.__init__ = _written_init(kind, line)
        kind.__init__(self, *args, **named)

    return __init__


def _written_init(kind: Any, line: str) -> Callable[..., None]:
    """The method as ``dataclasses`` would write it."""
    names = {"_set": _set, "_MISSING": MISSING}
    for each in fields(kind):
        names |= {f"_default_{each.name}": each.default, f"_make_{each.name}": each.default_factory}
    given = [each for each in fields(kind) if each.init]
    heads = [_parameter(each) for each in given if not each.kw_only]
    named = [_parameter(each) for each in given if each.kw_only]
    head = ", ".join(["self", *heads, *(["*"] if named else []), *named])
    lines = [line.format(each.name, _value(each)) for each in fields(kind) if _has(each)]
    lines += ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
    body = "\n    ".join(lines) or "pass"
    exec(f"def __init__({head}):\n    {body}", names)  # noqa: S102 - nothing but names of fields
    method: Any = names["__init__"]
    method.__qualname__ = f"{kind.__qualname__}.__init__"
    return method  # type: ignore[no-any-return]


def _parameter(each: Field[Any]) -> str:
    if each.default is not MISSING:
        return f"{each.name}=_default_{each.name}"
    return each.name if each.default_factory is MISSING else f"{each.name}=_MISSING"


def _has(each: Field[Any]) -> bool:
    """Whether there is a value for it: one that is not an argument may have none."""
    return each.init or each.default is not MISSING or each.default_factory is not MISSING


def _value(each: Field[Any]) -> str:
    if each.default_factory is MISSING:
        return each.name if each.init else f"_default_{each.name}"
    made = f"_make_{each.name}()"
    return f"{made} if {each.name} is _MISSING else {each.name}" if each.init else made


@functools.cache
def _compared(kind: type[Any]) -> Callable[[Any], Any]:
    """What makes two values of this class the same."""
    names = [each.name for each in fields(kind) if each.compare]
    return attrgetter(*names) if names else lambda _: ()


class _Value:
    """What all of them have in common."""

    def __eq__(self: Any, other: object) -> Any:
        told = _compared(self.__class__)
        if other.__class__ is not self.__class__:
            return NotImplemented
        return told(self) == told(other)

    def __hash__(self: Any) -> int:
        return hash(_compared(self.__class__)(self))

    def __repr__(self: Any) -> str:
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"

    def __setattr__(_self: Any, name: str, _value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(_self: Any, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")


class _Slotted:
    """What those with slots need: pickle would set each of them as one sets an attribute."""

    def __getstate__(self: Any) -> list[Any]:
        return [getattr(self, each.name) for each in fields(self)]

    def __setstate__(self: Any, state: list[Any]) -> None:
        for each, value in zip(fields(self), state, strict=True):
            _set(self, each.name, value)


_SHARED = {name: method for name, method in vars(_Value).items() if callable(method)}
_STATE = {name: method for name, method in vars(_Slotted).items() if callable(method)}
