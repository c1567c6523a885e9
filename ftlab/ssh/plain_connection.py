"""Fabric's connection as ftlab has it, also where it is handed out: it is logged in already, asks
no configuration for anything, and quotes what it puts in front of a command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import paramiko
from fabric import Config, Connection
from fabric.runners import Remote

from ftlab.errors import Lost
from ftlab.regex import regex

__all__ = ["Connection", "NoConfig", "PlainConnection", "QuotedRemote", "plain_config"]

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")


class NoConfig(paramiko.SSHConfig):
    """A configuration without a line, and quick to say so."""

    def lookup(self, hostname: str) -> paramiko.SSHConfigDict:  # noqa: ARG002 - paramiko's
        return paramiko.SSHConfigDict()


def plain_config() -> Config:
    """A Fabric configuration that reads no file: the target is already resolved. A command gets
    nothing of what is typed here, unless its caller says ``in_stream=sys.stdin``."""
    return Config(lazy=True, ssh_config=NoConfig(), overrides={"run": {"in_stream": False}})


class QuotedRemote(Remote):
    """Fabric writes ``env`` in front of a command as it is: a value with a space in it is another
    command's argument there, and one with a semicolon another command."""

    def start(
        self, command: str, shell: str, env: Mapping[str, str], timeout: float | None = None
    ) -> None:
        """Raises ``ValueError`` for a name that no shell has for a variable."""
        for name in env:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be the name of a variable")
        quoted = {name: shlex.quote(value) for name, value in env.items()}
        super().start(command, shell, quoted, timeout)
        if not (self.streams["in"] or self.watchers or self.using_pty):
            self.close_proc_stdin()  # nothing will come: a command that reads waits for ever


class PlainConnection(Connection):
    """Its attributes are plain ones. Fabric looks through all names for each, which is a sixth of
    what a login costs, and writes some to the configuration, which all connections of a run
    share: another thread then finds it half merged."""

    __setattr__ = object.__setattr__
    authentication = SimpleNamespace(strategy_class=None)
    """How to log in is given to each, and asked of no configuration."""
    _entered = False

    def open(self) -> Any:
        """Fabric calls this before whatever it does. Raises ``Lost`` once the connection is
        closed: its socket and its login were for one time."""
        if self._entered and not self.is_connected:
            raise Lost(
                f"the connection to {self.host} is closed",
                hint="lab.connection(…) gives another one",
            )
        opened = super().open()
        self._entered = True
        return opened

    def _remote_runner(self) -> QuotedRemote:
        return QuotedRemote(context=self, inline_env=self.inline_ssh_env)
