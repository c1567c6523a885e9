"""The settings file: where it is, and what it says about each flag.

Every flag that has a variable can stand in it, by its name. Flags win over variables, variables
over the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from ftlab.cli.flags import BY_NAME, Given
from ftlab.cli.variables import PREFIX, SINGLE_TASKS
from ftlab.engine.options import config_home
from ftlab.errors import UsageError
from ftlab.frozen import frozen
from ftlab.nearest import suggest
from ftlab.regex import regex
from ftlab.user_files import expanded, is_there, others_may_write, read_text, why_unreadable

NAME = "ftlab.toml"

_OWN = tuple(name.removeprefix(PREFIX).lower() for name in SINGLE_TASKS)
KEYS = (*BY_NAME, *_OWN)
"""The names of all flags that can stand in the file."""

_PATHS = frozenset({"inventory", "state_dir", "run_log", "signatures", "profile"})
_LINE = regex(r"\(at line ([0-9]+), column [0-9]+\)")


@frozen
class SettingsFile:
    """``values`` by the flag's name, in the type that the flag has; ``path`` is ``None`` where
    there is no such file."""

    path: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def find_settings(env: Mapping[str, str]) -> Path | None:
    """``ftlab.toml`` in the working folder, else in the user's configuration folder."""
    places = (Path(NAME), config_home(env) / NAME)
    return next((place for place in places if is_there(place)), None)


def read_settings(env: Mapping[str, str]) -> SettingsFile:
    """Raises ``UsageError``, with file and line, for an unknown key, for a value that the flag
    cannot have, and for a file that others may write."""
    path = find_settings(env)
    if path is None:
        return SettingsFile()
    import tomllib  # most have no such file

    text = _text(path)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        raise UsageError(f"{where}: {_LINE.sub('', str(error)).strip()}", hint=_HINT) from None
    except (RecursionError, ValueError) as error:  # nested too deep; a number of many digits
        raise UsageError(f"{path}: not TOML that can be read: {error}", hint=_HINT) from None
    return SettingsFile(path, dict(_entry(path, text, key, found[key]) for key in found))


def given(values: Mapping[str, Any], hosts: Sequence[str] | None = None) -> Given:
    """The flags of this call, in this environment and with the user's own defaults. ``hosts`` are
    the only ones that it names; any other limit than a flag's gives way to them. Raises
    ``UsageError`` for a settings file that is wrong."""
    stored = read_settings(os.environ).values
    if hosts is None:
        return Given(values, os.environ, stored=stored)
    limit = BY_NAME["limit"]
    return Given(
        values,
        {name: said for name, said in os.environ.items() if name != limit.variable},
        tuple(hosts),
        {name: value for name, value in stored.items() if name != limit.name},
    )


def source_of(flag: str, env: Mapping[str, str]) -> str:
    """What sets a flag that nobody typed: its variable, or the file."""
    variable = BY_NAME[flag].variable
    path = None if variable in env else find_settings(env)
    return variable if path is None else str(path.absolute())


_HINT = f'{NAME} holds lines such as: limit = "vesxi"'


def _text(path: Path) -> str:
    try:
        if reason := others_may_write(path):
            raise UsageError(
                f"{path}: others could have written it: {reason}",
                hint=f"chmod go-w {path}, and its folder",
            )
        return read_text(str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {why_unreadable(error)}") from None


def _entry(path: Path, text: str, key: str, value: Any) -> tuple[str, Any]:
    """One key as the flag's name, and its value; ``connect-timeout`` is ``connect_timeout``."""
    name = key.replace("-", "_")
    where = f"{path}:{_line_of(key, text)}"
    if name not in KEYS:
        names = KEYS if "_" in key else [each.replace("_", "-") for each in KEYS]
        hint = suggest(key, names) or "docs/reference.md lists the flags; their names are the keys"
        raise UsageError(f"{where}: unknown key {key!r}", hint=hint)
    return name, _typed(name, value, f"{where}: {key}", path.parent)


def _typed(name: str, value: Any, where: str, folder: Path) -> Any:
    flag = BY_NAME.get(name)
    if flag is not None and flag.default is False:
        return _of_type(bool, value, f"{where}: takes true or false")
    if flag is not None and flag.default == 0:
        return _of_type(int, value, f"{where}: takes a whole number")
    if flag is not None and flag.many and isinstance(value, list):
        return tuple(_of_type(str, each, f"{where}: takes texts") for each in value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UsageError(f"{where}: takes a text or a number")
    text = _beside(folder, value) if name in _PATHS and isinstance(value, str) else str(value)
    return (text,) if flag is not None and flag.many else text


def _of_type(kind: type, value: Any, message: str) -> Any:
    if type(value) is not kind:
        raise UsageError(message)
    return value


def _beside(folder: Path, name: str) -> str:
    """A path is relative to the file that names it; a list of hosts, and a built-in profile, is
    none."""
    from ftlab.profile import BUILT_IN

    if not name or name in BUILT_IN or "," in name:
        return name
    try:
        return str(folder / expanded(name))
    except OSError:
        return name


def _line_of(key: str, text: str) -> int:
    """Where a top-level key stands; 1 where it is written in a way that is seldom seen."""
    found = re.search(rf"""^\s*\[*\s*["']?{re.escape(key)}["']?\s*[\].=]""", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1
