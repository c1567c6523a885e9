"""docs/inventory.md and the tables in the code know every variable by which Ansible connects."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ftlab.inventory.hostvars import KNOWN
from ftlab.inventory.variables import known, ssh_args

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "inventory.md").read_text("utf-8")
PLUGINS = ["connection/ssh.py", "connection/paramiko_ssh.py", "become/sudo.py", "become/su.py",
           "doc_fragments/connection_pipelining.py", "doc_fragments/shell_common.py"]  # fmt: skip


def rows(heading: str) -> list[list[str]]:
    section = TEXT.partition(f"# {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def documented() -> dict[str, str]:
    found = {}
    for names, fate, _ in rows("Variables of the connection"):
        found |= dict.fromkeys(re.findall(r"`(\w+)`", names), fate)
    return found


def test_the_table_is_the_code() -> None:
    fates = {
        "followed": known.FOLLOWED, "harmless": known.HARMLESS, "said once": known.NOTED,
        "refused": known.REFUSED,
    }  # fmt: skip
    assert documented() == {key: fate for fate, keys in fates.items() for key in keys}


def test_our_own_variables_are_all_there() -> None:
    ours = {row[0].strip("`") for row in rows("ftlab's own variables")}
    assert ours == {key for key in KNOWN if key.startswith("ftlab_")}


def test_every_option_of_ssh_is_there_once() -> None:
    named = [o for row in rows("Options in ansible_ssh_args and its siblings")
             for o in re.findall(r"`-(\w)`", row[0])]  # fmt: skip
    ours = [*ssh_args._WITH_VALUE, *ssh_args._WITHOUT_VALUE, *ssh_args._IDLE, *ssh_args._ELSEWHERE]
    assert sorted(named) == sorted([*ours, "F", "o"])
    usage = "46AaCfGgKkMNnqsTtVvXxYyBbcDEeFIiJLlmOoPpQRSWw"  # OpenSSH 9.9, and -1 and -2 of old
    assert set(named) == {*usage, "1", "2"}


def asked_for(plugin: str) -> Iterator[str]:
    """The variables in the documentation of one of Ansible's plugins."""
    found = importlib.util.find_spec("ansible")
    assert found is not None
    assert found.submodule_search_locations
    file = Path(found.submodule_search_locations[0]) / "plugins" / plugin
    if not file.exists():
        pytest.skip(f"this version of Ansible has no {plugin}")
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if "\n    options:" not in node.value and "\noptions:" not in node.value:
                continue
            for option in (yaml.safe_load(node.value) or {}).get("options", {}).values():
                yield from (each["name"] for each in option.get("vars", ()))


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_variable_that_ansible_documents_is_known(plugin: str) -> None:
    names = {name for name in asked_for(plugin) if name.startswith("ansible_")}
    assert names
    assert {name for name in names if not known.is_known(name)} == set()


def test_every_variable_of_a_play_is_known() -> None:
    from ansible import constants

    names = {name for names in constants.MAGIC_VARIABLE_MAPPING.values() for name in names}
    assert {name for name in names if not known.is_known(name)} == set()
