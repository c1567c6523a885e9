"""What a running simulated shell knows: its host, directory, variables, functions, last status."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from ftlab.sim.model.answer import Answer
from ftlab.sim.shell.ast import Command


class ShellHost(Protocol):
    """What the shell needs of a host model."""

    name: str
    commands: list[tuple[str, ...]]

    @property
    def version(self) -> str:
        """The release, e.g. ``"7.0 U1"``."""

    @property
    def tools(self) -> frozenset[str]:
        """The commands that :meth:`answer` answers."""

    def path(self, remote: str) -> Path:
        """The local file behind an absolute remote path."""

    def answer(self, argv: tuple[str, ...], stdin: bytes = b"") -> Answer:
        """What a host tool says; the host records the argv itself."""


ENVIRONMENT = {
    "HOME": "/",
    "LOGNAME": "root",
    "PATH": "/bin:/sbin",
    "PWD": "/",
    "SHELL": "/bin/sh",
    "USER": "root",
}


@dataclass
class State:
    """One shell's state. ``wait`` sleeps simulated seconds and raises ``Hangup`` or ``Expired``."""

    host: ShellHost
    wait: Callable[[float], None]
    variables: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    exported: set[str] = field(default_factory=lambda: set(ENVIRONMENT))
    functions: dict[str, Command] = field(default_factory=dict)
    positional: tuple[str, ...] = ()
    name: str = "sh"
    cwd: str = "/"
    status: int = 0
    pid: int = 68000
    errexit: bool = False
    nounset: bool = False
    depth: int = 0
    calls: int = 0
    at_exit: str = ""

    def subshell(self) -> State:
        """A copy whose changes this one does not see."""
        return replace(
            self,
            variables=dict(self.variables),
            exported=set(self.exported),
            functions=dict(self.functions),
        )

    def child(self) -> State:
        """The state of a new ``sh``: only what is exported is inherited."""
        kept = {name: self.variables[name] for name in self.exported if name in self.variables}
        return State(self.host, self.wait, kept, set(kept), cwd=self.cwd, depth=self.depth + 1)

    def absolute(self, path: str) -> str:
        """``path`` seen from the working directory, without ``.``, ``..`` or a last slash."""
        return posixpath.normpath(posixpath.join(self.cwd, path))

    def path(self, remote: str) -> Path:
        """The local file behind a remote path, absolute or relative."""
        if not remote:
            raise FileNotFoundError(2, "No such file or directory", remote)
        try:
            local = self.host.path(self.absolute(remote))
        except PermissionError as error:
            raise PermissionError(13, "Permission denied", remote) from error
        return _directory(local) if remote.endswith("/") else local


def _directory(local: Path) -> Path:
    if local.exists() and not local.is_dir():
        raise NotADirectoryError(20, "Not a directory", str(local))
    return local
