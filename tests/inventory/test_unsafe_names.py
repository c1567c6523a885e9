"""An inventory is input, not code: what could be more than a name is refused, with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlab.engine.inventory_files import open_inventory
from ftlab.errors import InventoryError
from ftlab.inventory import Inventory, parse_inventory
from ftlab.inventory.parse import parse_host_list
from ftlab.inventory.variables.safe_names import address_fault, hop_fault, name_fault, user_fault

BAD = ["$(id)", "`id`", "a;b", "a|b", "a&b", "a>b", "a b", "a\tb", "a\nb", "a,b", "10.0.0.5,*",
       "*", "a?", "!a", "[a]x", "-oProxyCommand=x", "'a'", '"a"', "a#b", "{a}", "~a", "", "a\x1bb",
       "caf\udce9", "a\u202eb", "(a)", "a<b", "a^b"]  # fmt: skip


@pytest.mark.parametrize("word", BAD)
def test_what_none_of_them_may_be(word: str) -> None:
    assert name_fault(word)
    assert address_fault(word)
    assert user_fault(word)
    assert hop_fault(word)
    assert hop_fault(f"root@{word}")


@pytest.mark.parametrize(
    "word", ["esx1", "esx-1.lab.example.", "10.0.0.1", "::1", "fe80::1%eth0", "esx_1", "\u00fc"]
)  # fmt: skip
def test_addresses(word: str) -> None:
    assert address_fault(word) == ""


@pytest.mark.parametrize("word", ["a@b", "a:22", "a/b", "a=b", "fe80::1%$x", "::1%", "%h", "a+b"])
def test_words_that_are_no_addresses(word: str) -> None:
    assert address_fault(word)


@pytest.mark.parametrize("word", ["root", "svc_ansible", "LAB\\admin", "admin@lab.example", "a+b"])
def test_users(word: str) -> None:
    assert user_fault(word) == ""


def test_a_backslash_does_not_end_a_user() -> None:
    assert user_fault("root\\")


@given(st.text())
def test_no_letter_of_a_shell_ever_passes(text: str) -> None:
    for fault in (name_fault, address_fault, user_fault):
        if fault(text) == "":
            assert not set("$`;&|<>(){}'\" \n\t\r,*?!#") & set(text)
            assert text.isprintable()
            assert not text.startswith("-")


def refused(text: str, file: str = "lab.ini") -> InventoryError:
    with pytest.raises(InventoryError) as caught:
        check(parse_inventory(text, file))
    assert caught.value.exit_code == 2
    return caught.value


def check(inventory: Inventory) -> None:
    inventory.check(inventory.hosts)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("h ansible_host='$(touch x)'", "ansible_host '$(touch x)' is no address"),
        ("h ansible_host='10.0.0.5,*'", "ansible_host '10.0.0.5,*' is no address"),
        ("h ansible_host=-oProxyCommand=x", "it begins with a dash"),
        ("h ansible_user='root -x'", "ansible_user 'root -x' is no user"),
        ("h ansible_ssh_user=';id'", "ansible_ssh_user ';id' is no user"),
        ("h ftlab_jump='g;id'", "ftlab_jump: 'g;id' is no jump host"),
        ("$(id) ansible_host=a", "'$(id)' names no host"),
        ("'a b' ansible_host=a", "'a b' names no host"),
        ("-x ansible_host=a", "'-x' names no host"),
        ("a,b", "'a,b' names no host"),
    ],
)
def test_each_is_refused_with_its_line(line: str, words: str) -> None:
    error = refused(f"[g]\n\n{line}\n")
    assert str(error).startswith("lab.ini:3: ")
    assert words in str(error)


@pytest.mark.parametrize("name", ["a b", "$(id)", "h[1:2];x"])
def test_names_in_a_host_list(name: str) -> None:
    with pytest.raises(InventoryError, match="names no host"):
        parse_host_list(f"{name},h", "-i")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("h ansible_host=10.0.0.1:2222", "write ansible_host=10.0.0.1 ansible_port=2222"),
        ("h ansible_host=root@esx1", "write ansible_host=esx1 ansible_user=root"),
        (
            "h ansible_host='ssh://root@[::1]:22'",
            "write ansible_host=::1 ansible_user=root ansible_port=22",
        ),
        ("root@esx1", "write esx1 ansible_user=root"),
    ],
)
def test_a_user_or_port_in_an_address_comes_with_what_to_write(line: str, hint: str) -> None:
    error = refused(line)
    assert "holds a" in str(error)
    assert error.hint == hint


PROGRAMS = [
    "ftlab_password_command='pass show x'",
    "ansible_ssh_common_args='-o ProxyCommand=\"nc %h %p\"'",
    "ansible_ssh_extra_args='-F other.conf'",
]


@pytest.mark.parametrize("line", PROGRAMS)
@pytest.mark.parametrize("mode", [0o666, 0o602])
def test_a_program_in_a_file_that_others_may_write(tmp_path: Path, line: str, mode: int) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text(f"h {line}\n")
    check(open_inventory(file))
    file.chmod(mode)
    with pytest.raises(InventoryError, match=r"hosts\.ini:1: .* names a program, but others"):
        check(open_inventory(file))


def test_a_program_in_a_folder_that_others_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    file = folder / "hosts.ini"
    file.write_text(f"h {PROGRAMS[0]}\n")
    folder.chmod(0o777)
    with pytest.raises(InventoryError, match="of its folder, everybody may write there"):
        check(open_inventory(file))
    folder.chmod(0o1777)  # as /tmp: others may not replace it there
    check(open_inventory(file))


def test_a_program_in_group_vars_that_others_may_write(tmp_path: Path) -> None:
    (tmp_path / "hosts.ini").write_text("h\n")
    file = tmp_path / "group_vars" / "all.yml"
    file.parent.mkdir()
    file.write_text("ftlab_password_command: pass show x\n")
    file.chmod(0o666)
    with pytest.raises(InventoryError, match=r"group_vars/all\.yml:1: ftlab_password_command"):
        check(open_inventory(tmp_path / "hosts.ini"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_program_in_a_file_of_another_user(tmp_path: Path) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text(f"h {PROGRAMS[0]}\n")
    os.chown(file, 4711, -1)
    with pytest.raises(InventoryError, match="another user is the owner"):
        check(open_inventory(file))


def test_no_proxy_is_no_program(tmp_path: Path) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text("h ansible_ssh_common_args='-o ProxyCommand=none'\n")
    file.chmod(0o666)
    check(open_inventory(file))


@pytest.mark.parametrize("mode", [0o666, 0o622])
def test_a_password_in_a_file_that_others_may_write(tmp_path: Path, mode: int) -> None:
    """They could send it anywhere."""
    file = tmp_path / "hosts.ini"
    file.write_text("h ansible_password=x\n")
    file.chmod(mode)
    with pytest.raises(InventoryError, match="ansible_password is a secret, but others could"):
        check(open_inventory(file))


@pytest.mark.parametrize(("mode", "told"), [(0o644, True), (0o604, True), (0o600, False)])
def test_a_password_that_others_may_read_gets_a_word(tmp_path: Path, mode: int, told: bool) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text("a ansible_password=x\nb ansible_password=y\n")
    file.chmod(mode)
    heard: list[str] = []
    inventory = open_inventory(file)
    inventory.check(inventory.hosts, heard.append)
    assert heard == [f"{file} holds a password, and others may read it: chmod 600 {file}"] * told


@pytest.mark.parametrize(
    "text",
    [
        "[all]\nansible_password=hunter2",
        "[all]\nansible_password='hunter 2'",
        "[all]\nansible_password=hunter[2",
        "[all]\nansible_password=[1:hunter2]",
        "[all]\nansible_password=hunter2:",
        "[g:children]\nansible_password=hunter2",
        "h ansible_user=root,ansible_password=hunter2",
        "h ansible_host='a ansible_password=hunter2'",
        "h ftlab_jump='gate ansible_password=hunter2'",
    ],
)
def test_a_password_in_the_wrong_place_is_not_quoted(text: str) -> None:
    with pytest.raises(InventoryError) as caught:
        check(parse_inventory(text, "lab.ini"))
    assert "hunter" not in f"{caught.value} {caught.value.hint} {caught.value.evidence}"
    assert "ansible_password=…" in str(caught.value)


def test_variables_of_a_group_that_stand_among_its_hosts() -> None:
    inventory = parse_inventory("[all]\nh\nansible_password=hunter2", "lab.ini")
    with pytest.raises(InventoryError, match=r"lab\.ini:3: .*'ansible_password=…'") as caught:
        check(inventory)
    assert caught.value.hint == "variables of a group stand below [GROUP:vars]"
    inventory.check(inventory.select("h"))
