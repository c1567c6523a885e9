"""Faults by hand: a TOML file that says which host, when, how often, and what happens."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

from ftlab.sim.data import table_of
from ftlab.sim.model.answer import MOMENTS, Fault, What
from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.applets.applet import APPLETS

_TYPES: Mapping[str, type] = {
    "host": str, "where": str, "what": str, "times": int, "skip": int, "exit": int, "stdout": str,
    "stderr": str, "seconds": float, "jitter": float, "runs": bool,
}  # fmt: skip
_WHAT: Mapping[str, str] = table_of("serve/data/faults.toml")


Planned = tuple[str, Fault]
"""A fault for each host of this name, which may have ``*`` in it."""


def read_faults(path: Path) -> list[Planned]:
    """The ``[[fault]]`` tables of a file. Raises ``ValueError`` that says where it is wrong."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    entries = tables.pop("fault", [])
    if tables or not isinstance(entries, list) or not entries:
        raise ValueError(f"{path}: takes [[fault]] tables, at least one")
    if not all(isinstance(entry, Mapping) for entry in entries):
        raise ValueError(f"{path}: takes [[fault]] tables, and no other values")
    return [_planned(entry, f"{path}: fault {at}") for at, entry in enumerate(entries, 1)]


def _planned(entry: Mapping[str, Any], place: str) -> Planned:
    for key, value in entry.items():
        if key not in _TYPES:
            raise ValueError(f"{place}: no key {key!r}; there are {', '.join(_TYPES)}")
        if type(value) is not _TYPES[key] and (type(value), _TYPES[key]) != (int, float):
            raise ValueError(f"{place}: {key} is not {value!r}")
    if not entry.get("where"):
        raise ValueError(f"{place}: where is missing: a command, or {', '.join(MOMENTS)}")
    if entry.get("what", "error") not in get_args(What):
        raise ValueError(f"{place}: what is one of {', '.join(get_args(What))}")
    settings: dict[str, Any] = {"times": None, **entry}
    host = settings.pop("host", "*")
    settings |= {key: settings[key].encode() for key in ("stdout", "stderr") if key in settings}
    return host, Fault(**settings)


def plant(planned: Iterable[Planned], hosts: Mapping[str, SimHost]) -> list[str]:
    """Give the hosts their faults, and say so, one line each. Raises ``ValueError`` for a host
    that is not there."""
    said: list[str] = []
    for pattern, fault in planned:
        chosen = [name for name in hosts if fnmatchcase(name, pattern)]
        if not chosen:
            raise ValueError(f"a fault is for {pattern}, and no host is called that")
        for name in chosen:
            hosts[name].faults.append(replace(fault))
        said.append(f"{', '.join(chosen)}: {in_words(fault)}{_only(fault, hosts[name])}")
    return said


def _only(fault: Fault, host: SimHost) -> str:
    """Where the fault can strike, if not everywhere. Raises ``ValueError`` where it never can."""
    first = fault.where.split(" ")[0].rpartition("/")[2]
    if first in MOMENTS or any(fnmatchcase(tool, f"{first}*") for tool in host.tools):
        return ""
    if any(fnmatchcase(applet, f"{first}*") for applet in APPLETS):
        return " (not in BusyBox's own shell)"
    known = ", ".join(sorted({*host.tools, *APPLETS}))
    raise ValueError(f"{fault.where!r} begins no command of {host.name}, which has {known}")


def in_words(fault: Fault) -> str:
    """What a fault does, as a sentence without its host."""
    often = {None: "always", 1: "once"}.get(fault.times, f"{fault.times} times")
    after = f", after {fault.skip} that pass" if fault.skip else ""
    return f"{fault.where}: {_WHAT[fault.what].format_map(vars(fault))}, {often}{after}"
