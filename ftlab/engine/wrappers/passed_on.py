"""What every wrapper of a session has in common: whatever it does not change is passed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from ftlab.model import Command, Completed, Host
from ftlab.session import Heard, Session, StartedCommand


class PassedOn:
    """Implements :class:`ftlab.session.Session` by another one."""

    def __init__(self, session: Session) -> None:
        self.host: Host = session.host
        self._session = session

    @property
    def server(self) -> Mapping[str, str]:
        return self._session.server

    def run(self, command: Command) -> Completed:
        return self._session.run(command)

    def started(self, command: Command) -> AbstractContextManager[StartedCommand]:
        return self._session.started(command)

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        return self._session.run_all(commands)

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        return self._session.run_chain(commands, heard)

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        return self._session.together(*work)

    def read(self, path: str) -> bytes:
        return self._session.read(path)

    def write(self, path: str, data: bytes) -> None:
        self._session.write(path, data)

    def close(self) -> None:
        self._session.close()
