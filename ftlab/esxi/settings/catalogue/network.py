"""What a host's network is told: tags of vmknics, names and resolvers, security policies."""

from __future__ import annotations

from ftlab.esxi.settings.command_line import line
from ftlab.esxi.settings.setting import HostSetting, SettingWay

_REFERENCE = "VMware vSphere 5.0 to 8.0 esxcli reference"
_TAG = "esxcli network ip interface tag"
_SWITCH = "esxcli network vswitch standard policy security"
_GROUP = "esxcli network vswitch standard portgroup policy security"
_SWITCHES = SettingWay(
    line("esxcli network vswitch standard list"), "match", r"^   Name: (.+?)\s*$", since="5.0"
)
_GROUPS = SettingWay(
    line("esxcli network vswitch standard portgroup list"), "column", "Name", since="5.0"
)


def _allows(flag: str, field: str, what: str) -> HostSetting:
    """One of a standard vSwitch's three policies."""
    return HostSetting(
        f"vswitch.{{vswitch}}.{flag}",
        "boolean",
        f"security policy of a standard vSwitch: {what}",
        f"{_REFERENCE}; a nested lab needs promiscuous mode and forged transmits underneath",
        (
            SettingWay(
                line(f"{_SWITCH} get -v {{vswitch}}"),
                "field",
                field,
                set=(line(f"{_SWITCH} set -v {{vswitch}} --{flag}={{value}}"),),
                since="5.0",
            ),
        ),
        listing=_SWITCHES,
    )


NETWORK = (
    HostSetting(
        "vmknic.{vmknic}.tags",
        "set",
        "the services that a vmknic carries: VMotion, faultToleranceLogging, Management and others",
        f"{_REFERENCE} (tags are there from 5.1 on; before, the options /Migrate/Vmknic and "
        "/FT/Vmknic name one vmknic each)",
        (
            SettingWay(
                line(f"{_TAG} get -i {{vmknic}}"),
                "field",
                "Tags",
                add=line(f"{_TAG} add -i {{vmknic}} -t {{item}}"),
                remove=line(f"{_TAG} remove -i {{vmknic}} -t {{item}}"),
                since="5.1",
            ),
        ),
        listing=SettingWay(
            line("esxcli network ip interface list"), "match", r"^   Name: (\S+)", since="5.1"
        ),
    ),
    HostSetting(
        "vmknic.{vmknic}.tag.{tag}",
        "boolean",
        "whether a vmknic carries one service, whatever else it carries",
        f"{_REFERENCE}; public kickstart scripts of nested labs",
        (
            SettingWay(
                line(f"{_TAG} get -i {{vmknic}}"),
                "member",
                "Tags={tag}",
                by_value={
                    "true": (line(f"{_TAG} add -i {{vmknic}} -t {{tag}}"),),
                    "false": (line(f"{_TAG} remove -i {{vmknic}} -t {{tag}}"),),
                },
                since="5.1",
            ),
        ),
    ),
    HostSetting(
        "hostname",
        "word",
        "the host's own name, without its domain",
        f"{_REFERENCE}; a capture of 5.5",
        (
            SettingWay(
                line("esxcli system hostname get"),
                "field",
                "Host Name",
                set=(line("esxcli system hostname set --host={value}"),),
                since="5.0",
            ),
        ),
    ),
    HostSetting(
        "domain",
        "word",
        "the domain that the host's name is in",
        f"{_REFERENCE}; a capture of 5.5 with none",
        (
            SettingWay(
                line("esxcli system hostname get"),
                "field",
                "Domain Name",
                set=(line("esxcli system hostname set --domain={value}"),),
                since="5.0",
            ),
        ),
    ),
    HostSetting(
        "dns.servers",
        "list",
        "the servers that names are asked of, in their order",
        f"{_REFERENCE}; public notes of 5.x with both answers",
        (
            SettingWay(
                line("esxcli network ip dns server list"),
                "field",
                "DNSServers",
                add=line("esxcli network ip dns server add --server={item}"),
                remove=line("esxcli network ip dns server remove --server={item}"),
                since="5.0",
            ),
        ),
    ),
    HostSetting(
        "dns.search",
        "list",
        "the domains that short names are looked up in, in their order",
        f"{_REFERENCE}; public notes of 5.x with both answers",
        (
            SettingWay(
                line("esxcli network ip dns search list"),
                "field",
                "DNSSearch Domains",
                add=line("esxcli network ip dns search add --domain={item}"),
                remove=line("esxcli network ip dns search remove --domain={item}"),
                since="5.0",
            ),
        ),
    ),
    _allows("allow-promiscuous", "Allow Promiscuous", "whether ports may see all traffic"),
    _allows("allow-mac-change", "Allow MAC Address Change", "whether a guest may change its MAC"),
    _allows(
        "allow-forged-transmits", "Allow Forged Transmits", "whether a guest may send as others"
    ),
    HostSetting(
        "portgroup.{portgroup}.security",
        "set",
        "the security policies in which a port group differs from its vSwitch, such as "
        "allow-promiscuous=true; [] for none",
        f"{_REFERENCE}: --use-vswitch takes back all three at once",
        (
            SettingWay(
                line(f"{_GROUP} get -p {{portgroup}}"),
                "overrides",
                set=(
                    line(f"{_GROUP} set -p {{portgroup}} --use-vswitch"),
                    line(f"{_GROUP} set -p {{portgroup}} --{{item}}"),
                ),
                since="5.0",
            ),
        ),
        listing=_GROUPS,
    ),
)
