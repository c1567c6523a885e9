"""What is done once to a host that was cloned, and never undone."""

from __future__ import annotations

from ftlab.esxi.settings.command_line import line
from ftlab.esxi.settings.setting import HostSetting, SettingWay

_CONF = "/etc/vmware/esx.conf"

CLONE = (
    HostSetting(
        "system.uuid",
        "word",
        "the host's identifier, which clones share until each gets its own",
        "public instructions for cloned vESXi hosts, which edit the line in /etc/vmware/esx.conf",
        (
            SettingWay(
                line(f"cat {_CONF}"),
                "match",
                r'^/system/uuid = "([^"]+)"',
                file=_CONF,
                edit='/system/uuid = "{item}"',
                after=(line("/sbin/auto-backup.sh"),),
                since="4.1",
            ),
        ),
        needs="counts once the host has been restarted",
        stays=("*",),
    ),
    HostSetting(
        "certificate.name",
        "word",
        "the name in the host's own certificate, which is made anew for the name that the host has",
        "VMware vSphere Security guides: /sbin/generate-certificates",
        (
            SettingWay(
                line("openssl x509 -noout -subject -in /etc/vmware/ssl/rui.crt"),
                "match",
                r"CN ?= ?([^,/\n]+)",
                set=(line("/sbin/generate-certificates"),),
                since="5.0",
            ),
        ),
        needs="counts once hostd and rhttpproxy have been restarted",
        stays=("*",),
    ),
)
