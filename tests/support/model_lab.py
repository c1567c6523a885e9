"""What the host model's tests share: a clock that moves by hand, and a way to ask hosts."""

from __future__ import annotations

import re
from pathlib import Path

from ftlab.sim import SimHost
from ftlab.sim.model.answer import Answer


class Clock:
    """Time stands still until told otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(host: SimHost, line: str, *more: str) -> Answer:
    """The answer to a command given as one line, and further words that may hold blanks."""
    return host.answer([*line.split(), *more])


def out(host: SimHost, line: str, *more: str) -> str:
    """The stdout of a command that must succeed in silence on stderr."""
    answer = ask(host, line, *more)
    assert (answer.exit, answer.stderr) == (0, b""), answer
    return answer.stdout.decode()


def vim(host: SimHost, command: str, vm: object, *more: str) -> str:
    return out(host, f"{vim_cmd(host)} vmsvc/{command}", str(vm), *more)


def vim_cmd(host: SimHost) -> str:
    """What the tool is called: 4.0 has the older name only."""
    return "vim-cmd" if "vim-cmd" in host.tools else "vmware-vim-cmd"


def field(dump: str, name: str) -> str:
    """The first value of a field in a dump."""
    line = next(line for line in dump.splitlines() if line.strip().startswith(f"{name} = "))
    return line.partition(" = ")[2].rstrip(", ").strip('"')


def extra(dump: str, key: str) -> str | None:
    """A value of ``extraConfig``."""
    lines = [line.strip().rstrip(", ") for line in dump.splitlines()]
    place = f'key = "{key}"'
    return lines[lines.index(place) + 1].partition(" = ")[2].strip('"') if place in lines else None


def moved(vmx: Path) -> None:
    """It says another place than where it is: its next power-on asks whether it was moved."""
    place = rb'uuid.location = "56 4d 00 00 00 00 00 00-00 00 00 00 00 00 00 00"'
    text, found = re.subn(rb"uuid.location = .*", place, vmx.read_bytes())
    assert found
    vmx.write_bytes(text)
