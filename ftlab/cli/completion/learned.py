"""What a run's answers add to the names that completion knows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ftlab.cli.completion import seen
from ftlab.engine.report import Report
from ftlab.model import Outcome


def remember(report: Report | None, inventory: str | None, *, all_vms: bool) -> None:
    """Note the names of VMs, options and keys that the hosts have told. ``all_vms``: a host's
    list of VMs is all that it has."""
    if report is None or inventory is None or not os.path.isfile(inventory):
        return
    known = seen.read(os.environ, inventory)
    before = {**known.data}
    vms = {
        each.host: names if all_vms else sorted({*_vms_before(before, each.host), *names})
        for each in report.outcomes
        if (names := sorted(set(_vms(each)))) or (all_vms and each.status == "ok")
    }
    learned = known.with_answers(vms, _told(report, _options), _told(report, _keys))
    if learned.data != before:
        seen.write(learned)


def _vms_before(data: Mapping[str, Any], host: str) -> list[str]:
    return list(data.get("vms", {}).get(host, ()))


def _told(report: Report, what: Any) -> list[str]:
    return list(dict.fromkeys(name for outcome in report.outcomes for name in what(outcome)))


def _vms(outcome: Outcome) -> Iterator[str]:
    for item in _items(outcome.facts.get("vms")):
        if isinstance(name := item.get("name"), str):
            yield name
    yield from (change.vm for change in outcome.changes if change.vm)


def _options(outcome: Outcome) -> Iterator[str]:
    for item in _items(outcome.facts.get("options")):
        if isinstance(path := item.get("path"), str):
            yield path
    yield from (c.path for c in outcome.changes if c.target == "advopt" and c.path)


def _keys(outcome: Outcome) -> Iterator[str]:
    vmx = outcome.facts.get("vmx")
    for keys in vmx.values() if isinstance(vmx, Mapping) else ():
        yield from (key for key in keys if isinstance(keys, Mapping))
    yield from (c.key for c in outcome.changes if c.target == "vmx" and c.key)


def _items(found: Any) -> Iterable[Mapping[str, Any]]:
    listed = found if isinstance(found, list | tuple) else ()
    return (item for item in listed if isinstance(item, Mapping))
