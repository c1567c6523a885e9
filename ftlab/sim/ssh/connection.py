"""One client's connection to a simulated host: paramiko's server side, made to behave.

What differs from paramiko's own ``Transport``:

* an exec starts only after its request was answered, so no output overtakes the answer;
* a key of a kind the host does not accept is a refusal, not the end of the connection;
* no timer thread per handshake, and no look at the socket ten times a second;
* the host model's connection faults are carried out here, in the connection's own thread.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any, ClassVar

from paramiko import AUTH_FAILED, Channel, PKey, Transport
from paramiko.auth_handler import AuthHandler
from paramiko.common import MSG_CHANNEL_REQUEST
from paramiko.message import Message
from paramiko.packet import Packetizer

from ftlab.sim.model.answer import Fault
from ftlab.sim.model.host import SimHost
from ftlab.sim.ssh.jailed import JailedTerminal
from ftlab.sim.ssh.keys import KexGroup1SHA1, KexGroup14SHA1, OldRSAKey, group_exchange_primes
from ftlab.sim.ssh.login import Login
from ftlab.sim.ssh.shells import Job, Shells, TerminalRequest

_LOG = "ftlab.sim.ssh"
logging.getLogger(_LOG).addHandler(logging.NullHandler())
logging.getLogger(_LOG).propagate = False


class _Packets(Packetizer):
    def start_handshake(self, timeout: float) -> None:
        """No timer: a client that stalls is ended by its own side or by the server's close."""


class _UnknownKey(PKey):
    """Stands for a key of a kind this host does not accept."""

    def __init__(self) -> None:
        self.public_blob = None

    def asbytes(self) -> bytes:
        return b""


class _Authentication(AuthHandler):
    def _generate_key_from_request(self, algorithm: str, keyblob: bytes) -> PKey:
        if algorithm not in self.transport.accepted_user_keys:
            return _UnknownKey()
        return super()._generate_key_from_request(algorithm, keyblob)

    def _parse_userauth_request(self, m: Message) -> None:
        fault = self.transport.host.fault("auth")
        if fault is None or self.transport.suffer(fault):
            super()._parse_userauth_request(m)
        elif fault.what in ("error", "lie"):
            self._send_auth_result("root", "none", AUTH_FAILED)


class Connection(Transport):
    """Serves one accepted socket in its own thread; ``done`` is called at its end."""

    auth_handler: Any
    _active_check_timeout = 5.0
    _modulus_pack = group_exchange_primes()
    _key_info: ClassVar = {**Transport._key_info, "ssh-rsa": OldRSAKey}
    _kex_info: ClassVar = {
        **Transport._kex_info, **{old.name: old for old in (KexGroup1SHA1, KexGroup14SHA1)},
    }  # fmt: skip

    def __init__(
        self,
        host: SimHost,
        sock: socket.socket,
        login: Login,
        closing: threading.Event,
        shells: Shells,
    ) -> None:
        age = login.age
        super().__init__(
            sock,
            server_sig_algs=age.extensions,
            strict_kex=age.extensions,
            packetizer_class=_Packets,
        )
        self.name = f"sim-ssh-{host.name}"
        self.set_log_channel(_LOG)
        self.host, self._login, self._closing = host, login, closing
        self._shells = shells
        self.local_version = host.banner
        self.banner_timeout = 120
        self._preferred_kex, self._preferred_keys = age.kex, age.host_keys
        self._preferred_ciphers, self._preferred_macs = age.ciphers, age.macs
        self._preferred_pubkeys = self.accepted_user_keys = age.user_keys
        login.execute, login.resize = self._prepare, self._resize
        login.sessions = lambda: sum(not each.closed for each in self._channels.values())
        self._kept: dict[int, Channel] = {}
        self._ready: list[Job] = []
        self.execs: list[Job] = []
        self.done: Callable[[Connection], None] = lambda _: None
        self.reboot: Callable[[], None] = lambda: None
        self._stalls = False

    def serve(self) -> None:
        """Start the connection's thread."""
        self.start_server(event=threading.Event(), server=self._login)

    def run(self) -> None:
        try:
            if self._greets():
                super().run()
        finally:
            self.hang_up()
            self.done(self)

    def hang_up(self, *, reset: bool = False) -> None:
        """End the connection now, whatever its threads are doing; safe to repeat."""
        with contextlib.suppress(OSError):
            if reset:
                linger = struct.pack("ii", 1, 0)
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            # Either way this wakes the thread that reads; closing alone would not.
            self.sock.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
        self.close()
        self.packetizer.close()

    def _greets(self) -> bool:
        """Whether the conversation begins: what a fault at its start leaves of it."""
        faults = ((self.host.fault(moment), moment) for moment in ("connect", "banner"))
        return all(fault is None or self._begins(fault, moment) for fault, moment in faults)

    def _begins(self, fault: Fault, moment: str) -> bool:
        if fault.what == "lie":
            self._stalls = True
            return True
        if fault.what == "error":
            with contextlib.suppress(OSError):
                self.sock.sendall(fault.stdout)
            return False
        if fault.what == "cut" and moment == "banner":
            return False
        return self.suffer(fault)

    def suffer(self, fault: Fault) -> bool:
        """Carry out a delay, a silence or a cut; True where the conversation goes on after it."""
        if fault.what == "slow":
            return not self._closing.wait(fault.delay())
        if fault.what == "hang":
            self._swallow()
        if fault.what not in ("error", "lie"):
            self.hang_up(reset=True)
        return False

    def _swallow(self) -> None:
        """Say nothing until the client goes."""
        while not self._closing.is_set():
            try:
                if not self.sock.recv(4096):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def _negotiate_keys(self, m: Message) -> None:
        if self._stalls:
            self._swallow()
            raise EOFError
        super()._negotiate_keys(m)

    def _parse_newkeys(self, m: Message) -> None:
        if self.auth_handler is None:
            self.auth_handler = _Authentication(self)
        super()._parse_newkeys(m)

    def _queue_incoming_channel(self, channel: Channel) -> None:
        self._kept[channel.get_id()] = channel

    def _prepare(
        self, channel: Channel, command: bytes | None, terminal: TerminalRequest | None
    ) -> bool:
        """Make an exec ready, or a shell; it starts once the request has been answered."""
        fault = self.host.fault("exec")
        if fault is not None and not self.suffer(fault):
            return False
        job = self._shells.job(self.host, channel, command, self._closing, terminal)
        job.on_cut = self._cut
        self._ready.append(job)
        return True

    def _resize(self, channel: Channel, size: tuple[int, int]) -> None:
        for job in self.execs:
            if isinstance(job, JailedTerminal) and job.channel is channel:
                job.resize(size)

    def _cut(self) -> None:
        self.hang_up(reset=True)
        if not getattr(self.host, "up", True):
            self.reboot()

    def _answer_request(self, m: Message, channel: Channel) -> None:
        channel._handle_request(m)
        ready, self._ready = self._ready, []
        if ready:
            self._kept.pop(channel.get_id(), None)
        self.execs = [*(job for job in self.execs if job.is_alive()), *ready]
        for job in ready:
            job.start()

    _channel_handler_table: ClassVar[dict[int, Any]] = {
        **Transport._channel_handler_table,
        MSG_CHANNEL_REQUEST: lambda channel, m: channel.transport._answer_request(m, channel),
    }
