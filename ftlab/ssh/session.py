"""One host, logged in: commands, files, several channels on one connection."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fabric import Connection

from ftlab.errors import CommandFailed, Lost, ParseError
from ftlab.model import Command, Completed, Host
from ftlab.session import Heard
from ftlab.ssh.channels.batch import Batch, repeat_hint
from ftlab.ssh.channels.command_group import (
    GroupReader,
    build_group,
    parse_group,
    shell_line,
)
from ftlab.ssh.channels.exchange import Exchange
from ftlab.ssh.channels.running import RunningCommand
from ftlab.ssh.channels.slots import Slots
from ftlab.ssh.channels.threads import together
from ftlab.ssh.printable import printable
from ftlab.ssh.settings import SshSettings

NONCE_BYTES = 16


class SshSession:
    """Implements :class:`ftlab.session.Session`. Safe to use from several threads.

    ``connection`` is Fabric's, for what ftlab does not offer itself.
    """

    def __init__(self, host: Host, connection: Connection, settings: SshSettings) -> None:
        self.host = host
        self.connection = connection
        self._settings = settings
        self._transport: Any = connection.transport
        self._channels = Slots(_channels(self._transport, settings))

    def run(self, command: Command) -> Completed:
        """Run one command; see :meth:`run_all`."""
        return self.run_all([command])[0]

    @contextmanager
    def started(self, command: Command) -> Iterator[RunningCommand]:
        """As the protocol says."""
        exchange = Exchange(command, shell_line(command), command.stdin, self._settings.output_cap)
        running = RunningCommand(
            self._new_batch(), exchange, alone=self._channels.most == 1,
            name=f"ftlab-{self.host.name}",
        )  # fmt: skip
        try:
            yield running
        finally:
            running.give_up()

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        """Run independent commands on channels of their own, waiting in one thread.

        A command's limit is its ``timeout``, else the settings'; it begins when the command
        is sent. An output beyond ``output_cap`` is an error; that of a ``typed`` command is cut and
        marked ``truncated``.

        :raises HostFailed: ``output.cap``.
        :raises CommandTimeout: the first to outlive its limit; the others are given up too.
        :raises Lost: the connection died; ``in_flight`` are the commands that may have run.
        """
        return self._batch([(one, shell_line(one), one.stdin) for one in commands])

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        """As the protocol says. The whole chain has the longest of its commands' limits."""
        if not commands:
            return []
        nonce = secrets.token_hex(NONCE_BYTES)
        line, stdin = build_group(commands, nonce)
        progress = heard and _telling(heard, GroupReader(commands, nonce))
        whole, cap = self._whole(commands), self._settings.output_cap
        [done] = self._new_batch().run([Exchange(whole, line, stdin, cap, progress)])
        try:
            return parse_group(commands, nonce, done.stdout, done.stderr)
        except ParseError as error:
            raise _ended_early(self.host, commands, done, error) from error

    def together(self, *work: Callable[[], Any]) -> list[Any]:
        """Call each piece of work in a thread of its own; see the protocol."""
        return together(work, f"ftlab-{self.host.name}") if work else []

    def read(self, path: str) -> bytes:
        """The file's bytes, by ``cat``: a host may have no SFTP server.

        :raises CommandFailed: it cannot be read.
        :raises HostFailed: ``output.cap``: it is larger than ``output_cap``.
        """
        done = self.run(Command(("cat", path), repeatable=True))
        if not done.ok:
            raise _failed(self.host, f"{path} cannot be read", done)
        return done.stdout

    def write(self, path: str, data: bytes) -> None:
        """Write the file's bytes in place, by ``dd``, which keeps its mode. Not atomic.

        :raises CommandFailed: it cannot be written; part of it may be.
        """
        done = self.run(Command(("dd", f"of={path}"), stdin=data, repeatable=True))
        if not done.ok:
            raise _failed(self.host, f"{path} cannot be written", done)

    @property
    def server(self) -> dict[str, str]:
        """What the server says it is, what was agreed upon with it, and what opened it."""
        transport = self._transport
        return {
            "banner": transport.remote_version,
            "host_key": transport.host_key_type,
            "cipher": transport.remote_cipher,
            "login": transport.entered_with,
        }

    def close(self) -> None:
        """Hang up, at once. Safe to repeat."""
        self.connection.close()

    def _batch(self, work: Sequence[tuple[Command, str, bytes]]) -> list[Completed]:
        cap = self._settings.output_cap
        exchanges = [Exchange(command, line, stdin, cap) for command, line, stdin in work]
        return self._new_batch().run(exchanges)

    def _new_batch(self) -> Batch:
        return Batch(self.host, self._transport, self._channels, self._settings.command_timeout)

    def _whole(self, commands: Sequence[Command]) -> Command:
        """A chain as one command, for its limit and for what an error says of it."""
        default = self._settings.command_timeout
        return Command(
            argv=("sh", "-c", "; ".join(str(command) for command in commands)),
            timeout=max(command.timeout or default for command in commands),
            repeatable=all(command.repeatable for command in commands),
        )


def _channels(transport: Any, settings: SshSettings) -> int:
    """dropbear (ESXi 4.x) loses exit statuses, and the connection, when channels overlap:
    seen with 2022.83, with OpenSSH's own client too."""
    return 1 if "dropbear" in transport.remote_version else settings.channels_at_once


def _telling(heard: Heard, reader: GroupReader) -> Callable[[Exchange], None]:
    def tell(exchange: Exchange) -> None:
        for done in reader.take(*exchange.said(*reader.at)):
            heard(done)

    return tell


def _ended_early(
    host: Host, commands: Sequence[Command], done: Completed, error: ParseError
) -> Lost:
    """The shell over there died in the middle of a group, or was killed."""
    during = commands[len(error.evidence["completed"])]
    return Lost(
        f"{host.name}: the host's shell ended during `{during}`, with exit {done.exit}",
        hint=repeat_hint([during]),
        in_flight=[str(during)],
        stdout=done.stdout,
        stderr=done.stderr,
    )


def _failed(host: Host, what: str, done: Completed) -> CommandFailed:
    return CommandFailed(
        f"{host.name}: {what}: {printable(done.err) or f'exit {done.exit}'}",
        argv=done.command.argv,
        exit=done.exit,
        stdout=done.stdout,
        stderr=done.stderr,
    )
