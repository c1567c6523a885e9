"""``hosts.example.ini`` shows every key, says what it is for, and is a right inventory."""

import re
from pathlib import Path

import pytest

from ftlab.inventory import parse_inventory
from ftlab.inventory.hostvars import KNOWN

TEXT = (Path(__file__).parents[2] / "hosts.example.ini").read_text(encoding="utf-8")
OLDER_NAMES = {
    "ansible_ssh_host", "ansible_ssh_user", "ansible_ssh_port", "ansible_ssh_pass",
    "ansible_ssh_password", "ansible_private_key_file",
}  # fmt: skip


def test_it_is_read_and_uses_every_field_of_a_host() -> None:
    inventory = parse_inventory(TEXT, "hosts.example.ini")
    assert len(inventory.select("vesxi")) == 8
    for field in ("address", "port", "user", "key_file", "jump", "physical_host",
                  "password_command", "legacy_ssh"):  # fmt: skip
        assert any(getattr(host, field) for host in inventory.hosts), field


@pytest.mark.parametrize("key", sorted({*KNOWN - OLDER_NAMES, "ansible_group_priority"}))
def test_every_key_is_shown_and_commented(key: str) -> None:
    assert re.search(rf"^[^#;]*\b{key}\s*=", TEXT, re.MULTILINE), "not shown"
    assert re.search(rf"^# {key}: \w", TEXT, re.MULTILINE), "not commented"
