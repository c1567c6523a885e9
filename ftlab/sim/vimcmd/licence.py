"""``vim-cmd vimsvc/license --show``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.vms.facts import stamp

_DAYS_LEFT = 60


def show(host: SimHost, args: Sequence[str]) -> Answer:
    if list(args) != ["--show"]:
        return say(stderr="This simulated host has only: vimsvc/license --show\n", exit=255)
    lines = "".join(f"     [{name}] = {value}\n" for name, value in _properties(host))
    licence = host.licence
    return say(
        "[200] Sending request for installed licenses...[200] Complete, result is:\n"
        f"   serial: {licence.serial}\n   vmodl key: {licence.key}\n   name: {licence.name}\n"
        f"   total: 1\n   used:  1\n   unit: host\n   Properties:\n{lines}"
        "\n[200] End of report.\n"
    )


def _properties(host: SimHost) -> Iterator[tuple[str, str]]:
    yield "ProductName", "VMware ESX Server"
    yield "ProductVersion", ".".join(map(str, host.release.number[:2]))
    if host.licence.key.startswith(("eval", "esx.eval")):
        yield "evaluation", "License has not been set, evaluation Period in effect."
        yield "expirationHours", str(24 * _DAYS_LEFT)
        yield "expirationDate", stamp(host.lab.now() + timedelta(days=_DAYS_LEFT))
    yield "system_time", stamp(host.lab.now())
    for name, words in host.licence.features:
        yield "feature", f'{name} ("{words}")'
    yield "FileVersion", ".".join(map(str, (*host.release.number, 1)))
