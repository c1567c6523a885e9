"""A simulated lab on real SSH: one loopback port per host, all in this process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from asyncssh import SSHKey

from ftlab.sim.model.lab import SimLab
from ftlab.sim.ssh.algorithms import age_of, host_keys, rsa_key
from ftlab.sim.ssh.connection import Connection, Door
from ftlab.sim.ssh.login import Account
from ftlab.sim.ssh.session import HostFiles, Session
from ftlab.sim.ssh.shells import Shells

_BACKLOG = 512
_HERE = "127.0.0.1"
_THREADS = 10_000
"""As many as commands may run at once."""


class SshFront:
    """Listens for every host of a lab. Use as a context manager or call :meth:`close`.

    ``authorized`` are the blobs of the public keys that log in as root, ``password`` is root's.
    ``sftp`` names the hosts with an SFTP server (by default those of 6.5 and later). ``legacy``:
    old releases speak only what they really did (SHA-1).
    ``empty_round``: keyboard-interactive begins with a round without questions.
    ``max_startups`` is OpenSSH's ``start:rate:full``: unauthenticated connections per host from
    which on new ones are dropped (by default as each release has it).
    ``shells`` decides which shell answers (by default the small one).
    """

    def __init__(  # noqa: PLR0913 - independent switches, each with its default
        self,
        lab: SimLab,
        *,
        authorized: Collection[bytes] = (),
        password: str | None = None,
        sftp: Collection[str] | None = None,
        legacy: bool = False,
        empty_round: bool = False,
        max_startups: tuple[int, int, int] | None = None,
        shells: Shells | None = None,
    ) -> None:
        self.doors: dict[str, Door] = {}
        self._shells = shells or Shells()
        for name, host in lab.hosts.items():
            age = age_of(host, legacy=legacy)
            account = Account(
                frozenset(authorized), password, age.lock_after, age.lock_seconds,
                key_file=partial(host.path, age.authorized_keys),
            )  # fmt: skip
            offers = age.sftp if sftp is None else name in sftp
            files = partial(HostFiles, host) if offers else None
            session = partial(Session, self._shells.serve, files, edits=self._shells.edits)
            startups = max_startups or age.max_startups
            self.doors[name] = Door(host, age, account, session, startups, empty_round)
        self.ports: dict[str, int] = {}
        self.host_keys: dict[str, list[SSHKey]] = {}
        self._end = asyncio.Event()
        self._thread = threading.Thread()

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return sum(len(door.connections) for door in self.doors.values())

    def start(self, ports: Mapping[str, int] | None = None) -> dict[str, int]:
        """Listen, on the given ports or on free ones; gives the port of each host.

        All hosts share one RSA host key, as making one takes longer than all the rest.

        Raises ``OSError`` where a port is taken; nothing listens then.
        """
        shared = rsa_key()
        for name, door in self.doors.items():
            door.keys = self.host_keys[name] = host_keys(door.age, shared)
        listening: Future[None] = Future()
        serve = partial(asyncio.run, self._serve(ports or {}, listening))
        self._thread = threading.Thread(target=serve, name="sim-ssh", daemon=True)
        self._thread.start()
        listening.result()
        return self.ports

    def rekey(self, name: str) -> None:
        """Give a host new host keys, as after it was rebuilt; for connections from now on."""
        door = self.doors[name]
        door.keys = self.host_keys[name] = host_keys(door.age, rsa_key())

    async def _serve(self, ports: Mapping[str, int], listening: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_THREADS, "sim-idle"))
        async with contextlib.AsyncExitStack() as stack:
            try:
                for name, door in self.doors.items():
                    sock = socket.create_server((_HERE, ports.get(name, 0)), backlog=_BACKLOG)
                    self.ports[name] = sock.getsockname()[1]
                    serve = partial(Connection, door)
                    served = await self._loop.create_server(serve, sock=sock, backlog=_BACKLOG)
                    stack.callback(served.close)
            except OSError as error:
                listening.set_exception(error)
                return
            listening.set_result(None)
            await self._end.wait()
        for door in self.doors.values():
            for connection in tuple(door.connections):
                connection.hang_up()

    def close(self) -> None:
        """Stop listening, end every connection, leave no thread. Safe to repeat."""
        self._shells.closing.set()
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it ends anyway
                self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join()

    def __enter__(self) -> SshFront:
        if not self.ports:
            self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
