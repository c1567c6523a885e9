"""A simulated lab on real SSH: one loopback port per host, all in this process."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import threading
from collections.abc import Collection, Mapping
from functools import partial

from paramiko import PKey

from ftlab.sim.model.host import SimHost
from ftlab.sim.model.lab import SimLab
from ftlab.sim.ssh.algorithms import age_of
from ftlab.sim.ssh.connection import Connection
from ftlab.sim.ssh.keys import host_keys, rsa_host_key
from ftlab.sim.ssh.login import Account, Login
from ftlab.sim.ssh.sftp import offer_sftp
from ftlab.sim.ssh.shells import Shells

_BACKLOG = 512


def _key_file(host: SimHost, place: str) -> bytes:
    """Root's ``authorized_keys`` on a host, as it is now."""
    try:
        return host.path(place).read_bytes()
    except OSError:
        return b""


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
        self.hosts: dict[str, SimHost] = dict(lab.hosts)
        self._empty_round, self._max_startups = empty_round, max_startups
        self._shells = shells or Shells()
        self.ages = {name: age_of(host, legacy=legacy) for name, host in self.hosts.items()}
        offering = [name for name, age in self.ages.items() if age.sftp]
        self.sftp = frozenset(offering if sftp is None else sftp)
        self.accounts = {
            name: Account(
                authorized,
                password,
                age.lock_after,
                age.lock_seconds,
                key_file=partial(_key_file, self.hosts[name], age.authorized_keys),
            )
            for name, age in self.ages.items()
        }
        self.ports: dict[str, int] = {}
        self.host_keys: dict[str, list[PKey]] = {}
        self._connections: set[Connection] = set()
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._dice = random.Random(0)  # noqa: S311 - which connection is dropped is no secret

    def start(self, ports: Mapping[str, int] | None = None) -> dict[str, int]:
        """Listen, on the given ports or on free ones; gives the port of each host.

        All hosts share one RSA host key, as making one takes longer than all the rest.

        Raises ``OSError`` where a port is taken; nothing listens then.
        """
        shared = rsa_host_key()
        self.host_keys |= {name: host_keys(age, shared) for name, age in self.ages.items()}
        try:
            for name in self.hosts:
                self._listen(name, (ports or {}).get(name, 0))
        except OSError:
            self.close()
            raise
        self._waker, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._acceptor = threading.Thread(target=self._accept_all, name="sim-accept", daemon=True)
        self._acceptor.start()
        return dict(self.ports)

    def rekey(self, name: str) -> None:
        """Give a host new host keys, as after it was rebuilt; for connections from now on."""
        self.host_keys[name] = host_keys(self.ages[name], rsa_host_key())

    def _listen(self, name: str, port: int) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._selector.register(listener, selectors.EVENT_READ, name)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        listener.bind(("127.0.0.1", port))
        listener.listen(_BACKLOG)
        self.ports[name] = listener.getsockname()[1]

    def _accept_all(self) -> None:
        while not self._closing.is_set():
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._accept(key.data, key.fileobj)  # type: ignore[arg-type]

    def _accept(self, name: str, listener: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            while not self._closing.is_set():
                accepted, _ = listener.accept()
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._drops(name):
                    accepted.close()
                else:
                    self._serve(name, accepted)

    def _drops(self, name: str) -> bool:
        """MaxStartups: random early drop, certain from ``full`` on."""
        limits = self._max_startups or self.ages[name].max_startups
        if limits is None:
            return False
        start, rate, full = limits
        waiting = sum(not one.is_authenticated() for one in self._open(name))
        if waiting < start or full <= start:
            return waiting >= full
        return self._dice.random() * 100 < rate + (100 - rate) * (waiting - start) / (full - start)

    def _serve(self, name: str, accepted: socket.socket) -> None:
        login = Login(self.accounts[name], self.ages[name], empty_round=self._empty_round)
        connection = Connection(self.hosts[name], accepted, login, self._closing, self._shells)
        for key in self.host_keys[name]:
            connection.add_server_key(key)
        if name in self.sftp:
            offer_sftp(connection, self.hosts[name])
        connection.done = self._forget
        connection.reboot = lambda: self.hang_up(name)
        with self._guard:
            self._connections.add(connection)
        connection.serve()

    def _forget(self, connection: Connection) -> None:
        with self._guard:
            self._connections.discard(connection)

    def _open(self, name: str | None = None) -> list[Connection]:
        with self._guard:
            return [one for one in self._connections if name in (None, one.host.name)]

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return len(self._open())

    def hang_up(self, name: str | None = None) -> None:
        """Reset every connection, or those to one host."""
        for connection in self._open(name):
            connection.hang_up(reset=True)

    def close(self) -> None:
        """Stop listening, end every connection, leave no thread. Safe to repeat."""
        self._closing.set()
        if hasattr(self, "_acceptor"):
            with contextlib.suppress(OSError):
                self._waker.send(b"!")
            self._acceptor.join()
            self._waker.close()
        for key in list((self._selector.get_map() or {}).values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()
        chosen = self._open()
        for connection in chosen:
            connection.hang_up()
        for connection in chosen:
            connection.join(5)
            for job in connection.execs:
                job.join(5)

    def __enter__(self) -> SshFront:
        if not self.ports:
            self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
