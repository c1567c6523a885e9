"""From tables to the text of a profile, which :func:`~ftlab.profile.load.load_profile` reads as
the same tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ftlab.profile.state import DEFAULT, State


def profile_text(
    states: Iterable[State], description: str = "", comments: Iterable[str] = ()
) -> str:
    """The profile as TOML. ``comments`` are lines above it.

    Raises ``UnicodeError`` for text that no TOML can hold (see :func:`can_be_written`).
    """
    top = [f"# {_seen(comment)}" for comment in comments]
    if description:
        top.append(f"description = {quoted(description)}")
    tables = ["\n".join(_table(state)) for state in states]
    return "\n\n".join(["\n".join(top), *tables] if top else tables) + "\n"


def quoted(text: str) -> str:
    """The text as a TOML string, on one line; what does not print stands as its number, so that
    a terminal shows the text and does not act on it.

    Raises ``UnicodeError`` where it holds half a pair, as undecodable bytes become: TOML has no
    way to write it.
    """
    text.encode("utf-8")
    return "".join(_seen(char) for char in json.dumps(text, ensure_ascii=False))


def can_be_written(text: str) -> bool:
    """Whether TOML can hold the text."""
    try:
        text.encode("utf-8")
    except UnicodeError:
        return False
    return True


def _seen(text: str) -> str:
    r"""What does not print as TOML's ``\u0085``, which every comment may hold too."""
    return "".join(char if char.isprintable() else _number(ord(char)) for char in text)


def _number(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _table(state: State) -> Iterable[str]:
    yield "[[state]]"
    for name, value in _lines(state):
        yield f"{name} = {value}"
    set_options = {path: value for path, value in state.options.items() if value is not DEFAULT}
    yield from _mapping("advopt", set_options)
    yield from _mapping("setting", state.settings)
    yield from _mapping("vmx", {key: v for key, v in state.keys.items() if v is not None})


def _lines(state: State) -> Iterable[tuple[str, str]]:
    """What stands in the table itself: TOML wants it above the tables within."""
    for name in ("hosts", "vm", "power", "snapshot"):
        if (text := getattr(state, name)) is not None:
            yield name, quoted(text)
    lists = {
        "advopt_default": [path for path, value in state.options.items() if value is DEFAULT],
        "vmx_absent": [key for key, value in state.keys.items() if value is None],
    }
    for name, members in lists.items():
        if members:
            yield name, f"[{', '.join(map(quoted, members))}]"


def _mapping(name: str, values: Mapping[str, Any]) -> Iterable[str]:
    if values:
        yield f"[state.{name}]"
    for key, value in values.items():
        yield f"{quoted(key)} = {_value(value)}"


def _value(value: int | str | Sequence[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return quoted(value) if isinstance(value, str) else f"[{', '.join(map(quoted, value))}]"
