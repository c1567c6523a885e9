"""A small lab for profiles: ESXi 5.0 hosts, each with ``app01`` (off) and ``app02`` (on)."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from cli_place import Place, fresh_program
from cli_runner import Cli, Ran, kept_rules

from ftlab.sim import SimHost
from ftlab.sim.shell.call import Cut
from ftlab.sim.vms.vm import SimVM

STREAM = "/Migrate/VMotionStreamDisable"
TIMEOUT = "/Migrate/NetTimeout"


class Near(Cli):
    """The command in this very process: the same in all but its start-up, which takes longer
    than all the rest."""

    def __call__(
        self, *argv: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with ExitStack() as stack:
            stack.enter_context(
                mock.patch.dict(os.environ, {**self.env, **(env or {})}, clear=True)
            )
            stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO()))
            stack.enter_context(redirect_stdout(out))
            stack.enter_context(redirect_stderr(err))
            try:
                fresh_program().run(["ftlab", *argv])
            except SystemExit as end:
                code = int(end.code or 0)
        return kept_rules(Ran(argv, code, out.getvalue(), err.getvalue()))


def near(place: Place) -> Place:
    """The same lab, its command in this process."""
    return replace(place, cli=Near(place.cli.home, place.lab.inventory))


def profile(cli: Cli, text: str, name: str = "lab.toml") -> str:
    """A profile of this text; its path."""
    file = cli.home / name
    file.write_text(text, "utf-8")
    return str(file)


def vmx(vm: SimVM) -> bytes:
    return vm.file.read_bytes()


def write_by_hand(host: SimHost, vm: SimVM, old: str, new: str) -> None:
    """Somebody edits a VMX and has the host load it."""
    text = vm.file.read_bytes()
    assert old.encode() in text
    vm.file.write_bytes(text.replace(old.encode(), new.encode()))
    host.answer(("vim-cmd", "vmsvc/reload", str(vm.vmid)))


def steps(host: SimHost) -> list[str]:
    """What was asked of the host that changes it, in order."""
    changing = {"power.on", "power.off", "power.shutdown", "reload", "snapshot.revert"}
    return [
        words
        for argv in host.commands
        for words in [_step(argv)]
        if words.partition(" ")[0] in {*changing, "set", "mv", "rm"}
    ]


def _step(argv: tuple[str, ...]) -> str:
    if argv[:1] == ("vim-cmd",):
        return " ".join((argv[1].rpartition("/")[2], *argv[2:]))
    if argv[:1] == ("esxcli",):
        return f"set {argv[6]} {argv[8]}" if "set" in argv else ""
    return argv[0] if argv[0] in {"mv", "rm"} else ""


@contextmanager
def connections(place: Place) -> Iterator[dict[str, int]]:
    """How many connections each host sees meanwhile."""
    seen: dict[str, int] = dict.fromkeys(place.lab.sim.hosts, 0)
    for name, host in place.lab.sim.hosts.items():
        host.fault = _counting(name, host.fault, seen)  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        for host in place.lab.sim.hosts.values():
            del host.fault


def _counting(name: str, ask: Any, seen: dict[str, int]) -> Any:
    def fault(moment: str) -> Any:
        seen[name] += moment == "connect"
        return ask(moment)

    return fault


class CutAt(list[tuple[str, ...]]):
    """A host's list of commands that cuts the connection, once, when a command begins so."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    def append(self, argv: tuple[str, ...]) -> None:
        super().append(argv)
        if self.words and argv[: len(self.words)] == self.words:
            self.words = ()
            raise Cut


def leftovers(folder: Path) -> list[str]:
    """What ftlab has left beside a VMX, but for backups."""
    return [file.name for file in folder.iterdir() if file.name.endswith(".tmp")]
