"""One session on a connection: a command, a person's shell, or SFTP on the host's own files."""

from __future__ import annotations

import contextlib
import os
import posixpath
import threading
from typing import Any

import asyncssh

from ftlab.sim.model.host import SimHost
from ftlab.sim.shell.call import Interrupted
from ftlab.sim.ssh.connection import Connection

_BLOCK = 1 << 15


class Session(asyncssh.SSHServerProcess[Any]):
    """With ``edits``, what is typed at a person's terminal is edited here, and arrives in whole
    lines of text; else it arrives as it comes."""

    def __init__(self, serve: Any, sftp: Any, connection: Connection, *, edits: bool) -> None:
        super().__init__(serve, sftp, sftp_version=3, allow_scp=False)
        self.connection, self._edits = connection, edits
        self.stirred = threading.Event()
        """Set by Ctrl-C at a terminal, and once the client is gone. Any thread may wait for it."""
        self.gone = False

    @property
    def request(self) -> bytes | None:
        """The command; None where a shell is asked for."""
        return None if self.command is None else self.command.encode("utf-8", "surrogateescape")

    def connection_made(self, chan: Any) -> None:
        super().connection_made(chan)
        chan.set_write_buffer_limits(0)
        if self.connection.full:
            self.pause_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self.stirred.set()
        self.connection.sessions.discard(self)
        super().connection_lost(exc)

    def shell_requested(self) -> bool:
        if self._edits and self.term_type is not None:
            self.channel.set_encoding("utf-8", "surrogateescape")
            self._encoding = "utf-8"
        return True

    @property
    def edits(self) -> bool:
        return self._encoding is not None

    def break_received(self, msec: int) -> bool:
        if self.edits:
            self.channel.clear_input()  # type: ignore[attr-defined]
            self.stdout.write("^C\n")
            super().break_received(msec)
            self.stirred.set()
        return True

    def exception_received(self, exc: Exception) -> None:
        """Signals, and the window's size, are for a jailed shell alone."""
        outside = isinstance(exc, asyncssh.SignalReceived | asyncssh.TerminalSizeChanged)
        if self._writers or not outside:
            super().exception_received(exc)

    def eof_received(self) -> bool:
        """On a terminal that a jailed shell reads it is Ctrl-D."""
        if self.term_type is not None and not self.edits:
            self.data_received(b"\x04", None)
        return super().eof_received()

    async def line(self) -> bytes:
        """The next line typed, with its end; empty at Ctrl-D and once the client is gone. Raises
        ``Interrupted``."""
        try:
            return str(await self.stdin.readline()).encode("utf-8", "surrogateescape")
        except asyncssh.BreakReceived:
            self.stirred.clear()
            raise Interrupted from None

    async def forget(self) -> None:
        """Pass over what was typed before Ctrl-C."""
        with contextlib.suppress(asyncssh.BreakReceived):
            while await self.stdin.read(4096):
                pass
        self.stirred.clear()

    def exit(self, status: int) -> None:
        """There is room for another session now, before the client has closed this one."""
        self.connection.sessions.discard(self)
        super().exit(status)

    def add_cleanup_task(self, task: Any) -> None:
        """Nobody waits for the end of a pipe."""
        task.close()

    def feed_data(self, data: Any, datatype: int | None) -> None:
        with contextlib.suppress(BrokenPipeError):  # the client may have gone
            super().feed_data(data, datatype)

    def resume_writing(self) -> None:
        if not (self.connection.full or self.channel.get_write_buffer_size()):
            super().resume_writing()

    async def send(self, data: bytes, *, error: bool = False) -> None:
        """Hand ``data`` to the system, as fast as the client reads. Raises ``OSError`` where nobody
        takes it any more."""
        stream = self.stderr if error else self.stdout
        for start in range(0, len(data), _BLOCK):
            block = data[start : start + _BLOCK]
            stream.write(block.decode("utf-8", "surrogateescape") if self.edits else block)
            await stream.drain()


class HostFiles(asyncssh.SFTPServer):
    """The host's files by remote path, served as asyncssh does it; there are no links."""

    def __init__(self, host: SimHost, chan: Any) -> None:
        super().__init__(chan)
        self._host = host

    def map_path(self, path: bytes) -> bytes:
        try:
            return os.fsencode(self._host.path(os.fsdecode(path)))
        except PermissionError as error:
            raise asyncssh.SFTPPermissionDenied(str(error)) from error

    def realpath(self, path: bytes) -> bytes:
        return posixpath.normpath(b"/" + path)

    def _unsupported(self, *_paths: bytes) -> Any:
        raise asyncssh.SFTPOpUnsupported("not simulated")

    readlink = symlink = link = statvfs = _unsupported  # type: ignore[assignment]
