"""``group_vars`` and ``host_vars`` beside an inventory: found, read, and what is encrypted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ftlab.engine.inventory_files import open_inventory
from ftlab.errors import InventoryError
from ftlab.model import Host, Secret

VAULT = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"
INLINE = "!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n"


def write(folder: Path, **files: str) -> Path:
    """``group_vars__all_yml`` is ``group_vars/all.yml``; the inventory is ``hosts_ini``."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yml", ".yml").replace("_ini", ".ini")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "hosts.ini"


def host(folder: Path, **files: str) -> Host:
    inventory = open_inventory(write(folder, **files))
    inventory.check(inventory.hosts)
    return inventory.hosts[0]


def fault(folder: Path, **files: str) -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        host(folder, **files)
    assert caught.value.exit_code == 2
    return caught.value


def test_a_file_for_all_is_stronger_than_what_a_group_sets(tmp_path: Path) -> None:
    found = host(
        tmp_path,
        hosts_ini="[g]\nh ansible_port=5\n[g:vars]\nansible_user=inline\n",
        group_vars__all_yml="ansible_user: from_all\nansible_port: 6\nansible_host: 192.0.2.1\n",
        group_vars__g_yml="ansible_host: 192.0.2.2\n",
        host_vars__h_yml="ansible_port: 7\n",
    )
    assert (found.user, found.port, found.address) == ("from_all", 7, "192.0.2.2")
    assert found.origins == {
        "name": f"{tmp_path}/hosts.ini:2",
        "user": f"{tmp_path}/group_vars/all.yml:1",
        "port": f"{tmp_path}/host_vars/h.yml:1",
        "address": f"{tmp_path}/group_vars/g.yml:1",
    }


def test_files_are_beside_the_link_that_was_named(tmp_path: Path) -> None:
    real = write(tmp_path / "real", hosts_ini="h\n", group_vars__all_yml="ansible_user: real\n")
    link = write(tmp_path / "link", group_vars__all_yml="ansible_user: link\n")
    link.symlink_to(real)
    assert open_inventory(link).hosts[0].user == "link"
    assert open_inventory(real).hosts[0].user == "real"


def test_a_fault_in_a_file_is_that_of_the_hosts_it_speaks_of(tmp_path: Path) -> None:
    file = write(tmp_path, hosts_ini="h\ng\n", host_vars__g_yml="ansible_port: [1\n")
    inventory = open_inventory(file)
    inventory.check(inventory.select("h"))
    with pytest.raises(InventoryError, match=rf"{tmp_path}/host_vars/g\.yml:2: "):
        inventory.check(inventory.select("g"))


@pytest.mark.parametrize(
    ("text", "words"), [("- a\n", "KEY: VALUE"), ("ftlab_jmup: x\n", "'ftlab_jmup'")]
)
def test_what_is_wrong_in_one(tmp_path: Path, text: str, words: str) -> None:
    error = fault(tmp_path, hosts_ini="h\n", group_vars__all_yml=text)
    assert str(error).startswith(f"{tmp_path}/group_vars/all.yml:1: ")
    assert words in str(error)


def test_a_fifo_is_no_file(tmp_path: Path) -> None:
    file = write(tmp_path, hosts_ini="h\n", group_vars__x_yml="")
    os.mkfifo(tmp_path / "group_vars" / "all")
    with pytest.raises(InventoryError, match="not a regular file"):
        open_inventory(file).check(open_inventory(file).hosts)


class TestVault:
    @pytest.mark.parametrize("key", ["ansible_password", "ansible_host", "ansible_user"])
    def test_a_value_is_refused_by_name_with_the_way_out(self, tmp_path: Path, key: str) -> None:
        error = fault(tmp_path, hosts_ini="h\n", group_vars__all_yml=f"\n{key}: {INLINE}")
        assert str(error).startswith(f"{tmp_path}/group_vars/all.yml:2: {key} is encrypted")
        assert "ftlab_password_command" in error.hint

    def test_a_value_that_decides_nothing_is_let_be(self, tmp_path: Path) -> None:
        text = f"ansible_become_password: {INLINE}note: {INLINE}"
        assert host(tmp_path, hosts_ini="h\n", group_vars__all_yml=text).password is None

    @pytest.mark.parametrize("value", [INLINE, "'{{ vault_password }}'\n"])
    def test_a_password_may_be_out_of_reach_where_a_command_gives_it(
        self, tmp_path: Path, value: str
    ) -> None:
        text = f"ansible_password: {value}ftlab_password_command: pass show x\n"
        found = host(tmp_path, hosts_ini="h\n", group_vars__all_yml=text)
        assert (found.password, found.password_command) == (None, "pass show x")

    def test_a_file_is_refused_by_name_with_the_way_out(self, tmp_path: Path) -> None:
        error = fault(tmp_path, hosts_ini="[g]\nh\n", group_vars__g__vault_yml=VAULT)
        assert str(error).startswith(f"{tmp_path}/group_vars/g/vault.yml:1: this file is encrypted")
        assert "ftlab_ignore_vault=true" in error.hint

    def test_a_file_that_is_of_no_interest_can_be_ignored(self, tmp_path: Path) -> None:
        found = host(
            tmp_path,
            hosts_ini="[g]\nh\n[g:vars]\nftlab_ignore_vault=yes\nansible_password=plain\n",
            group_vars__g__1_yml=f"ansible_ssh_pass: {INLINE}",
            group_vars__g__vault_yml=VAULT,
        )
        assert found.password == Secret("plain")
        assert found.variables == {}

    def test_a_host_that_is_not_for_ssh_may_have_any(self, tmp_path: Path) -> None:
        files = {"hosts_ini": "w ansible_connection=winrm\n", "host_vars__w_yml": VAULT}
        assert host(tmp_path, **files).connection == "winrm"


def test_a_group_whose_name_has_a_slash_has_its_file_in_a_folder(tmp_path: Path) -> None:
    """As Ansible finds it; ``/etc/x`` is no group to look for there."""
    found = host(
        tmp_path,
        hosts_ini="[dc/r1]\nh\n[/etc]\nh\n",
        group_vars__dc__r1_yml="ansible_host: 192.0.2.1\n",
        group_vars__etc_yml="ansible_host: 192.0.2.2\n",
    )
    assert found.address == "192.0.2.1"
