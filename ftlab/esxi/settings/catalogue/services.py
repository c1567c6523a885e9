"""Services of a host: whether they run, and whether they start with it; and the time."""

from __future__ import annotations

from dataclasses import replace

from ftlab.esxi.settings.command_line import CommandLine, line
from ftlab.esxi.settings.setting import HostSetting, SettingWay

_READ = line("vim-cmd hostsvc/hostconfig")
_SOURCE = (
    "vSphere API, HostService (running, policy); the command lists of vim-cmd on 4.1 and 6.x; "
    "public kickstart scripts"
)


def _by_vim_cmd(field: str, key: str, yes: str, no: str) -> SettingWay:
    on, off = ("true", "false") if field == "running" else ("on", "off")
    return SettingWay(
        _READ,
        "object",
        f"{field} of key={key}",
        by_value={on: (line(f"vim-cmd hostsvc/{yes}"),), off: (line(f"vim-cmd hostsvc/{no}"),)},
        since="5.0",
    )


def _on_41(way: SettingWay) -> SettingWay:
    return replace(way, since="4.1", gone="5.0")


def _shell(name: str, title: str, key: str, word: str, old: str) -> tuple[HostSetting, HostSetting]:
    """One of the two shells. ``old`` is how 4.1 calls it; "" where that is not known."""
    running = [_by_vim_cmd("running", key, f"start_{word}", f"stop_{word}")]
    policy = [_by_vim_cmd("policy", key, f"enable_{word}", f"disable_{word}")]
    if old:
        running.append(_on_41(_by_vim_cmd("running", key, f"start_{old}", f"stop_{old}")))
        policy.append(_on_41(_by_vim_cmd("policy", key, f"enable_{old}", f"disable_{old}")))
    return _service(name, title, tuple(running), tuple(policy))


def _service(
    name: str, title: str, running: tuple[SettingWay, ...], policy: tuple[SettingWay, ...]
) -> tuple[HostSetting, HostSetting]:
    return (
        HostSetting(
            f"service.{name}.running", "boolean", f"whether {title} runs", _SOURCE, running
        ),
        HostSetting(
            f"service.{name}.policy",
            "text",
            f"whether {title} starts with the host",
            _SOURCE,
            policy,
            takes=("on", "off"),
        ),
    )


def _ntpd(field: str, steps: dict[str, tuple[CommandLine, ...]]) -> SettingWay:
    return SettingWay(_READ, "object", f"{field} of key=ntpd", by_value=steps, since="4.1")


SERVICES = (
    *_shell("ssh", "SSH", "TSM-SSH", "ssh", "remote_tsm"),
    *_shell("shell", "the ESXi Shell", "TSM", "esx_shell", ""),
    *_service(
        "ntp",
        "the NTP daemon",
        (
            _ntpd(
                "running",
                {
                    "true": (line("/etc/init.d/ntpd start"),),
                    "false": (line("/etc/init.d/ntpd stop"),),
                },
            ),
        ),
        (
            _ntpd(
                "policy",
                {"on": (line("chkconfig ntpd on"),), "off": (line("chkconfig ntpd off"),)},
            ),
        ),
    ),
    HostSetting(
        "ntp.servers",
        "list",
        "the servers that the time is asked of; from 7.0 on, none means that NTP is off, too",
        "VMware vSphere 7.0 esxcli reference; before, /etc/ntp.conf (VMware KB 2012069)",
        (
            SettingWay(
                line("esxcli system ntp get"),
                "field",
                "Servers",
                set=(line("esxcli system ntp set --server={item}"),),
                by_value={"": (line("esxcli system ntp set --reset"),)},
                since="7.0",
            ),
            SettingWay(
                line("cat /etc/ntp.conf"),
                "match",
                r"^server[ \t]+(\S+)",
                file="/etc/ntp.conf",
                edit="server {item}",
                since="4.1",
                gone="7.0",
            ),
        ),
        needs="counts before 7.0 once the NTP daemon is started again",
    ),
)
