"""From a host of the inventory and ssh's configuration to the place that is dialled."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fake_machine import FakeMachine

from ftlab.errors import Unreachable, UsageError
from ftlab.model import Host, SshOption
from ftlab.ssh.network.interfaces import interface_addresses
from ftlab.ssh.network.target import Identity, Target
from ftlab.ssh.network.targets import Targets

CONFIG = Path("/home/me/.ssh/config")


def targets(text: str, others: Mapping[str, Host] | None = None, **files: str) -> Targets:
    texts = {str(CONFIG): text, **{f"/home/me/{name}": more for name, more in files.items()}}
    return Targets(CONFIG, others, around=FakeMachine(texts))


def resolve(text: str, host: Host, others: Mapping[str, Host] | None = None) -> Target:
    return targets(text, others).of(host)


def option(keyword: str, value: str) -> SshOption:
    return SshOption(keyword, value, f"hosts.ini:3: ansible_ssh_common_args: -o {keyword}")


def test_defaults() -> None:
    target = Targets(None).of(Host("esx1"))
    assert (target.address, target.port, target.user) == ("esx1", 22, "root")
    assert target.identity == Identity()
    assert (target.via, target.known_as, target.family) == (None, "esx1", "any")
    assert target.origins["port"] == ("default",)


def test_the_inventory_wins_over_the_configuration() -> None:
    text = "Host esx*\n HostName 10.0.0.9\n User admin\n Port 2200\n IdentityFile ~/k\n"
    silent = resolve(text, Host("esx1"))
    assert (silent.address, silent.port, silent.user) == ("10.0.0.9", 2200, "admin")
    assert silent.key_files == ("/home/me/k",)
    assert silent.origins["address"] == (f"{CONFIG}:2",)
    assert silent.origins["identity"] == (f"{CONFIG}:5",)
    told = resolve(text, Host("esx1", port=22, user="root", key_file="/k"))
    assert (told.address, told.port, told.user) == ("10.0.0.9", 22, "root")
    assert told.key_files == ("/k",)
    elsewhere = resolve(text, Host("esx1", address="192.0.2.1"))
    assert (elsewhere.address, elsewhere.port) == ("192.0.2.1", 22)


def test_what_the_inventory_says_decides_which_blocks_apply() -> None:
    text = "Match user ops\n Port 2201\nMatch exec 'true %p'\n ProxyJump gate\n"
    assert resolve(text, Host("esx1", user="ops")).port == 2201
    assert resolve(text, Host("esx1", user="ops", port=99)).port == 99


def test_options_in_the_inventory_come_before_the_files() -> None:
    host = Host(
        "esx1",
        ssh_options=(
            option("ProxyCommand", "nc %h %p"),
            option("IdentityFile", '"/a key"'),
            option("HostName", "%h.lab"),
        ),
    )
    target = resolve("HostName other\nProxyJump gate\nIdentityFile ~/k\n", host)
    assert (target.address, target.via, target.proxy_line) == (
        "esx1.lab",
        "nc %h %p",
        "nc esx1.lab 22",
    )
    assert target.key_files == ("/a key", "/home/me/k")
    assert target.origins["via"] == ("hosts.ini:3: ansible_ssh_common_args: -o ProxyCommand",)


def test_a_configuration_in_place_of_the_users() -> None:
    host = Host("esx1", ssh_config="~/other")
    found = targets("Port 1\n", other="Port 2201\nProxyJump gate\n")
    assert found.of(host).port == 2201
    assert found.jump_of(found.of(host)).port == 2201
    assert found.of(replace(host, ssh_config="none")).port == 22
    with pytest.raises(UsageError, match="/home/me/gone: there is no such"):
        found.of(replace(host, ssh_config="~/gone"))


def test_a_jump_host_for_all_needs_none_itself() -> None:
    text = "Host gate\n HostName 10.0.0.1\nHost *\n ProxyJump me@gate\n"
    assert resolve(text, Host("esx1")).via == "me@gate"
    assert resolve(text, Host("gate")).via is None
    assert resolve(text, Host("g1", address="gate")).via is None
    assert resolve(text, Host("esx1", jump="none")).via is None
    assert resolve("ProxyJump 10.0.0.1:2222\n", Host("g", address="10.0.0.1")).via == (
        "[10.0.0.1]:2222"
    )


@pytest.mark.parametrize(
    ("text", "via", "name", "port", "user"),
    [
        ("gate", "gate", "gate", 22, "me"),
        ("u@gate:2222", "u@gate:2222", "gate", 2222, "u"),
        ("[::1]:2222", "[::1]:2222", "::1", 2222, "me"),
        ("u@[fe80::1]", "u@[fe80::1]", "fe80::1", 22, "u"),
        ("fe80::1", "[fe80::1]", "fe80::1", 22, "me"),
        ("ssh://u@gate:22", "u@gate:22", "gate", 22, "u"),
        ("root@127.0.77.1:2222", "root@[127.0.77.1]:2222", "127.0.77.1", 2222, "root"),
    ],
)
def test_notations_of_a_jump_host(text: str, via: str, name: str, port: int, user: str) -> None:
    found = targets("")
    target = found.of(Host("esx1", jump=text))
    hop = found.jump_of(target)
    assert (target.via, hop.address, hop.port, hop.user) == (via, name, port, user)


def test_only_ftlab_jump_names_hosts_of_the_inventory() -> None:
    others = {"gate": Host("gate", address="10.0.0.1", port=2222, user="ops")}
    found = targets("Host gate\n HostName 192.0.2.1\n", others)
    own = found.jump_of(found.of(Host("esx1", jump="gate")))
    assert (own.address, own.port, own.user) == ("10.0.0.1", 2222, "ops")
    named = Host("esx1", ssh_options=(option("ProxyJump", "gate"),))
    theirs = found.jump_of(found.of(named))
    assert (theirs.address, theirs.port, theirs.user) == ("192.0.2.1", 22, "me")


def test_several_jump_hosts_in_a_row() -> None:
    others = {name: Host(name, address=f"{name}.lab", user=name) for name in ("one", "two")}
    found = targets("Host three\n ProxyJump four\n", others)
    target = found.of(Host("esx1", jump="three,one,two"))
    way = []
    while target.jump is not None:
        target = found.jump_of(target)
        way.append((target.address, target.user))
    assert way == [("two.lab", "two"), ("one.lab", "one"), ("three", "me"), ("four", "me")]


def test_a_circle_of_jump_hosts() -> None:
    others = {"a": Host("a", jump="b"), "b": Host("b", jump="a")}
    found = targets("", others)
    with pytest.raises(Unreachable, match="a circle") as caught:
        found.check_way(found.of(others["a"]))
    assert caught.value.kind == "unreachable.jump"
    found.check(others.values())  # one host's own trouble, and no reason to contact nobody


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("PKCS11Provider /lib/pkcs11.so", "ssh-add -s"),
        ("CertificateFile ~/cert", "KEY-cert.pub"),
        ("RevokedHostKeys ~/revoked", "@revoked"),
        ("BindInterface eth0", "BindAddress"),
    ],
)
def test_what_decides_the_way_and_is_not_followed_is_refused(line: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(f"Host esx1\n {line}\n", Host("esx1"))
    assert caught.value.message.startswith(f"{CONFIG}:2: {line.split(maxsplit=1)[0]} for esx1: ")
    assert words in caught.value.hint
    resolve(f"Host esx1\n {line}\n", Host("esx2"))
    resolve(f"Host esx1\n {line.split(maxsplit=1)[0]} none\n", Host("esx1", jump="gate"))


def test_settings_of_keys_do_not_matter_where_the_inventory_names_the_key() -> None:
    text = "PKCS11Provider /lib/x.so\nCertificateFile ~/c\nIdentityFile ~/k\nProxyJump g\n"
    target = resolve(text + "BindInterface eth0\n", Host("esx1", key_file="~/mine"))
    assert target.identity == Identity(("/home/me/mine",), exclusive=True)


def test_a_jump_host_that_cannot_be_followed_is_found_before_anything_is_sent() -> None:
    found = targets("Host gate\n PKCS11Provider /lib/x.so\nHost esx1\n ProxyJump gate\n")
    with pytest.raises(UsageError, match="config:2: PKCS11Provider for gate"):
        found.check([Host("esx1")])


def test_a_connection_that_the_user_refuses() -> None:
    with pytest.raises(UsageError, match="config:2: RefuseConnection for esx1: it is retired"):
        resolve('Host esx1\n RefuseConnection "it is retired"\n', Host("esx1"))


def test_other_settings_that_count() -> None:
    text = (
        "AddressFamily inet6\nBindAddress 192.0.2.9\nHostKeyAlias Alias\nIdentitiesOnly yes\n"
        "IdentityAgent ~/%r.sock\nIdentityFile none\nPreferredAuthentications publickey,password\n"
        "PasswordAuthentication no\nUserKnownHostsFile ~/known /dev/null\nProxyUseFdpass yes\n"
        "GlobalKnownHostsFile none\n"
    )
    target = resolve(text, Host("esx1"))
    assert (target.family, target.bind_address, target.known_as) == ("inet6", "192.0.2.9", "alias")
    assert target.identity == Identity((), only=True, agent="/home/me/root.sock")
    assert target.methods == ("publickey",)
    assert target.known_hosts == (Path("/home/me/known"), Path("/dev/null"))
    assert (target.more_known_hosts, target.proxy_passes_socket) == ((), True)


@pytest.mark.parametrize(
    ("value", "agent"),
    [("SSH_AUTH_SOCK", None), ("none", ""), ("$AGENT", "/a"), ("${AGENT}", "/a"), ("$GONE", "")],
)
def test_which_agent(value: str, agent: str | None) -> None:
    around = FakeMachine({str(CONFIG): f"IdentityAgent {value}\n"}, environment={"AGENT": "/a"})
    assert Targets(CONFIG, around=around).of(Host("esx1")).identity.agent == agent


def test_the_addresses_of_this_machine() -> None:
    """For ``Match localnetwork``."""
    found = interface_addresses()
    assert "127.0.0.1" in found
    assert all(ipaddress.ip_address(address) for address in found)


def test_each_host_is_resolved_once() -> None:
    around = FakeMachine({str(CONFIG): "Match exec 'ask %h'\n Port 2201\n"})
    found = Targets(CONFIG, around=around)
    assert found.of(Host("esx1")) is found.of(Host("esx1"))
    found.of(Host("esx2"))
    assert around.ran == ["ask esx1", "ask esx2"]
