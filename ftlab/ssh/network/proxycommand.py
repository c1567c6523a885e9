"""``ProxyCommand``: a program that brings the bytes there, as the far end of a real socket.

paramiko's own reads it byte for byte until it has all it asked for, and spins once the program
has ended. A socket has time limits and an end, and everything that works on one works here.
"""

from __future__ import annotations

import socket
import subprocess

GRACE = 2.0


class ProxySocket(socket.socket):
    """One end of a socket pair; the program has the other as its stdin and stdout.

    Closing ends the program.
    """

    _program: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Safe to repeat, and from any thread."""
        super().close()
        program, self._program = self._program, None
        if program is not None:
            _see_off(program)


def start_proxy(command: str) -> ProxySocket:
    """Start ``command`` (its tokens are filled in) as ssh does: by the user's shell, replaced
    by the program itself. Its stderr is thrown away, since it may say anything.

    :raises OSError: there is no shell to start it.
    """
    near, far = socket.socketpair()
    try:
        program = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {command}"],
            stdin=far.fileno(),
            stdout=far.fileno(),
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        near.close()
        raise
    finally:
        far.close()
    proxy = ProxySocket(near.family, near.type, near.proto, near.detach())
    proxy._program = program
    return proxy


def _see_off(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(GRACE)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
