"""The same files and patterns, read by Ansible itself where it is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ftlab.errors import InventoryError
from ftlab.inventory import parse_inventory

pytestmark = pytest.mark.skipif(
    shutil.which("ansible") is None, reason="Ansible is not on the PATH to compare with"
)
ROOT = Path(__file__).parents[1]
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


def ansible_hosts(file: Path, pattern: str) -> list[str]:
    """What Ansible lists; it exits with an error for a file or a pattern it rejects."""
    env = {**os.environ, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"}
    argv = ["ansible", "-i", str(file), "all", "-l", pattern, "--list-hosts"]
    answer = subprocess.run(argv, capture_output=True, text=True, check=True, env=env)
    return [line.strip() for line in answer.stdout.splitlines()[1:]]


@pytest.mark.parametrize("pattern", ["all", "lab:&vesxi:!db", "vesxi[1:3],gate", "~.*(a|b)$"])
def test_the_same_hosts_in_the_same_order(tmp_path: Path, pattern: str) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text(TEXT, encoding="utf-8")
    ours = [host.name for host in parse_inventory(TEXT).select(pattern)]
    assert ours == ansible_hosts(file, pattern)


def test_the_example_is_an_inventory_for_ansible_too() -> None:
    file = ROOT / "hosts.example.ini"
    ours = parse_inventory(file.read_text(encoding="utf-8")).hosts
    assert [host.name for host in ours] == ansible_hosts(file, "all")


@pytest.mark.parametrize("text", ["[a:children]\nb\n", "n[01:1]\n", "[a:children]\na\n"])
def test_what_ansible_rejects_is_rejected(tmp_path: Path, text: str) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        ansible_hosts(file, "all")
    with pytest.raises(InventoryError):
        parse_inventory(text)
