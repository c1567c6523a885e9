"""From variables to a host: what connects, what is hidden, and what is refused."""

import pickle

import pytest

from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory
from ftlab.model import Host, Secret


def checked(text: str, file: str = "hosts.ini") -> Inventory:
    """An inventory with all its hosts selected."""
    inventory = parse_inventory(text, file)
    inventory.check(inventory.hosts)
    return inventory


def host(variables: str) -> Host:
    return checked(f"h {variables}", "lab.ini").hosts[0]


def fault(variables: str) -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        checked(f"[lab]\n\nh {variables}", "lab.ini")
    assert str(caught.value).startswith("lab.ini:3: ")
    return caught.value


def test_a_bare_host_leaves_everything_open() -> None:
    assert host("") == Host("h", groups=("ungrouped",))


def test_every_connection_variable_has_its_field_and_leaves_the_others() -> None:
    found = host(
        "ansible_host=192.0.2.1 ansible_port=2222 ansible_user=admin ansible_password=pw "
        "ansible_ssh_private_key_file=~/.ssh/k ftlab_jump=u@gw:22 ftlab_legacy_ssh=yes "
        "ftlab_physical_host=tower1 ftlab_password_command='pass show h' rack=7"
    )
    assert found == Host(
        name="h", address="192.0.2.1", port=2222, user="admin", password=Secret("pw"),
        password_command="pass show h",  # noqa: S106 - a command
        key_file="~/.ssh/k", jump="u@gw:22", legacy_ssh=True,
        physical_host="tower1", groups=("ungrouped",), variables={"rack": 7},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "field", "value"),
    [
        ("ansible_ssh_host=a", "address", "a"),
        ("ansible_ssh_host=new ansible_host=old", "address", "new"),
        ("ansible_host=[2001:db8::1]", "address", "2001:db8::1"),
        ("ansible_host=[fe80::1%eth0]", "address", "fe80::1%eth0"),
        ("ansible_ssh_user=u", "user", "u"),
        ("ansible_ssh_port=23", "port", 23),
        ("ansible_private_key_file=k", "key_file", "k"),
        ("ansible_ssh_pass=p", "password", Secret("p")),
        ("ansible_ssh_password=p ansible_password=q", "password", Secret("p")),
        ("ansible_password=12345", "password", Secret("12345")),
        ("ansible_user=None", "user", None),
        ("ansible_port=", "port", None),
        ("ansible_port=\"'0022'\"", "port", 22),
    ],
)
def test_other_names_and_odd_values(variables: str, field: str, value: object) -> None:
    found = host(variables)
    assert getattr(found, field) == value
    assert not found.variables


def test_an_empty_value_takes_back_what_the_group_set() -> None:
    text = "[g]\na\nb ftlab_jump=\n[g:vars]\nftlab_jump=gw"
    assert [h.jump for h in parse_inventory(text).hosts] == ["gw", None]


@pytest.mark.parametrize("port", ["0", "65536", "ssh", "22.0", "True", "-1", "[22]", "999999999"])
def test_a_port_is_a_whole_number(port: str) -> None:
    assert "ansible_port must be a whole number from 1 to 65535" in str(
        fault(f"ansible_port={port}")
    )


def test_a_port_behind_the_name_is_checked_too() -> None:
    with pytest.raises(InventoryError, match=r"lab\.ini:1: ansible_port"):
        checked("h:70000", "lab.ini")


@pytest.mark.parametrize("word", ["true", "True", "TRUE", "yes", "Yes", "on", "1", "y", "t", "1.0"])
def test_true(word: str) -> None:
    assert host(f"ftlab_legacy_ssh={word}").legacy_ssh is True


@pytest.mark.parametrize("word", ["false", "False", "no", "OFF", "0", "n", "f", "", "None"])
def test_false(word: str) -> None:
    assert host(f"ftlab_legacy_ssh={word}").legacy_ssh is False


@pytest.mark.parametrize("word", ["maybe", "2", "[]", "ja"])
def test_neither(word: str) -> None:
    error = fault(f"ftlab_legacy_ssh={word}")
    assert "ftlab_legacy_ssh is neither true nor false" in str(error)
    assert error.hint == "write true or false"


@pytest.mark.parametrize(
    ("name", "near"),
    [("ftlab_jmup", "'ftlab_jump'"), ("ftlab_legacy_shh", "'ftlab_legacy_ssh'"),
     ("ftlab_zzzzzz", "ftlab_physical_host")],
)  # fmt: skip
def test_an_unknown_name_of_ours_comes_with_the_nearest(name: str, near: str) -> None:
    error = fault(f"{name}=1")
    assert f"unknown variable {name!r}" in str(error)
    assert near in error.hint


def test_an_unknown_name_in_a_vars_section_is_found_even_without_hosts() -> None:
    with pytest.raises(InventoryError, match=r"hosts\.ini:3: unknown variable 'ftlab_jumps'"):
        parse_inventory("[g]\n[g:vars]\nftlab_jumps = gw")


def test_a_wrong_value_is_blamed_on_the_line_that_set_it() -> None:
    with pytest.raises(InventoryError, match=r"lab\.ini:4: ansible_port"):
        checked("[g]\nh\n[g:vars]\nansible_port = many", "lab.ini")


def test_a_wrong_value_that_nobody_uses_is_no_error() -> None:
    text = "[g]\nh ansible_port=22\n[g:vars]\nansible_port = many"
    assert parse_inventory(text).hosts[0].port == 22


@pytest.mark.parametrize("key", ["ansible_host", "ansible_user", "ftlab_jump", "ansible_port"])
@pytest.mark.parametrize("template", ["{{x}}", "a{%if%}"])
def test_templates_are_refused_where_they_would_count(key: str, template: str) -> None:
    error = fault(f"{key}='{template}'")
    assert f"{key} holds a Jinja template" in str(error)
    assert "no templates" in error.hint


def test_templates_elsewhere_are_just_text() -> None:
    assert host("motd='{{ x }}'").variables == {"motd": "{{ x }}"}


@pytest.mark.parametrize("value", ["[1,2]", "\"{'a':1}\""])
def test_a_list_is_no_text(value: str) -> None:
    assert "not text" in str(fault(f"ansible_user={value}"))


@pytest.mark.parametrize(
    "key",
    ["ansible_password", "ansible_ssh_pass", "ansible_become_password", "ansible_become_pass",
     "vcenter_PASSWORD", "api_token", "ansible_ssh_private_key_passphrase"],
)  # fmt: skip
def test_passwords_are_shown_nowhere(key: str) -> None:
    found = host(f"{key}=hush")
    assert "hush" not in repr(found)
    assert "hush" not in str(found.variables)
    assert key not in found.variables or found.variables[key] == Secret("hush")


def test_an_inventory_travels_to_a_worker() -> None:
    inventory = parse_inventory("[lab]\nh ansible_password=pw x=[1]")
    assert pickle.loads(pickle.dumps(inventory)) == inventory  # noqa: S301


@pytest.mark.parametrize("jump", ["b:xx", "b:99999", "me@b:0", "a,,b", "[::1]:x", ":22", "me@"])
def test_a_jump_host_that_cannot_be_one(jump: str) -> None:
    with pytest.raises(InventoryError, match=r"hosts\.ini:1: ftlab_jump: .* is no jump host"):
        checked(f"a ftlab_jump={jump}")


@pytest.mark.parametrize(
    "jump", ["b", "me@b:22", "[::1]:22", "fe80::1", "me@[::1],b", "ssh://b", "none"]
)
def test_jump_hosts(jump: str) -> None:
    assert parse_inventory(f"a ftlab_jump={jump}").hosts[0].jump == jump


def test_each_field_says_where_it_was_set() -> None:
    text = "[lab:vars]\nansible_user=root\n[lab]\nh ansible_port=2222 ftlab_jump=gw\n"
    origins = parse_inventory(text, "lab.ini").hosts[0].origins
    assert origins == {
        "name": "lab.ini:4", "user": "lab.ini:2", "port": "lab.ini:4", "jump": "lab.ini:4",
    }  # fmt: skip
