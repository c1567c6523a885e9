"""One run of a builtin or an applet: its arguments, its files, and the shell it runs in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftlab.sim.model.answer import encode
from ftlab.sim.shell.streams import Descriptors

if TYPE_CHECKING:
    from ftlab.sim.shell.interpreter import Shell
    from ftlab.sim.shell.state import State


@dataclass(frozen=True, slots=True)
class Call:
    argv: tuple[str, ...]
    shell: Shell
    files: Descriptors

    @property
    def state(self) -> State:
        return self.shell.state

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.argv[1:]

    def out(self, data: bytes | str) -> None:
        self._write(1, data)

    def err(self, data: bytes | str) -> None:
        self._write(2, data)

    def _write(self, fd: int, data: bytes | str) -> None:
        if data and fd in self.files.streams:
            self.files.streams[fd].write(encode(data) if isinstance(data, str) else data)

    def complain(self, message: str, status: int = 1) -> int:
        """``name: message`` on standard error; gives ``status``."""
        self.err(f"{self.argv[0].rpartition('/')[2]}: {message}\n")
        return status

    def shell_error(self, message: str, status: int) -> int:
        """As :meth:`complain`, in the name of the shell."""
        self.err(f"{self.state.name}: {message}\n")
        return status

    def stdin(self, size: int = -1) -> bytes:
        """Standard input: up to ``size`` bytes, or all of it."""
        return self.files.streams[0].read(size) if 0 in self.files.streams else b""

    def stdin_line(self) -> bytes:
        return self.files.streams[0].readline() if 0 in self.files.streams else b""

    def path(self, remote: str) -> Path:
        """The local file behind a remote path, absolute or relative."""
        return self.state.path(remote)

    def again(self, argv: tuple[str, ...]) -> int:
        """Run another command with this one's files (``env``, ``timeout``, ``xargs``…)."""
        from ftlab.sim.shell.command import run_argv

        return run_argv(self.shell, argv, self.files)

    def run_script(self, text: bytes, argv: tuple[str, ...]) -> int:
        """Run a script in a new shell; ``argv`` are its ``$0``, ``$1``…"""
        from ftlab.sim.shell.interpreter import Shell

        state = self.state.child()
        state.name, state.positional = argv[0], argv[1:]
        inner = Shell(state, Descriptors(self.files.streams))
        return inner.main(text.decode("utf-8", "surrogateescape"))
