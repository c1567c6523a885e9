"""``vim-cmd`` on a host's hardware, product and licence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ftlab.sim.model.answer import Answer, say
from ftlab.sim.model.host import SimHost
from ftlab.sim.settings.maintenance import runtime
from ftlab.sim.vimcmd.entry import dumped, vim_cmd
from ftlab.sim.vms.dumps import Obj
from ftlab.sim.vms.facts import api_uuid, stamp
from ftlab.sim.vms.new_vm import identifier
from ftlab.sim.vms.templates import filled

_DAYS_LEFT = 60


@vim_cmd("hostsvc/hosthardware")
def hardware(host: SimHost, _args: Sequence[str]) -> Obj:
    family, model, brand = host.cpu_family
    return filled("hardware", host.release, {
        "uuid": api_uuid(identifier(host.name, "bios")),
        "vendor": "intel" if brand == "GenuineIntel" else "amd",
        "cpu": f"{brand} family {family} model {model}",
    })  # fmt: skip


@vim_cmd("hostsvc/hostsummary")
def summary(host: SimHost, _args: Sequence[str]) -> Answer:
    """Of the real one's many fields those about state, product and features. A version of FT is
    told from 4.1 on, as three numbers (vSphere API); which ones is not published."""
    release = host.release
    found = filled("hostsummary", release, {
        "runtime": runtime(host),
        "host": host,
        "build": str(release.build),
        "ft_version": ".".join(map(str, (*release.number[:2], 0))),
    })  # fmt: skip
    return Answer(stdout=b"Host summary:\n" + dumped(host, found))


@vim_cmd("vimsvc/license")
def licence(host: SimHost, args: Sequence[str]) -> Answer:
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
