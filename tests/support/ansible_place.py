"""Ansible itself, to ask what an inventory means."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SERVER = Path(__file__).with_name("ansible_server.py")
QUIET = {
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
    "ANSIBLE_DEPRECATION_WARNINGS": "0",
    "ANSIBLE_NOCOLOR": "1",
}


@dataclass
class Ansible:
    """A process that answers as many questions as a test asks."""

    process: subprocess.Popen[str]

    def ask(self, *argv: str) -> dict[str, Any] | None:
        """What a command line says; None where it ends with an error."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(argv) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["exit"] in {0, 1, 4, 5, 250}, answer
        return answer if answer["exit"] == 0 else None

    def list(self, file: Path, *flags: str) -> dict[str, Any] | None:
        """``ansible-inventory --list``; None for a file that Ansible rejects."""
        answer = self.ask("ansible-inventory", "-i", str(file), "--list", *flags)
        return None if answer is None else json.loads(answer["stdout"])

    def hosts(self, file: Path, pattern: str = "all") -> list[str] | None:
        """The hosts of a pattern in Ansible's order; None for one that it rejects."""
        answer = self.ask("ansible", "-i", str(file), "all", "-l", pattern, "--list-hosts")
        return None if answer is None else [h.strip() for h in answer["stdout"].splitlines()[1:]]


@pytest.fixture(scope="session")
def ansible(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ansible]:
    home = tmp_path_factory.mktemp("ansible")
    config = home / "ansible.cfg"
    config.touch()
    own = {"ANSIBLE_CONFIG": str(config), "ANSIBLE_HOME": str(home), "HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, str(SERVER)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env={**os.environ, **QUIET, **own}, cwd=home,
    )  # fmt: skip
    with process:
        yield Ansible(process)
        assert process.stdin
        process.stdin.close()
