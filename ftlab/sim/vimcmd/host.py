"""The few ``vim-cmd hostsvc/`` commands that tell about a host's hardware and product."""

from __future__ import annotations

from collections.abc import Sequence

from ftlab.sim.esxcli.facts import MEMORY
from ftlab.sim.model.answer import Answer
from ftlab.sim.model.host import SimHost
from ftlab.sim.settings.maintenance import runtime
from ftlab.sim.vms.dumps import Array, Obj, dump
from ftlab.sim.vms.facts import api_uuid
from ftlab.sim.vms.new_vm import identifier
from ftlab.sim.vms.templates import filled


def hardware(host: SimHost, _args: Sequence[str]) -> Answer:
    family, model, brand = host.cpu_family
    package = filled("package", host.release, {
        "vendor": "intel" if brand == "GenuineIntel" else "amd",
        "cpu": f"{brand} family {family} model {model}",
    })  # fmt: skip
    found = filled("hardware", host.release, {
        "uuid": api_uuid(identifier(host.name, "bios")),
        "packages": Array("vim.host.CpuPackage", (package,)),
        "memory": MEMORY,
    })  # fmt: skip
    return Answer(stdout=dump(found, old=host.release.old_dumps))


def summary(host: SimHost, _args: Sequence[str]) -> Answer:
    """``hostsummary``: of the real one's many fields those about state, product and
    features. A version of FT is told from 4.1 on, as three numbers (vSphere API); which ones is not
    published."""
    release = host.release
    version = ".".join(map(str, (*release.number[:2], 0)))
    feature = Obj("vim.host.FeatureVersionInfo", {"key": "faultTolerance", "value": version})
    found = filled("hostsummary", release, {
        "runtime": runtime(host),
        "name": host.fqdn,
        "product": release.product,
        "version": release.version,
        "build": str(release.build),
        "features": Array("vim.host.FeatureVersionInfo", (feature,)),
    })  # fmt: skip
    return Answer(stdout=b"Host summary:\n" + dump(found, old=release.old_dumps))
