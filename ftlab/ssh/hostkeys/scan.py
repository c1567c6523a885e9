"""A server's host keys, without a login: for ``hosts.trust``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import paramiko

from ftlab.frozen import frozen
from ftlab.ssh import connect_errors
from ftlab.ssh.deadline import Deadline
from ftlab.ssh.hostkeys.hostkey import HostKey
from ftlab.ssh.network.target import Target
from ftlab.ssh.paramiko_ext.algorithms import host_key_type
from ftlab.ssh.paramiko_ext.legacy import LegacyTransport
from ftlab.ssh.paramiko_ext.transport import LabTransport, hang_up

Dial = Callable[[Target, Deadline], Any]


@frozen(slots=True)
class ServerKeys:
    """A server's host keys, one for each type, and the name and port they are recorded under."""

    address: str
    port: int
    host_keys: tuple[HostKey, ...]


def scan(target: Target, deadline: Deadline, dial: Dial) -> ServerKeys:
    """Ask the server for its key of each type, as ssh-keyscan does: one connection for each, and
    no login. At least one key.

    :raises Unreachable: no SSH server answers in time, or no key of it can be read
        (``algorithms``).
    """
    with _talk(target, deadline, dial, ()) as transport:
        keys = _key(transport)
        algorithms = tuple(transport.offered.get("server_key_algo_list", ()))
    for kind in _other_types(algorithms, keys):
        with _talk(target, deadline, dial, (kind,)) as transport:
            keys += tuple(key for key in _key(transport) if key not in keys)
    return ServerKeys(target.known_as, target.port, keys)


@contextlib.contextmanager
def _talk(target: Target, deadline: Deadline, dial: Dial, types: tuple[str, ...]) -> Any:
    """A transport after key exchange; where certain types were asked for, also after its failure
    for want of a common algorithm."""
    sock = dial(target, deadline)
    transport = LegacyTransport(sock, deadline=deadline, known_types=types)
    try:
        try:
            transport.start_client()
        except paramiko.ssh_exception.IncompatiblePeer as error:
            if not types or not transport.offered:
                raise connect_errors.unreachable(
                    error, target, transport, deadline, sock
                ) from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise connect_errors.unreachable(error, target, transport, deadline, sock) from error
        yield transport
    finally:
        transport.close()
        hang_up(sock)
        sock.close()


def _key(transport: LabTransport) -> tuple[HostKey, ...]:
    key = transport.host_key
    return () if key is None else (HostKey(key.get_name(), key.asbytes()),)


def _other_types(algorithms: tuple[str, ...], keys: tuple[HostKey, ...]) -> list[str]:
    """The types that have not been seen yet, of those that can be verified."""
    known = LegacyTransport._preferred_keys
    types = [host_key_type(name) for name in algorithms if name in known]
    seen = {key.type for key in keys}
    return [kind for kind in dict.fromkeys(types) if kind not in seen]
