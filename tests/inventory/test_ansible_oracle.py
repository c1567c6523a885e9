"""The same files, read by Ansible itself: hosts, groups, variables and their order are equal.

``ORACLE_EXAMPLES`` sets how many inventories Hypothesis makes (docs/inventory.md says how long a
longer run took).
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_place import Ansible
from hypothesis import HealthCheck, example, given, seed, settings
from inventory_texts import Files, files

from ftlab.engine.inventory_files import open_inventory
from ftlab.errors import InventoryError
from ftlab.inventory import Inventory
from ftlab.model import Host

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "40"))
ROOT = Path(__file__).parents[2]
FIELDS = {"ansible_host": "address", "ansible_port": "port", "ansible_user": "user"}


def written(folder: Path, texts: Files) -> Path | None:
    """The inventory's path; None where the names need a file and a folder to be the same."""
    for name, text in texts.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            return None
    return folder / next(iter(texts))


def ours(file: Path) -> tuple[Inventory | None, InventoryError | None]:
    """The inventory, and what is wrong with it or with the files beside it."""
    inventory = None
    try:
        inventory = open_inventory(file)
        inventory.check(inventory.hosts)
    except InventoryError as error:
        return inventory, error
    return inventory, None


def in_order(listed: dict[str, Any]) -> list[str]:
    """All hosts, group by group, level by level: as Ansible has them, but for those that the
    group ``all`` lists itself, which are not shown."""
    level, hosts = ["all"], []
    for name in level:
        group = listed.get(name, {})
        level += [child for child in group.get("children", []) if child not in level]
        hosts += group.get("hosts", [])
    return list(dict.fromkeys(hosts))


def same_variables(host: Host, theirs: dict[str, Any]) -> None:
    for key, field in FIELDS.items():
        said = theirs.pop(key, None)
        assert getattr(host, field) == _as_field(key, said), key
    mine = json.loads(json.dumps(host.variables, default=str))
    assert mine == theirs


def _as_field(key: str, said: Any) -> Any:
    if said in (None, ""):
        return None
    return int(said) if key == "ansible_port" else str(said)


@seed(15)
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@example(texts={"hosts.yml": ""})
@example(texts={"hosts": "# nothing\n"})
@example(texts={"hosts.yml": "[g1]\na\n"})
@example(texts={"hosts.yml": "all: &x {children: {g1: *x}}\n"})
@given(texts=files)
def test_an_inventory_is_what_ansible_makes_of_it(ansible: Ansible, texts: Files) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder), texts)
        if file is None:
            return
        theirs = ansible.list(file)
        inventory, wrong = ours(file)
        if wrong is not None:
            assert wrong.evidence["line"] >= 1
            assert str(wrong).startswith(folder)
        if theirs is None:
            assert wrong is not None
            return
        if inventory is None:
            assert "names no host" in str(wrong)  # our own rule: no shell's letters in a name
            return
        names = [host.name for host in inventory.hosts]
        assert names == in_order(theirs) or names == ansible.hosts(file)
        compare(inventory, theirs, ansible.list(file, "--export"))


def compare(inventory: Inventory, flat: dict[str, Any], exported: dict[str, Any] | None) -> None:
    for host in inventory.hosts:
        if host.name not in inventory.faults:
            same_variables(host, dict(flat["_meta"]["hostvars"].get(host.name, {})))
    for name, group in (exported or {}).items():  # none where a group without hosts is at fault
        if name != "_meta":
            assert set(group.get("hosts", [])) <= set(inventory.groups[name])
            assert set(group.get("children", [])) <= set(inventory.groups)


TEXT = """
gate ansible_host=192.0.2.1
[lab:children]
vesxi
db
[vesxi]
vesxi[01:06]:2222
[db]
db[a:c].lab
vesxi03
[2001]
[six]
[2001:db8::6]:22
[vesxi:vars]
ansible_user = root
"""


@pytest.mark.parametrize("pattern", ["all", "lab:&vesxi:!db", "vesxi[1:3],gate", "~.*(a|b)$"])
def test_a_pattern_selects_the_same_hosts(tmp_path: Path, ansible: Ansible, pattern: str) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text(TEXT, "utf-8")
    assert [h.name for h in open_inventory(file).select(pattern)] == ansible.hosts(file, pattern)


def test_the_example_is_an_inventory_for_ansible_too(ansible: Ansible) -> None:
    file = ROOT / "hosts.example.ini"
    assert [host.name for host in open_inventory(file).hosts] == ansible.hosts(file)
