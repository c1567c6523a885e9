"""Names, resolver, welcome message and hostd's options, as published sessions show them."""

from __future__ import annotations

from pathlib import Path

import pytest
from captures import capture
from model_lab import ask, out
from server_lab import client, execute, front
from test_model_captures import lines_without_end_blanks

from ftlab.sim import VERSIONS, Fault, SimHost, SimLab

ESXCLI = [version for version in VERSIONS if not version.startswith("4")]


def host_of(tmp_path: Path, version: str, name: str = "vesxi01") -> SimHost:
    return SimLab(tmp_path, hosts=[name], versions=[version], pairs=0)[name]


def hostname_of(domain: str, fqdn: str, short: str) -> str:
    return (
        f"   Domain Name: {domain}\n   Fully Qualified Domain Name: {fqdn}\n   Host Name: {short}\n"
    )


def test_a_5_0_session_on_hostnames(tmp_path: Path) -> None:
    """A published one: https://github.com/jreypo (blog of 2011-11-15)."""
    host = host_of(tmp_path, "5.0", "esxi5.vjlab.local")
    get = "esxcli system hostname get"
    assert out(host, get) == hostname_of("vjlab.local", "esxi5.vjlab.local", "esxi5")
    assert out(host, "esxcli system hostname set --domain=jreypo.local") == ""
    assert out(host, get) == hostname_of("jreypo.local", "esxi5.jreypo.local", "esxi5")
    assert out(host, "esxcli system hostname set --host=esxi5-2") == ""
    assert out(host, get) == hostname_of("jreypo.local", "esxi5-2.jreypo.local", "esxi5-2")
    assert out(host, "esxcli system hostname set --fqdn=esxi5.vjlab.local") == ""
    assert out(host, get) == hostname_of("vjlab.local", "esxi5.vjlab.local", "esxi5")


def test_an_empty_domain_as_captured(tmp_path: Path) -> None:
    wanted = lines_without_end_blanks(capture("esxcli-system-hostname-get-55-empty-domain"))
    told = out(host_of(tmp_path, "5.5", "esx116"), "esxcli system hostname get")
    assert lines_without_end_blanks(told) == wanted


@pytest.mark.parametrize("version", ESXCLI)
def test_a_new_name_is_told_everywhere_and_outlives_a_reboot(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    out(host, "esxcli system hostname set --fqdn esx9.lab.example")
    host.reboot(0)
    assert out(host, "hostname") == "esx9.lab.example\n"
    assert out(host, "hostname -s") == "esx9\n"
    assert out(host, "uname -n") == "esx9.lab.example\n"
    assert 'name = "esx9.lab.example"' in out(host, "vim-cmd hostsvc/hostsummary")
    assert "   Host Name: esx9\n" in out(host, "esxcli system hostname get")
    assert host.name == "vesxi01"


def test_faults_strike_settings_as_anything_else(tmp_path: Path) -> None:
    host = host_of(tmp_path, "6.7")
    line = "esxcli system hostname set --host other"
    host.faults += [
        Fault("esxcli system hostname set", what="lie"),
        Fault("esxcli system hostname set", stdout=b"Unable to set\n"),
        Fault("esxcli system hostname set", what="cut", runs=True),
    ]
    assert out(host, line) == ""
    assert ask(host, line).stdout == b"Unable to set\n"
    assert host.config.fqdn == "vesxi01"
    assert ask(host, line).cut
    assert host.config.fqdn == "other"


def test_an_option_that_is_not_simulated_is_named(tmp_path: Path) -> None:
    told = ask(host_of(tmp_path, "8.0"), "esxcli system syslog config set --check-ssl-certs=true")
    assert (told.exit, told.stdout) == (1, b"")
    assert told.stderr == (
        b"This simulated host does not have the option --check-ssl-certs of this command\n"
    )


@pytest.mark.parametrize(
    "options", ["--fqdn a.b --host c", "--fqdn a.b --domain c", "", "--host a.b", "--host a_b"]
)
def test_wrong_names_change_nothing(tmp_path: Path, options: str) -> None:
    host = host_of(tmp_path, "7.0 U3")
    assert ask(host, f"esxcli system hostname set {options}").exit == 1
    assert host.config.fqdn == "vesxi01"


def test_4_1_has_no_such_command(tmp_path: Path) -> None:
    told = ask(host_of(tmp_path, "4.1"), "esxcli system hostname get")
    assert (told.exit, told.stdout[:22]) == (1, b"Error: Unknown command")


def test_a_session_on_dns_servers(tmp_path: Path) -> None:
    """Published ones of 5.x: elatov.github.io (2013-01-07), and another of the same form."""
    host = host_of(tmp_path, "5.5")
    servers = "esxcli network ip dns server"
    assert out(host, f"{servers} list") == "   DNSServers: \n"
    assert out(host, f"{servers} add -s 192.168.76.2") == ""
    assert out(host, f"{servers} add -s 8.8.8.8") == ""
    assert out(host, f"{servers} list") == "   DNSServers: 192.168.76.2, 8.8.8.8\n"
    assert out(host, f"{servers} remove -s 192.168.76.2") == ""
    assert out(host, f"{servers} list -N defaultTcpipStack") == "   DNSServers: 8.8.8.8\n"
    assert out(host, f"{servers} remove --all") == ""
    assert out(host, f"{servers} list") == "   DNSServers: \n"


def test_a_session_on_search_domains(tmp_path: Path) -> None:
    host = host_of(tmp_path, "8.0")
    search = "esxcli network ip dns search"
    assert out(host, f"{search} add -d test.com") == ""
    assert out(host, f"{search} add --domain=intra.rtfmp.com") == ""
    assert out(host, f"{search} list") == "   DNSSearch Domains: test.com, intra.rtfmp.com\n"
    out(host, "esxcli network ip dns server add -s 10.0.0.1")
    host.reboot(0)
    assert host.path("/etc/resolv.conf").read_text() == (
        "search test.com intra.rtfmp.com\nnameserver 10.0.0.1\n"
    )
    assert out(host, f"{search} remove -d test.com") == ""
    assert out(host, f"{search} list") == "   DNSSearch Domains: intra.rtfmp.com\n"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("server add -s 10.0.0.1", "This simulated host has 10.0.0.1 already"),
        ("server remove -s 10.0.0.9", "This simulated host does not have 10.0.0.9"),
        ("search remove -d nosuch", "This simulated host does not have nosuch"),
        ("server list -N vmotion", "This simulated host has no network stack vmotion"),
    ],
)
def test_what_is_not_published_is_said(tmp_path: Path, command: str, words: str) -> None:
    host = host_of(tmp_path, "6.7")
    out(host, "esxcli network ip dns server add -s 10.0.0.1")
    told = ask(host, f"esxcli network ip dns {command}")
    assert (told.exit, told.stdout) == (1, b"")
    assert told.stderr.decode().startswith(words)
    assert out(host, "esxcli network ip dns server list") == "   DNSServers: 10.0.0.1\n"


def test_a_server_is_an_address(tmp_path: Path) -> None:
    told = ask(host_of(tmp_path, "6.7"), "esxcli network ip dns server add -s ns.lab")
    assert (told.exit, told.stdout) == (1, b"Error: ns.lab is no IP address\n")


@pytest.mark.parametrize("version", ESXCLI)
def test_the_welcome_message_is_hostd_s_option(tmp_path: Path, version: str) -> None:
    host = host_of(tmp_path, version)
    assert out(host, "esxcli system welcomemsg get") == "\n"
    assert out(host, "esxcli system welcomemsg set -m", "Nested: lab of the team") == ""
    assert out(host, "esxcli system welcomemsg get") == "Nested: lab of the team\n"
    shown = out(host, "vim-cmd hostsvc/advopt/view Annotations.WelcomeMessage")
    assert 'value = "Nested: lab of the team"' in shown
    host.reboot(0)
    assert out(host, "vim-cmd hostsvc/advopt/update Annotations.WelcomeMessage string", "") == ""
    assert out(host, "esxcli system welcomemsg get") == "\n"


def test_a_5_x_option_as_captured(tmp_path: Path) -> None:
    wanted = capture("hostsvc-advopt-view-ScratchConfig")
    name = "ScratchConfig.ConfiguredScratchLocation"
    host = host_of(tmp_path, "5.5")
    place = "/vmfs/volumes/82302723-14b2f373-d7f3-d9ce5b676e7e/.locker"
    assert out(host, f"vim-cmd hostsvc/advopt/update {name} string {place}") == ""
    told = out(host, f"vim-cmd hostsvc/advopt/view {name}")
    assert told == wanted


def test_options_of_the_kernel_are_the_same_by_either_way(tmp_path: Path) -> None:
    host = host_of(tmp_path, "6.7")
    assert out(host, "vim-cmd hostsvc/advopt/update UserVars.SuppressShellWarning long 1") == ""
    path = "/UserVars/SuppressShellWarning"
    assert "   Int Value: 1\n" in out(host, f"esxcli system settings advanced list -o {path}")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Config.HostAgent.plugins.solo.enableMob string true", "vmodl.fault.InvalidArgument"),
        ("Config.HostAgent.plugins.solo.enableMob bool maybe", "vmodl.fault.InvalidArgument"),
        ("UserVars.SuppressShellWarning long 7", "vmodl.fault.InvalidArgument"),
        ("UserVars.SuppressShellWarning string 1", "vmodl.fault.InvalidArgument"),
        ("Ftlab.Nothing long 1", "vim.fault.InvalidName"),
    ],
)
def test_wrong_values_are_the_api_s_faults(tmp_path: Path, words: str, fault: str) -> None:
    told = ask(host_of(tmp_path, "6.7"), f"vim-cmd hostsvc/advopt/update {words}")
    assert told.exit == 1
    assert told.stdout.decode().startswith(f"({fault}) {{\n")


def test_a_boolean_of_hostd(tmp_path: Path) -> None:
    host = host_of(tmp_path, "7.0 U3")
    name = "Config.HostAgent.plugins.solo.enableMob"
    assert out(host, f"vim-cmd hostsvc/advopt/update {name} bool true") == ""
    assert "value = true" in out(host, f"vim-cmd hostsvc/advopt/view {name}")


def test_a_clone_s_identifier_is_made_anew_at_the_next_start(tmp_path: Path) -> None:
    host = host_of(tmp_path, "6.7")
    conf = host.path("/etc/vmware/esx.conf")
    first = out(host, "esxcli system uuid get").strip()
    assert conf.read_text() == f'/system/uuid = "{first}"\n'
    conf.write_text("")
    assert out(host, "esxcli system uuid get").strip() == first
    host.reboot(0)
    second = out(host, "esxcli system uuid get").strip()
    assert second != first
    assert conf.read_text() == f'/system/uuid = "{second}"\n'
    host.reboot(0)
    assert out(host, "esxcli system uuid get").strip() == second


@pytest.mark.parametrize("version", ESXCLI)
def test_a_clone_gets_a_certificate_for_its_name(tmp_path: Path, version: str) -> None:
    """The subject of an installer's certificate was published with a scan of such a host."""
    host = host_of(tmp_path, version)
    asked = "openssl x509 -noout -subject -in /etc/vmware/ssl/rui.crt"
    told = out(host, asked)
    assert told.startswith("subject= /C=US/ST=California/L=Palo Alto/O=VMware, Inc/OU=VMware ESX")
    assert "/CN=localhost.localdomain/unstructuredName=" in told
    out(host, "esxcli system hostname set --fqdn=esx7.lab.example")
    assert out(host, asked) == told
    assert out(host, "/sbin/generate-certificates") == ""
    host.reboot(0)
    swapped = "openssl x509 -in /etc/vmware/ssl/rui.crt -noout -subject"
    assert "/CN=esx7.lab.example/" in out(host, swapped)
    assert ask(host, "openssl x509 -in /etc/vmware/ssl/rui.crt -noout -text").stderr.startswith(
        b"This simulated host has only: openssl x509 -noout -subject"
    )


@pytest.mark.parametrize("version", ["5.5", "8.0"])
def test_a_clone_s_identifier_is_edited_as_instructions_say(tmp_path: Path, version: str) -> None:
    fresh = "4ff35a91-ab62-fc60-8199-0050561721df"
    script = f"""sed -i 's#^/system/uuid = .*#/system/uuid = "{fresh}"#' /etc/vmware/esx.conf"""
    with front(tmp_path, version) as (lab, served), client(served.ports["vesxi01"]) as transport:
        before = lab["vesxi01"].config.uuid
        lab["vesxi01"].path("/etc/vmware/esx.conf").open("a").write('/adv/X/Y = "1"\n')
        assert execute(transport, script) == (0, b"", b"")
        told = execute(transport, "cat /etc/vmware/esx.conf")[1]
        assert told == f'/system/uuid = "{fresh}"\n/adv/X/Y = "1"\n'.encode()
        assert execute(transport, "esxcli system uuid get")[1] == f"{before}\n".encode()
        lab["vesxi01"].reboot(0)
    assert out(lab["vesxi01"], "esxcli system uuid get") == f"{fresh}\n"
