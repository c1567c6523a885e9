"""What the host itself is told: messages, logs, kernel, hostd, maintenance."""

from __future__ import annotations

from ftlab.esxi.settings.command_line import line
from ftlab.esxi.settings.setting import HostSetting, SettingWay

_REFERENCE = "VMware vSphere 5.0 to 8.0 esxcli reference"
_MAINTENANCE = "esxcli system maintenanceMode set"
_KERNEL = "esxcli system settings kernel"

SYSTEM = (
    HostSetting(
        "welcome",
        "text",
        "what the console (DCUI) shows",
        f"{_REFERENCE}; the namespace is in a capture of 5.5",
        (
            SettingWay(
                line("esxcli system welcomemsg get"),
                set=(line("esxcli system welcomemsg set --message={value}"),),
                since="5.0",
            ),
        ),
    ),
    HostSetting(
        "syslog.loghost",
        "text",
        'where logs are sent to, such as udp://192.0.2.5:514; "" for nowhere',
        f"{_REFERENCE}; public scripts that look for <none>",
        (
            SettingWay(
                line("esxcli system syslog config get"),
                "field",
                "Remote Host",
                set=(line("esxcli system syslog config set --loghost={value}"),),
                by_value={"": (line("esxcli system syslog config set --reset=loghost"),)},
                after=(line("esxcli system syslog reload"),),
                since="5.0",
            ),
        ),
    ),
    HostSetting(
        "kernel.{setting}",
        "word",
        "a setting of the vmkernel, as it is at the next start",
        f"{_REFERENCE}; a public capture of `-o vga` on 8.0",
        (
            SettingWay(
                line(f"{_KERNEL} list -o {{setting}}"),
                "column",
                "Configured of Name={setting}",
                set=(line(f"{_KERNEL} set -s {{setting}} -v {{value}}"),),
                since="5.0",
            ),
        ),
        needs="counts once the host has been restarted",
        listing=SettingWay(line(f"{_KERNEL} list"), "changed", since="5.0"),
    ),
    HostSetting(
        "hostd.{option}",
        "any",
        "an option of hostd, such as Config.HostAgent.plugins.solo.enableMob",
        "a capture of advopt/view on 5.x; the command list of 6.x; public scripts with "
        "`advopt/update NAME TYPE VALUE`",
        (
            SettingWay(
                line("vim-cmd hostsvc/advopt/view {option}"),
                "object",
                "value of key={option}",
                set=(line("vim-cmd hostsvc/advopt/update {option} {type} {value}"),),
            ),
        ),
    ),
    HostSetting(
        "maintenance",
        "boolean",
        "maintenance mode; a host enters it once no VM runs there, and 45 s are waited for that",
        f"{_REFERENCE}; the namespace is in a capture of 5.5; vim-cmd's command lists",
        (
            SettingWay(
                line("esxcli system maintenanceMode get"),
                by_value={
                    "true": (line(f"{_MAINTENANCE} --enable=true --timeout=45"),),
                    "false": (line(f"{_MAINTENANCE} --enable=false"),),
                },
                since="5.1",
            ),
            SettingWay(
                line("vim-cmd hostsvc/runtimeinfo"),
                "object",
                "inMaintenanceMode",
                by_value={
                    "true": (line("vim-cmd hostsvc/maintenance_mode_enter"),),
                    "false": (line("vim-cmd hostsvc/maintenance_mode_exit"),),
                },
                gone="5.1",
            ),
        ),
    ),
)
