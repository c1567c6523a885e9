"""From a host to a session: one :class:`Connector` per run holds what is shared."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlab.errors import Unreachable
from ftlab.model import SSH, Host
from ftlab.ssh import connect_errors
from ftlab.ssh.connect_retry import BusyServer, nobody_looks, retry_while_busy
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.handshake import Handshake
from ftlab.ssh.hostkeys.hostkey import HostKey, known_as
from ftlab.ssh.hostkeys.known_hosts import KnownHosts, KnownHostsLine
from ftlab.ssh.hostkeys.verify import Verifier, unusable
from ftlab.ssh.login.canary import Canaries
from ftlab.ssh.login.keys import KeyRing
from ftlab.ssh.login.login import Login
from ftlab.ssh.login.passwords import SecretSource
from ftlab.ssh.network.dial import dial
from ftlab.ssh.network.jump import Jumps
from ftlab.ssh.network.proxycommand import NoSocket, passed_socket, start_proxy
from ftlab.ssh.network.target import Target
from ftlab.ssh.network.targets import Targets
from ftlab.ssh.not_ssh import not_ssh
from ftlab.ssh.paramiko_ext.transport import Keepalive
from ftlab.ssh.plain_connection import PlainConnection, plain_config
from ftlab.ssh.session import SshSession
from ftlab.ssh.settings import SshSettings

if TYPE_CHECKING:
    from ftlab.ssh.hostkeys.scan import ServerKeys

_BUSY = "connects again, since its SSH server is busy"


class Connector:
    """Logs in to hosts. Thread-safe; holds the parsed known_hosts, keys, agent, jump
    connections and login limits of one run.

    ``jump_hosts`` are the inventory's hosts by name, since ``ftlab_jump`` may name one.
    ``waiting`` is entered around waits for a busy server: host, why, seconds at most.
    ``canaries``: where it is not the only connector of its run, what they know together.
    """

    def __init__(
        self,
        settings: SshSettings,
        secrets: SecretSource | None = None,
        *,
        jump_hosts: Mapping[str, Host] | None = None,
        canaries: Canaries | None = None,
        targets: Targets | None = None,
    ) -> None:
        self.settings = settings
        self._secrets = secrets or SecretSource()
        self._targets = targets or Targets.of_settings(settings, jump_hosts)
        self.waiting: Callable[[str, str, float], AbstractContextManager[None]] | None = None
        self._keys = KeyRing(self._secrets)
        self._canaries = canaries or Canaries()
        self._jumps = Jumps(self._enter)
        self._config = plain_config()
        self._lock = threading.Lock()
        self._known: dict[tuple[Path, ...], KnownHosts] = {}
        self._slots: dict[tuple[object, ...], threading.BoundedSemaphore] = {}

    def connect(self, host: Host, *, deadline: float | None = None) -> SshSession:
        """A session with ``host``, within ``connect_timeout`` seconds of its turn.

        ``deadline`` is a :func:`time.monotonic` value that nothing may outlast. Safe to call
        from many threads. Only a connection dropped before the login began is tried again.

        :raises Unreachable: with a ``kind``, a ``hint`` and the evidence.
        """
        target = self._resolve(host)
        connection = self._enter(target, deadline)
        return SshSession(host, connection, self.settings)

    def lend(self, host: Host) -> PlainConnection:
        """A Fabric connection for whatever the caller does with it; closing it is up to them.

        :raises Unreachable: as :meth:`connect`.
        """
        connection = self._enter(self._resolve(host), None)
        connection.config = plain_config()  # one of its own: it is the caller's to change
        return connection

    def scan(self, target: Target) -> ServerKeys:
        """The host keys of a host or jump host of :meth:`way`, without a login to it.

        A jump host on the way is logged in to.

        :raises Unreachable: no SSH server answers in time.
        """
        from ftlab.ssh.hostkeys.scan import scan

        with self._turn(target, None):
            limit = Deadline(self.settings.connect_timeout)
            again = self._while_busy(target)
            return retry_while_busy(limit, scan, target, limit, self._socket, waiting=again)

    def way(self, host: Host) -> tuple[Target, ...]:
        """The jump hosts on the way to a host, from the outside in, and the host itself."""
        targets = [self._resolve(host)]
        while targets[0].jump is not None:
            targets.insert(0, self._targets.jump_of(targets[0]))
        return tuple(targets)

    def learn(self, address: str, port: int, keys: Sequence[HostKey]) -> None:
        """Keys that have just been recorded are known to this run, too."""
        own = self.settings.known_hosts[0]
        with self._lock:
            for known in self._known.values():
                for key in keys:
                    known.add(KnownHostsLine((known_as(address, port),), key, own, 0))

    def known_to(self, target: Target) -> KnownHosts:
        """What is known of its keys: by the run's known_hosts, or those that ssh's configuration
        names, and by the file that its inventory line adds. Each set of files is read once.

        :raises Unreachable: ``hostkey.file``: one of them cannot be read.
        """
        extra = [Path(target.host.known_hosts)] if target.host.known_hosts else []
        own, usual = self.settings.known_hosts[:1], self.settings.known_hosts[1:]
        user = usual if target.known_hosts is None else target.known_hosts
        files = (*extra, *own, *user, *target.more_known_hosts)
        with self._lock:
            if files not in self._known:
                known = KnownHosts()
                for file in files:
                    _load(known, file)
                self._known[files] = known
            return self._known[files]

    def close(self) -> None:
        """Hang up on jump hosts and the agent. Sessions are closed by whoever opened them."""
        self._jumps.close()
        self._keys.close()

    def _resolve(self, host: Host) -> Target:
        """:raises NotTried: ``not_ssh``: the inventory says that this host is none for SSH."""
        if host.connection != SSH:
            raise not_ssh(host)
        target = self._targets.of(host)
        self._targets.check_way(target)
        return target

    def _enter(self, target: Target, until: float | None) -> PlainConnection:
        host, user = target.host, target.user
        self._pass_through(target, until)
        password = None if host.key_file else self._secrets.given(host, user)
        with (
            self._canaries.turn(host.name, user, password, until),
            self._turn(target, until),
        ):
            deadline = Deadline(self.settings.connect_timeout).no_later_than(until)
            guard = self._canaries if password is None else None
            again = self._while_busy(target)
            return retry_while_busy(deadline, self._attempt, target, deadline, guard, waiting=again)

    def _while_busy(self, target: Target) -> BusyServer:
        told = self.waiting
        return nobody_looks if told is None else partial(told, target.host.name, _BUSY)

    def _pass_through(self, target: Target, until: float | None) -> None:
        """Log in to the jump host before this host's own login begins: the two may share a
        password, and a jump host that refuses one says nothing about this host's."""
        if target.jump is None:
            return
        try:
            self._jumps.enter(self._targets.jump_of(target), until)
        except Unreachable as error:
            raise self._targets.explained(error, target) from error

    def _attempt(
        self, target: Target, deadline: Deadline, guard: Canaries | None
    ) -> PlainConnection:
        sock = self._socket(target, deadline)
        keepalive = Keepalive(self.settings.keepalive, self.settings.keepalive_count)
        handshake = Handshake(target, deadline, self._verifier(target), keepalive)
        login = Login(target, self._keys, self._secrets, guard)
        return handshake.enter(sock, login, self._config)

    def _socket(self, target: Target, deadline: Deadline) -> Any:
        if target.jump is not None:
            return self._jumps.channel(self._targets.jump_of(target), target, deadline)
        try:
            if target.proxy_line:
                proxy = start_proxy(target.proxy_line)
                return passed_socket(proxy, deadline) if target.proxy_passes_socket else proxy
            return dial(target.address, target.port, deadline, target.family, target.bind_address)
        except OSError as error:
            behind = error.proxy if isinstance(error, NoSocket) else None
            raise connect_errors.unreachable(error, target, None, deadline, behind) from error

    def _verifier(self, target: Target) -> Verifier:
        files = self.settings.known_hosts
        return Verifier(
            self.known_to(target),
            target.known_as,
            target.port,
            self.settings.host_key,
            files[0] if files else None,
        )

    @contextmanager
    def _turn(self, target: Target, until: float | None) -> Iterator[None]:
        """Wait for this server's turn, and for the jump host's, before the clock starts."""
        limits: list[tuple[tuple[object, ...], int]]
        limits = [((target.address, target.port, target.jump), self.settings.logins_at_once)]
        if target.jump is not None:
            limits.append((("through", target.jump), self.settings.through_jump_at_once))
        with ExitStack() as held:
            for key, most in limits:
                slot = self._slot(key, most)
                left = None if until is None else max(0.0, until - time.monotonic())
                if not slot.acquire(timeout=left):
                    raise _too_late(target)
                held.callback(slot.release)
            yield

    def _slot(self, key: tuple[object, ...], most: int) -> threading.BoundedSemaphore:
        with self._lock:
            return self._slots.setdefault(key, threading.BoundedSemaphore(most))


def _load(known: KnownHosts, file: Path) -> None:
    try:
        known.load(file)
    except OSError as error:
        raise unusable(file, error) from error


def _too_late(target: Target) -> Unreachable:
    return Unreachable(
        f"{target.where} was not tried: the deadline passed before its turn came",
        kind="unreachable.timeout",
        hint="give the run a longer --deadline",
    )
