"""What ``esxcli`` commands tell, field by field, from ``data/records.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any

from ftlab.sim.esxcli.formats import Record, Records
from ftlab.sim.model.host import SimHost

Moment = Mapping[str, object]


def told(name: str, host: SimHost, *moments: Moment) -> Records:
    """One record for each of ``moments``, by what its fields are filled with; ``host`` is among
    that."""
    kind = _kinds()[name]
    records = [_record(kind["fields"], host, {"host": host, **each}) for each in moments]
    return Records(kind["type"], kind["layout"], records, kind.get("title", ""))


@cache
def _kinds() -> dict[str, Any]:
    text = files("ftlab.sim.esxcli").joinpath("data/records.toml").read_text("utf-8")
    return tomllib.loads(text)


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
    name, _, attribute = value[1:].partition(".")
    return attrgetter(attribute)(moment[name]) if attribute else moment[name]
