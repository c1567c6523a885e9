"""Which shell answers a client: the small one in this process, or BusyBox in a jail; and a command,
or a session on a terminal, in the latter."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import subprocess
import termios
import threading
from collections.abc import Awaitable
from typing import Literal

from ftlab.sim.jail.jail import Jail
from ftlab.sim.shell.repl import greeting
from ftlab.sim.shell.run import takes
from ftlab.sim.ssh.session import Session
from ftlab.sim.ssh.small import serve_small

ShellChoice = Literal["auto", "small", "busybox"]


class Shells:
    """``choice`` ``auto``: sessions, and what the small shell refuses, go to the ``jail`` where
    there is one; ``small`` and ``busybox``: everything goes to that."""

    def __init__(self, choice: ShellChoice = "small", jail: Jail | None = None) -> None:
        self._choice, self._jail = choice, jail
        self.edits = jail is None
        """Whether a person's session is the small shell's, which knows no keys."""
        self.closing = threading.Event()
        """Set at the end of the lab."""

    def serve(self, session: Session) -> Awaitable[None]:
        """Answer one request: a command, or a session."""
        host, command = session.connection.host, session.request
        if self._jail is not None:
            small = self._choice != "busybox" and command is not None and takes(host, command)
            if not small:
                return serve_jailed(session, self._jail)
        return serve_small(session, self.closing)


async def serve_jailed(session: Session, jail: Jail) -> None:
    """Pass bytes between a channel and a jailed shell, and its status at the end.

    A client that goes away hangs up a terminal; a command without one runs on until it writes.
    """
    start = _on_pipes if session.term_type is None else _on_terminal
    process = await start(session, jail)
    try:
        status = await asyncio.to_thread(process.wait)
    finally:
        process.kill()
    if status == -signal.SIGKILL:
        session.connection.cut()
        return
    await session.stdout.drain()
    await session.stderr.drain()
    session.exit(status if status >= 0 else 128 - status)


async def _on_pipes(session: Session, jail: Jail) -> subprocess.Popen[bytes]:
    name, command = session.connection.host.name, session.request
    process = await asyncio.to_thread(jail.start, name, command)
    pipes = [pipe.fileno() for pipe in (process.stdout, process.stderr) if pipe]
    out, error = map(os.dup, pipes)
    await session.redirect(process.stdin, out, error, send_eof=False)
    session.connection.create_task(_unheard(session, process, pipes))
    return process


async def _unheard(session: Session, process: subprocess.Popen[bytes], pipes: list[int]) -> None:
    """Let the shell write to nobody once; it would not see that itself, being process 1."""
    await session.channel.wait_closed()
    for pipe in pipes:
        asyncio.get_running_loop().add_reader(pipe, process.kill)


async def _on_terminal(session: Session, jail: Jail) -> subprocess.Popen[bytes]:
    host, command = session.connection.host, session.request
    columns, rows, *_ = session.term_size
    master, slave = pty.openpty()
    try:
        termios.tcsetwinsize(slave, (rows, columns))
        if command is None:
            session.stdout.write(greeting(host, small=False).replace("\n", "\r\n").encode())
        term = (session.term_type or "").encode("ascii")
        process = await asyncio.to_thread(jail.start, host.name, command, slave, term)
    finally:
        os.close(slave)
    await session.redirect(master, master, send_eof=False, recv_eof=False)
    return process
