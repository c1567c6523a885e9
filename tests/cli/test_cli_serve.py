"""``sim.serve`` from the outside: a lab in a process of its own, and the advice it prints."""

from __future__ import annotations

import shlex
from itertools import takewhile
from pathlib import Path

from cli_runner import Cli


def test_every_command_that_the_lab_proposes_works(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    served = ("sim.serve", "--hosts", "2", "--versions", "5.5", "--inventory", "lab.ini")
    with cli.started(*served) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "")
        assert "Try:\n" in said
        proposed = list(takewhile(lambda line: line.startswith("  ftlab "), said))
        assert [line.split()[1] for line in proposed] == [
            "hosts.check", "vm.list", "vft.enable", "vft.power-on-secondary",
        ]  # fmt: skip
        for line in proposed:
            cli(*shlex.split(line)[1:]).expect(0)
