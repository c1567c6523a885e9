"""From the text of a profile, and of those it includes, to a :class:`Profile`."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ftlab.nearest import suggest
from ftlab.profile.source import ProfileLines, ProfilePlace
from ftlab.profile.state import OwnTable, Profile, State
from ftlab.profile.table import read_state, refuse_unknown, text_at, texts_at, variables_at
from ftlab.regex import regex

BUILT_IN: Final = (
    "vft", "vft-nostreams", "smp-ft-host", "nested-host", "nested-clone", "nested", "quiet-lab",
    "stock",
)  # fmt: skip
"""Names of the profiles that come with ftlab; a file so called is meant by ``./vft``."""

Read = Callable[[str], str]
"""The text of a built-in profile by its name, of any other by its path."""

_TOP = (
    "include", "state", "setting", "variables", "description", "warning", "sources",
)  # fmt: skip
_LINE = regex(r"\(at line ([0-9]+), column [0-9]+\)")
_DEEPEST = 32


def load_profile(name: str, read: Read) -> Profile:
    """A profile by its built-in name or its path; the tables of those it includes come first.

    An included path is relative to the file that names it. Raises ``ProfileError`` (with file,
    and line or table) for what is no TOML, an unknown key, a wrong type, a contradiction within
    a table, a file that cannot be read, a circle of includes, and an empty profile.
    """
    lines, top = _document(name, ProfilePlace(name), read)
    content = _content(lines, top, (), read)
    if not content.states:
        raise lines.top().error("the profile is empty", "a profile has [[state]] tables")
    return Profile(
        name=name,
        states=tuple(content.states),
        description=text_at(top, "description", lines.top),
        warning=text_at(top, "warning", lines.top),
        sources=texts_at(top, "sources", lines.top),
        own=tuple(content.own),
        variables=content.variables,
    )


def load_settings(name: str, read: Read) -> tuple[OwnTable, ...]:
    """The ``[[setting]]`` tables of a file, and of those it includes. Raises ``ProfileError``."""
    lines, top = _document(name, ProfilePlace(name), read)
    own = _content(lines, top, (), read).own
    if not own:
        raise lines.top().error("no setting is in it", "a setting is a [[setting]] table")
    return tuple(own)


@dataclass
class _Content:
    """What files have come to so far."""

    states: list[State] = field(default_factory=list)
    own: list[OwnTable] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def add(self, other: _Content) -> None:
        self.states += other.states
        self.own += other.own
        self.variables |= other.variables


def _content(
    lines: ProfileLines, top: Mapping[str, Any], above: tuple[str, ...], read: Read
) -> _Content:
    """The tables of one file, after those it includes. ``above`` are the files that led here."""
    chain = (*above, posixpath.normpath(lines.file))
    place = lines.top("include")
    found = _Content()
    for include in texts_at(top, "include", lines.top):
        name = _beside(lines.file, include)
        here = posixpath.normpath(name)
        if here in chain or len(chain) > _DEEPEST:
            raise place.error(f"it includes itself: {' → '.join((*chain, here))}")
        found.add(_content(*_document(name, place, read), chain, read))
    tables = _tables(top, "state", lines)
    found.states += (read_state(table, n, len(tables), lines) for n, table in enumerate(tables, 1))
    own = enumerate(_tables(top, "setting", lines), 1)
    found.own += (OwnTable(lines.setting(n), table) for n, table in own)
    found.variables |= variables_at(top, lines.top)
    return found


def _beside(name: str, include: str) -> str:
    return include if include in BUILT_IN else posixpath.join(posixpath.dirname(name), include)


def _document(name: str, place: ProfilePlace, read: Read) -> tuple[ProfileLines, Mapping[str, Any]]:
    """The text and its TOML, checked at the top."""
    try:
        text = read(name)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        near = "" if "/" in name else suggest(name, BUILT_IN)
        hint = near or ("" if "/" in name else f"built in are {', '.join(BUILT_IN)}")
        raise place.error(f"the profile {name} cannot be read: {reason}", hint) from error
    lines = ProfileLines(name, text)
    top = _toml(lines)
    refuse_unknown(top, _TOP, lines.top)
    return lines, top


def _toml(lines: ProfileLines) -> dict[str, Any]:
    try:
        return tomllib.loads(lines.text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        last = lines.text.count("\n") + 1
        place = ProfilePlace(lines.file, 0, int(found[1]) if found else last)
        raise place.error(f"not TOML: {error}") from error
    except (RecursionError, ValueError) as error:  # nested too deep; a number of many digits
        raise ProfilePlace(lines.file).error(f"not TOML that can be read: {error}") from error


def _tables(top: Mapping[str, Any], key: str, lines: ProfileLines) -> list[Mapping[str, Any]]:
    tables = top.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise lines.top(key).error(f"{key} is not a list of tables", f"write [[{key}]] above it")
    return tables
