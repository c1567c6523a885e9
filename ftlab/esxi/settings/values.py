"""The values of settings: what a kind takes, when two are the same, how a command spells one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from ftlab.errors import Refused
from ftlab.regex import regex

SettingKind = Literal["text", "word", "integer", "boolean", "list", "set", "any"]
"""``word`` is a text that hosts compare without case. A ``list`` has an order, a ``set`` has none
and its members have no case. ``any`` is a text, an integer or a boolean, as the host has it."""

SettingValue = str | int | bool | tuple[str, ...]
KINDS: Final = get_args(SettingKind)
_TAKES = {
    "text": "a text",
    "word": "a text",
    "integer": "an integer",
    "boolean": "true or false",
    "list": "a list of texts",
    "set": "a list of texts",
    "any": "a text, an integer, or true or false",
}
_INTEGER = regex(r"[+-]?[0-9]{1,30}")
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


def normal(name: str, kind: SettingKind, value: object) -> SettingValue:
    """The value as this kind has it, from a profile or the journal.

    Raises ``Refused`` (``value.type``) for one that it does not take.
    """
    if isinstance(value, list | tuple):
        if kind in {"list", "set"} and all(isinstance(each, str) for each in value):
            return _ordered(kind, value)
    elif kind == "boolean":
        if isinstance(value, bool):
            return value
    elif kind == "integer":
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif kind == "any":
        if isinstance(value, str | int):
            return value
    elif kind == "word" and isinstance(value, str | int):
        return spelled(value).upper() if isinstance(value, bool) else str(value)
    elif isinstance(value, str) and kind in {"text", "word"}:
        return value
    raise Refused(
        f"{name} takes {_TAKES[kind]}, not {value!r}", kind="value.type", path=name, value=value
    )


def from_text(name: str, kind: SettingKind, text: str) -> SettingValue:
    """The value that a user typed: members of a list with commas between them.

    Raises ``Refused`` (``value.type``).
    """
    if kind in {"list", "set"}:
        return normal(name, kind, [each.strip() for each in text.split(",") if each.strip()])
    if kind == "integer" and _INTEGER.fullmatch(text.strip()):
        return int(text)
    if kind == "boolean":
        return normal(name, kind, _BOOLEANS.get(text.strip().lower(), text))
    return normal(name, kind, text)


def same(kind: SettingKind, one: object, other: object) -> bool:
    """Whether two values of this kind are the same to a host."""
    return bool(_folded(kind, one) == _folded(kind, other))


def like(name: str, wanted: SettingValue, shown: SettingValue) -> SettingValue:
    """The wanted value in the type of the one that the host shows.

    Raises ``Refused`` (``value.type``) where it cannot be.
    """
    if type(wanted) is type(shown):
        return wanted
    text = spelled(wanted)
    if isinstance(shown, str):
        return text
    if isinstance(shown, bool) and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    if isinstance(shown, int) and not isinstance(shown, bool) and _INTEGER.fullmatch(text):
        return int(text)
    takes = "true or false" if isinstance(shown, bool) else "an integer"
    raise Refused(f"{name} takes {takes} here, not {wanted!r}", kind="value.type", path=name)


def spelled(value: SettingValue) -> str:
    """The value as a command has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def in_words(value: object) -> str:
    """The value as a message has it: text in quotes, a list in brackets."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return repr(value)


def _ordered(kind: SettingKind, members: Sequence[str]) -> tuple[str, ...]:
    if kind == "list":
        return tuple(members)
    once = {member.casefold(): member for member in reversed(members)}
    return tuple(once[name] for name in sorted(once))


def _folded(kind: SettingKind, value: object) -> Any:
    if kind in {"list", "set"} and isinstance(value, list | tuple):
        return _ordered("set", [m.casefold() for m in value]) if kind == "set" else tuple(value)
    if kind == "word":
        return str(value).casefold()
    return (isinstance(value, bool), value)


def between(now: object, one: object, other: object) -> bool:
    """Whether a list may be on its way from one to another: it has nothing else."""
    sets = [_names(each) for each in (now, one, other) if isinstance(each, list | tuple)]
    if len(sets) < 3:
        return False
    here, first, last = sets
    return here <= first | last


def _names(members: Sequence[str]) -> set[str]:
    return {member.casefold() for member in members}
