"""What can be a key of a VMX file, and what one edit may ask of several keys."""

from __future__ import annotations

from collections.abc import Iterable

from ftlab.errors import UsageError
from ftlab.regex import regex

_NOT_A_KEY = regex(r'[\s=#"\x00-\x1f\x7f]')
NO_KEY_HINT = "a key has no blanks, quotes, equal signs or number signs"


def can_be_key(key: str) -> bool:
    """Whether a file can hold a line with this key."""
    return bool(key) and not _NOT_A_KEY.search(key)


def check_key(key: str) -> str:
    """The key itself, if a file can hold it; else ``UsageError``."""
    if not can_be_key(key):
        raise UsageError(f"{key!r} cannot be a VMX key", hint=NO_KEY_HINT, kind="usage.vmx_key")
    return key


def each_key_once(
    wanted: Iterable[tuple[str, str | None]],
) -> tuple[tuple[str, str | None], ...]:
    """Keys and their wanted values, each key once: hosts compare keys without case. Raises
    ``UsageError`` for what cannot be a key, and for a key that is to have two values."""
    once: dict[str, tuple[str, str | None]] = {}
    for key, value in wanted:
        first = once.setdefault(check_key(key).lower(), (key, value))
        if first[1] != value:
            raise UsageError(
                f"{key} cannot be both {first[1]!r} and {value!r}",
                hint="a key has one value; keys compare without case",
                kind="usage.vmx_key",
            )
    return tuple(once.values())
