"""``ProxyCommand``: a program that brings the bytes there, as the far end of a real socket.

paramiko's own reads it byte for byte until it has all it asked for, and spins once the program
has ended. A socket has time limits and an end, and everything that works on one works here.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import weakref

from ftlab.ssh.process_group import end_group, signal_group

GRACE = 2.0


class ProxySocket(socket.socket):
    """One end of a socket pair; the program has the other as its stdin and stdout.

    Closing ends the program, with all that it has started.
    """

    _program: subprocess.Popen[bytes] | None = None
    _end: weakref.finalize[..., subprocess.Popen[bytes]] | None = None
    """Ends the program if nobody closes the socket before this process ends."""

    def close(self) -> None:
        """Safe to repeat, and from any thread."""
        super().close()
        program, self._program = self._program, None
        if program is not None:
            end_group(program, GRACE)
        if self._end is not None:
            self._end.detach()


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
            start_new_session=True,
        )
    except OSError:
        near.close()
        raise
    finally:
        far.close()
    proxy = ProxySocket(near.family, near.type, near.proto, near.detach())
    proxy._program = program
    proxy._end = weakref.finalize(program, signal_group, program.pid, signal.SIGKILL)
    return proxy
