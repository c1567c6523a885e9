"""A lab whose every setting is in a file: twelve hosts of five releases, from stock to nested,
drifted by hand, planned, applied, undone, reset, captured, and compared with the capture. For the
simulated SSH and for a real one."""

from __future__ import annotations

from typing import Any

from cli_place import Place
from lab_bench import profile

RELEASES = ("5.5", "6.0", "6.7", "7.0 U3", "8.0")
VERSIONS = tuple(RELEASES[n % 5] for n in range(12))
PROFILE = 'include = ["nested-host", "smp-ft-host"]\n[[state]]\n'
"""Beside the two: names of the lab's own."""
OWN = """
[state.setting]
hostname = "{{ inventory_hostname_short }}"
"dns.servers" = ["192.0.2.53", "192.0.2.54"]
"""
SECURITY = ("network", "vswitch", "standard", "policy", "security", "set", "-v", "vSwitch0")
BY_HAND: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("vesxi01", "hostname", ("esxcli", "system", "hostname", "set", "--host=other")),
    ("vesxi02", "dns.servers",
     ("esxcli", "network", "ip", "dns", "server", "remove", "--server=192.0.2.53")),
    ("vesxi03", "vmknic.vmk0.tag.VMotion",
     ("esxcli", "network", "ip", "interface", "tag", "remove", "-i", "vmk0", "-t", "VMotion")),
    ("vesxi04", "vmknic.vmk0.tag.faultToleranceLogging",
     ("esxcli", "network", "ip", "interface", "tag", "remove", "-i", "vmk0",
      "-t", "faultToleranceLogging")),
    ("vesxi05", "vswitch.vSwitch0.allow-promiscuous",
     ("esxcli", *SECURITY, "--allow-promiscuous=false")),
    ("vesxi06", "vswitch.vSwitch0.allow-mac-change",
     ("esxcli", *SECURITY, "--allow-mac-change=false")),
    ("vesxi07", "vswitch.vSwitch0.allow-forged-transmits",
     ("esxcli", *SECURITY, "--allow-forged-transmits=false")),
    ("vesxi08", "service.ssh.policy", ("vim-cmd", "hostsvc/disable_ssh")),
    ("vesxi09", "service.shell.running", ("vim-cmd", "hostsvc/stop_esx_shell")),
    ("vesxi10", "/Net/FollowHardwareMac",
     ("esxcli", "system", "settings", "advanced", "set", "-o", "/Net/FollowHardwareMac",
      "-i", "0")),
)  # fmt: skip
"""Ten places in which somebody changes something."""


def drift(hosts: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (host, str(change["path"])) for host, entry in hosts.items() for change in entry["changes"]
    }


def by_hand(place: Place) -> None:
    for host, _, argv in BY_HAND:
        assert place[host].answer(argv).exit == 0, argv


def from_stock_to_nested_and_back(place: Place) -> None:
    """The whole of it, on a lab of such hosts."""
    cli, wanted = place.cli, {(host, setting) for host, setting, _ in BY_HAND}
    cli("lab.apply", "--profile", "stock", "--yes").expect(0)
    file = profile(cli, PROFILE + OWN)
    cli.json("lab.plan", "--profile", file).expect(3)
    built = cli.json("lab.apply", "--profile", file, "--yes").expect(0)
    assert set(built.statuses.values()) == {"changed"}
    assert all(change["verified"] for host in built.hosts.values() for change in host["changes"])
    cli("lab.plan", "--profile", file).expect(0)

    by_hand(place)
    planned = cli.json("lab.plan", "--profile", file).expect(3)
    assert drift(planned.hosts) == wanted
    mended = cli.json("lab.apply", "--profile", file, "--yes").expect(0)
    assert drift(mended.hosts) == wanted
    cli("lab.plan", "--profile", file).expect(0)
    cli("lab.undo", mended.run, "--yes").expect(0)
    assert drift(cli.json("lab.plan", "--profile", file).expect(3).hosts) == wanted

    cli("lab.reset", "--profile", file, "--yes").expect(0)
    good = cli.json("lab.capture").expect(0).document["profile"]
    captured = profile(cli, good, "good.toml")
    cli("lab.plan", "--profile", captured).expect(0)
