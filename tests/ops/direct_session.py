"""A Session straight into a simulated host: no network, one thread, and a death on demand."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from ftlab.errors import CommandFailed, Lost
from ftlab.model import Command, Completed, Host
from ftlab.sim import SimHost
from ftlab.sim.shell import run as shell
from ftlab.ssh.channels.command_group import build_group, shell_line


class DirectSession:
    """``lives``: how many commands run before the connection dies, for good."""

    def __init__(self, model: SimHost, lives: int | None = None) -> None:
        self.host = Host(model.name)
        self.model, self.lives = model, lives
        self.before: Callable[[Command], None] = lambda _command: None
        self.sent: list[Command] = []

    def run(self, command: Command) -> Completed:
        if self.lives is not None:
            if self.lives <= 0:
                raise Lost("the connection died", in_flight=[str(command)])
            self.lives -= 1
        self.before(command)
        self.sent.append(command)
        out, err = io.BytesIO(), io.BytesIO()
        streams = {0: io.BytesIO(command.stdin), 1: out, 2: err}
        line = shell_line(command).encode("utf-8", "surrogateescape")
        status = shell.run(self.model, line, streams, wait=lambda _seconds: None)
        return Completed(command, status, out.getvalue(), err.getvalue())

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        return [self.run(command) for command in commands]

    def run_chain(self, commands: Sequence[Command]) -> list[Completed]:
        """One by one, so that each can be the last; but only what could travel as one group."""
        build_group(commands, "0123456789abcdef")
        done: list[Completed] = []
        for command in commands:
            done.append(self.run(command))
            if not done[-1].ok:
                break
        return done

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        return [call() for call in work]

    def read(self, path: str) -> bytes:
        done = self.run(Command(("cat", path)))
        if done.exit:
            raise CommandFailed(done.err, exit=done.exit)
        return done.stdout

    def write(self, path: str, data: bytes) -> None:
        done = self.run(Command(("dd", f"of={path}"), stdin=data))
        if done.exit:
            raise CommandFailed(done.err, exit=done.exit)

    def close(self) -> None:
        self.lives = 0
