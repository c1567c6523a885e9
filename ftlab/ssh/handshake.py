"""One attempt to get in, over a socket that is already there."""

from __future__ import annotations

import contextlib
from typing import Any

from fabric import Config

from ftlab.ssh import connect_errors
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.hostkeys.verify import Verifier
from ftlab.ssh.login.login import Login
from ftlab.ssh.network.target import Target
from ftlab.ssh.paramiko_ext.legacy import LegacyTransport
from ftlab.ssh.paramiko_ext.transport import Keepalive, LabTransport, hang_up
from ftlab.ssh.plain_connection import PlainConnection


class Handshake:
    """Builds the transport, verifies the key, logs in; leaves nothing open on failure."""

    def __init__(
        self, target: Target, deadline: Deadline, verifier: Verifier, keepalive: Keepalive
    ) -> None:
        self._target = target
        self._deadline = deadline
        self._verifier = verifier
        self._keepalive = keepalive
        self._transport: LabTransport | None = None

    def enter(self, sock: Any, login: Login, config: Config) -> PlainConnection:
        """A connection that is logged in.

        :raises Unreachable: every way in which this can fail, each with its kind and hint.
        """
        connection = PlainConnection(
            self._target.address,
            user=self._target.user,
            port=self._target.port,
            config=config,
            gateway=False,
            forward_agent=False,
            connect_timeout=0,  # none of Fabric's: the deadline bounds all of it
            inline_ssh_env=True,
            connect_kwargs={
                "sock": sock,
                "transport_factory": self._build,
                "auth_strategy": login,
            },
        )
        connection.client.set_missing_host_key_policy(self._verifier)
        try:
            connection.open()
        except BaseException as error:
            self._shut(sock)
            if not isinstance(error, Exception):
                raise
            raise connect_errors.unreachable(
                error, self._target, self._transport, self._deadline, sock
            ) from error
        return connection

    def _build(self, sock: Any, disabled_algorithms: Any = None) -> LabTransport:
        kind = LegacyTransport if self._target.host.legacy_ssh else LabTransport
        self._transport = kind(
            sock,
            deadline=self._deadline,
            known_types=self._verifier.types,
            keepalive=self._keepalive,
            disabled_algorithms=disabled_algorithms,
        )
        return self._transport

    def _shut(self, sock: Any) -> None:
        if self._transport is not None:
            self._transport.close()
        hang_up(sock)
        with contextlib.suppress(OSError):
            sock.close()
