"""``ansible_ssh_args`` and its siblings: which options of ssh they are, and which are refused."""

from __future__ import annotations

import pytest

from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory
from ftlab.model import Host


def read(variables: str, more: str = "") -> Inventory:
    inventory = parse_inventory(f"[g]\nh {more}\n[g:vars]\n{variables}\n", "lab.ini")
    inventory.check(inventory.hosts)
    return inventory


def host(variables: str, more: str = "") -> Host:
    return read(variables, more).hosts[0]


def options(args: str, key: str = "ansible_ssh_common_args") -> list[tuple[str, str]]:
    return [(each.keyword, each.value) for each in host(f"{key}={args}").ssh_options]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("-o ProxyJump=bastion1", [("ProxyJump", "bastion1")]),
        ("-oProxyJump=bastion1", [("ProxyJump", "bastion1")]),
        ("-o 'ProxyJump bastion1'", [("ProxyJump", "bastion1")]),
        ("-o 'ProxyJump = a@b:22,[::1]:23'", [("ProxyJump", "a@b:22,[::1]:23")]),
        ("-J a,b", [("ProxyJump", "a,b")]),
        ("-qCJ a", [("LogLevel", "QUIET"), ("Compression", "yes"), ("ProxyJump", "a")]),
        ("-p2222 -l admin", [("Port", "2222"), ("User", "admin")]),
        ("-i ~/.ssh/k -i k2", [("IdentityFile", "~/.ssh/k"), ("IdentityFile", "k2")]),
        ('-i "a key"', [("IdentityFile", '"a key"')]),
        (
            '-o ProxyCommand="ssh -W %h:%p -q u@gate"',
            [("ProxyCommand", "ssh -W %h:%p -q u@gate")],
        ),
        ("-4 -6", [("AddressFamily", "inet"), ("AddressFamily", "inet6")]),
        ("-o HostName=%h.lab", [("HostName", "%h.lab")]),
        ("-o 'User=\"a\"'", [("User", '"a"')]),
        ("", []),
    ],
)
def test_words_as_ssh_reads_them(args: str, expected: list[tuple[str, str]]) -> None:
    quoted = repr(args)
    assert options(quoted if "'" not in args else f'"""{args}"""') == expected


def test_each_option_says_where_it_stands() -> None:
    found = host("ansible_ssh_common_args='-o ProxyJump=b -p 22'").ssh_options
    assert [each.origin for each in found] == [
        "lab.ini:4: ansible_ssh_common_args: -o ProxyJump",
        "lab.ini:4: ansible_ssh_common_args: -p",
    ]


def test_arguments_stand_in_the_order_of_ansibles_command_line() -> None:
    """ansible_ssh_args, then what ansible_port and ansible_user say, then the other two."""
    found = host(
        "ansible_ssh_extra_args='-p 4'\nansible_ssh_common_args='-p 3 -l c'\n"
        "ansible_ssh_args='-p 1'",
        "ansible_port=2 ansible_user=u",
    )
    assert [each.value for each in found.ssh_options] == ["1", "3", "c", "4"]
    assert (found.port, found.user) == (1, "u")
    assert found.origins["port"] == "lab.ini:6: ansible_ssh_args: -p"


def test_a_configuration_of_its_own() -> None:
    assert host("ansible_ssh_common_args='-F lab.conf -F other.conf'").ssh_config == "other.conf"
    assert host("").ssh_config is None


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("bastion1", "'bastion1' is no option of ssh"),
        ("-o ProxyJump=b --", "'--' is no option of ssh"),
        ("-Z", "-Z is no option of ssh"),
        ("-p", "-p has no value"),
        ("-o", "-o has no value"),
        ("-W a:1", "-W hands the connection"),
        ("-1", "-1 asks for SSH-1"),
        ("-qV", "-V prints a version"),
        ("-o ProxyJump", "'ProxyJump' is not KEYWORD=VALUE"),
        ("-o Include=x", "-o Include cannot be followed"),
        ("-p ssh", "Port 'ssh'"),
        ("-l 'a b'", "User 'a b'"),
        ("-l -oProxyCommand=x", "it begins with a dash"),
        ("-o HostName=a;b", "HostName 'a;b'"),
        ("-J a;b", "ProxyJump 'a;b'"),
        ("-o HostKeyAlias=a,*", "HostKeyAlias 'a,*'"),
        ("-o 'CanonicalDomains=lab $(id)'", "CanonicalDomains 'lab $(id)'"),
        ("-J a,,b", "ProxyJump 'a,,b'"),
        ("-o ProxyJump=-x", "ProxyJump '-x'"),
        ('-o "x', "No closing quotation"),
    ],
)
def test_what_cannot_be_followed_names_file_line_and_option(args: str, words: str) -> None:
    with pytest.raises(InventoryError) as caught:
        host(f"ansible_ssh_common_args={args}")
    assert str(caught.value).startswith("lab.ini:4: ansible_ssh_common_args: ")
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_what_has_no_effect_is_said_once_for_all_hosts() -> None:
    inventory = parse_inventory(
        "[g]\na\nb\n[g:vars]\nansible_ssh_args='-y -E log'\nansible_host_key_checking=false\n"
        "ansible_timeout=5\n",
        "lab.ini",
    )
    heard: list[str] = []
    inventory.check(inventory.hosts, heard.append)
    assert heard == [
        "lab.ini:6: ansible_host_key_checking has no effect: ftlab always checks host keys; "
        "ftlab hosts.trust records them",
        "lab.ini:7: ansible_timeout has no effect: the time for a connection is --connect-timeout",
        "lab.ini:5: ansible_ssh_args: -y has no effect",
        "lab.ini:5: ansible_ssh_args: -E has no effect",
    ]


def test_what_is_done_anyway_needs_no_word() -> None:
    inventory = parse_inventory("h ansible_host_key_checking=yes ansible_become=true")
    heard: list[str] = []
    inventory.check(inventory.hosts, heard.append)
    assert heard == []
