"""Inventories in YAML and JSON: what they mean beside Ansible's answers, and what is wrong."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory

LAB = """
all:
  vars:
    ansible_user: admin
  children:
    vesxi:
      hosts:
        vesxi[01:02]:
          ansible_host: 192.0.2.1
        vesxi03:2222:
    spare:
      hosts: spare01
      vars: {ansible_port: 22, lab: {rack: [1, 2]}}
"""


def read(text: str, file: str = "hosts.yml") -> Inventory:
    return parse_inventory(dedent(text).lstrip("\n"), file)


def checked(text: str, file: str) -> None:
    inventory = read(text, file)
    inventory.check(inventory.hosts)


def fault(text: str, file: str = "hosts.yml") -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        checked(text, file)
    assert caught.value.exit_code == 2
    return caught.value


def test_hosts_groups_variables_and_where_they_stand() -> None:
    inventory = read(LAB)
    found = {host.name: host for host in inventory.hosts}
    assert list(found) == ["vesxi01", "vesxi02", "vesxi03", "spare01"]
    assert found["vesxi01"].address == "192.0.2.1"
    assert found["vesxi03"].port == 2222
    assert found["spare01"].variables == {"lab": {"rack": [1, 2]}}
    assert found["spare01"].origins == {
        "name": "hosts.yml:11", "port": "hosts.yml:12", "user": "hosts.yml:3",
    }  # fmt: skip
    assert {host.user for host in inventory.hosts} == {"admin"}


def test_json_has_the_lines_of_its_keys_too() -> None:
    text = '{"g": {"hosts": {\n  "h": {"ansible_port": 1e9}}}}'
    assert str(fault(text, "hosts.json")).startswith("hosts.json:2: ansible_port")


@pytest.mark.parametrize("file", ["hosts", "hosts.yml", "hosts.yaml", "hosts.json"])
def test_a_file_of_such_a_name_may_be_either(file: str) -> None:
    assert [host.name for host in read("g:\n  hosts:\n    h:\n", file).hosts] == ["h"]
    assert [host.name for host in read("[g]\nh\n", file).hosts] == ["h"]


@pytest.mark.parametrize("file", ["hosts.ini", "lab.cfg", "hosts.yml.old"])
def test_a_file_of_another_name_is_no_yaml_for_ansible_either(file: str) -> None:
    assert "name the file .yml" in str(fault("g:\n  hosts:\n    h:\n", file))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("all:\n\thosts:\n", 2, "cannot start any token"),
        ("all:\n  hosts: [a]\n", 2, "hosts: expected KEY: VALUE"),
        ("all:\n  vars: 5\n", 2, "vars: expected KEY: VALUE"),
        ("all:\n  hosts:\n    10:\n", 3, "must be text"),
        ("all:\n  hosts:\n    h: x\n", 3, "expected the variables of a host"),
        ("5:\n  hosts:\n", 1, "name of a group must be text"),
        ("a:\n  children:\n    b: text\n", 3, "'b' is no group"),
        ("a:\n  children:\n    a:\n", 3, "a loop of groups"),
        ("plugin: vmware\nhost: x\n", 1, "inventory plugin"),
        ("a:\n  vars:\n    x: !secret 5\n", 3, "!secret"),
        ("a: {hosts: {h: {ansible_port: !!int x}}}\n", 1, "a value that its tag does not fit"),
        ("a: &x {children: {b: *x}}\n", 1, "without end"),
        ("a:\n  hosts:\n    'h;x':\n", 3, "names no host"),
        ("a:\n  hosts:\n    h[1:\n", 3, "a broken range"),
        ("a:\n  hosts:\n    h: {ftlab_jmup: b}\n", 3, "unknown variable 'ftlab_jmup'"),
        ("a:\n  hosts:\n    h:\n      ansible_port: 0\n", 4, "ansible_port must be"),
        ("a:\n  vars:\n    ansible_group_priority: x\n", 3, "must be a whole number"),
        ("a:\n  hosts:\n    h: caf\udce9\n", 3, "not UTF-8"),
        ("[" * 5000, 1, ""),
        ("a: \x07\n", 1, "a character that YAML does not allow"),
        ("$ANSIBLE_VAULT;1.1;AES256\n6162\n", 1, "encrypted with ansible-vault"),
        ('{"_meta": {}, "all": {"children": ["g"]}}', 1, "children: expected KEY: VALUE"),
    ],
)
def test_names_file_and_line(text: str, line: int, words: str) -> None:
    error = fault(text)
    assert str(error).startswith(f"hosts.yml:{line}: ")
    assert words in str(error)
    assert error.evidence == {"file": "hosts.yml", "line": line}


def test_what_an_inventory_script_prints_comes_with_the_way_to_a_file() -> None:
    text = '{"_meta": {"hostvars": {}}, "g": {"hosts": ["a"]}}'
    assert "ansible-inventory" in fault(text, "hosts.json").hint


@pytest.mark.parametrize(
    "body",
    ["ansible_password: [hush]", "ansible_password: !!int hush", "ansible_password: 'hush",
     "ansible_password: {hush: }}", "ansible_password: !hush hush2 hush3: x",
     "ansible_password: '{{ hush }}'"],
)  # fmt: skip
def test_no_error_tells_a_password(body: str) -> None:
    error = fault(f"g:\n  hosts:\n    h:\n      {body}\n")
    told = f"{error}{error.hint}{error.evidence}".replace("!hush", "")
    assert "hush" not in told
    assert error.__cause__ is None


def test_many_words_for_one_thing_do_not_take_all_memory() -> None:
    """Each anchor holds the one before it ten times."""
    layers = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    inventory = read(f"g:\n vars:\n  a0: &a0 [x]\n{layers} hosts: h\n")
    assert len(inventory.hosts[0].variables) == 30


def test_many_merges_of_one_thing_do_not_take_all_memory() -> None:
    layers = "".join(
        f"  a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}], k{n}: {n}}}\n"
        for n in range(1, 30)
    )
    found = read(f"g:\n vars:\n  a0: &a0 {{k0: 0}}\n{layers} hosts: h\n").hosts[0]
    assert found.variables["a29"] == {f"k{n}": n for n in range(30)}


def test_a_merge_gives_way_to_what_stands_beside_it() -> None:
    text = "g:\n vars:\n  x: &x {a: 1, b: 1}\n  y: {<<: *x, b: 2}\n hosts: h\n"
    assert read(text).hosts[0].variables["y"] == {"a": 1, "b": 2}


def test_five_thousand_hosts_are_read_at_once() -> None:
    import time

    hosts = "".join(f"    h{n}:\n      ansible_host: 10.0.0.1\n" for n in range(5000))
    start = time.process_time()
    assert len(read(f"g:\n  hosts:\n{hosts}").hosts) == 5000
    assert time.process_time() - start < 8
