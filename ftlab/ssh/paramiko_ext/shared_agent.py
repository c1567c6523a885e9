"""An ssh agent that several threads sign with."""

from __future__ import annotations

import socket
import threading
from typing import Any

import paramiko


class SharedAgent(paramiko.Agent):
    """One agent's connection, used by one signer at a time. ``place`` is its socket; ``None``:
    the one that ``SSH_AUTH_SOCK`` names.

    :raises OSError: nobody answers there.
    :raises paramiko.SSHException: whoever answers is no agent.
    """

    def __init__(self, place: str | None) -> None:
        self._turn = threading.Lock()
        if place is None:
            super().__init__()
            return
        paramiko.agent.AgentSSH.__init__(self)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(place)
            self._connect(line)
        except BaseException:
            line.close()
            raise

    def _send_message(self, msg: Any) -> Any:
        with self._turn:
            return super()._send_message(msg)
