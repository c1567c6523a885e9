"""``%h``, ``%%`` and ``${NAME}`` in values, as OpenSSH fills them in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from ftlab.regex import regex

_TOKEN = regex(r"%(.?)", re.DOTALL)
_BOTH = regex(r"%(?P<token>.?)|\$\{(?P<name>[^}]*)(?P<end>\}?)", re.DOTALL)


def fill_in(text: str, tokens: Mapping[str, str]) -> str:
    """With the tokens filled in.

    :raises ValueError: one is unknown.
    """
    return _TOKEN.sub(lambda found: _token(found[1], tokens), text)


def fill_in_all(text: str, tokens: Mapping[str, str], variable: Callable[[str], str | None]) -> str:
    """With tokens and environment variables filled in.

    :raises ValueError: a token is unknown, or a variable has no value.
    """

    def replace(found: re.Match[str]) -> str:
        if found["token"] is not None:
            return _token(found["token"], tokens)
        return _variable(found["name"], found["end"], variable)

    return _BOTH.sub(replace, text)


def connection_hash(here: str, host: str, port: int, user: str, jump: str) -> str:
    """What ``%C`` stands for."""
    text = f"{here}{host}{port}{user}{jump}".encode("utf-8", "surrogateescape")
    return hashlib.sha1(text).hexdigest()  # noqa: S324


def _token(name: str, tokens: Mapping[str, str]) -> str:
    if name == "%":
        return "%"
    if name not in tokens:
        raise ValueError(f"%{name} is no token here")
    return tokens[name]


def _variable(name: str, end: str, variable: Callable[[str], str | None]) -> str:
    if not (name and end):
        raise ValueError(f"${{{name}{end} names no variable")
    value = variable(name)
    if value is None:
        raise ValueError(f"the environment variable {name} is not set")
    return value
