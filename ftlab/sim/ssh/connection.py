"""One client's connection to a simulated host: asyncssh's server side, as old as the host is.

What differs from asyncssh's own connection:

* old servers announce neither ``server-sig-algs`` nor strict key exchange, and no server takes a
  signature of a kind that it does not know;
* a client may ask for the login again after a refusal, as paramiko does;
* no empty packet goes before each packet: OpenSSH sends none;
* a client that does not read holds up what is sent to it, whatever SSH's window says;
* the host model's connection faults are carried out here.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncssh
from asyncssh import SSHServerProcess, constants
from asyncssh.packet import SSHPacket

from ftlab.sim.model.answer import Fault
from ftlab.sim.model.host import SimHost
from ftlab.sim.ssh.algorithms import Age
from ftlab.sim.ssh.login import Account, Login

MAX_SESSIONS = 10
"""Sessions that OpenSSH allows at once on one connection unless told otherwise."""
_RESET = struct.pack("ii", 1, 0)
"""For ``SO_LINGER``: the connection ends with a reset."""
warnings.filterwarnings("ignore", "Diffie-Hellman over finite fields", module="asyncssh")


@dataclass
class Door:
    """What the connections to one host have in common; a change holds for those to come."""

    host: SimHost
    age: Age
    account: Account
    session: Callable[[Connection], SSHServerProcess[Any]]
    max_startups: tuple[int, int, int] | None
    empty_round: bool
    keys: list[asyncssh.SSHKey] = field(default_factory=list)
    connections: set[Connection] = field(default_factory=set)
    dice: random.Random = field(default_factory=partial(random.Random, 0))

    def options(self, connection: Connection) -> asyncssh.SSHServerConnectionOptions:
        """What one connection speaks. Each has its own, as a key's signature is chosen there."""
        age, opens = self.age, connection.open_session
        return asyncssh.SSHServerConnectionOptions(
            server_factory=partial(Login, self.account, age, opens, empty_round=self.empty_round),
            server_version=self.host.release.banner.removeprefix("SSH-2.0-"),
            server_host_keys=self.keys,
            kex_algs=age.kex, encryption_algs=age.ciphers, mac_algs=age.macs,
            signature_algs=age.user_keys, compression_algs=None,
            password_auth="password" in age.methods, public_key_auth="publickey" in age.methods,
            kbdint_auth="keyboard-interactive" in age.methods,
            login_timeout=0, gss_host=None, agent_forwarding=False,
        )  # fmt: skip

    def drops(self) -> bool:
        """Whether MaxStartups drops one more connection: from ``full`` on for certain."""
        if self.max_startups is None:
            return False
        start, rate, full = self.max_startups
        waiting = sum(one.get_extra_info("username") is None for one in self.connections)
        if waiting < start or full <= start:
            return waiting >= full
        return self.dice.random() * 100 < rate + (100 - rate) * (waiting - start) / (full - start)


class Connection(asyncssh.SSHServerConnection):
    """Serves one accepted socket. All of it is for the event loop's thread alone."""

    _wire: asyncio.WriteTransport

    def __init__(self, door: Door) -> None:
        super().__init__(asyncio.get_running_loop(), door.options(self))
        names, keys = map(str.encode, door.age.host_keys), self._server_host_keys
        self._server_host_keys = type(keys)((name, keys[name]) for name in names if name in keys)
        self._server_host_key_algs = list(self._server_host_keys)
        self.door, self.host = door, door.host
        self.sessions: set[SSHServerProcess[Any]] = set()
        self.full = False
        """Whether what was sent waits for the client to read."""
        self._gone = asyncio.Event()
        self._stalls, self.deaf, self._unheard = False, True, b""

    def connection_made(self, transport: Any) -> None:
        self._wire = transport
        transport.set_write_buffer_limits(0)
        dropped = self.door.drops()
        self.door.connections.add(self)
        if dropped:
            self.hang_up()
        else:
            self.create_task(self._greet())

    async def _greet(self) -> None:
        for moment in ("connect", "banner"):
            fault = self.host.fault(moment)
            if fault is not None and not await self._begins(fault, moment):
                self._wire.close()
                return
        super().connection_made(self._wire)
        self.hear()

    async def _begins(self, fault: Fault, moment: str) -> bool:
        """Whether the conversation begins: what a fault at its start leaves of it."""
        if fault.what == "lie":
            self._stalls = True
            return True
        if fault.what == "error":
            self._wire.write(fault.stdout)
            return False
        return not (fault.what == "cut" and moment == "banner") and await self.outlives(fault)

    async def outlives(self, fault: Fault) -> bool:
        """Carry out a delay, a silence or a cut; True where the conversation goes on after it."""
        if fault.what in ("error", "lie"):
            return False
        if fault.what == "slow":
            await asyncio.sleep(fault.delay())
            return True
        if fault.what == "hang":
            await self._gone.wait()
        self.hang_up(reset=True)
        return False

    def hang_up(self, *, reset: bool = False) -> None:
        """End the connection now; safe to repeat."""
        if reset:
            with contextlib.suppress(OSError):
                sock: socket.socket = self._wire.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._wire.abort()

    def cut(self) -> None:
        """End it as a dying host does, and where the host is down with it all of its others."""
        self.hang_up(reset=True)
        if not self.host.up:
            for other in tuple(self.door.connections):
                other.hang_up(reset=True)

    def connection_lost(self, exc: Exception | None = None) -> None:
        self.door.connections.discard(self)
        self._gone.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes, datatype: int | None = None) -> None:
        if self.deaf:
            self._unheard += data
        else:
            super().data_received(data, datatype)

    def hear(self) -> None:
        """Listen again, first to what came while the connection was deaf."""
        self.deaf, data, self._unheard = False, self._unheard, b""
        if data:
            super().data_received(data)

    def pause_writing(self) -> None:
        self.full = True
        for session in self.sessions:
            session.pause_writing()

    def resume_writing(self) -> None:
        self.full = False
        for session in self.sessions:
            session.resume_writing()

    def send_packet(self, pkttype: int, *args: bytes, handler: Any = None) -> None:
        if pkttype != constants.MSG_IGNORE:
            super().send_packet(pkttype, *args, handler=handler)

    def _get_extra_kex_algs(self) -> list[bytes]:
        return super()._get_extra_kex_algs() if self.door.age.extensions else []

    def process_packet(self, pkttype: int, pktid: int, packet: SSHPacket) -> bool | Awaitable[None]:
        if pkttype == constants.MSG_KEXINIT:
            return self._negotiate(pkttype, pktid, packet)
        if pkttype == constants.MSG_SERVICE_REQUEST:
            self._next_service = b"ssh-userauth"
        struck = pkttype == constants.MSG_USERAUTH_REQUEST and self.host.fault("auth")
        if struck:
            return self._struck(struck, pkttype, pktid, packet)
        return super().process_packet(pkttype, pktid, packet)

    async def _negotiate(self, *received: Any) -> None:
        if self._stalls:
            await self._gone.wait()
        await self._process_kexinit(*received)
        if not self.door.age.extensions:
            self._strict_kex = self._can_send_ext_info = False

    async def _struck(self, fault: Fault, *received: Any) -> None:
        if await self.outlives(fault):
            told = super().process_packet(*received)
            if not isinstance(told, bool):
                await told
        elif fault.what in ("error", "lie"):
            self.send_userauth_failure(partial_success=False)

    async def reload_config(self) -> None:
        """There is no configuration file to look at again, now that the user is known."""

    def open_session(self) -> tuple[Channel, SSHServerProcess[bytes]]:
        """Raises ``ChannelOpenError`` where there are enough."""
        if len(self.sessions) >= MAX_SESSIONS:
            refused = constants.OPEN_ADMINISTRATIVELY_PROHIBITED
            raise asyncssh.ChannelOpenError(refused, "no more sessions")
        session = self.door.session(self)
        self.sessions.add(session)
        return Channel(self), session


class Channel(asyncssh.SSHServerChannel[Any]):
    """A session's channel. Commands are bytes; a terminal gets asyncssh's line editor where the
    session asks for text."""

    _conn: Connection

    def __init__(self, connection: Connection) -> None:
        super().__init__(
            connection, asyncio.get_running_loop(), allow_pty=True, line_editor=True,
            line_echo=True, line_history=1000, max_line_length=0, encoding=None,
            errors="strict", window=1 << 21, max_pktsize=1 << 15,
        )  # fmt: skip

    def _process_exec_request(self, packet: SSHPacket) -> bool:
        return self._start_session(packet.get_string().decode("utf-8", "surrogateescape"))

    def _start_session(self, command: str | None = None, subsystem: str | None = None) -> bool:
        fault = None if subsystem else self._conn.host.fault("exec")
        if fault is None:
            return super()._start_session(command, subsystem)
        self._conn.create_task(self._struck(fault, command))
        return None  # type: ignore[return-value]  # the answer comes later

    async def _struck(self, fault: Fault, command: str | None) -> None:
        connection = self._conn
        connection.deaf = True
        alive = await connection.outlives(fault)
        self._report_response(alive and super()._start_session(command))
        connection.hear()
