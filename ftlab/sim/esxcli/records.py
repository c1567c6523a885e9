"""What ``esxcli`` commands tell, field by field, from ``data/records.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from string import Formatter
from typing import Any

from ftlab.sim.esxcli.entry import Options, esxcli
from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.model.host import SimHost

Moment = Mapping[str, object]
_TEXT = files("ftlab.sim.esxcli").joinpath("data/records.toml").read_text("utf-8")
_KINDS: dict[str, Any] = tomllib.loads(_TEXT)


def told(name: str, host: SimHost, *moments: Moment) -> Records:
    """One record for each of ``moments``, by what its fields are filled with; ``host`` is among
    that."""
    kind = _KINDS[name]
    records = [_record(kind["fields"], host, {"host": host, **each}) for each in moments]
    return Records(kind["type"], kind["layout"], records, kind.get("title", ""))


def _record(fields: Mapping[str, Any], host: SimHost, moment: Moment) -> Record:
    found: Record = {}
    for name, value in fields.items():
        limits = value if isinstance(value, dict) else {"value": value}
        if _number(limits, "since", "0") <= host.release.number < _number(limits, "until", "99"):
            found[name] = _filled(limits["value"], moment)
    return found


def _number(limits: Mapping[str, str], which: str, default: str) -> tuple[int, ...]:
    return tuple(map(int, limits.get(which, default).split(".")))


def _filled(value: Any, moment: Moment) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith("$"):
        return value.format_map(moment)
    found, _ = Formatter().get_field(value[1:], (), moment)
    return ", ".join(found) if isinstance(found, list) else found


def _only_told(name: str, command: str, options: str = "") -> None:
    """A command that has its one record to tell, and nothing else."""

    @esxcli(command, options)
    def tell(host: SimHost, _options: Options) -> Records:
        return told(name, host, {})


for _name, _kind in _KINDS.items():
    if "command" in _kind:
        _only_told(_name, _kind["command"], _kind.get("options", ""))
