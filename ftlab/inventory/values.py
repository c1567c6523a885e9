"""Values as Ansible's INI inventory types them: a Python literal, or else the text as it stands."""

from __future__ import annotations

import ast
import warnings
from typing import Any

from ftlab.regex import regex

# What can only be text is not worth the compiler's time: 5,000 hosts bring 20,000 of these.
_INTEGER = regex(r"0|[1-9][0-9]{0,17}")
_PLAIN = regex(r"(?!(?:True|False|None)\b)[A-Za-z_/~][\w./~@:+-]*|[0-9]+(?:\.[0-9]+){2,}")
_UNREADABLE = (TypeError, MemoryError, RecursionError)


def parse_value(text: str) -> Any:
    """``"1"`` → 1, ``"yes"`` → ``"yes"``, ``"('a', 'b')"`` → ``["a", "b"]``.

    Raises ValueError for what Ansible cannot load either, such as ``{[]: 1}``.
    """
    if _PLAIN.fullmatch(text):
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd backslash is the user's text, not bad code
            return _settle(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text
    except _UNREADABLE:
        raise ValueError("a value that is neither text nor a Python literal") from None


def _settle(value: Any) -> Any:
    """Reduce a literal to what a variable can hold: text, numbers, None, lists and dicts."""
    if isinstance(value, (list, tuple, set)):
        return [_settle(item) for item in value]
    if isinstance(value, dict):
        return {key: _settle(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, complex):
        return str(value)
    return "..." if value is ... else value


_TRUE = frozenset({"y", "yes", "on", "1", "true", "t", "1.0"})
_FALSE = frozenset({"n", "no", "off", "0", "false", "f", "0.0"})


def parse_boolean(value: Any) -> bool:
    """Ansible's booleans, in any case. Raises ValueError for anything else."""
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("neither true nor false")
