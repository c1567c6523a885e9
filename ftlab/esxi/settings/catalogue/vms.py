"""Which VMs a host has, and which snapshots they have."""

from __future__ import annotations

from ftlab.esxi.settings.command_line import line
from ftlab.esxi.settings.setting import HostSetting, SettingWay

_SNAPSHOT = "vim-cmd vmsvc/snapshot"

REGISTERED = HostSetting(
    "registered.{path}",
    "boolean",
    "whether the VM of a path, [datastore] dir/file.vmx, is registered",
    "captures of getallvms; public scripts with solo/registervm; a path may stand for a number",
    (
        SettingWay(
            line("vim-cmd vmsvc/getallvms"),
            "vms",
            "{path}",
            by_value={
                "true": (line("vim-cmd solo/registervm {path}"),),
                "false": (line("vim-cmd vmsvc/unregister {path}"),),
            },
        ),
    ),
)

VMS = (
    REGISTERED,
    HostSetting(
        "snapshot.{path}.{snapshot}",
        "boolean",
        "whether the VM of a path has a snapshot of this name; one that is made has no memory, "
        "and one that is removed never comes back",
        "captures of snapshot.get and snapshot.create; a path may stand for a number",
        (
            SettingWay(
                line(f"{_SNAPSHOT}.get {{path}}"),
                "snapshots",
                "{snapshot}",
                by_value={
                    "true": (line(f"{_SNAPSHOT}.create {{path}} {{snapshot}} ftlab 0 0"),),
                    "false": (line(f"{_SNAPSHOT}.remove {{path}} {{id}}"),),
                },
                finds={"id": r"Snapshot Name *: {snapshot}\n-*Snapshot Id *: ([0-9]+)$"},
                since="5.0",
            ),
        ),
        stays=("false",),
    ),
)
